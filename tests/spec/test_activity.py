"""How an activity is proposed, led, shown, changed and ended."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from services.activities.domain.activity import (
    Activity,
    ActivityNotInState,
    AlreadyTheLead,
    LeadIsVacant,
    MilestoneAlreadyReached,
    MilestoneNamedTwice,
    MilestoneOutsideDates,
    MilestoneUnknown,
    NotItsLead,
    OutputAlreadyReported,
    ReviewMissedAlready,
)
from services.activities.domain.activity_facts import (
    ActivityAdapted,
    ActivityCommitted,
    ActivityCompleted,
    ActivityPaused,
    ActivityProposed,
    ActivityResumed,
    ActivityStarted,
    ActivityStopped,
    AfterActionReviewFellDue,
    LeadHandedOver,
    LeadVacancyFlagged,
    Milestone,
    MilestoneMissed,
    MilestoneReached,
    Output,
    OutputReported,
)
from services.activities.domain.period import Period, months_later
from tests.callers import named
from tests.given import fact, given

HARBOUR, HEALTH, ADAPTATION = named("Harbour Youth"), named("Health Alliance"), named("adapt")
YEAR = Period(starts=date(2022, 5, 9), ends=date(2023, 5, 8))
TERM = Period(starts=date(2022, 5, 9), ends=date(2022, 7, 1))
DESK = Milestone(name="the desk answers", due=date(2022, 6, 1))
ALL_SCHOOLS = Milestone(name="all schools refer", due=date(2022, 12, 1))
CALLS = Output(what="calls answered", count=41)

PROPOSED = fact(
    ActivityProposed,
    initiative_id=named("i"),
    title="Shared referral desk",
    description=None,
    strategies=(),
)
COMMITTED = fact(ActivityCommitted, lead=HARBOUR, dates=YEAR, milestones=(DESK, ALL_SCHOOLS))
STARTED = fact(ActivityStarted)
REACHED = fact(MilestoneReached, milestone=DESK.name)
REPORTED = fact(OutputReported, period=TERM, outputs=(CALLS,), corrects=False)
VACANT = fact(LeadVacancyFlagged, partner_id=HARBOUR)
PAUSED, COMPLETED = fact(ActivityPaused), fact(ActivityCompleted)
UNDER_WAY = (PROPOSED, COMMITTED, STARTED)


def test_a_partner_commits_to_lead_it_with_dates_and_milestones() -> None:
    given(Activity, PROPOSED).when(
        lambda a: a.commit(lead=HARBOUR, dates=YEAR, milestones=(DESK, ALL_SCHOOLS))
    ).then(COMMITTED)


def test_a_missing_after_action_review_is_found_once() -> None:
    due = datetime(2023, 1, 1, tzinfo=UTC)
    found = fact(AfterActionReviewFellDue, due=due)
    ended = (*UNDER_WAY, COMPLETED)
    given(Activity, *ended).when(lambda a: a.find_review_due(due=due)).then(found)
    given(Activity, *ended, found).when(lambda a: a.find_review_due(due=due)).then_refused(
        ReviewMissedAlready
    )
    given(Activity, *UNDER_WAY).when(lambda a: a.find_review_due(due=due)).then_refused(
        ActivityNotInState
    )


def test_a_milestone_lies_within_the_activity() -> None:
    late = Milestone(name="too late", due=date(2024, 1, 1))
    given(Activity, PROPOSED).when(
        lambda a: a.commit(lead=HARBOUR, dates=YEAR, milestones=(late,))
    ).then_refused(MilestoneOutsideDates)


def test_two_milestones_have_two_names() -> None:
    given(Activity, PROPOSED).when(
        lambda a: a.commit(lead=HARBOUR, dates=YEAR, milestones=(DESK, DESK))
    ).then_refused(MilestoneNamedTwice)


def test_it_starts_once_a_partner_has_committed() -> None:
    given(Activity, PROPOSED, COMMITTED).when(Activity.start).then(STARTED)


def test_it_does_not_start_without_a_lead() -> None:
    given(Activity, PROPOSED, COMMITTED, VACANT).when(Activity.start).then_refused(LeadIsVacant)


def test_a_milestone_is_reached() -> None:
    given(Activity, *UNDER_WAY).when(lambda a: a.reach(DESK.name)).then(REACHED)


def test_a_milestone_is_reached_once() -> None:
    given(Activity, *UNDER_WAY, REACHED).when(lambda a: a.reach(DESK.name)).then_refused(
        MilestoneAlreadyReached
    )


def test_only_a_stated_milestone_is_reached() -> None:
    given(Activity, *UNDER_WAY).when(lambda a: a.reach("something else")).then_refused(
        MilestoneUnknown
    )


def test_a_missed_milestone_keeps_the_day_it_was_due_and_gets_a_new_one() -> None:
    new = date(2022, 8, 1)
    given(Activity, *UNDER_WAY).when(lambda a: a.miss(DESK.name, due=new)).then(
        fact(MilestoneMissed, milestone=DESK.name, was_due=DESK.due, due=new)
    )


def test_a_milestone_that_was_missed_can_still_be_reached() -> None:
    missed = fact(MilestoneMissed, milestone=DESK.name, was_due=DESK.due, due=None)
    story = given(Activity, *UNDER_WAY, missed)
    assert story.aggregate.missed == {DESK.name}
    story.when(lambda a: a.reach(DESK.name)).then(REACHED)
    assert story.aggregate.missed == set()


def test_a_milestone_that_was_reached_is_not_missed() -> None:
    given(Activity, *UNDER_WAY, REACHED).when(lambda a: a.miss(DESK.name)).then_refused(
        MilestoneAlreadyReached
    )


def test_the_new_day_of_a_missed_milestone_lies_within_the_activity() -> None:
    given(Activity, *UNDER_WAY).when(
        lambda a: a.miss(DESK.name, due=date(2024, 1, 1))
    ).then_refused(MilestoneOutsideDates)


def test_outputs_are_reported_by_period() -> None:
    given(Activity, *UNDER_WAY).when(lambda a: a.report(period=TERM, outputs=(CALLS,))).then(
        REPORTED
    )


def test_a_figure_is_reported_once_unless_it_is_corrected() -> None:
    given(Activity, *UNDER_WAY, REPORTED).when(
        lambda a: a.report(period=TERM, outputs=(CALLS,))
    ).then_refused(OutputAlreadyReported)
    given(Activity, *UNDER_WAY, REPORTED).when(
        lambda a: a.report(period=TERM, outputs=(CALLS,), corrects=True)
    ).then(fact(OutputReported, period=TERM, outputs=(CALLS,), corrects=True))


def test_a_count_is_never_below_zero() -> None:
    with pytest.raises(ValidationError):
        Output(what="calls", count=-1)


def test_what_was_done_is_reported_after_the_end_too() -> None:
    given(Activity, *UNDER_WAY, COMPLETED).when(
        lambda a: a.report(period=TERM, outputs=(CALLS,))
    ).then(REPORTED)


def test_what_has_not_started_has_no_output() -> None:
    given(Activity, PROPOSED, COMMITTED).when(
        lambda a: a.report(period=TERM, outputs=(CALLS,))
    ).then_refused(ActivityNotInState)


def test_an_adaptation_keeps_what_was_reached_and_replaces_what_lies_ahead() -> None:
    ahead = Milestone(name="twelve schools refer", due=date(2023, 2, 1))
    given(Activity, *UNDER_WAY, REACHED).when(
        lambda a: a.adapt(change="fewer schools", milestones=(ahead,), adaptation_id=ADAPTATION)
    ).then(
        fact(
            ActivityAdapted,
            change="fewer schools",
            dates=YEAR,
            milestones=(DESK, ahead),
            adaptation_id=ADAPTATION,
        )
    )


def test_an_adaptation_may_leave_the_milestones_as_they_are() -> None:
    given(Activity, *UNDER_WAY).when(lambda a: a.adapt(change="another roster")).then(
        fact(
            ActivityAdapted,
            change="another roster",
            dates=YEAR,
            milestones=(DESK, ALL_SCHOOLS),
            adaptation_id=None,
        )
    )


def test_an_adaptation_cannot_leave_a_milestone_outside_the_new_dates() -> None:
    given(Activity, *UNDER_WAY).when(lambda a: a.adapt(change="shorter", dates=TERM)).then_refused(
        MilestoneOutsideDates
    )


def test_an_adaptation_does_not_name_a_milestone_like_one_that_was_reached() -> None:
    given(Activity, *UNDER_WAY, REACHED).when(
        lambda a: a.adapt(change="again", milestones=(DESK,))
    ).then_refused(MilestoneNamedTwice)


def test_the_lead_is_handed_over() -> None:
    given(Activity, *UNDER_WAY).when(lambda a: a.hand_over(HEALTH)).then(
        fact(LeadHandedOver, lead=HEALTH, was=HARBOUR)
    )


def test_the_lead_is_not_handed_over_to_itself() -> None:
    given(Activity, *UNDER_WAY).when(lambda a: a.hand_over(HARBOUR)).then_refused(AlreadyTheLead)


def test_the_lead_of_a_partner_who_left_is_flagged_as_vacant_once() -> None:
    given(Activity, *UNDER_WAY).when(lambda a: a.flag_lead(HARBOUR)).then(VACANT)
    given(Activity, *UNDER_WAY, VACANT).when(lambda a: a.flag_lead(HARBOUR)).then_refused(
        NotItsLead
    )


def test_a_vacant_lead_is_taken_over() -> None:
    given(Activity, *UNDER_WAY, VACANT).when(lambda a: a.hand_over(HEALTH)).then(
        fact(LeadHandedOver, lead=HEALTH, was=None)
    )


def test_it_rests_and_goes_on() -> None:
    given(Activity, *UNDER_WAY).when(Activity.pause).then(PAUSED)
    given(Activity, *UNDER_WAY, PAUSED).when(Activity.resume).then(fact(ActivityResumed))


def test_it_does_not_go_on_without_a_lead() -> None:
    given(Activity, *UNDER_WAY, PAUSED, VACANT).when(Activity.resume).then_refused(LeadIsVacant)


def test_it_is_completed() -> None:
    given(Activity, *UNDER_WAY).when(Activity.complete).then(COMPLETED)


def test_a_stop_keeps_what_was_learnt_and_sets_the_day_of_the_review() -> None:
    given(Activity, *UNDER_WAY).when(
        lambda a: a.stop(
            learning="a state line does it", when=datetime(2022, 11, 14, 9, tzinfo=UTC)
        )
    ).then(
        fact(
            ActivityStopped,
            learning="a state line does it",
            review_due=datetime(2022, 12, 14, 9, tzinfo=UTC),
        )
    )


ASKS: dict[str, Callable[[Any], None]] = {
    "commit": lambda a: a.commit(lead=HARBOUR, dates=YEAR),
    "start": Activity.start,
    "reach": lambda a: a.reach(DESK.name),
    "miss": lambda a: a.miss(DESK.name),
    "adapt": lambda a: a.adapt(change="x"),
    "hand over": lambda a: a.hand_over(HEALTH),
    "flag": lambda a: a.flag_lead(HARBOUR),
    "pause": Activity.pause,
    "resume": Activity.resume,
    "complete": Activity.complete,
    "stop": lambda a: a.stop(learning="x", when=datetime(2022, 11, 14, tzinfo=UTC)),
}
ALLOWED = {
    "proposed": {"commit", "stop"},
    "committed": {"start", "adapt", "hand over", "flag", "stop"},
    "started": {"reach", "miss", "adapt", "hand over", "flag", "pause", "complete", "stop"},
    "paused": {"miss", "adapt", "hand over", "flag", "resume", "stop"},
    "completed": set(),
}
FACTS = {
    "proposed": (PROPOSED,),
    "committed": (PROPOSED, COMMITTED),
    "started": UNDER_WAY,
    "paused": (*UNDER_WAY, PAUSED),
    "completed": (*UNDER_WAY, COMPLETED),
}


@pytest.mark.parametrize(
    ("state", "ask"),
    [(state, ask) for state in FACTS for ask in ASKS if ask not in ALLOWED[state]],
)
def test_what_the_state_forbids_is_refused(state: str, ask: str) -> None:
    given(Activity, *FACTS[state]).when(ASKS[ask]).then_refused(ActivityNotInState)


@pytest.mark.parametrize(
    ("state", "ask"), [(state, ask) for state in FACTS for ask in sorted(ALLOWED[state])]
)
def test_what_the_state_allows_is_done(state: str, ask: str) -> None:
    story = given(Activity, *FACTS[state])
    ASKS[ask](story.aggregate)
    assert len(story.aggregate.collect_events()) == 1


def test_a_period_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValidationError):
        Period(starts=date(2022, 2, 1), ends=date(2022, 1, 31))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2022, 4, 27), 6, date(2022, 10, 27)),
        (date(2022, 8, 31), 6, date(2023, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2022, 12, 31), 12, date(2023, 12, 31)),
        (date(2022, 5, 31), 1, date(2022, 6, 30)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(
    day: date, months: int, later: date
) -> None:
    assert months_later(day, months) == later
