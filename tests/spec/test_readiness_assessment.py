"""Readiness: each answers for oneself, the group agrees apart, and differences are kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.agenda.domain import ReadinessAssessment
from services.agenda.domain.assessing import (
    Divergence,
    Position,
    ReadinessAssessmentCompleted,
    ReadinessAssessmentOpened,
    ReadinessPositionAgreed,
    ReadinessReassessmentFellDue,
    ReadinessReassessmentScheduled,
    ReadinessResponseSubmitted,
    Score,
)
from services.agenda.domain.code_lists import UnknownCode
from services.agenda.domain.instruments import (
    ItemTwice,
    NoSuchInstrument,
    NoSuchItem,
    OffTheScale,
    instrument,
)
from services.agenda.domain.readiness_assessment import (
    AssessmentCompleted,
    AssessmentNotCompleted,
    DueInThePast,
    FewerThanTheInstrument,
    NobodyAnswered,
    NotDueYet,
    PositionMissing,
    RolesTooFew,
    SectorsTooFewHeard,
)
from tests.given import Fact, fact, given
from tests.spec.agenda_cast import INITIATIVE

ITEMS = instrument("open-introduction", 1).mandatory
DUE = date(2022, 11, 8)


def opened(**more: Any) -> Fact:
    said = {"minimum_roles": 3, "minimum_sectors": 1, "reassesses": None} | more
    return fact(
        ReadinessAssessmentOpened,
        initiative_id=INITIATIVE,
        instrument="open-introduction",
        instrument_version=1,
        **said,
    )


def scores(score: int = 3, **other: int) -> tuple[Score, ...]:
    return tuple(Score(item=item, score=other.get(item, score)) for item in ITEMS)


def answered(role: str, revision: int = 1, sector: str = "education", **other: int) -> Fact:
    return fact(
        ReadinessResponseSubmitted,
        respondent=f"by-{role}",
        revision=revision,
        role=role,
        sector=sector,
        scores=scores(**other),
    )


def positions(score: int = 3) -> tuple[Position, ...]:
    return tuple(Position(item=item, score=score) for item in ITEMS)


def agreed(*divergence: Divergence) -> Fact:
    return fact(ReadinessPositionAgreed, positions=positions(), divergence=divergence, band=None)


HEARD = (opened(), answered("board"), answered("staff"), answered("funder"))
COMPLETED = fact(
    ReadinessAssessmentCompleted,
    respondents=3,
    roles=("board", "funder", "staff"),
    sectors=("education",),
    total=27,
    band=None,
)
SCHEDULED = fact(ReadinessReassessmentScheduled, due=DUE)


def respond(role: str = "board", sector: str = "education", **other: int):
    return lambda assessment: assessment.respond(
        respondent=f"by-{role}", role=role, sector=sector, scores=scores(**other)
    )


def open_one(**more: Any) -> ReadinessAssessment:
    said = {
        "instrument_name": "open-introduction",
        "instrument_version": 1,
        "minimum_roles": None,
        "minimum_sectors": None,
        "reassesses": None,
    } | more
    return ReadinessAssessment.open(initiative_id=INITIATIVE, **said)


def test_it_asks_what_its_instrument_asks_and_may_ask_more():
    assert open_one().minimum_roles == 3
    assert open_one(minimum_roles=5, minimum_sectors=2).minimum_sectors == 2
    with pytest.raises(FewerThanTheInstrument):
        open_one(minimum_roles=2)
    with pytest.raises(NoSuchInstrument):
        open_one(instrument_version=2)


def test_a_second_answer_of_one_person_takes_the_place_of_the_first():
    given(ReadinessAssessment, opened(), answered("board")).when(respond(urgency=5)).then(
        answered("board", revision=2, urgency=5)
    )


def test_answers_stay_on_the_scale_and_in_the_lists():
    story = given(ReadinessAssessment, opened())
    story.when(respond(urgency=6)).then_refused(OffTheScale)
    story.when(respond(urgency=0)).then_refused(OffTheScale)
    story.when(respond("king")).then_refused(UnknownCode)
    story.when(respond(sector="magic")).then_refused(UnknownCode)
    twice = scores() + scores()[:1]
    story.when(
        lambda one: one.respond(respondent="a", role="board", sector="health", scores=twice)
    ).then_refused(ItemTwice)
    unknown = (Score(item="luck", score=3),)
    story.when(
        lambda one: one.respond(respondent="a", role="board", sector="health", scores=unknown)
    ).then_refused(NoSuchItem)


def test_where_members_differ_is_kept_beside_what_they_agreed():
    facts = (
        opened(),
        answered("board", relationships=4),
        answered("lived-experience", relationships=2),
        answered("staff"),
    )
    kept = Divergence(
        item="relationships",
        agreed=3,
        lowest=2,
        lowest_by=("lived-experience",),
        highest=4,
        highest_by=("board",),
    )
    given(ReadinessAssessment, *facts).when(lambda one: one.agree(positions=positions())).then(
        agreed(kept)
    )


def test_nothing_is_agreed_before_somebody_answered():
    story = given(ReadinessAssessment, opened())
    story.when(lambda one: one.agree(positions=positions())).then_refused(NobodyAnswered)


def test_it_completes_when_all_is_agreed_and_enough_were_heard():
    complete = ReadinessAssessment.complete
    given(ReadinessAssessment, *HEARD).when(complete).then_refused(PositionMissing)
    given(ReadinessAssessment, *HEARD[:3], agreed()).when(complete).then_refused(RolesTooFew)
    more = (opened(minimum_sectors=2), *HEARD[1:], agreed())
    given(ReadinessAssessment, *more).when(complete).then_refused(SectorsTooFewHeard)
    given(ReadinessAssessment, *HEARD, agreed()).when(complete).then(COMPLETED)


def test_a_completed_one_takes_no_more_answers():
    story = given(ReadinessAssessment, *HEARD, agreed(), COMPLETED)
    story.when(respond()).then_refused(AssessmentCompleted)
    story.when(lambda one: one.agree(positions=positions())).then_refused(AssessmentCompleted)
    story.when(ReadinessAssessment.complete).then_refused(AssessmentCompleted)


def test_the_next_one_is_scheduled_for_a_later_day_and_falls_due_once():
    facts = (*HEARD, agreed(), COMPLETED)

    def schedule(one: ReadinessAssessment, today: date = date(2021, 11, 8)) -> None:
        one.schedule(due=DUE, today=today)

    given(ReadinessAssessment, *HEARD).when(schedule).then_refused(AssessmentNotCompleted)
    given(ReadinessAssessment, *facts).when(lambda one: schedule(one, DUE)).then_refused(
        DueInThePast
    )
    given(ReadinessAssessment, *facts).when(schedule).then(SCHEDULED)
    due = fact(ReadinessReassessmentFellDue, due=DUE)
    early = given(ReadinessAssessment, *facts, SCHEDULED)
    early.when(lambda one: one.fall_due(today=date(2022, 11, 7))).then_refused(NotDueYet)
    early.when(lambda one: one.fall_due(today=DUE)).then(due)
    again = given(ReadinessAssessment, *facts, SCHEDULED, due)
    again.when(lambda one: one.fall_due(today=DUE)).then_refused(NotDueYet)


def test_a_band_is_told_once_every_item_is_scored():
    by = instrument("partnership-analysis", 1)
    items = [item.code for item in by.items]
    for score, code in ((1, "questioned"), (3, "moving"), (4, "genuine")):
        band = by.band(dict.fromkeys(items, score))
        assert band is not None
        assert band.code == code
    assert by.band(dict.fromkeys(items[1:], 5)) is None
    edges = {35: "questioned", 84: "questioned", 85: "moving", 126: "moving", 127: "genuine"}
    for total, code in edges.items():
        each, rest = divmod(total, 35)
        told = by.band({item: each + (place < rest) for place, item in enumerate(items)})
        assert told is not None
        assert told.code == code
