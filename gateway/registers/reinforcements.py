"""How activities reinforce one another: the graph, and what it says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import networkx as nx

from gateway.registers.facts import Fact, Facts, Kinds, Shown

PROPOSED, COMMITTED = "activities.activity-proposed", "activities.activity-committed"
HANDED_OVER, VACANT = "activities.lead-handed-over", "activities.lead-vacancy-flagged"
STATES = {
    PROPOSED: "proposed",
    COMMITTED: "committed",
    "activities.activity-started": "started",
    "activities.activity-paused": "paused",
    "activities.activity-resumed": "started",
    "activities.activity-completed": "completed",
    "activities.activity-stopped": "stopped",
}
CLAIMED, DISSOLVED = "activities.reinforcement-claimed", "activities.reinforcement-dissolved"
ANSWERS = {
    "activities.reinforcement-confirmed": "confirmed",
    "activities.reinforcement-disputed": "disputed",
    DISSOLVED: "dissolved",
}
OBSERVED, DUPLICATION = "activities.reinforcement-observed", "activities.duplication-flagged"
KINDS: Kinds = {
    **{fact: () for fact in (*STATES, *ANSWERS)},
    PROPOSED: ("title",),
    COMMITTED: ("lead",),
    HANDED_OVER: ("lead",),
    VACANT: (),
    CLAIMED: ("from_activity", "to_activity", "kind", "how"),
    OBSERVED: ("what",),
    DUPLICATION: ("from_activity", "to_activity", "what"),
}
OVER = frozenset({"completed", "stopped"})
MOST_CIRCLES = 100


def network(facts: Facts) -> Any:
    """Activities, and the links between them that were not dissolved."""
    graph = nx.MultiDiGraph()
    for proposed in facts.of(PROPOSED):
        graph.add_node(proposed.thing, **_activity(facts, proposed))
    for claimed in facts.of(CLAIMED):
        answer = facts.last(*ANSWERS, thing=claimed.thing)
        state = ANSWERS[answer.kind] if answer else "claimed"
        if state != "dissolved":
            _link(graph, facts, claimed, state)
    return graph


def _activity(facts: Facts, proposed: Fact) -> Shown:
    state = facts.last(*STATES, thing=proposed.thing) or proposed
    lead = facts.last(COMMITTED, HANDED_OVER, VACANT, thing=proposed.thing)
    partner = lead["lead"] if lead and lead.kind != VACANT else None
    return {
        "title": proposed["title"],
        "state": STATES[state.kind],
        "lead": partner or "",
        "lead_name": (proposed.named(partner)["name"] or "") if partner else "",
        "position": proposed.position,
    }


def _link(graph: Any, facts: Facts, claimed: Fact, state: str) -> None:
    graph.add_edge(
        claimed["from_activity"],
        claimed["to_activity"],
        key=claimed.thing,
        kind=claimed["kind"],
        how=claimed["how"],
        state=state,
        observed=len(facts.of(OBSERVED, thing=claimed.thing)),
        position=claimed.position,
    )


def graph_json(graph: Any) -> Shown:
    """JSON Graph Format, version 2."""
    return {
        "directed": True,
        "type": "reinforcement",
        "nodes": {
            id: {"label": said.get("title", id), "metadata": _without(said, "title")}
            for id, said in graph.nodes(data=True)
        },
        "edges": [
            {
                "id": key,
                "source": source,
                "target": target,
                "relation": said["kind"],
                "directed": True,
                "metadata": _without(said, "kind"),
            }
            for source, target, key, said in graph.edges(keys=True, data=True)
        ],
    }


def _without(said: Shown, name: str) -> Shown:
    return {key: value for key, value in said.items() if key != name}


def graphml(graph: Any) -> str:
    """GraphML, as Gephi, yEd and Cytoscape read it."""
    return "\n".join(nx.generate_graphml(graph, named_key_ids=True)) + "\n"


def said_of(graph: Any, facts: Facts) -> Shown:
    """What stands alone, twice, or in a circle, and on what most depends."""
    confirmed = nx.MultiDiGraph()
    confirmed.add_nodes_from(graph)
    confirmed.add_edges_from(
        (a, b, key) for a, b, key, said in graph.edges(keys=True, data=True) if _holds(said)
    )
    live = [id for id, said in graph.nodes(data=True) if said.get("state") not in OVER]
    return {
        "activities": graph.number_of_nodes(),
        "links": graph.number_of_edges(),
        "confirmed": confirmed.number_of_edges(),
        "isolated": _named(graph, nx.isolates(confirmed)),
        "isolated_live": _named(graph, (id for id in nx.isolates(confirmed) if id in live)),
        "duplicates": [_duplicate(graph, flag) for flag in facts.of(DUPLICATION)],
        "circles": _circles(graph),
        "most_depended_on": _depended_on(graph),
    }


def _holds(said: Shown) -> bool:
    return bool(said["state"] == "confirmed")


def _named(graph: Any, ids: Iterable[str]) -> list[Shown]:
    return [{"id": id, "name": graph.nodes[id].get("title")} for id in ids]


def _duplicate(graph: Any, flag: Fact) -> Shown:
    between = (flag["from_activity"], flag["to_activity"])
    return {"activities": [flag.named(id) for id in between], "what": flag["what"]} | flag.place()


def _prerequisites(graph: Any) -> Any:
    found = nx.DiGraph()
    found.add_nodes_from(graph)
    found.add_edges_from(
        (a, b)
        for a, b, said in graph.edges(data=True)
        if said["kind"] == "prerequisite_of" and said["state"] != "disputed"
    )
    return found


def _circles(graph: Any) -> list[list[Shown]]:
    """Activities that wait for one another: none of them could ever start."""
    groups = nx.strongly_connected_components(_prerequisites(graph))
    circles = sorted(sorted(group) for group in groups if len(group) > 1)
    return [_named(graph, circle) for circle in circles[:MOST_CIRCLES]]


def _depended_on(graph: Any) -> list[Shown]:
    """How many others each activity strengthens, directly and through others."""
    links = nx.DiGraph()
    links.add_nodes_from(graph)
    links.add_edges_from((a, b) for a, b, s in graph.edges(data=True) if s["state"] != "disputed")
    counted = [
        {
            "id": id,
            "name": graph.nodes[id].get("title"),
            "directly": links.out_degree(id),
            "through_others": len(nx.descendants(links, id)),
        }
        for id in links
    ]
    counted.sort(key=lambda one: (-one["through_others"], -one["directly"], one["id"]))
    return [one for one in counted if one["directly"]][:10]
