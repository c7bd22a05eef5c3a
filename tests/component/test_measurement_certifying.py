"""Certifying over HTTP: by a certifier, never of one's own values, and of values as they stand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from tests.callers import Caller, named, token
from tests.component.measuring import (
    BAYSIDE,
    MAPPING,
    WHY,
    House,
    house,
    indicator,
    refusal,
    send,
    verified,
)
from tests.component.measuring import table as file_of
from tests.terms import UNDER

KINGSTON = BAYSIDE | {"code": "20803", "label": "Kingston"}
BECAUSE = {"reason": WHY}


@pytest.fixture
def measuring() -> House:
    return house(terms=True)


@pytest.fixture
async def caller(measuring: House) -> AsyncIterator[Caller]:
    async with Caller(measuring.app) as someone:
        yield someone


@pytest.fixture
async def certifier(measuring: House) -> AsyncIterator[Caller]:
    async with Caller(measuring.app, bearer=token("noor", "certifier")) as someone:
        yield someone


async def recorded(caller: Caller, id: UUID, place: dict[str, str] = BAYSIDE) -> str:
    said = {"period": "2022-S1", "place": place, "value": "60.0", **UNDER}
    made = await caller.done(f"/v1/indicators/{id}/observations", said)
    await verified(caller, made["observations"][0]["submission_id"])
    return f"/v1/series/{made['id']}"


async def shown(caller: Caller, path: str) -> dict[str, Any]:
    [observation] = (await caller.get(path)).json()["observations"]
    return dict(observation)


async def test_a_certifier_certifies_and_nobody_else(caller: Caller, certifier: Caller):
    path = await recorded(caller, await indicator(caller))
    asked = {"periods": ["2022-S1"]}
    refused = await caller.ask(f"{path}/certifications", asked)
    assert refusal(refused) == (403, "role-not-allowed")
    done = await certifier.done(f"{path}/certifications", asked)
    assert done["observations"][0]["certified"] is True
    again = await certifier.ask(f"{path}/certifications", asked)
    assert refusal(again) == (409, "certified-already")
    nothing = await certifier.ask(f"{path}/certifications", {})
    assert refusal(nothing) == (409, "nothing-to-certify")


async def test_nobody_certifies_what_they_submitted_or_corrected(measuring: House, caller: Caller):
    path = await recorded(caller, await indicator(caller))
    both = token("person-1", "backbone-coordinator", "certifier")
    async with Caller(measuring.app, bearer=both) as submitter:
        refused = await submitter.ask(f"{path}/certifications", {})
        assert refusal(refused) == (422, "certifier-is-submitter")
    other = token("noor", "data-steward", "certifier")
    async with Caller(measuring.app, bearer=other) as corrector:
        now = {"period": "2022-S1", "was": {"value": "60"}, "now": {"value": "61"}} | BECAUSE
        await corrector.done(f"{path}/corrections", now)
        refused = await corrector.ask(f"{path}/certifications", {})
        assert refusal(refused) == (422, "certifier-is-submitter")


async def test_a_corrected_value_is_to_be_certified_anew(caller: Caller, certifier: Caller):
    path = await recorded(caller, await indicator(caller))
    await certifier.done(f"{path}/certifications", {})
    now = {"period": "2022-S1", "was": {"value": "60"}, "now": {"value": "61"}} | BECAUSE
    await caller.done(f"{path}/corrections", now)
    assert (await shown(caller, path))["certified"] is False
    await certifier.done(f"{path}/certifications", {})
    assert (await shown(caller, path))["certified"] is True
    await caller.done(f"{path}/status-changes", {"period": "2022-S1", "status": "P"})
    told = await shown(caller, path)
    assert (told["status"], told["certified"]) == ("P", False)


async def test_an_imported_value_is_certified_and_a_later_import_ends_it(
    caller: Caller, certifier: Caller
):
    await indicator(caller)
    rows = file_of("2020,Bayside,20801,Female,60.0", "2021,Bayside,20801,Female,61.0")
    await verified(caller, (await send(caller, rows, MAPPING)).json()["submission_id"])
    made = await series_of(certifier)
    await certifier.done(f"{made[0]}/certifications", {})
    better = file_of("2020,Bayside,20801,Female,59.0", "2021,Bayside,20801,Female,61.0")
    sent = await send(caller, better, MAPPING, revisions="correct", reason="Counted again.")
    assert sent.status_code == 201, sent.text
    told = (await caller.get(made[0])).json()["observations"]
    assert [(one["value"], one["certified"]) for one in told] == [("59.0", False), ("61.0", True)]
    sure = (await caller.get(made[0], params={"certified": "true"})).json()["observations"]
    assert [one["value"] for one in sure] == ["61.0"]


async def series_of(caller: Caller) -> list[str]:
    lines = (await caller.get("/events")).text.splitlines()
    found = {part for line in lines for part in line.split('"') if "/series/" in part}
    return [f"/v1/series/{subject.rpartition('/')[2]}" for subject in sorted(found)]


async def test_many_series_are_certified_at_once_or_not_at_all(caller: Caller, certifier: Caller):
    id = await indicator(caller)
    paths = [await recorded(caller, id), await recorded(caller, id, KINGSTON)]
    asked = [{"series_id": path.rpartition("/")[2]} for path in paths]
    where = f"/v1/indicators/{id}/certifications"
    stranger = {"series": [*asked, {"series_id": str(named("nothing"))}]}
    assert refusal(await certifier.ask(where, stranger)) == (404, "not-found")
    wrong = {"series": [asked[0], asked[1] | {"periods": ["2020"]}]}
    assert refusal(await certifier.ask(where, wrong)) == (409, "nothing-observed")
    assert (await shown(caller, paths[0]))["certified"] is False
    await certifier.done(where, {"series": asked})
    assert [(await shown(caller, path))["certified"] for path in paths] == [True, True]


async def test_a_certification_is_ended_with_a_reason(caller: Caller, certifier: Caller):
    path = await recorded(caller, await indicator(caller))
    period = {"period": "2022-S1"}
    early = await certifier.ask(f"{path}/decertifications", period | BECAUSE)
    assert refusal(early) == (409, "not-certified")
    await certifier.done(f"{path}/certifications", {})
    unfounded = await certifier.ask(f"{path}/decertifications", period)
    assert refusal(unfounded) == (422, "reason-required")
    await certifier.done(f"{path}/decertifications", period | BECAUSE)
    assert (await shown(caller, path))["certified"] is False


async def test_a_value_is_withdrawn_with_a_reason_and_may_come_anew(caller: Caller):
    id = await indicator(caller)
    path = await recorded(caller, id)
    asked = {"period": "2022-S1", "was": {"value": "60"}}
    assert refusal(await caller.ask(f"{path}/withdrawals", asked)) == (422, "reason-required")
    wrong = asked | {"was": {"value": "61"}} | BECAUSE
    assert refusal(await caller.ask(f"{path}/withdrawals", wrong)) == (409, "stands-differently")
    gone = await caller.done(f"{path}/withdrawals", asked | BECAUSE)
    assert gone["observations"] == []
    assert await recorded(caller, id) == path
    assert (await shown(caller, path))["value"] == "60.0"


async def test_an_odd_value_is_flagged_and_stands(caller: Caller):
    path = await recorded(caller, await indicator(caller))
    asked = {"period": "2022-S1", "rule": "z-score", "finding": "3.4 deviations off"}
    flagged = await caller.done(f"{path}/anomalies", asked)
    assert flagged["anomalies"][0]["rule"] == "z-score"
    assert (await shown(caller, path))["value"] == "60.0"
    assert refusal(await caller.ask(f"{path}/anomalies", asked)) == (409, "flagged-already")
