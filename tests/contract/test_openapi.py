"""The OpenAPI document of each service is a file: the routes must still match it.

`make contracts` writes it; the gateway composes its own document from these.
"""

from __future__ import annotations

import importlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from infra.eventstore import MemoryEventStore
from infra.kernel import SystemClock
from infra.messaging.references import MemoryReferences
from infra.web import Parts
from tests.callers import verifier

SERVICES = Path(__file__).parents[2] / "services"
SERVING = sorted(path.parent.name for path in SERVICES.glob("*/app.py"))


@cache
def document(service: str) -> dict[str, Any]:
    """What the service says of itself, as JSON would carry it."""
    clock = SystemClock()
    parts = Parts(MemoryEventStore(clock), clock, verifier(), MemoryReferences())
    app = importlib.import_module(f"services.{service}.app").create_app(parts)
    said: dict[str, Any] = json.loads(json.dumps(app.openapi()))
    return said


@pytest.mark.parametrize("service", SERVING)
def test_the_routes_still_match_the_published_document(
    service: str, request: pytest.FixtureRequest
) -> None:
    file = SERVICES / service / "openapi.json"
    said = document(service)
    if request.config.getoption("--publish-contracts"):
        file.write_text(f"{json.dumps(said, indent=2, sort_keys=True, ensure_ascii=False)}\n")
    assert json.loads(file.read_text()) == said, "run `make contracts` and review the difference"


@pytest.mark.parametrize("service", SERVING)
def test_the_document_is_valid_openapi(service: str) -> None:
    validate(document(service))


@pytest.mark.parametrize("service", SERVING)
def test_what_an_answer_may_leave_out_is_not_said_to_be_there(service: str) -> None:
    said = document(service)
    shapes = said["components"]["schemas"]
    for path, methods in said["paths"].items():
        for method, route in methods.items():
            content = route["responses"].get("200", {}).get("content", {})
            name = content.get("application/json", {}).get("schema", {}).get("$ref", "/")
            shape = shapes.get(name.rpartition("/")[2], {})
            for field in shape.get("required", ()):
                maybe = {"type": "null"} in shape["properties"][field].get("anyOf", ())
                assert not maybe, f"{method} {path}: {field}"


@pytest.mark.parametrize("service", SERVING)
def test_every_route_says_what_it_does_and_names_no_unknown_shape(service: str) -> None:
    said = document(service)
    shapes = said["components"]["schemas"]
    text = json.dumps(said)
    named = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert named <= set(shapes)
    for path, methods in said["paths"].items():
        for method, route in methods.items():
            assert route.get("description") or route.get("summary"), f"{method} {path}"
