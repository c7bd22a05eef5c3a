"""A mapping is refused where it contradicts itself, and its schema is published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from services.measurement.domain.tidy import Mapping

HOUSE = Path(__file__).parent.parent.parent
CONTRACT = HOUSE / "services" / "measurement" / "contracts" / "import-mapping.v1.json"
MAPPINGS = sorted(HOUSE.glob("tests/data/offices/*.mapping.json"))
LEAST: dict[str, Any] = {
    "indicator": {"constant": "NEET"},
    "period": {"format": "year", "column": "Year"},
    "value": {"column": "Value"},
    "place": {"scheme": "s", "edition": "1", "constant": "here"},
}


def test_the_least_mapping_names_indicator_period_value_and_place():
    mapping = Mapping.model_validate(LEAST)
    assert [name for name, _ in mapping.roles()] == ["Value", "Year"]
    for part in LEAST:
        with pytest.raises(ValidationError, match=part):
            Mapping.model_validate({name: LEAST[name] for name in LEAST if name != part})


@pytest.mark.parametrize(
    ("part", "wrong", "why"),
    [
        ("indicator", {}, "one of the two"),
        ("indicator", {"column": "I", "constant": "N", "values": {"a": "b"}}, "one of the two"),
        ("indicator", {"column": "I"}, "a table from its texts"),
        ("indicator", {"constant": "N", "values": {"a": "b"}}, "a table from its texts"),
        ("status", {"constant": "Z"}, "Input should be"),
        ("status", {"column": "S", "constant": "A"}, "one of the two"),
        ("status", {"column": "S", "values": {"p": "provisional"}}, "Input should be"),
        ("period", {"format": "decade", "column": "Year"}, "does not match any of the expected"),
        ("period", {"format": "span", "column": "Year"}, "start_month"),
        ("period", {"format": "span", "column": "Year", "start_month": 13}, "less than or equal"),
        ("period", {"format": "dates", "start": "From"}, "end"),
        ("value", {"column": "Value", "decimal_mark": ",", "thousands": ","}, "two different"),
        ("value", {"column": " "}, "at least 1"),
        ("place", {"scheme": "s", "edition": "1"}, "name the place"),
        ("place", {"scheme": "s", "edition": "1", "constant": "c", "columns": ["P"]}, "name the"),
        ("place", {"scheme": "s", "edition": "1", "constant": "c", "when_empty": "d"}, "goes with"),
        ("place", {"columns": ["P"]}, "scheme"),
        ("dimensions", "Group", "valid tuple"),
        ("extra", 1, "Extra inputs"),
    ],
)
def test_a_mapping_that_contradicts_itself_is_refused(part: str, wrong: object, why: str):
    with pytest.raises(ValidationError, match=why):
        Mapping.model_validate({**LEAST, part: wrong})


@pytest.mark.parametrize("file", MAPPINGS, ids=lambda file: file.name)
def test_every_offices_mapping_fits_the_published_schema(file: Path):
    schema = json.loads(CONTRACT.read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(file.read_bytes()))


def test_the_published_schema_refuses_a_source_that_is_column_and_constant():
    schema = json.loads(CONTRACT.read_bytes())
    both = {**LEAST, "unit": {"column": "U", "constant": "percent"}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(both)
