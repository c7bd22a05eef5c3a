"""What each validation rule finds in the rows of a submission, and what it lets pass."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.measurement.domain.definition import Definition
from services.measurement.domain.findings import StagedSeries
from services.measurement.domain.period import Period
from services.measurement.domain.rules.parts import PartsRule
from tests.spec.staged import (
    BAYSIDE,
    KINGSTON,
    STATED,
    StagedLine,
    details,
    lines,
    round_of,
    row,
    rule,
    series,
)

STEADY = {2001 + year: str(100 + year % 3) for year in range(12)}


def test_a_range_holds_for_every_number_and_allows_its_bounds():
    within = rule("range", minimum="0", maximum="100")
    assert lines(within, series({2019: "0", 2020: "100.00", 2021: "55.5"})) == []
    assert lines(within, series({2019: "-0.1", 2020: "100.01", 2021: None})) == [2019, 2020]
    assert details(within, series({2020: "100.01"})) == ["the value 100.01 is above 100"]
    assert lines(rule("range", minimum="0.005"), series({2020: "0.00", 2021: "0.01"})) == [2020]


def test_a_range_may_be_of_the_denominator():
    rows = [row(2020, "60", numerator="3", denominator="5"), row(2021, "70")]
    assert lines(rule("range", of="denominator", minimum="10"), series(rows)) == [2020]


def test_min_max_has_bounds_of_its_own_for_places_and_strata():
    limits = [
        {"place": BAYSIDE.model_dump(), "dimensions": {"Sex": "Female"}, "maximum": "10"},
        {"dimensions": {"Sex": "Female"}, "maximum": "20"},
    ]
    own = rule("min-max", limits=limits)
    assert lines(own, series({2020: "15"}, Sex="Female")) == [2020]
    assert lines(own, series({2020: "15"}, Sex="Female", place=KINGSTON)) == []
    assert lines(own, series({2020: "25"}, Sex="Female", place=KINGSTON)) == [2020]
    assert lines(own, series({2020: "99"})) == []


def test_a_change_is_held_against_the_period_before_also_where_that_stands_already():
    tenth = rule("change", percent="10")
    assert lines(tenth, series({2021: "111"}, standing={2020: "100"})) == [2021]
    assert lines(tenth, series({2021: "110"}, standing={2020: "100"})) == []
    assert lines(tenth, series({2020: "100", 2021: "89.9"})) == [2021]
    assert lines(rule("change", by="5"), series({2020: "0", 2021: "5.1"})) == [2021]
    assert lines(tenth, series({2020: "0", 2021: "5"})) == []
    (said,) = details(tenth, series({2021: "111"}, standing={2020: "100"}))
    assert "from 100 (2020-01-01/2020-12-31) to 111, +11.0 %" in said


def test_a_period_that_is_filled_in_is_held_against_the_one_after_it():
    found = lines(rule("change", percent="10"), series({2020: "50"}, standing={2021: "100"}))
    assert found == [2020]


def test_a_change_is_between_periods_of_the_same_length():
    months = [StagedLine(m, Period.months(2021, m, 1), f"2021-{m}", str(m)) for m in (1, 2)]
    year = row(2020, "1000")
    assert lines(rule("change", by="10"), series([*months, year])) == []
    assert lines(rule("change", by="0.5"), series([*months, year])) == [2]


def test_school_terms_are_of_one_length_though_some_have_a_week_more():
    terms = [
        ("2022-01-31", "2022-04-08"),
        ("2022-04-26", "2022-07-10"),
        ("2022-07-11", "2022-09-16"),
    ]
    spans = [Period(start=date.fromisoformat(a), end=date.fromisoformat(b)) for a, b in terms]
    told = [StagedLine(n, span, f"T{n}", str(10 * n)) for n, span in enumerate(spans, start=1)]
    assert lines(rule("change", by="9"), series([*told, row(2021, "40")])) == [2, 3]


def test_a_z_score_finds_what_lies_far_from_the_mean_of_all_periods():
    far = series({2014: "200"}, standing=STEADY)
    assert lines(rule("z-score"), far) == [2014]
    assert lines(rule("z-score"), series({2014: "102"}, standing=STEADY)) == []
    assert lines(rule("z-score"), series({y: "7" for y in range(2000, 2012)})) == []


def test_outliers_are_those_among_periods_of_the_same_length():
    quarters = [
        StagedLine(n, Period.months(2001 + n // 4, 1 + 3 * (n % 4), 3), f"q{n}", str(25 + n % 3))
        for n in range(15)
    ]
    odd = StagedLine(15, Period.months(2004, 10, 3), "q15", "99")
    years = [row(2001 + n, str(100 + n)) for n in range(4)]
    for kind in ("z-score", "modified-z-score"):
        found = rule(kind, threshold="3", points=5)
        assert lines(found, series([*quarters, *years])) == []
        assert lines(found, series([*quarters, odd, *years])) == [15]
        assert "of 16 periods" in details(found, series([*quarters, odd, *years]))[0]


def test_a_modified_z_score_is_not_deceived_by_the_outliers_themselves():
    two = series({2013: "200", 2014: "210"}, standing=STEADY)
    assert lines(rule("z-score"), two) == []
    assert lines(rule("modified-z-score"), two) == [2013, 2014]
    (said, _) = details(rule("modified-z-score"), two)
    assert "from the median 101 of 14 periods" in said


def test_a_short_series_is_not_judged_by_its_outliers():
    short = series({2018: "1", 2019: "1.1", 2020: "1.2", 2021: "900"})
    assert lines(rule("modified-z-score"), short) == []
    assert lines(rule("modified-z-score", points=4), short) == [2021]


VALUES = st.lists(st.integers(-10_000, 10_000), min_size=5, max_size=30)


@settings(max_examples=60)
@given(VALUES, st.sampled_from(["2", "2.5", "3.5"]))
def test_outliers_are_those_of_the_textbook(numbers: list[int], threshold: str):
    staged = series({1900 + i: f"{n / 100:.2f}" for i, n in enumerate(numbers)})
    t, exact = Fraction(threshold), [Fraction(n) for n in numbers]
    mean = sum(exact) / len(exact)
    variance = sum((x - mean) ** 2 for x in exact) / len(exact)
    far = [1900 + i for i, x in enumerate(exact) if (x - mean) ** 2 > t**2 * variance]
    assert lines(rule("z-score", threshold=threshold), staged) == far
    middle = median(exact)
    mad = median(abs(x - middle) for x in exact)
    odd = [
        1900 + i
        for i, x in enumerate(exact)
        if mad and Fraction("0.6745") * abs(x - middle) / mad > t
    ]
    assert lines(rule("modified-z-score", threshold=threshold), staged) == odd


def by_sex(total: str, female: str, male: str) -> list[StagedSeries]:
    return [
        series([row(2021, total, line=1)]),
        series([row(2021, female, line=2)], Sex="Female"),
        series([row(2021, male, line=3)], Sex="Male"),
    ]


def test_strata_add_up_to_their_total_or_less():
    at_most = rule("sum-of-strata", dimension="Sex")
    assert lines(at_most, *by_sex("10", "4", "6")) == []
    assert lines(at_most, *by_sex("10", "4", "5.5")) == []
    assert lines(at_most, *by_sex("10", "4.5", "6")) == [1, 2, 3]
    assert (
        lines(rule("sum-of-strata", dimension="Sex", tolerance="0.5"), *by_sex("10", "4.5", "6"))
        == []
    )


def test_strata_add_up_to_just_their_total_where_the_rule_says_so():
    equal = rule("sum-of-strata", dimension="Sex", relation="equal")
    assert lines(equal, *by_sex("10", "4", "6")) == []
    assert lines(equal, *by_sex("10", "4", "5")) == [1, 2, 3]
    total, female, _ = by_sex("10", "4", "5")
    without = series({2021: None}, Sex="Male")
    assert lines(equal, total, female, without) == []


def test_strata_are_held_against_a_total_that_stands_and_the_reverse():
    at_most = rule("sum-of-strata", dimension="Sex")
    stood = series(standing={2021: "10"})
    assert lines(at_most, stood, series({2021: "11"}, Sex="Female")) == [2021]
    parts = [series(standing={2021: "6"}, Sex=sex) for sex in ("Female", "Male")]
    assert lines(at_most, *parts, series([row(2021, "11", line=5)])) == [5]
    assert lines(at_most, *parts, series([row(2021, "12", line=5)])) == []


def test_strata_are_added_up_within_a_place_and_the_other_strata():
    at_most = rule("sum-of-strata", dimension="Sex")
    total = series({2021: "5"}, Age="15-19")
    assert lines(at_most, total, series({2021: "9"}, Sex="Female")) == []
    assert (
        lines(at_most, total, series({2021: "9"}, Sex="Female", Age="15-19", place=KINGSTON)) == []
    )
    assert len(lines(at_most, total, series({2021: "9"}, Sex="Female", Age="15-19"))) == 2


def test_what_a_round_takes_and_nobody_sent_is_missing():
    complete = rule("completeness")
    sent = [series({2020: "1", 2021: "1"}), series({2021: "2"}, place=KINGSTON)]
    assert details(complete, *sent, round=round_of(2020, 2021)) == [
        "2020-01-01/2020-12-31: 1 of 2 are missing: Kingston"
    ]
    stood = series({2021: "2"}, standing={2020: "3"}, place=KINGSTON)
    assert details(complete, sent[0], stood, round=round_of(2020, 2021)) == []


def test_a_missing_value_that_says_why_is_not_missing_from_the_submission():
    assert lines(rule("completeness"), series({2021: None}), round=round_of(2021)) == []


def test_a_rule_may_say_which_places_and_strata_it_expects():
    expected = rule(
        "completeness",
        places=[BAYSIDE.model_dump(), KINGSTON.model_dump()],
        strata=[{}, {"Sex": "Female"}],
    )
    (said,) = details(expected, series({2021: "1"}), round=round_of(2021))
    assert said.endswith(
        "3 of 4 are missing: Bayside (Sex: Female), Kingston, Kingston (Sex: Female)"
    )


def test_a_round_that_takes_any_period_expects_those_that_the_submission_names():
    sent = [series({2019: "1"}), series({2021: "2"}, place=KINGSTON)]
    assert len(details(rule("completeness"), *sent)) == 2


def test_a_sparse_file_is_told_in_short():
    years = [series({year: "1"}, place=KINGSTON) for year in range(1950, 2021)]
    others = series({2021: "1"})
    found = details(rule("completeness"), *years, others)
    assert len(found) == 21
    assert found[-1] == "52 more periods are not complete"


def test_what_arrives_after_its_day_is_late():
    late = round_of(due=date(2022, 6, 20), today=date(2022, 7, 1))
    assert lines(rule("timeliness"), series({2021: "1"}), round=late) == [0]
    assert lines(rule("timeliness", grace_days=11), series({2021: "1"}), round=late) == []
    old = rule("timeliness", period_days=365)
    assert lines(old, series({2020: "1", 2021: "1"})) == [2020]


@pytest.mark.parametrize(
    "criterion",
    [
        {"kind": "range"},
        {"kind": "range", "minimum": "2", "maximum": "1"},
        {"kind": "range", "minimum": 0.5},
        {"kind": "range", "minimum": "0", "of": "colour"},
        {"kind": "change"},
        {"kind": "change", "percent": "-1"},
        {"kind": "z-score", "threshold": "0"},
        {"kind": "z-score", "points": 2},
        {"kind": "min-max", "limits": []},
        {"kind": "sum-of-strata"},
        {"kind": "sum-of-strata", "dimension": "Sex", "tolerance": "-0.1"},
        {"kind": "regular-expression", "pattern": "(a+)+"},
        {"kind": "timeliness", "grace_days": -1},
    ],
)
def test_a_rule_that_says_nothing_or_too_much_is_no_rule(criterion: dict[str, object]):
    with pytest.raises(ValidationError):
        STATED.validate_python({"code": "r-1", "criterion": criterion})


def definition(unit: str, **more: object) -> Definition:
    said = {"numerator": "those engaged", "denominator": "those supported", **more}
    return Definition(name="Engaged", unit=unit, level="performance", polarity="neither", **said)


def of_parts(value: str, numerator: str, denominator: str, unit: str = "%") -> list[int]:
    rule = PartsRule.of(definition(unit))
    assert rule is not None
    return lines(rule, series([row(2021, value, numerator=numerator, denominator=denominator)]))


@pytest.mark.parametrize(
    ("value", "numerator", "denominator", "unit"),
    [
        ("61.3", "19", "31", "%"),
        ("61.2", "19", "31", "per cent"),
        ("61", "19", "31", "percent"),
        ("62", "19", "31", "%"),
        ("12.5", "1", "80", "crimes per 1,000 persons"),
        ("0.613", "19", "31", "ratio"),
        ("0", "0", "31", "%"),
        ("50", "0", "0", "%"),
        ("100.00", "7.50", "7.5", "%"),
    ],
)
def test_a_value_is_what_its_parts_make_of_it_however_it_is_rounded(
    value: str, numerator: str, denominator: str, unit: str
):
    assert of_parts(value, numerator, denominator, unit) == []


@pytest.mark.parametrize(
    ("value", "numerator", "denominator", "unit"),
    [
        ("61.5", "19", "31", "%"),
        ("63", "19", "31", "%"),
        ("0.61", "19", "31", "%"),
        ("61.31", "19", "31", "%"),
        ("1.25", "1", "80", "crimes per 1,000 persons"),
        ("-61.3", "19", "31", "%"),
    ],
)
def test_a_value_that_its_parts_do_not_make_is_found(
    value: str, numerator: str, denominator: str, unit: str
):
    assert of_parts(value, numerator, denominator, unit) == [2021]


def test_each_row_is_judged_by_its_own_last_digit():
    rule = PartsRule.of(definition("%"))
    assert rule is not None
    rows = [
        row(2020, "61", numerator="19", denominator="31"),
        row(2021, "61.29", numerator="19", denominator="31"),
        row(2022, "61.31", numerator="19", denominator="31"),
    ]
    assert lines(rule, series(rows)) == [2022]
    (said,) = details(rule, series(rows))
    assert said == "19 of 31 makes 61.2903, not 61.31"


def test_where_a_definition_has_a_method_of_its_own_nothing_is_computed_from_parts():
    assert PartsRule.of(definition("days", method="The median over all referrals")) is None
    assert PartsRule.of(definition("%", denominator=None)) is None
    assert PartsRule.of(definition("people")) is None
