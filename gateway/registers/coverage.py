"""Where the common work has gaps: outcomes that no activity serves, activities that no measure
watches."""

from __future__ import annotations

from typing import Any

from gateway.registers.facts import Facts, Kinds, Shown
from gateway.registers.reinforcements import OVER, PROPOSED

OUTCOME, RETIRED = "agenda.outcome-defined", "agenda.outcome-retired"
WAY, REFRAMED = "activities.strategy-proposed", "activities.strategy-reframed"
WAY_RETIRED = "activities.strategy-retired"
CLAIMED, WITHDRAWN = "activities.contribution-claimed", "activities.contribution-withdrawn"
COVERAGE: Kinds = {
    OUTCOME: ("outcome_id", "title"),
    RETIRED: ("outcome_id",),
    WAY: ("outcomes",),
    REFRAMED: ("outcomes",),
    WAY_RETIRED: (),
    PROPOSED: ("strategies",),
    CLAIMED: ("activity_id",),
    WITHDRAWN: ("activity_id",),
}


def gaps(graph: Any, facts: Facts) -> Shown:
    """Of the outcomes that stand, and of the activities that are not over."""
    live = [
        id for id, said in graph.nodes(data=True) if "state" in said and said["state"] not in OVER
    ]
    served, watched = _served(facts, set(live)), _watched(facts)
    retired = {fact["outcome_id"] for fact in facts.of(RETIRED)}
    return {
        "outcomes_without_activity": [
            {"id": fact["outcome_id"], "name": fact["title"]}
            for fact in facts.of(OUTCOME)
            if fact["outcome_id"] not in served | retired
        ],
        "activities_without_measure": [
            {"id": id, "name": graph.nodes[id]["title"]} for id in live if id not in watched
        ],
    }


def _served(facts: Facts, live: set[str]) -> set[str]:
    """The outcomes of the strategies that some live activity serves."""
    found: set[str] = set()
    for activity in facts.of(PROPOSED):
        for way in (activity["strategies"] or ()) if activity.thing in live else ():
            frame = facts.last(WAY, REFRAMED, thing=way)
            if frame is not None and not facts.of(WAY_RETIRED, thing=way):
                found |= set(frame["outcomes"] or ())
    return found


def _watched(facts: Facts) -> set[str]:
    """The activities that are claimed, and not withdrawn, to contribute to an indicator."""
    return {
        claim["activity_id"]
        for claim in facts.of(CLAIMED)
        if not facts.of(WITHDRAWN, thing=claim.thing)
    }
