"""One OpenAPI document of the whole door, composed from the services' and the gateway's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from fastapi import FastAPI
from openapi_spec_validator import validate

from gateway.api.document import checked_in, compose
from gateway.api.door import TwoOwners, doors, owned
from gateway.app import Parts, create_app
from gateway.clients import Services
from infra.kernel import SystemClock
from tests.callers import verifier


def document(services: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the gateway says of itself and of these services, as JSON would carry it."""
    parts = Parts(
        clock=SystemClock(),
        verifier=verifier(),
        timezone=ZoneInfo("Australia/Melbourne"),
        services=Services({}),
        documents=checked_in() if services is None else services,
    )
    said: dict[str, Any] = json.loads(json.dumps(create_app(parts).openapi()))
    return said


def test_the_whole_door_is_one_valid_document() -> None:
    whole = document()
    validate(whole)
    for service, method, path in owned(checked_in()):
        if path != "/v1/head":
            assert method.lower() in whole["paths"][path], f"{service} {path}"
    for path in ("timeline", "progress"):
        assert "get" in whole["paths"][f"/v1/initiatives/{{id}}/{path}"]
    ids = [op["operationId"] for methods in whole["paths"].values() for op in methods.values()]
    assert len(ids) == len(set(ids))
    assert set(_references(whole)) <= set(whole["components"]["schemas"])


def test_what_is_refused_is_said_to_be_a_problem_by_whichever_route() -> None:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            assert {"429", "503"} <= operation["responses"].keys(), f"{method} {path}"
            for status, response in operation["responses"].items():
                types = response.get("content", {}).keys()
                assert status < "400" or "application/problem+json" in types, f"{method} {path}"
                assert status < "400" or "application/json" not in types, f"{method} {path}"


def test_an_answer_whose_fields_are_chosen_fits_as_well() -> None:
    whole = document()
    operation = whole["paths"]["/v1/initiatives/{id}/progress"]["get"]
    shape = operation["responses"]["200"]["content"]["application/json"]["schema"]
    known_at = {"instant": None, "vector": "agenda:1"}
    jsonschema.validate({"known_at": known_at, "id": "x"}, whole | shape)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"id": "x"}, whole | shape)


def _references(document: Any) -> Iterator[str]:
    for part in json.dumps(document).split('"#/components/schemas/')[1:]:
        yield part.partition('"')[0]


def _document(path: str, shapes: dict[str, Any]) -> dict[str, Any]:
    shown = {"$ref": "#/components/schemas/View"}
    answer = {"200": {"description": "d", "content": {"application/json": {"schema": shown}}}}
    operation = {"operationId": "read", "responses": answer}
    return {"paths": {path: {"get": operation}}, "components": {"schemas": shapes}}


def test_two_shapes_of_one_name_are_kept_apart_also_where_they_only_refer_to_such() -> None:
    inner = {"$ref": "#/components/schemas/Part"}
    view = {"type": "object", "properties": {"part": inner}}
    one = _document("/one", {"View": view, "Part": {"type": "string"}})
    two = _document("/two", {"View": view, "Part": {"type": "integer"}})
    whole = compose(FastAPI(), {"one": one, "two": two})
    schemas = whole["components"]["schemas"]
    assert schemas["Part"] == {"type": "string"}
    assert schemas["two-Part"] == {"type": "integer"}
    assert schemas["two-View"]["properties"]["part"]["$ref"].endswith("/two-Part")
    assert "two-View" in json.dumps(whole["paths"]["/two"])
    assert "two-View" not in json.dumps(whole["paths"]["/one"])


def test_a_path_of_two_services_is_found_when_the_door_is_built() -> None:
    same = _document("/same", {})
    with pytest.raises(TwoOwners):
        doors({"one": same, "two": same})
