"""Outcome harvests and rounds of instruments over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from infra.messaging.references import Reference
from tests.callers import Caller, named, token
from tests.component.measuring import BAYSIDE, INITIATIVE, WHY, House, house, refusal

CHANGE = {
    "who": "Kingston's schools",
    "what": "They tell the desk of every pupil who stays away.",
    "when": "2022-S1",
    "place": BAYSIDE,
    "direction": "positive",
    "intended": False,
}
HARVESTS = f"/v1/initiatives/{INITIATIVE}/outcome-harvests"
ROUNDS = f"/v1/initiatives/{INITIATIVE}/instrument-rounds"
LEVELS = [{"rating": each, "meaning": f"level {each}"} for each in range(1, 6)]
SCORE = {
    "title": "Client outcomes",
    "instrument": "score",
    "instrument_version": "2022",
    "scale": {"name": "Circumstances", "levels": LEVELS},
    "period": "2022-S1",
}
SPREAD = {"results": {"domain": "Family functioning", "distribution": [1, 2, 3, 4, 5]}}
SEEN = {"because": "We see it."}


@pytest.fixture
def measuring() -> House:
    return house()


@pytest.fixture
async def caller(measuring: House) -> AsyncIterator[Caller]:
    async with Caller(measuring.app) as someone:
        yield someone


async def test_a_change_is_confirmed_by_an_independent_organisation(
    measuring: House, caller: Caller
):
    made = await caller.done(HARVESTS, CHANGE)
    path = f"/v1/outcome-harvests/{made['id']}"
    early = await caller.ask(f"{path}/substantiations", SEEN)
    assert refusal(early) == (409, "harvest-incomplete")
    await caller.done(f"{path}/significance-ratings", {"significance": "large"} | SEEN)
    await caller.done(f"{path}/contributions", {"how": "The desk asked them."})
    for verdict in ("substantiations", "disputes"):
        own = await caller.ask(f"{path}/{verdict}", SEEN)
        assert refusal(own) == (422, "substantiator-not-independent")
    outside = token("ali", organisation=named("tafe"))
    async with Caller(measuring.app, bearer=outside) as other:
        assert (await other.done(f"{path}/substantiations", SEEN))["state"] == "substantiated"
        again = await other.ask(f"{path}/substantiations", SEEN)
        assert refusal(again) == (409, "said-so-already")
        assert (await other.done(f"{path}/disputes", SEEN))["state"] == "disputed"
    shown = (await caller.get(path)).json()
    assert shown["verdicts"] == {str(named("tafe")): "disputed"}
    assert shown["significance"] == {"significance": "large", "because": "We see it."}


async def test_both_may_name_their_period_by_a_calendar(caller: Caller):
    framework = f"/v1/initiatives/{INITIATIVE}/measurement-framework"
    term = {"name": "Term 1 2022", "start": "2022-01-31", "end": "2022-04-08"}
    calendar = {"code": "vic-terms", "title": "School terms", "periods": [term]}
    by_name = {"calendar": "vic-terms", "name": "Term 1 2022"}
    dated = {"start": "2022-01-31", "end": "2022-04-08", "period": "Term 1 2022"}
    unstated = await caller.ask(HARVESTS, CHANGE | {"when": by_name})
    assert refusal(unstated) == (409, "no-such-calendar")
    await caller.done(framework, {"title": "What we watch"})
    await caller.done(f"{framework}/calendars", {"calendar": calendar})
    assert (await caller.done(HARVESTS, CHANGE | {"when": by_name}))["when"] == dated
    assert (await caller.done(ROUNDS, SCORE | {"period": by_name}))["period"] == dated


async def test_a_change_bears_on_an_outcome_that_is_known(measuring: House, caller: Caller):
    outcome = named("learning")
    bearing = CHANGE | {"outcome_id": str(outcome)}
    assert refusal(await caller.ask(HARVESTS, bearing)) == (409, "not-known-here")
    measuring.references.add(Reference("outcome", outcome, INITIATIVE))
    assert (await caller.done(HARVESTS, bearing))["outcome_id"] == str(outcome)


async def test_a_round_of_score_takes_counts_of_five_levels(caller: Caller):
    four = SCORE | {"scale": {"name": "Circumstances", "levels": LEVELS[:4]}}
    assert refusal(await caller.ask(ROUNDS, four)) == (422, "score-rates-one-to-five")
    path = f"/v1/instrument-rounds/{(await caller.done(ROUNDS, SCORE))['id']}"
    assert refusal(await caller.ask(f"{path}/closures", {})) == (409, "no-results")
    await caller.done(f"{path}/results", SPREAD)
    total = {"results": SPREAD["results"] | {"dimensions": {"Sex": "_T"}}}
    assert refusal(await caller.ask(f"{path}/results", total)) == (422, "reason-required")
    other = {"results": total["results"] | {"distribution": [5, 4, 3, 2, 1]}, "reason": WHY}
    replaced = await caller.done(f"{path}/results", other)
    assert [one["distribution"] for one in replaced["results"]] == [[5, 4, 3, 2, 1]]
    matrix = {"results": {"domain": "Safety", "matrix": [[0] * 5] * 4 + [[0, 0, 0, 0, -1]]}}
    assert refusal(await caller.ask(f"{path}/results", matrix)) == (422, "count-below-zero")
    matrix["results"]["matrix"][4][4] = 1
    await caller.done(f"{path}/results", matrix)
    assert (await caller.done(f"{path}/closures", {}))["state"] == "closed"
    late = await caller.ask(f"{path}/results", SPREAD | {"reason": WHY})
    assert refusal(late) == (409, "instrument-round-is-closed")
    assert (await caller.get(path)).json()["scale"]["levels"] == LEVELS
