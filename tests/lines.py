"""Lines of the three services as tests tell them, in the shapes of the contracts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from gateway.journal import SOURCES, JournalSink
from infra.kernel import Act, Provenance, uuid7
from infra.kernel.line import Line, draft
from infra.messaging import Carried
from infra.postgres import Pool, connection
from tests.callers import ORGANISATION

BEGIN = datetime(2022, 1, 1, tzinfo=UTC)
WATERMARK = """
INSERT INTO watermarks (reader, source, sequence, known_through) VALUES ('journal', $1, $2, $3)
ON CONFLICT (reader, source) DO UPDATE SET
    sequence = greatest(watermarks.sequence, excluded.sequence),
    known_through = greatest(watermarks.known_through, excluded.known_through)
"""


class History:
    """Three logs that grow: each fact gets the next sequence of its service."""

    def __init__(self, start: datetime = BEGIN) -> None:
        self.now = start
        self.lines: dict[str, list[Carried]] = {source: [] for source in SOURCES}

    def tell(
        self,
        fact: str,
        subject: str,
        data: dict[str, Any],
        *,
        time: datetime | None = None,
        cycle_id: UUID | None = None,
        reason: str | None = None,
    ) -> Carried:
        """Record a fact one minute after the one before; `time` may lie further back."""
        self.now += timedelta(minutes=1)
        source, _, name = fact.partition(".")
        initiative = UUID(subject.split("/")[1])
        provenance: dict[str, Any] = Provenance(
            actor="person-1",
            role="backbone-coordinator",
            organisation=ORGANISATION,
            client="tests",
            authority="role:backbone-coordinator",
            cycle_id=cycle_id,
        ).as_data()
        if reason is not None:
            provenance["reason"] = {"code": "test", "text": reason}
        by = Act(Provenance.model_validate(provenance), time=time)
        log = self.lines[source]
        text = draft(
            source=source,
            fact=name,
            contract_version=1,
            subject=subject,
            stream_id=UUID(subject.rpartition("/")[2]),
            stream_version=1,
            initiative_id=initiative,
            data={**data, "provenance": provenance},
            by=by,
            now=self.now,
        ).line(recordedtime=self.now, sequence=len(log) + 1)
        log.append(Carried.read(text))
        return log[-1]

    def part_of(self, whole: History) -> History:
        """The longer history up to where this one ends."""
        told = History()
        told.lines = {s: lines[: len(self.lines[s])] for s, lines in whole.lines.items()}
        return told

    def rest_of(self, whole: History) -> History:
        """The longer history from there on."""
        told = History()
        told.lines = {s: lines[len(self.lines[s]) :] for s, lines in whole.lines.items()}
        return told

    @property
    def vector(self) -> str:
        """Where the logs stand."""
        return ",".join(f"{source}:{len(self.lines[source])}" for source in SOURCES)


def heard(
    fact: str,
    initiative: UUID,
    data: dict[str, Any],
    *,
    sequence: int = 7,
    stream: UUID | None = None,
    act: str = "of-the-cause",
    at: datetime = BEGIN,
) -> Carried:
    """One line by itself, as a topic carries it to whoever listens."""
    source, _, name = fact.partition(".")
    line = Line(
        id=uuid7(),
        source=f"/{source}",
        type=f"commonweal.{source}.{name}.v1",
        subject=f"initiative/{initiative}/thing/{stream or uuid7()}",
        partitionkey=initiative,
        place=f"{sequence:020d}",
        streamversion=1,
        recordedtime=at,
        time=at,
        correlationid=act,
        written=written(data),
    )
    return carried_of(line)


def written(data: dict[str, Any]) -> msgspec.Raw:
    """What a fact says, as a line has it."""
    return msgspec.Raw(msgspec.json.encode(data))


def carried_of(line: Line) -> Carried:
    """A line that was made up, with a text that says the same."""
    return Carried(line, msgspec.json.encode(line).decode())


async def take(
    pool: Pool,
    sink: JournalSink,
    source: str,
    lines: Sequence[Carried],
    *,
    known_through: datetime,
) -> None:
    """What the gateway's reader does with lines that follow what it took before."""
    async with connection(pool) as db, db.transaction():
        if lines:
            await sink.take(db, source, lines)
        last = lines[-1].sequence if lines else 0
        await db.execute(WATERMARK, source, last, known_through)
        await sink.moved(db)


async def take_all(pool: Pool, sink: JournalSink, history: History) -> None:
    """The whole history, one source after another."""
    for source, lines in history.lines.items():
        await take(pool, sink, source, lines, known_through=history.now + timedelta(minutes=1))


def after(lines: Iterable[Carried], sequence: int) -> list[Carried]:
    return [carried for carried in lines if carried.sequence > sequence]
