"""Timers: what the log promises for a later day is looked at when that day has come.

A service's own lines set its timers: a pure function reads them, as read models are folded. So
nothing can be promised without its timer, a restart forgets nothing, and no use case knows of them.

Of the many processes that may run, one fires a timer: it holds the row's lock while the effect is
written in a transaction of its own. If it is killed between that and its commit, the next process
asks for the same effect again, under the same idempotency key, and is told that it is done.

What became of each is kept. A refused effect is kept with its reason and not tried again: most
often it says that what was owed was done in time.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import orjson

from infra.eventstore import AlreadyAnswered, Repository
from infra.kernel import (
    Act,
    Clock,
    Conflict,
    IdempotencyKey,
    NotFound,
    Provenance,
    RuleForbids,
    StateForbids,
)
from infra.kernel.act import Answer
from infra.kernel.values import instant
from infra.messaging.carried import Carried
from infra.messaging.policies import Settled
from infra.messaging.references import SQL
from infra.postgres import Connection, Pool, Unavailable, connection

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
"""The clock may be moved by another process, so nobody can tell us when something is due."""
RETRY_SECONDS = 10.0
PAGE_LINES = 1_000
NOTHING_TO_SAY = Answer(204, b"")


class Timer(NamedTuple):
    """Set by a line: at `due` the effect of this kind is asked for. Without `due` it is dropped.

    A later timer of the same kind and key takes the place of this one.
    """

    kind: str
    key: str
    due: datetime | None = None
    about: Mapping[str, str] = {}


class Due(NamedTuple):
    """A timer whose time has come, and the line that set it."""

    kind: str
    key: str
    due: datetime
    about: Mapping[str, str]
    cause: str
    correlation: str


SetTimers = Callable[[Carried], Iterable[Timer]]
"""Pure: which timers a line of one's own log sets or drops."""
Effect = Callable[[Due, Act], Awaitable[None]]
"""Asks the domain, which refuses what is no longer called for. It saves with the act it is given,
once; what it writes and the mark that it was done are one append."""


class TimerPolicy(NamedTuple):
    """Which facts set which timers, and what is asked when they go off."""

    sets: Mapping[str, SetTimers]
    effects: Callable[[Repository, Clock], Mapping[str, Effect]]

    def timers(self, carried: Carried) -> Iterable[Timer]:
        """What this line sets or drops."""
        reads = self.sets.get(carried.fact)
        return reads(carried) if reads else ()


class Timers:
    """One runner; any number of them may run against one database, in any number of processes."""

    def __init__(
        self,
        source: str,
        *,
        pool: Pool,
        clock: Clock,
        policy: TimerPolicy,
        repository: Repository,
        fired: Callable[[], None] = lambda: None,
    ) -> None:
        self._source = source
        self._pool = pool
        self._clock = clock
        self._policy = policy
        self._effects = policy.effects(repository, clock)
        self._fired = fired
        self._listening = " ".join(sorted(policy.sets))
        self._postponed: dict[str, float] = {}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.catch_up()
            await asyncio.sleep(POLL_SECONDS)

    async def catch_up(self) -> int:
        """Read the log to its end, then fire all that is due; say how many were fired."""
        count = 0
        while True:
            # To the end each time: what an effect wrote may have set, moved or dropped a timer.
            await self._read()
            if not await self._fire_next():
                return count
            count += 1

    async def _read(self) -> None:
        while True:
            async with connection(self._pool) as db, db.transaction():
                row = await db.fetchrow(SQL["timers_reading"])
                assert row is not None
                after = row["sequence"] if row["listening"] == self._listening else 0
                page = await db.fetch(SQL["timers_lines"], after, PAGE_LINES)
                for _, text in page:
                    await self._set(db, Carried.read(text))
                last = page[-1]["sequence"] if page else after
                if (last, self._listening) != tuple(row):
                    await db.execute(SQL["timers_read"], last, self._listening)
            if len(page) < PAGE_LINES:
                return

    async def _set(self, db: Connection, carried: Carried) -> None:
        for timer in self._policy.timers(carried):
            if timer.due is None:
                await db.execute(SQL["timers_drop"], timer.kind, timer.key)
            else:
                await db.execute(
                    SQL["timers_set"],
                    timer.kind,
                    timer.key,
                    timer.due,
                    orjson.dumps(dict(timer.about)).decode(),
                    str(carried.line.id),
                    carried.line.correlationid,
                )

    async def _fire_next(self) -> bool:
        """Fire the earliest that is due; False where there is none left to us."""
        now = asyncio.get_running_loop().time()
        later = [name for name, until in self._postponed.items() if until > now]
        async with connection(self._pool) as db, db.transaction():
            row = await db.fetchrow(SQL["timers_due"], self._clock.now(), later)
            if row is None:
                return False
            due = Due(*row)._replace(about=orjson.loads(row["about"]))
            settled = await self._fire(due)
            if settled:
                named = due.kind, due.key, due.due, due.cause
                await db.execute(SQL["timers_settle"], *named, *settled)
                await db.execute(SQL["timers_drop"], due.kind, due.key)
            else:
                self._postponed[f"{due.kind} {due.key}"] = now + RETRY_SECONDS
        self._fired()
        return True

    async def _fire(self, due: Due) -> Settled | None:
        """What became of it; None where it is to be tried again."""
        try:
            await self._effects[due.kind](due, act_of(self._source, due))
        except AlreadyAnswered:
            log.info("timer %s of %s was fired before", due.kind, due.key)
        except (StateForbids, RuleForbids, NotFound) as refusal:
            log.info("timer %s of %s is not called for: %s", due.kind, due.key, refusal)
            return Settled("refused", f"{refusal.slug}: {refusal}")
        except Conflict:
            return None
        except Unavailable:
            raise
        except Exception:  # whatever it is: said, and tried again, and the other timers go on
            log.exception("timer %s of %s failed", due.kind, due.key)
            return None
        return Settled("done")


def act_of(source: str, due: Due) -> Act:
    """The act of a timer: by no person, when it was due, because of the line that set it.

    Its idempotency key follows from the timer alone, so that no second process repeats it.
    """
    name = f"{due.kind} {due.key} {instant(due.due)}"
    return Act(
        provenance=Provenance(
            actor=f"service:{source}",
            role="policy",
            organisation=UUID(int=0),
            client=f"commonweal-{source}",
            authority=f"timer:{due.kind}",
        ),
        time=due.due,
        correlation_id=due.correlation,
        causation_id=due.cause,
        idempotency=IdempotencyKey("timers", name, hashlib.sha256(name.encode()).digest()),
        answering=lambda _: NOTHING_TO_SAY,
    )
