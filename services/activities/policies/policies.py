"""What the activities service does because something happened, here or in another service."""

from __future__ import annotations

from infra.messaging import Policies
from services.activities.application import ActivitiesService
from services.activities.policies import (
    adaptation_decided,
    data_missing,
    definition_changed,
    observation_changed,
    outcome_retired,
    partner_gone,
)

POLICIES = Policies(
    (
        outcome_retired.POLICY,
        definition_changed.POLICY,
        partner_gone.POLICY,
        observation_changed.POLICY,
        adaptation_decided.POLICY,
        data_missing.POLICY,
    ),
    ActivitiesService,
)
