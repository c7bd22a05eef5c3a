"""An accepted submission as a whole: certified by a third person, or taken back with its values."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.callers import ORGANISATION, Caller, named, token
from tests.component.measuring import (
    INITIATIVE,
    WHY,
    House,
    house,
    indicator,
    refusal,
    send,
    table,
    verified,
)

BECAUSE = {"reason": WHY}
FRAMEWORK = f"/v1/initiatives/{INITIATIVE}/measurement-framework"
AT_MOST_90 = {
    "code": "at-most-90",
    "severity": "blocking",
    "criterion": {"kind": "range", "of": "value", "maximum": "90"},
}
SERIES = 130
"""More than one batch."""
ROWS = [f"{year},Place,{code},,50" for code in range(SERIES) for year in (2020, 2021)]


@pytest.fixture
def measuring() -> House:
    return house(terms=True)


@pytest.fixture
async def caller(measuring: House) -> AsyncIterator[Caller]:
    async with Caller(measuring.app) as someone:
        await indicator(someone)
        yield someone


@pytest.fixture
async def certifier(measuring: House) -> AsyncIterator[Caller]:
    bearer = token("noor", "certifier", organisation=ORGANISATION)
    async with Caller(measuring.app, bearer=bearer) as someone:
        yield someone


@pytest.fixture
async def steward(measuring: House) -> AsyncIterator[Caller]:
    bearer = token("stella", "data-steward", organisation=named("backbone"))
    async with Caller(measuring.app, bearer=bearer) as someone:
        yield someone


async def sent(caller: Caller, *rows: str, **more: str) -> str:
    answer = await send(caller, table(*rows), **more)
    assert answer.is_success, answer.text
    return f"/v1/submissions/{answer.json()['submission_id']}"


async def verify(caller: Caller, path: str) -> None:
    await verified(caller, path.rpartition("/")[2])


async def told(measuring: House, fact: str) -> int:
    """How often a fact was written."""
    lines = await measuring.store.replay(limit=5_000)
    return sum(f'"commonweal.measurement.{fact}.v1"' in each.line for each in lines)


async def series(measuring: House, code: str) -> str:
    """The path of a series, by the code of its place."""
    lines = [each.line for each in await measuring.store.replay(limit=5_000)]
    found = next(line for line in lines if f'"code":"{code}"' in line and "/series/" in line)
    return f"/v1/series/{found.split('/series/')[1][:36]}"


async def test_one_command_certifies_whatever_a_submission_brought(
    measuring: House, caller: Caller, certifier: Caller
):
    path = await sent(caller, *ROWS)
    early = await certifier.ask(f"{path}/certifications", {})
    assert refusal(early) == (409, "not-verified")
    await verify(caller, path)
    done = await certifier.done(f"{path}/certifications", {})
    assert (done["series"], done["observations"]) == (SERIES, 2 * SERIES)
    assert await told(measuring, "observations-certified") == SERIES
    again = await certifier.ask(f"{path}/certifications", {})
    assert refusal(again) == (409, "nothing-left-to-certify")


@pytest.mark.parametrize(
    ("person", "problem"),
    [("person-1", "certifier-is-submitter"), ("vera", "certifier-is-verifier")],
)
async def test_three_persons_also_where_it_is_one_command(
    measuring: House, caller: Caller, person: str, problem: str
):
    path = await sent(caller, "2020,Bayside,20801,,50")
    await verify(caller, path)
    bearer = token(person, "certifier", organisation=ORGANISATION)
    async with Caller(measuring.app, bearer=bearer) as somebody:
        refused = await somebody.ask(f"{path}/certifications", {})
    assert refusal(refused) == (422, problem)
    assert await told(measuring, "observations-certified") == 0


async def test_what_waits_is_not_certified_and_not_what_was_corrected_since(
    measuring: House, caller: Caller, certifier: Caller
):
    path = await sent(caller, "2020,Bayside,20801,,50", "2021,Bayside,20801,,51")
    await verify(caller, path)
    at = await series(measuring, "20801")
    correction = {"period": "2021", "was": {"value": "51"}, "now": {"value": "52"}} | BECAUSE
    await caller.done(f"{at}/corrections", correction)
    done = await certifier.done(f"{path}/certifications", {})
    assert (done["series"], done["observations"]) == (1, 1)
    shown = (await caller.get(at)).json()["observations"]
    assert [(one["value"], one["certified"]) for one in shown] == [("50", True), ("52", False)]
    await caller.done(FRAMEWORK, {"title": "What we look at"})
    await caller.done(f"{FRAMEWORK}/validation-rules", {"rule": AT_MOST_90})
    waits = await sent(caller, "2020,Kingston,20803,,95")
    assert refusal(await certifier.ask(f"{waits}/certifications", {})) == (409, "not-accepted")


async def test_a_batch_that_is_refused_leaves_those_before_it_and_the_command_goes_on(
    measuring: House, caller: Caller, certifier: Caller, steward: Caller
):
    path = await sent(caller, *ROWS)
    await verify(caller, path)
    await caller.done(FRAMEWORK, {"title": "What we look at"})
    await caller.done(f"{FRAMEWORK}/validation-rules", {"rule": AT_MOST_90})
    late = f"2020,Place,{SERIES - 1},,95"
    waits = await sent(caller, late, revisions="correct", reason="Counted again.")
    refused = await certifier.ask(f"{path}/certifications", {})
    assert refusal(refused) == (409, "period-pending")
    assert await told(measuring, "observations-certified") == 100
    await steward.done(f"{waits}/rejections", BECAUSE)
    done = await certifier.done(f"{path}/certifications", {})
    assert (done["series"], done["observations"]) == (30, 60)


async def test_an_accepted_submission_is_taken_back_with_what_it_brought(
    measuring: House, caller: Caller, certifier: Caller, steward: Caller
):
    path = await sent(caller, *ROWS)
    await verify(caller, path)
    await certifier.done(f"{path}/certifications", {})
    assert refusal(await steward.ask(f"{path}/withdrawals", {})) == (422, "reason-required")
    done = await steward.done(f"{path}/withdrawals", BECAUSE)
    assert done["state"] == "withdrawn"
    assert await told(measuring, "observation-withdrawn") == 2 * SERIES
    at = await series(measuring, "0")
    now = (await caller.get(at)).json()
    assert now["observations"] == []
    before = (await caller.get(at, params={"version": 2})).json()
    assert [one["certified"] for one in before["observations"]] == [True, True]
    again = await steward.ask(f"{path}/withdrawals", BECAUSE)
    assert refusal(again) == (409, "submission-decided")


async def test_only_its_provider_or_a_steward_takes_it_back(measuring: House, caller: Caller):
    path = await sent(caller, "2020,Bayside,20801,,50")
    bearer = token("eve", organisation=named("stranger"))
    async with Caller(measuring.app, bearer=bearer) as stranger:
        refused = await stranger.ask(f"{path}/withdrawals", BECAUSE)
    assert refusal(refused) == (422, "not-the-provider")
    assert (await caller.done(f"{path}/withdrawals", BECAUSE))["state"] == "withdrawn"


async def test_what_was_taken_back_may_be_sent_again_and_what_was_corrected_stands(
    measuring: House, caller: Caller
):
    rows = "2020,Bayside,20801,,50", "2021,Bayside,20801,,51"
    path = await sent(caller, *rows)
    at = await series(measuring, "20801")
    correction = {"period": "2021", "was": {"value": "51"}, "now": {"value": "52"}} | BECAUSE
    await caller.done(f"{at}/corrections", correction)
    await caller.done(f"{path}/withdrawals", BECAUSE)
    shown = (await caller.get(at)).json()["observations"]
    assert [(one["period"], one["value"]) for one in shown] == [("2021", "52")]
    answer = (await send(caller, table(*rows), mode="rows")).json()
    assert (answer["outcome"], answer["new"], answer["left_out"]) == ("accepted", 1, 1)
    assert answer["submission_id"] != path.rpartition("/")[2]
