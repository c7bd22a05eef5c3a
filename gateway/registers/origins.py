"""Whose word stands behind a number: who sent it and on what terms, who verified, who certified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.registers.facts import Fact, Facts, Shown

RECEIVED = "measurement.submission-received"
VERIFIED = "measurement.submission-verified"
NOTED = "measurement.findings-noted"
CERTIFIED = "measurement.observations-certified"
WITHDRAWN = "measurement.observation-withdrawn"
TOLD = ("sentence", "who", "reason", "position", "type", "time", "recordedtime", "line")


def origins(history: Facts) -> list[Shown]:
    """Of each submission that brought a value: its provider, its terms, and who verified it."""
    return [_origin(sent, history) for sent in history.of(RECEIVED)]


def _origin(sent: Fact, history: Facts) -> Shown:
    return {
        "submission_id": sent.thing,
        "provider": _named(sent, "provider"),
        "provider_reference": sent["provider_reference"],
        "agreement": _named(sent, "agreement_id"),
        "reporting_period": _named(sent, "reporting_period_id"),
        "submitted": sent.told(),
        "verified": list(_verified(sent.thing, history)),
    }


def _named(sent: Fact, what: str) -> Shown | None:
    return sent.named(sent[what]) if sent[what] else None


def _verified(submission: str, history: Facts) -> Iterator[Shown]:
    for each in history.of(VERIFIED):
        if each.thing == submission:
            yield {"method": each["method"], "sample": each["sample"]} | each.told()


def standing(counting: Sequence[Shown]) -> Shown | None:
    """The last of these versions; None where there is none, or it says that nothing stands."""
    if not counting or counting[-1]["type"] == WITHDRAWN:
        return None
    return counting[-1]


def certified(now: Shown | None) -> Shown | None:
    """Who lets the value be used outside as it stands; None where nobody does."""
    if now is None or now["type"] != CERTIFIED:
        return None
    return {name: now[name] for name in TOLD}
