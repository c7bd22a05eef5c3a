"""A guess is a start that a person corrects: it reads the file, and says what is unsure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.measurement.domain.tidy import Finding, Mapping, NotTabular, Reading, Row
from services.measurement.domain.tidy.guess import Guess, guess
from services.measurement.domain.tidy.sources import UNSTATED

HOUSE = Path(__file__).parent.parent.parent
OFFICES = HOUSE / "tests" / "data" / "offices"
REAL = HOUSE / "gateway" / "demonstration" / "data" / "indicator_8-6-1.csv"
BEYOND_A_GUESS = {"month-names"}
"""Months of a language that nobody stated."""


def corrected(document: dict[str, Any]) -> Mapping:
    """As the person does it for whom it is made: who states what the file does not say."""
    return Mapping.model_validate_json(json.dumps(document).replace(UNSTATED, "the-"))


def test_what_a_proposal_leaves_to_be_stated_is_refused_by_name():
    proposal = of("Year,Place,Value\n2020,Bayside,8\n")
    with pytest.raises(ValidationError) as refused:
        Mapping.model_validate_json(json.dumps(proposal.document))
    where = {".".join(map(str, error["loc"])) for error in refused.value.errors()}
    assert where == {"indicator.constant", "place.scheme"}
    assert "say what it is" in str(refused.value)
    assert corrected(proposal.document).place.scheme == "the-scheme"


def of(text: str) -> Guess:
    return guess([text.encode()])


@pytest.mark.parametrize(
    "file",
    [REAL, *(file for file in sorted(OFFICES.glob("*.csv")) if file.stem not in BEYOND_A_GUESS)],
    ids=lambda file: file.stem,
)
def test_a_guess_reads_the_file_it_was_made_for(file: Path):
    body = file.read_bytes()
    proposal = guess([body], indicator="NEET")
    mapping = corrected(proposal.document)
    stated = Mapping.model_validate_json(file.with_suffix(".mapping.json").read_bytes())
    said, wanted = list(Reading([body], mapping)), list(Reading([body], stated))
    assert not any(isinstance(one, Finding) for one in said)
    values = [row.value for row in said if isinstance(row, Row) and row.value is not None]
    assert values == [row.value for row in wanted if isinstance(row, Row) and row.value is not None]
    assert any(note.startswith("place") for note in proposal.notes)


def test_commas_and_line_ends_inside_quotes_part_nothing():
    rows = (
        '"Jahr";"Land,\r\nKreis";"Wert"',
        '"2019";"Bayern,\r\nMünchen";"1,5"',
        '"2020";"";"2,5"',
    )
    proposal = of("\ufeff" + "\r\n".join(rows))
    assert proposal.document["delimiter"] == ";"
    assert proposal.document["value"] == {"column": "Wert", "decimal_mark": ","}
    assert proposal.document["dimensions"] == ["Land,\r\nKreis"]


def test_a_second_column_of_numbers_is_left_out_and_noted():
    proposal = of("Year,Geography,GeoCode,Progress,Value\n2020,A,1,7.5,7\n2021,,,8,8\n")
    assert proposal.document["value"]["column"] == "Value"
    assert proposal.document["ignore"] == ["Progress"]
    assert proposal.document["place"]["code_column"] == "GeoCode"
    assert proposal.document["place"]["when_empty"] == "_T"
    assert any("Progress" in note for note in proposal.notes)


def test_what_a_rate_was_counted_from_is_told_from_the_rate():
    text = (
        "Financial year,LGA code,LGA name,Age,Rate per 1000,Numerator,Denominator\n"
        "2021-22,20910,Bayside,15-19,25.0,5,200\n2022-23,20910,Bayside,15-19,np,np,\n"
    )
    proposal = guess([text.encode()], indicator="I1").document
    assert proposal["value"]["column"] == "Rate per 1000"
    assert (proposal["numerator"], proposal["denominator"]) == (
        {"column": "Numerator"},
        {"column": "Denominator"},
    )
    assert proposal["dimensions"] == ["Age"]
    mapping = corrected(proposal)
    first, second = (one for one in Reading([text.encode()], mapping) if isinstance(one, Row))
    assert (first.value, first.numerator, first.denominator) == ("25.0", "5", "200")
    assert (second.value, second.numerator, second.denominator) == (None, None, None)
    bare = of("Year,Place,Numerator,Denominator\n2020,A,5,200\n").document
    assert "numerator" not in bare


def test_a_column_called_status_with_other_texts_than_flags_is_a_dimension():
    assert of("Year,Status,Value\n2020,Unemployed,1\n").document["dimensions"] == ["Status"]
    assert of("Year,Status,Value\n2020,p,1\n").document["status"] == {
        "column": "Status",
        "values": {"p": "P"},
    }


@pytest.mark.parametrize(
    ("column", "period"),
    [
        (["2016/2017", "2017/2018"], {"format": "span", "start_month": 7}),
        (["2010-2014", "2015-2019"], {"format": "span", "start_month": 1}),
        (["2020-21", "2021-22"], {"format": "span", "start_month": 7}),
        (["2021-01", "2021-02"], {"format": "month"}),
        (["2021-Q1", "Q2 2021"], {"format": "quarter"}),
        (["2021", "2021-Q2"], {"format": "iso"}),
    ],
)
def test_a_period_is_known_by_its_shape(column: list[str], period: dict[str, Any]):
    rows = "".join(f"{text},A,{number}.5\n" for number, text in enumerate(column))
    document = of("Period,Place,Value\n" + rows).document
    assert document["period"] == {"column": "Period", **period}


@pytest.mark.parametrize(
    ("cells", "marks"),
    [
        (["1,5", "2,25"], {"decimal_mark": ","}),
        (["1.234,5", "2"], {"decimal_mark": ",", "thousands": "."}),
        (["1,234.5", "2"], {"decimal_mark": ".", "thousands": ","}),
        (["1 234", "2 345,5"], {"decimal_mark": ",", "thousands": " "}),
        (["1", "x", ".."], {"decimal_mark": ".", "missing": ["x", ".."], "status_of": {"x": "Q"}}),
    ],
)
def test_the_marks_of_numbers_and_missing_ones_are_told(cells: list[str], marks: dict[str, Any]):
    rows = "".join(f"{2000 + number};A;{text}\n" for number, text in enumerate(cells))
    assert of("Year;Place;Value\n" + rows).document["value"] == {"column": "Value", **marks}


def test_what_the_file_does_not_hold_is_noted_and_left_for_the_person():
    proposal = of("Name,Colour\nx,red\n")
    assert not {"period", "value"} & proposal.document.keys()
    noted = {note.partition(":")[0] for note in proposal.notes}
    assert {"indicator", "period", "value", "place", "unit"} <= noted


def test_a_spreadsheet_is_refused_here_too():
    with pytest.raises(NotTabular):
        guess([b"PK\x03\x04" + b"\x00" * 100])


@given(st.binary(max_size=200) | st.text(alphabet='20,;"\n\rxY|.\t', max_size=80).map(str.encode))
def test_no_text_breaks_a_guess(body: bytes):
    json.dumps(guess([b"Year,Value\n2020,1\n", body]).document).encode()
