"""The pure heart of every domain model. No I/O below this line."""

from infra.kernel.act import Act, IdempotencyKey
from infra.kernel.aggregate import CATALOGUE, Aggregate, Claim, Created, Event
from infra.kernel.clock import Clock, SystemClock
from infra.kernel.command import Command
from infra.kernel.errors import (
    ClaimTaken,
    Conflict,
    DomainError,
    NotDelegated,
    NotFound,
    NotKnownHere,
    PreconditionFailed,
    ReasonRequired,
    RuleForbids,
    StateForbids,
)
from infra.kernel.identifiers import uuid7
from infra.kernel.provenance import Evidence, Provenance, Reason
from infra.kernel.values import Day, Instant, Number, Text, Title

__all__ = [
    "CATALOGUE",
    "Act",
    "Aggregate",
    "Claim",
    "ClaimTaken",
    "Clock",
    "Command",
    "Conflict",
    "Created",
    "Day",
    "DomainError",
    "Event",
    "Evidence",
    "IdempotencyKey",
    "Instant",
    "NotDelegated",
    "NotFound",
    "NotKnownHere",
    "Number",
    "PreconditionFailed",
    "Provenance",
    "Reason",
    "ReasonRequired",
    "RuleForbids",
    "StateForbids",
    "SystemClock",
    "Text",
    "Title",
    "uuid7",
]
