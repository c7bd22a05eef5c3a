"""Turns a fact into its sentence. The words stand in `sentences`; here is how they are filled.

`{field}` says a field of the fact's data, `{definition.title}` one inside it; an id is said by its
name, a place, a period and a list in the way people say them. `{#cells}` counts. What stands in
square brackets is left out when a field in it has nothing to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from gateway.readmodels.sentences import FACTS

SLOT = re.compile(r"\{(#?)([a-z_.]+)\}")
OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TWO_STOPS = re.compile(r"([.!?…])\.$")
MOST_SAID = 6
"""Of a list; the line has them all."""

Names = Mapping[str, str]
"""By id, as lines write it."""


def fields(template: str) -> Iterator[str]:
    """The fields that a template speaks of."""
    for _, path in SLOT.findall(template):
        yield path


def ids_in(text: str) -> set[str]:
    """Every id in the text of a line: whatever it may have to name is among them."""
    return set(ID.findall(text))


def sentence(fact: str, line: Mapping[str, Any], names: Names) -> str:
    """The fact in plain words, with a full stop."""
    own = line["subject"].rpartition("/")[2]
    values = {**line["data"], "it": own, "initiative": line["partitionkey"]}
    template = OPTIONAL.sub(lambda found: _optional(found[1], values, names), FACTS[fact].words)
    said = SLOT.sub(lambda found: _say(found, values, names) or "…", template)
    return TWO_STOPS.sub(r"\1", said)


def _optional(text: str, values: Mapping[str, Any], names: Names) -> str:
    said = [_say(found, values, names) for found in SLOT.finditer(text)]
    return text if all(said) else ""


def _say(found: re.Match[str], values: Mapping[str, Any], names: Names) -> str:
    value: Any = values
    for part in found[2].split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if found[1]:
        return str(len(value)) if isinstance(value, list) else ""
    return spoken(value, names)


def spoken(value: Any, names: Names) -> str:
    """A value of a fact as people say it; nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return _several([each for item in value if (each := spoken(item, names))])
    if isinstance(value, dict):
        said = next((say for has, say in SHAPES if has <= value.keys()), _each)
        return said(value, names)
    if isinstance(value, str) and ID.fullmatch(value):
        return names.get(value, value)
    return str(value)


def _several(said: Sequence[str]) -> str:
    more = len(said) - MOST_SAID
    return ", ".join(said[:MOST_SAID]) + (f" and {more} more" if more > 0 else "")


def _each(value: Mapping[str, Any], names: Names) -> str:
    return _several([each for inner in value.values() if (each := spoken(inner, names))])


def _observation(value: Mapping[str, Any], names: Names) -> str:
    said = value.get("value") or f"missing, status {value['status']}"
    return f"{said} ({value['period']})"


def _term(value: Mapping[str, Any], names: Names) -> str:
    return f"{value['starts']} to {value.get('ends') or 'further notice'}"


def _amount(value: Mapping[str, Any], names: Names) -> str:
    return f"{value['quantity']} {value['unit']}"


def _output(value: Mapping[str, Any], names: Names) -> str:
    group = f" ({value['group']})" if value.get("group") else ""
    return f"{value['count']} {value['what']}{group}"


def _group(value: Mapping[str, Any], names: Names) -> str:
    return f"{value['count']} {value['group']}"


def _came(value: Mapping[str, Any], names: Names) -> str:
    return f"{value['people']} from {value['sector']}"


def _score(value: Mapping[str, Any], names: Names) -> str:
    return f"{value['item']} {value['score']}"


def _span(value: Mapping[str, Any], names: Names) -> str:
    start, end = value["start"], value["end"]
    if start[:4] == end[:4] and start.endswith("-01-01") and end.endswith("-12-31"):
        return str(start[:4])
    return str(start) if start == end else f"{start} to {end}"


def _place(value: Mapping[str, Any], names: Names) -> str:
    return str(value.get("label") or value.get("name") or value["code"])


def _titled(key: str) -> Callable[[Mapping[str, Any], Names], str]:
    return lambda value, names: spoken(value[key], names)


SHAPES: tuple[tuple[frozenset[str], Callable[[Mapping[str, Any], Names], str]], ...] = (
    (frozenset({"period", "status"}), _observation),
    (frozenset({"starts"}), _term),
    (frozenset({"quantity", "unit"}), _amount),
    (frozenset({"what", "count"}), _output),
    (frozenset({"group", "count"}), _group),
    (frozenset({"sector", "people"}), _came),
    (frozenset({"item", "score"}), _score),
    (frozenset({"start", "end"}), _span),
    (frozenset({"scheme", "code"}), _place),
    (frozenset({"text"}), _titled("text")),
    (frozenset({"title"}), _titled("title")),
    (frozenset({"name"}), _titled("name")),
    (frozenset({"value"}), _titled("value")),
    (frozenset({"id"}), _titled("id")),
)
"""How the small values within facts are said: the first shape that fits."""
