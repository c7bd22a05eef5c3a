"""The running of policies: causes are taken down, spread over their targets, and asked once each.

Any number of processes may run against one database: each row is worked on by one of them, and
what a killed one leaves is taken up by the next. Rows are taken a batch at a time: what happens to
different things side by side, what happens to one thing in the order in which it was called for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, NamedTuple, TypeVar
from uuid import UUID

from infra.eventstore import Repository
from infra.kernel import Clock, Conflict, NotKnownHere
from infra.messaging.carried import Carried
from infra.messaging.inbox import Handle
from infra.messaging.notifications import Notifications
from infra.messaging.policies import Policy, fire
from infra.messaging.references import SQL, References
from infra.postgres import Connection, Pool, Unavailable, connection

log = logging.getLogger(__name__)

S = TypeVar("S")
BATCH = 32
SIDE_BY_SIDE = 4
POLL_SECONDS = 0.5
SLOWEST_SECONDS = 30.0
PAGE_LINES = 1_000


@dataclass(frozen=True)
class Policies(Generic[S]):
    """A service's policies, and how the service that they ask is made of its parts."""

    policies: Sequence[Policy[S]]
    service: Callable[[Repository, References, Clock], S]

    @property
    def hears(self) -> frozenset[str]:
        return frozenset[str]().union(*(policy.hears for policy in self.policies))

    def of(self, fact: str) -> list[str]:
        """The names of those that hear this fact."""
        return [policy.name for policy in self.policies if fact in policy.hears]

    def foreign(self, source: str) -> Iterable[str]:
        """The facts of others that are heard."""
        return (fact for fact in self.hears if not fact.startswith(f"{source}."))

    def handles(self, source: str) -> dict[str, Handle]:
        """What the inbox does on each foreign fact, in the transaction that takes it."""
        return dict.fromkeys(self.foreign(source), self.hear)

    async def hear(self, db: Connection, lines: Sequence[Carried]) -> None:
        """Take the causes among these down that are news."""
        causes = [
            (name, c.fact, c.line.id, c.line.sequence, c.line.recordedtime, c.text)
            for c in lines
            for name in self.of(c.fact)
        ]
        if causes:
            await db.execute(SQL["policies_hear"], *zip(*causes, strict=True))


class Waiting(NamedTuple):
    """A cause (without a target), or what it calls for at one target."""

    policy: str
    cause: UUID
    target: str
    line: str
    tries: int


class Became(NamedTuple):
    """What became of it, or why it waits and for how long."""

    state: Literal["waiting", "spread", "done", "refused"]
    reason: str = ""
    seconds: float = 0.0
    spread: Sequence[tuple[str, UUID, str, str]] = ()
    """Policy, cause, target and line of all that it calls for."""


class Policing(Generic[S]):
    """One runner."""

    def __init__(
        self,
        source: str,
        *,
        pool: Pool,
        clock: Clock,
        policies: Policies[S],
        repository: Repository,
        references: References,
        fired: Callable[[], None] = lambda: None,
    ) -> None:
        self._source = source
        self._pool = pool
        self._clock = clock
        self._policies = policies
        self._by_name = {policy.name: policy for policy in policies.policies}
        self._store = repository.store
        self._service = policies.service(repository, references, clock)
        self._fired = fired
        self._own = any(fact.startswith(f"{source}.") for fact in policies.hears)

    async def install(self) -> None:
        """Write down since when each policy hears each of its facts; never a second time."""
        pairs = sorted((p.name, fact) for p in self._policies.policies for fact in p.hears)
        async with connection(self._pool) as db:
            await db.execute(
                SQL["policies_install"],
                [policy for policy, _ in pairs],
                [fact for _, fact in pairs],
                self._source,
                self._clock.now(),
            )

    async def run(self, dsn: str) -> None:
        """Until cancelled; a cause that is taken down wakes it."""
        wake = asyncio.Event()
        notifications = Notifications(dsn, "policies", lambda _: wake.set())
        await notifications.start()
        try:
            while True:
                wake.clear()
                await self.catch_up()
                await _wait(wake)
        finally:
            await notifications.stop()

    async def catch_up(self) -> int:
        """Read the own log to its end, then ask for all that waits; say how much that was."""
        count = 0
        while True:
            if self._own:
                await self._read()
            done = await self._batch()
            if not done:
                return count
            count += done

    async def _read(self) -> None:
        while True:
            async with connection(self._pool) as db, db.transaction():
                after = await db.fetchval(SQL["policies_reading"])
                page = await db.fetch(SQL["timers_lines"], after, PAGE_LINES)
                if page:
                    lines = [Carried.read(text) for _, text in page]
                    await self._policies.hear(db, lines)
                    await db.execute(SQL["policies_read"], page[-1]["sequence"])
            if len(page) < PAGE_LINES:
                return

    async def _batch(self) -> int:
        """Work on those that have waited longest; say how many they were.

        They are locked until this commits. Each effect is an append of its own, so where this does
        not commit, those that were written are known by their keys the next time.
        """
        async with connection(self._pool) as db, db.transaction():
            rows = [Waiting(*row) for row in await db.fetch(SQL["policies_next"], BATCH)]
            if not rows:
                return 0
            became = await self._work(rows)
            spread = [effect for _, one in became for effect in one.spread]
            if spread:
                await db.execute(SQL["policies_spread"], *zip(*spread, strict=True))
            settled = ((*row[:3], *one[:3]) for row, one in became)
            await db.executemany(SQL["policies_settle"], settled)
        self._fired()
        return len(rows)

    async def _work(self, rows: Iterable[Waiting]) -> list[tuple[Waiting, Became]]:
        chains: dict[object, list[Waiting]] = {}
        for row in rows:
            chains.setdefault(row.target or row.cause, []).append(row)
        lanes = asyncio.Semaphore(SIDE_BY_SIDE)

        async def follow(chain: Iterable[Waiting]) -> list[tuple[Waiting, Became]]:
            async with lanes:
                return [(row, await self._one(row)) for row in chain]

        # All come to their end before the first failure is raised: nothing goes on behind it.
        ended = await asyncio.gather(*map(follow, chains.values()), return_exceptions=True)
        became = []
        for one in ended:
            if isinstance(one, BaseException):
                raise one
            became += one
        return became

    async def _one(self, row: Waiting) -> Became:
        policy = self._by_name.get(row.policy)
        if policy is None:  # an earlier release heard it; this one has no such policy
            return Became("refused", "no such policy runs here any more")
        try:
            return await self._do(row, policy)
        except Unavailable:
            raise
        except (NotKnownHere, Conflict) as not_yet:
            return _later(str(not_yet), row.tries)
        except Exception as error:  # whatever it is: said, and tried again; the others go on
            log.exception("%s because of %s failed at %r", *row[:3])
            return _later(f"{type(error).__name__}: {error}", row.tries + 4)

    async def _do(self, row: Waiting, policy: Policy[S]) -> Became:
        carried = Carried.read(row.line)
        if row.target:
            settled = await fire(
                self._source, policy, self._service, self._store, carried, row.target
            )
            return Became(*settled)
        cause = policy.cause(carried)
        targets = await policy.targets(self._service, carried)
        return Became(
            "spread", spread=[(row.policy, cause, target, row.line) for target in targets]
        )


def _later(reason: str, tries: int) -> Became:
    """Again in a moment, and each time a little later."""
    return Became("waiting", reason, min(SLOWEST_SECONDS, 0.05 * 2 ** min(tries, 12)))


async def _wait(wake: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(POLL_SECONDS):
            await wake.wait()
    except TimeoutError:
        return
