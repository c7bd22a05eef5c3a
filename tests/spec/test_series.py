"""A series has at most one live value for each period, whoever records, corrects or waits."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from infra.kernel import Act, Provenance
from infra.kernel.line import MAX_LINE, Pen
from infra.kernel.mapper import to_draft
from services.measurement.domain.series import (
    NothingChanges,
    NothingToCorrect,
    PeriodAlreadyObserved,
    Series,
    ValueIsAnother,
)
from services.measurement.domain.series_facts import (
    ObservationCorrected,
    ObservationDeduplicated,
    ObservationsRecorded,
)
from services.measurement.domain.soundness import (
    NumeratorAlone,
    NumeratorOutOfRange,
    PeriodTwice,
    RemovedDoesNotAddUp,
    ValueMissing,
)
from services.measurement.domain.standing import PeriodPending
from services.measurement.domain.values import Amount, Observation, Place, series_id
from tests.callers import named
from tests.given import SOMETIME, fact, given

FIRST, SECOND = named("first submission"), named("second submission")
BAYSIDE = Place(scheme="asgs", edition="3", code="20801", label="Bayside")
IDENTITY = {
    "initiative_id": named("bgk"),
    "indicator_id": named("I4"),
    "definition_version": 2,
    "place": BAYSIDE,
    "dimensions": {"Sex": "Female"},
}


def year(number: int, value: str | None = "60.0", **more: object) -> Observation:
    days = {"start": date(number, 1, 1), "end": date(number, 12, 31), "period": str(number)}
    return Observation.model_validate({**days, "value": value, **more})


def recorded(*observations: Observation, by: UUID = FIRST) -> fact:
    return fact(ObservationsRecorded, **IDENTITY, submission_id=by, observations=observations)


COUNTED = year(2022, "60.0", numerator="3", denominator="5")


def test_a_period_without_a_value_gets_one():
    later = year(2023)
    given(Series, recorded(COUNTED)).when(lambda s: s.record(SECOND, [later])).then(
        recorded(later, by=SECOND)
    )


def test_a_period_with_a_value_is_corrected_instead():
    series = given(Series, recorded(COUNTED))
    series.when(lambda s: s.record(SECOND, [year(2022)])).then_refused(PeriodAlreadyObserved)


def test_the_first_observations_begin_the_series_under_a_name_that_anybody_can_work_out():
    series = Series.begin(**IDENTITY, submission_id=FIRST, observations=[COUNTED])
    assert series.id == series_id(named("I4"), 2, BAYSIDE, {"Sex": "Female"})
    assert series.live[COUNTED.span].observation == COUNTED


def test_the_label_of_a_place_does_not_tell_series_apart_but_version_and_stratum_do():
    place = Place(scheme="asgs", edition="3", code="20801")
    assert series_id(named("I4"), 2, place, {}) == series_id(named("I4"), 2, BAYSIDE, {})
    assert series_id(named("I4"), 1, place, {}) != series_id(named("I4"), 2, place, {})
    assert series_id(named("I4"), 2, place, {"Sex": "Male"}) != series_id(named("I4"), 2, place, {})


def test_a_correction_states_what_it_replaces():
    better = year(2022, "50.0", numerator="2", denominator="4")
    given(Series, recorded(COUNTED)).when(
        lambda s: s.correct(Amount(value="60", numerator="3", denominator="5"), better)
    ).then(
        fact(
            ObservationCorrected,
            **IDENTITY,
            submission_id=None,
            was=COUNTED,
            now=better,
            supersedes=(1,),
        )
    )


@pytest.mark.parametrize(
    "stated",
    [
        Amount(value="61"),
        Amount(value="60", denominator="6"),
        Amount(value="60", numerator="2"),
        Amount(status="O"),
        Amount(value="60.0", status="P"),
    ],
)
def test_a_correction_of_something_else_is_refused(stated: Amount):
    series = given(Series, recorded(COUNTED))
    series.when(lambda s: s.correct(stated, year(2022, "50"))).then_refused(ValueIsAnother)


def test_a_correction_needs_something_to_correct():
    series = given(Series, recorded(COUNTED))
    ask = Amount(value="60")
    series.when(lambda s: s.correct(ask, year(2023, "50"))).then_refused(NothingToCorrect)


def test_a_correction_changes_something():
    series = given(Series, recorded(COUNTED))
    ask = Amount(value="60")
    series.when(lambda s: s.correct(ask, year(2022, "60.00"))).then_refused(NothingChanges)


def test_those_counted_twice_are_taken_out_of_the_whole():
    fewer = year(2022, "50.0", numerator="2", denominator="4")
    given(Series, recorded(COUNTED)).when(
        lambda s: s.deduplicate(
            Amount(value="60"), fewer, removed=1, parties=[named("council")], method="key match"
        )
    ).then(
        fact(
            ObservationDeduplicated,
            **IDENTITY,
            was=COUNTED,
            now=fewer,
            removed=1,
            parties=(named("council"),),
            method="key match",
            supersedes=(1,),
        )
    )


def test_a_count_without_a_denominator_falls_by_those_taken_out():
    fewer = year(2022, "28")
    series = given(Series, recorded(year(2022, "31")))
    series.when(
        lambda s: s.deduplicate(Amount(value="31"), fewer, removed=3, parties=[], method="keys")
    )
    series._command(series.aggregate)
    assert series.aggregate.live[fewer.span].observation == fewer


@pytest.mark.parametrize("removed", [2, 3])
def test_what_was_removed_adds_up(removed: int):
    fewer = year(2022, "50.0", numerator="2", denominator="4")
    given(Series, recorded(COUNTED)).when(
        lambda s: s.deduplicate(
            Amount(value="60"), fewer, removed=removed, parties=[], method="key match"
        )
    ).then_refused(RemovedDoesNotAddUp)


@pytest.mark.parametrize(
    ("numerator", "denominator"), [("6", "5"), ("-1", "5"), ("0", "-1"), ("5.01", "5")]
)
def test_a_numerator_lies_between_nothing_and_its_denominator(numerator, denominator):
    wrong = year(2023, "60", numerator=numerator, denominator=denominator)
    series = given(Series, recorded(COUNTED))
    series.when(lambda s: s.record(SECOND, [wrong])).then_refused(NumeratorOutOfRange)
    series.when(lambda s: s.correct(Amount(value="60"), wrong)).then_refused(NumeratorOutOfRange)


@pytest.mark.parametrize("given_alone", ["numerator", "denominator"])
def test_numerator_and_denominator_come_together(given_alone: str):
    wrong = year(2023, "60", **{given_alone: "5"})
    series = given(Series, recorded(COUNTED))
    series.when(lambda s: s.record(SECOND, [wrong])).then_refused(NumeratorAlone)


def test_a_missing_value_says_why_and_stands_for_its_period():
    series = given(Series, recorded(COUNTED))
    series.when(lambda s: s.record(SECOND, [year(2023, None)])).then_refused(ValueMissing)
    missing = year(2023, None, status="Q")
    series.when(lambda s: s.record(SECOND, [missing])).then(recorded(missing, by=SECOND))


def test_a_period_is_said_once_in_one_breath():
    series = given(Series, recorded(COUNTED))
    twice = [year(2023), year(2023, "61")]
    series.when(lambda s: s.record(SECOND, twice)).then_refused(PeriodTwice)


def settled(*facts: fact, open: UUID | None = None, rejected: UUID | None = None) -> given:
    series = given(Series, *facts)
    series.aggregate.settle(
        open=frozenset({open} - {None}), rejected=frozenset({rejected} - {None})
    )
    return series


def test_a_period_of_a_submission_under_way_is_waited_for():
    series = settled(recorded(COUNTED), recorded(year(2023), by=SECOND), open=SECOND)
    assert list(series.aggregate.live) == [COUNTED.span]
    series.when(lambda s: s.record(FIRST, [year(2023)])).then_refused(PeriodPending)
    ask = Amount(value="60")
    series.when(lambda s: s.correct(ask, year(2023, "61"))).then_refused(PeriodPending)
    series.when(lambda s: s.record(FIRST, [year(2024)])).then(recorded(year(2024)))


def test_what_a_rejected_submission_said_never_counts():
    corrected = fact(
        ObservationCorrected, **IDENTITY, submission_id=SECOND, was=COUNTED, now=year(2022, "1")
    )
    series = settled(recorded(COUNTED), recorded(year(2023), by=SECOND), corrected, rejected=SECOND)
    assert [said.observation for said in series.aggregate.live.values()] == [COUNTED]
    series.when(lambda s: s.record(FIRST, [year(2023)])).then(recorded(year(2023)))


def test_a_series_says_what_each_row_of_a_file_would_be():
    series = settled(
        recorded(COUNTED, year(2023), year(2024, None, status="O")),
        recorded(year(2025), by=SECOND),
        open=SECOND,
    ).aggregate
    rows = [
        year(2022, "60"),
        year(2023, "61"),
        year(2024, None, status="O"),
        year(2024, "5"),
        year(2025),
        year(2026),
        year(2023, "60.0", status="P"),
    ]
    verdicts = [series.verdict(row) for row in rows]
    assert verdicts == [
        *("unchanged", "changed", "unchanged", "changed", "pending", "new", "changed")
    ]


def test_many_observations_are_several_lines_and_each_fits():
    many = [
        year(2000 + number % 8000, "1" * 38, period="2016/2017" * 20) for number in range(4_000)
    ]
    place = Place(scheme="s" * 200, edition="e" * 200, code="\u00e9" * 1_000, label="l" * 1_000)
    series = Series.begin(**IDENTITY | {"place": place}, submission_id=FIRST, observations=many)
    facts = series.collect_events()
    assert len(facts) > 1
    assert [one for each in facts for one in each.observations] == many
    person = Provenance(
        actor="p", role="r", organisation=named("org"), client="c", authority="role:r"
    )
    for each in facts:
        draft = to_draft(each, series, Pen(Act(person), SOMETIME))
        line = draft.line(recordedtime=SOMETIME, sequence=1)
        assert len(line.encode()) <= MAX_LINE


YEARS = st.integers(2000, 2004)
ASKS = st.lists(
    st.tuples(st.sampled_from(["record", "correct", "deduplicate"]), YEARS, st.integers(1, 9))
)


@any_of(ASKS)
def test_under_any_order_of_asking_a_period_has_one_value_and_it_is_the_last_one_said(asks):
    series = Series.begin(**IDENTITY, submission_id=FIRST, observations=[year(1999, "9")])
    expected = {1999: "9"}
    for what, number, value in asks:
        observation = year(number, str(value))
        was = Amount(value=expected.get(number))
        try:
            if what == "record":
                series.record(SECOND, [observation])
            elif what == "correct":
                series.correct(was, observation)
            else:
                series.deduplicate(was, observation, removed=1, parties=[], method="keys")
        except (
            *(PeriodAlreadyObserved, NothingToCorrect, NothingChanges),
            *(RemovedDoesNotAddUp, ValueIsAnother),
        ):
            continue
        expected[number] = str(value)
    told = {span[0].year: said.observation.value for span, said in series.live.items()}
    assert told == expected


def test_a_correction_names_the_lines_that_said_the_value_and_no_older_ones():
    first = year(2022, "1")
    better = fact(ObservationCorrected, **IDENTITY, submission_id=None, was=first, now=COUNTED)
    last = year(2022, "50.0", numerator="2", denominator="4")
    given(Series, recorded(first), better, recorded(year(2023))).when(
        lambda s: s.correct(Amount(value="60"), last)
    ).then(
        fact(
            ObservationCorrected,
            **IDENTITY,
            submission_id=None,
            was=COUNTED,
            now=last,
            supersedes=(2,),
        )
    )
