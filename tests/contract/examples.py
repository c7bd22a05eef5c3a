"""One example for each contract, made from its JSON Schema: what a reader must be able to take."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

SERVICES = Path(__file__).parents[2] / "services"
FORMATS = {
    "uuid": "0192f0c1-0000-7000-8000-000000000001",
    "date": "2022-07-01",
    "date-time": "2022-07-01T00:00:00.000000Z",
    "decimal": "7.10",
}
PATTERNS = {
    "^[A-Z]{3}$": "AUD",
    r"^[a-z]+:(0|[1-9][0-9]{0,18})(,[a-z]+:(0|[1-9][0-9]{0,18}))*$": "measurement:873",
    "^[0-9a-f]{64}$": "ab" * 32,
    "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$": "7.10",
    "^(0|[1-9][0-9]*)(\\.[0-9]+)?$": "2",
    "^[\\w.+-]+/[\\w.+-]+$": "text/plain",
    r"^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$": "aGVhZGVy..bm9uY2U.Ym9keQ.dGFn",
}
WHOLE = {
    "Commonweal import mapping, version 1": {
        "indicator": {"constant": "I4"},
        "period": {"format": "year", "column": "Year"},
        "value": {"column": "Value", "missing": [".."]},
        "place": {"scheme": "asgs", "edition": "3", "code_column": "Code", "columns": ["Place"]},
    }
}
"""By title: what is one of several shapes that exclude each other."""

Schema = dict[str, Any]


def facts() -> Iterator[str]:
    """Every fact that a contract describes: `agenda.initiative-registered`."""
    for path in sorted(SERVICES.glob("*/contracts/*.v*.json")):
        if not path.name.startswith("import-mapping"):
            yield f"{path.parts[-3]}.{path.name.rpartition('.v')[0]}"


@cache
def contract(fact: str) -> Schema:
    """The newest version of a fact's contract."""
    service, _, name = fact.partition(".")
    newest = max((SERVICES / service / "contracts").glob(f"{name}.v*.json"))
    schema: Schema = json.loads(newest.read_text("utf-8"))
    return schema


def example(fact: str, *, whole: bool = True) -> dict[str, Any]:
    """Data as the contract allows them; without `whole` only what it demands."""
    schema = contract(fact)
    data: dict[str, Any] = _value(schema, schema, whole)
    return data


def _value(shape: Schema, root: Schema, whole: bool) -> Any:
    if "$ref" in shape:
        return _value(root["$defs"][shape["$ref"].rpartition("/")[2]], root, whole)
    if shape.get("title") in WHOLE:
        return WHOLE[shape["title"]]
    for choice in ("anyOf", "oneOf"):
        if choice in shape:
            return _value(shape[choice][0 if whole else -1], root, whole)
    if "const" in shape or "enum" in shape:
        return shape.get("const", shape.get("enum", [None])[0])
    if "allOf" in shape:
        return _value(shape["allOf"][0], root, whole)
    return _of_type(shape, root, whole)


def _of_type(shape: Schema, root: Schema, whole: bool) -> Any:
    kind = shape.get("type")
    if kind == "object":
        return _object(shape, root, whole)
    if kind == "array":
        count = max(shape.get("minItems", 0), 1 if whole else 0)
        items = shape.get("items", {"type": "string"})
        return [_value(items, root, whole) for _ in range(count)]
    if kind == "integer":
        return max(shape.get("minimum", 1), 1)
    if kind == "boolean":
        return whole
    return _text(shape) if kind == "string" else None


def _object(shape: Schema, root: Schema, whole: bool) -> dict[str, Any]:
    required = set(shape.get("required", ()))
    found = {
        name: _value(inner, root, whole)
        for name, inner in shape.get("properties", {}).items()
        if whole or name in required
    }
    more = shape.get("additionalProperties")
    if whole and isinstance(more, dict) and not found:
        found["Sex"] = _value(more, root, whole)
    return found


def _text(shape: Schema) -> str:
    given = FORMATS.get(shape.get("format", "")) or PATTERNS.get(shape.get("pattern", ""))
    if given is not None:
        return given
    if "agenda|measurement|activities" in shape.get("pattern", ""):
        return "agenda:1"
    return "x" * max(shape.get("minLength", 1), 1)


def field(fact: str, path: str) -> bool:
    """Whether the contract knows a field, which may lie inside another: `definition.name`."""
    root = contract(fact)
    shapes: list[Schema] = [root]
    for name in path.split("."):
        shapes = [
            inner["properties"][name]
            for shape in shapes
            for inner in _resolved(shape, root)
            if name in inner.get("properties", {})
        ]
    return bool(shapes)


def _resolved(shape: Schema, root: Schema) -> Iterator[Schema]:
    if "$ref" in shape:
        yield from _resolved(root["$defs"][shape["$ref"].rpartition("/")[2]], root)
        return
    yield shape
    for choice in ("anyOf", "oneOf", "allOf"):
        for each in shape.get(choice, ()):
            yield from _resolved(each, root)
