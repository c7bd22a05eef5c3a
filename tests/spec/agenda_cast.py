"""The cast of the agenda's specifications, and what is said so often that it has a name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from services.agenda.domain import Roll, Rooted, code_list
from services.agenda.domain.attendance import Present
from services.agenda.domain.charter import DecisionRule, Founder, Provisions, Seats
from services.agenda.domain.values import Citations, Cited, Place
from tests.callers import named
from tests.given import SOMETHING, given

R = TypeVar("R", bound=Rooted)

INITIATIVE, DECISION, OTHER_DECISION = map(named, ("bgk", "d-1", "d-2"))
LLEN, COUNCIL, HARBOUR, PANEL, STRANGER = map(
    named, ("llen", "council", "harbour", "panel", "stranger")
)
BAYSIDE = Place(scheme="asgs-sa3", edition="3", code="20801", label="Bayside")
KINGSTON = Place(scheme="asgs-sa3", edition="3", code="20803", label="Kingston")
DAY = date(2022, 3, 16)
SEEN = Citations(
    known_at="agenda:3,measurement:7",
    refs=(Cited(source="measurement", sequence=7, sha256="7" * 64, note="I4"),),
)
ROLL = Roll(
    {LLEN: "education", COUNCIL: "local-government", HARBOUR: "community-service",
     PANEL: "lived-experience"},
    frozenset({"voice-1", "voice-2"}),
)  # fmt: skip


def untouched(kind: type[R]) -> given[R]:
    """An initiative's one of a kind, of which nobody has said anything."""
    story = given(kind)
    story.aggregate = kind.of(INITIATIVE, id=SOMETHING)
    return story


def rule(decision_class: str = "agenda", **more: Any) -> DecisionRule:
    return DecisionRule(
        **{"decision_class": decision_class, "method": "consent", "quorum": 2} | more
    )


def provisions(**special: Mapping[str, Any]) -> Provisions:
    """One rule for each class: consent of two, but for the classes named."""
    classes = code_list("decision-classes").names()
    return Provisions(
        rules=tuple(rule(name, **special.get(name, {})) for name in classes),
        seats=(Seats(kind="lived-experience", count=2), Seats(kind="chair", count=1)),
        lived_experience_minimum=2,
    )


def founder(person: str, organisation: UUID, sector: str, *, voice: bool = False) -> Founder:
    return Founder(person=person, organisation=organisation, sector=sector, lived_experience=voice)


FOUNDERS = (
    founder("llen-1", LLEN, "education"),
    founder("harbour-1", HARBOUR, "community-service"),
    founder("voice-1", PANEL, "lived-experience", voice=True),
)


def at_the_table(**positions: str) -> tuple[Present, ...]:
    """Everybody, for it unless told otherwise."""
    seats = {
        "llen_1": LLEN,
        "council_1": COUNCIL,
        "harbour_1": HARBOUR,
        "voice_1": PANEL,
        "voice_2": PANEL,
    }
    return tuple(
        Present(
            person=name.replace("_", "-"),
            organisation=organisation,
            position=positions.get(name, "for"),
        )
        for name, organisation in seats.items()
    )
