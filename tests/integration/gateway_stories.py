"""Random histories of the spine's facts: with corrections, de-duplications and back-dated facts."""
# ruff: noqa: E501 (one fact, one line)

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from tests.callers import named
from tests.integration.gateway_house import PLACES
from tests.lines import History

FORMULAS = [
    {"text": text, "decimals": 2}
    for text in (
        "percent(numerator(I0), denominator(I0))",
        "mean(I0, I1)",
        "I1 * I0 / I1",
        "F + I0",
        "I0 +",
    )
]
INITIATIVES = [named("one"), named("two")]


@dataclass(frozen=True)
class Step:
    """One thing that somebody does, on some day, to some of a few things."""

    what: int
    which: int
    number: int
    days_back: int


STEPS = st.builds(
    Step,
    what=st.integers(0, 15),
    which=st.integers(0, 5),
    number=st.integers(0, 99),
    days_back=st.integers(0, 40),
)
HISTORIES = st.lists(STEPS, min_size=3, max_size=40)


def story(steps: list[Step]) -> History:
    """The spine's facts, back-dated as the steps say: contracts are kept, rules need not be."""
    told = History()
    for step in steps:
        initiative = INITIATIVES[step.which % 2]
        for fact, subject, data in _facts(initiative, step):
            told.tell(fact, subject, data, time=told.now - timedelta(days=step.days_back))
        told.now += timedelta(days=step.number % 7)
    return told


def _facts(initiative: UUID, step: Step) -> list[tuple[str, str, dict[str, Any]]]:
    root, n = f"initiative/{initiative}", step.number

    def of(kind: str, name: str) -> str:
        return f"{root}/{kind}/{named(f'{initiative} {kind} {name}')}"

    def id_of(kind: str, name: str) -> str:
        return of(kind, name).rpartition("/")[2]

    indicator, cycle = of("indicator", str(n % 2)), of("cycle", str(n % 2))
    computed = of("indicator", "F")
    activity, plan = of("activity", str(n % 3)), of("plan-of-action", str(n % 2))
    submission = of("submission", str(n % 3))
    target = {
        "target_id": id_of("target", str(n % 2)),
        "version": 1 + n % 2,
        "value": str(n),
        "start": "2022-01-01",
        "end": "2022-12-31",
        "period": "2022",
        "dimensions": {},
        "decision_id": id_of("proposal", "0"),
    }
    terms = {"name": f"Terms {n}", "unit": "%", "level": "process", "polarity": "higher-is-better"}
    place = PLACES[n % 3]
    series = {
        "initiative_id": str(initiative),
        "indicator_id": id_of("indicator", str(n % 2)),
        "definition_version": 1 + n % 2,
        "place": place,
        "dimensions": {} if n % 5 else {"Sex": "Female"},
    }
    of_series = of("series", str(series))
    month = 1 + n % 12
    value = {
        "start": f"2022-{month:02}-01",
        "end": f"2022-{month:02}-28",
        "period": f"2022-{month:02}",
        "value": str(n),
        "numerator": str(n),
        "denominator": "99",
        "status": "A",
    }
    was = value | {"value": str(n + 1)}
    version = {"version": 2, "definition": terms, "comparable": False, "series_version": 2}
    # fmt: off
    kinds: list[list[tuple[str, str, dict[str, Any]]]] = [
        [("agenda.initiative-registered", root, {"name": f"BGK {n}", "places": PLACES})],
        [
            (
                "agenda.partner-invited",
                of("partnership", ""),
                {
                    "partner_id": id_of("partner", str(n % 3)),
                    "organisation": id_of("organisation", str(n % 3)),
                    "name": f"Organisation {n}",
                },
            )
        ],
        [("agenda.proposal-raised", of("proposal", "0"), {"decision_class": "agenda", "title": f"P {n}", "text": "t"})],
        [("agenda.cycle-opened", cycle, {"number": 1, "title": f"Round {n}", "questions": ["?"], "review_on": "2023-02-15"})],
        [("agenda.review-opened", cycle, {})],
        [("agenda.finding-agreed", cycle, {"finding_id": id_of("finding", str(n % 4)), "text": f"Found {n}", "packs": []})],
        [("measurement.indicator-proposed", indicator, {"code": f"I{n % 2}", "name": f"Indicator {n}"}),
         ("measurement.indicator-defined", indicator, {"version": 1, "definition": terms})],
        [("measurement.indicator-definition-changed", indicator, version)],
        [("measurement.target-set", indicator, {"target": target}),
         ("measurement.target-revised", indicator, {"was": "1", "target": target | {"value": str(n + 1)}})],
        [("measurement.observations-recorded", of_series, {**series, "submission_id": submission.rpartition("/")[2], "observations": [value]})],
        [("measurement.submission-accepted", submission, {"counts": {"new": 1, "unchanged": 0, "corrected": 0, "missing": 0}})],
        [("measurement.observation-corrected", of_series, {**series, "was": was, "now": value}),
         ("measurement.observation-deduplicated", of_series, {**series, "was": was, "now": value, "removed": 1, "parties": [], "method": "m"})],
        [("activities.activity-proposed", activity, {"title": f"Activity {n}"}),
         ("activities.activity-started", activity, {})],
        [("activities.plan-drafted", plan, {"cycle_id": cycle.rpartition("/")[2], "dates": {"starts": "2022-01-01", "ends": "2022-12-31"}}),
         ("activities.activity-included", plan, {"activity_id": activity.rpartition("/")[2]})],
        [("measurement.observations-certified", of_series, {**series, "observations": [value]})],
        [("measurement.indicator-proposed", computed, {"code": "F", "name": f"Formula {n}"}),
         ("measurement.indicator-defined", computed, {"version": 1, "definition": terms | {"formula": FORMULAS[n % len(FORMULAS)]}})],
    ]
    # fmt: on
    return kinds[step.what]
