"""A certification holds for a value as it stands, by somebody who did not bring it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from infra.kernel import DomainError
from services.measurement.application.makers import origins
from services.measurement.domain.certification_facts import (
    AnomalyFlagged,
    ObservationDecertified,
    ObservationsCertified,
    ObservationStatusChanged,
    ObservationWithdrawn,
)
from services.measurement.domain.certifying import (
    CertifiedAlready,
    FlaggedAlready,
    NotCertified,
    NothingObserved,
    NothingToCertify,
    SameStatus,
    StandsDifferently,
)
from services.measurement.domain.origins import (
    CertifierIsSubmitter,
    CertifierIsVerifier,
    NotVerified,
    Origins,
)
from services.measurement.domain.series import Series
from services.measurement.domain.series_facts import ObservationCorrected, ObservationDeduplicated
from services.measurement.domain.soundness import ValueMissing
from services.measurement.domain.standing import PeriodPending
from services.measurement.domain.tidy.statuses import ObsStatus
from services.measurement.domain.values import Amount, Observation
from tests.callers import named
from tests.given import fact, given
from tests.spec.test_series import COUNTED, FIRST, IDENTITY, SECOND, recorded, settled, year

NEXT = year(2023)
FEWER = year(2022, "50.0", numerator="2", denominator="4")
PROVISIONAL = COUNTED.model_copy(update={"status": ObsStatus.PROVISIONAL})


def certified(*observations: Observation, by: UUID | None = FIRST) -> fact:
    return fact(ObservationsCertified, **IDENTITY, submission_id=by, observations=observations)


CORRECTED = fact(ObservationCorrected, **IDENTITY, submission_id=None, was=COUNTED, now=FEWER)
DEDUPLICATED = fact(
    ObservationDeduplicated, **IDENTITY, was=COUNTED, now=FEWER, removed=1, parties=(), method="m"
)
STATUS_CHANGED = fact(
    ObservationStatusChanged, **IDENTITY, submission_id=FIRST, was=COUNTED, now=PROVISIONAL
)
WITHDRAWN = fact(ObservationWithdrawn, **IDENTITY, was=COUNTED, supersedes=(1,))
DECERTIFIED = fact(
    ObservationDecertified,
    **IDENTITY,
    submission_id=FIRST,
    observation=COUNTED,
    supersedes=(1, 2),
)


def certify(
    *periods: Observation, makers: Any = None, verified: Any = ("vera",)
) -> Callable[[Series], None]:
    brought = dict.fromkeys((COUNTED.span, NEXT.span), FIRST)
    origins = Origins(makers or {}, brought, {FIRST: verified})
    return lambda s: s.certify(periods, certifier="noor", origins=origins)


def is_certified(*facts: fact) -> bool:
    return bool(given(Series, *facts).aggregate.live[COUNTED.span].certified)


def test_values_are_certified_as_they_stand():
    given(Series, recorded(COUNTED, NEXT)).when(certify(COUNTED, NEXT)).then(
        certified(COUNTED, NEXT)
    )
    assert is_certified(recorded(COUNTED, NEXT), certified(COUNTED))


def test_what_came_with_several_submissions_is_certified_in_one_fact_each():
    series = given(Series, recorded(COUNTED), recorded(NEXT, by=SECOND), CORRECTED)
    series.when(certify(FEWER, NEXT)).then(certified(FEWER, by=None), certified(NEXT, by=SECOND))


def test_nobody_certifies_what_they_brought():
    own = {COUNTED.span: {"noor"}}
    series = given(Series, recorded(COUNTED, NEXT))
    series.when(certify(NEXT, COUNTED, makers=own)).then_refused(CertifierIsSubmitter)
    series.when(certify(NEXT, makers=own)).then(certified(NEXT))


def test_nobody_certifies_what_nobody_else_has_verified():
    series = given(Series, recorded(COUNTED))
    series.when(certify(COUNTED, verified=())).then_refused(NotVerified)
    series.when(certify(COUNTED, verified=("noor", "vera"))).then_refused(CertifierIsVerifier)
    series.when(certify(COUNTED, verified=("vera",))).then(certified(COUNTED))


def test_who_verified_a_value_and_corrected_it_since_verified_nothing():
    series = given(Series, recorded(COUNTED), CORRECTED)
    made = {COUNTED.span: {"mia", "vera"}}
    series.when(certify(FEWER, makers=made)).then_refused(NotVerified)
    series.when(certify(FEWER, makers=made, verified=("vera", "viola"))).then(
        certified(FEWER, by=None)
    )


def test_a_value_is_certified_once():
    series = given(Series, recorded(COUNTED), certified(COUNTED))
    series.when(certify(COUNTED)).then_refused(CertifiedAlready)
    assert series.aggregate.uncertified == []
    series.when(certify()).then_refused(NothingToCertify)


@pytest.mark.parametrize("change", [CORRECTED, DEDUPLICATED, STATUS_CHANGED, DECERTIFIED])
def test_whatever_changes_a_value_ends_its_certification(change: fact):
    assert not is_certified(recorded(COUNTED), certified(COUNTED), change)


def test_a_correction_under_way_ends_it_only_when_it_is_accepted():
    rejected = fact(ObservationCorrected, **IDENTITY, submission_id=SECOND, was=COUNTED, now=FEWER)
    facts = (recorded(COUNTED), certified(COUNTED), rejected)
    assert settled(*facts, rejected=SECOND).aggregate.live[COUNTED.span].certified
    assert not settled(*facts).aggregate.live[COUNTED.span].certified
    under_way = settled(recorded(COUNTED), rejected, open=SECOND)
    under_way.when(certify(COUNTED)).then_refused(PeriodPending)


def test_a_certification_is_ended():
    given(Series, recorded(COUNTED), certified(COUNTED)).when(lambda s: s.decertify(COUNTED)).then(
        DECERTIFIED
    )
    given(Series, recorded(COUNTED)).when(lambda s: s.decertify(COUNTED)).then_refused(NotCertified)


def test_a_status_is_changed_to_another():
    provisional = given(Series, recorded(COUNTED))
    provisional.when(lambda s: s.change_status(COUNTED, ObsStatus.PROVISIONAL)).then(STATUS_CHANGED)
    given(Series, recorded(COUNTED)).when(
        lambda s: s.change_status(COUNTED, ObsStatus.NORMAL)
    ).then_refused(SameStatus)
    missing = year(2022, None, status="O")
    given(Series, recorded(missing)).when(
        lambda s: s.change_status(missing, ObsStatus.NORMAL)
    ).then_refused(ValueMissing)


def test_a_withdrawal_states_what_stood_and_leaves_nothing():
    series = given(Series, recorded(COUNTED))
    series.when(lambda s: s.withdraw(COUNTED, Amount(value="61"))).then_refused(StandsDifferently)
    series.when(lambda s: s.withdraw(COUNTED, Amount(value="60"))).then(WITHDRAWN)
    assert series.aggregate.live == {}
    series.when(lambda s: s.record(SECOND, [FEWER])).then(recorded(FEWER, by=SECOND))


def test_an_odd_value_is_flagged_once_by_a_rule():
    flagged = fact(
        AnomalyFlagged, **IDENTITY, observation=COUNTED, rule="z-score", finding="3.4 away"
    )

    def flag(s: Series) -> None:
        s.flag(COUNTED, rule="z-score", finding="3.4 away")

    given(Series, recorded(COUNTED)).when(flag).then(flagged)
    given(Series, recorded(COUNTED), flagged).when(flag).then_refused(FlaggedAlready)
    again = given(Series, recorded(COUNTED), flagged, CORRECTED)
    again.when(flag).then(fact(AnomalyFlagged, **{**flagged.keywords, "observation": FEWER}))


@pytest.mark.parametrize(
    "ask",
    [
        certify(NEXT),
        lambda s: s.decertify(NEXT),
        lambda s: s.change_status(NEXT, ObsStatus.PROVISIONAL),
        lambda s: s.withdraw(NEXT, Amount(value="60.0")),
        lambda s: s.flag(NEXT, rule="z-score", finding="x"),
    ],
)
def test_nothing_is_said_of_a_period_without_a_value(ask: Callable[[Series], None]):
    given(Series, recorded(COUNTED)).when(ask).then_refused(NothingObserved)
    given(Series, recorded(COUNTED), recorded(NEXT, by=SECOND)).when(
        lambda s: s.settle(open=frozenset({SECOND}), rejected=frozenset()) or ask(s)
    ).then_refused(PeriodPending)


def line(kind: str, actor: str, **data: Any) -> str:
    return orjson.dumps(
        {
            "type": f"commonweal.measurement.{kind}.v1",
            "data": data | {"provenance": {"actor": actor}},
        }
    ).decode()


def test_whoever_recorded_corrected_or_counted_a_value_made_it():
    days = {"start": "2022-01-01", "end": "2022-12-31"}
    later = {"start": "2023-01-01", "end": "2023-12-31"}
    told = [
        line("observations-recorded", "mia", submission_id=str(FIRST), observations=[days, later]),
        line("observation-corrected", "ali", was=days, now=days),
        line("observation-corrected", "eve", submission_id=str(SECOND), was=days, now=days),
        line("observations-certified", "noor", observations=[days]),
        line("observation-deduplicated", "kim", was=later, now=later),
        line("observation-status-changed", "lou", was=later, now=later),
    ]
    first = date(2022, 1, 1), date(2022, 12, 31)
    second = date(2023, 1, 1), date(2023, 12, 31)
    found = origins(told, {SECOND}, {})
    assert found.makers == {first: {"mia", "ali"}, second: {"mia", "kim", "lou"}}
    assert found.brought == {first: FIRST, second: FIRST}


PEOPLE = ("ada", "ben", "cleo", "dee")
STEPS = (
    *("record", "send", "accept", "reject", "correct", "deduplicate", "verify", "verify"),
    *("certify", "certify", "decertify", "status", "withdraw"),
)
ASKS = st.lists(
    st.tuples(
        st.sampled_from(STEPS),
        st.integers(2000, 2002),
        st.integers(1, 9),
        st.sampled_from(PEOPLE),
    ),
    max_size=60,
)


class Told:
    """What a reader who notes every act on paper knows of a series."""

    def __init__(self) -> None:
        self.series = Series.begin(**IDENTITY, submission_id=FIRST, observations=[year(1999, "9")])
        self.values: dict[int, str] = {1999: "9"}
        self.sure: set[int] = set()
        self.held: dict[int, tuple[UUID, str, str]] = {}
        self.made: dict[int, set[str]] = {1999: {"ada"}}
        self.brought: dict[int, UUID] = {1999: FIRST}
        self.verified: dict[UUID, set[str]] = {}
        self._sent = 0

    def may_certify(self, number: int, person: str) -> bool:
        made = self.made.get(number, set())
        verified = self.verified.get(self.brought.get(number, FIRST), set())
        stands = number in self.values and number not in self.held and number not in self.sure
        return stands and person not in made | verified and bool(verified - made)

    def ask(self, what: str, number: int, amount: int, person: str) -> None:
        now = year(number, str(amount), status="AP"[amount % 2])
        was = Amount(value=self.values.get(number), status=_status(self.series, number))
        getattr(self, f"_{what}")(number, person, now, was)

    def _next(self) -> UUID:
        self._sent += 1
        return named(f"submission {self._sent}")

    def _counts(self, number: int, person: str, value: str | None, by: UUID | None = None) -> None:
        assert value is not None
        self.values[number] = value
        self.made.setdefault(number, set()).add(person)
        self.sure.discard(number)
        if by is not None:
            self.brought[number] = by

    def _record(self, number: int, person: str, now: Observation, _: Amount) -> None:
        by = self._next()
        self.series.record(by, [now])
        self._counts(number, person, now.value, by)

    def _send(self, number: int, person: str, now: Observation, _: Amount) -> None:
        by = self._next()
        self.series.record(by, [now])
        self.series.hold(by)
        self.held[number] = by, person, now.value or ""

    def _accept(self, number: int, *_: object) -> None:
        if number in self.held:
            by, person, value = self.held.pop(number)
            self.series.settle(open=self.series.open - {by}, rejected=self.series.rejected)
            self._counts(number, person, value, by)

    def _reject(self, number: int, *_: object) -> None:
        if number in self.held:
            by, _person, _value = self.held.pop(number)
            self.series.settle(open=self.series.open - {by}, rejected=self.series.rejected | {by})

    def _correct(self, number: int, person: str, now: Observation, was: Amount) -> None:
        self.series.correct(was, now)
        self._counts(number, person, now.value)

    def _deduplicate(self, number: int, person: str, now: Observation, was: Amount) -> None:
        self.series.deduplicate(was, now, removed=1, parties=[], method="keys")
        self._counts(number, person, now.value)

    def _status(self, number: int, person: str, now: Observation, _: Amount) -> None:
        self.series.change_status(now, now.status)
        self._counts(number, person, self.values[number])

    def _verify(self, number: int, person: str, *_: object) -> None:
        if number in self.brought and number not in self.held:
            self.verified.setdefault(self.brought[number], set()).add(person)

    def _certify(self, number: int, person: str, now: Observation, _: Amount) -> None:
        may = self.may_certify(number, person)
        spans = {each: year(each).span for each in self.made}
        origins = Origins(
            {spans[each]: people for each, people in self.made.items()},
            {spans[each]: by for each, by in self.brought.items()},
            self.verified,
        )
        try:
            self.series.certify([now], certifier=person, origins=origins)
        except DomainError:
            assert not may
            raise
        assert may
        self.sure.add(number)

    def _decertify(self, number: int, _: str, now: Observation, __: Amount) -> None:
        self.series.decertify(now)
        self.sure.discard(number)

    def _withdraw(self, number: int, _: str, now: Observation, was: Amount) -> None:
        self.series.withdraw(now, was)
        del self.values[number]
        self.sure.discard(number)


@any_of(ASKS)
def test_in_any_order_a_period_has_one_value_at_most_and_three_persons_stand_behind_it(asks):
    told = Told()
    for ask in asks:
        with contextlib.suppress(DomainError):
            told.ask(*ask)
    live = {span[0].year: said for span, said in told.series.live.items()}
    assert {number: said.observation.value for number, said in live.items()} == told.values
    assert {number for number, said in live.items() if said.certified} == told.sure
    assert {span[0].year for span in told.series.pending} == told.held.keys()
    open, rejected = told.series.open, told.series.rejected
    again = _folded_anew(told.series)
    again.settle(open=open, rejected=rejected)
    assert again.live == told.series.live


def _status(series: Series, number: int) -> ObsStatus:
    known = series.live.get(year(number).span)
    return known.observation.status if known else ObsStatus.NORMAL


def _folded_anew(series: Series) -> Series:
    again: Any = None
    for happened in series.collect_events():
        again = happened.mutate(again)
    assert isinstance(again, Series)
    return again
