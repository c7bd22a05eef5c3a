"""Other offices' files go in by mapping alone, and what they say comes out exactly."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from services.measurement.domain.tidy import Finding, Mapping, Reading, Row

OFFICES = Path(__file__).parent.parent / "data" / "offices"
HOUSE = Path(__file__).parent.parent.parent
REAL = HOUSE / "gateway" / "demonstration" / "data" / "indicator_8-6-1.csv"


def mapping_of(file: Path) -> Mapping:
    return Mapping.model_validate_json(file.with_suffix(".mapping.json").read_bytes())


def read(file: Path, chunk: int = 4_096) -> list[Row | Finding]:
    body = file.read_bytes()
    chunks = (body[at : at + chunk] for at in range(0, len(body), chunk))
    return list(Reading(chunks, mapping_of(file)))


def test_there_are_offices():
    assert len(list(OFFICES.glob("*.csv"))) >= 10


@pytest.mark.parametrize("file", sorted(OFFICES.glob("*.csv")), ids=lambda file: file.stem)
@pytest.mark.parametrize("chunk", [1, 7, 4_096])
def test_an_offices_file_is_read_by_its_mapping_alone(file: Path, chunk: int):
    rows = read(file, chunk)
    assert [row for row in rows if isinstance(row, Finding)] == []
    said = [
        [
            *(row.line, row.indicator, row.unit, list(row.place), dict(row.dimensions)),
            *(str(row.period), row.period_text, row.value, row.status),
        ]
        for row in rows
        if isinstance(row, Row)
    ]
    assert said == json.loads(file.with_suffix(".rows.json").read_bytes())


def test_the_demonstrations_real_file_says_what_the_csv_module_reads():
    with REAL.open(newline="", encoding="utf-8") as file:
        expected = list(csv.DictReader(file))
    rows = read(REAL)
    assert len(rows) == len(expected) == 4_560
    for row, cells in zip(rows, expected, strict=True):
        assert isinstance(row, Row), row
        assert (row.value, row.period_text) == (cells["Value"], cells["Year"])
        assert row.place.code == (cells["GeoCode"] or "Canada")
        assert dict(row.dimensions) == {
            name: cells[name] or "_T" for name in ("Status", "Gender", "Age group")
        }
