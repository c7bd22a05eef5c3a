"""Streams of events: append, read, replay. Two adapters, one contract, one repository."""

from infra.eventstore.memory import MemoryEventStore
from infra.eventstore.postgres import PostgresEventStore
from infra.eventstore.repository import Repository
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
    "Head",
    "MemoryEventStore",
    "Offer",
    "PostgresEventStore",
    "Receipt",
    "Recorded",
    "Remembered",
    "Repository",
]
