"""Typed events: what a fact says as attributes, in the newest shape of its contract.

    for event in Replay(url, token, type="activities.commitment-pledged").events():
        print(event.time.date(), event.data.due, event.data.amount and event.data.amount.quantity)

The types are made from the contracts, which are files: ids are UUIDs, days are dates, quantities
Decimals, lists tuples. They are structs of msgspec, which reads JSON straight into them. A line
that was written in an earlier version of its contract is brought to the newest one by the steps in
`UPCASTS`; its bytes stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, cached_property
from importlib import resources
from typing import Any, cast
from uuid import UUID

import msgspec
import orjson

from gateway.journal import SOURCES
from infra.kernel.line import Line, fact_of

BEGIN, END = b'"data":', b',"datacontenttype":"application/json","dataschema":"'
TYPE = b'"type":"'
FILE = re.compile(r"(?P<name>.+)\.v(?P<version>\d+)\.json")
FORMATS: Mapping[str, type] = {
    "uuid": UUID,
    "date": date,
    "date-time": datetime,
    "decimal": Decimal,
}
NUMBER = "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$"
"""The pattern of every number that is not a small integer."""
ATTRIBUTES = {*Line.__struct_fields__, "sequence", "position"} - {"written"}
TYPES: Mapping[str, Any] = {"string": str, "integer": int, "boolean": bool, "null": None}
Schema = Mapping[str, Any]
Data = dict[str, Any]

UPCASTS: dict[tuple[str, int], Callable[[Data], Data]] = {}
"""By fact and version: what makes the data of the next version of it. A contract test sees that
each version that was ever published has its step. So far every fact has one version."""


class ContractUnknown(Exception):
    """{type} is not among the contracts here: bring this installation up to date."""

    def __init__(self, type: str) -> None:
        super().__init__((self.__doc__ or "").format(type=type))


class Said(msgspec.Struct, frozen=True, gc=False):
    """What a fact or a part of it says. What a contract does not name is let be."""


class Event:
    """A fact, typed: its attributes by their names, and in `data` what it says, in the newest
    version of its contract. Each half of the line is read when it is asked for."""

    def __init__(self, line: bytes) -> None:
        """The line is canonical: `data` begins and ends where nothing else can stand."""
        self._begin, self._end = line.index(BEGIN), line.rindex(END)
        self.line = line
        """As it was written."""

    @property
    def type(self) -> str:
        """Of the attributes it always is the last one."""
        return self.line[self.line.rindex(TYPE) + len(TYPE) : -2].decode()

    @property
    def fact(self) -> str:
        """The stored name of the fact, without its version: `agenda.decision-made`."""
        return fact_of(self.type)

    @cached_property
    def data(self) -> Any:
        """What it says; `msgspec.ValidationError` where that is not what its contract says."""
        written_as, newest, reader = _reader(self.type)
        text = self.line[self._begin + len(BEGIN) : self._end]
        if written_as == newest:
            return reader.decode(text)
        said = orjson.loads(text)
        for version in range(written_as, newest):
            said = UPCASTS[self.fact, version](said)
        return reader.decode(orjson.dumps(said))

    @cached_property
    def attributes(self) -> Line:
        """All that stands around it; its own `data` are empty."""
        around = self.line[: self._begin] + self.line[self._end + 1 :]
        return Line.read(around)

    def __getattr__(self, name: str) -> Any:
        """`event.time`, `event.sequence`, `event.subject` …"""
        if name in ATTRIBUTES:
            return getattr(self.attributes, name)
        raise AttributeError(name)

    def __repr__(self) -> str:
        return f"Event({self.line.decode()})"


@cache
def versions() -> Mapping[str, int]:
    """The newest version of every fact that there is a contract for."""
    found: dict[str, int] = {}
    for source in SOURCES:
        for file in (resources.files("services") / source / "contracts").iterdir():
            if named := FILE.fullmatch(file.name):
                fact = f"{source}.{named['name']}"
                found[fact] = max(found.get(fact, 0), int(named["version"]))
    return found


@cache
def _reader(type: str) -> tuple[int, int, msgspec.json.Decoder[Said]]:
    """The version that the line was written in, the newest one, and what reads its content."""
    fact, _, written_as = type.removeprefix("commonweal.").rpartition(".v")
    newest = versions().get(fact)
    if newest is None or int(written_as) > newest:
        raise ContractUnknown(type)
    source, _, name = fact.partition(".")
    file = resources.files("services") / source / "contracts" / f"{name}.v{newest}.json"
    title = "".join(part.capitalize() for part in name.split("-"))
    kind = _Contract(orjson.loads(file.read_bytes())).model(title)
    return int(written_as), newest, msgspec.json.Decoder(kind)


class _Contract:
    """The types that one contract describes."""

    def __init__(self, schema: Schema) -> None:
        self._schema, self._parts = schema, dict[str, Any]()

    def model(self, name: str) -> type[Said]:
        return self._object(name, self._schema)

    def _object(self, name: str, schema: Schema) -> type[Said]:
        needed = schema.get("required", ())
        typed = {field: self._type(field, said) for field, said in schema["properties"].items()}
        fields = [(f, kind) if f in needed else (f, kind, None) for f, kind in typed.items()]
        struct = msgspec.defstruct(name, fields, bases=(Said,), kw_only=True, frozen=True, gc=False)
        return cast(type[Said], struct)

    def _type(self, name: str, said: Schema) -> Any:
        if "$ref" in said:
            return self._part(said["$ref"].rpartition("/")[2])
        if "anyOf" in said:
            kinds = [self._type(name, each) for each in said["anyOf"]]
            whole = kinds[0]
            for kind in kinds[1:]:
                whole = whole | kind
            return whole
        if said.get("type") == "array":
            return tuple.__class_getitem__((self._type(name, said.get("items", {})), ...))
        if said.get("type") == "object":
            return self._object(name, said) if "properties" in said else self._open(name, said)
        if said.get("pattern") == NUMBER:
            return Decimal
        return FORMATS.get(said.get("format", "")) or TYPES.get(said.get("type", ""), Any)

    def _open(self, name: str, said: Schema) -> Any:
        """An object whose names are anybody's."""
        inner = said.get("additionalProperties")
        kind = self._type(name, inner) if isinstance(inner, dict) else Any
        return dict.__class_getitem__((str, kind))

    def _part(self, name: str) -> Any:
        if name not in self._parts:
            self._parts[name] = self._type(name, self._schema["$defs"][name])
        return self._parts[name]
