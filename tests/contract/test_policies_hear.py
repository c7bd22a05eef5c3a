"""What policies hear are facts that their owners promise, and each policy stands in the docs."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from infra.kernel import CATALOGUE
from infra.messaging import Policies
from services.activities.policies.policies import POLICIES as OF_ACTIVITIES
from services.agenda.policies.policies import POLICIES as OF_AGENDA

for _service in ("agenda", "measurement", "activities"):
    importlib.import_module(f"services.{_service}.domain")

DOCS = (Path(__file__).parents[2] / "docs" / "domain.md").read_text()
READ = {
    "agenda.outcome-retired": {"outcome_id"},
    "agenda.partner-withdrew": {"organisation"},
    "agenda.partner-agreement-lapsed": {"organisation"},
    "agenda.backbone-funding-gap-detected": {"covered_until"},
    "measurement.indicator-definition-changed": {"comparable"},
    "measurement.observation-corrected": {"indicator_id"},
    "measurement.observation-deduplicated": {"indicator_id"},
    "measurement.observation-decertified": {"indicator_id"},
    "measurement.observation-withdrawn": {"indicator_id"},
    "activities.context-shift-noted": {"weight", "shift"},
    "activities.plan-of-action-revised": {"adaptation_id"},
    "activities.activity-adapted": {"adaptation_id"},
}
"""By fact that some policy hears: the fields that it reads."""


@pytest.mark.parametrize("policies", [OF_ACTIVITIES, OF_AGENDA], ids=["activities", "agenda"])
def test_every_fact_that_is_heard_is_promised_with_the_fields_that_are_read(
    policies: Policies[Any],
) -> None:
    for fact in policies.hears:
        assert READ[fact] <= set(CATALOGUE[fact].model_fields), fact


def test_nothing_is_promised_that_nobody_hears() -> None:
    assert OF_ACTIVITIES.hears | OF_AGENDA.hears == READ.keys()


def test_every_policy_is_named_once_a_service_and_stands_in_the_docs() -> None:
    for policies in (OF_ACTIVITIES, OF_AGENDA):
        names = [policy.name for policy in policies.policies]
        assert len(names) == len(set(names))
        assert all(f"| {name} |" in DOCS for name in names)
