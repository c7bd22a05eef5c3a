"""Which initiatives there are, and how each stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple
from uuid import UUID

from gateway.readers.initiatives import CohortDefined, InitiativeRegistered, PlaceScopeChanged
from gateway.readmodels import aspects
from gateway.readmodels.aspects import aspect
from gateway.readmodels.cut import Cut
from gateway.readmodels.model import Model, Row
from infra.messaging.carried import Carried
from infra.postgres import Pool, connection, statements

SQL = statements(__package__)
STATUSES: dict[str, Literal["live", "paused", "closed"]] = {
    "agenda.initiative-paused": "paused",
    "agenda.initiative-resumed": "live",
    "agenda.initiative-closed": "closed",
}


def fold(carried: Carried) -> Iterable[Row]:
    """Name, places, cohort and status, each as a side of its own."""
    return FOLDS[carried.fact](carried)


def _registered(carried: Carried) -> Iterable[Row]:
    registered = carried.said(InitiativeRegistered)
    yield aspect(carried, "registered", {"name": registered.name})
    yield aspect(carried, "places", {"places": registered.told()["places"]})


def _moved(carried: Carried) -> Iterable[Row]:
    yield aspect(carried, "places", carried.said(PlaceScopeChanged))


def _cohort(carried: Carried) -> Iterable[Row]:
    yield aspect(carried, "cohort", carried.said(CohortDefined))


def _status(carried: Carried) -> Iterable[Row]:
    yield aspect(carried, "status", {"status": STATUSES[carried.fact]})


FOLDS = {
    InitiativeRegistered.FACT: _registered,
    PlaceScopeChanged.FACT: _moved,
    CohortDefined.FACT: _cohort,
    **dict.fromkeys(STATUSES, _status),
}
MODEL = Model(
    name="initiatives",
    version=1,
    sources=("agenda",),
    hears=frozenset(FOLDS),
    columns=aspects.COLUMNS,
    fold=fold,
)


class Initiative(NamedTuple):
    """How one initiative stands at a cut."""

    id: UUID
    registered: int
    """The sequence of its first line, by which lists are sorted."""
    sides: dict[str, aspects.Aspect]

    @property
    def places(self) -> Sequence[dict[str, Any]]:
        places: list[dict[str, Any]] = self.sides["places"].body["places"]
        return places

    def shown(self) -> dict[str, Any]:
        """As lists show it."""
        cohort = self.sides.get("cohort")
        status = self.sides.get("status")
        path = f"/v1/initiatives/{self.id}"
        return {
            "id": self.id,
            "name": self.sides["registered"].body["name"],
            "status": status.body["status"] if status else "live",
            "places": [
                {name: value for name, value in place.items() if value is not None}
                for place in self.places
            ],
            "cohort": cohort.body["cohort"] if cohort else None,
            "position": self.sides["registered"].position,
            "timeline": f"{path}/timeline",
            "progress": f"{path}/progress",
        }


async def page(
    pool: Pool,
    cut: Cut,
    after: int,
    limit: int,
    *,
    status: str | None = None,
    place: str | None = None,
) -> Sequence[Initiative]:
    """The initiatives that were registered after a sequence, in that order."""
    known = cut.vector["agenda"], cut.true_by
    async with connection(pool) as db:
        rows = await db.fetch(SQL["initiatives"], *known, after, limit, None, status, place)
    return _put_together(rows)


async def one(pool: Pool, cut: Cut, initiative_id: UUID) -> Initiative | None:
    """One initiative, if it was known at the cut."""
    async with connection(pool) as db:
        known = cut.vector["agenda"], cut.true_by
        rows = await db.fetch(SQL["initiatives"], *known, 0, 1, initiative_id, None, None)
    return next(iter(_put_together(rows)), None)


def _put_together(rows: Sequence[Any]) -> list[Initiative]:
    found: dict[UUID, Initiative] = {}
    for row in rows:
        initiative = Initiative(row["thing_id"], row["registered"], {})
        found.setdefault(row["thing_id"], initiative).sides[row["side"]] = aspects.of(row)
    return list(found.values())
