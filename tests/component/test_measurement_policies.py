"""What measurement does because something happened in the agenda, or in itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from infra.eventstore import Offer
from infra.eventstore.store import Held
from infra.kernel import Claim, uuid7
from infra.kernel.values import moment
from infra.messaging import Carried
from infra.messaging.policies import fire
from infra.messaging.references import Reference
from services.measurement.domain import FeedProfile, Series
from services.measurement.domain.certification_facts import ObservationsCertified
from services.measurement.domain.feed_profile import FeedTerms
from services.measurement.domain.feed_terms import Audience, Policy, Scope
from services.measurement.domain.submission_facts import REJECTED, sent_in
from services.measurement.domain.values import Place
from services.measurement.policies import value_certified
from services.measurement.policies.policies import POLICIES
from tests import lines
from tests.callers import Caller, named, token
from tests.component.measuring import (
    BAYSIDE,
    DECISION,
    INITIATIVE,
    WHY,
    house,
    indicator,
)
from tests.component.policed import Policed, lines_of, told
from tests.component.three_services import BY
from tests.component.three_services_story import year

LEARNING, EARNING, ADAPTATION = named("learning"), named("earning"), named("adaptation")
LLEN, SCHOOL, SUBMISSION = named("llen"), named("school"), named("submission")
HERE = f"/v1/initiatives/{INITIATIVE}"
FRAMEWORK = f"{HERE}/measurement-framework"
ADOPTED, REVISED = "agenda.common-agenda-adopted", "agenda.common-agenda-revised"
DECIDED = "agenda.adaptation-decided"
TERMS = {
    "parties": [str(LLEN), str(SCHOOL)],
    "purpose": "Context.",
    "licence": "CC BY 4.0",
    "credit": "ABS",
}


class Here(NamedTuple):
    caller: Caller
    policed: Policed
    app: Any
    house: Any


@pytest.fixture
async def here() -> AsyncIterator[Here]:
    measuring = house()
    for kind, id in (("outcome", LEARNING), ("outcome", EARNING), ("adaptation", ADAPTATION)):
        measuring.references.add(Reference(kind, id, INITIATIVE))
    policed = Policed("measurement", POLICIES, measuring.app, measuring.clock, measuring.references)
    async with Caller(measuring.app, bearer=token(organisation=LLEN)) as caller:
        yield Here(caller, policed, measuring.app, measuring)


def heard(fact: str, sequence: int = 7, **data: Any) -> Carried:
    return lines.heard(fact, INITIATIVE, data, sequence=sequence, at=moment("2022-07-01T00:00:00Z"))


def outcomes(*ids: UUID) -> list[dict[str, str]]:
    return [{"outcome_id": str(id), "title": "T", "wording": "W"} for id in ids]


async def test_with_the_agenda_the_framework_is_opened_and_its_gaps_are_flagged(here: Here):
    adopted = heard(ADOPTED, outcomes=outcomes(LEARNING, EARNING))
    (fired,) = await here.policed.hear(adopted)
    assert (fired.policy, fired.state, fired.target) == ("P1", "done", str(INITIATIVE))
    assert await here.policed.hear(adopted) == []
    shown = (await here.caller.get(FRAMEWORK)).json()
    gaps = {each["outcome_id"]: each["gap"]["gap"] for each in shown["outcomes"]}
    assert gaps == dict.fromkeys(map(str, (LEARNING, EARNING)), "No indicator shows it yet.")
    for line in told(await lines_of(here.app), "measurement.measurement-gap-flagged"):
        assert line["causationid"] == str(adopted.line.id)
        assert line["data"]["provenance"]["authority"] == "policy:P1"


async def test_a_revised_agenda_flags_what_is_new_and_says_so_where_nothing_is(here: Here):
    await here.policed.hear(heard(ADOPTED, outcomes=outcomes(LEARNING)))
    (new,) = await here.policed.hear(heard(REVISED, 8, outcomes=outcomes(LEARNING, EARNING)))
    assert new.state == "done"
    (same,) = await here.policed.hear(heard(REVISED, 9, outcomes=outcomes(LEARNING, EARNING)))
    assert (same.state, same.reason[:19]) == ("refused", "nothing-unmeasured:")
    assert len(told(await lines_of(here.app), "measurement.measurement-gap-flagged")) == 2


async def test_what_shows_a_retired_outcome_is_to_be_unlinked(here: Here):
    retired = heard("agenda.outcome-retired", outcome_id=str(LEARNING))
    assert await here.policed.hear(retired) == []
    await here.caller.done(FRAMEWORK, {"title": "What we watch"})
    link = {"outcome_id": str(LEARNING), "indicator_id": str(await indicator(here.caller, "I1"))}
    await here.caller.done(f"{FRAMEWORK}/links", link)
    (fired,) = await here.policed.hear(heard("agenda.outcome-retired", 8, outcome_id=str(LEARNING)))
    assert (fired.policy, fired.state) == ("P2", "done")
    assert (await here.caller.get(FRAMEWORK)).json()["outcomes"][0]["to_unlink"]
    freed = await here.caller.done(f"{FRAMEWORK}/unlinkings", link | {"reason": WHY})
    assert not any(each["to_unlink"] for each in freed["outcomes"])


async def agreed(caller: Caller, **terms: Any) -> str:
    """The path of a drafted agreement."""
    said = {"kind": "open-data", "title": "Attendance", "terms": TERMS | terms}
    return f"/v1/data-agreements/{(await caller.done(f'{HERE}/data-agreements', said))['id']}"


async def test_the_agreements_of_a_partner_that_left_are_looked_at_again(here: Here):
    with_school = await agreed(here.caller)
    await agreed(here.caller, parties=[str(LLEN)])
    over = await agreed(here.caller)
    await here.caller.done(f"{over}/revocations", {"reason": WHY})
    gone = heard("agenda.partner-withdrew", organisation=str(SCHOOL))
    (fired,) = await here.policed.hear(gone)
    assert (fired.policy, fired.state, fired.target) == ("P8", "done", with_school[-36:])
    assert (await here.caller.get(with_school)).json()["to_review"] == [str(SCHOOL)]


async def feed(here: Here, code: str, *indicators: UUID) -> UUID:
    """A feed that holds these indicators."""
    terms = FeedTerms(
        title="For the department",
        indicators=indicators,
        places=Scope(scheme="asgs", edition="3"),
        formats=("csv",),
        policy=Policy(),
        cadence="yearly",
    )
    audience = Audience(kind="public")
    profile = FeedProfile.define(INITIATIVE, code=code, audience=audience, terms=terms)
    await here.app.state.repository.save(BY, profile)
    return profile.id


async def test_when_an_agreement_ends_feeds_that_hold_what_it_covered_are_to_be_changed(
    here: Here,
):
    covered, other = await indicator(here.caller, "I1"), await indicator(here.caller, "I2")
    to_change = await feed(here, "one", covered, other)
    await feed(here, "two", other)
    agreement = await agreed(here.caller, indicators=[str(covered)])
    await here.caller.done(f"{agreement}/revocations", {"reason": WHY})
    (revoked,) = [
        each for each in await lines_of(here.app) if each.fact.endswith("agreement-revoked")
    ]
    (fired,) = await here.policed.hear(revoked)
    assert (fired.policy, fired.state, fired.target) == ("P9", "done", str(to_change))
    profile = await here.app.state.repository.get(FeedProfile, to_change)
    assert profile.to_change == {UUID(agreement[-36:]): (covered,)}
    assert await here.policed.hear(revoked) == []


async def test_an_adaptation_asks_each_indicator_that_it_names_for_another_target(here: Here):
    one = await indicator(here.caller)
    path = f"/v1/indicators/{one}"
    aimed = await here.caller.done(
        f"{path}/targets",
        {"value": "60", "decision_id": str(DECISION), "no_baseline_yet": True},
    )
    changes = [
        {"what": "Raise it to 65 %", "service": "measurement", "id": str(one)},
        {"what": "The desk serves 18 schools", "service": "activities", "id": None},
        {"what": "Something in words only", "service": "measurement", "id": "I4"},
    ]
    decided = heard(DECIDED, adaptation_id=str(ADAPTATION), changes=changes)
    (fired,) = await here.policed.hear(decided)
    assert (fired.policy, fired.state, fired.target) == ("P11", "done", str(one))
    asked = (await here.caller.get(path)).json()["revisions_asked"]
    assert asked == {str(ADAPTATION): "Raise it to 65 %"}
    revised = await here.caller.done(
        f"{path}/targets/{aimed['targets'][0]['target_id']}/revisions",
        {
            "value": "65",
            "decision_id": str(DECISION),
            "adaptation_id": str(ADAPTATION),
            "reason": WHY,
        },
    )
    assert revised["revisions_asked"] == {}


async def test_an_adaptation_that_names_no_indicator_of_this_initiative_is_kept_as_refused(
    here: Here,
):
    change = {"what": "Raise it", "service": "measurement", "id": str(named("elsewhere"))}
    decided = heard(DECIDED, adaptation_id=str(ADAPTATION), changes=[change])
    (fired,) = await here.policed.hear(decided)
    assert fired.state == "refused"
    assert fired.reason.startswith("not-found: ")


async def test_a_provider_that_sent_nothing_in_a_round_is_flagged_when_it_closes(here: Here):
    partner_data = {
        "parties": [str(LLEN)],
        "providers": [str(LLEN)],
        "recipients": [str(SCHOOL)],
        "purpose": "See.",
        "legal_basis": "Consent.",
        "min_count": 5,
        "retention": "Seven years.",
        "ends": "2030-01-01",
    }
    paths = []
    for _ in range(3):
        said = {"kind": "partner-data", "title": "Attendance", "terms": partner_data}
        made = await here.caller.done(f"{HERE}/data-agreements", said)
        paths.append(f"/v1/data-agreements/{made['id']}")
    for path in paths[:2]:
        await here.caller.done(f"{path}/signatures", {})
        await here.caller.done(f"{path}/activations", {})
    window = {"opens": "2022-07-01", "due": "2022-07-29", "closes": "2022-07-30"}
    opened = await here.caller.done(
        f"{HERE}/reporting-periods", {"title": "First half", "periods": ["2022-S1"], **window}
    )
    came = Claim(sent_in(UUID(opened["id"])), f"{paths[0][-36:]}/{LLEN}/{uuid7()}")
    await here.app.state.store.append(Offer((), claims=[Held(came, uuid7())]))
    await here.caller.done(f"/v1/reporting-periods/{opened['id']}/closures", {})
    (closed,) = [each for each in await lines_of(here.app) if each.fact.endswith("period-closed")]
    (fired,) = await here.policed.hear(closed)
    assert (fired.policy, fired.state) == ("P7", "done")
    assert fired.target == f"{LLEN}/{paths[1][-36:]}"
    (line,) = told(await lines_of(here.app), "measurement.completeness-gap-flagged")
    assert line["data"]["organisation"] == str(LLEN)


async def crossing(here: Here) -> list[Carried]:
    """Two certifications: of a value above the target, and of one below it."""
    one = await indicator(here.caller)
    target = {
        "value": "60",
        "decision_id": str(DECISION),
        "no_baseline_yet": True,
        "place": BAYSIDE,
    }
    await here.caller.done(f"/v1/indicators/{one}/targets", target)
    series = None
    for period, value in ((2021, "61"), (2022, "57")):
        now = year(period, value)
        of = {
            "initiative_id": INITIATIVE,
            "indicator_id": one,
            "definition_version": 1,
            "place": Place.model_validate(BAYSIDE),
            "dimensions": {},
        }
        if series is None:
            series = Series.begin(submission_id=SUBMISSION, observations=[now], **of)
        else:
            series.record(SUBMISSION, [now])
        series.tell(ObservationsCertified, submission_id=SUBMISSION, observations=(now,))
        await here.app.state.repository.save(BY, series)
    told_of = await lines_of(here.app)
    return [each for each in told_of if each.fact.endswith("observations-certified")]


async def test_a_certified_value_that_crosses_the_target_of_its_place_is_said(here: Here):
    first, second = await crossing(here)
    assert await here.policed.hear(first) == []
    (fired,) = await here.policed.hear(second)
    assert (fired.policy, fired.state) == ("P6", "done")
    (line,) = told(await lines_of(here.app), "measurement.signal-raised")
    assert (line["data"]["kind"], line["data"]["target"]) == ("target-missed", "60")


async def test_what_a_certified_value_showed_is_not_said_once_it_never_counted(here: Here):
    _, certified = await crossing(here)
    repository = here.app.state.repository
    asked = POLICIES.service(repository, here.house.references, here.house.clock)
    (target,) = await value_certified.targets(asked, certified)
    never = Claim(REJECTED, str(SUBMISSION))
    await here.app.state.store.append(Offer((), claims=[Held(never, SUBMISSION)]))
    policy, store = value_certified.POLICY, here.app.state.store
    settled = await fire("measurement", policy, asked, store, certified, target)
    assert (settled.state, settled.reason[:12]) == ("refused", "signal-gone:")
    assert told(await lines_of(here.app), "measurement.signal-raised") == []
