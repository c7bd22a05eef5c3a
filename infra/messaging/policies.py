"""Policies: what one service does because something happened in another, or in itself.

A policy is a pure reading of one line: at which things does it call for something, and what is
asked of each. The service itself decides whether it happens.

Three things keep an effect from happening twice. A cause is taken down in the transaction that
moves the inbox's watermark, once a policy, for ever; so one that comes again is known. A policy
that is new to a house begins where its inbox stands; so what is read again from the beginning is
history to it. And an effect is written under an idempotency key made of the policy, the cause and
the target; so a process that is killed after writing it finds that it is done.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, Literal, NamedTuple, TypeVar
from uuid import UUID, uuid5

from infra.eventstore import AlreadyAnswered, EventStore
from infra.kernel import Act, IdempotencyKey, NotFound, Provenance, RuleForbids, StateForbids
from infra.kernel.act import Answer
from infra.kernel.values import instant
from infra.messaging.carried import Carried
from infra.messaging.references import References

log = logging.getLogger(__name__)

S = TypeVar("S")
CLIENT = "policies"
NOTHING_TO_SAY = Answer(204, b"")


def line_id(cause: Carried) -> UUID:
    """A line is a cause of its own."""
    return cause.line.id


def act_id(cause: Carried) -> UUID:
    """All lines that one act wrote at once are one cause."""
    line = cause.line
    return uuid5(
        line.partitionkey, f"{line.source} {line.correlationid} {instant(line.recordedtime)}"
    )


class Policy(NamedTuple, Generic[S]):
    """What is heard, where it calls for something, and what is asked there.

    `ask` raises what the domain refuses, NotKnownHere where something must be heard of first, and
    saves once, with the act that it is given.
    """

    name: str
    """As in docs/domain.md: P8."""
    hears: frozenset[str]
    targets: Callable[[S, Carried], Awaitable[Sequence[str]]]
    ask: Callable[[S, Carried, str, Act], Awaitable[object]]
    cause: Callable[[Carried], UUID] = line_id
    """What an effect happens once for, at each target."""


class Settled(NamedTuple):
    """What became of one effect."""

    state: Literal["done", "refused"]
    reason: str = ""


async def fire(
    source: str,
    policy: Policy[S],
    service: S,
    store: EventStore,
    carried: Carried,
    target: str,
) -> Settled:
    """Ask for one effect. What raises is to be asked again; what was done is not done twice."""
    by = act_of(source, policy, carried, target)
    assert by.idempotency is not None
    if await store.remembered(by.idempotency.client, by.idempotency.key):
        return Settled("done")
    try:
        await policy.ask(service, carried, target, by)
    except AlreadyAnswered:
        return Settled("done")
    except (StateForbids, RuleForbids, NotFound) as refusal:
        log.warning("%s is refused at %s: %s", policy.name, target, refusal)
        return Settled("refused", f"{refusal.slug}: {refusal}")
    return Settled("done")


def act_of(source: str, policy: Policy[S], cause: Carried, target: str) -> Act:
    """The act of a policy: by no person, because of the line that it heard of."""
    name = f"{policy.name} {policy.cause(cause)} {target}"
    within = cause.line.data.get("provenance", {}).get("cycle_id")
    return Act(
        provenance=Provenance(
            actor=f"service:{source}",
            role="policy",
            organisation=UUID(int=0),
            client=f"commonweal-{source}",
            authority=f"policy:{policy.name}",
            cycle_id=UUID(within) if within else None,
        ),
        correlation_id=cause.line.correlationid,
        causation_id=str(cause.line.id),
        idempotency=IdempotencyKey(CLIENT, name, hashlib.sha256(name.encode()).digest()),
        answering=lambda _: NOTHING_TO_SAY,
    )


def own_id(cause: Carried) -> UUID:
    """The id of the stream that the cause stands in."""
    return UUID(cause.line.subject.rpartition("/")[2])


async def require_named(references: References, kind: str, cause: Carried, field: str) -> None:
    """Pass where this field of the cause names nothing, or a thing that is known here. Until it is
    heard of NotKnownHere (asked again later); where it was withdrawn, a refusal."""
    named = cause.line.data.get(field)
    if named is not None:
        await references.require(kind, UUID(named), cause.line.partitionkey)
