"""What the child process of every service does beside its parent: the parts, kept running."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from infra.eventstore import PostgresEventStore, Repository
from infra.kernel.clock import clock_at
from infra.messaging.carried import Sink
from infra.messaging.inbox import Handle, InboxSink
from infra.messaging.policing import Policies, Policing
from infra.messaging.references import PostgresReferences, ReadReferences
from infra.messaging.timers import TimerPolicy, Timers
from infra.postgres import make_pool
from infra.settings import Settings

if TYPE_CHECKING:
    from infra.messaging.broker import Broker

log = logging.getLogger(__name__)

FIRST_SECONDS = 0.1
SLOWEST_SECONDS = 5.0
LONG_ENOUGH_SECONDS = 10.0


class Part(NamedTuple):
    """Something that runs until it is cancelled, or fails and is begun again."""

    name: str
    run: Callable[[], Awaitable[None]]


async def carry_service(
    name: str,
    settings: Settings,
    hint: asyncio.Event,
    stop: asyncio.Event,
    *,
    reads: Mapping[str, ReadReferences],
    token: Callable[[], str],
    handles: Mapping[str, Handle] | None = None,
    timers: TimerPolicy | None = None,
    policies: Policies[Any] | None = None,
    beside: Sequence[Part] = (),
) -> None:
    """Carry one service's lines out and the others' facts in, until `stop`.

    `reads` says by foreign fact (`measurement.indicator-defined`) what it makes known here;
    `handles` what is done on it besides, in the same transaction. `token` makes the bearer token
    with which a gap's lines are fetched from the owning service; `timers` what the service's own
    lines promise for a later day, `policies` what it does because of what happened; `beside` runs
    along. Set `hint` after an append.
    """
    dsn = settings.database(name)
    heard = policies.handles(name) if policies else {}
    sink = InboxSink(reads, {**(handles or {}), **heard})
    parts = [relaying(name, settings, dsn=dsn, hint=hint), *beside]
    if sink.sources:
        inbox = reading(settings, dsn=dsn, sources=sink.sources, sink=sink, token=token)
        parts.append(inbox if policies is None else _installed(inbox, name, settings, policies))
    if policies is not None:
        parts.append(policing(name, settings, dsn=dsn, hint=hint, policies=policies))
    if timers is not None:
        parts.append(timing(name, settings, dsn=dsn, hint=hint, policy=timers))
    await carry(stop, *parts)


def relaying(name: str, settings: Settings, *, dsn: str, hint: asyncio.Event) -> Part:
    """The relay of one service."""
    # Loading kafka-python takes a quarter of a second, which only the carrying child shall pay.
    from infra.messaging.relay import Relay

    clock = clock_at(settings.clock)
    relay = Relay(name, dsn=dsn, broker=_broker(settings), clock=clock, hint=hint)
    return Part(f"relay of {name}", relay.run)


def reading(
    settings: Settings, *, dsn: str, sources: Collection[str], sink: Sink, token: Callable[[], str]
) -> Part:
    """One reader of these services' topics."""
    from infra.messaging.consumer import Reader
    from infra.messaging.owners import Owners

    owners = Owners({source: settings.urls[source] for source in sources}, token)
    reader = Reader(sink, sources=sources, dsn=dsn, broker=_broker(settings), owners=owners)
    return Part(f"reader {sink.reader}", reader.run)


def timing(
    name: str, settings: Settings, *, dsn: str, hint: asyncio.Event, policy: TimerPolicy
) -> Part:
    """The timers of one service."""
    clock = clock_at(settings.clock)

    async def run() -> None:
        async with make_pool(dsn, name=f"{name} timers", size=4) as pool:
            store = PostgresEventStore(pool, clock)
            try:
                await Timers(
                    name,
                    pool=pool,
                    clock=clock,
                    policy=policy,
                    repository=Repository(store, clock),
                    fired=hint.set,
                ).run()
            finally:
                await store.close()

    return Part(f"timers of {name}", run)


def policing(
    name: str, settings: Settings, *, dsn: str, hint: asyncio.Event, policies: Policies[Any]
) -> Part:
    """The policies of one service."""

    async def run() -> None:
        async with _policing(name, settings, policies, fired=hint.set) as runner:
            await runner.install()
            await runner.run(dsn)

    return Part(f"policies of {name}", run)


def _installed(part: Part, name: str, settings: Settings, policies: Policies[Any]) -> Part:
    """The same part, begun once it is written down since when each policy is heard of."""

    async def run() -> None:
        async with _policing(name, settings, policies) as runner:
            await runner.install()
        await part.run()

    return Part(part.name, run)


@asynccontextmanager
async def _policing(
    name: str,
    settings: Settings,
    policies: Policies[Any],
    *,
    fired: Callable[[], None] = lambda: None,
) -> AsyncIterator[Policing[Any]]:
    clock = clock_at(settings.clock)
    async with make_pool(settings.database(name), name=f"{name} policies", size=8) as pool:
        store = PostgresEventStore(pool, clock)
        try:
            yield Policing(
                name,
                pool=pool,
                clock=clock,
                policies=policies,
                repository=Repository(store, clock),
                references=PostgresReferences(pool),
                fired=fired,
            )
        finally:
            await store.close()


async def carry(stop: asyncio.Event, *parts: Part) -> None:
    """Run all parts side by side until `stop`; what fails is logged and begun again."""
    tasks = [asyncio.create_task(_keep(part), name=part.name) for part in parts]
    await stop.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _keep(part: Part) -> None:
    wait = FIRST_SECONDS
    while True:
        born = time.monotonic()
        try:
            await part.run()
        except Exception as error:  # whatever it is: said, and tried again
            if time.monotonic() - born > LONG_ENOUGH_SECONDS:
                wait = FIRST_SECONDS
            expected = isinstance(error, _away())
            log.warning(
                "%s failed, again in %.1f s: %s: %s",
                part.name,
                wait,
                type(error).__name__,
                error,
                exc_info=None if expected else error,
            )
        await asyncio.sleep(wait)
        wait = min(SLOWEST_SECONDS, wait * 2)


def _away() -> tuple[type[Exception], ...]:
    """What is no fault of ours: no traceback is needed to tell it."""
    from infra.messaging.broker import Broker

    return Broker.AWAY


def _broker(settings: Settings) -> Broker:
    from infra.messaging.broker import Broker

    return Broker(
        settings.kafka,
        partitions=settings.kafka_partitions,
        replication=settings.kafka_replication,
        prefix=settings.kafka_prefix,
    )
