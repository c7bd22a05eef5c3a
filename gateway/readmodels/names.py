"""Which facts give things their names."""

from __future__ import annotations

from typing import NamedTuple


class Naming(NamedTuple):
    """`field` holds the name of what `of` names by its id, or of the fact's own stream."""

    field: str
    of: tuple[str, ...] = ()


NAMINGS: dict[str, Naming] = {
    "agenda.initiative-registered": Naming("name"),
    "agenda.partner-invited": Naming("name", of=("partner_id", "organisation")),
    "agenda.partner-joined": Naming("name", of=("partner_id", "organisation")),
    "agenda.outcome-defined": Naming("title", of=("outcome_id",)),
    "agenda.proposal-raised": Naming("title"),
    "agenda.cycle-opened": Naming("title"),
    "agenda.evidence-pack-frozen": Naming("title", of=("pack_id",)),
    "agenda.adaptation-decided": Naming("text", of=("adaptation_id",)),
    "agenda.finding-agreed": Naming("text", of=("finding_id",)),
    "agenda.hypothesis-stated": Naming("label", of=("hypothesis_id",)),
    "agenda.hypothesis-revised": Naming("label", of=("hypothesis_id",)),
    "agenda.pathway-added": Naming("title", of=("pathway_id",)),
    "agenda.engagement-planned": Naming("title"),
    "agenda.update-published": Naming("title", of=("update_id",)),
    "measurement.measurement-framework-opened": Naming("title"),
    "measurement.data-agreement-drafted": Naming("title"),
    "measurement.reporting-period-opened": Naming("title"),
    "measurement.instrument-round-opened": Naming("title"),
    "measurement.indicator-proposed": Naming("name"),
    "measurement.indicator-defined": Naming("definition.name"),
    "measurement.indicator-definition-changed": Naming("definition.name"),
    "activities.strategy-proposed": Naming("title"),
    "activities.strategy-reframed": Naming("title"),
    "activities.activity-proposed": Naming("title"),
    "activities.commitment-pledged": Naming("promise"),
    "activities.working-group-formed": Naming("name"),
}
"""By the stored name of the fact. The latest naming within a cut holds."""
