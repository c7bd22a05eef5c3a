"""Formulas: what may be written, what it gives, and that every result is exactly right."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.formulas import (
    NUMBER,
    PERCENT,
    FormulaMalformed,
    NotComputable,
    Of,
    Outcome,
    Unit,
    UnitsDiffer,
    compute,
    parse,
    rounded,
)

UNITS = {"I4": "%", "I5": "schools", "I6": "points", "calls": "calls", "people": "persons"}
FIGURES = {
    ("I4", "value"): "57.1",
    ("I4", "numerator"): "16",
    ("I4", "denominator"): "28",
    ("I4", "baseline"): "50",
    ("I5", "value"): "4",
    ("I6", "value"): "131",
    ("calls", "value"): "12",
    ("people", "value"): "2500",
    ("people", "baseline"): "0",
}


def unit(code: str) -> Unit:
    return Unit.of(UNITS[code])


def known(of: Of) -> Fraction:
    if (of.code, of.part) not in FIGURES:
        raise NotComputable("no-value", f"{of.code} has no {of.part}")
    return Fraction(FIGURES[of.code, of.part])


def result(text: str, gives: str = "1", decimals: int = 2) -> Outcome:
    return compute(parse(text), known, unit, unit=Unit.of(gives), decimals=decimals)


@pytest.mark.parametrize(
    ("text", "gives", "value"),
    [
        ("I4", "%", "57.10"),
        ("percent(numerator(I4), denominator(I4))", "%", "57.14"),
        ("ratio(numerator(I4), denominator(I4))", "1", "0.57"),
        ("numerator(I4) / denominator(I4)", "1", "0.57"),
        ("rate(calls, people, 1000)", "calls per 1000 persons", "4.80"),
        ("calls / people", "calls per person", None),
        ("calls / people", "calls per persons", "0.00"),
        ("100 [%] - I4", "%", "42.90"),
        ("100 - I4", "%", None),
        ("change(I4)", "percentage points", "7.10"),
        ("change_percent(I4)", "%", "14.20"),
        ("sum(I5, I5, 2 [schools])", "schools", "10.00"),
        ("I5 + I6", "schools", None),
        ("mean(I5, 7 [schools], 8 [schools])", "schools", "6.33"),
        ("index(I5 from 0 to 18, I6 from 175 to 35 weight 3)", "index", "29.13"),
        ("convert(I4 * people, [persons])", "persons", "1427.50"),
        ("I4 * people", "persons", None),
        ("-(I5 - 6 [schools]) * 2", "schools", "4.00"),
        ("  I5\n -  1 [schools]", "schools", "3.00"),
    ],
)
def test_a_formula_gives_what_it_says_or_says_that_units_differ(
    text: str, gives: str, value: str | None
) -> None:
    found = result(text, gives)
    assert found.value == value, found
    assert found.reason == (None if value else "units-differ")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("calls / (people - people) * 1 [persons/calls]", "divided-by-zero"),
        ("change_percent(people)", "divided-by-zero"),
        ("numerator(I6)", "no-value"),
        ("numerator(I4)" + " * 99999999999" * 5, "too-large"),
    ],
)
def test_what_cannot_be_computed_is_a_state_with_its_reason(text: str, reason: str) -> None:
    gives = "%" if "percent" in text else "1"
    found = result(text, gives)
    assert (found.computed, found.value, found.reason) == (False, None, reason)
    assert found.detail


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3",
        "1 +",
        "I4 +* I5",
        "I4 I5",
        "sum()",
        "sum",
        "I4**2",
        "numerator(I4 + I5)",
        "__import__('os').system('true')",
        "I4.__class__()",
        "rate(I4, I5, 0)",
        "rate(I4, I5, -1)",
        "index(I4 from 1 to 1)",
        "index(I4 from 0 to 1 weight 0)",
        "index(I4)",
        "(" * 400 + "I4",
        "-" * 60 + "I4",
        "+".join(["I4"] * 60),
        "9" * 39 + " * I4",
        "sum(" + ",".join(f"I{n}" for n in range(21)) + ")",
        "I4" + " " * 1_000,
        "I4 ; DROP",
        "I4\x00",
        "I\uff14",
        "'I4",
        "convert(I4, %)",
    ],
)
def test_what_is_no_formula_is_refused_in_words(text: str) -> None:
    with pytest.raises(FormulaMalformed) as refused:
        parse(text)
    assert str(refused.value)


@given(st.text(max_size=60) | st.text("I4()+-*/,.19[]% '", max_size=60))
def test_no_text_whatever_is_a_mistake_of_ours(text: str) -> None:
    try:
        found = parse(text)
    except FormulaMalformed:
        return
    assert {of.code for of in found.inputs()}


def test_a_code_that_is_no_plain_name_stands_in_quotes() -> None:
    assert [of.code for of in parse("'I-4/a' + 'sum' + I4.b").inputs()] == ["I-4/a", "sum", "I4.b"]


class Told(NamedTuple):
    """A formula as text, and what it must be, worked out by other means."""

    text: str
    due: Fraction | None


def _over(left: Told, right: Told) -> Told:
    due = None
    if left.due is not None and right.due:
        due = left.due / right.due
    return Told(f"({left.text} / {right.text})", due)


def _with(sign: str, left: Told, right: Told) -> Told:
    due = None
    if left.due is not None and right.due is not None:
        due = {"+": left.due + right.due, "-": left.due - right.due, "*": left.due * right.due}[
            sign
        ]
    return Told(f"({left.text} {sign} {right.text})", due)


def _mean(terms: list[Told]) -> Told:
    values = [term.due for term in terms if term.due is not None]
    due = sum(values, Fraction()) / len(values) if len(values) == len(terms) else None
    return Told(f"mean({', '.join(term.text for term in terms)})", due)


VALUES: Mapping[str, str] = {"A": "0", "B": "7.10", "C": "-3.333", "D": "100000.01"}
LEAVES = st.sampled_from(
    [Told(code, Fraction(value)) for code, value in VALUES.items()]
) | st.decimals(0, 1000, places=3).map(lambda number: Told(f"{number}", Fraction(number)))
TOLD = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(_with, st.sampled_from("+-*"), inner, inner)
        | st.builds(_over, inner, inner)
        | st.lists(inner, min_size=1, max_size=4).map(_mean)
    ),
    max_leaves=12,
)


@given(TOLD, st.integers(0, 6))
def test_a_result_equals_an_independent_recomputation(told: Told, decimals: int) -> None:
    text = f"A + {told.text}"
    found = compute(
        parse(text),
        lambda of: Fraction(VALUES[of.code]),
        lambda _: NUMBER,
        unit=NUMBER,
        decimals=decimals,
    )
    if told.due is None:
        assert found.reason == "divided-by-zero"
    elif found.reason != "too-large":
        assert found.exact == told.due
        assert found.value == _by_decimal(told.due, decimals)


def _by_decimal(exact: Fraction, decimals: int) -> str:
    """The same by decimal's own rounding, with more digits than the result can need."""
    wide = Context(prec=400, rounding=ROUND_HALF_UP)
    whole = wide.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    text = format(whole.quantize(Decimal(1).scaleb(-decimals), context=wide), "f")
    return text.removeprefix("-") if not Decimal(text) else text


@pytest.mark.parametrize(
    ("exact", "decimals", "text"),
    [
        ("5/2", 0, "3"),
        ("-5/2", 0, "-3"),
        ("-1/1000", 2, "0.00"),
        ("1/200", 2, "0.01"),
        ("7", 3, "7.000"),
    ],
)
def test_halves_go_away_from_zero_and_zero_has_no_sign(
    exact: str, decimals: int, text: str
) -> None:
    assert rounded(Fraction(exact), decimals) == text


class TestUnits:
    @pytest.mark.parametrize(
        "text",
        [
            "%",
            "days",
            "crimes per 1000 persons",
            "per 100,000",
            "1",
            "$ / day",
            "m·s per kg",
            "% per year",
        ],
    )
    def test_what_a_unit_says_is_read_as_the_same_again(self, text: str) -> None:
        assert Unit.of(str(Unit.of(text))) == Unit.of(text)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("percent", "%"),
            ("Per cent", "%"),
            ("percentage points", "%"),
            ("persons per 1,000 persons", "per 1000"),
            ("Days", "days"),
            ("number", "1"),
            ("calls/day", "calls per day"),
        ],
    )
    def test_two_ways_to_say_one_unit(self, one: str, other: str) -> None:
        assert Unit.of(one) == Unit.of(other)

    def test_a_percentage_is_no_number_and_days_are_no_schools(self) -> None:
        assert PERCENT != NUMBER
        assert Unit.of("days") != Unit.of("schools")

    @given(st.text(max_size=40))
    def test_any_text_is_some_unit(self, text: str) -> None:
        assert Unit.of(text) == Unit.of(text)

    def test_a_unit_of_many_digits_is_borne(self) -> None:
        huge = Unit.of("1" * 190 + " x")
        text = "*".join(["I"] * 40)
        found = compute(parse(text), lambda _: Fraction(1), lambda _: huge, unit=NUMBER, decimals=0)
        assert found.reason == "units-differ"
        twelve = Unit.of("9" * 12 + " x")
        assert twelve.factor == 999_999_999_999
        found = compute(
            parse(text), lambda _: Fraction(1), lambda _: twelve, unit=NUMBER, decimals=0
        )
        assert found.reason == "units-differ"

    def test_nothing_is_converted_into_what_it_is_not(self) -> None:
        with pytest.raises(UnitsDiffer):
            parse("convert(I5, [days])").unit(unit)


def _never(of: Of) -> Any:
    raise AssertionError(of)


def test_units_are_looked_at_before_any_input() -> None:
    found = compute(parse("I5 + I6"), _never, unit, unit=NUMBER, decimals=0)
    assert found.reason == "units-differ"
