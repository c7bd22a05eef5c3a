"""What the agenda service does because something happened, here or in another service."""

from __future__ import annotations

from infra.eventstore import Repository
from infra.kernel import Clock
from infra.messaging import Policies, References
from services.agenda.application import Agenda
from services.agenda.policies import adaptation_enacted, context_shifted, funding_ends


def service(repository: Repository, _: References, clock: Clock) -> Agenda:
    """What is cited of other services is taken as it is, so nothing is asked of references."""
    return Agenda(repository, clock)


POLICIES = Policies(
    (adaptation_enacted.POLICY, funding_ends.POLICY, context_shifted.POLICY), service
)
