"""The activities service over HTTP, on the memory twin: one plan from draft to review."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from infra.eventstore import MemoryEventStore
from infra.kernel import SystemClock
from infra.messaging import MemoryReferences, Reference
from infra.web import Parts
from services.activities.app import create_app
from services.activities.application.contributions import FRAMEWORK
from tests.callers import Caller, named, token, verifier

INITIATIVE, OTHER = named("BGK"), named("another initiative")
OUTCOME, RETIRED = named("re-engaged"), named("retired outcome")
HARBOUR, HEALTH, GONE = named("Harbour Youth"), named("Health Alliance"), named("gone")
DECISION, CYCLE, ADAPTATION, INDICATOR = map(named, ("D-1", "cycle 1", "adapt", "I3"))
ALL = f"/v1/initiatives/{INITIATIVE}"
YEAR = {"starts": "2022-04-27", "ends": "2023-04-26"}
WHY = {"code": "learning", "text": "The review of February showed it."}
PROOF = {"uri": "urn:pack:1", "sha256": "ab" * 32, "media_type": "application/pdf"}
CLAIM = {
    "indicator_id": str(INDICATOR),
    "mechanism": "every referral gets a call within ten days",
    "expected": {"change": "-24", "lag_months": 9},
    "confidence": "medium",
}
STRATEGY = {"title": "One desk", "kind": "system", "outcomes": [str(OUTCOME)]}


@pytest.fixture
def references() -> MemoryReferences:
    known = {
        "initiative": (INITIATIVE,),
        "outcome": (OUTCOME,),
        "partner": (HARBOUR, HEALTH),
        "decision": (DECISION,),
        "cycle": (CYCLE,),
        "adaptation": (ADAPTATION,),
        "indicator": (INDICATOR,),
        FRAMEWORK: (named("framework"),),
    }
    return MemoryReferences(
        *(Reference(kind, id, INITIATIVE) for kind, ids in known.items() for id in ids),
        Reference("initiative", OTHER, OTHER),
        Reference("outcome", RETIRED, INITIATIVE, "withdrawn"),
        Reference("partner", GONE, INITIATIVE, "withdrawn"),
    )


@pytest.fixture
def app(references: MemoryReferences) -> FastAPI:
    clock = SystemClock()
    return create_app(Parts(MemoryEventStore(clock), clock, verifier(), references))


@pytest.fixture
async def harbour(app: FastAPI) -> AsyncIterator[Caller]:
    async with Caller(app, bearer=token(organisation=HARBOUR)) as caller:
        yield caller


@pytest.fixture
async def health(app: FastAPI) -> AsyncIterator[Caller]:
    async with Caller(app, bearer=token("person-2", organisation=HEALTH)) as caller:
        yield caller


async def led(caller: Caller, title: str = "Shared desk", lead: UUID = HARBOUR) -> str:
    """An activity that a partner has committed to."""
    made = await caller.done(f"{ALL}/activities", {"title": title})
    await caller.done(
        f"/v1/activities/{made['id']}/undertakings",
        {
            "lead": str(lead),
            "dates": YEAR,
            "milestones": [{"name": "the desk answers", "due": "2022-06-01"}],
        },
    )
    return str(made["id"])


async def claimed(caller: Caller, activity: str) -> dict[str, Any]:
    return await caller.done(f"/v1/activities/{activity}/contribution-claims", CLAIM)


async def adopted(caller: Caller) -> tuple[str, str]:
    """An adopted plan with one activity."""
    activity = await led(caller)
    await claimed(caller, activity)
    plan = await caller.done(f"{ALL}/plans-of-action", {"cycle_id": str(CYCLE), "dates": YEAR})
    one = f"/v1/plans-of-action/{plan['id']}"
    await caller.done(f"{one}/inclusions", {"activity_id": activity})
    await caller.done(f"{one}/adoptions", {"decision_id": str(DECISION)})
    return one, activity


async def refused(caller: Caller, path: str, body: dict[str, Any], slug: str, status: int) -> None:
    answer = await caller.ask(path, body)
    assert (answer.json()["type"], answer.status_code) == (f"/problems/{slug}", status), answer.text


async def test_no_contribution_is_claimed_before_the_measures_are_adopted(harbour: Caller):
    made = await harbour.done(f"/v1/initiatives/{OTHER}/activities", {"title": "Desk"})
    answer = await harbour.ask(f"/v1/activities/{made['id']}/contribution-claims", CLAIM)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/measures-not-ready")
    assert "retry-after" in answer.headers


async def test_nothing_has_happened_that_is_still_to_come(harbour: Caller):
    ahead = {"title": "Desk", "occurred_at": "2999-01-01T00:00:00Z"}
    await refused(harbour, f"{ALL}/activities", ahead, "not-yet-so", 422)


async def test_a_strategy_is_proposed_selected_reframed_and_retired(harbour: Caller) -> None:
    answer = await harbour.ask(f"{ALL}/strategies", STRATEGY)
    assert answer.status_code == 201
    one = answer.headers["Location"]
    assert answer.json()["position"] == "activities:1"
    await harbour.done(f"{one}/selections", {"decision_id": str(DECISION), "leverage": 4})
    body = {"title": "Nobody waits", "outcomes": [str(OUTCOME)], "description": "One number."}
    assert (await harbour.ask(f"{one}/reframings", body)).status_code == 428
    await harbour.done(f"{one}/reframings", body, If_Match='"2"')
    await refused(harbour, f"{one}/retirements", {}, "reason-required", 422)
    retired = await harbour.done(f"{one}/retirements", {"reason": WHY})
    shown = (await harbour.get(one)).json()
    assert shown == {k: v for k, v in retired.items() if k != "position"}
    assert (shown["state"], shown["leverage"], shown["title"]) == ("retired", 4, "Nobody waits")
    assert (await harbour.get(one, params={"version": 2})).json()["title"] == "One desk"


async def test_what_was_not_heard_of_yet_is_asked_for_again_later(
    harbour: Caller, references: MemoryReferences
) -> None:
    new = named("a new outcome")
    body = STRATEGY | {"outcomes": [str(new)]}
    answer = await harbour.ask(f"{ALL}/strategies", body, key="again")
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "1")
    assert answer.json()["type"] == "/problems/not-known-here"
    references.add(Reference("outcome", new, INITIATIVE))
    assert (await harbour.ask(f"{ALL}/strategies", body, key="again")).status_code == 201


async def test_a_strategy_tests_a_hypothesis_that_was_stated(
    harbour: Caller, references: MemoryReferences
) -> None:
    h1 = named("H1")
    body = STRATEGY | {"hypothesis_id": str(h1)}
    await refused(harbour, f"{ALL}/strategies", body, "not-known-here", 409)
    references.add(Reference("hypothesis", h1, INITIATIVE))
    made = await harbour.done(f"{ALL}/strategies", body)
    one = f"/v1/strategies/{made['id']}"
    other = {"title": "T", "outcomes": [str(OUTCOME)], "hypothesis_id": str(named("H2"))}
    answer = await harbour.ask(f"{one}/reframings", other, If_Match='"1"')
    assert answer.json()["type"] == "/problems/not-known-here"


async def test_work_does_not_go_on_under_a_lead_that_is_no_partner_any_more(
    harbour: Caller, references: MemoryReferences
) -> None:
    one = f"/v1/activities/{await led(harbour)}"
    await harbour.done(f"{one}/starts", {})
    await harbour.done(f"{one}/pauses", {})
    references.add(Reference("partner", HARBOUR, INITIATIVE, "withdrawn"))
    await refused(harbour, f"{one}/resumptions", {}, "reference-withdrawn", 422)


async def test_what_was_withdrawn_is_refused_for_good(harbour: Caller) -> None:
    slug = "reference-withdrawn"
    body = STRATEGY | {"outcomes": [str(RETIRED)]}
    await refused(harbour, f"{ALL}/strategies", body, slug, 422)
    made = await harbour.done(f"{ALL}/activities", {"title": "Desk"})
    body = {"lead": str(GONE), "dates": YEAR}
    await refused(harbour, f"/v1/activities/{made['id']}/undertakings", body, slug, 422)


async def test_an_unknown_initiative_is_not_known_here(harbour: Caller) -> None:
    path = f"/v1/initiatives/{named('nobody')}/activities"
    await refused(harbour, path, {"title": "Desk"}, "not-known-here", 409)


async def test_an_activity_lives_from_proposal_to_stop(harbour: Caller) -> None:
    strategy = await harbour.done(f"{ALL}/strategies", STRATEGY)
    made = await harbour.done(
        f"{ALL}/activities", {"title": "Desk", "strategies": [strategy["id"]]}
    )
    one = f"/v1/activities/{made['id']}"
    milestones = [{"name": "opens", "due": "2022-06-01"}, {"name": "grows", "due": "2022-09-01"}]
    body = {"lead": str(HARBOUR), "dates": YEAR, "milestones": milestones}
    await harbour.done(f"{one}/undertakings", body)
    await harbour.done(f"{one}/starts", {})
    await harbour.done(f"{one}/reached-milestones", {"milestone": "opens"})
    await harbour.done(f"{one}/missed-milestones", {"milestone": "grows", "due": "2022-10-01"})
    report = {
        "period": {"starts": "2022-05-09", "ends": "2022-07-01"},
        "outputs": [{"what": "calls answered", "count": 41}],
    }
    await harbour.done(f"{one}/outputs", report)
    await refused(harbour, f"{one}/outputs", report, "output-already-reported", 409)
    await harbour.done(f"{one}/outputs", report | {"reason": WHY})
    await harbour.done(
        f"{one}/adaptations", {"change": "another roster", "adaptation_id": str(ADAPTATION)}
    )
    await harbour.done(f"{one}/pauses", {})
    await harbour.done(f"{one}/resumptions", {})
    await harbour.done(f"{one}/lead-vacancies", {"partner_id": str(HARBOUR)})
    await harbour.done(f"{one}/handovers", {"lead": str(HEALTH)})
    await refused(harbour, f"{one}/stops", {"learning": "low use"}, "reason-required", 422)
    stopped = await harbour.done(
        f"{one}/stops",
        {"learning": "low use", "reason": WHY, "occurred_at": "2022-11-14T10:00:00+11:00"},
    )
    assert stopped["review_due"] == "2022-12-13T23:00:00.000000Z"
    assert stopped["lead"] == str(HEALTH)
    assert [m["state"] for m in stopped["milestones"]] == ["reached", "missed"]
    assert [o["count"] for o in stopped["outputs"]] == [41]
    await refused(harbour, f"{one}/completions", {}, "activity-not-in-state", 409)


async def test_an_activity_is_completed(harbour: Caller) -> None:
    one = f"/v1/activities/{await led(harbour)}"
    await harbour.done(f"{one}/starts", {})
    assert (await harbour.done(f"{one}/completions", {}))["state"] == "completed"


async def test_a_plan_is_adopted_once_every_activity_is_led_and_contributes(
    harbour: Caller,
) -> None:
    plan = await harbour.done(f"{ALL}/plans-of-action", {"cycle_id": str(CYCLE), "dates": YEAR})
    one = f"/v1/plans-of-action/{plan['id']}"
    adopt = {"decision_id": str(DECISION)}
    await refused(harbour, f"{one}/adoptions", adopt, "plan-is-empty", 409)
    bare = (await harbour.done(f"{ALL}/activities", {"title": "Parent line"}))["id"]
    activity = await led(harbour)
    for id in (bare, activity):
        await harbour.done(f"{one}/inclusions", {"activity_id": id})
    await refused(harbour, f"{one}/adoptions", adopt, "activity-without-lead", 409)
    await harbour.done(f"{one}/exclusions", {"activity_id": bare})
    await refused(harbour, f"{one}/adoptions", adopt, "activity-without-contribution", 409)
    claim = await claimed(harbour, activity)
    withdrawals = f"/v1/contribution-claims/{claim['id']}/withdrawals"
    await harbour.done(withdrawals, {"reason": WHY})
    await refused(harbour, f"{one}/adoptions", adopt, "activity-without-contribution", 409)
    await claimed(harbour, activity)
    done = await harbour.done(f"{one}/adoptions", adopt)
    assert (done["state"], done["plan_version"]) == ("adopted", 1)
    of_cycle = await harbour.get(f"/v1/cycles/{CYCLE}/plan-of-action")
    assert of_cycle.json()["id"] == plan["id"]


async def test_a_cycle_has_one_plan(harbour: Caller) -> None:
    body = {"cycle_id": str(CYCLE), "dates": YEAR}
    await harbour.done(f"{ALL}/plans-of-action", body)
    await refused(harbour, f"{ALL}/plans-of-action", body, "plan-already-drafted", 409)


async def test_an_unusual_horizon_takes_a_reason(harbour: Caller) -> None:
    body = {"cycle_id": str(CYCLE), "dates": {"starts": "2022-04-27", "ends": "2022-05-27"}}
    await refused(harbour, f"{ALL}/plans-of-action", body, "unusual-horizon", 422)
    await harbour.done(f"{ALL}/plans-of-action", body | {"reason": WHY})


async def test_a_plan_is_revised_with_the_adaptation_that_caused_it(harbour: Caller) -> None:
    one, activity = await adopted(harbour)
    more = await led(harbour, "Taster placements")
    body = {"adaptation_id": str(ADAPTATION), "include": [more], "exclude": [activity]}
    await refused(harbour, f"{one}/revisions", body, "reason-required", 422)
    body["reason"] = WHY
    await refused(harbour, f"{one}/revisions", body, "activity-without-contribution", 409)
    await claimed(harbour, more)
    revised = await harbour.done(f"{one}/revisions", body)
    assert (revised["plan_version"], revised["activities"]) == (2, [more])


async def test_an_activity_of_another_initiative_is_not_planned_here(harbour: Caller) -> None:
    foreign = await harbour.done(f"/v1/initiatives/{OTHER}/activities", {"title": "Elsewhere"})
    plan = await harbour.done(f"{ALL}/plans-of-action", {"cycle_id": str(CYCLE), "dates": YEAR})
    path = f"/v1/plans-of-action/{plan['id']}/inclusions"
    await refused(harbour, path, {"activity_id": foreign["id"]}, "not-found", 404)


async def test_a_contribution_is_claimed_once_and_reviewed_on_evidence(harbour: Caller) -> None:
    activity = await led(harbour)
    claim = await claimed(harbour, activity)
    assert claim["expected"] == {"change": "-24", "lag_months": 9}
    again = await harbour.ask(
        f"/v1/activities/{activity}/contribution-claims",
        {"indicator_id": str(INDICATOR), "mechanism": "because", "confidence": "low"},
    )
    assert (again.status_code, again.json()["type"]) == (409, "/problems/claim-taken")
    path = f"/v1/contribution-claims/{claim['id']}/reviews"
    body = {"finding": "supported", "because": "the median is 12 days"}
    await refused(harbour, path, body, "review-without-evidence", 422)
    assert (await harbour.done(path, body | {"evidence": [PROOF]}))["finding"] == "supported"


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("learning-notes", {"note": "they text rather than call"}),
        ("context-shifts", {"shift": "the alternative school closes", "weight": "minor"}),
        (
            "strategic-forks",
            {"question": "one?", "options": ["one", "three"], "taken": "one", "because": "simple"},
        ),
        (
            "experiments",
            {
                "question": "do texts help?",
                "success_criteria": ["half answer"],
                "stop_criteria": ["a complaint"],
                "ends": "2022-09-01",
            },
        ),
    ],
)
async def test_what_was_learnt_is_entered(harbour: Caller, path: str, entry: Any) -> None:
    answer = await harbour.ask(f"{ALL}/{path}", entry)
    assert answer.status_code == 201, answer.text
    shown = (await harbour.get(answer.headers["Location"])).json()
    assert shown["kind"] == path.removesuffix("s")
    assert entry.items() <= shown["entry"].items()


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("before-action-reviews", {"intended": "answer", "signs_of_success": "no waiting"}),
        (
            "after-action-reviews",
            {"intended": "answer", "actual": "missed", "why": "roster", "next": "earlier"},
        ),
    ],
)
async def test_a_review_is_about_an_activity_or_its_milestone(
    harbour: Caller, path: str, entry: dict[str, Any]
) -> None:
    await refused(harbour, f"{ALL}/{path}", entry, "invalid-shape", 422)
    await refused(
        harbour, f"{ALL}/{path}", entry | {"activity_id": str(named("none"))}, "not-found", 404
    )
    entry = entry | {"activity_id": await led(harbour)}
    unknown = entry | {"milestone": "never stated"}
    await refused(harbour, f"{ALL}/{path}", unknown, "milestone-unknown", 409)
    done = await harbour.done(f"{ALL}/{path}", entry | {"milestone": "the desk answers"})
    assert done["kind"] == path.removesuffix("s")
    assert done["entry"]["milestone"] == "the desk answers"


async def test_an_experiment_is_concluded_by_its_criteria(harbour: Caller) -> None:
    trial = {
        "question": "do texts help?",
        "success_criteria": ["half answer"],
        "stop_criteria": ["a complaint"],
        "ends": "2022-09-01",
    }
    made = await harbour.done(f"{ALL}/experiments", trial)
    path = f"/v1/learning-entries/{made['id']}/conclusions"
    body = {"verdict": "succeeded", "learnt": "at night", "criteria_met": ["half answer"]}
    done = await harbour.done(path, body)
    assert done["conclusion"] == body
    await refused(harbour, path, body, "experiment-is-concluded", 409)
    bare = trial | {"stop_criteria": []}
    await refused(harbour, f"{ALL}/experiments", bare, "criteria-missing", 422)


async def test_a_repeated_command_is_answered_and_not_done_again(harbour: Caller) -> None:
    one = await harbour.ask(f"{ALL}/strategies", STRATEGY, key="once")
    two = await harbour.ask(f"{ALL}/strategies", STRATEGY, key="once")
    assert (one.status_code, two.content) == (201, one.content)
    assert two.headers["Idempotent-Replayed"] == "true"
