"""Where each indicator of an initiative stands against its target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from gateway.readers.indicators import (
    Aim,
    BaselineEstablished,
    DefinitionChanged,
    IndicatorAdopted,
    IndicatorDefined,
    IndicatorDeprecated,
    IndicatorProposed,
    TargetRevised,
    TargetSet,
    TargetWithdrawn,
)
from gateway.readmodels import aspects, initiatives
from gateway.readmodels.aspects import Aspect, aspect
from gateway.readmodels.cut import Cut
from gateway.readmodels.headline import headline, points
from gateway.readmodels.model import Model, Row
from gateway.readmodels.standing import standing
from infra.messaging.carried import Carried
from infra.postgres import Pool, connection, statements

SQL = statements(__package__)
STATES = {IndicatorAdopted.FACT: "adopted", IndicatorDeprecated.FACT: "deprecated"}


def fold(carried: Carried) -> Iterable[Row]:
    """A side for the name, for each definition, for the state, for each baseline and target."""
    fact, data = carried.fact, carried.line.data
    reader = FOLDS.get(fact)
    if reader is not None:
        yield from reader(carried, data)


def _proposed(carried: Carried, data: Mapping[str, Any]) -> Iterator[Row]:
    yield aspect(carried, "named", IndicatorProposed.model_validate(data))
    yield aspect(carried, "state", {"state": "proposed"})


def _defined(carried: Carried, data: Mapping[str, Any]) -> Iterator[Row]:
    said = IndicatorDefined.model_validate(data).model_dump(mode="json")
    said |= {"comparable": True, "series_version": said["version"]}
    yield aspect(carried, f"definition:{said['version']}", said)
    yield aspect(carried, "state", {"state": "defined"})


def _redefined(carried: Carried, data: Mapping[str, Any]) -> Iterator[Row]:
    said = DefinitionChanged.model_validate(data).model_dump(mode="json")
    said["reason"] = data.get("provenance", {}).get("reason")
    yield aspect(carried, f"definition:{said['version']}", said)
    yield aspect(carried, "state", {"state": "defined"})


def _state(carried: Carried, data: Mapping[str, Any]) -> Iterator[Row]:
    yield aspect(carried, "state", {"state": STATES[carried.fact]})


def _baseline(carried: Carried, data: Mapping[str, Any]) -> Iterator[Row]:
    said = BaselineEstablished.model_validate(data)
    side = f"baseline:{said.version}:{stretch(said.baseline)}"
    body = {"version": said.version, **said.baseline.model_dump(mode="json")}
    yield aspect(carried, side, body)


def _target_set(carried: Carried, data: Mapping[str, Any]) -> Iterator[Row]:
    said = TargetSet.model_validate(data)
    begins = said.target.start
    if said.carried_over_from is not None:
        side = f"target:{said.carried_over_from}"
        yield aspect(carried, side, {"stands": False}, begins=begins)
    yield from _target(carried, said, stands=True)


def _target_revised(carried: Carried, data: Mapping[str, Any]) -> Iterator[Row]:
    yield from _target(carried, TargetRevised.model_validate(data), stands=True)


def _target_withdrawn(carried: Carried, data: Mapping[str, Any]) -> Iterator[Row]:
    yield from _target(carried, TargetWithdrawn.model_validate(data), stands=False)


def _target(
    carried: Carried, said: TargetSet | TargetRevised | TargetWithdrawn, *, stands: bool
) -> Iterator[Row]:
    target = said.target
    body = {"stands": stands, **target.model_dump(mode="json")}
    yield aspect(carried, f"target:{target.target_id}", body, begins=target.start)


def stretch(aim: Aim) -> str:
    """The place and stratum that a baseline is for, as a part of its side's name."""
    place = "/".join(aim.place.identity) if aim.place else ""
    return f"{place}:{sorted(aim.dimensions.items())}"


FOLDS = {
    IndicatorProposed.FACT: _proposed,
    IndicatorDefined.FACT: _defined,
    DefinitionChanged.FACT: _redefined,
    IndicatorAdopted.FACT: _state,
    IndicatorDeprecated.FACT: _state,
    BaselineEstablished.FACT: _baseline,
    TargetSet.FACT: _target_set,
    TargetRevised.FACT: _target_revised,
    TargetWithdrawn.FACT: _target_withdrawn,
}
MODEL = Model(
    name="progress", version=1, sources=("measurement",), columns=aspects.COLUMNS, fold=fold
)


async def of_initiative(pool: Pool, cut: Cut, initiative_id: UUID) -> Sequence[dict[str, Any]]:
    """Each indicator of an initiative, in the order of their codes."""
    return [indicator for indicator, _ in await with_points(pool, cut, initiative_id)]


async def with_points(
    pool: Pool, cut: Cut, initiative_id: UUID
) -> Sequence[tuple[dict[str, Any], Sequence[dict[str, Any]]]]:
    """Each with the values of all its periods, the latest first."""
    known = cut.vector["measurement"]
    async with connection(pool) as db:
        rows = await db.fetch(SQL["progress"], initiative_id, known, cut.true_by, cut.begun_by)
        values = await db.fetch(SQL["headlines"], initiative_id, known, cut.ended_by)
    initiative = await initiatives.one(pool, cut, initiative_id)
    parts = {_identity(place) for place in initiative.places} if initiative else set()
    sides: dict[UUID, dict[str, Aspect]] = {}
    for row in rows:
        sides.setdefault(row["thing_id"], {})[row["side"]] = aspects.of(row)
    found = []
    for id, side in sides.items():
        if "named" in side:
            own = [row for row in values if row["indicator_id"] == id]
            shown = _shown(cut, id, side, own, parts)
            found.append((shown, _points(shown, own, parts)))
    return sorted(found, key=lambda each: (each[0]["code"], str(each[0]["id"])))


def _points(
    shown: Mapping[str, Any], values: Sequence[Any], parts: set[tuple[str, str, str]]
) -> Sequence[dict[str, Any]]:
    if "definition" not in shown:
        return []
    version = shown["definition"]["series_version"]
    return points(values, version=version, unit=shown["unit"], parts=parts)


def _identity(place: Mapping[str, Any]) -> tuple[str, str, str]:
    return place["scheme"], place["edition"], place["code"]


def _shown(
    cut: Cut,
    id: UUID,
    sides: Mapping[str, Aspect],
    values: Sequence[Any],
    parts: set[tuple[str, str, str]],
) -> dict[str, Any]:
    versions = [side.body for name, side in sides.items() if name.startswith("definition:")]
    versions.sort(key=lambda version: version["version"])
    present = versions[-1] if versions else None
    indicator: dict[str, Any] = {
        "id": id,
        "code": sides["named"].body["code"],
        "name": present["definition"]["name"] if present else sides["named"].body["name"],
        "state": sides["state"].body["state"],
        "observations": f"/v1/indicators/{id}/observations",
    }
    if present is None:
        return indicator | {"status": "not-defined"}
    terms, series = present["definition"], present["series_version"]
    latest = headline(values, version=series, unit=terms["unit"], parts=parts)
    return indicator | {
        "level": terms["level"],
        "unit": terms["unit"],
        "polarity": terms["polarity"],
        "definition": {"version": present["version"], "series_version": series},
        "breaks": [_break(sides, version) for version in versions if not version["comparable"]],
        **standing(cut, sides, latest=latest, series=series, polarity=terms["polarity"]),
    }


def _break(sides: Mapping[str, Aspect], version: Mapping[str, Any]) -> dict[str, Any]:
    """Values on both sides of it are not comparable."""
    number = version["version"]
    position = sides[f"definition:{number}"].position
    return {"version": number, "reason": version.get("reason"), "position": position}
