"""Where each indicator of an initiative stands against its target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from gateway.readers.indicators import (
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
from gateway.readmodels import aspects
from gateway.readmodels.aspects import Aspect, aspect
from gateway.readmodels.conversion import Concordance
from gateway.readmodels.cut import Cut
from gateway.readmodels.headline import Headline, Span
from gateway.readmodels.known import figures
from gateway.readmodels.measures import Measure, stretch
from gateway.readmodels.model import Model, Row
from gateway.readmodels.standing import standing
from infra.messaging.carried import Carried
from infra.postgres import Pool

MOST_MISSING = 12
STATES = {IndicatorAdopted.FACT: "adopted", IndicatorDeprecated.FACT: "deprecated"}


def fold(carried: Carried) -> Iterable[Row]:
    """A side for the name, for each definition, for the state, for each baseline and target."""
    return FOLDS[carried.fact](carried)


def _proposed(carried: Carried) -> Iterator[Row]:
    yield aspect(carried, "named", carried.said(IndicatorProposed))
    yield aspect(carried, "state", {"state": "proposed"})


def _defined(carried: Carried) -> Iterator[Row]:
    said = carried.said(IndicatorDefined).told()
    said |= {"comparable": True, "series_version": said["version"]}
    yield aspect(carried, f"definition:{said['version']}", said)
    yield aspect(carried, "state", {"state": "defined"})


def _redefined(carried: Carried) -> Iterator[Row]:
    said = carried.said(DefinitionChanged).told()
    said["reason"] = carried.line.data.get("provenance", {}).get("reason")
    yield aspect(carried, f"definition:{said['version']}", said)
    yield aspect(carried, "state", {"state": "defined"})


def _state(carried: Carried) -> Iterator[Row]:
    yield aspect(carried, "state", {"state": STATES[carried.fact]})


def _baseline(carried: Carried) -> Iterator[Row]:
    said = carried.said(BaselineEstablished)
    place = said.baseline.place.identity if said.baseline.place else None
    side = f"baseline:{said.version}:{stretch(place, said.baseline.dimensions)}"
    body = {"version": said.version, **said.baseline.told()}
    yield aspect(carried, side, body)


def _target_set(carried: Carried) -> Iterator[Row]:
    said = carried.said(TargetSet)
    begins = said.target.start
    if said.carried_over_from is not None:
        side = f"target:{said.carried_over_from}"
        yield aspect(carried, side, {"stands": False}, begins=begins)
    yield from _target(carried, said, stands=True)


def _target_revised(carried: Carried) -> Iterator[Row]:
    yield from _target(carried, carried.said(TargetRevised), stands=True)


def _target_withdrawn(carried: Carried) -> Iterator[Row]:
    yield from _target(carried, carried.said(TargetWithdrawn), stands=False)


def _target(
    carried: Carried, said: TargetSet | TargetRevised | TargetWithdrawn, *, stands: bool
) -> Iterator[Row]:
    target = said.target
    body = {"stands": stands, **target.told()}
    yield aspect(carried, f"target:{target.target_id}", body, begins=target.start)


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
    name="progress",
    version=1,
    sources=("measurement",),
    hears=frozenset(FOLDS),
    columns=aspects.COLUMNS,
    fold=fold,
)


async def of_initiative(
    pool: Pool, cut: Cut, initiative_id: UUID, concordance: Concordance | None = None
) -> Sequence[dict[str, Any]]:
    """Each indicator of an initiative, in the order of their codes."""
    found = await with_points(pool, cut, initiative_id, concordance)
    return [indicator for indicator, _ in found]


async def with_points(
    pool: Pool, cut: Cut, initiative_id: UUID, concordance: Concordance | None = None
) -> Sequence[tuple[dict[str, Any], Sequence[dict[str, Any]]]]:
    """Each with the values of all its periods, the latest first."""
    known = await figures(pool, cut, initiative_id, concordance)
    found = []
    for measure in known.measures.values():
        points = known.points(measure)
        told = shown(cut, measure, points) | {"not_computed": _told(known.missing(measure))}
        found.append((told, points))
    return found


def _told(missing: Mapping[Span, str]) -> list[dict[str, Any]]:
    """The latest of them."""
    return [
        {"start": start, "end": end, "detail": why}
        for (end, start), why in islice(missing.items(), MOST_MISSING)
    ]


def shown(cut: Cut, measure: Measure, points: Sequence[Headline]) -> dict[str, Any]:
    """An indicator against its target."""
    sides = measure.sides
    indicator: dict[str, Any] = {
        "id": measure.id,
        "code": measure.code,
        "name": measure.name,
        "state": sides["state"].body["state"],
        "observations": f"/v1/indicators/{measure.id}/observations",
    }
    if measure.present is None:
        return indicator | {"status": "not-defined"}
    terms = measure.terms
    told = {"formula": measure.formula.text} if measure.formula else {}
    return (
        indicator
        | told
        | {
            "level": terms["level"],
            "unit": terms["unit"],
            "polarity": terms["polarity"],
            "definition": {
                "version": measure.present["version"],
                "series_version": measure.series,
            },
            "breaks": [
                _break(sides, version) for version in measure.versions if not version["comparable"]
            ],
            **standing(
                cut, sides, points=points, series=measure.series, polarity=terms["polarity"]
            ),
        }
    )


def _break(sides: Mapping[str, Aspect], version: Mapping[str, Any]) -> dict[str, Any]:
    """Values on both sides of it are not comparable."""
    number = version["version"]
    position = sides[f"definition:{number}"].position
    return {"version": number, "reason": version.get("reason"), "position": position}
