"""Bodies of the right shape, drawn from a command's JSON Schema."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Schema = dict[str, Any]
WORDS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=30)
FORMATS: dict[str, st.SearchStrategy[str]] = {
    "uuid": st.uuids().map(str),
    "date": st.dates().map(str),
    "date-time": st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
    "decimal": st.decimals(-1_000, 1_000, places=2).map(str),
}


def bodies(shape: Schema, definitions: Schema) -> st.SearchStrategy[Any]:
    """Values of this shape; `definitions` are the named ones that it refers to."""
    if "$ref" in shape:
        return st.deferred(
            lambda: bodies(definitions[shape["$ref"].rpartition("/")[2]], definitions)
        )
    if "enum" in shape or "const" in shape:
        return st.sampled_from(shape.get("enum", [shape.get("const")]))
    for choice in ("anyOf", "oneOf"):
        if choice in shape and "type" not in shape:
            return st.one_of(*(bodies(each, definitions) for each in shape[choice]))
    return _plain(shape, definitions)


def _plain(shape: Schema, definitions: Schema) -> st.SearchStrategy[Any]:
    kind = shape.get("type")
    if kind == "object":
        return _table(shape, definitions)
    if kind == "array":
        items = bodies(shape.get("items", {"type": "null"}), definitions)
        most = min(shape.get("maxItems", 3), shape.get("minItems", 0) + 2)
        return st.lists(items, min_size=shape.get("minItems", 0), max_size=most)
    if kind == "string":
        return _text(shape)
    if kind == "integer":
        return st.integers(shape.get("minimum", -(2**40)), shape.get("maximum", 2**40))
    return {"boolean": st.booleans(), "number": st.integers()}.get(str(kind), st.none())


def _text(shape: Schema) -> st.SearchStrategy[str]:
    if "pattern" in shape:
        return st.from_regex(shape["pattern"], fullmatch=True).filter(
            lambda text: len(text) <= shape.get("maxLength", 4_000)
        )
    least = shape.get("minLength", 0)
    return FORMATS.get(shape.get("format", ""), WORDS.map(lambda text: "w" * least + text))


def _table(shape: Schema, definitions: Schema) -> st.SearchStrategy[dict[str, Any]]:
    fields = {name: bodies(each, definitions) for name, each in shape.get("properties", {}).items()}
    needed = {name: fields[name] for name in shape.get("required", ())}
    others = {name: each for name, each in fields.items() if name not in needed}
    return st.fixed_dictionaries(needed, optional=others)
