"""One learning cycle on one page: plan beside do beside review beside improve."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gateway.readers import cycles as facts
from gateway.readers.reader import Reader
from gateway.readmodels import aspects
from gateway.readmodels.aspects import aspect
from gateway.readmodels.model import Model, Row
from infra.kernel.values import instant
from infra.messaging.carried import Carried

Told = Callable[[Carried, Any], Iterable[Row]]


def fold(carried: Carried) -> Iterable[Row]:
    """Sides of the cycle itself, of its plan of action, and of each activity."""
    reader, told = FOLDS[carried.fact]
    return told(carried, carried.said(reader))


def _opened(carried: Carried, said: facts.CycleOpened) -> Iterable[Row]:
    recorded = {"recordedtime": instant(carried.line.recordedtime)}
    yield aspect(carried, "opened", said.told() | recorded)
    yield aspect(carried, "phase", {"phase": "plan"})


def _closed(carried: Carried, said: facts.CycleClosed) -> Iterable[Row]:
    recorded = {"recordedtime": instant(carried.line.recordedtime)}
    yield aspect(carried, "closed", said.told() | recorded)
    yield aspect(carried, "phase", {"phase": "closed"})


def _side(side: str, phase: str | None = None) -> Told:
    """The fact as one side of the cycle, which may bring it to another phase."""

    def told(carried: Carried, said: Reader) -> Iterable[Row]:
        yield aspect(carried, side, said)
        if phase is not None:
            yield aspect(carried, "phase", {"phase": phase})

    return told


def _phase(phase: str) -> Told:
    return lambda carried, said: (aspect(carried, "phase", {"phase": phase}),)


def _triggered(carried: Carried, said: facts.ReviewTriggered) -> Iterable[Row]:
    yield aspect(carried, f"trigger:{carried.sequence:020}", said)
    yield aspect(carried, "phase", {"phase": "review"})


def _pack(carried: Carried, said: facts.EvidencePackFrozen) -> Iterable[Row]:
    yield aspect(carried, f"pack:{said.pack_id}", said)


def _item(carried: Carried, said: facts.ReviewItemNoted) -> Iterable[Row]:
    yield aspect(carried, f"item:{carried.sequence:020}", said)


def _changed(carried: Carried, said: facts.EvidencePackSuperseded) -> Iterable[Row]:
    yield aspect(carried, f"changed:{carried.sequence:020}", said)


def _finding(carried: Carried, said: facts.FindingAgreed) -> Iterable[Row]:
    yield aspect(carried, f"finding:{said.finding_id}", said)


def _adaptation(carried: Carried, said: facts.AdaptationDecided) -> Iterable[Row]:
    yield aspect(carried, f"adaptation:{said.adaptation_id}", said)
    yield aspect(carried, f"settled:{said.adaptation_id}", {"state": "open"})
    yield aspect(carried, "phase", {"phase": "improve"})


def _settled(state: str) -> Told:
    def told(carried: Carried, said: Any) -> Iterable[Row]:
        yield aspect(carried, f"settled:{said.adaptation_id}", {"state": state})

    return told


def _enacted(carried: Carried, said: facts.AdaptationEnacted) -> Iterable[Row]:
    """Each service that has done its part is a side of its own."""
    yield aspect(carried, f"settled:{said.adaptation_id}", {"state": "enacted"})
    for source in {line.source for line in said.done}:
        yield aspect(carried, f"enacted:{said.adaptation_id}:{source}", {"service": source})


def _plan_drafted(carried: Carried, said: facts.PlanDrafted) -> Iterable[Row]:
    plan = carried.line.subject.rpartition("/")[2]
    body = {"plan_id": plan, "state": "draft"}
    yield aspect(carried, "plan-of-action", body, thing=said.cycle_id)


def _plan_adopted(carried: Carried, said: facts.PlanOfActionAdopted) -> Iterable[Row]:
    plan = carried.line.subject.rpartition("/")[2]
    body = {"plan_id": plan, "state": "adopted", **said.told()}
    yield aspect(carried, "plan-of-action", body, thing=said.cycle_id)


def _in_draft(included: bool) -> Told:
    def told(carried: Carried, said: Any) -> Iterable[Row]:
        yield aspect(carried, f"activity:{said.activity_id}", {"included": included})

    return told


def _activity(state: str) -> Told:
    def told(carried: Carried, said: Reader) -> Iterable[Row]:
        yield aspect(carried, "state", {"state": state})
        yield from _lead(carried, said)

    return told


def _proposed(carried: Carried, said: facts.ActivityProposed) -> Iterable[Row]:
    yield aspect(carried, "proposed", said)
    yield aspect(carried, "state", {"state": "proposed"})


def _lead(carried: Carried, said: Any) -> Iterable[Row]:
    if isinstance(said, facts.ActivityCommitted | facts.LeadHandedOver):
        yield aspect(carried, "lead", {"lead": str(said.lead)})


def _vacant(carried: Carried, said: Reader) -> Iterable[Row]:
    yield aspect(carried, "lead", {"lead": None})


class Nothing(Reader, frozen=True):
    """Of some facts it is enough that they happened."""


STATES = {
    "activities.activity-started": "started",
    "activities.activity-paused": "paused",
    "activities.activity-resumed": "started",
    "activities.activity-completed": "completed",
    "activities.activity-stopped": "stopped",
}
READ: Mapping[type[Reader], Told] = {
    facts.CycleOpened: _opened,
    facts.PlanApproved: _side("approved"),
    facts.DoPhaseStarted: _phase("do"),
    facts.ReviewOpened: _phase("review"),
    facts.ReviewTriggered: _triggered,
    facts.EvidencePackFrozen: _pack,
    facts.ReviewItemNoted: _item,
    facts.EvidencePackSuperseded: _changed,
    facts.FindingAgreed: _finding,
    facts.AdaptationDecided: _adaptation,
    facts.AdaptationEnacted: _enacted,
    facts.AdaptationDropped: _settled("dropped"),
    facts.CycleClosed: _closed,
    facts.PlanDrafted: _plan_drafted,
    facts.ActivityIncluded: _in_draft(True),
    facts.ActivityExcluded: _in_draft(False),
    facts.PlanOfActionAdopted: _plan_adopted,
    facts.PlanOfActionRevised: _plan_adopted,
    facts.ActivityProposed: _proposed,
    facts.ActivityCommitted: _activity("committed"),
    facts.LeadHandedOver: _lead,
}
FOLDS: dict[str, tuple[type[Reader], Told]] = {
    **{reader.FACT: (reader, told) for reader, told in READ.items()},
    **{fact: (Nothing, _activity(state)) for fact, state in STATES.items()},
    "activities.lead-vacancy-flagged": (Nothing, _vacant),
}
MODEL = Model(
    name="cycles",
    version=1,
    sources=("agenda", "activities"),
    hears=frozenset(FOLDS),
    columns=aspects.COLUMNS,
    fold=fold,
)
