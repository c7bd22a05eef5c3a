"""The line: one fact as one string of canonical JSON (RFC 8785), a CloudEvents 1.0 event.

It is written once. The store keeps it, Kafka carries it, the replay streams it, the tree hashes it
and an auditor checks it with `sha256sum`. Nothing is encoded a second time on the way.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Annotated, Any, NamedTuple, TypeAlias
from uuid import UUID

import orjson
from msgspec import Meta, Raw, Struct, field
from msgspec.json import Decoder

from infra.kernel.act import Act
from infra.kernel.errors import RuleForbids
from infra.kernel.values import instant

MAX_LINE = 60 * 1024
"""Bytes. A log tile's entry and a CloudEvent both end at 64 KiB."""

FIXED = 27 + 20
"""Bytes of `recordedtime` and `sequence`, whatever they are."""
SURELY_FITS = MAX_LINE // 4 - 100
"""Letters. No letter has more than four bytes, and nearly every line is shorter than this."""
BULK = 64
"""Facts of one act, whose random digits are drawn at once."""
VARIANTS = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
"""The two high bits of the ninth byte are 10, whatever was drawn (RFC 9562)."""
Instant: TypeAlias = Annotated[datetime, Meta(tz=True)]
ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class FactTooLarge(RuleForbids):
    """This makes a line of {size} bytes, and at most {limit} can be kept; say it shorter."""


class Draft(NamedTuple):
    """A line but for what only the store can give: its `recordedtime` and its `sequence`.

    Both are of fixed width, so all around them is encoded before the append takes its lock:
    line = head + recordedtime + middle + sequence + tail.
    """

    stream_id: UUID
    stream_version: int
    initiative_id: UUID
    head: str
    middle: str
    tail: str

    def line(self, *, recordedtime: datetime, sequence: int) -> str:
        return f"{self.head}{instant(recordedtime)}{self.middle}{sequence:020d}{self.tail}"


class Line(Struct, frozen=True, kw_only=True, dict=True):
    """A line as foreign readers take it: the attributes they need, the rest let be.

    Its data are read when they are asked for: most lines are let pass by their type.
    """

    id: UUID
    source: str
    type: str
    subject: str
    partitionkey: UUID
    place: Annotated[str, Meta(pattern="^[0-9]{20}$")] = field(name="sequence")
    streamversion: int
    recordedtime: Instant
    time: Instant
    correlationid: str = ""
    causationid: str | None = None
    written: Raw = field(name="data", default=Raw(b"{}"))
    """The data, as they stand in the line."""

    @classmethod
    def read(cls, text: str | bytes) -> Line:
        """Raises msgspec.ValidationError where it is none."""
        return _DECODER.decode(text)

    @cached_property
    def data(self) -> dict[str, Any]:
        """Raises msgspec.ValidationError where they are no object."""
        return _DATA.decode(self.written)

    @property
    def sequence(self) -> int:
        """From 1, without a gap, within its source."""
        return int(self.place)

    @property
    def fact(self) -> str:
        """The stored name of the fact, without its version: `agenda.initiative-registered`."""
        return fact_of(self.type)

    @property
    def position(self) -> str:
        """`measurement:873`, as a command's answer and `wait_for` have it."""
        return f"{self.source.removeprefix('/')}:{self.sequence}"


_DECODER, _DATA = Decoder(Line), Decoder(dict[str, Any])


@lru_cache(maxsize=1_024)
def fact_of(type: str) -> str:
    """`commonweal.agenda.initiative-registered.v1` is of `agenda.initiative-registered`."""
    return type.removeprefix("commonweal.").rpartition(".v")[0]


def canonical(value: object) -> str:
    """JSON by RFC 8785 of anything without floats.

    Sorted keys and no spaces are all there is to it, but for keys beyond the Basic Multilingual
    Plane: the standard sorts by UTF-16 units, everybody else by code points.
    """
    text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    if text.isascii() or not ASTRAL.search(text):
        return text
    return orjson.dumps(_sorted_by_utf16(value)).decode()


def _sorted_by_utf16(value: object) -> object:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return {name: _sorted_by_utf16(value[name]) for name in names}
    if isinstance(value, list | tuple):
        return [_sorted_by_utf16(item) for item in value]
    return value


class Pen:
    """Writes down the facts of one act. What all of them say alike is encoded once.

    The attributes are written in their canonical order; only what others wrote is encoded. `now` is
    the facts' `time` where the act names none.
    """

    def __init__(self, by: Act, now: datetime) -> None:
        cause = f'"causationid":{_quoted(by.causation_id)},' if by.causation_id else ""
        trace = f'"traceparent":{_quoted(by.traceparent)},' if by.traceparent else ""
        self._by = by
        self._before_data = f'{{{cause}"correlationid":{_quoted(by.correlation_id)},"data":'
        self._from_time = f',"time":"{instant(by.time or now)}",{trace}"type":"commonweal.'
        self._random = _random_digits(52)

    @cached_property
    def provenance(self) -> orjson.Fragment:
        """The act's, ready to stand in the data of a fact."""
        return orjson.Fragment(canonical(self._by.provenance.as_data()))

    def draft(
        self,
        *,
        source: str,
        fact: str,
        contract_version: int,
        subject: str,
        stream_id: UUID,
        stream_version: int,
        initiative_id: UUID,
        data: dict[str, Any],
    ) -> Draft:
        """Encode a fact up to what the store will add."""
        random = next(self._random)
        head = (
            f'{self._before_data}{canonical(data)},"datacontenttype":"application/json",'
            f'"dataschema":"/contracts/{source}/{fact}.v{contract_version}.json",'
            f'"id":"{_uuid7_of(random)}","partitionkey":"{_written(initiative_id)}","recordedtime":"'
        )
        middle = f'","salt":"{random[20:]}","sequence":"'
        tail = (
            f'","source":"/{source}","specversion":"1.0","streamversion":{stream_version},'
            f'"subject":{_quoted(subject)}{self._from_time}{source}.{fact}.v{contract_version}"}}'
        )
        if len(head) + len(tail) > SURELY_FITS:
            _refuse_too_large(f"{head}{middle}{tail}")
        return Draft(stream_id, stream_version, initiative_id, head, middle, tail)


def draft(*, by: Act, now: datetime, **fact: Any) -> Draft:
    """A single fact of an act; see `Pen.draft`."""
    return Pen(by, now).draft(**fact)


def _random_digits(count: int) -> Iterator[str]:
    """So many random hexadecimal digits each time; after the first time they are drawn in bulk."""
    yield os.urandom(count // 2).hex()
    while True:
        drawn = os.urandom(BULK * count // 2).hex()
        yield from (drawn[at : at + count] for at in range(0, len(drawn), count))


def _uuid7_of(random: str) -> str:
    """As `uuid7` makes them, as text."""
    begin, variant = _uuid7_at(time.time_ns() // 1_000_000), VARIANTS[random[3]]
    return f"{begin}{random[:3]}-{variant}{random[4:7]}-{random[7:19]}"


@lru_cache(maxsize=1)
def _uuid7_at(millis: int) -> str:
    """How those begin that are made in this millisecond."""
    digits = f"{millis:012x}"
    return f"{digits[:8]}-{digits[8:]}-7"


def _refuse_too_large(text: str) -> None:
    size = len(text.encode()) + FIXED
    if size > MAX_LINE:
        raise FactTooLarge(size=size, limit=MAX_LINE)


@lru_cache(maxsize=1_024)
def _written(id: UUID) -> str:
    """Many facts in a row are of one initiative."""
    return str(id)


def _quoted(text: str) -> str:
    return orjson.dumps(text).decode()
