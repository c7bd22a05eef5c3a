"""Whether data is used, and whether it can be trusted: what the log says of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from gateway.journal import Vector
from gateway.registers import decisions
from gateway.registers.facts import Fact, Facts, Kinds, Shown, cited
from gateway.registers.figures import days_late, median_of, metric, share

PACK, CERTIFIED = "agenda.evidence-pack-frozen", "measurement.observations-certified"
CORRECTIONS = ("measurement.observation-corrected", "measurement.observation-deduplicated")
RECEIVED = "measurement.submission-received"
PERIOD, EXTENDED = "measurement.reporting-period-opened", "measurement.submission-deadline-extended"
RELEASED, RESTATED = "measurement.feed-released", "measurement.feed-restated"
TRUST: Kinds = {
    PACK: ("pack_id",),
    CERTIFIED: ("indicator_id",),
    **{fact: () for fact in CORRECTIONS},
    RECEIVED: ("reporting_period_id",),
    PERIOD: ("due",),
    EXTENDED: ("due",),
    RELEASED: (),
    RESTATED: (),
}


def data_used(facts: Facts) -> Shown:
    """A decision uses data where it cites measurement, or a frozen evidence pack; certified data
    where what it cites of measurement was certified by then."""
    made = facts.of(decisions.MADE)
    packs = {fact["pack_id"] for fact in facts.of(PACK)}
    certified = facts.of(CERTIFIED)
    using, sound = set(), set()
    for fact, ref, known_at in cited(made):
        if ref.get("id") in packs:
            using.add(fact.thing)
            sound.add(fact.thing)
        elif ref["source"] == "measurement":
            using.add(fact.thing)
            if _certified(certified, ref, Vector.parse(known_at)["measurement"]):
                sound.add(fact.thing)
    figures = {
        "decisions_citing_data": share(len(using), len(made)),
        "decisions_citing_certified_data_or_a_pack": share(len(sound), len(made)),
    }
    return metric("data", "Is data used?", figures, made)


def _certified(certified: Sequence[Fact], ref: Mapping[str, Any], known: int) -> bool:
    """A line of certification itself, or a series or an indicator with one by then."""
    return any(
        ref.get("sequence") == fact.sequence or ref.get("id") in (fact.thing, fact["indicator_id"])
        for fact in certified
        if fact.sequence <= known
    )


def trustworthy(facts: Facts, observations: int) -> Shown:
    """Corrections per hundred values; releases that were replaced; submissions after their day."""
    corrections = facts.of(*CORRECTIONS)
    due = list(_due(facts))
    late = [days for _, days in due if days > 0]
    hundred = Decimal(100 * len(corrections)) / observations if observations else None
    figures = {
        "observations": observations,
        "corrections": len(corrections),
        "corrections_per_100": None
        if hundred is None
        else format(hundred.quantize(Decimal("0.1"))),
        **_of_releases(facts, corrections),
        "submissions_late": share(len(late), len(due)),
        "median_days_late": median_of(late),
    }
    used = [*corrections, *facts.of(RELEASED, RESTATED), *(fact for fact, _ in due)]
    return metric("trust", "Is data trustworthy?", figures, used)


def _of_releases(facts: Facts, corrections: Sequence[Fact]) -> Shown:
    """What was corrected once something had been released, and how much was released anew."""
    released, restated = facts.of(RELEASED), facts.of(RESTATED)
    first = released[0].sequence if released else None
    after = [fact for fact in corrections if first is not None and fact.sequence > first]
    return {
        "released": len(released),
        "restated": share(len(restated), len(released)),
        "corrections_after_release": len(after),
    }


def _due(facts: Facts) -> Iterator[tuple[Fact, int]]:
    """Each submission for a reporting period, and how many days after its due day it came."""
    for received in facts.of(RECEIVED):
        period = received["reporting_period_id"]
        told = [f for f in facts.of(PERIOD, EXTENDED, thing=period) if f.time <= received.time]
        if period and told:
            yield received, days_late(facts, received, date.fromisoformat(told[-1]["due"]))
