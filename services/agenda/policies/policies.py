"""What the agenda service does because something happened, here or in another service."""

from __future__ import annotations

from infra.eventstore import Repository
from infra.kernel import Clock
from infra.messaging import Policies, References
from services.agenda.application import Agenda
from services.agenda.policies import (
    adaptation,
    context_shifted,
    definition_changed,
    evidence_changed,
    feedback_overdue,
    funding_ends,
    signal_raised,
    submissions_refused,
    work_ended,
)


def service(repository: Repository, references: References, clock: Clock) -> Agenda:
    return Agenda(repository, clock, references)


POLICIES = Policies(
    (
        definition_changed.POLICY,
        signal_raised.POLICY,
        evidence_changed.POLICY,
        adaptation.POLICY,
        work_ended.POLICY,
        feedback_overdue.POLICY,
        funding_ends.POLICY,
        context_shifted.POLICY,
        submissions_refused.POLICY,
    ),
    service,
)
