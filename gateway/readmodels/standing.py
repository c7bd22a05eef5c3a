"""Judges an indicator by what is known of it: baseline, target in force, and verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from gateway.readmodels.aspects import Aspect
from gateway.readmodels.cut import Cut
from gateway.readmodels.headline import comparable
from gateway.readmodels.pace import BETTER, judged

Judged = dict[str, Any]
NO_TARGET: Judged = {"period": {"text": None, "start": None, "end": None}}


def standing(
    cut: Cut,
    sides: Mapping[str, Aspect],
    *,
    points: Sequence[Judged],
    series: int,
    polarity: str,
    supposed: Judged | None = None,
) -> Judged:
    """Baseline, targets, latest value, status and pace, all of the present series version.

    `points`: the values that speak for each period, the latest first; `supposed`: a target that
    takes the place of the one in force.
    """
    targets = sorted(_targets(sides, series), key=lambda target: target["period"]["end"] or "9999")
    target = in_force(targets, _today(cut))
    if supposed is not None:
        target = (target or NO_TARGET) | supposed
    latest = points[0] if points else None
    baseline = _baseline(sides, series)
    status = verdict(latest, target, polarity)
    dated = baseline is not None and baseline["period"]["end"] is not None
    return {
        "baseline": baseline,
        "target": target,
        "targets": targets,
        "latest": latest,
        "status": status,
        "pace": judged(
            first=baseline if dated else next(iter(comparable(points)[-1:]), None),
            latest=latest,
            target=target,
            met=status == "met",
            polarity=polarity,
        ),
    }


def _baseline(sides: Mapping[str, Aspect], series: int) -> Judged | None:
    """The one for all of the initiative and all of its people."""
    found = sides.get(f"baseline:{series}::[]")
    return _aim(found) | {"source": found.body["source"]} if found else None


def _targets(sides: Mapping[str, Aspect], series: int) -> Sequence[Judged]:
    return [
        _aim(side)
        | {
            "target_id": side.body["target_id"],
            "decision_id": side.body["decision_id"],
            "dimensions": side.body["dimensions"],
            "place": side.body["place"],
            **({"tolerance": side.body["tolerance"]} if "tolerance" in side.body else {}),
        }
        for name, side in sides.items()
        if name.startswith("target:") and side.body["stands"] and side.body["version"] == series
    ]


def _aim(side: Aspect) -> Judged:
    body = side.body
    period = {"text": body["period"], "start": body["start"], "end": body["end"]}
    return {"value": body["value"], "period": period, "position": side.position}


def in_force(targets: Sequence[Judged], today: date) -> Judged | None:
    """The next target for everybody that is still to be met, or else the last that was."""
    whole = [target for target in targets if not target["dimensions"] and not target["place"]]
    ahead = [target for target in whole if _end(target) >= today]
    return next(iter(ahead), whole[-1] if whole else None)


def _end(target: Judged) -> date:
    end = target["period"]["end"]
    return date.fromisoformat(end) if end else date.max


def _today(cut: Cut) -> date:
    """The day of the cut: so that the answer for a fixed cut stays as it is."""
    moment = cut.as_at or cut.instant
    return moment.astimezone(cut.zone).date() if moment else date.min


def verdict(latest: Judged | None, target: Judged | None, polarity: str) -> str:
    """How the latest value compares with the target in force."""
    if latest is None:
        return "no-observation"
    if target is None:
        return "no-target"
    off = Decimal(latest["value"]) - Decimal(target["value"])
    tolerance = Decimal(target.get("tolerance") or 0)
    better = BETTER.get(polarity)
    if better is None and not target.get("tolerance"):
        return "not-judged"
    if (better is None and abs(off) <= tolerance) or (better is not None and better * off >= 0):
        return "met"
    if abs(off) <= tolerance:
        return "within-tolerance"
    return "below-target" if off < 0 else "above-target"
