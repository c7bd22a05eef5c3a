"""What a submission is asked once its values count: verified by another person, or taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from infra.kernel import Aggregate, RuleForbids, StateForbids
from services.measurement.domain.submission_facts import (
    AcceptedSubmissionWithdrawn,
    OfSubmission,
    SubmissionVerified,
    identity,
)


class NotTheProvider(RuleForbids):
    """This is for the organisation that sent the submission, {provider}, to do."""


class NotAccepted(StateForbids):
    """Only what was accepted is verified and certified; this submission is {state}."""


class VerifierIsSubmitter(RuleForbids):
    """{person} sent this submission; somebody else has to verify it."""


class VerifiedAlready(StateForbids):
    """{person} has verified this submission already."""


class SampleTooLarge(RuleForbids):
    """This submission has {rows} rows; a sample of {sample} cannot be taken of them."""


class Accepted(Aggregate):
    """A submission as far as its values count."""

    initiative_id: UUID
    provider: UUID
    agreement_id: UUID
    reporting_period_id: UUID
    submitted_by: str
    state: str
    rows: int
    fingerprint: str | None
    verified_by: list[str]

    def require_accepted(self) -> None:
        """Pass if its values count."""
        if self.state != "accepted":
            raise NotAccepted(state=self.state)

    def verify(self, *, person: str, method: str, sample: int) -> None:
        """Say that a sample of it was held against its source, by somebody who did not send it."""
        self.require_accepted()
        if person == self.submitted_by:
            raise VerifierIsSubmitter(person=person)
        if person in self.verified_by:
            raise VerifiedAlready(person=person)
        if sample > self.rows:
            raise SampleTooLarge(rows=self.rows, sample=sample)
        self._tell(SubmissionVerified, verified_by=person, method=method, sample=sample)

    def require_own(self, organisation: UUID) -> None:
        """Pass if this organisation sent it."""
        if organisation != self.provider:
            raise NotTheProvider(provider=self.provider)

    def end(self) -> None:
        """Say that all that it brought and that still stood is withdrawn."""
        self.require_accepted()
        self._tell(AcceptedSubmissionWithdrawn, fingerprint=self.fingerprint)

    def _tell(self, fact: type[OfSubmission], **fields: Any) -> None:
        self.trigger_event(fact, **identity(self), **fields)
