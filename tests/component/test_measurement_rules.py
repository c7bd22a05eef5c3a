"""Rules at work over HTTP: what a framework and a definition say of values, however they come."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.callers import ORGANISATION, Caller, named, token
from tests.component.measuring import (
    BAYSIDE,
    DECISION,
    INITIATIVE,
    MAPPING,
    WHY,
    House,
    house,
    indicator,
    refusal,
    send,
    table,
    verified,
)
from tests.terms import UNDER

FRAMEWORK = f"/v1/initiatives/{INITIATIVE}/measurement-framework"
COUNTED: dict[str, Any] = {
    "unit": "people",
    "numerator": None,
    "denominator": None,
    "method": "Counted at the desk",
    "strata": [{"name": "Sex", "equity": True, "additive": True, "codes": ["Female", "Male"]}],
}


@pytest.fixture
def measuring() -> House:
    return house(terms=True)


@pytest.fixture
async def caller(measuring: House) -> AsyncIterator[Caller]:
    async with Caller(measuring.app) as someone:
        yield someone


async def stated(caller: Caller, **criterion: Any) -> None:
    await caller.done(FRAMEWORK, {"title": "What we watch"})
    rule = {"code": "r-1", "criterion": criterion, "severity": "blocking"}
    await caller.done(f"{FRAMEWORK}/validation-rules", {"rule": rule})


def found(answer: httpx.Response) -> list[tuple[int, str]]:
    assert answer.is_success, answer.text
    held_up = answer.json().get("validation", {"first": []})
    return [(one["line"], one["rule"]) for one in held_up["first"]]


async def record(caller: Caller, id: UUID, value: str, **more: Any) -> httpx.Response:
    said = {"period": "2021", "place": BAYSIDE, "value": value, **UNDER, **more}
    return await caller.ask(f"/v1/indicators/{id}/observations", said)


async def test_a_file_is_looked_at_by_the_rules_of_the_framework(caller: Caller):
    await indicator(caller)
    await stated(caller, kind="range", minimum="0", maximum="100")
    answer = await send(caller, table("2020,Bayside,20801,,99", "2021,Bayside,20801,,101"))
    assert answer.json()["outcome"] == "waiting"
    assert found(answer) == [(3, "r-1")]


async def test_row_by_row_only_the_blocked_rows_are_left_out(caller: Caller):
    await indicator(caller)
    await stated(caller, kind="change", percent="10")
    file = table("2020,Bayside,20801,,50", "2021,Bayside,20801,,60", "2021,Kingston,20803,,60")
    answer = await send(caller, file, mode="rows")
    assert (answer.json()["outcome"], answer.json()["new"]) == ("accepted", 2)


async def test_a_value_that_its_parts_do_not_make_never_counts(caller: Caller):
    id = await indicator(caller)
    parts = {"numerator": "19", "denominator": "31"}
    made = (await record(caller, id, "61.3", **parts)).json()
    await record(caller, id, "65", period="2020", **parts)
    shown = (await caller.get(f"/v1/series/{made['id']}")).json()["observations"]
    assert [one["period"] for one in shown] == ["2021"]


async def test_strata_do_not_exceed_a_total_that_came_before_in_another_submission(
    caller: Caller,
):
    await indicator(caller, **COUNTED)
    assert found(await send(caller, table("2021,Bayside,20801,,10"))) == []
    fits = await send(caller, table("2021,Bayside,20801,Female,6"))
    assert found(fits) == []
    answer = await send(caller, table("2021,Bayside,20801,Male,5"))
    assert answer.json()["outcome"] == "waiting"
    assert found(answer) == [(2, "strata-above-total")]


async def test_a_total_is_not_below_the_strata_that_came_before_it(caller: Caller):
    await indicator(caller, **COUNTED)
    file = table("2021,Bayside,20801,Female,6", "2021,Bayside,20801,Male,5")
    assert found(await send(caller, file)) == []
    low = await send(caller, table("2021,Bayside,20801,,10"), mode="rows")
    assert found(low) == [(2, "strata-above-total")]
    assert found(await send(caller, table("2021,Bayside,20801,,11"))) == []


async def test_strata_are_held_against_a_total_that_is_not_raised_after_all(caller: Caller):
    """Row by row: the higher total is blocked by another rule, so the one that stands counts."""
    await indicator(caller, **COUNTED)
    await send(caller, table("2021,Bayside,20801,,10"))
    await stated(caller, kind="range", maximum="15")
    file = table("2021,Bayside,20801,,20", "2021,Bayside,20801,Female,12")
    sent = await send(caller, file, mode="rows", revisions="correct", reason="Counted again.")
    assert found(sent) == [(2, "r-1"), (3, "strata-above-total")]
    assert sent.json()["left_out"] == 2


async def test_no_correction_breaks_what_always_holds(caller: Caller):
    id = await indicator(caller, **COUNTED)
    file = table("2021,Bayside,20801,,11", "2021,Bayside,20801,Female,6")
    await send(caller, file)
    total = (await record(caller, id, "12", period="2020")).json()["id"]
    lower = {"period": "2021", "was": {"value": "11"}, "now": {"value": "5"}, "reason": WHY}
    refused = await caller.ask(f"/v1/series/{total}/corrections", lower)
    assert refusal(refused) == (422, "invariant-broken")
    await caller.done(f"/v1/series/{total}/corrections", lower | {"now": {"value": "6"}})


async def test_nothing_is_certified_that_stands_against_another_value_by_now(
    measuring: House, caller: Caller
):
    """Two submissions that wait do not see each other; whoever certifies sees both."""
    id = await indicator(caller, **COUNTED)
    await stated(caller, kind="range", maximum="1")
    waits = [
        (await send(caller, table(row), key=row)).json()["submission_id"]
        for row in ("2021,Bayside,20801,,10", "2021,Bayside,20801,Female,11")
    ]
    async with Caller(measuring.app, bearer=token("sam", "data-steward")) as steward:
        for submission in waits:
            accept = {"reason": WHY}
            await steward.done(f"/v1/submissions/{submission}/acceptances", accept)
            await verified(caller, submission)
    made = (await record(caller, id, "1", period="2020", dimensions={"Sex": "Female"})).json()
    async with Caller(measuring.app, bearer=token("noor", "certifier")) as certifier:
        asked = {"periods": ["2021"]}
        refused = await certifier.ask(f"/v1/series/{made['id']}/certifications", asked)
    assert refusal(refused) == (422, "invariant-broken")


async def test_a_rule_of_another_indicator_is_not_asked(caller: Caller):
    await indicator(caller)
    other = await indicator(caller, "I5")
    await caller.done(FRAMEWORK, {"title": "What we watch"})
    criterion = {"kind": "range", "maximum": "1"}
    rule = {"code": "r-1", "criterion": criterion, "indicators": [str(other)]}
    await caller.done(f"{FRAMEWORK}/validation-rules", {"rule": rule})
    assert found(await send(caller, table("2021,Bayside,20801,,50"))) == []
    assert named("nobody") != other


TERMS = {
    "code": "vic-terms",
    "title": "School terms in Victoria",
    "periods": [{"name": "Term 1 2022", "start": "2022-01-31", "end": "2022-04-08"}],
}


async def test_a_file_may_name_its_periods_by_a_calendar_of_the_initiative(caller: Caller):
    id = await indicator(caller)
    by_terms = MAPPING | {
        "period": {"format": "calendar", "column": "Year", "calendar": "vic-terms"}
    }
    file = table("Term 1 2022,Bayside,20801,,50")
    unknown = await send(caller, file, by_terms)
    assert refusal(unknown) == (409, "no-such-calendar")
    await caller.done(FRAMEWORK, {"title": "What we watch"})
    await caller.done(f"{FRAMEWORK}/calendars", {"calendar": TERMS})
    assert (await send(caller, file, by_terms)).json()["new"] == 1
    twice = await record(caller, id, "50", period="2022-01-31/2022-04-08")
    assert refusal(twice) == (409, "period-already-observed")
    other = await send(caller, table("Term 9 2022,Bayside,20801,,50"), by_terms)
    assert refusal(other) == (422, "import-refused")


TERM: dict[str, Any] = {"calendar": "vic-terms", "name": "Term 1 2022"}
"""As it is named in a command; its days and its name are what goes on record."""
DATED = {"start": "2022-01-31", "end": "2022-04-08", "period": "Term 1 2022"}


async def test_whatever_has_a_period_may_name_it_by_a_calendar(caller: Caller):
    id = await indicator(caller)
    unstated = await record(caller, id, "50", period=TERM)
    assert refusal(unstated) == (409, "no-such-calendar")
    await caller.done(FRAMEWORK, {"title": "What we watch"})
    await caller.done(f"{FRAMEWORK}/calendars", {"calendar": TERMS})
    other = await record(caller, id, "50", period=TERM | {"name": "Term 9 2022"})
    assert refusal(other) == (422, "no-such-named-period")
    assert "there are: Term 1 2022." in other.json()["detail"]
    recorded = (await record(caller, id, "50", period=TERM)).json()
    assert DATED.items() <= recorded["observations"][0].items()
    correction = {"period": TERM, "was": {"value": "50"}, "now": {"value": "51"}, "reason": WHY}
    corrected = await caller.done(f"/v1/series/{recorded['id']}/corrections", correction)
    assert corrected["observations"][0]["value"] == "51"
    aim = {"value": "40", "period": TERM}
    baseline = await caller.done(f"/v1/indicators/{id}/baselines", aim)
    assert DATED.items() <= baseline["baselines"][0].items()
    decided = aim | {"decision_id": str(DECISION), "no_baseline_yet": False}
    aimed = await caller.done(f"/v1/indicators/{id}/targets", decided)
    assert DATED.items() <= aimed["targets"][0].items()
    window = {"opens": "2022-02-01", "due": "2022-04-20", "closes": "2022-04-30"}
    rounds = f"/v1/initiatives/{INITIATIVE}/reporting-periods"
    asked = window | {"title": "Term 1", "periods": [TERM]}
    assert (await caller.done(rounds, asked))["periods"] == [DATED]
    twice = await caller.ask(rounds, asked | {"periods": [TERM, "2022-01-31/2022-04-08"]})
    assert refusal(twice) == (422, "period-named-twice")


async def test_what_stands_is_asked_about_by_a_name_too(measuring: House, caller: Caller):
    id = await indicator(caller)
    await caller.done(FRAMEWORK, {"title": "What we watch"})
    await caller.done(f"{FRAMEWORK}/calendars", {"calendar": TERMS})
    recorded = (await record(caller, id, "50", period=TERM)).json()
    submission = recorded["observations"][0]["submission_id"]
    path = f"/v1/series/{recorded['id']}"
    await caller.done(f"{path}/anomalies", {"period": TERM, "rule": "z-score", "finding": "High."})
    await verified(caller, submission, by="vera")
    bearer = token("noor", "certifier", organisation=ORGANISATION)
    async with Caller(measuring.app, bearer=bearer) as certifier:
        many = f"/v1/indicators/{id}/certifications"
        other = {"series_id": recorded["id"], "periods": [TERM | {"name": "Term 9 2022"}]}
        unknown = await certifier.ask(many, {"series": [other]})
        assert refusal(unknown) == (422, "no-such-named-period")
        named = {"series_id": recorded["id"], "periods": [TERM]}
        await certifier.done(many, {"series": [named]})
        await certifier.done(f"{path}/decertifications", {"period": TERM, "reason": WHY})
        done = await certifier.done(f"{path}/certifications", {"periods": [TERM]})
        assert done["observations"][0]["certified"]
    await caller.done(f"{path}/status-changes", {"period": TERM, "status": "P"})
    was = {"value": "50", "status": "P"}
    left = await caller.done(f"{path}/withdrawals", {"period": TERM, "was": was, "reason": WHY})
    assert left["observations"] == []


async def test_a_period_by_a_name_has_the_name_and_its_calendar(caller: Caller):
    id = await indicator(caller)
    nameless = await record(caller, id, "50", period={"calendar": "vic-terms"})
    assert refusal(nameless) == (422, "invalid-shape")
    assert nameless.json()["errors"][0]["pointer"] == "/period/name"
    nothing = await record(caller, id, "50", period=2022)
    assert nothing.json()["errors"][0]["pointer"] == "/period"


async def test_no_value_by_aboriginal_status_comes_in_without_a_named_authority(caller: Caller):
    id = await indicator(caller)
    status = {"Aboriginal status": "Aboriginal"}
    refused = await record(caller, id, "50", dimensions=status)
    assert refusal(refused) == (409, "indigenous-data-authority-missing")
    by_status = MAPPING | {"dimensions": ["Aboriginal status"]}
    file = table("2021,Bayside,20801,Aboriginal,50").replace("Sex", "Aboriginal status")
    sent = await send(caller, file, by_status)
    assert refusal(sent)[0] in (409, 422)
    assert "authority" in sent.text
