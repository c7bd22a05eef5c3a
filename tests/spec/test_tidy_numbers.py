"""Every number comes out exactly, as decimal text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.measurement.domain.tidy.numbers import number_reader
from services.measurement.domain.tidy.sources import ValueSource


def read(text: str, **marks: Any) -> str:
    return number_reader(ValueSource(column="Value", **marks))(text)


@pytest.mark.parametrize(
    ("text", "marks", "value"),
    [
        ("7", {}, "7"),
        ("7.10", {}, "7.10"),
        ("+7", {}, "7"),
        ("-0.0", {}, "-0.0"),
        ("\u22125", {}, "-5"),
        (".5", {}, "0.5"),
        ("5.", {}, "5"),
        ("007", {}, "7"),
        ("1e+05", {}, "100000"),
        ("1.50E2", {}, "150"),
        ("1.5e-3", {}, "0.0015"),
        ("9" * 38, {}, "9" * 38),
        ("7,10", {"decimal_mark": ","}, "7.10"),
        ("1.234.567,8", {"decimal_mark": ",", "thousands": "."}, "1234567.8"),
        ("1,234.5", {"thousands": ","}, "1234.5"),
        ("1234.5", {"thousands": ","}, "1234.5"),
        ("1\u202f234\u00a0567", {"thousands": " "}, "1234567"),
        ("1\u2019234", {"thousands": "'"}, "1234"),
    ],
)
def test_a_number_is_read_by_its_stated_marks(text: str, marks: dict[str, Any], value: str):
    assert read(text, **marks) == value


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("1,234", {}),
        ("1.234", {"decimal_mark": ","}),
        ("12,34.5", {"thousands": ","}),
        ("1,2345", {"thousands": ","}),
        ("1.234.5", {"decimal_mark": ",", "thousands": "."}),
        ("", {}),
        (".", {}),
        ("-", {}),
        ("e5", {}),
        ("1e", {}),
        ("1e1000", {}),
        ("1e38", {}),
        ("7 %", {}),
        ("0x10", {}),
        ("1_000", {}),
        ("\u0663", {}),
        ("1" * 39, {}),
        ("0." + "1" * 38, {}),
    ],
)
def test_what_is_no_number_by_its_marks_is_refused(text: str, marks: dict[str, Any]):
    with pytest.raises(ValueError, match="number"):
        read(text, **marks)


@pytest.mark.parametrize("text", ["NaN", "nan", "inf", "-Infinity"])
def test_not_a_number_and_infinity_may_be_listed_as_missing(text: str):
    with pytest.raises(ValueError, match=r"value\.missing"):
        read(text)


@given(
    st.from_regex(r"-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,19})?", fullmatch=True),
    st.sampled_from([".", ","]),
)
def test_plain_text_comes_out_as_it_went_in(text: str, mark: str):
    assert read(text.replace(".", mark), decimal_mark=mark) == text
    assert format(Decimal(text), "f") == text
