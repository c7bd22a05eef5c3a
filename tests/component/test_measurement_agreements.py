"""Data agreements over HTTP: signed by the parties themselves, and over by themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.measurement.policies.timers import TIMERS
from tests.callers import ORGANISATION, Caller, named, token
from tests.component.measuring import INITIATIVE, WHY, House, house, indicator, refusal
from tests.component.timed import timed, waiting

SCHOOL = named("school")
TERMS = {
    "parties": [str(ORGANISATION), str(SCHOOL)],
    "providers": [str(SCHOOL)],
    "recipients": [str(ORGANISATION)],
    "purpose": "See who is still engaged.",
    "legal_basis": "Consent.",
    "min_count": 5,
    "retention": "Seven years.",
    "ends": "2023-06-30",
}
BECAUSE = {"reason": WHY}


@pytest.fixture
def measuring() -> House:
    return house()


@pytest.fixture
async def caller(measuring: House) -> AsyncIterator[Caller]:
    async with Caller(measuring.app) as someone:
        yield someone


async def drafted(caller: Caller, **terms: Any) -> str:
    body = {"kind": "partner-data", "title": "Engagement", "terms": TERMS | terms}
    made = await caller.done(f"/v1/initiatives/{INITIATIVE}/data-agreements", body)
    return f"/v1/data-agreements/{made['id']}"


async def signed(measuring: House, caller: Caller, path: str) -> None:
    await caller.done(f"{path}/signatures", {})
    await signed_by_school(measuring, path)


async def signed_by_school(measuring: House, path: str) -> None:
    async with Caller(measuring.app, bearer=token("teacher", organisation=SCHOOL)) as teacher:
        await teacher.done(f"{path}/signatures", {})


async def active(measuring: House, caller: Caller, **terms: Any) -> str:
    path = await drafted(caller, **terms)
    await signed(measuring, caller, path)
    await caller.done(f"{path}/activations", {})
    return path


async def test_each_party_signs_for_itself(measuring: House, caller: Caller):
    path = await drafted(caller)
    early = await caller.ask(f"{path}/activations", {})
    assert refusal(early) == (409, "signatures-missing")
    await caller.done(f"{path}/signatures", {})
    assert refusal(await caller.ask(f"{path}/signatures", {})) == (409, "signed-already")
    stranger = token("stranger", organisation=named("elsewhere"))
    async with Caller(measuring.app, bearer=stranger) as someone:
        assert refusal(await someone.ask(f"{path}/signatures", {})) == (409, "not-a-party")
    assert (await caller.get(path)).json()["unsigned"] == [str(SCHOOL)]
    await signed_by_school(measuring, path)
    assert (await caller.done(f"{path}/activations", {}))["state"] == "active"


async def test_a_draft_may_lack_what_activation_needs(measuring: House, caller: Caller):
    path = await drafted(caller, purpose=None, recipients=[])
    await signed(measuring, caller, path)
    refused = await caller.ask(f"{path}/activations", {})
    assert refusal(refused) == (409, "terms-incomplete")
    assert "purpose, recipients" in refused.json()["detail"]


async def test_terms_name_indicators_of_the_initiative(caller: Caller):
    known = str(await indicator(caller))
    assert await drafted(caller, indicators=[known])
    body = {"kind": "partner-data", "title": "x", "terms": TERMS | {"indicators": [str(SCHOOL)]}}
    refused = await caller.ask(f"/v1/initiatives/{INITIATIVE}/data-agreements", body)
    assert refusal(refused) == (404, "not-found")


async def test_it_is_varied_suspended_and_revoked_with_a_reason(measuring: House, caller: Caller):
    path = await active(measuring, caller)
    for command in ("suspensions", "revocations"):
        assert refusal(await caller.ask(f"{path}/{command}", {})) == (422, "reason-required")
    assert (await caller.done(f"{path}/suspensions", BECAUSE))["state"] == "suspended"
    assert (await caller.done(f"{path}/activations", {}))["state"] == "active"
    terms = {"terms": TERMS | {"min_count": 10}}
    assert (await caller.ask(f"{path}/variations", terms | BECAUSE)).status_code == 428
    unfounded = await caller.ask(f"{path}/variations", terms, If_Match="*")
    assert refusal(unfounded) == (422, "reason-required")
    varied = await caller.done(f"{path}/variations", terms | BECAUSE, If_Match="*")
    assert (varied["state"], varied["signed"], varied["terms_version"]) == ("to be signed", [], 2)
    assert (await caller.done(f"{path}/revocations", BECAUSE))["state"] == "revoked"
    late = await caller.ask(f"{path}/signatures", {})
    assert refusal(late) == (409, "agreement-is-over")


async def test_it_expires_by_itself_after_its_last_day(measuring: House, caller: Caller):
    path = await active(measuring, caller)
    assert refusal(await caller.ask(f"{path}/expirations", {})) == (409, "terms-not-over")
    measuring.clock.forward(days=364)
    assert await timed(measuring.app, measuring.clock, TIMERS, "measurement") == []
    measuring.clock.forward(days=1)
    facts = await timed(measuring.app, measuring.clock, TIMERS, "measurement")
    assert facts == ["measurement.data-agreement-expired"]
    assert (await caller.get(path)).json()["state"] == "expired"
    assert await timed(measuring.app, measuring.clock, TIMERS, "measurement") == []


async def test_what_is_revoked_or_varied_does_not_expire(measuring: House, caller: Caller):
    path = await active(measuring, caller)
    assert len(await waiting(measuring.store, TIMERS)) == 1
    terms = {"terms": TERMS | {"ends": "2024-06-30"}}
    await caller.done(f"{path}/variations", terms | BECAUSE, If_Match="*")
    assert await waiting(measuring.store, TIMERS) == []
    await signed(measuring, caller, path)
    await caller.done(f"{path}/activations", {})
    [due] = await waiting(measuring.store, TIMERS)
    assert due.due.date().isoformat() == "2024-07-01"
    await caller.done(f"{path}/revocations", BECAUSE)
    assert await waiting(measuring.store, TIMERS) == []


async def test_open_data_has_a_licence_and_no_minimum_cell(caller: Caller):
    terms = {"parties": [str(ORGANISATION)], "purpose": "Context.", "min_count": 5}
    body = {"kind": "open-data", "title": "ABS", "terms": terms}
    path = f"/v1/initiatives/{INITIATIVE}/data-agreements"
    refused = await caller.ask(path, body)
    assert refusal(refused) == (422, "open-data-has-no-minimum-cell")
    del terms["min_count"]
    made = await caller.done(path, body)
    one = f"/v1/data-agreements/{made['id']}"
    await caller.done(f"{one}/signatures", {})
    refused = await caller.ask(f"{one}/activations", {})
    assert refusal(refused) == (409, "terms-incomplete")
    more = {"terms": terms | {"licence": "CC BY 4.0", "credit": "ABS"}}
    await caller.done(f"{one}/variations", more | BECAUSE, If_Match="*")
    await caller.done(f"{one}/signatures", {})
    assert (await caller.done(f"{one}/activations", {}))["state"] == "active"


async def test_strata_by_aboriginal_status_need_a_named_authority(measuring: House, caller: Caller):
    path = await drafted(caller, strata=["Aboriginal status"])
    await signed(measuring, caller, path)
    refused = await caller.ask(f"{path}/activations", {})
    assert refusal(refused) == (409, "indigenous-data-authority-missing")
    authority = {"organisation": str(named("authority")), "name": "Boon Wurrung"}
    await caller.done(f"{path}/indigenous-data-authorities", authority)
    done = await caller.done(f"{path}/activations", {})
    assert done["indigenous_data_authority"] == authority["organisation"]
