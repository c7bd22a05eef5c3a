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
from services.measurement.policies.policies import POLICIES as OF_MEASUREMENT

for _service in ("agenda", "measurement", "activities"):
    importlib.import_module(f"services.{_service}.domain")

DOCS = (Path(__file__).parents[2] / "docs" / "domain.md").read_text()
CHANGED = {"indicator_id", "place", "supersedes"}
READ: dict[str, set[str]] = {
    "agenda.adaptation-decided": {"adaptation_id", "changes"},
    "agenda.common-agenda-adopted": {"outcomes"},
    "agenda.common-agenda-revised": {"outcomes"},
    "agenda.outcome-retired": {"outcome_id"},
    "agenda.partner-withdrew": {"organisation"},
    "agenda.partner-agreement-lapsed": {"organisation"},
    "agenda.backbone-funding-gap-detected": {"covered_until"},
    "measurement.data-agreement-expired": set(),
    "measurement.data-agreement-revoked": set(),
    "measurement.indicator-definition-changed": {"comparable", "definition"},
    "measurement.observation-corrected": CHANGED | {"was", "now"},
    "measurement.observation-deduplicated": CHANGED | {"was", "now"},
    "measurement.observation-decertified": CHANGED | {"observation"},
    "measurement.observation-withdrawn": CHANGED | {"was"},
    "agenda.feedback-overdue": set(),
    "measurement.observations-certified": {"observations"},
    "measurement.signal-raised": {"kind", "place", "was", "now", "target"},
    "measurement.reporting-period-closed": set(),
    "measurement.completeness-gap-flagged": {"organisation"},
    "measurement.submission-rejected": {"rejection", "provider", "reporting_period_id"},
    "agenda.hypothesis-revised": {"adaptation_id"},
    "measurement.target-revised": {"adaptation_id"},
    "measurement.feed-restated": {"replaces"},
    "measurement.feed-restatement-opened": {"cause"},
    "activities.activity-completed": set(),
    "activities.activity-stopped": {"learning"},
    "activities.context-shift-noted": {"weight", "shift"},
    "activities.plan-of-action-revised": {"adaptation_id"},
    "activities.activity-adapted": {"adaptation_id"},
}
"""By fact that some policy hears: the fields that it reads."""


ALL: tuple[Policies[Any], ...] = (OF_ACTIVITIES, OF_AGENDA, OF_MEASUREMENT)


@pytest.mark.parametrize("policies", ALL, ids=["activities", "agenda", "measurement"])
def test_every_fact_that_is_heard_is_promised_with_the_fields_that_are_read(
    policies: Policies[Any],
) -> None:
    for fact in policies.hears:
        assert READ[fact] <= set(CATALOGUE[fact].model_fields), fact


def test_nothing_is_promised_that_nobody_hears() -> None:
    assert frozenset().union(*(each.hears for each in ALL)) == READ.keys()


def test_every_policy_is_named_once_a_service_and_stands_in_the_docs() -> None:
    for policies in ALL:
        names = [policy.name for policy in policies.policies]
        assert len(names) == len(set(names))
        assert all(f"| {name} |" in DOCS for name in names)
