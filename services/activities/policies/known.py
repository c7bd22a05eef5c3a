"""What this service knows of the others' things: pure readers of foreign facts.

Only the fields that are needed are read, and a fact that is not listed is let pass.
"""

from __future__ import annotations

<<<<<<< HEAD
from collections.abc import Mapping
=======
from collections.abc import Iterable, Mapping
from uuid import UUID

from infra.messaging import Carried, ReadReferences, Reference
from infra.messaging.delegations import reading_delegations
from infra.messaging.references import State


def owned(kind: str, state: State = "known") -> ReadReferences:
    """The thing is the stream that the fact stands in: a decision, a cycle, an indicator."""

    def read(carried: Carried) -> Iterable[Reference]:
        own = UUID(carried.line.subject.rpartition("/")[2])
        yield Reference(kind, own, carried.line.partitionkey, state)

    return read


def named(kind: str, field: str, state: State = "known", *, label: str = "") -> ReadReferences:
    """The thing is named in a field of the fact: an outcome, a partner, an adaptation."""

    def read(carried: Carried) -> Iterable[Reference]:
        data = carried.line.data
        words = str(data[label]) if label and data.get(label) is not None else None
        yield Reference(kind, UUID(data[field]), carried.line.partitionkey, state, words)

    return read
>>>>>>> 936eacb (A partner lets people of another organisation act for it: on_behalf_of is covered by a delegation of its own, and each fact says by which)

from infra.messaging import ReadReferences, named, owned

READS: Mapping[str, ReadReferences] = {
    "agenda.initiative-registered": owned("initiative"),
    "agenda.initiative-closed": owned("initiative", "withdrawn"),
    "agenda.outcome-defined": named("outcome", "outcome_id", label="title"),
    "agenda.outcome-retired": named("outcome", "outcome_id", "withdrawn"),
    "agenda.partner-joined": named("partner", "organisation", label="name"),
    "agenda.partner-withdrew": named("partner", "organisation", "withdrawn"),
    "agenda.partner-agreement-lapsed": named("partner", "organisation", "withdrawn"),
    "agenda.partner-delegated": reading_delegations(),
    "agenda.partner-delegation-revoked": reading_delegations("withdrawn"),
    "agenda.decision-made": owned("decision"),
    "agenda.decision-reversed": owned("decision", "withdrawn"),
    "agenda.cycle-opened": owned("cycle"),
    "agenda.cycle-closed": owned("cycle", "withdrawn"),
    "agenda.adaptation-decided": named("adaptation", "adaptation_id"),
    "agenda.adaptation-dropped": named("adaptation", "adaptation_id", "withdrawn"),
    "measurement.indicator-defined": owned("indicator"),
    "measurement.indicator-deprecated": owned("indicator", "withdrawn"),
}
"""By foreign fact: what it makes known here, or withdraws."""
