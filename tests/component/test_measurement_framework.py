"""The measurement framework over HTTP: opened, linked, flagged, adopted, revised."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from infra.eventstore import Repository
from infra.messaging.references import MemoryReferences, Reference
from services.measurement.application.rulings import framework_rules
from tests.callers import Caller, named, token
from tests.component.measuring import DECISION, INITIATIVE, WHY, House, house, indicator, refusal

LEARNING, EARNING = named("learning"), named("earning")
PATH = f"/v1/initiatives/{INITIATIVE}/measurement-framework"
OUTCOME = Reference("outcome", LEARNING, INITIATIVE)
NO_OUTCOME = OUTCOME._replace(state="withdrawn")


@pytest.fixture
def measuring() -> House:
    return house()


@pytest.fixture
def references(measuring: House) -> MemoryReferences:
    measuring.references.add(OUTCOME)
    return measuring.references


@pytest.fixture
async def caller(measuring: House, references: MemoryReferences) -> AsyncIterator[Caller]:
    async with Caller(measuring.app) as someone:
        yield someone


async def linked(caller: Caller) -> dict[str, str]:
    """An open framework with a population indicator for learning."""
    await caller.done(PATH, {"title": "What we watch"})
    shows = str(await indicator(caller, "I1", level="population"))
    link = {"outcome_id": str(LEARNING), "indicator_id": shows}
    await caller.done(f"{PATH}/links", link)
    return link


async def test_an_initiative_has_one_framework(caller: Caller):
    assert refusal(await caller.ask(f"{PATH}/adoptions", {})) == (404, "not-found")
    opened = await caller.done(PATH, {"title": "What we watch"})
    assert opened["framework_version"] == 0
    again = await caller.ask(PATH, {"title": "Another"})
    assert refusal(again) == (409, "framework-opened-already")
    assert (await caller.get(PATH)).json()["title"] == "What we watch"


async def test_it_links_what_is_known_here(caller: Caller):
    link = await linked(caller)
    shown = (await caller.get(PATH)).json()["outcomes"]
    links = [{"indicator_id": link["indicator_id"], "level": "population"}]
    assert shown == [{"outcome_id": str(LEARNING), "indicators": links, "to_unlink": False}]
    unheard = link | {"outcome_id": str(EARNING)}
    assert refusal(await caller.ask(f"{PATH}/links", unheard)) == (409, "not-known-here")
    nobodys = link | {"indicator_id": str(named("nobody's"))}
    assert refusal(await caller.ask(f"{PATH}/links", nobodys)) == (404, "not-found")
    assert refusal(await caller.ask(f"{PATH}/unlinkings", link)) == (422, "reason-required")
    await caller.done(f"{PATH}/unlinkings", link | {"reason": WHY})
    again = await caller.ask(f"{PATH}/unlinkings", link | {"reason": WHY})
    assert refusal(again) == (409, "not-linked")


async def test_it_is_adopted_when_each_outcome_is_measured(caller: Caller):
    link = await linked(caller)
    unknown = await caller.ask(f"{PATH}/adoptions", {"decision_id": str(named("none"))})
    assert refusal(unknown) == (409, "not-known-here")
    adopted = await caller.done(f"{PATH}/adoptions", {"decision_id": str(DECISION)})
    assert adopted["framework_version"] == 1
    assert adopted["adopted"][0]["indicators"] == [link["indicator_id"]]


async def test_an_outcome_without_indicator_needs_a_plan(
    caller: Caller, references: MemoryReferences
):
    await linked(caller)
    await caller.done(f"{PATH}/adoptions", {})
    references.add(Reference("outcome", EARNING, INITIATIVE))
    revision = {"reason": WHY}
    assert refusal(await caller.ask(f"{PATH}/revisions", {})) == (422, "reason-required")
    refused = await caller.ask(f"{PATH}/revisions", revision)
    assert refusal(refused) == (409, "outcomes-unmeasured")
    assert str(EARNING) in refused.json()["detail"]
    gap = {"outcome_id": str(EARNING), "gap": "Nobody counts it.", "by": "2027-06-30"}
    await caller.done(f"{PATH}/gaps", gap)
    refused = await caller.ask(f"{PATH}/revisions", revision)
    assert refusal(refused) == (409, "outcomes-unmeasured")
    await caller.done(f"{PATH}/gaps", gap | {"plan": "Ask the schools."})
    revised = await caller.done(f"{PATH}/revisions", revision)
    assert revised["framework_version"] == 2
    references.add(NO_OUTCOME)
    revised = await caller.done(f"{PATH}/revisions", revision)
    assert [one["outcome_id"] for one in revised["adopted"]] == [str(EARNING)]


async def test_a_deprecated_indicator_carries_no_outcome(caller: Caller):
    link = await linked(caller)
    path = f"/v1/indicators/{link['indicator_id']}/deprecations"
    await caller.done(path, {"reason": WHY})
    refused = await caller.ask(f"{PATH}/adoptions", {})
    assert refusal(refused) == (409, "outcomes-unmeasured")


RULE: dict[str, Any] = {
    "code": "share",
    "criterion": {"kind": "range", "minimum": "0", "maximum": "100"},
    "severity": "blocking",
}


async def test_rules_are_stated_changed_and_withdrawn(caller: Caller):
    assert refusal(await caller.ask(f"{PATH}/validation-rules", {"rule": RULE}))[0] == 404
    await caller.done(PATH, {"title": "What we watch"})
    stated = await caller.done(f"{PATH}/validation-rules", {"rule": RULE})
    (shown,) = stated["rules"]
    assert (shown["code"], shown["criterion"]["maximum"]) == ("share", "100")
    again = await caller.ask(f"{PATH}/validation-rules", {"rule": RULE})
    assert refusal(again) == (409, "rule-stated-already")
    milder = {"rule": RULE | {"severity": "warning"}}
    without = await caller.ask(f"{PATH}/validation-rule-changes", milder)
    assert refusal(without) == (422, "reason-required")
    changed = await caller.done(f"{PATH}/validation-rule-changes", milder | {"reason": WHY})
    assert changed["rules"][0]["severity"] == "warning"
    gone = {"code": "share", "reason": WHY}
    withdrawn = await caller.done(f"{PATH}/validation-rule-withdrawals", gone)
    assert withdrawn["rules"] == []
    assert refusal(await caller.ask(f"{PATH}/validation-rule-withdrawals", gone))[0] == 409


async def test_whoever_only_provides_data_states_no_rules(measuring: House, caller: Caller):
    await caller.done(PATH, {"title": "What we watch"})
    async with Caller(measuring.app, bearer=token("zoe", "data-provider")) as provider:
        refused = await provider.ask(f"{PATH}/validation-rules", {"rule": RULE})
    assert refusal(refused) == (403, "role-not-allowed")


async def test_a_rule_names_indicators_of_this_initiative(caller: Caller):
    await caller.done(PATH, {"title": "What we watch"})
    nobodys = RULE | {"indicators": [str(named("nobody's"))]}
    assert refusal(await caller.ask(f"{PATH}/validation-rules", {"rule": nobodys}))[0] == 404
    ours = RULE | {"indicators": [str(await indicator(caller))]}
    await caller.done(f"{PATH}/validation-rules", {"rule": ours})


async def test_a_rule_that_says_nothing_is_no_rule(caller: Caller):
    await caller.done(PATH, {"title": "What we watch"})
    for criterion in ({"kind": "range"}, {"kind": "magic"}, {"kind": "change", "percent": 5}):
        asked = {"rule": RULE | {"criterion": criterion}}
        assert (await caller.ask(f"{PATH}/validation-rules", asked)).status_code == 422


async def test_rules_come_from_the_framework_and_from_definitions(measuring: House, caller: Caller):
    rules = framework_rules(Repository(measuring.store, measuring.clock))
    strata = [{"name": "Sex", "equity": True, "additive": True}]
    mine, other = await indicator(caller, strata=strata), await indicator(caller, "I5")
    found = await rules(INITIATIVE, [mine, other, named("nobody's")])
    told = {id: [rule.code for rule in held] for id, held in found.items()}
    parts = "value-not-its-formula"
    assert told == {mine: [parts, *["strata-above-total"] * 2], other: [parts]}
    await caller.done(PATH, {"title": "What we watch"})
    await caller.done(f"{PATH}/validation-rules", {"rule": RULE | {"indicators": [str(other)]}})
    found = await rules(INITIATIVE, [mine, other])
    assert [rule.code for rule in found[other]] == [parts, "share"]
    assert len(found[mine]) == 3


TERMS: dict[str, Any] = {
    "code": "vic-terms",
    "title": "School terms in Victoria",
    "periods": [{"name": "Term 1 2022", "start": "2022-01-31", "end": "2022-04-08"}],
}


async def test_an_initiative_states_a_calendar_of_its_own(measuring: House, caller: Caller):
    await caller.done(PATH, {"title": "What we watch"})
    stated = await caller.done(f"{PATH}/calendars", {"calendar": TERMS})
    assert stated["calendars"] == [TERMS]
    again = await caller.ask(f"{PATH}/calendars", {"calendar": TERMS})
    assert refusal(again) == (409, "calendar-stated-already")
    later = {"name": "Term 2 2022", "start": "2022-04-26", "end": "2022-06-24"}
    more = {"calendar": TERMS | {"periods": [*TERMS["periods"], later]}}
    without = await caller.ask(f"{PATH}/calendar-changes", more)
    assert refusal(without) == (422, "reason-required")
    changed = await caller.done(f"{PATH}/calendar-changes", more | {"reason": WHY})
    assert len(changed["calendars"][0]["periods"]) == 2
    twice = {"calendar": TERMS | {"code": "x", "periods": [later, later]}}
    assert (await caller.ask(f"{PATH}/calendars", twice)).status_code == 422
