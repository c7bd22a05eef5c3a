"""Streams of events: append, read, replay. Two adapters, one contract, one repository."""

from infra.eventstore.claimed import claimed
from infra.eventstore.guards import Guards, MemoryGuards, PostgresGuards
from infra.eventstore.memory import MemoryEventStore
from infra.eventstore.postgres import PostgresEventStore
from infra.eventstore.repository import Repository, Staged
from infra.eventstore.store import (
    AlreadyAnswered,
    EventStore,
    Head,
    Offer,
    Receipt,
    Recorded,
    Remembered,
)

__all__ = [
    "AlreadyAnswered",
    "EventStore",
    "Guards",
    "Head",
    "MemoryEventStore",
    "MemoryGuards",
    "Offer",
    "PostgresEventStore",
    "PostgresGuards",
    "Receipt",
    "Recorded",
    "Remembered",
    "Repository",
    "Staged",
    "claimed",
]
