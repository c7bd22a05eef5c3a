"""What FastAPI says of an app, brought to what is really answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.web.commands import PROBLEMS

Document = dict[str, Any]

SCHEMAS = "#/components/schemas/"
PROBLEM = {"application/problem+json": {"schema": {"$ref": f"{SCHEMAS}ProblemDetails"}}}
ANYWHERE = (429, 503)
"""What any route may answer, as the shell refuses before it is asked."""
FASTAPIS_OWN = ("HTTPValidationError", "ValidationError")


def say_problems(document: Document) -> None:
    """Whatever is refused is a problem document, under its own media type."""
    for operation in operations(document):
        responses = operation["responses"]
        for status in ANYWHERE:
            responses.setdefault(str(status), {"description": PROBLEMS[status]["description"]})
        for status, response in responses.items():
            if status >= "400":
                content = response.setdefault("content", {})
                content.pop("application/json", None)
                response["content"] = PROBLEM | content
    for name in FASTAPIS_OWN:
        document["components"]["schemas"].pop(name, None)


def say_absences(document: Document) -> None:
    """Answers leave out what there is nothing to say of: so what may be null need not be there."""
    shapes: Document = document["components"]["schemas"]
    asked = set[str]()
    for operation in operations(document):
        _find(operation.get("requestBody"), shapes, asked)
    for name in shapes.keys() - asked:
        fields = shapes[name].get("properties", {})
        needed = [each for each in shapes[name].pop("required", ()) if not _nullable(fields[each])]
        if needed:
            shapes[name]["required"] = needed


def operations(document: Document) -> Iterator[Document]:
    """Every operation of every path."""
    for path in document["paths"].values():
        yield from path.values()


def _find(part: Any, shapes: Document, found: set[str]) -> None:
    """Note the shapes that a part of the document refers to, directly or through others."""
    if isinstance(part, list):
        for each in part:
            _find(each, shapes, found)
    elif isinstance(part, dict):
        name = str(part.get("$ref", "")).removeprefix(SCHEMAS)
        if name in shapes and name not in found:
            found.add(name)
            _find(shapes[name], shapes, found)
        for each in part.values():
            _find(each, shapes, found)


def _nullable(field: Document) -> bool:
    return any(each.get("type") == "null" for each in field.get("anyOf", ()))
