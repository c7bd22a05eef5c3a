"""What this service knows of the others' things: pure readers of foreign facts.

Only the fields that are needed are read, and a fact that is not listed is let pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from infra.messaging import Carried, ReadReferences, Reference, named, owned
from infra.messaging.delegations import reading_delegations
from services.activities.application.contributions import FRAMEWORK
from services.activities.application.working_groups import in_sector

SUBMISSION = "submission"


def joined(carried: Carried) -> Iterable[Reference]:
    """A partner, and the sector that it joined for."""
    yield from named("partner", "organisation", label="name")(carried)
    yield from named(in_sector(carried.line.data["sector"]), "organisation")(carried)


READS: Mapping[str, ReadReferences] = {
    "agenda.initiative-registered": owned("initiative"),
    "agenda.initiative-closed": owned("initiative", "withdrawn"),
    "agenda.outcome-defined": named("outcome", "outcome_id", label="title"),
    "agenda.outcome-retired": named("outcome", "outcome_id", "withdrawn"),
    "agenda.hypothesis-stated": named("hypothesis", "hypothesis_id"),
    "agenda.partner-joined": joined,
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
    "measurement.measurement-framework-adopted": owned(FRAMEWORK),
    "measurement.submission-accepted": owned(SUBMISSION),
    "measurement.submission-rejected": owned(SUBMISSION, "withdrawn"),
    "measurement.submission-withdrawn": owned(SUBMISSION, "withdrawn"),
    "measurement.indicator-defined": owned("indicator"),
    "measurement.indicator-deprecated": owned("indicator", "withdrawn"),
}
"""By foreign fact: what it makes known here, or withdraws."""
