"""The portfolio: initiatives that share an indicator, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from gateway.readmodels import initiatives, progress
from gateway.readmodels.cut import Cut
from gateway.registers.facts import SQL, Shown
from infra.postgres import Pool, connection


class Shared(NamedTuple):
    """A code of a scheme, and the indicators that were mapped to it: (initiative, indicator)."""

    scheme: str
    code: str
    indicators: Sequence[tuple[UUID, UUID]]


async def shared(pool: Pool, cut: Cut) -> Sequence[Shared]:
    """What two initiatives or more have mapped to, in the order of scheme and code.

    An indicator's latest code in a scheme holds.
    """
    async with connection(pool) as db:
        rows = await db.fetch(SQL["mapped"], cut.vector["measurement"], cut.true_by)
    codes: dict[tuple[UUID, UUID, str], str] = {}
    for row in rows:
        said = orjson.loads(row["line"])["data"]
        key = row["initiative_id"], row["indicator_id"], said["scheme"]
        if said.get("comparable", True):
            codes[key] = said["code"]
        else:
            codes.pop(key, None)
    found: dict[tuple[str, str], list[tuple[UUID, UUID]]] = {}
    for (initiative, indicator, scheme), code in codes.items():
        found.setdefault((scheme, code), []).append((initiative, indicator))
    return [
        Shared(scheme, code, sorted(held))
        for (scheme, code), held in sorted(found.items())
        if len({initiative for initiative, _ in held}) > 1
    ]


async def side_by_side(pool: Pool, cut: Cut, found: Shared) -> Shown:
    """The initiatives that measure the same, by unit: values of two units do not compare."""
    by_unit: dict[str, list[Shown]] = {}
    for initiative, indicator in found.indicators:
        shown = await _indicator(pool, cut, initiative, indicator)
        if shown is not None:
            by_unit.setdefault(str(shown["indicator"].get("unit")), []).append(shown)
    return {
        "id": f"{found.scheme}/{found.code}",
        "scheme": found.scheme,
        "code": found.code,
        "units": [
            {"unit": unit, "comparable": len(held) > 1, "initiatives": held}
            for unit, held in sorted(by_unit.items())
        ],
    }


async def _indicator(pool: Pool, cut: Cut, id: UUID, indicator: UUID) -> Shown | None:
    initiative = await initiatives.one(pool, cut, id)
    if initiative is None:
        return None
    every: Sequence[Mapping[str, Any]] = await progress.of_initiative(pool, cut, id)
    mine = [dict(one) for one in every if one["id"] == indicator]
    name = initiative.sides["registered"].body["name"]
    return {"initiative": {"id": id, "name": name}, "indicator": mine[0]} if mine else None
