"""Whose word stands behind a value: who sent it, who verified it, who may certify it.

Three persons, also where a value was corrected since: whoever changed it brought it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from infra.kernel import RuleForbids, StateForbids
from services.measurement.domain.values import Span, Stated


class CertifierIsSubmitter(RuleForbids):
    """{person} brought or changed the value for {period}; somebody else has to certify it."""


class CertifierIsVerifier(RuleForbids):
    """{person} verified the value for {period}; somebody else has to certify it."""


class NotVerified(StateForbids):
    """{period} came with the submission {submission}, which nobody has verified who did not bring
    or change the value; somebody else verifies it first."""


@dataclass(frozen=True)
class Origins:
    """Who stands behind the values of a series, as its lines and its submissions say."""

    makers: Mapping[Span, Collection[str]]
    """By period: the persons who brought or changed a value of it."""
    brought: Mapping[Span, UUID]
    """By period: the last submission that brought a value for it."""
    verifiers: Mapping[UUID, Collection[str]]
    """By submission: the persons who verified it."""

    def require_third(self, certifier: str, period: Stated) -> None:
        """Pass if this person neither made nor verified the value, and somebody who did not make
        it has verified it."""
        makers = self.makers.get(period.span, ())
        if certifier in makers:
            raise CertifierIsSubmitter(person=certifier, period=period.period)
        submission = self.brought[period.span]
        verifiers = self.verifiers.get(submission, ())
        if all(person in makers for person in verifiers):
            raise NotVerified(period=period.period, submission=submission)
        if certifier in verifiers:
            raise CertifierIsVerifier(person=certifier, period=period.period)
