"""Submissions over HTTP: gates, findings, queries, decisions, verification, and who may do what."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.callers import ORGANISATION, Caller, named, token
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
from tests.terms import AGREEMENT, INITIATIVE, ROUND, UNDER

COUNTS = MAPPING | {
    "numerator": {"column": "Engaged"},
    "denominator": {"column": "Supported"},
}
HEADER = "Year,Place,Code,Sex,Value,Engaged,Supported\n"
SOUND = "2020,Bayside,20801,,60.0,3,5\n"
UNSOUND = "2021,Bayside,20801,,180.0,9,5\n"
BECAUSE = {"reason": WHY}
FRAMEWORK = f"/v1/initiatives/{INITIATIVE}/measurement-framework"
AT_MOST_90 = {
    "code": "at-most-90",
    "severity": "blocking",
    "criterion": {"kind": "range", "of": "value", "maximum": "90"},
}


@pytest.fixture
def measuring() -> House:
    return house(terms=True)


@pytest.fixture
async def caller(measuring: House) -> AsyncIterator[Caller]:
    async with Caller(measuring.app) as someone:
        await indicator(someone)
        yield someone


@pytest.fixture
async def steward(measuring: House) -> AsyncIterator[Caller]:
    bearer = token("stella", "data-steward")
    async with Caller(measuring.app, bearer=bearer) as someone:
        yield someone


async def sent(caller: Caller, *rows: str, **more: str) -> httpx.Response:
    return await send(caller, HEADER + "".join(rows), COUNTS, **more)


async def waiting(caller: Caller, *rows: str, **more: str) -> str:
    """The path of a submission that waits for a decision."""
    answer = await sent(caller, *rows, **more)
    assert (answer.status_code, answer.json()["outcome"]) == (202, "waiting"), answer.text
    return str(answer.headers["Location"])


async def live(caller: Caller) -> dict[str, str]:
    """By year: what counts in Bayside."""
    rows = SOUND.replace("2020", "1999")
    series = (await sent(caller, rows)).json()
    assert series["outcome"] in ("accepted", "nothing-changed")
    lines = (await caller.get("/events")).text
    [path] = {
        f"/v1/series/{part.rpartition('/')[2]}" for part in lines.split('"') if "/series/" in part
    }
    shown = (await caller.get(path)).json()["observations"]
    return {one["period"]: one["value"] for one in shown if one["period"] != "1999"}


async def test_one_unsound_row_and_none_counts_before_somebody_else_accepts_the_others(
    caller: Caller, steward: Caller
):
    path = await waiting(caller, SOUND, UNSOUND)
    assert await live(caller) == {}
    shown = (await caller.get(path)).json()
    assert (shown["state"], shown["blocked"], shown["unsound"]) == ("validated", 1, 1)
    queried = await steward.done(f"{path}/queries", {"question": "9 of 5?", "lines": [3]})
    query = queried["queries"][0]["query_id"]
    early = await steward.ask(f"{path}/acceptances", {"leave_out_unsound": True} | BECAUSE)
    assert refusal(early) == (409, "queries-open")
    await caller.done(f"{path}/queries/{query}/answers", {"answer": "Swapped: leave it out."})
    blind = await steward.ask(f"{path}/acceptances", BECAUSE)
    assert refusal(blind) == (409, "rows-break-rules")
    done = await steward.done(f"{path}/acceptances", {"leave_out_unsound": True} | BECAUSE)
    assert (done["state"], done["counts"]["left_out"]) == ("accepted", 1)
    assert await live(caller) == {"2020": "60.0"}


async def test_a_row_that_was_left_out_stays_on_record_with_who_sent_what_and_why(
    caller: Caller, steward: Caller
):
    path = await waiting(caller, SOUND, UNSOUND)
    await steward.done(f"{path}/acceptances", {"leave_out_unsound": True} | BECAUSE)
    [found] = (await caller.get(f"{path}/findings")).json()["findings"]
    assert (found["line"], found["rule"], found["severity"]) == (
        3,
        "numerator-out-of-range",
        "blocking",
    )
    assert "9 of 5" in found["detail"]
    assert found["row"]["observation"]["numerator"] == "9"
    assert found["row"]["place"]["code"] == "20801"
    assert (await caller.get(path)).json()["submitted_by"] == "person-1"


async def test_row_by_row_the_others_count_at_once(caller: Caller):
    answer = await sent(caller, SOUND, UNSOUND, mode="rows")
    assert (answer.status_code, answer.json()["left_out"]) == (201, 1)
    assert await live(caller) == {"2020": "60.0"}


async def test_findings_are_read_page_by_page(caller: Caller):
    many = [UNSOUND.replace("2021", str(1900 + number)) for number in range(60)]
    path = await waiting(caller, *many)
    lines, query = [], {"limit": "25"}
    while True:
        page = (await caller.get(f"{path}/findings", params=query)).json()
        lines += [found["line"] for found in page["findings"]]
        if "next" not in page:
            break
        query = {"limit": "25", "cursor": page["next"]}
    assert lines == list(range(2, 62))
    wrong = await caller.get(f"{path}/findings", params={"cursor": "x"})
    assert wrong.status_code == 422


async def test_more_rows_than_anybody_would_look_at_are_refused_and_leave_nothing(caller: Caller):
    many = [f"{1900 + n % 100},P{n // 100},{n // 100},,180.0,9,5\n" for n in range(5_001)]
    refused = await sent(caller, *many, mode="rows")
    assert refusal(refused) == (422, "too-many-rows-blocked")
    told = refused.json()
    assert (told["blocked"], told["findings"][0]["line"], len(told["findings"])) == (
        5_001,
        2,
        1_000,
    )
    assert "submission-received" not in (await caller.get("/events")).text


async def test_whoever_sent_it_decides_nothing_about_it(measuring: House, caller: Caller):
    path = await waiting(caller, UNSOUND)
    both = token("person-1", "backbone-coordinator", "data-steward")
    async with Caller(measuring.app, bearer=both) as sender:
        accepts = {"leave_out_unsound": True} | BECAUSE
        refused = await sender.ask(f"{path}/acceptances", accepts)
        assert refusal(refused) == (422, "accepted-by-submitter")
        clean = (await sent(caller, SOUND)).headers["Location"]
        verifies = {"method": "I looked", "sample": 1}
        refused = await sender.ask(f"{clean}/verifications", verifies)
        assert refusal(refused) == (422, "verifier-is-submitter")
    nobody = await caller.ask(f"{path}/acceptances", {"leave_out_unsound": True} | BECAUSE)
    assert refusal(nobody) == (403, "role-not-allowed")


async def test_what_is_rejected_or_withdrawn_never_counts_and_may_be_sent_anew(
    measuring: House, caller: Caller, steward: Caller
):
    path = await waiting(caller, SOUND, UNSOUND)
    bearer = token("eve", organisation=named("stranger"))
    async with Caller(measuring.app, bearer=bearer) as stranger:
        refused = await stranger.ask(f"{path}/withdrawals", BECAUSE)
        assert refusal(refused) == (422, "not-the-provider")
    unsaid = await steward.ask(f"{path}/rejections", {})
    assert refusal(unsaid) == (422, "reason-required")
    done = await steward.done(f"{path}/rejections", BECAUSE)
    assert (done["state"], done["rejection"]) == ("rejected", "declined")
    again = await waiting(caller, SOUND, UNSOUND)
    await caller.done(f"{again}/withdrawals", BECAUSE)
    assert (await sent(caller, SOUND)).status_code == 201
    assert await live(caller) == {"2020": "60.0"}


async def test_while_it_waits_its_periods_wait_and_no_start_of_a_process_rejects_it(
    measuring: House, caller: Caller
):
    path = await waiting(caller, SOUND, UNSOUND)
    assert await measuring.app.state.service.reject_interrupted() == 0
    assert (await caller.get(path)).json()["state"] == "validated"
    other = await sent(caller, SOUND.replace("60.0,3,5", "20.0,1,5"))
    assert refusal(other) == (409, "import-held-up")


async def test_the_same_file_twice_changes_nothing_and_sent_otherwise_takes_its_place(
    caller: Caller,
):
    path = await waiting(caller, SOUND, UNSOUND)
    same = await sent(caller, SOUND, UNSOUND)
    assert (same.status_code, same.json()["outcome"]) == (200, "nothing-changed")
    assert path.endswith(same.json()["submission_id"])
    by_row = await sent(caller, SOUND, UNSOUND, mode="rows")
    assert by_row.status_code == 201
    assert (await caller.get(path)).json()["state"] == "withdrawn"
    named_otherwise = await sent(caller, SOUND, UNSOUND, mode="rows", provider_reference="H1")
    assert named_otherwise.json()["submission_id"] != by_row.json()["submission_id"]


async def test_both_gates_are_asked_for_by_name(caller: Caller):
    for missing, problem, there in (
        ("agreement_id", "agreement-not-named", AGREEMENT),
        ("reporting_period_id", "round-not-named", ROUND),
    ):
        refused = await sent(caller, SOUND, **{missing: ""})
        assert refusal(refused) == (422, problem)
        assert str(there) in refused.json()["detail"]
        unknown = await sent(caller, SOUND, **{missing: str(uuid4())})
        assert refusal(unknown) == (404, "not-found")
        said = {"period": "2020", "place": BAYSIDE, "value": "1"} | UNDER | {missing: None}
        id = await indicator(caller, f"X{missing[0]}")
        single = await caller.ask(f"/v1/indicators/{id}/observations", said)
        assert refusal(single) == (422, problem)


async def test_a_round_takes_its_periods_and_an_agreement_what_it_covers(
    measuring: House, caller: Caller
):
    ahead = await sent(caller, SOUND.replace("2020", "2030"))
    assert refusal(ahead) == (422, "period-not-taken")
    bearer = token("eve", organisation=named("stranger"))
    async with Caller(measuring.app, bearer=bearer) as stranger:
        assert refusal(await sent(stranger, SOUND)) == (409, "not-covered")
    peoples = MAPPING | {"dimensions": ["Aboriginal status"]}
    row = "Year,Place,Code,Aboriginal status,Value\n2020,Bayside,20801,Aboriginal,1\n"
    refused = await send(caller, row, peoples)
    assert refusal(refused) == (409, "indigenous-data-authority-missing")
    assert (await caller.get("/events")).text.count("submission-received") == 0


async def test_a_revoked_agreement_stops_what_is_new_and_leaves_what_was(
    caller: Caller, steward: Caller
):
    await sent(caller, SOUND)
    path = await waiting(caller, UNSOUND)
    await caller.done(f"/v1/data-agreements/{AGREEMENT}/revocations", BECAUSE)
    accepts = {"leave_out_unsound": True} | BECAUSE
    assert refusal(await steward.ask(f"{path}/acceptances", accepts)) == (409, "agreement-is-over")
    late = await sent(caller, SOUND.replace("2020", "2019"))
    assert refusal(late) == (409, "agreement-is-over")
    assert (await caller.get("/events")).text.count(".submission-accepted.v1") == 1


async def test_a_closed_round_takes_nothing(caller: Caller):
    await caller.done(f"/v1/reporting-periods/{ROUND}/closures", {})
    assert refusal(await sent(caller, SOUND)) == (409, "round-is-closed")


async def test_a_rule_of_the_framework_holds_up_a_file_and_a_single_value_alike(
    caller: Caller, steward: Caller
):
    await caller.done(FRAMEWORK, {"title": "What we look at"})
    await caller.done(f"{FRAMEWORK}/validation-rules", {"rule": AT_MOST_90})
    path = await waiting(caller, "2020,Bayside,20801,,95,,\n")
    [found] = (await caller.get(f"{path}/findings")).json()["findings"]
    assert found["rule"] == "at-most-90"
    done = await steward.done(f"{path}/acceptances", BECAUSE)
    assert (done["state"], done["counts"]["left_out"]) == ("accepted", 0)
    id = await indicator(caller, "I5")
    said: dict[str, Any] = {"period": "2020", "place": BAYSIDE, "value": "95"} | UNDER
    answer = await caller.ask(f"/v1/indicators/{id}/observations", said)
    assert answer.status_code == 202
    held = answer.json()
    assert [found["rule"] for found in held["findings"]] == ["at-most-90"]
    series = (await caller.get(f"/v1/series/{held['series_id']}")).json()
    assert (series["observations"], len(series["pending"])) == ([], 1)
    again = await caller.ask(f"/v1/indicators/{id}/observations", said)
    assert refusal(again) == (409, "period-pending")
    single = answer.headers["Location"]
    await steward.done(f"{single}/acceptances", BECAUSE)
    [value] = (await caller.get(f"/v1/series/{held['series_id']}")).json()["observations"]
    assert value["value"] == "95"


async def test_three_persons_stand_behind_a_certified_value(measuring: House, caller: Caller):
    brought = await sent(caller, SOUND)
    await verified(caller, brought.json()["submission_id"], by="vera")
    lines = (await caller.get("/events")).text
    [path] = {f"/v1/series/{p.rpartition('/')[2]}" for p in lines.split('"') if "/series/" in p}
    for person, status in (("person-1", 422), ("vera", 422), ("noor", 200)):
        bearer = token(person, "certifier", organisation=ORGANISATION)
        async with Caller(measuring.app, bearer=bearer) as certifier:
            answer = await certifier.ask(f"{path}/certifications", {})
            assert answer.status_code == status, answer.text
