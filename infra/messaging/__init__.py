"""How lines travel: relay, topics, readers, inbox, known references, dead letters."""

from infra.messaging.carried import Carried, Mark, Sink
from infra.messaging.carry import carry_service
from infra.messaging.inbox import Handle, InboxSink
from infra.messaging.references import (
    MemoryReferences,
    PostgresReferences,
    ReadReferences,
    Reference,
    References,
    ReferenceWithdrawn,
)

__all__ = [
    "Carried",
    "Handle",
    "InboxSink",
    "Mark",
    "MemoryReferences",
    "PostgresReferences",
    "ReadReferences",
    "Reference",
    "ReferenceWithdrawn",
    "References",
    "Sink",
    "carry_service",
]
