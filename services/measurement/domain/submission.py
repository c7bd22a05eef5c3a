"""A submission: what one provider sent at once, which counts as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from eventsourcing.domain import event
from pydantic import Field, SerializerFunctionWrapHandler, WrapSerializer

from infra.kernel import Aggregate, Claim, Created, Event, StateForbids
from infra.kernel.provenance import Digest
from services.measurement.domain.tidy import Mapping
from services.measurement.domain.values import Value, absent

OPEN = "submission-open"
"""Claim: what this submission wrote does not count yet."""
REJECTED = "submission-rejected"
"""Claim: what this submission wrote never counts."""


class SubmissionDecided(StateForbids):
    """This submission was {state} already."""


class File(Value):
    """The file that was sent, by what it hashes to."""

    sha256: Digest
    bytes: int


class Counts(Value):
    """What became of the rows. `missing` counts those among them that have no value."""

    new: int
    unchanged: int
    corrected: int
    missing: int


def _as_sent(mapping: Mapping | None, _: SerializerFunctionWrapHandler):  # type: ignore[no-untyped-def]
    """Without what it does not say, as its own contract wants it. (A return type would become
    the field's contract.)"""
    return mapping and mapping.model_dump(mode="json", exclude_none=True)


Revisions = Literal["refuse", "correct"]
Rejection = Literal["interrupted", "overtaken", "failed"]


class SubmissionReceived(Created):
    """It was read whole and nothing in it is wrong; its observations follow."""

    TOPIC: ClassVar[str] = "measurement.submission-received"

    initiative_id: UUID
    indicators: tuple[UUID, ...]
    rows: int
    revisions: Revisions
    file: File | None = Field(None, exclude_if=absent)
    mapping: Annotated[Mapping | None, WrapSerializer(_as_sent)] = Field(None, exclude_if=absent)

    def claims(self) -> Iterable[Claim]:
        return (Claim(OPEN, str(self.originator_id)),)


class SubmissionAccepted(Event):
    """From here on its observations count."""

    TOPIC: ClassVar[str] = "measurement.submission-accepted"

    counts: Counts

    def releases(self) -> Iterable[Claim]:
        return (Claim(OPEN, str(self.originator_id)),)

    def apply(self, aggregate: Submission) -> None:
        aggregate.state, aggregate.counts = "accepted", self.counts


class SubmissionRejected(Event):
    """None of its observations ever counts. `interrupted`: whoever wrote them came to an end."""

    TOPIC: ClassVar[str] = "measurement.submission-rejected"

    rejection: Rejection

    def claims(self) -> Iterable[Claim]:
        return (Claim(REJECTED, str(self.originator_id)),)

    def releases(self) -> Iterable[Claim]:
        return (Claim(OPEN, str(self.originator_id)),)

    def apply(self, aggregate: Submission) -> None:
        aggregate.state, aggregate.rejection = "rejected", self.rejection


class Submission(Aggregate):
    TOPIC = "measurement.submission"

    @event(SubmissionReceived)
    def __init__(
        self,
        initiative_id: UUID,
        indicators: tuple[UUID, ...],
        rows: int,
        revisions: Revisions,
        file: File | None = None,
        mapping: Mapping | None = None,
    ) -> None:
        self.initiative_id = initiative_id
        self.indicators = indicators
        self.rows = rows
        self.revisions = revisions
        self.file = file
        self.mapping = mapping
        self.state: Literal["open", "accepted", "rejected"] = "open"
        self.counts: Counts | None = None
        self.rejection: Rejection | None = None

    @classmethod
    def receive(
        cls,
        initiative_id: UUID,
        indicators: Sequence[UUID],
        *,
        rows: int,
        revisions: Revisions = "refuse",
        file: File | None = None,
        mapping: Mapping | None = None,
    ) -> Submission:
        """Open it: the observations that name it are written next."""
        return cls(initiative_id, tuple(indicators), rows, revisions, file, mapping)

    def accept(self, counts: Counts) -> None:
        """Let its observations count."""
        self._refuse_decided()
        self.trigger_event(SubmissionAccepted, counts=counts)

    def reject(self, rejection: Rejection) -> None:
        """Let none of its observations ever count."""
        self._refuse_decided()
        self.trigger_event(SubmissionRejected, rejection=rejection)

    def _refuse_decided(self) -> None:
        if self.state != "open":
            raise SubmissionDecided(state=self.state)
