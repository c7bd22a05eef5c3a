"""What cannot be read is said with its line, its column and what to do about it."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from services.measurement.domain.tidy import (
    Finding,
    Mapping,
    NotTabular,
    Reading,
    Row,
    TooLarge,
)

HEADER = b"Year,Place,Code,Group,Value,Flag\n"
MAPPING: dict[str, Any] = {
    "indicator": {"constant": "NEET"},
    "status": {"column": "Flag"},
    "period": {"format": "year", "column": "Year"},
    "value": {"column": "Value", "missing": ["x"]},
    "place": {"columns": ["Place"], "code_column": "Code", "scheme": "s", "edition": "1"},
    "dimensions": ["Group"],
}


def read(body: bytes | Iterable[bytes], **changes: Any) -> list[Row | Finding]:
    chunks = [body] if isinstance(body, bytes) else body
    return list(Reading(chunks, Mapping.model_validate(MAPPING | changes)))


def found(body: bytes, **changes: Any) -> list[tuple[int, str | None, str]]:
    """Line, column and reason of each finding."""
    return [said[:3] for said in read(body, **changes) if isinstance(said, Finding)]


def detail(body: bytes, **changes: Any) -> str:
    (said,) = (said for said in read(body, **changes) if isinstance(said, Finding))
    return said.detail


GOOD = b"2020,Here,h,all,7.10,\n"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (b"20,Here,h,all,1,\n", [(2, "Year", "period")]),
        (b" ,Here,h,all,1,\n", [(2, "Year", "period-empty")]),
        (b"2020,Here,h,all,1 234,\n", [(2, "Value", "value")]),
        (b"2020,Here,h,all,NaN,\n", [(2, "Value", "value")]),
        (b"2020,Here,h,all,-Infinity,\n", [(2, "Value", "value")]),
        (b'2020,Here,h,all,"1,234.5",\n', [(2, "Value", "value")]),
        (b"2020,Here,h,all,1e99,\n", [(2, "Value", "value")]),
        (b"2020,Here,h,all," + b"9" * 39 + b",\n", [(2, "Value", "value")]),
        (b"2020,Here,h,all," + b"9" * 5_000 + b",\n", [(2, "Value", "value")]),
        ("2020,Here,h,all,٣,\n".encode(), [(2, "Value", "value")]),
        (b"2020,Here,h,all,1,Z\n", [(2, "Flag", "status-unknown")]),
        (b"2020,,,all,1,\n", [(2, "Place", "place-empty")]),
        (b"2020,Here,h," + b"a" * 1_001 + b",1,\n", [(2, "Group", "cell-too-long")]),
        (b"2020,Here,h,all,1\n", [(2, None, "row-ragged")]),
        (b"2020,Here,h,all,1,,\n", [(2, None, "row-ragged")]),
        (b"2020,Here,h,a\x00ll,1,\n", [(2, None, "nul")]),
        (b"2020,H\xe9re,h,all,1,\n", [(2, None, "encoding")]),
        (b'2020,"Here"s,h,all,1,\n', [(2, None, "quotes")]),
        (b'2020,"Here,h,all,1,\n', [(2, None, "quote-not-closed")]),
        (b"nn,,,all,?,?\n", [(2, "Year", "period"), (2, "Place", "place-empty"),
                            (2, "Flag", "status-unknown")]),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_is_a_finding_with_line_and_column(
    rows: bytes, expected: list[tuple[int, str | None, str]]
):
    assert found(HEADER + rows) == expected
    after = [(line + 1, column, reason) for line, column, reason in expected]
    assert found(HEADER + GOOD + rows) == after


@pytest.mark.parametrize("bad", [b"2020,H\xe9re,h,all,1,\n", b'2020,"a"b,h,all,1,\n', b"\x00\n"])
def test_reading_goes_on_after_a_bad_line(bad: bytes):
    said = read(HEADER + bad + GOOD)
    assert [type(one) for one in said] == [Finding, Row]
    assert said[1].line == 3


def test_broken_bytes_inside_a_quoted_newline_are_found_on_their_own_line():
    assert found(HEADER + b'2020,"He\nr\xe9",h,all,1,\n' + GOOD) == [(3, None, "encoding")]


def test_a_character_cut_off_at_the_end_of_the_file_is_found():
    assert found(HEADER + GOOD + b"2021,Here,h,all,1,\xc3") == [(3, None, "encoding")]


def test_a_file_in_another_encoding_goes_in_when_the_mapping_says_so():
    (row,) = read(HEADER + b"2020,H\xe9re,h,all,1,\n", encoding="iso-8859-1")
    assert isinstance(row, Row)
    assert row.place.label == "Hére"


def test_every_column_is_named_in_exactly_one_place():
    header = b"Year,Place,Place,Code,Value,Flag,Extra,\n"
    changes = {"dimensions": ["Group", "Code"]}
    assert found(header + GOOD, **changes) == [
        (1, "Extra", "column-not-mapped"),
        (1, "", "column-not-mapped"),
        (1, "Group", "column-not-in-file"),
        (1, "Code", "column-mapped-twice"),
        (1, "Place", "column-name-twice"),
    ]


def test_columns_that_nobody_needs_may_even_share_a_name():
    header = HEADER.replace(b"\n", b",,,N,N\n")
    row = GOOD.replace(b"\n", b",a,b,c,d\n")
    assert found(header + row, ignore=["", "N"]) == []


@pytest.mark.parametrize("body", [b"", b"\n\n\r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_has_no_header(body: bytes):
    assert found(body) == [(1, None, "header-missing")]


def test_a_header_with_broken_bytes_ends_the_reading():
    assert found(b"Y\xffar,Value\n2020,1\n") == [(1, None, "encoding")]


def test_a_header_has_at_most_a_thousand_columns():
    body = b",".join(b"c%d" % number for number in range(1_001)) + b"\n"
    assert found(body, delimiter=",") == [(1, None, "too-many-columns")]


def test_a_cell_said_twice_names_both_lines():
    again, other = GOOD, GOOD.replace(b"7.10", b"7.1")
    assert found(HEADER + GOOD + again) == [(3, None, "duplicate-row")]
    assert detail(HEADER + GOOD + again) == "line 2 says the same"
    assert found(HEADER + GOOD + other) == [(3, None, "contradicting-rows")]
    assert "line 2 " in detail(HEADER + GOOD + other)


def test_the_same_cell_may_be_written_in_two_ways():
    body = HEADER + b"2020,Here,h,,1,\n2020,There,h,_T,1,\n"
    assert found(body) == [(3, None, "duplicate-row")]


def test_the_same_row_again_does_not_refuse_the_file_but_a_contradiction_does():
    same, other = (Finding(3, None, reason, "") for reason in ("duplicate-row", "period"))
    assert not same.refuses
    assert other.refuses


def test_rows_without_content_are_blank_lines():
    reading = Reading([HEADER + GOOD + b",,,,,\n , ,,,,\n,\n"], Mapping.model_validate(MAPPING))
    assert [type(one) for one in reading] == [Row]
    assert reading.rows == 1


def test_missing_values_are_counted_and_skipped_where_the_mapping_wishes():
    body = HEADER + GOOD + b"2021,Here,h,all,x,\n2022,Here,h,all,,Q\n2023,Here,h,all,,A\n"
    keep = Reading([body], Mapping.model_validate(MAPPING))
    said = [(row.value, row.status) for row in keep if isinstance(row, Row)]
    assert said == [("7.10", "A"), (None, "O"), (None, "Q"), (None, "O")]
    assert (keep.rows, keep.missing, keep.skipped) == (4, 3, 0)
    value = {"column": "Value", "missing": ["x"], "on_missing": "skip"}
    skip = Reading([body], Mapping.model_validate(MAPPING | {"value": value}))
    assert len(list(skip)) == 1
    assert (skip.rows, skip.missing, skip.skipped) == (4, 0, 3)


def zipped(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (zipped("[Content_Types].xml"), "xlsx"),
        (zipped("table.csv"), "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, "xls"),
        (b"PAR1\x15\x04\x15", "Parquet"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\n<!DOCTYPE html><html>", "HTML"),
        (b"<html><table><tr>", "HTML"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>', "XML"),
        (b'{\n  "value": 1\n}', "JSON"),
        (b'[\n  {"Year": 2020}]', "JSON"),
        (b"\x1f\x8b\x08\x00", "gzip"),
    ],
)
def test_a_file_that_is_no_table_in_text_is_recognised_by_its_content(body: bytes, kind: str):
    with pytest.raises(NotTabular, match=kind) as refused:
        read(body[at : at + 1] for at in range(len(body)))
    assert "as CSV" in str(refused.value)


@pytest.mark.parametrize("body", [b"<15 years,Value\n", b"[Year],Value\n", b"PKR,Value\n"])
def test_a_header_that_begins_oddly_is_still_a_table(body: bytes):
    assert {reason for _, _, reason in found(body)} >= {"column-not-mapped"}


def test_a_hundred_thousand_rows_go_in_and_no_row_more():
    rows = [b"2020,P%d,,all,1,\n" % number for number in range(100_001)]
    assert len(read([HEADER, *rows[1:]])) == 100_000
    with pytest.raises(TooLarge, match="100,000 rows; split it"):
        read([HEADER, *rows])


def test_more_than_64_mib_are_too_large_however_few_rows():
    row = b'2020,Here,h,all,7,"' + b"x" * 100_000 + b'"\n'
    with pytest.raises(TooLarge, match="64 MiB"):
        read([HEADER, *([row] * 700)])


def endless(start: bytes, part: bytes) -> Iterator[bytes]:
    yield HEADER + start
    yield from [part] * 600


@pytest.mark.parametrize(
    ("start", "part", "reason"),
    [
        (b"", b"a" * 100_000, "row-too-long"),
        (b"", b"," * 100_000, "row-too-long"),
        (b'"', b"a\n" * 50_000, "quote-not-closed"),
        (b"", b'"\n",' * 25_000, "row-too-long"),
    ],
)
def test_a_row_without_end_takes_no_memory(start: bytes, part: bytes, reason: str):
    tracemalloc.start()
    try:
        (said,) = read(endless(start, part))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(said, Finding)
    assert (said.line, said.reason) == (2, reason)
    assert peak < 60_000_000


def test_a_million_blank_lines_are_too_large():
    with pytest.raises(TooLarge, match="lines"):
        read([HEADER, *([b"\n" * 100_000] * 11)])
