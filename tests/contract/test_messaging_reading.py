"""A message is judged like a stranger's input: what is not quite a line or a mark is laid aside."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.kernel.line import MAX_LINE, canonical
from infra.messaging.carried import Carried, Mark
from infra.messaging.reading import Unreadable, read, read_line
from tests.integration.carrying import some_lines


@cache
def line() -> str:
    return asyncio.run(some_lines("agenda", 1))[0]


def attributes() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(line())
    return told


def key() -> bytes:
    return str(attributes()["partitionkey"]).encode()


MARK = {"knownthrough": "2026-01-01T00:00:00.000000Z", "mark": "/agenda", "sequence": 4}


def test_a_line_is_read_as_it_was_written() -> None:
    told = read("agenda", key(), line().encode())
    assert isinstance(told, Carried)
    assert told.text == line()
    assert (told.source, told.sequence, told.fact) == ("agenda", 1, "agenda.thing-happened")
    assert read_line("agenda", line().encode(), sequence=1) == told


def test_a_mark_is_read() -> None:
    told = read("agenda", None, orjson.dumps(MARK))
    assert isinstance(told, Mark)
    assert (told.source, told.sequence, told.known_through.year) == ("agenda", 4, 2026)


def changed(**to: Any) -> bytes:
    return canonical({**attributes(), **to}).encode()


def without(name: str) -> bytes:
    told = attributes()
    del told[name]
    return canonical(told).encode()


REQUIRED = (
    "data",
    "id",
    "partitionkey",
    "recordedtime",
    "salt",
    "sequence",
    "source",
    "specversion",
    "streamversion",
    "subject",
    "time",
    "type",
)
NONSENSE: tuple[Any, ...] = (
    None,
    "",
    "x",
    -1,
    0,
    1.5,
    True,
    [],
    {},
    ["x"],
    {"x": 1},
    2**70,
    "\x00",
)
FITTING = {("data", "{}"), ("data", "{'x': 1}")}


Kind = tuple[str, bytes | None, bytes | None]
"""What is wrong, key, value."""


def spoilt_bytes() -> Iterator[Kind]:
    whole = line().encode()
    yield "nothing", key(), None
    for value in (b"", b" ", b"null", b"true", b"7", b'"line"', b"[]", b"{}", b"{", b"\xff\xfe"):
        yield repr(value), key(), value
    yield "a byte-order mark", key(), b"\xef\xbb\xbf" + whole
    yield "a lone surrogate", key(), whole.replace(b"xxxx", b"\\ud8", 1)
    yield "a NUL byte", key(), whole.replace(b"xxxx", b"\x00xx", 1)
    yield "not UTF-8", key(), whole.replace(b"xxxx", b"\xc3(xx", 1)
    yield "UTF-16", key(), line().encode("utf-16")
    yield "base64", key(), base64.b64encode(whole)
    yield "two lines", key(), whole + b"\n" + whole
    yield "a newline at the end", key(), whole + b"\n"
    yield "NaN", key(), whole.replace(b'"streamversion":1', b'"streamversion":NaN')
    yield "very deep", key(), b'{"data":' * 2_000 + b"1" + b"}" * 2_000
    yield "deep", key(), deep(300)
    yield "deeper", key(), deep(1_000)
    yield "too long", key(), changed(data={"note": "x" * MAX_LINE})
    yield "spaces", key(), json.dumps(attributes(), sort_keys=True).encode()
    yield "keys out of order", key(), orjson.dumps(dict(reversed(attributes().items())))
    yield "a name twice", key(), whole[:-1] + b',"type":"commonweal.agenda.x.v1"}'
    yield "escaped letters", key(), whole.replace(b"xxxx", b"\\u0078xxx", 1)
    yield "a number too large", key(), whole.replace(b'"streamversion":1', b'"streamversion":1e3')
    for size in range(1, len(whole), len(whole) // 40):
        yield f"cut after {size} bytes", key(), whole[:size]


def spoilt_attributes() -> Iterator[Kind]:
    for name in REQUIRED:
        yield f"without {name}", key(), without(name)
        for nonsense in NONSENSE:
            if (name, str(nonsense)) not in FITTING:
                yield f"{name} is {nonsense!r}", key(), orjson_or_json({name: nonsense})


def forged_lines() -> Iterator[Kind]:
    for name, forged in (
        ("source", "/measurement"),
        ("source", "agenda"),
        ("type", "commonweal.measurement.thing-happened.v1"),
        ("sequence", "1"),
        ("sequence", "0" * 20),
        ("sequence", "9" * 20),
        ("sequence", "-0000000000000000001"),
        ("sequence", " 0000000000000000001"),
        ("recordedtime", "2026-01-01"),
        ("recordedtime", "2026-01-01T00:00:00Z"),
        ("recordedtime", "2020-01-01T00:00:00.000000Z"),
        ("time", "2999-01-01T00:00:00.000000Z"),
        ("time", "2026-13-01T00:00:00.000000Z"),
        ("salt", "0" * 31),
        ("salt", "G" * 32),
        ("specversion", "0.3"),
        ("subject", "initiative/00000000-0000-7000-8000-000000000000"),
        ("subject", attributes()["subject"] + "\x00"),
        ("subject", attributes()["subject"] + "/thing"),
        ("type", "commonweal.agenda.thing-happened.v1\x00"),
        ("type", "commonweal.agenda.Thing Happened.v1"),
        ("type", "commonweal.agenda.thing-happened"),
        ("data", {"note": "\x00"}),
        ("partitionkey", "00000000-0000-7000-8000-000000000000"),
        ("partitionkey", str(attributes()["partitionkey"]).upper()),
    ):
        yield f"{name} is {forged}", key(), changed(**{name: forged})
    for wrong in (None, b"", b"x", b"\xff", key() + b" ", key().upper()):
        yield f"its key is {wrong!r}", wrong, line().encode()


def spoilt_marks() -> Iterator[Kind]:
    for name in MARK:
        for nonsense in NONSENSE:
            if (name, nonsense) != ("sequence", 0) or isinstance(nonsense, bool):
                yield f"mark: {name} is {nonsense!r}", None, spoilt_mark(name, nonsense)
    for name, forged in (
        ("mark", "/measurement"),
        ("knownthrough", "2026-01-01"),
        ("knownthrough", "2026-01-01T00:00:00.000000"),
        ("knownthrough", "2026-01-01T00:00:00.000000+00:00"),
        ("sequence", "4"),
        ("more", 1),
    ):
        yield f"mark: {name} is {forged}", None, orjson.dumps({**MARK, name: forged})
    yield "a mark with a key", key(), orjson.dumps(MARK)


def deep(levels: int) -> bytes:
    """Readable JSON, canonical but for its depth."""
    nested = "[" * levels + "]" * levels
    return line().replace('"note":"', f'"deep":{nested},"note":"', 1).encode()


def orjson_or_json(change: dict[str, Any]) -> bytes:
    told = {**attributes(), **change}
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def spoilt_mark(name: str, value: Any) -> bytes:
    return json.dumps({**MARK, name: value}, sort_keys=True, separators=(",", ":")).encode()


KINDS = [*spoilt_bytes(), *spoilt_attributes(), *forged_lines(), *spoilt_marks()]


@pytest.mark.parametrize(("key", "value"), [kind[1:] for kind in KINDS], ids=[k[0] for k in KINDS])
def test_poison_is_refused_with_a_reason_and_nothing_breaks(
    key: bytes | None, value: bytes | None
) -> None:
    with pytest.raises(Unreadable) as refusal:
        read("agenda", key, value)
    assert str(refusal.value).startswith("it")


def test_there_are_more_than_two_hundred_kinds_of_poison() -> None:
    assert len({value for _, _, value in KINDS}) > 200


def test_a_line_in_another_ones_place_is_refused() -> None:
    with pytest.raises(Unreadable, match="bears sequence 1, but stands at 2"):
        read_line("agenda", line().encode(), sequence=2)


def mutated(change: Callable[[bytearray], None]) -> bytes:
    spoilt = bytearray(line().encode())
    change(spoilt)
    return bytes(spoilt)


@settings(max_examples=500, deadline=None)
@given(at=st.integers(0, 10**6), byte=st.integers(0, 255), value=st.binary(max_size=200))
def test_no_bytes_at_all_break_the_reader(at: int, byte: int, value: bytes) -> None:
    spoilt = bytearray(line().encode())
    spoilt[at % len(spoilt)] = byte
    for candidate in (value, bytes(spoilt)):
        try:
            told = read("agenda", key(), candidate)
        except Unreadable:
            continue
        assert isinstance(told, Carried)
        assert told.text.encode() == candidate
