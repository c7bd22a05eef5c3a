"""Process metrics: what the log itself says of how the initiative works, each with its facts.

Every metric is one function: the question, the figures, and the facts they were computed from.
Days are counted between dates where the deployment is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from gateway.registers import commitments, decisions, reinforcements
from gateway.registers.facts import Fact, Facts, Kinds, Shown, joined
from gateway.registers.figures import days_between, median_of, metric, share
from gateway.registers.learning import LEARNING, latencies
from gateway.registers.objections import OBJECTIONS, objections, sectors_of
from gateway.registers.trust import TRUST, data_used, trustworthy

HELD, RETURNED = "agenda.engagement-held", "agenda.feedback-returned"
THEME, LATE = "agenda.community-theme-captured", "agenda.feedback-overdue"
FUNDED, GAP = "agenda.backbone-funding-secured", "agenda.backbone-funding-gap-detected"
COMMUNITY = "lived-experience"
KINDS: Kinds = joined(
    decisions.BASIC,
    OBJECTIONS,
    LEARNING,
    TRUST,
    commitments.KINDS,
    reinforcements.KINDS,
    {
        HELD: ("answer_due",),
        RETURNED: ("responses",),
        THEME: ("theme_id",),
        LATE: (),
        FUNDED: ("covered_until", "paid", "appointment_id"),
        GAP: ("covered_until",),
    },
)


def metrics(facts: Facts, observations: int) -> list[Shown]:
    """All of them. `observations`: how many values counted at the cut."""
    return [
        cross_sector(facts),
        power(facts),
        data_used(facts),
        learning(facts),
        word_kept(facts),
        reinforcing(facts),
        two_way(facts),
        trustworthy(facts, observations),
        stable(facts),
    ]


def cross_sector(facts: Facts) -> Shown:
    made = facts.of(decisions.MADE)
    titles = {fact.thing: fact["title"] for fact in facts.of(decisions.RAISED)}
    per_decision = [
        {
            "decision": {"id": fact.thing, "name": titles.get(fact.thing)},
            "sectors": len(fact["sectors"]),
            "voices": fact["voices"],
            "meets_minimum": _meets(fact),
        }
        for fact in made
    ]
    figures = {
        "decisions": per_decision,
        "meeting_minimum": share(sum(map(_meets, made)), len(made)),
    }
    return metric("cross-sector", "Is decision-making cross-sector?", figures, made)


def _meets(made: Fact) -> bool:
    rule = made["rule"]  # what it does not say asks for nothing beyond one sector
    enough = len(made["sectors"]) >= rule.get("minimum_sectors", 1)
    return bool(enough and made["voices"] >= rule.get("minimum_lived_experience", 0))


def power(facts: Facts) -> Shown:
    sectors = sectors_of(facts)
    raised = facts.of(decisions.RAISED)
    by_sector = Counter(
        sectors.get(str(fact.provenance["organisation"]), "unknown") for fact in raised
    )
    found = objections(facts)
    integrated = [one for one in found if one["outcome"] == "integrated"]
    decided = {fact.thing for fact in facts.of(decisions.MADE)}
    changed = {
        one["proposal"]["id"]
        for one in integrated
        if one["sector"] == COMMUNITY and one["proposal"]["id"] in decided
    }
    figures = {
        "proposals_by_sector": dict(sorted(by_sector.items())),
        "objections_by_sector": _by_sector(found),
        "integrated_by_sector": _by_sector(integrated),
        "objections_integrated": share(len(integrated), len(found)),
        "decisions_changed_by_the_community": len(changed),
    }
    used = [*raised, *facts.of("agenda.objection-raised", "agenda.objection-integrated")]
    return metric("power", "Is power shared?", figures, used)


def _by_sector(found: Sequence[Shown]) -> Shown:
    return dict(sorted(Counter(one["sector"] or "unknown" for one in found).items()))


def learning(facts: Facts) -> Shown:
    found = latencies(facts)
    days = [one["days"] for one in found if one["days"] is not None]
    figures = {
        "reviews": [{k: v for k, v in one.items() if k != "facts"} for one in found],
        "median_days": median_of(days),
    }
    used = [fact for one in found for fact in one["facts"]]
    return metric("learning-latency", "Is learning fast?", figures, used)


def word_kept(facts: Facts) -> Shown:
    ledger = commitments.commitments(facts)
    today = facts.today
    due = [one for one in ledger if today and date.fromisoformat(one["due"]) <= today]
    figures = {
        "made": len(ledger),
        "kept_on_time": share(sum(1 for one in due if one["kept_on_time"]), len(due)),
        "fulfilled_at_least_in_part": sum(1 for one in ledger if one["fulfilled"] or _kept(one)),
        "renegotiated": sum(1 for one in ledger if one["renegotiated"]),
        "lapsed": sum(1 for one in ledger if one["state"] == "lapsed"),
    }
    kinds = (commitments.PLEDGED, commitments.FULFILLED, commitments.RENEGOTIATED)
    used = facts.of(*kinds, commitments.LAPSED)
    return metric("commitments", "Do partners keep their word?", figures, used)


def _kept(entry: Shown) -> bool:
    return bool(entry["state"] == "kept")


def reinforcing(facts: Facts) -> Shown:
    said = reinforcements.said_of(reinforcements.network(facts), facts)
    activities, confirmed = said["activities"], said["confirmed"]
    each = Decimal(confirmed) / activities if activities else None
    figures = {
        "confirmed_links": confirmed,
        "activities": activities,
        "links_per_activity": None if each is None else format(each.quantize(Decimal("0.01"))),
        "isolated": said["isolated"],
    }
    used = facts.of(reinforcements.CLAIMED, "activities.reinforcement-confirmed")
    return metric("reinforcement", "Is the work reinforcing?", figures, used)


def two_way(facts: Facts) -> Shown:
    """How long those who were asked waited for the first answer."""
    waited, used = [], list[Fact]()
    for held in facts.of(HELD):
        answers = facts.of(RETURNED, thing=held.thing)
        days = days_between(facts, held, answers[0]) if answers else None
        waited.append({"engagement": held.named(held.thing), "days": days})
        used += [held, *answers[:1]]
    themes = {fact["theme_id"] for fact in facts.of(THEME)}
    responses = [each for fact in facts.of(RETURNED) for each in fact["responses"]]
    answered = themes & {each["theme_id"] for each in responses}
    figures = {
        "engagements": waited,
        "median_days": median_of([one["days"] for one in waited if one["days"] is not None]),
        "themes_answered": share(len(answered), len(themes)),
        "overdue": len(facts.of(LATE)),
    }
    return metric("communication", "Is communication two-way?", figures, used)


def stable(facts: Facts) -> Shown:
    """Months of runway from the day of the cut; days since the funding ran out."""
    funded, today = facts.of(FUNDED), facts.today
    until = max((date.fromisoformat(fact["covered_until"]) for fact in funded), default=None)
    left = (until - today).days if until and today else None
    figures = {
        "covered_until": until,
        "runway_days": None if left is None else max(left, 0),
        "runway_months": None if left is None else _months(max(left, 0)),
        "days_without_funding": None if left is None else max(-left, 0),
        "gaps_foreseen": len(facts.of(GAP)),
    }
    return metric("backbone", "Is the backbone stable?", figures, [*funded, *facts.of(GAP)])


def _months(days: int) -> str:
    return format((Decimal(days) / Decimal("30.4375")).quantize(Decimal("0.1")))
