"""Whatever a table looks like in bytes, the same values come out of it."""

from __future__ import annotations

import codecs
import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.measurement.domain.tidy import Mapping, Reading, Row
from services.measurement.domain.tidy.lines import PIECE

LETTERS = st.characters(
    blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff", max_codepoint=0xFFFF
)
NEWLINES = st.sampled_from(["\n", "\r\n", "\r", '"', ",", ";", "\t", "|", " ", "'"])
TEXT = st.lists(LETTERS | NEWLINES, max_size=8).map(lambda parts: "".join(parts).strip())
VALUE = st.none() | st.decimals(
    allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**34
)
ROWS = st.lists(st.tuples(TEXT, TEXT, VALUE), max_size=12)

HEADER = ("Year", "Place", "Group\nof people", "Value")
DOCUMENT = {
    "indicator": {"constant": "NEET"},
    "period": {"format": "year", "column": "Year"},
    "place": {"columns": ["Place"], "scheme": "s", "edition": "1", "when_empty": "everywhere"},
    "dimensions": ["Group\nof people"],
}


def written(value: Decimal | None, mark: str) -> str:
    return "" if value is None else format(value, "f").replace(".", mark)


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, Mapping, list[tuple[str, str, Decimal | None]]]:
    rows, mark = draw(ROWS), draw(st.sampled_from(".,"))
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    end, out = draw(st.sampled_from(["\n", "\r\n", "\r"])), io.StringIO(newline="")
    # Python 3.11's writer quotes a lone CR or LF only if it ends its lines with it.
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    quoting = quoting if end == "\r\n" else csv.QUOTE_ALL
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(HEADER)
    for number, (place, group, value) in enumerate(rows, 1000):
        writer.writerow((number, place, group, written(value, mark)))
    bom, encoding = draw(
        st.sampled_from(
            [(b"", "utf-8"), (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le")]
        )
    )
    stated = draw(st.sampled_from([None, delimiter]))
    document = {**DOCUMENT, "value": {"column": "Value", "decimal_mark": mark}, "delimiter": stated}
    body = bom + out.getvalue().encode(encoding)
    return body, Mapping.model_validate(document), rows


@settings(max_examples=200, deadline=None)
@given(file=files(), cuts=st.lists(st.integers(min_value=1, max_value=50), min_size=1, max_size=8))
def test_any_table_is_read_back_value_by_value_wherever_the_chunks_are_cut(
    file: tuple[bytes, Mapping, list[tuple[str, str, Decimal | None]]], cuts: list[int]
):
    body, mapping, rows = file
    chunks, at = [], 0
    while at < len(body):
        step = cuts[len(chunks) % len(cuts)]
        chunks.append(body[at : at + step])
        at += step
    said = list(Reading(chunks, mapping))
    assert [row for row in said if not isinstance(row, Row)] == []
    assert [(row.place.code, row.dimensions[0][1], row.value) for row in said] == [
        (place or "everywhere", group or "_T", value if value is None else format(value, "f"))
        for place, group, value in rows
    ]


@settings(max_examples=100, deadline=None)
@given(lines=st.lists(st.lists(TEXT, min_size=1, max_size=3), max_size=10))
def test_a_row_is_numbered_by_the_physical_line_on_which_it_begins(lines: list[list[str]]):
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    expected = []
    for number, parts in enumerate(lines, 1000):
        out.write("\n" * (number % 2))
        expected.append(len(io.StringIO(out.getvalue() + "x", newline="").readlines()))
        writer.writerow((number, "here", "/".join(parts), 1))
    mapping = Mapping.model_validate({**DOCUMENT, "value": {"column": "Value"}})
    rows = list(Reading([out.getvalue().encode()], mapping))
    assert [row.line for row in rows] == expected


@settings(max_examples=300, deadline=None)
@given(body=st.binary(max_size=300) | TEXT.map(str.encode))
def test_no_bytes_break_the_reader(body: bytes):
    mapping = Mapping.model_validate({**DOCUMENT, "value": {"column": "Value"}})
    header = b'Year,Place,"Group\nof people",Value\n2020,a,b,1\n'
    said = list(Reading([header, body], mapping))
    assert isinstance(said[0], Row)


@pytest.mark.parametrize("shift", range(40))
def test_where_a_piece_of_64_kib_ends_makes_no_difference(shift: int):
    """Between CR and LF, inside a character, beside a quote: the pieces end everywhere."""
    document = {**DOCUMENT, "value": {"column": "Value"}, "ignore": ["Padding"]}
    header = 'Year,Place,"Group\nof people",Value,Padding\r\n'
    padding = "x" * (PIECE - len(header) - 60 + shift)
    rows = [f'{2000 + n},"é""\r\nß",🌏,{n}.50,{padding if n == 0 else ""}\r\n' for n in range(9)]
    said = list(Reading([(header + "".join(rows)).encode()], Mapping.model_validate(document)))
    assert [(row.line, row.place.code, row.dimensions[0][1], row.value) for row in said] == [
        (3 + 2 * n, 'é"\r\nß', "🌏", f"{n}.50") for n in range(9)
    ]
