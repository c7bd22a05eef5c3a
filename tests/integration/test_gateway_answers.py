"""The gateway's answers on a real database: now, as known at any instant, and in pages."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from infra.kernel.values import instant
from tests.callers import ORGANISATION, named, token
from tests.conftest import Database
from tests.integration.gateway_house import (
    ACTIVITY,
    CYCLE,
    INDICATOR,
    INITIATIVE,
    PACKAGES,
    PARTNER_ORGANISATION,
    PLACES,
    PLAN,
    ROOT,
    GatewayHouse,
    deduplicated,
    founded,
    gateway_on,
    measured,
    observed,
    of_series,
    series,
    target,
)
from tests.lines import History

TIMELINE = f"/v1/initiatives/{INITIATIVE}/timeline"
PROGRESS = f"/v1/initiatives/{INITIATIVE}/progress"
OBSERVATIONS = f"/v1/indicators/{INDICATOR}/observations"


@pytest.fixture
async def house(database: Database) -> AsyncIterator[GatewayHouse]:
    async with gateway_on(await database("gateway", packages=PACKAGES)) as gateway:
        yield gateway


async def test_the_story_is_told_in_sentences_in_the_order_of_recording(
    house: GatewayHouse,
) -> None:
    told = founded()
    measured(told)
    await house.take(told)
    answer = await house.get(TIMELINE)
    sentences = [fact["sentence"] for fact in answer["facts"]]
    assert sentences[0] == "The initiative “BGK” began in Bayside, Glen Eira, Kingston."
    assert "Harbour Youth was invited to be a partner." in sentences
    assert (
        "The target of “Still engaged after 13 weeks” is 60, carried over: Same aim." in sentences
    )
    assert (
        "Values of “Still engaged after 13 weeks” in Kingston were recorded: 62.5 (2022-S2)."
        in sentences
    )
    assert answer["known_at"]["vector"] == told.vector
    times = [(f["recordedtime"], f["source"], f["sequence"]) for f in answer["facts"]]
    assert times == sorted(times)
    first = answer["facts"][0]
    assert first["who"]["actor"] == "person-1"
    assert first["who"]["organisation"] == {"id": str(ORGANISATION), "name": None}
    line = await house.caller.get(first["line"])
    assert line.text == told.lines["agenda"][0].text


async def test_a_thing_is_called_what_it_was_called_at_the_cut(house: GatewayHouse) -> None:
    told = founded()
    await house.take(told)
    then = await house.get(TIMELINE, as_known_at="agenda:4,measurement:3")
    assert then["facts"][-1]["sentence"] == "The target of “Still engaged after 10 weeks” is 60."


async def test_progress_is_what_was_known_then(house: GatewayHouse) -> None:
    told = founded()
    measured(told)
    first = told.now
    await house.take(told)
    told.now += timedelta(days=30)
    deduplicated(told)
    revised = {"was": "60", "target": target("65", version=2, id=named("second target"))}
    told.tell("measurement.target-revised", f"{ROOT}/indicator/{INDICATOR}", revised)
    await house.take(told)

    [then] = (await house.get(PROGRESS, as_known_at=instant(first)))["indicators"]
    assert (then["latest"]["value"], then["target"]["value"]) == ("61.3", "60")
    assert (then["latest"]["basis"], then["status"]) == ("computed", "met")
    [now] = (await house.get(PROGRESS))["indicators"]
    assert (now["latest"]["value"], now["target"]["value"]) == ("57.1", "65")
    assert now["status"] == "below-target"
    assert [each["version"] for each in now["breaks"]] == [2]
    assert now["latest"]["numerator"] == "16"


async def test_what_is_not_accepted_does_not_count(house: GatewayHouse) -> None:
    told = founded()
    measured(told)
    await house.take(told)
    before = f"agenda:4,measurement:{len(told.lines['measurement']) - 1}"
    assert (await house.get(OBSERVATIONS, as_known_at=before))["observations"] == []
    [then] = (await house.get(PROGRESS, as_known_at=before))["indicators"]
    assert then["status"] == "no-observation"
    assert len((await house.get(OBSERVATIONS))["observations"]) == 3


async def test_what_is_certified_says_so_and_what_is_withdrawn_is_shown_no_more(
    house: GatewayHouse,
) -> None:
    told = founded()
    measured(told)
    place, submission = PLACES[0], {"submission_id": str(named("submission"))}
    value = observed("60.0", 3, 5)
    sure = of_series(place) | submission | {"observations": [value]}
    told.tell("measurement.observations-certified", series(place), sure)
    await house.take(told)
    certified = len(told.lines["measurement"])
    other = PLACES[2]
    gone = of_series(other) | {"was": observed("62.5", 10, 16)}
    told.tell("measurement.observation-withdrawn", series(other), gone)
    await house.take(told)

    now = (await house.get(OBSERVATIONS))["observations"]
    kinds = {each["place"]["label"]: each["kind"] for each in now}
    assert kinds == {"Bayside": "observations-certified", "Glen Eira": "observations-recorded"}
    known_then = f"agenda:4,measurement:{certified}"
    assert len((await house.get(OBSERVATIONS, as_known_at=known_then))["observations"]) == 3
    [then] = (await house.get(PROGRESS, as_known_at=known_then))["indicators"]
    assert then["latest"]["value"] == "61.3"
    [progress] = (await house.get(PROGRESS))["indicators"]
    assert progress["latest"] is None, "two councils of three are not the whole area"


async def test_as_at_keeps_observations_whose_period_had_ended(house: GatewayHouse) -> None:
    told = founded()
    measured(told)
    await house.take(told)
    assert (await house.get(OBSERVATIONS, as_at="2022-12-30"))["observations"] == []
    assert len((await house.get(OBSERVATIONS, as_at="2022-12-31"))["observations"]) == 3
    noon = "2022-12-31T12:00:00+11:00"
    assert (await house.get(OBSERVATIONS, as_at=noon))["observations"] == []


async def test_as_at_keeps_facts_that_were_so(house: GatewayHouse) -> None:
    told = founded()
    registered = told.lines["agenda"][0].line.time
    cohort = {"cohort": {"description": "Young people"}}
    told.tell("agenda.cohort-defined", ROOT, cohort, time=registered)
    await house.take(told)
    then = await house.get(TIMELINE, as_at=instant(registered))
    assert [fact["position"] for fact in then["facts"]] == ["agenda:1", "agenda:5"]
    assert then["known_at"]["as_at"] == instant(registered)


async def test_values_come_out_as_csv_with_a_column_for_each_dimension(
    house: GatewayHouse,
) -> None:
    told = founded()
    measured(told)
    await house.take(told)
    answer = await house.caller.get(OBSERVATIONS, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {(r["place_code"], r["period"], r["value"], r["numerator"]) for r in rows} == {
        ("20801", "2022-S2", "60.0", "3"),
        ("20802", "2022-S2", "60.0", "6"),
        ("20803", "2022-S2", "62.5", "10"),
    }


async def test_a_list_stands_still_while_it_is_paged(house: GatewayHouse) -> None:
    told = founded()
    await house.take(told)
    first = await house.caller.get(TIMELINE, params={"limit": 4})
    assert first.headers["link"].endswith('; rel="next"')
    measured(told)
    await house.take(told)
    seen, path = first.json()["facts"], first.links["next"]["url"]
    while path:
        page = await house.caller.get(path)
        seen += page.json()["facts"]
        assert page.json()["known_at"] == first.json()["known_at"]
        path = page.links.get("next", {}).get("url")
    assert len(seen) == 9
    assert len({fact["position"] for fact in seen}) == 9


async def test_an_answer_is_not_sent_twice(house: GatewayHouse) -> None:
    told = founded()
    await house.take(told)
    answer = await house.caller.get(PROGRESS)
    again = await house.caller.get(PROGRESS, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    measured(told)
    await house.take(told)
    changed = await house.caller.get(PROGRESS, headers={"If-None-Match": answer.headers["etag"]})
    assert changed.status_code == 200


async def test_a_read_waits_for_what_was_written(house: GatewayHouse) -> None:
    told = founded()
    await house.take(told)
    told.tell("agenda.initiative-paused", ROOT, {}, reason="Floods")
    waiting = asyncio.create_task(house.get(TIMELINE, wait_for="agenda:5"))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await house.take(told)
    assert (await waiting)["facts"][-1]["sentence"] == "The initiative was paused: Floods."


async def test_nobody_is_told_without_a_token(house: GatewayHouse) -> None:
    answer = await house.caller.get(TIMELINE, headers={"Authorization": ""})
    assert answer.status_code == 401
    assert (await house.caller.get("/")).status_code == 200


async def test_an_initiative_that_was_not_known_then_is_not_there(house: GatewayHouse) -> None:
    await house.take(founded())
    await house.get(TIMELINE, status=404, as_known_at="agenda:0")
    await house.get(f"/v1/initiatives/{named('nobody')}/progress", status=404)
    assert (await house.get("/v1/initiatives", as_known_at="agenda:0"))["initiatives"] == []
    [listed] = (await house.get("/v1/initiatives"))["initiatives"]
    assert (listed["name"], listed["status"]) == ("BGK", "live")


def worked(told: History) -> None:
    """A cycle's plan, its activity, and what its review found."""
    plan = f"{ROOT}/plan-of-action/{PLAN}"
    activity = f"{ROOT}/activity/{ACTIVITY}"
    year = {"starts": "2022-04-27", "ends": "2023-04-26"}
    told.tell("activities.activity-proposed", activity, {"title": "Referral desk"})
    told.tell("activities.plan-drafted", plan, {"cycle_id": str(CYCLE), "dates": year})
    told.tell("activities.activity-included", plan, {"activity_id": str(ACTIVITY)})
    committed = {"lead": str(PARTNER_ORGANISATION), "dates": year, "milestones": []}
    told.tell("activities.activity-committed", activity, committed)
    told.tell("agenda.do-phase-started", f"{ROOT}/cycle/{CYCLE}", {})
    told.tell("activities.activity-started", activity, {})
    told.tell("agenda.review-opened", f"{ROOT}/cycle/{CYCLE}", {})
    found = {"finding_id": str(named("finding")), "text": "The target is met.", "packs": []}
    told.tell("agenda.finding-agreed", f"{ROOT}/cycle/{CYCLE}", found)


async def test_a_cycle_is_on_one_page(house: GatewayHouse) -> None:
    told = founded()
    worked(told)
    await house.take(told)
    page = await house.get(f"/v1/cycles/{CYCLE}")
    assert page["phase"] == "review"
    assert page["plan"]["plan_of_action"]["state"] == "draft"
    assert page["do"]["activities"] == [
        {
            "id": str(ACTIVITY),
            "title": "Referral desk",
            "state": "started",
            "lead": {"id": str(PARTNER_ORGANISATION), "name": "Harbour Youth"},
        }
    ]
    assert [fact["sentence"] for fact in page["do"]["facts"]] == [
        "The work of “First round” began.",
        "“Referral desk” was started.",
    ]
    assert [finding["text"] for finding in page["review"]["findings"]] == ["The target is met."]
    planning = await house.get(f"/v1/cycles/{CYCLE}", as_known_at="agenda:4")
    assert (planning["phase"], planning["do"]["activities"]) == ("plan", [])
    await house.get(f"/v1/cycles/{CYCLE}", status=404, as_known_at="agenda:3")


async def test_the_log_is_replayed_byte_for_byte(house: GatewayHouse) -> None:
    told = founded()
    worked(told)
    await house.take(told)
    bearer = {"Authorization": f"Bearer {token('d', 'developer')}"}
    answer = await house.caller.get("/v1/events", headers=bearer)
    lines = [each.text for source in told.lines.values() for each in source]
    assert answer.text == "".join(f"{line}\n" for line in lines)
    assert answer.headers["commonweal-known-at"] == told.vector

    async def replay(**query: str) -> list[str]:
        return (await house.caller.get("/v1/events", params=query)).text.splitlines()

    merged = await replay(order="recorded")
    times = [line.partition('"recordedtime":"')[2][:27] for line in merged]
    assert (times, sorted(merged)) == (sorted(times), sorted(lines))
    assert await replay(**{"from": "agenda:3,measurement:5,activities:5"}) == [
        *(each.text for each in told.lines["agenda"][3:]),
    ]
    assert (
        await replay(source="measurement", to="measurement:2")
        == lines[len(told.lines["agenda"]) :][:2]
    )
    assert len(await replay(type="agenda.cycle-opened")) == 1
    assert await replay(initiative=str(named("other"))) == []
    assert await replay(until="2021-12-31") == []
    refused = await house.caller.get(
        "/v1/events", headers={"Authorization": f"Bearer {token('p', 'public')}"}
    )
    assert refused.status_code == 403


async def test_every_model_is_rebuilt_to_the_same_content(house: GatewayHouse) -> None:
    told = founded()
    measured(told)
    worked(told)
    await house.take(told)
    for model in house.projector.models:
        before = await house.projector.digest(house.pool, model.name)
        assert before.rows > 0
        assert await house.projector.rebuild(house.pool, model.name) == before
