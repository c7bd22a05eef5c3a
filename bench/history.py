"""Long histories for the benchmarks: the demonstration's lines, told again of many initiatives.

Every line keeps its shape and its size. The demonstration's two initiatives become `PAIRS` times
two, and each of them goes through the whole story again and again: with new decisions, cycles,
submissions and activities, of the same indicators and series, whose periods lie three years further
back each time, so that many values are corrected later and many are not. The first round imports a
decade of values at once, as the demonstration does; later ones bring the newest two of each series.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson

from bench.paired import say

KEPT = Path(__file__).parents[1] / "tests" / "data" / "history" / "scenario.jsonl.xz"
PAIRS, ROUNDS, WHOLE = 100, 13, 1_000_000
NEWEST = 2
BEGIN = datetime(2005, 1, 1, tzinfo=UTC)
END = datetime(2026, 1, 1, tzinfo=UTC)
ID = re.compile(rb"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{6})([0-9a-f]{6})")
YEAR = re.compile(rb'"(?:19|20)\d\d(?=-)')
VECTOR = re.compile(rb'"known_at":"[^"]*"')
PART = re.compile(rb"([a-z]+):(\d+)")
LASTING, PASSING, YEARS = b"\x01", b"\x02", b"\x03"
"""Stand in a mould for what differs: ids that last, ids of one round, and years."""
ONCE = b"commonweal.agenda.initiative-registered.v1"
AGAIN = b"commonweal.agenda.phase-located.v1"
"""An initiative is registered once; in later rounds another fact takes that place."""
COLUMNS = ["source", "sequence", "recordedtime", "time", "initiative_id", "subject", "type", "line"]
WATERMARK = """
INSERT INTO watermarks (reader, source, sequence, known_through) VALUES ('journal', $1, $2, $3)
"""
Record = tuple[str, int, datetime, datetime, UUID, str, str, str]


class Mould(NamedTuple):
    """A line with holes, and what its hole's neighbours are."""

    body: bytes
    number: int
    """Its place in its source's part of the story."""


def moulds() -> dict[str, list[tuple[Mould, Mould]]]:
    """By source: each place's line for the first round, and for later ones."""
    lines = lzma.decompress(KEPT.read_bytes()).splitlines()
    lasting = _lasting(lines)
    filler = next(line for line in lines if AGAIN in line)
    found: dict[str, list[tuple[Mould, Mould]]] = {}
    for line in lines:
        source = orjson.loads(line)["source"].removeprefix("/")
        places = found.setdefault(source, [])
        later = filler if ONCE in line else _newest(line)
        number = len(places)
        places.append(tuple(Mould(_hollow(each, lasting), number) for each in (line, later)))  # type: ignore[arg-type]
    return found


def _lasting(lines: list[bytes]) -> set[bytes]:
    """The ids of initiatives, indicators and series."""
    found = set()
    for line in lines:
        parts = orjson.loads(line)["subject"].split("/")
        found.add(parts[1].encode())
        if parts[-2] in ("indicator", "series"):
            found.add(parts[-1].encode())
    return found


def _hollow(line: bytes, lasting: set[bytes]) -> bytes:
    def hole(found: re.Match[bytes]) -> bytes:
        return found[1] + (LASTING if found[0] in lasting else PASSING)

    return YEAR.sub(lambda year: b'"' + YEARS + year[0][1:], ID.sub(hole, line))


def _newest(line: bytes) -> bytes:
    whole = orjson.loads(line)
    if "observations" in whole["data"]:
        whole["data"]["observations"] = whole["data"]["observations"][-NEWEST:]
    return orjson.dumps(whole)


class Told:
    """A history of about so many lines: the more, the more initiatives, each as long."""

    def __init__(self, lines: int) -> None:
        self._moulds = moulds()
        self._story = {source: len(places) for source, places in self._moulds.items()}
        self.pairs, self.rounds = max(1, PAIRS * lines // WHOLE), ROUNDS

    @property
    def heads(self) -> dict[str, int]:
        return {source: n * self.pairs * self.rounds for source, n in self._story.items()}

    def records(self, source: str) -> Iterator[Record]:
        """The journal's rows of one source, in sequence."""
        step = (END - BEGIN) / (self.heads[source] + 1)
        sequence = 0
        for round_ in range(self.rounds):
            for first, later in self._moulds[source]:
                mould = later if round_ else first
                for pair in range(self.pairs):
                    sequence += 1
                    yield self._record(source, mould, round_, pair, sequence, step)

    def _record(
        self, source: str, mould: Mould, round_: int, pair: int, sequence: int, step: timedelta
    ) -> Record:
        recorded = BEGIN + sequence * step
        body = mould.body.replace(LASTING, b"%03x000" % pair)
        body = body.replace(PASSING, b"%03x%03x" % (pair, round_ + 1))
        if YEARS in body:
            body = _aged(body, 3 * (self.rounds - 1 - round_))
        body = VECTOR.sub(lambda found: self._cited(found[0], round_, pair), body)
        whole = orjson.loads(body)
        for ref in (whole["data"].get("cites") or {}).get("refs", ()):
            if ref.get("sequence"):
                ref["sequence"] = self._place(ref["source"], ref["sequence"], round_, pair)
        stamp = recorded.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        whole |= {"recordedtime": stamp, "time": stamp, "sequence": f"{sequence:020d}"}
        line = orjson.dumps(whole, option=orjson.OPT_SORT_KEYS).decode()
        home, subject, kind = UUID(whole["partitionkey"]), whole["subject"], whole["type"]
        return source, sequence, recorded, recorded, home, subject, kind, line

    def _cited(self, text: bytes, round_: int, pair: int) -> bytes:
        """How far the logs were known then, where the story has become this long."""

        def place(found: re.Match[bytes]) -> bytes:
            source = found[1].decode()
            return b"%s:%d" % (found[1], self._place(source, int(found[2]), round_, pair))

        return PART.sub(place, text)

    def _place(self, source: str, sequence: int, round_: int, pair: int) -> int:
        """Where a line of the story stands in this history."""
        return (round_ * self._story[source] + sequence - 1) * self.pairs + pair + 1


def _aged(body: bytes, years: int) -> bytes:
    parts = body.split(YEARS)
    rest = (b"%04d%s" % (int(part[:4]) - years, part[4:]) for part in parts[1:])
    return b"".join((parts[0], *rest))


async def fill(database: asyncpg.Connection[asyncpg.Record], told: Told, *, later: int = 0) -> None:
    """Write a history into an empty journal, but for so many of its lines, which come later."""
    whole = sum(told.heads.values())
    for source, end in told.heads.items():
        head = end - later * end // whole
        records = islice(told.records(source), head)
        await database.copy_records_to_table(
            "journal", records=records, columns=COLUMNS, timeout=3600
        )
        await database.execute(WATERMARK, source, head, END + timedelta(days=1))
    await database.execute("VACUUM (ANALYZE, FREEZE) journal", timeout=3600)
    say(f"a history of {whole - later:,} lines, {2 * told.pairs} initiatives")
