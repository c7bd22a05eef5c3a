"""A contract is a file: the owner's code must still match it. `make contracts` writes it."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from infra.kernel import CATALOGUE, Event, Provenance
from infra.kernel.aggregate import ENVELOPE
from services.measurement.domain.tidy import mapping

SERVICES = Path(__file__).parents[2] / "services"
for _service in ("agenda", "measurement", "activities"):
    importlib.import_module(f"services.{_service}.domain")
OURS = {t: e for t, e in CATALOGUE.items() if e.__module__.startswith("services.")}


def contract(event: type[Event]) -> Path:
    service, _, name = event.TOPIC.partition(".")
    return SERVICES / service / "contracts" / f"{name}.v{event.class_version}.json"


def schema(event: type[Event]) -> dict[str, Any]:
    """JSON Schema 2020-12 of a line's `data`. Closed for the owner; readers tolerate more."""
    shape = event.model_json_schema(mode="serialization")
    whose = Provenance.model_json_schema(mode="serialization")
    definitions = shape.pop("$defs", {}) | whose.pop("$defs", {})
    for name in ENVELOPE & set(shape["properties"]):
        del shape["properties"][name]
    required = [name for name in shape.get("required", ()) if name not in ENVELOPE]
    whose["required"] = [n for n in whose["required"] if n not in OPTIONAL]
    shape["properties"]["provenance"] = {"$ref": "#/$defs/Provenance"}
    service, _, fact = event.TOPIC.partition(".")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"/contracts/{service}/{fact}.v{event.class_version}.json",
        **shape,
        "required": [*required, "provenance"],
        "$defs": definitions | {"Provenance": whose},
    }


OPTIONAL = {"on_behalf_of", "reason", "evidence", "cycle_id"}


@pytest.mark.parametrize("event", OURS.values(), ids=lambda e: e.__name__)
def test_the_code_still_matches_the_published_contract(
    event: type[Event], request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--publish-contracts"):
        text = json.dumps(schema(event), indent=2, sort_keys=True, ensure_ascii=False)
        contract(event).parent.mkdir(exist_ok=True)
        contract(event).write_text(f"{text}\n")
    published = json.loads(contract(event).read_text())
    assert published == schema(event), "run `make contracts` and review the difference"
    jsonschema.Draft202012Validator.check_schema(published)


def test_the_mapping_of_a_file_is_the_published_one(request: pytest.FixtureRequest) -> None:
    published = SERVICES / "measurement" / "contracts" / mapping.CONTRACT
    if request.config.getoption("--publish-contracts"):
        mapping.publish(published.parent)
    assert published.read_text("utf-8") == mapping.published_schema(), "run `make contracts`"


def test_no_contract_is_left_behind_by_its_code() -> None:
    names = {path.name for path in SERVICES.glob("*/contracts/*.v*.json")}
    assert names - {contract(event).name for event in OURS.values()} <= {"import-mapping.v1.json"}
