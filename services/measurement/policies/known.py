"""What this service knows of the others' things: pure readers of foreign facts.

Only the fields that are needed are read, and a fact that is not listed is let pass.
"""

from __future__ import annotations

from collections.abc import Mapping

from infra.messaging import ReadReferences, named, owned
from infra.messaging.delegations import reading_delegations

READS: Mapping[str, ReadReferences] = {
    "agenda.initiative-registered": owned("initiative"),
    "agenda.initiative-closed": owned("initiative", "withdrawn"),
    "agenda.outcome-defined": named("outcome", "outcome_id"),
    "agenda.outcome-retired": named("outcome", "outcome_id", "withdrawn"),
    "agenda.partner-delegated": reading_delegations(),
    "agenda.partner-delegation-revoked": reading_delegations("withdrawn"),
    "agenda.decision-made": owned("decision"),
    "agenda.decision-reversed": owned("decision", "withdrawn"),
    "agenda.adaptation-decided": named("adaptation", "adaptation_id"),
    "agenda.adaptation-dropped": named("adaptation", "adaptation_id", "withdrawn"),
}
"""By foreign fact: what it makes known here, or withdraws."""
