"""Objections to a proposal, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.registers.facts import Fact, Facts, Kinds, Shown

RAISED, INTEGRATED = "agenda.objection-raised", "agenda.objection-integrated"
WITHDRAWN = "agenda.objection-withdrawn"
JOINED, ADOPTED = "agenda.partner-joined", "agenda.charter-adopted"
OBJECTIONS: Kinds = {
    RAISED: ("objection_id", "organisation", "ground", "paramount", "wording"),
    INTEGRATED: ("objection_id", "how"),
    WITHDRAWN: ("objection_id",),
    JOINED: ("organisation", "sector"),
    ADOPTED: ("founding_group",),
}


def objections(facts: Facts, proposal: str | None = None) -> list[Shown]:
    """Those to one proposal, or all."""
    settled = {each["objection_id"]: each for each in facts.of(INTEGRATED, WITHDRAWN)}
    sectors = sectors_of(facts)
    return [
        _shown(raised, settled.get(raised["objection_id"]), sectors)
        for raised in facts.of(RAISED, thing=proposal)
    ]


def _shown(raised: Fact, settled: Fact | None, sectors: Mapping[str, str]) -> Shown:
    outcome = "open"
    if settled is not None:
        outcome = "integrated" if settled.kind == INTEGRATED else "withdrawn"
    return {
        "objection_id": raised["objection_id"],
        "proposal": raised.named(raised.thing),
        "organisation": raised.named(raised["organisation"]),
        "sector": sectors.get(raised["organisation"]),
        "ground": raised["ground"],
        "paramount": raised["paramount"],
        "wording": raised["wording"],
        "raised": raised.place(),
        "outcome": outcome,
        "how": settled["how"] if settled else None,
        "settled": settled.place() if settled else None,
    }


def sectors_of(facts: Facts) -> Mapping[str, str]:
    """By organisation: its sector, as the founding group or its own agreement says."""
    found: dict[str, str] = {}
    for adopted in facts.of(ADOPTED):
        found |= {one["organisation"]: one["sector"] for one in adopted["founding_group"]}
    return found | {fact["organisation"]: fact["sector"] for fact in facts.of(JOINED)}
