"""One OpenAPI document of the whole door: the services' checked-in ones and the gateway's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from gateway.api.answers import CHOSEN
from gateway.api.door import GATEWAYS_OWN
from gateway.journal.vector import SOURCES
from infra.web.openapi import operations as every_operation
from infra.web.openapi import say_problems

REFERENCE = re.compile(rb'"#/components/schemas/([^"]+)"')
EXAMPLES = Path(__file__).with_name("examples.json")
"""By path: what was answered of the kept history, with the beginnings of its lists; `make answers`
writes it."""
Document = dict[str, Any]


def checked_in() -> dict[str, Document]:
    """The services' documents, read as files: the gateway imports none of them."""
    files = {name: resources.files("services") / name / "openapi.json" for name in SOURCES}
    return {name: orjson.loads(file.read_bytes()) for name, file in files.items() if file.is_file()}


def compose(app: FastAPI, services: Mapping[str, Document]) -> Document:
    """The gateway's paths win; schemas of one name but two shapes are renamed."""
    whole = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    _illustrate(whole["paths"])
    schemas: Document = whole.setdefault("components", {}).setdefault("schemas", {})
    say_problems(whole)
    _say_choice(whole)
    for service, document in services.items():
        _add(whole["paths"], schemas, service, document)
    whole["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    }
    whole["security"] = [{"bearer": []}]
    whole["paths"] = dict(sorted(whole["paths"].items()))
    return whole


def _illustrate(paths: Document) -> None:
    """Put a real answer beside the shape of each page."""
    for path, example in orjson.loads(EXAMPLES.read_bytes()).items():
        if path in paths:
            answer = paths[path]["get"]["responses"]["200"]
            answer["content"]["application/json"]["example"] = example


def _say_choice(document: Document) -> None:
    """Where `fields` may be chosen, the answer is whole or has what was chosen."""
    document["components"]["schemas"]["ChosenFields"] = CHOSEN
    for operation in every_operation(document):
        if any(parameter["name"] == "fields" for parameter in operation.get("parameters", ())):
            content = operation["responses"]["200"]["content"]["application/json"]
            chosen = {"$ref": "#/components/schemas/ChosenFields"}
            content["schema"] = {"anyOf": [content["schema"], chosen]}


def _add(paths: Document, schemas: Document, service: str, document: Document) -> None:
    theirs: Document = document.get("components", {}).get("schemas", {})
    clashing = _clashing(schemas, theirs)
    renamed = _renamed(document, clashing, service)
    for name, shape in renamed.get("components", {}).get("schemas", {}).items():
        schemas.setdefault(f"{service}-{name}" if name in clashing else name, shape)
    for path, operations in renamed["paths"].items():
        if path in GATEWAYS_OWN:
            continue
        for method, operation in operations.items():
            ours = paths.setdefault(path, {})
            if method not in ours:
                ours[method] = {**operation, "tags": [service]} | _operation_id(service, operation)


def _clashing(ours: Document, theirs: Document) -> set[str]:
    """The names that mean something else here, if only through what they refer to."""
    found = {name for name in theirs if name in ours and ours[name] != theirs[name]}
    while True:
        led = {
            name
            for name in theirs.keys() - found
            if name in ours and found & set(_references(theirs[name]))
        }
        if not led:
            return found
        found |= led


def _references(shape: Document) -> list[str]:
    return [name.decode() for name in REFERENCE.findall(orjson.dumps(shape))]


def _operation_id(service: str, operation: Document) -> Document:
    named = operation.get("operationId")
    return {"operationId": f"{service}-{named}"} if named else {}


def _renamed(document: Document, clashing: set[str], service: str) -> Document:
    """The document with every reference to a clashing schema led to its new name."""
    names = {name.encode() for name in clashing}

    def lead(found: re.Match[bytes]) -> bytes:
        prefix = f"{service}-".encode() if found[1] in names else b""
        return b'"#/components/schemas/%s%s"' % (prefix, found[1])

    led: Document = orjson.loads(REFERENCE.sub(lead, orjson.dumps(document)))
    return led
