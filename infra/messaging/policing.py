"""The running of policies: causes are taken down, spread over their targets, and asked once each.

Any number of processes may run against one database: each row is worked on by one of them, and
what a killed one leaves is taken up by the next.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from infra.eventstore import Repository
from infra.kernel import Clock, Conflict, NotKnownHere
from infra.kernel.line import Line
from infra.messaging.carried import Carried
from infra.messaging.inbox import Handle
from infra.messaging.notifications import Notifications
from infra.messaging.policies import Policy, fire
from infra.messaging.references import SQL, References
from infra.postgres import Connection, Pool, Unavailable, connection

log = logging.getLogger(__name__)

S = TypeVar("S")
WORKERS = 3
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

    async def hear(self, db: Connection, carried: Carried) -> None:
        """Take a cause down, if it is news."""
        line = carried.line
        await db.execute(
            SQL["policies_hear"],
            self.of(carried.fact),
            carried.fact,
            line.id,
            line.sequence,
            line.recordedtime,
            carried.text,
        )


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
            done = sum(await asyncio.gather(*(self._work() for _ in range(WORKERS))))
            if not done:
                return count
            count += done

    async def _read(self) -> None:
        while True:
            async with connection(self._pool) as db, db.transaction():
                after = await db.fetchval(SQL["policies_reading"])
                page = await db.fetch(SQL["timers_lines"], after, PAGE_LINES)
                for _, text in page:
                    carried = Carried(Line.model_validate_json(text), text)
                    if carried.fact in self._policies.hears:
                        await self._policies.hear(db, carried)
                if page:
                    await db.execute(SQL["policies_read"], page[-1]["sequence"])
            if len(page) < PAGE_LINES:
                return

    async def _work(self) -> int:
        count = 0
        while await self._next():
            count += 1
        return count

    async def _next(self) -> bool:
        """Work on the oldest that waits; False where there is none left to us."""
        async with connection(self._pool) as db, db.transaction():
            found = await db.fetchrow(SQL["policies_next"])
            if found is None:
                return False
            row = tuple(found)
            name, cause, target, _, tries = row
            policy = self._by_name.get(name)
            try:
                if policy is None:  # an earlier release heard it; this one has no such policy
                    await _settle(db, row, "refused", "no such policy runs here any more")
                else:
                    await self._do(db, row, policy)
            except Unavailable:
                raise
            except (NotKnownHere, Conflict) as not_yet:
                await _postpone(db, row, str(not_yet))
            except Exception as error:  # whatever it is: said, and tried again; the others go on
                log.exception("%s because of %s failed at %r", name, cause, target)
                await _postpone(db, row, f"{type(error).__name__}: {error}", tries=tries + 4)
        self._fired()
        return True

    async def _do(self, db: Connection, row: Sequence[object], policy: Policy[S]) -> None:
        _, _, target, text, _ = row
        carried = Carried(Line.model_validate_json(str(text)), str(text))
        if not target:
            targets = list(await policy.targets(self._service, carried))
            one = policy.cause(carried)
            await db.execute(SQL["policies_spread"], policy.name, one, text, targets)
            await _settle(db, row, "spread", "")
            return
        settled = await fire(self._source, policy, self._service, self._store, carried, str(target))
        await _settle(db, row, *settled)


async def _settle(db: Connection, row: Sequence[object], state: str, reason: str) -> None:
    await db.execute(SQL["policies_settle"], *row[:3], state, reason)


async def _postpone(
    db: Connection, row: Sequence[object], reason: str, *, tries: int | None = None
) -> None:
    tries = tries if tries is not None else int(str(row[4]))
    seconds = min(SLOWEST_SECONDS, 0.05 * 2 ** min(tries, 12))
    await db.execute(SQL["policies_postpone"], *row[:3], reason, seconds)


async def _wait(wake: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(POLL_SECONDS):
            await wake.wait()
    except TimeoutError:
        return
