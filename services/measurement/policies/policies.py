"""What the measurement service does because something happened, here or in another service."""

from __future__ import annotations

from infra.eventstore import Repository
from infra.kernel import Clock
from infra.messaging import Policies, References
from services.measurement.application.consequences import Consequences
from services.measurement.policies import (
    adaptation_decided,
    agenda_agreed,
    agreement_ended,
    observation_changed,
    outcome_retired,
    partner_gone,
    round_closed,
    value_certified,
)


def service(repository: Repository, references: References, _: Clock) -> Consequences:
    """What policies ask for, and nothing else of the service."""
    return Consequences(repository, references)


POLICIES = Policies(
    (
        agenda_agreed.POLICY,
        outcome_retired.POLICY,
        value_certified.POLICY,
        round_closed.POLICY,
        partner_gone.POLICY,
        agreement_ended.POLICY,
        observation_changed.POLICY,
        adaptation_decided.POLICY,
    ),
    service,
)
