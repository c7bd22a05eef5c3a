"""Puts a learning cycle's page together from its sides, its plan's and its activities'."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from gateway.readmodels import aspects, evidence, timeline
from gateway.readmodels.aspects import Aspect
from gateway.readmodels.cut import FOREVER, Cut
from gateway.readmodels.labels import names_of
from gateway.readmodels.speech import Names
from infra.kernel.values import moment
from infra.postgres import Connection, Pool, connection, statements

SQL = statements(__package__)
MOST_FACTS = 2_000
"""On one page; the timeline pages through more."""

Sides = Mapping[str, Aspect]


class Page(NamedTuple):
    content: dict[str, Any]
    of_its_own: bool
    """Whether it tells of nothing but facts of its initiative: evidence may cite others'."""


async def page(pool: Pool, cut: Cut, cycle_id: UUID) -> Page | None:
    """The cycle as it was at the cut, or None where it was not known."""
    async with connection(pool) as db:
        cycle = (await _sides(db, cut, [cycle_id])).get(cycle_id)
        if cycle is None or "opened" not in cycle:
            return None
        plan = cycle.get("plan-of-action")
        chosen = await _chosen(db, cut, plan)
        activities = await _sides(db, cut, chosen)
        rows = await _facts(db, cut, cycle_id, cycle, chosen)
        names = await names_of(db, cut, cycle["opened"].initiative_id)
        checked = await evidence.checked(db, cut, _all(cycle, "pack:"))
    told, opened = _by_step(timeline.told(rows, names)), cycle["opened"]
    content = {
        "id": cycle_id,
        "number": opened.body["number"],
        "title": opened.body["title"],
        "phase": cycle["phase"].body["phase"],
        "questions": opened.body["questions"],
        "review_on": opened.body["review_on"],
        "position": opened.position,
        "plan": {"approved": _body(cycle, "approved"), "plan_of_action": plan and plan.body}
        | told["plan"],
        "do": {"activities": [_activity(id, activities.get(id, {}), names) for id in chosen]}
        | told["do"],
        "review": {
            "triggers": _all(cycle, "trigger:"),
            "items": _all(cycle, "item:"),
            "evidence": checked.packs,
            "changed": _all(cycle, "changed:"),
            "findings": _all(cycle, "finding:"),
        }
        | told["review"],
        "improve": {
            "adaptations": [
                adaptation | _settled(cycle, adaptation["adaptation_id"])
                for adaptation in _all(cycle, "adaptation:")
            ],
            "closed": _body(cycle, "closed"),
        }
        | told["improve"],
    }
    return Page(content, all(home == opened.initiative_id for home in checked.homes))


async def _sides(db: Connection, cut: Cut, ids: Collection[UUID]) -> Mapping[UUID, Sides]:
    """The sides of each of these things at the cut."""
    agenda, _, activities = cut.sequences
    rows = await db.fetch(SQL["cycles"], list(ids), agenda, activities, cut.true_by)
    found: dict[UUID, dict[str, Aspect]] = {}
    for row in rows:
        found.setdefault(row["thing_id"], {})[row["side"]] = aspects.of(row)
    return found


async def _chosen(db: Connection, cut: Cut, plan: Aspect | None) -> Sequence[UUID]:
    """The activities of the plan of action: as adopted, or as drafted so far."""
    if plan is None:
        return []
    if plan.body["state"] == "adopted":
        return [UUID(id) for id in plan.body["activities"]]
    plan_id = UUID(plan.body["plan_id"])
    draft = (await _sides(db, cut, [plan_id])).get(plan_id, {})
    return [
        UUID(side.partition(":")[2])
        for side, found in sorted(draft.items(), key=lambda each: _number(each[1]))
        if side.startswith("activity:") and found.body["included"]
    ]


async def _facts(
    db: Connection, cut: Cut, cycle_id: UUID, cycle: Sides, activities: Sequence[UUID]
) -> Sequence[Any]:
    """The facts of the cycle, and those of its activities while it ran."""
    opened, closed = _when(cycle, "opened"), _when(cycle, "closed")
    return await db.fetch(
        SQL["cycle_facts"],
        cycle_id,
        list(activities),
        *cut.sequences,
        cut.true_by,
        opened,
        closed or FOREVER,
        MOST_FACTS,
        cycle["opened"].initiative_id,
        cut.hidden,
    )


def _by_step(entries: Sequence[dict[str, Any]]) -> Mapping[str, dict[str, Any]]:
    return {
        step: {"facts": [entry for entry in entries if entry["step"] == step]}
        for step in timeline.STEPS
    }


def _when(cycle: Sides, side: str) -> datetime | None:
    return moment(cycle[side].body["recordedtime"]) if side in cycle else None


def _body(sides: Sides, side: str) -> dict[str, Any] | None:
    return {**sides[side].body, "position": sides[side].position} if side in sides else None


def _all(sides: Sides, prefix: str) -> list[dict[str, Any]]:
    found = sorted(_of(sides, prefix), key=_number)
    return [{**side.body, "position": side.position} for side in found]


def _settled(cycle: Sides, adaptation: str) -> dict[str, Any]:
    """What became of an adaptation, and in which services that can be seen."""
    services = sorted(side.body["service"] for side in _of(cycle, f"enacted:{adaptation}:"))
    return {**cycle[f"settled:{adaptation}"].body, "enacted_in": services}


def _of(sides: Sides, prefix: str) -> list[Aspect]:
    return [side for name, side in sides.items() if name.startswith(prefix)]


def _number(side: Aspect) -> int:
    return int(side.position.partition(":")[2])


def _activity(id: UUID, sides: Sides, names: Names) -> dict[str, Any]:
    lead = sides["lead"].body["lead"] if "lead" in sides else None
    return {
        "id": id,
        "title": sides["proposed"].body["title"] if "proposed" in sides else None,
        "state": sides["state"].body["state"] if "state" in sides else None,
        "lead": {"id": lead, "name": names.get(lead)} if lead else None,
    }
