"""All registers, as tests ask them: at one cut, over histories in which anything may be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from gateway.readmodels.cut import Cut
from gateway.registers import (
    changes,
    commitments,
    coverage,
    decisions,
    lineage,
    metrics,
    numbers,
    overview,
    portfolio,
    reinforcements,
    scorecard,
)
from gateway.registers.facts import Facts, Kinds, counted, gathered, joined
from infra.postgres import Pool
from tests.callers import named
from tests.contract.examples import FORMATS, example
from tests.lines import History

INITIATIVE = named("initiative")
THING = UUID(FORMATS["uuid"])
"""The one id in all examples: so that every fact speaks of every other."""


def graphed(facts: Facts) -> Any:
    graph = reinforcements.network(facts)
    return [
        reinforcements.graph_json(graph),
        reinforcements.graphml(graph),
        reinforcements.said_of(graph, facts) | coverage.gaps(graph, facts),
    ]


FOLDS: tuple[tuple[Kinds, Callable[[Facts], Any]], ...] = (
    (decisions.BASIC, decisions.register),
    (decisions.KINDS, lambda facts: decisions.dossier(facts, str(THING))),
    (changes.MEASURES, changes.measures),
    (changes.TARGETS, changes.targets),
    (commitments.KINDS, lambda facts: commitments.by_partner(commitments.ledger(facts))),
    (joined(reinforcements.KINDS, coverage.COVERAGE), graphed),
    (scorecard.KINDS, lambda facts: scorecard.scored({"id": THING}, [], facts)),
    (overview.KINDS, overview.overview),
    (metrics.KINDS, lambda facts: metrics.metrics(facts, 7)),
    (lineage.KINDS, lambda facts: lineage.outcomes(facts, str(THING))),
)
KINDS: Mapping[str, tuple[str, ...]] = joined(*(kinds for kinds, _ in FOLDS))
FACTS = [
    *sorted(KINDS),
    "measurement.indicator-mapped",
    "measurement.submission-received",
    "measurement.submission-accepted",
    "measurement.observations-recorded",
    "measurement.observation-corrected",
    "measurement.observation-deduplicated",
]
CELL = numbers.Cell(THING, THING, date(2022, 7, 1), date(2022, 7, 1))


@dataclass(frozen=True)
class Said:
    """Any fact that a register reads, as its contract allows it, on some day."""

    fact: int
    whole: bool
    elsewhere: bool
    days_back: int


HISTORIES = st.lists(
    st.builds(
        Said,
        fact=st.integers(0, 999),
        whole=st.booleans(),
        elsewhere=st.booleans(),
        days_back=st.integers(0, 40),
    ),
    min_size=3,
    max_size=40,
)


def story(said: list[Said], told: History | None = None) -> History:
    """Contracts are kept, rules need not be: a register must bear whatever may be written."""
    told = told or History()
    for each in said:
        fact = FACTS[each.fact % len(FACTS)]
        thing = named("elsewhere") if each.elsewhere else THING
        data = {name: value for name, value in example(fact, whole=each.whole).items()}
        data.pop("provenance", None)
        if data.get("carried_over_from"):
            data["carried_over_from"] = str(named("former"))  # a target never follows on itself
        kind = fact.partition(".")[2]
        subject = f"initiative/{INITIATIVE}/{kind}/{thing}"
        told.tell(fact, subject, data, time=told.now - timedelta(days=each.days_back))
        told.now += timedelta(days=each.days_back % 7)
    return told


async def answers(pool: Pool, cut: Cut) -> list[Any]:
    """What every register says at one cut."""
    told = [fold(await gathered(pool, cut, INITIATIVE, kinds)) for kinds, fold in FOLDS]
    told += await portfolio.shared(pool, cut)
    return [*told, await numbers.dossier(pool, cut, CELL), await counted(pool, cut, INITIATIVE)]
