"""The cast of the agenda's stories, and how each chapter of one is told over HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from fastapi import FastAPI

from infra.eventstore import MemoryEventStore
from infra.kernel.clock import ManualClock
from infra.kernel.values import moment
from infra.messaging.references import MemoryReferences, Reference
from infra.web import Parts
from services.agenda.app import create_app
from services.agenda.application.cycles import FRAMEWORK, PLANNED
from services.agenda.domain import code_list
from tests.callers import Caller, named, token, verifier

CAST = {
    "Southern Bay LLEN": "education",
    "Bayside youth services": "local-government",
    "Harbour Youth": "community-service",
    "Moorabbin Skills Institute": "vocational-education",
    "Industry Link Kingston": "employers",
    "Youth Voice Panel": "lived-experience",
}
LLEN, VOICES = "Southern Bay LLEN", "Youth Voice Panel"
VOICE_PERSONS = ("voice-1", "voice-2")
CLASSES = code_list("decision-classes").names()
REASON = {"code": "other", "text": "The group saw no other way."}


def house() -> tuple[FastAPI, ManualClock]:
    """The service on memory, at the start of the scenario."""
    clock = ManualClock(moment("2021-09-27T00:00:00Z"))
    store = MemoryEventStore(clock)
    parts = Parts(store, clock, verifier(), MemoryReferences())
    return create_app(parts), clock


def person(organisation: str, who: str = "") -> str:
    """A token of one of the cast."""
    who = who or f"of-{organisation.lower().replace(' ', '-')}"
    return token(who, "partner-representative", organisation=named(organisation))


def speaker(app: FastAPI, organisation: str, who: str = "") -> Caller:
    return Caller(app, bearer=person(organisation, who))


def provisions(**other_rules: Mapping[str, Any]) -> dict[str, Any]:
    """A charter in which every class is decided by consent of two persons, but for the others."""
    plain = {"method": "consent", "quorum": 2, "minimum_sectors": 2}
    agenda = {"quorum": 4, "minimum_sectors": 4, "minimum_lived_experience": 2}
    special = {"agenda": agenda, "operational": {"method": "delegated", "quorum": 1,
                                                 "minimum_sectors": 1}} | other_rules  # fmt: skip
    rules = [{"decision_class": name, **plain, **special.get(name, {})} for name in CLASSES]
    return {
        "rules": rules,
        "seats": [{"kind": "lived-experience", "count": 3}, {"kind": "chair", "count": 1}],
        "lived_experience_minimum": 2,
    }


FOUNDERS = [
    {"person": "llen-1", "organisation": str(named(LLEN)), "sector": "education"},
    {"person": "harbour-1", "organisation": str(named("Harbour Youth")),
     "sector": "community-service"},
    {"person": "voice-1", "organisation": str(named(VOICES)), "sector": "lived-experience",
     "lived_experience": True},
]  # fmt: skip


def present(
    *organisations: str, against: Iterable[str] = (), voices: int = 2
) -> list[dict[str, Any]]:
    """Who sits at the table: one of each organisation, and of the panel its voices."""
    table = [
        {"person": f"of-{name.lower().replace(' ', '-')}", "organisation": str(named(name))}
        for name in organisations
    ]
    table += [{"person": who, "organisation": str(named(VOICES))} for who in VOICE_PERSONS[:voices]]
    return [one | {"position": "against" if one["person"] in against else "for"} for one in table]


async def register(caller: Caller) -> str:
    """The initiative's path."""
    made = await caller.done(
        "/v1/initiatives",
        {
            "name": "BGK Young People Thriving",
            "places": [{"scheme": "asgs-sa3", "edition": "3", "code": "20801", "label": "Bayside"}],
        },
    )
    return f"/v1/initiatives/{made['id']}"


async def chartered(caller: Caller, **rules: Mapping[str, Any]) -> str:
    """An initiative with a charter in force."""
    initiative = await register(caller)
    await caller.done(f"{initiative}/charter/drafts", {"provisions": provisions(**rules)})
    await caller.done(
        f"{initiative}/charter/adoptions",
        {"founding_group": FOUNDERS, "founding_until": "2022-03-01"},
    )
    return initiative


async def join(caller: Caller, initiative: str, name: str) -> UUID:
    """Invited and signed."""
    organisation = str(named(name))
    await caller.done(f"{initiative}/invitations", {"organisation": organisation, "name": name})
    joined = await caller.done(
        f"{initiative}/partners",
        {
            "organisation": organisation,
            "sector": CAST[name],
            "agreement_version": "1",
            "term": {"starts": "2022-02-09", "ends": "2023-12-31"},
        },
    )
    return UUID(joined["partners"][-1]["partner_id"])


async def partnered(caller: Caller, **rules: Mapping[str, Any]) -> str:
    """An initiative with a charter, all partners, and the panel's seats."""
    initiative = await chartered(caller, **rules)
    for name in CAST:
        await join(caller, initiative, name)
    for who in VOICE_PERSONS:
        seat = {"kind": "lived-experience", "holder": who, "organisation": str(named(VOICES))}
        await caller.done(f"{initiative}/charter/seats", seat)
    return initiative


async def begin_work(caller: Caller, cycle: str) -> None:
    """Measures and a plan of action stand, as was heard of the others; so the work may begin."""
    refused = await caller.ask(f"{cycle}/plan-approvals", {})
    assert refused.status_code == 409, refused.text
    assert refused.json()["type"] == "/problems/measures-not-ready"
    assert "retry-after" in refused.headers
    plan_ready(caller, cycle, (await caller.get(cycle)).json()["initiative_id"])
    await caller.done(f"{cycle}/plan-approvals", {})
    await caller.done(f"{cycle}/starts", {})


def plan_ready(caller: Caller, cycle: str, initiative: str) -> None:
    """The gates of planning are open."""
    app: Any = caller.app
    known: MemoryReferences = app.state.service.references
    home = UUID(initiative.rpartition("/")[2])
    known.add(Reference(FRAMEWORK, named("framework"), home))
    known.add(Reference(PLANNED, UUID(cycle.rpartition("/")[2]), home))


async def propose(caller: Caller, initiative: str, decision_class: str, **more: Any) -> str:
    """The proposal's path."""
    said = {"decision_class": decision_class, "title": "What we do", "text": "We do it."} | more
    made = await caller.done(f"{initiative}/proposals", said)
    return f"/v1/proposals/{made['id']}"


async def decide(caller: Caller, initiative: str, decision_class: str, **more: Any) -> str:
    """The id of a decision of this class, made by everybody."""
    proposal = await propose(caller, initiative, decision_class, **more)
    called = {"attendees": present(*list(CAST)[:-1]), "result": "Agreed."}
    made = await caller.done(f"{proposal}/decisions", called)
    return str(made["id"])
