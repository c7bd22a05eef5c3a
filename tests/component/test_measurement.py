"""Measurement through HTTP, on memory twins: the scenario's rows, and what partners are refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from infra.eventstore import MemoryEventStore
from services.measurement.domain.submission_facts import OPEN
from tests.callers import ORGANISATION, Caller, named, token
from tests.component.measuring import (
    BAYSIDE,
    DECISION,
    DEFINITION,
    INITIATIVE,
    WHY,
    indicator,
    service,
)
from tests.terms import GIVEN, UNDER

GLEN_EIRA = BAYSIDE | {"code": "20802", "label": "Glen Eira"}
KINGSTON = BAYSIDE | {"code": "20803", "label": "Kingston"}
HALF = "2022-S2"


@pytest.fixture
def house() -> tuple[Any, MemoryEventStore]:
    return service()


@pytest.fixture
async def caller(house) -> AsyncIterator[Caller]:
    async with Caller(house[0]) as someone:
        yield someone


def observed(place: dict[str, str], value: str, numerator: str, denominator: str) -> dict[str, Any]:
    amount = {"value": value, "numerator": numerator, "denominator": denominator}
    return {"period": HALF, "place": place, **amount, **UNDER}


async def types(store: MemoryEventStore, after: int) -> list[str]:
    lines = [orjson.loads(recorded.line) for recorded in await store.replay(after=after)]
    return [line["type"].split(".")[2] for line in lines]


async def test_an_indicator_is_proposed_defined_assessed_adopted_and_aimed(caller: Caller):
    path = f"/v1/indicators/{await indicator(caller)}"
    await caller.done(
        f"{path}/design-assessments",
        {"checklist": "fabric", "checks": [{"item": "relevant", "met": True}]},
    )
    await caller.done(f"{path}/adoptions", {"decision_id": str(DECISION)})
    await caller.done(f"{path}/codes", {"scheme": "SDG", "code": "8.6.1"})
    await caller.done(f"{path}/baselines", {"value": "8.20", "period": "2021"})
    aimed = await caller.done(
        f"{path}/targets", {"value": "7.0", "period": "2025", "decision_id": str(DECISION),
                            "no_baseline_yet": False}
    )  # fmt: skip
    assert aimed["state"] == "adopted"
    assert aimed["codes"] == {"SDG": "8.6.1"}
    assert aimed["baselines"] == [
        {"value": "8.20", "start": "2021-01-01", "end": "2021-12-31", "period": "2021",
         "dimensions": {}, "version": 1}
    ]  # fmt: skip
    assert aimed["targets"][0]["value"] == "7.0"
    shown = (await caller.get(path)).json()
    assert shown == {name: value for name, value in aimed.items() if name != "position"}
    assert (await caller.get(path, params={"version": 2})).json()["state"] == "defined"


async def test_a_changed_definition_draws_a_break_and_the_target_is_carried_over(caller: Caller):
    path = f"/v1/indicators/{await indicator(caller)}"
    aimed = await caller.done(
        f"{path}/targets", {"value": "60", "decision_id": str(DECISION), "no_baseline_yet": True}
    )
    other = {"definition": DEFINITION | {"name": "After 26 weeks"}, "comparable": False}
    blind = await caller.ask(f"{path}/definition-changes", other | {"reason": WHY})
    assert blind.status_code == 428
    unsaid = await caller.ask(f"{path}/definition-changes", other, If_Match='"3"')
    assert (unsaid.status_code, unsaid.json()["type"]) == (422, "/problems/reason-required")
    late = await caller.ask(f"{path}/definition-changes", other | {"reason": WHY}, If_Match='"2"')
    assert late.status_code == 412
    changed = await caller.done(
        f"{path}/definition-changes", other | {"reason": WHY}, If_Match='"3"'
    )
    assert (changed["definition_version"], changed["series_version"]) == (2, 2)
    target = f"{path}/targets/{aimed['targets'][0]['target_id']}"
    carried = await caller.done(f"{target}/carry-overs", {"reason": WHY})
    assert [(t["value"], t["version"]) for t in carried["targets"]] == [("60", 2)]


async def test_values_before_and_after_a_break_are_separate_series(caller: Caller):
    id = await indicator(caller)
    path = f"/v1/indicators/{id}"
    before = await caller.done(f"{path}/observations", observed(BAYSIDE, "60.0", "3", "5"))
    await caller.done(
        f"{path}/definition-changes",
        {"definition": DEFINITION | {"name": "Other"}, "comparable": False, "reason": WHY},
        If_Match='"2"',
    )
    after = await caller.done(f"{path}/observations", observed(BAYSIDE, "40.0", "2", "5"))
    assert before["id"] != after["id"]
    assert (before["definition_version"], after["definition_version"]) == (1, 2)


async def test_a_target_is_raised_restored_and_withdrawn_by_decisions_with_reasons(caller: Caller):
    path = f"/v1/indicators/{await indicator(caller)}"
    decided = {"decision_id": str(DECISION)}
    aimed = await caller.done(
        f"{path}/targets", {"value": 60, "tolerance": "2.0", "no_baseline_yet": True} | decided
    )
    target = f"{path}/targets/{aimed['targets'][0]['target_id']}"
    unsaid = await caller.ask(f"{target}/revisions", {"value": "65"} | decided)
    assert unsaid.json()["type"] == "/problems/reason-required"
    for value in ("65", "60"):
        revised = await caller.done(
            f"{target}/revisions", {"value": value, "reason": WHY} | decided
        )
        assert revised["targets"][0]["value"] == value
    gone = await caller.done(f"{target}/withdrawals", {"reason": WHY})
    assert gone["targets"] == []


async def test_61_percent_becomes_57_when_those_counted_twice_are_taken_out(house, caller: Caller):
    path = f"/v1/indicators/{await indicator(caller)}"
    cells = [
        (observed(BAYSIDE, "60.0", "3", "5"), ("50.0", "2", "4")),
        (observed(GLEN_EIRA, "60.0", "6", "10"), ("55.6", "5", "9")),
        (observed(KINGSTON, "62.5", "10", "16"), ("60.0", "9", "15")),
    ]
    series = [await caller.done(f"{path}/observations", cell) for cell, _ in cells]
    assert percent(series) == Decimal("61.3")
    written = len(await house[1].replay(limit=1_000))
    names = ("value", "numerator", "denominator")
    await caller.done(
        f"{path}/deduplications",
        {
            "period": HALF,
            "parties": [str(named("Harbour Youth")), str(named("council"))],
            "method": "key match on shared referrals",
            "reason": WHY,
            "cells": [
                {
                    "place": cell["place"],
                    "was": {name: cell[name] for name in names},
                    "now": dict(zip(names, now, strict=True)),
                    "removed": 1,
                }
                for cell, now in cells
            ],
        },
    )
    assert await types(house[1], written) == ["observation-deduplicated"] * 3
    found = [(await caller.get(f"/v1/series/{one['id']}")).json() for one in series]
    assert percent(found) == Decimal("57.1")


async def test_a_cell_is_named_once_among_those_that_were_counted_twice(caller: Caller):
    path = f"/v1/indicators/{await indicator(caller)}"
    before = await caller.done(f"{path}/observations", observed(BAYSIDE, "60.0", "3", "5"))
    now = {"value": "50.0", "numerator": "2", "denominator": "4"}
    cell = {"place": BAYSIDE, "was": {"value": "60.0"}, "now": now, "removed": 1}
    asked = {"period": HALF, "parties": [str(named("council"))], "method": "key", "reason": WHY}
    twice = cell | {"dimensions": {"Sex": "_T"}}
    refused = await caller.ask(f"{path}/deduplications", asked | {"cells": [cell, twice]})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/cell-twice")
    stands = (await caller.get(f"/v1/series/{before['id']}")).json()
    assert stands["observations"][0]["value"] == "60.0"


def percent(series: list[dict[str, Any]]) -> Decimal:
    live = [one["observations"][0] for one in series]
    parts = [sum(Decimal(o[name]) for o in live) for name in ("numerator", "denominator")]
    return (100 * parts[0] / parts[1]).quantize(Decimal("0.1"))


async def test_a_single_observation_is_a_submission_of_one_row(house, caller: Caller):
    id = await indicator(caller)
    made = await caller.ask(
        f"/v1/indicators/{id}/observations", observed(BAYSIDE, "60.0", "3", "5")
    )
    assert made.status_code == 201
    body = made.json()
    assert made.headers["Location"] == f"/v1/series/{body['id']}"
    assert made.headers["ETag"] == '"1"'
    assert await types(house[1], GIVEN + 2) == [
        *("submission-received", "observations-recorded"),
        *("submission-validated", "submission-accepted"),
    ]
    assert await house[1].held(OPEN) == {}
    id = body["observations"][0]["submission_id"]
    submission = (await caller.get(f"/v1/submissions/{id}")).json()
    assert (submission["state"], submission["rows"]) == ("accepted", 1)
    counts = {"new": 1, "unchanged": 0, "corrected": 0, "missing": 0, "left_out": 0}
    assert submission["counts"] == counts
    under = {name: submission[name] for name in UNDER}
    assert (under, submission["provider"]) == (UNDER, str(ORGANISATION))


async def test_the_total_of_a_dimension_is_the_series_without_it(caller: Caller):
    id = await indicator(caller)
    path = f"/v1/indicators/{id}/observations"
    total = observed(BAYSIDE, "60.0", "3", "5") | {"dimensions": {"Sex": "_T"}}
    assert (await caller.done(path, total))["dimensions"] == {}
    again = await caller.ask(path, observed(BAYSIDE, "60.0", "3", "5"))
    assert (again.status_code, again.json()["type"]) == (409, "/problems/period-already-observed")


async def test_a_correction_states_what_stands_and_why_it_changes(caller: Caller):
    id = await indicator(caller)
    made = await caller.done(
        f"/v1/indicators/{id}/observations", observed(BAYSIDE, "60.0", "3", "5")
    )
    path = f"/v1/series/{made['id']}/corrections"
    ask = {"period": HALF, "was": {"value": "60"}, "now": {"value": "61.00", "status": "P"}}
    assert (await caller.ask(path, ask)).json()["type"] == "/problems/reason-required"
    wrong = ask | {"was": {"value": "59"}, "reason": WHY}
    refused = await caller.ask(path, wrong)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/value-is-another")
    corrected = await caller.done(path, ask | {"reason": WHY})
    assert corrected["observations"] == [
        {"value": "61.00", "status": "P", "start": "2022-07-01", "end": "2022-12-31",
         "period": HALF, "certified": False}
    ]  # fmt: skip
    before = (await caller.get(f"/v1/series/{made['id']}", params={"version": 1})).json()
    assert before["observations"][0]["value"] == "60.0"


@pytest.mark.parametrize(
    ("change", "status", "problem"),
    [
        ({"unit": "persons"}, 422, "unit-is-another"),
        ({"value": 60.5}, 422, "invalid-shape"),
        ({"value": "sixty"}, 422, "invalid-shape"),
        ({"period": "2022-13"}, 422, "invalid-shape"),
        ({"period": 2022}, 422, "invalid-shape"),
        ({"status": "X"}, 422, "invalid-shape"),
        ({"place": {"scheme": "asgs", "code": "1"}}, 422, "invalid-shape"),
        ({"place": BAYSIDE | {"code": "a\x00b"}}, 422, "invalid-shape"),
        ({"dimensions": {"": "x"}}, 422, "invalid-shape"),
        ({"dimensions": {str(n): "x" * 1_000 for n in range(50)}}, 201, None),
        ({"dimensions": {str(n): "\u00e9" * 1_000 for n in range(50)}}, 422, "fact-too-large"),
        ({"nonsense": 1}, 422, "invalid-shape"),
    ],
)
async def test_an_observation_is_taken_or_refused_by_name(
    house, caller: Caller, change: dict[str, Any], status: int, problem: str | None
):
    id = await indicator(caller)
    ask = observed(BAYSIDE, "60.0", "3", "5") | change
    answer = await caller.ask(f"/v1/indicators/{id}/observations", ask)
    assert answer.status_code == status, answer.text
    if problem is not None:
        assert answer.json()["type"] == f"/problems/{problem}"
        assert len(await house[1].replay()) == GIVEN + 2


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"value": "120.0", "numerator": "6"}, "numerator-out-of-range"),
        ({"denominator": None}, "numerator-alone"),
        ({"value": None, "numerator": None, "denominator": None}, "value-missing"),
        ({"value": "61.3"}, "value-not-its-formula"),
    ],
)
async def test_a_value_that_contradicts_itself_is_a_submission_with_a_finding(
    house, caller: Caller, change: dict[str, Any], rule: str
):
    id = await indicator(caller)
    ask = observed(BAYSIDE, "60.0", "3", "5") | change
    answer = await caller.ask(f"/v1/indicators/{id}/observations", ask)
    assert answer.status_code == 202, answer.text
    told = answer.json()
    [found] = told["findings"]
    assert (told["state"], told["blocked"], told["unsound"]) == ("validated", 1, 1)
    assert (found["rule"], found["severity"]) == (rule, "blocking")
    assert answer.headers["Location"] == f"/v1/submissions/{told['id']}"
    [kept] = (await caller.get(f"{answer.headers['Location']}/findings")).json()["findings"]
    assert kept["row"]["place"] == BAYSIDE
    assert (await caller.get(f"/v1/series/{told['series_id']}")).status_code == 404
    lines = [line.line for line in await house[1].replay()]
    assert [line for line in lines if "observations-recorded" in line] == []
    left = await caller.done(f"/v1/submissions/{told['id']}/withdrawals", {"reason": WHY})
    assert left["state"] == "withdrawn"


async def test_another_value_than_stands_is_a_finding_and_the_same_is_no_news(caller: Caller):
    path = f"/v1/indicators/{await indicator(caller)}/observations"
    first = observed(BAYSIDE, "60.0", "3", "5")
    made = await caller.done(path, first)
    same = await caller.ask(path, first)
    assert (same.status_code, same.json()["type"]) == (409, "/problems/period-already-observed")
    other = await caller.ask(path, observed(BAYSIDE, "40.0", "2", "5"))
    assert other.status_code == 202
    [found] = other.json()["findings"]
    assert found["rule"] == "value-changed"
    assert "stands at 60.0, 3 of 5" in found["detail"]
    stands = (await caller.get(f"/v1/series/{made['id']}")).json()
    assert [one["value"] for one in stands["observations"]] == ["60.0"]
    assert stands["version"] == made["version"]


async def test_what_is_not_known_here_is_not_yet_taken(caller: Caller):
    other = await caller.ask(
        f"/v1/initiatives/{uuid4()}/indicators", {"code": "I1", "name": "Elsewhere"}
    )
    assert (other.status_code, other.headers["Retry-After"]) == (409, "1")
    path = f"/v1/indicators/{await indicator(caller)}"
    undecided = {"value": "60", "decision_id": str(uuid4()), "no_baseline_yet": True}
    assert (await caller.ask(f"{path}/targets", undecided)).json()["kind"] == "decision"
    adopted = await caller.ask(f"{path}/adoptions", {"decision_id": str(uuid4())})
    assert adopted.status_code == 409


async def test_a_code_names_one_indicator_of_an_initiative(caller: Caller):
    await indicator(caller)
    again = await caller.ask(
        f"/v1/initiatives/{INITIATIVE}/indicators", {"code": "I4", "name": "Another"}
    )
    assert (again.status_code, again.json()["type"]) == (409, "/problems/claim-taken")


async def test_a_baseline_is_replaced_with_a_reason_only(caller: Caller):
    path = f"/v1/indicators/{await indicator(caller)}/baselines"
    await caller.done(path, {"value": "50"})
    assert (await caller.ask(path, {"value": "51"})).status_code == 422
    replaced = await caller.done(path, {"value": "51", "reason": WHY})
    assert [baseline["value"] for baseline in replaced["baselines"]] == ["51"]


async def test_a_baseline_may_rest_on_a_decision_that_was_taken(caller: Caller):
    path = f"/v1/indicators/{await indicator(caller)}/baselines"
    undecided = {"value": "50", "decision_id": str(uuid4())}
    assert (await caller.ask(path, undecided)).status_code == 409
    decided = await caller.done(path, {"value": "50", "decision_id": str(DECISION)})
    assert decided["baselines"][0]["decision_id"] == str(DECISION)


async def test_if_match_names_the_version_of_the_series(caller: Caller):
    id = await indicator(caller)
    path = f"/v1/indicators/{id}/observations"
    first = observed(BAYSIDE, "60.0", "3", "5")
    assert (await caller.ask(path, first, If_Match='"1"')).status_code == 412
    await caller.done(path, first)
    second = first | {"period": "2023-S1"}
    assert (await caller.ask(path, second, If_Match='"7"')).status_code == 412
    assert (await caller.ask(path, second, If_Match='"1"')).status_code == 201


async def test_the_same_key_is_told_the_same(house, caller: Caller):
    id = await indicator(caller)
    path, ask = f"/v1/indicators/{id}/observations", observed(BAYSIDE, "60.0", "3", "5")
    first = await caller.ask(path, ask, key="again")
    second = await caller.ask(path, ask, key="again")
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(await house[1].replay()) == GIVEN + 6


async def test_an_evaluator_reads_and_does_not_write(house, caller: Caller):
    id = await indicator(caller)
    async with Caller(house[0], bearer=token("e", "evaluator")) as evaluator:
        assert (await evaluator.get(f"/v1/indicators/{id}")).status_code == 200
        refused = await evaluator.ask(
            f"/v1/indicators/{id}/observations", observed(BAYSIDE, "60.0", "3", "5")
        )
    assert refused.status_code == 403


@pytest.mark.parametrize("kind", ["indicators", "series", "submissions"])
async def test_nothing_there_is_said_so(caller: Caller, kind: str):
    assert (await caller.get(f"/v1/{kind}/{UUID(int=9)}")).status_code == 404
    assert (await caller.get(f"/v1/{kind}/nine")).status_code == 422
