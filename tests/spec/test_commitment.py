"""How a promise between partners is made, kept, changed and lost."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.activities.domain.commitment import (
    AmountMissing,
    AmountNotPositive,
    Commitment,
    CommitmentNotInState,
    MoreThanPromised,
    NotOfData,
    NotOverdue,
    OnlyThePledgerConfirms,
    SettlingAlready,
)
from services.activities.domain.commitment_facts import (
    Amount,
    CommitmentConfirmed,
    CommitmentFulfilled,
    CommitmentLapsed,
    CommitmentPledged,
    CommitmentReleased,
    CommitmentRenegotiated,
    CommitmentToRenegotiate,
)
from tests.callers import named
from tests.given import fact, given

INDUSTRY, HARBOUR = named("Industry Link"), named("Harbour Youth")
FORTY = Amount(quantity=Decimal(40), unit="placements")
DUE, TERM_1 = date(2022, 9, 12), date(2023, 4, 6)
PLEDGED = fact(
    CommitmentPledged,
    initiative_id=named("i"),
    partner_id=INDUSTRY,
    kind="space",
    promise="taster placements",
    amount=FORTY,
    due=DUE,
    grace_days=30,
    activity_id=None,
)
POLICY = fact(
    PLEDGED.func, **PLEDGED.keywords | {"kind": "policy", "amount": None, "promise": "a rule"}
)
CONFIRMED = fact(CommitmentConfirmed)
PART = fact(CommitmentFulfilled, partner_id=INDUSTRY, quantity=Decimal(22), whole=False)
WHOLE = fact(CommitmentFulfilled, partner_id=INDUSTRY, quantity=Decimal(40), whole=True)
LAPSED = fact(CommitmentLapsed, partner_id=INDUSTRY, due=DUE)
RELEASED = fact(CommitmentReleased, partner_id=INDUSTRY)
LATE = datetime(2022, 10, 13, tzinfo=UTC)


def pledge(**changes: Any) -> Commitment:
    asked: dict[str, Any] = {
        "initiative_id": named("i"),
        "partner_id": INDUSTRY,
        "kind": "space",
        "promise": "taster placements",
        "due": DUE,
    }
    return Commitment.pledge(**asked | changes)


@pytest.mark.parametrize("kind", ["money", "time"])
def test_money_and_time_say_how_much(kind: str) -> None:
    with pytest.raises(AmountMissing):
        pledge(kind=kind)
    assert pledge(kind=kind, amount=FORTY).amount == FORTY


@pytest.mark.parametrize("kind", ["data", "space", "policy"])
def test_other_promises_need_no_amount(kind: str) -> None:
    assert pledge(kind=kind).amount is None


def test_an_amount_is_above_zero() -> None:
    with pytest.raises(AmountNotPositive):
        pledge(amount=Amount(quantity=Decimal(0), unit="placements"))


def test_only_the_pledger_confirms() -> None:
    given(Commitment, PLEDGED).when(lambda c: c.confirm(partner_id=HARBOUR)).then_refused(
        OnlyThePledgerConfirms
    )
    given(Commitment, PLEDGED).when(lambda c: c.confirm(partner_id=INDUSTRY)).then(CONFIRMED)


def test_a_promise_is_kept_in_part() -> None:
    given(Commitment, PLEDGED, CONFIRMED).when(lambda c: c.fulfil(quantity=Decimal(22))).then(PART)


def test_a_promise_is_kept_in_whole_where_nothing_else_is_said() -> None:
    given(Commitment, PLEDGED, CONFIRMED).when(Commitment.fulfil).then(WHOLE)
    given(Commitment, POLICY, CONFIRMED).when(Commitment.fulfil).then(
        fact(CommitmentFulfilled, partner_id=INDUSTRY, quantity=None, whole=True)
    )


def test_the_last_part_makes_it_whole() -> None:
    given(Commitment, PLEDGED, CONFIRMED, PART).when(lambda c: c.fulfil(quantity=Decimal(18))).then(
        fact(CommitmentFulfilled, partner_id=INDUSTRY, quantity=Decimal(18), whole=True)
    )


def test_nobody_gives_more_than_was_promised() -> None:
    given(Commitment, PLEDGED, CONFIRMED, PART).when(
        lambda c: c.fulfil(quantity=Decimal(19))
    ).then_refused(MoreThanPromised)


def test_nobody_gives_nothing() -> None:
    given(Commitment, PLEDGED, CONFIRMED).when(
        lambda c: c.fulfil(quantity=Decimal(0))
    ).then_refused(AmountNotPositive)


def test_what_is_open_is_renegotiated() -> None:
    agreed = {"partner_id": INDUSTRY, "promise": "taster placements", "amount": FORTY}
    story = given(Commitment, PLEDGED, CONFIRMED, PART)
    story.when(lambda c: c.renegotiate(partner_id=INDUSTRY, due=TERM_1)).then(
        fact(CommitmentRenegotiated, **agreed, due=TERM_1, grace_days=30, confirm_anew=False)
    )
    assert story.aggregate.state == "confirmed"


def test_what_somebody_else_settles_waits_for_its_pledger() -> None:
    story = given(Commitment, PLEDGED, CONFIRMED)
    story.when(lambda c: c.renegotiate(partner_id=named("LLEN"), due=TERM_1)).then(
        fact(
            CommitmentRenegotiated,
            partner_id=INDUSTRY,
            promise="taster placements",
            amount=FORTY,
            due=TERM_1,
            grace_days=30,
            confirm_anew=True,
        )
    )
    assert story.aggregate.state == "pledged"


def test_a_new_whole_leaves_something_to_give() -> None:
    given(Commitment, PLEDGED, CONFIRMED, PART).when(
        lambda c: c.renegotiate(
            partner_id=INDUSTRY, amount=Amount(quantity=Decimal(22), unit="placements")
        )
    ).then_refused(AmountNotPositive)


def test_a_promise_that_lapsed_is_made_anew_and_confirmed_anew() -> None:
    again = fact(
        CommitmentRenegotiated,
        partner_id=INDUSTRY,
        promise="taster placements",
        amount=FORTY,
        due=TERM_1,
    )
    story = given(Commitment, PLEDGED, CONFIRMED, LAPSED, again)
    assert story.aggregate.state == "pledged"


def test_it_lapses_after_its_day_and_the_grace() -> None:
    given(Commitment, PLEDGED, CONFIRMED).when(lambda c: c.lapse(now=LATE)).then(LAPSED)
    last_day = datetime(2022, 10, 12, 23, 59, tzinfo=UTC)
    given(Commitment, PLEDGED, CONFIRMED).when(lambda c: c.lapse(now=last_day)).then_refused(
        NotOverdue
    )


def test_when_its_pledger_leaves_it_is_to_be_settled_once() -> None:
    left = fact(CommitmentToRenegotiate, partner_id=INDUSTRY)
    given(Commitment, PLEDGED, CONFIRMED).when(Commitment.mark).then(left)
    given(Commitment, PLEDGED, left).when(Commitment.mark).then_refused(SettlingAlready)
    given(Commitment, PLEDGED, RELEASED).when(Commitment.mark).then_refused(CommitmentNotInState)


def test_it_is_released() -> None:
    given(Commitment, PLEDGED, CONFIRMED).when(Commitment.release).then(RELEASED)


ASKS: dict[str, Callable[[Any], None]] = {
    "confirm": lambda c: c.confirm(partner_id=INDUSTRY),
    "fulfil": Commitment.fulfil,
    "renegotiate": lambda c: c.renegotiate(partner_id=INDUSTRY, due=TERM_1),
    "lapse": lambda c: c.lapse(now=LATE),
    "release": Commitment.release,
}
ALLOWED = {
    "pledged": {"confirm", "renegotiate", "lapse", "release"},
    "confirmed": {"fulfil", "renegotiate", "lapse", "release"},
    "fulfilled": set(),
    "lapsed": {"renegotiate"},
    "released": set(),
}
FACTS = {
    "pledged": (PLEDGED,),
    "confirmed": (PLEDGED, CONFIRMED),
    "fulfilled": (PLEDGED, CONFIRMED, WHOLE),
    "lapsed": (PLEDGED, CONFIRMED, LAPSED),
    "released": (PLEDGED, CONFIRMED, RELEASED),
}


@pytest.mark.parametrize(
    ("state", "ask"),
    [(state, ask) for state in FACTS for ask in ASKS if ask not in ALLOWED[state]],
)
def test_what_the_state_forbids_is_refused(state: str, ask: str) -> None:
    given(Commitment, *FACTS[state]).when(ASKS[ask]).then_refused(CommitmentNotInState)


def test_promised_data_lapse_when_the_round_that_they_were_for_is_over():
    def find(commitment: Commitment) -> None:
        commitment.find_missing(on=DUE)

    data = fact(
        PLEDGED.func, **PLEDGED.keywords | {"kind": "data", "amount": None, "promise": "counts"}
    )
    given(Commitment, data).when(find).then(LAPSED)
    given(Commitment, data, LAPSED).when(find).then_refused(CommitmentNotInState)
    given(Commitment, PLEDGED).when(find).then_refused(NotOfData)
    later = fact(data.func, **data.keywords | {"due": TERM_1})
    given(Commitment, later).when(find).then_refused(NotOverdue)
