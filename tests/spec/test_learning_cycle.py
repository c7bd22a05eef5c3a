"""A cycle plans, does, reviews and improves in this order; it may return, and closes settled."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

import pytest

from infra.kernel import Claim
from services.agenda.domain import LearningCycle
from services.agenda.domain.adapting import AdaptationSettled, NoSuchAdaptation
from services.agenda.domain.code_lists import UnknownCode
from services.agenda.domain.cycling import (
    AdaptationDecided,
    AdaptationDropped,
    AdaptationEnacted,
    Change,
    CycleClosed,
    CycleOpened,
    DoPhaseStarted,
    EvidencePackFrozen,
    FindingAgreed,
    PlanApproved,
    ReviewOpened,
    ReviewTriggered,
)
from services.agenda.domain.evidence import CitedBeyondKnown, LineNotNamed, content_hash
from services.agenda.domain.learning_cycle import (
    AdaptationOpen,
    NoEvidencePack,
    NoFinding,
    NoSuchFinding,
    NoSuchPack,
    OutOfOrder,
    PlanApprovedAlready,
    PlanNotApproved,
    ReviewNotDue,
)
from services.agenda.domain.noticing import (
    MOST_ITEMS,
    CycleIsClosed,
    EvidencePackSuperseded,
    FlaggedAlreadyInPack,
    NotedAlready,
    ReviewItemNoted,
    TooMuchNoted,
)
from services.agenda.domain.values import Cited, Dissent
from tests.callers import named
from tests.given import fact, given
from tests.spec.agenda_cast import DECISION, INITIATIVE, LLEN, SEEN

PACK, FINDING, ADAPTATION, PLAN, NOBODY = map(
    named, ("pack", "finding", "adaptation", "plan", "nobody")
)
OPENED = fact(
    CycleOpened,
    initiative_id=INITIATIVE,
    number=1,
    title="First cycle",
    questions=("Does it help?",),
    review_on=date(2023, 2, 15),
)
APPROVED = fact(PlanApproved, plan_id=PLAN, decision_id=None, note=None)
STARTED = fact(DoPhaseStarted)
REVIEWED = fact(ReviewOpened)
FROZEN = fact(
    EvidencePackFrozen, pack_id=PACK, title="E1", cites=SEEN, content_sha256=content_hash(SEEN)
)
DISSENT = Dissent(organisation=LLEN, text="Possibly counted twice.")
FOUND = fact(
    FindingAgreed,
    finding_id=FINDING,
    text="Target met.",
    hypothesis_id=None,
    verdict="supports",
    packs=(PACK,),
    dissent=(DISSENT,),
)
CHANGES = (Change(what="Target of I4 to 65 %", service="measurement", id="i4"),)
DECIDED = fact(
    AdaptationDecided,
    adaptation_id=ADAPTATION,
    decision_id=DECISION,
    kind="scale",
    text="All 18 schools.",
    changes=CHANGES,
)
DONE = (Cited(source="activities", sequence=4),)
ENACTED = fact(AdaptationEnacted, adaptation_id=ADAPTATION, done=DONE, note=None)
DROPPED = fact(AdaptationDropped, adaptation_id=ADAPTATION)
TRIGGERED = fact(ReviewTriggered, cause="D-7 stands on less.", cites=SEEN)
CLOSED = fact(CycleClosed, learnt="Call them.")

PLANNING = (OPENED,)
DOING = (OPENED, APPROVED, STARTED)
REVIEWING = (*DOING, REVIEWED, FROZEN)
IMPROVING = (*REVIEWING, FOUND, DECIDED)


def approve(cycle):
    cycle.approve_plan(plan_id=PLAN, decision_id=None, note=None)


def review(on=datetime(2023, 2, 15, tzinfo=UTC)):
    return lambda cycle: cycle.open_review(at=on)


def trigger(cycle):
    cycle.trigger_review(cause="D-7 stands on less.", cites=SEEN)


def freeze(cycle):
    cycle.freeze(pack_id=PACK, title="E1", cites=SEEN)


def find(*packs):
    return lambda cycle: cycle.agree_finding(
        finding_id=FINDING,
        text="Target met.",
        hypothesis_id=None,
        verdict="supports",
        packs=packs,
        dissent=(DISSENT,),
    )


def adapt(kind="scale"):
    return lambda cycle: cycle.decide_adaptation(
        adaptation_id=ADAPTATION,
        decision_id=DECISION,
        kind=kind,
        text="All 18 schools.",
        changes=CHANGES,
    )


def confirm(adaptation_id=ADAPTATION):
    return lambda cycle: cycle.confirm_adaptation(adaptation_id=adaptation_id, done=DONE, note=None)


def drop(adaptation_id=ADAPTATION):
    return lambda cycle: cycle.drop_adaptation(adaptation_id=adaptation_id)


def close(cycle):
    cycle.close(learnt="Call them.")


def test_a_cycle_claims_its_number():
    cycle = LearningCycle(**OPENED.keywords)
    (opened,) = cycle.collect_events()
    assert list(opened.claims()) == [Claim("cycle", f"{INITIATIVE}/1")]
    assert cycle.phase == "plan"


@pytest.mark.parametrize(
    ("said", "asked", "happened"),
    [
        (PLANNING, approve, APPROVED),
        ((OPENED, APPROVED), lambda c: c.start_doing(), STARTED),
        (DOING, review(), REVIEWED),
        ((*DOING, REVIEWED), freeze, FROZEN),
        (REVIEWING, find(PACK), FOUND),
        (REVIEWING, find(), FOUND),
        ((*REVIEWING, FOUND), adapt(), DECIDED),
        (IMPROVING, confirm(), ENACTED),
        (IMPROVING, drop(), DROPPED),
        ((*IMPROVING, ENACTED), close, CLOSED),
        ((*IMPROVING, DROPPED), close, CLOSED),
        ((*REVIEWING, FOUND), close, CLOSED),
        (DOING, trigger, TRIGGERED),
        (IMPROVING, trigger, TRIGGERED),
    ],
)
def test_each_step_follows_the_one_before(said, asked, happened):
    given(LearningCycle, *said).when(asked).then(happened)


ENDED = (*IMPROVING, ENACTED, CLOSED)


@pytest.mark.parametrize(
    ("asked", "elsewhere"),
    [
        (approve, (DOING, REVIEWING, IMPROVING, ENDED)),
        (lambda c: c.start_doing(), (DOING, REVIEWING, IMPROVING, ENDED)),
        (review(), (PLANNING, REVIEWING, IMPROVING, ENDED)),
        (trigger, (PLANNING, REVIEWING, ENDED)),
        (freeze, (PLANNING, DOING, IMPROVING, ENDED)),
        (find(PACK), (PLANNING, DOING, IMPROVING, ENDED)),
        (adapt(), (PLANNING, DOING, ENDED)),
        (close, (PLANNING, DOING, ENDED)),
    ],
)
def test_no_step_is_taken_out_of_order(asked, elsewhere):
    for said in elsewhere:
        given(LearningCycle, *said).when(asked).then_refused(OutOfOrder)


def test_doing_takes_an_approved_plan_and_a_plan_is_approved_once():
    given(LearningCycle, OPENED).when(lambda c: c.start_doing()).then_refused(PlanNotApproved)
    given(LearningCycle, OPENED, APPROVED).when(approve).then_refused(PlanApprovedAlready)


def test_a_review_opens_on_its_day_wherever_that_has_begun():
    melbourne = datetime(2023, 2, 14, 13, 0, tzinfo=UTC)
    given(LearningCycle, *DOING).when(review(melbourne)).then(REVIEWED)
    eve = datetime(2023, 2, 14, 9, 59, tzinfo=UTC)
    given(LearningCycle, *DOING).when(review(eve)).then_refused(ReviewNotDue)


def test_the_hash_of_a_pack_is_of_what_it_cites_and_how_far_that_was_known():
    said = (
        '{"known_at":"agenda:3,measurement:7",'
        '"refs":[{"id":null,"note":"I4","sequence":7,"sha256":"%s","source":"measurement"}]}'
        % ("7" * 64)
    )
    assert content_hash(SEEN) == hashlib.sha256(said.encode()).hexdigest()


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"sequence": None, "id": "i4"}, LineNotNamed),
        ({"sha256": None}, LineNotNamed),
        ({"sequence": 8}, CitedBeyondKnown),
        ({"source": "activities"}, CitedBeyondKnown),
    ],
)
def test_a_pack_names_each_line_by_its_bytes_within_what_was_known(changed, refusal):
    (ref,) = SEEN.refs
    cites = SEEN.model_copy(update={"refs": (ref, ref.model_copy(update=changed))})
    given(LearningCycle, *DOING, REVIEWED).when(
        lambda c: c.freeze(pack_id=PACK, title="E1", cites=cites)
    ).then_refused(refusal)


def test_a_finding_stands_on_frozen_evidence():
    given(LearningCycle, *DOING, REVIEWED).when(find()).then_refused(NoEvidencePack)
    given(LearningCycle, *REVIEWING).when(find(NOBODY)).then_refused(NoSuchPack)


def test_an_adaptation_follows_a_finding_of_this_review():
    given(LearningCycle, *REVIEWING).when(adapt()).then_refused(NoFinding)
    given(LearningCycle, *IMPROVING, TRIGGERED).when(adapt()).then_refused(NoFinding)
    given(LearningCycle, *REVIEWING, FOUND).when(adapt("hope")).then_refused(UnknownCode)


@pytest.mark.parametrize("settle", [confirm, drop])
def test_an_adaptation_is_settled_once(settle):
    for settled in (ENACTED, DROPPED):
        given(LearningCycle, *IMPROVING, settled).when(settle()).then_refused(AdaptationSettled)
    given(LearningCycle, *IMPROVING).when(settle(NOBODY)).then_refused(NoSuchAdaptation)


def test_a_cycle_does_not_close_with_an_open_adaptation():
    given(LearningCycle, *IMPROVING).when(close).then_refused(AdaptationOpen)


def test_a_review_without_a_finding_closes_nothing():
    given(LearningCycle, *REVIEWING).when(close).then_refused(NoFinding)
    given(LearningCycle, *IMPROVING, ENACTED, TRIGGERED).when(close).then_refused(NoFinding)


def test_the_dissent_in_a_finding_stays():
    cycle = given(LearningCycle, *IMPROVING, TRIGGERED).aggregate
    assert cycle.require_finding(FINDING).dissent == (DISSENT,)


def test_only_an_agreed_finding_is_cited():
    given(LearningCycle, *REVIEWING).when(lambda c: c.require_finding(FINDING)).then_refused(
        NoSuchFinding
    )


LINE = Cited(source="activities", sequence=9)


def note(cycle):
    cycle.note(kind="evidence", text="The line was stopped.", line=LINE)


def test_the_next_review_looks_at_a_line_once_unless_the_cycle_is_closed():
    noted = fact(ReviewItemNoted, kind="evidence", text="The line was stopped.", line=LINE)
    given(LearningCycle, *DOING).when(note).then(noted)
    given(LearningCycle, *REVIEWING, noted).when(note).then_refused(NotedAlready)
    given(LearningCycle, *IMPROVING, ENACTED, CLOSED).when(note).then_refused(CycleIsClosed)


def test_a_review_that_nobody_holds_is_not_told_of_ever_more():
    for count, refused in ((MOST_ITEMS - 1, False), (MOST_ITEMS, True)):
        lines = (Cited(source="activities", sequence=10 + number) for number in range(count))
        told = [fact(ReviewItemNoted, kind="evidence", text="It was.", line=one) for one in lines]
        cycle = given(LearningCycle, *REVIEWING, *told).when(note)
        if refused:
            cycle.then_refused(TooMuchNoted)
        else:
            cycle.then(
                fact(ReviewItemNoted, kind="evidence", text="The line was stopped.", line=LINE)
            )


def test_a_pack_stays_as_it_is_and_what_changed_since_is_said_once_for_each_cause():
    def supersede(cycle):
        cycle.supersede(pack_id=PACK, cause=LINE, note="57.1, not 61.3", lines=(7,))

    said = fact(EvidencePackSuperseded, pack_id=PACK, cause=LINE, note="57.1, not 61.3", lines=(7,))
    given(LearningCycle, *REVIEWING).when(supersede).then(said)
    given(LearningCycle, *REVIEWING, said).when(supersede).then_refused(FlaggedAlreadyInPack)
    after = given(LearningCycle, *IMPROVING, ENACTED, CLOSED)
    after.when(supersede).then(said)
    assert after.aggregate.packs[PACK].cites == SEEN


def test_each_service_does_its_part_of_an_adaptation_once():
    def enacts(source):
        line = Cited(source=source, sequence=5)
        return lambda cycle: cycle.find_enacted(adaptation_id=ADAPTATION, line=line)

    here = fact(
        AdaptationEnacted,
        adaptation_id=ADAPTATION,
        done=(Cited(source="measurement", sequence=5),),
        note=None,
    )
    for before in (IMPROVING, (*IMPROVING, ENACTED)):
        given(LearningCycle, *before).when(enacts("measurement")).then(here)
    given(LearningCycle, *IMPROVING, ENACTED).when(enacts("activities")).then_refused(
        AdaptationSettled
    )
    given(LearningCycle, *IMPROVING, DROPPED).when(enacts("activities")).then_refused(
        AdaptationSettled
    )
