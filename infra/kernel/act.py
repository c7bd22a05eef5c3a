"""One act: who asks, when it was so, in answer to what, and under which idempotency key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from infra.kernel.errors import NotDelegated
from infra.kernel.identifiers import uuid7
from infra.kernel.provenance import Evidence, Provenance, Reason


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller is told: encoded before the commit, kept with the idempotency key."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


class IdempotencyKey(NamedTuple):
    """The caller's name for one command, scoped to the client, and what the command said."""

    client: str
    key: str
    body_sha256: bytes


@dataclass(frozen=True, slots=True)
class Act:
    """Passed as `by` from the door to the store; no layer between adds to it by guessing."""

    provenance: Provenance
    time: datetime | None = None
    """When it was so in the world; None means: as it is recorded."""
    correlation_id: str = field(default_factory=lambda: str(uuid7()))
    causation_id: str | None = None
    traceparent: str | None = None
    idempotency: IdempotencyKey | None = None
    answering: Callable[[Any], Answer] | None = None
    """How the changed aggregate is shown: called before the commit, so it cannot fail after."""
    expected_version: int | None = None
    """From If-Match: the version that the caller has seen."""
    delegations: Mapping[UUID, UUID] | None = None
    """Of an act on behalf of another party: the delegation that covers it, by initiative."""

    def within(self, initiative_id: UUID) -> Act:
        """The same act by the authority that it has in this initiative.

        Raises NotDelegated where it is on behalf of a party that delegated nothing here.
        """
        if self.delegations is None:
            return self
        delegation = self.delegations.get(initiative_id)
        if delegation is None:
            raise NotDelegated(initiative=initiative_id, party=self.provenance.party)
        update = {"authority": f"delegation:{delegation}"}
        return replace(self, provenance=self.provenance.model_copy(update=update))

    def because(self, reason: Reason | None, *evidence: Evidence) -> Act:
        """The same act with its reason and its evidence."""
        return replace(
            self,
            provenance=self.provenance.model_copy(
                update={"reason": reason, "evidence": tuple(evidence)}
            ),
        )

    def in_cycle(self, cycle_id: UUID | None) -> Act:
        """The same act as a part of a learning cycle."""
        return replace(self, provenance=self.provenance.model_copy(update={"cycle_id": cycle_id}))
