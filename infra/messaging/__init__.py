"""How lines travel: relay, topics, readers, inbox, known references, dead letters."""

from infra.messaging.carried import Carried, Mark, Sink
from infra.messaging.carry import carry_service
from infra.messaging.inbox import Handle, InboxSink
from infra.messaging.policies import Policy
from infra.messaging.policing import Policies, Policing
from infra.messaging.references import (
    MemoryReferences,
    PostgresReferences,
    ReadReferences,
    Reference,
    References,
    ReferenceWithdrawn,
    named,
    owned,
)
from infra.messaging.timers import Due, Effect, SetTimers, Timer, TimerPolicy, Timers

__all__ = [
    "Carried",
    "Due",
    "Effect",
    "Handle",
    "InboxSink",
    "Mark",
    "MemoryReferences",
    "Policies",
    "Policing",
    "Policy",
    "PostgresReferences",
    "ReadReferences",
    "Reference",
    "ReferenceWithdrawn",
    "References",
    "SetTimers",
    "Sink",
    "Timer",
    "TimerPolicy",
    "Timers",
    "carry_service",
    "named",
    "owned",
]
