"""How partners of several sectors work on one outcome together."""

from collections.abc import Callable
from functools import partial

import pytest

from infra.kernel import DomainError
from services.activities.domain.grouping import (
    Action,
    Attendance,
    CoChairAppointed,
    GroupMet,
    Member,
    MemberJoinedGroup,
    MemberLeftGroup,
    WorkingGroupDisbanded,
    WorkingGroupFormed,
)
from services.activities.domain.working_group import (
    AlreadyCoChair,
    AlreadyInGroup,
    GroupIsDisbanded,
    LastOfItsSector,
    NamedTwice,
    NotInGroup,
    SectorChairsAlready,
    TooFewSectors,
    WorkingGroup,
)
from tests.callers import named
from tests.given import Fact, fact, given

SCHOOLS, TAFE, COUNCIL, HARBOUR = map(named, ("Schools", "TAFE", "Council", "Harbour Youth"))
FORMED: Fact = fact(
    WorkingGroupFormed,
    initiative_id=named("i"),
    name="Early signs",
    outcome_id=named("re-engaged"),
    charter="Schools and councils agree on one protocol.",
    members=(
        Member(organisation=SCHOOLS, sector="education"),
        Member(organisation=TAFE, sector="education"),
        Member(organisation=COUNCIL, sector="local-government"),
    ),
)
CHAIRED: Fact = fact(CoChairAppointed, organisation=SCHOOLS, sector="education")
JOINED: Fact = fact(MemberJoinedGroup, organisation=HARBOUR, sector="community")
DISBANDED: Fact = fact(WorkingGroupDisbanded, learnt=None)
CAME = (Attendance(sector="education", people=3), Attendance(sector="local-government", people=1))
Ask = Callable[[WorkingGroup], object]


def form(*members: Member) -> WorkingGroup:
    return WorkingGroup.form(
        initiative_id=named("i"),
        name="Early signs",
        outcome_id=named("re-engaged"),
        charter="One protocol.",
        members=members,
    )


def test_a_group_is_formed_by_partners_of_two_sectors() -> None:
    members = FORMED.keywords["members"]
    (happened,) = form(*members).collect_events()
    assert isinstance(happened, WorkingGroupFormed)
    assert happened.members == members


def test_one_sector_is_no_working_group() -> None:
    with pytest.raises(TooFewSectors):
        form(*FORMED.keywords["members"][:2])
    with pytest.raises(NamedTwice):
        form(*FORMED.keywords["members"], FORMED.keywords["members"][0])


def test_a_member_chairs_it() -> None:
    given(WorkingGroup, FORMED).when(lambda g: g.appoint(SCHOOLS)).then(CHAIRED)


def test_co_chairs_are_of_different_sectors_by_default() -> None:
    group = given(WorkingGroup, FORMED, CHAIRED)
    group.when(lambda g: g.appoint(COUNCIL)).then(
        fact(CoChairAppointed, organisation=COUNCIL, sector="local-government")
    )
    given(WorkingGroup, FORMED, CHAIRED).when(lambda g: g.appoint(TAFE)).then_refused(
        SectorChairsAlready
    )


def test_two_chairs_of_one_sector_take_a_reason() -> None:
    given(WorkingGroup, FORMED, CHAIRED).when(lambda g: g.appoint(TAFE, with_reason=True)).then(
        fact(CoChairAppointed, organisation=TAFE, sector="education")
    )


def test_partners_join_and_leave() -> None:
    member = Member(organisation=HARBOUR, sector="community")
    given(WorkingGroup, FORMED).when(lambda g: g.join(member)).then(JOINED)
    given(WorkingGroup, FORMED, JOINED).when(lambda g: g.leave(COUNCIL)).then(
        fact(MemberLeftGroup, organisation=COUNCIL)
    )


def test_who_leaves_chairs_no_longer() -> None:
    group = given(WorkingGroup, FORMED, CHAIRED, fact(MemberLeftGroup, organisation=SCHOOLS))
    assert group.aggregate.co_chairs == ()


def test_a_meeting_keeps_how_many_came_from_where_and_what_was_taken_on() -> None:
    actions = (Action(what="Write the protocol", organisation=SCHOOLS),)
    given(WorkingGroup, FORMED).when(lambda g: g.meet(attendance=CAME, actions=actions)).then(
        fact(GroupMet, attendance=CAME, actions=actions)
    )


def test_a_group_ends_with_what_was_learnt() -> None:
    given(WorkingGroup, FORMED).when(lambda g: g.disband(learnt="Protocols travel.")).then(
        fact(WorkingGroupDisbanded, learnt="Protocols travel.")
    )


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (lambda g: g.appoint(HARBOUR), NotInGroup),
        (lambda g: g.appoint(SCHOOLS), AlreadyCoChair),
        (lambda g: g.join(Member(organisation=TAFE, sector="education")), AlreadyInGroup),
        (lambda g: g.leave(HARBOUR), NotInGroup),
        (lambda g: g.leave(COUNCIL), LastOfItsSector),
        (lambda g: g.meet(attendance=(CAME[0], CAME[0])), NamedTwice),
        (
            lambda g: g.meet(attendance=CAME, actions=(Action(what="Ask", organisation=HARBOUR),)),
            NotInGroup,
        ),
    ],
)
def test_what_a_group_refuses(ask: Ask, error: type[DomainError]) -> None:
    given(WorkingGroup, FORMED, CHAIRED).when(ask).then_refused(error)


@pytest.mark.parametrize(
    "ask",
    [
        lambda g: g.appoint(COUNCIL),
        lambda g: g.join(Member(organisation=HARBOUR, sector="community")),
        lambda g: g.leave(TAFE),
        partial(WorkingGroup.meet, attendance=CAME),
        lambda g: g.disband(),
    ],
)
def test_nothing_is_asked_of_a_disbanded_group(ask: Ask) -> None:
    given(WorkingGroup, FORMED, DISBANDED).when(ask).then_refused(GroupIsDisbanded)
