"""An engagement is answered, or found overdue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.agenda.domain import Engagement
from services.agenda.domain.code_lists import UnknownCode
from services.agenda.domain.engagement import (
    GroupTwice,
    HeldAlready,
    NoSuchGroup,
    NoSuchTheme,
    NotHeldYet,
    NotOverdue,
)
from services.agenda.domain.engaging import (
    CommunityThemeCaptured,
    EngagementHeld,
    EngagementPlanned,
    FeedbackOverdue,
    FeedbackReturned,
    Group,
    Response,
)
from tests.callers import named
from tests.given import Fact, fact, given
from tests.spec.agenda_cast import INITIATIVE

THEME = named("nobody rings back")
GROUPS = (Group(group="young people", count=41), Group(group="parents", count=17))
AT = datetime(2022, 2, 23, 9, tzinfo=UTC)
DUE = AT + timedelta(days=30)
CHANGED = (Response(theme_id=THEME, changed="Every referral gets a call."),)


def planned(level: str = "collaborate") -> Fact:
    return fact(
        EngagementPlanned,
        initiative_id=INITIATIVE,
        title="Co-design",
        level=level,
        audience="young people and parents",
        purpose="To ask.",
        planned_for=None,
    )


HELD = fact(EngagementHeld, groups=GROUPS, charter_version=1, answer_due=DUE)
CAPTURED = fact(
    CommunityThemeCaptured, theme_id=THEME, text="Nobody rings back.", group="young people"
)
TOLD = fact(FeedbackReturned, text="You said.", channel="meeting", responses=())
ANSWERED = fact(FeedbackReturned, text="We changed.", channel="meeting", responses=CHANGED)
OVERDUE = fact(FeedbackOverdue, answer_due=DUE, charter_version=1, unanswered=(THEME,))


def hold(engagement: Engagement, groups: Any = GROUPS, days: int | None = 30) -> None:
    engagement.hold(groups=groups, charter_version=1, days=days, at=AT)


def test_from_involve_on_an_answer_is_owed_within_the_charters_days():
    for level in ("involve", "collaborate", "empower"):
        given(Engagement, planned(level)).when(hold).then(HELD)
    for level in ("inform", "consult"):
        unowed = fact(EngagementHeld, groups=GROUPS, charter_version=1, answer_due=None)
        given(Engagement, planned(level)).when(hold).then(unowed)
    unpromised = fact(EngagementHeld, groups=GROUPS, charter_version=1, answer_due=None)
    given(Engagement, planned()).when(lambda one: hold(one, days=None)).then(unpromised)


def test_a_level_is_one_of_five():
    with pytest.raises(UnknownCode):
        Engagement.plan(
            initiative_id=INITIATIVE,
            title="T",
            level="manipulate",
            audience="A",
            purpose="P",
            planned_for=None,
        )


def test_it_is_held_once_and_counts_each_group_once():
    given(Engagement, planned(), HELD).when(hold).then_refused(HeldAlready)
    given(Engagement, planned()).when(lambda one: hold(one, GROUPS * 2)).then_refused(GroupTwice)


def capture(engagement: Engagement, group: str | None = "young people") -> None:
    engagement.capture(theme_id=THEME, text="Nobody rings back.", group=group)


def test_themes_are_captured_of_groups_that_took_part():
    given(Engagement, planned()).when(capture).then_refused(NotHeldYet)
    given(Engagement, planned(), HELD).when(lambda one: capture(one, "staff")).then_refused(
        NoSuchGroup
    )
    given(Engagement, planned(), HELD).when(capture).then(CAPTURED)


def answer(engagement: Engagement, channel: str = "meeting") -> None:
    engagement.answer(text="We changed.", channel=channel, responses=CHANGED)


def test_an_answer_says_of_a_theme_what_changed_or_why_not():
    given(Engagement, planned()).when(answer).then_refused(NotHeldYet)
    given(Engagement, planned(), HELD).when(answer).then_refused(NoSuchTheme)
    heard = given(Engagement, planned(), HELD, CAPTURED)
    heard.when(lambda one: answer(one, "telepathy")).then_refused(UnknownCode)
    heard.when(answer).then(ANSWERED)
    for said in ({}, {"changed": "A.", "why_not": "B."}):
        with pytest.raises(ValidationError):
            Response(theme_id=THEME, **said)


def find(engagement: Engagement, at: datetime = DUE) -> None:
    engagement.find_overdue(at=at)


def test_what_is_not_answered_on_its_day_is_overdue_once():
    facts = (planned(), HELD, CAPTURED)
    given(Engagement, *facts).when(lambda one: find(one, AT)).then_refused(NotOverdue)
    given(Engagement, *facts, ANSWERED).when(find).then_refused(NotOverdue)
    given(Engagement, *facts, OVERDUE).when(find).then_refused(NotOverdue)
    given(Engagement, planned()).when(find).then_refused(NotHeldYet)
    given(Engagement, *facts).when(find).then(OVERDUE)
    given(Engagement, *facts, TOLD).when(find).then(OVERDUE)


def test_nothing_is_overdue_where_nothing_was_promised():
    unowed = fact(EngagementHeld, groups=GROUPS, charter_version=None, answer_due=None)
    given(Engagement, planned(), unowed).when(find).then_refused(NotOverdue)
