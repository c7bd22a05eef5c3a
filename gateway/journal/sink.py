"""What the gateway does with each line: it keeps it, and folds it into the read models."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from infra.messaging.carried import Carried
from infra.postgres import Connection, statements

SQL = statements(__package__)

Project = Callable[[Connection, str, Sequence[Carried]], Awaitable[None]]
"""(db, source, lines): writes the read models' rows for these lines, which follow one another
without a gap, in the transaction that moves the watermark. The same lines may come again."""


class JournalSink:
    reader = "journal"
    listening = "all lines"
    patience = 0.1

    def __init__(self, *project: Project) -> None:
        self._project = project

    def keeps(self, carried: Carried) -> bool:
        return True

    async def take(self, db: Connection, source: str, lines: Sequence[Carried]) -> None:
        read = [carried.line for carried in lines]
        await db.execute(
            SQL["write"],
            source,
            [line.sequence for line in read],
            [line.recordedtime for line in read],
            [line.time for line in read],
            [line.partitionkey for line in read],
            [line.subject for line in read],
            [line.type for line in read],
            [carried.text for carried in lines],
        )
        for project in self._project:
            await project(db, source, lines)

    async def moved(self, db: Connection) -> None:
        await db.execute(SQL["announce"])
