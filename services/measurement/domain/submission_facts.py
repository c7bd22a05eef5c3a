"""What can happen to a submission, from its arrival to its verification.

Every fact says whose it is, under which agreement and in which round it came, so that each line
can be read by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field, SerializerFunctionWrapHandler, WrapSerializer

from infra.kernel import Claim, Created, Event, Text, Title
from infra.kernel.provenance import Digest, Reference
from services.measurement.domain.submission_values import (
    Counts,
    File,
    Lines,
    Mode,
    Questioned,
    Rejection,
    Revisions,
    Rules,
)
from services.measurement.domain.tidy import Mapping
from services.measurement.domain.values import absent

if TYPE_CHECKING:
    from services.measurement.domain.accepted import Accepted
    from services.measurement.domain.submission import Submission

OPEN = "submission-open"
"""Claim: what this submission wrote does not count yet."""
WRITING = "submission-writing"
"""Claim: somebody is still writing what it brings."""
REJECTED = "submission-rejected"
"""Claim: what this submission wrote never counts."""
SENT = "submission-sent"
"""Claim: this very file came by this mapping and under this reference of its provider."""


def _as_sent(mapping: Mapping | None, _: SerializerFunctionWrapHandler):  # type: ignore[no-untyped-def]
    """Without what it does not say, as its own contract wants it. (A return type would become
    the field's contract.)"""
    return mapping and mapping.model_dump(mode="json", exclude_none=True)


class OfSubmission(Event):
    initiative_id: UUID
    provider: UUID
    agreement_id: UUID
    reporting_period_id: UUID


class SubmissionReceived(OfSubmission, Created):
    """It could be read whole; what it brings is written next, and counts once it is accepted."""

    TOPIC: ClassVar[str] = "measurement.submission-received"

    submitted_by: Reference
    provider_reference: Title | None = Field(None, exclude_if=absent)
    mode: Mode
    indicators: tuple[UUID, ...]
    series: int
    rows: int
    revisions: Revisions
    file: File | None = Field(None, exclude_if=absent)
    mapping: Annotated[Mapping | None, WrapSerializer(_as_sent)] = Field(None, exclude_if=absent)
    fingerprint: Digest | None = Field(
        None,
        exclude_if=absent,
        description="Of file, mapping and the provider's reference: the same is known again.",
    )

    def claims(self) -> Iterable[Claim]:
        yield Claim(OPEN, str(self.originator_id))
        yield Claim(WRITING, str(self.originator_id))
        yield from sent(self.fingerprint)
        yield from in_round(self)


class FindingsNoted(OfSubmission):
    """Findings of a validation that are too many for one line; SubmissionValidated comes last."""

    TOPIC: ClassVar[str] = "measurement.findings-noted"

    findings: tuple[Questioned, ...]

    def apply(self, aggregate: Submission) -> None:
        pass


class SubmissionValidated(OfSubmission):
    """Every row was held against every rule, and all that may become an observation is written.
    `findings` are the last of them; `blocked` rows have a blocking one, of which `unsound` break a
    rule that no explanation lifts."""

    TOPIC: ClassVar[str] = "measurement.submission-validated"

    blocked: int
    unsound: int
    counts: Counts
    rules: Rules
    findings: tuple[Questioned, ...]

    def releases(self) -> Iterable[Claim]:
        return (Claim(WRITING, str(self.originator_id)),)

    def apply(self, aggregate: Submission) -> None:
        aggregate.state = "validated"
        aggregate.blocked, aggregate.unsound = self.blocked, self.unsound
        aggregate.counts, aggregate.rules = self.counts, self.rules


class SubmissionQueried(OfSubmission):
    """Somebody asks its provider about some of its rows."""

    TOPIC: ClassVar[str] = "measurement.submission-queried"

    query_id: UUID
    question: Text
    lines: Lines

    def apply(self, aggregate: Submission) -> None:
        aggregate.queries[self.query_id] = None


class QueryAnswered(OfSubmission):
    TOPIC: ClassVar[str] = "measurement.query-answered"

    query_id: UUID
    answer: Text

    def apply(self, aggregate: Submission) -> None:
        aggregate.queries[self.query_id] = self.answer


class SubmissionAccepted(OfSubmission):
    """From here on its observations count. `by_itself`: nothing in it kept it waiting."""

    TOPIC: ClassVar[str] = "measurement.submission-accepted"

    indicators: tuple[UUID, ...]
    counts: Counts
    by_itself: bool

    def releases(self) -> Iterable[Claim]:
        return (Claim(OPEN, str(self.originator_id)),)

    def apply(self, aggregate: Submission) -> None:
        aggregate.state, aggregate.counts = "accepted", self.counts


class _NeverCounts(OfSubmission):
    fingerprint: Digest | None = Field(None, exclude_if=absent)

    def claims(self) -> Iterable[Claim]:
        return (Claim(REJECTED, str(self.originator_id)),)

    def releases(self) -> Iterable[Claim]:
        yield Claim(OPEN, str(self.originator_id))
        yield Claim(WRITING, str(self.originator_id))
        yield from sent(self.fingerprint)
        yield from in_round(self)


class SubmissionRejected(_NeverCounts):
    """None of its observations ever counts. `declined`: a person refused it, and says why in the
    provenance; else whoever wrote it came to an end."""

    TOPIC: ClassVar[str] = "measurement.submission-rejected"

    rejection: Rejection

    def apply(self, aggregate: Submission) -> None:
        aggregate.state, aggregate.rejection = "rejected", self.rejection


class SubmissionWithdrawn(_NeverCounts):
    """Its provider took it back before it was accepted; none of its observations ever counts."""

    TOPIC: ClassVar[str] = "measurement.submission-withdrawn"

    def apply(self, aggregate: Submission) -> None:
        aggregate.state = "withdrawn"


class AcceptedSubmissionWithdrawn(OfSubmission):
    """It was taken back after it had counted: what stood as it had brought it was withdrawn value
    by value, just before. What was known of it before stays known."""

    TOPIC: ClassVar[str] = "measurement.accepted-submission-withdrawn"

    fingerprint: Digest | None = Field(None, exclude_if=absent)

    def releases(self) -> Iterable[Claim]:
        """The same may be sent again, and in the round nothing was sent that counts."""
        yield from sent(self.fingerprint)
        yield from in_round(self)

    def apply(self, aggregate: Submission) -> None:
        aggregate.state = "withdrawn"


class SubmissionVerified(OfSubmission):
    """Somebody who did not send it has held `sample` of its rows against their source."""

    TOPIC: ClassVar[str] = "measurement.submission-verified"

    verified_by: Reference
    method: Text
    sample: int

    def apply(self, aggregate: Submission) -> None:
        aggregate.verified_by.append(self.verified_by)


def sent_in(reporting_period_id: UUID) -> str:
    """Claims: what was sent in a round and may count. Key: the agreement, its provider, and the
    submission."""
    return f"sent-in-round/{reporting_period_id}"


def in_round(fact: OfSubmission) -> Iterable[Claim]:
    """The claim by which it is found that a provider has sent something in a round."""
    key = f"{fact.agreement_id}/{fact.provider}/{fact.originator_id}"
    yield Claim(sent_in(fact.reporting_period_id), key)


def sent(fingerprint: str | None) -> Iterable[Claim]:
    """The claim by which the same file is known again."""
    return () if fingerprint is None else (Claim(SENT, fingerprint),)


def identity(submission: Accepted) -> dict[str, Any]:
    """What each of its facts says of it."""
    return {
        "initiative_id": submission.initiative_id,
        "provider": submission.provider,
        "agreement_id": submission.agreement_id,
        "reporting_period_id": submission.reporting_period_id,
    }
