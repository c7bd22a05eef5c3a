"""Cells, releases and policies for tests of disclosure control."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.measurement.domain.definition import Level
from services.measurement.domain.disclosure import (
    Candidate,
    Earlier,
    Protected,
    Refused,
    protect,
)
from services.measurement.domain.feed_cells import ReleasedCell
from services.measurement.domain.feed_terms import Audience, Policy, Whole
from services.measurement.domain.values import Place, Stated
from tests.callers import named

H2 = Stated.model_validate({"start": "2022-07-01", "end": "2022-12-31", "period": "2022-S2"})
EXAMPLES = int(os.environ.get("COMMONWEAL_TEST_RELEASES", "40"))
"""How many random tables and series of releases each property is tried on."""
DEPARTMENT = Audience(kind="organisation", organisation=named("department"))
FOUNDATION = Audience(kind="organisation", organisation=named("foundation"))
PUBLIC = Audience(kind="public")
POLICY = Policy()


def place(code: str) -> Place:
    return Place(scheme="asgs-sa3", edition="3", code=code)


def whole(code: str, parts: Sequence[str]) -> Whole:
    return Whole(place=place(code), parts=tuple(map(place, parts)))


def candidate(
    code: str,
    numerator: int | None,
    denominator: int | None = None,
    *,
    level: Level = "performance",
    small_matters: bool = True,
    dimensions: Mapping[str, str] | None = None,
    **said: Any,
) -> Candidate:
    """A true cell: a rate where there is a denominator, else a count."""
    figures: dict[str, Any] = {"unit": "persons", "value": str(numerator)}
    if denominator is not None:
        rate = numerator / denominator * 100 if numerator is not None and denominator else 0
        figures = {
            "unit": "%",
            "value": f"{rate:.1f}",
            "numerator": str(numerator),
            "denominator": str(denominator),
        }
    cell = ReleasedCell.model_validate(
        {
            "indicator_id": named("I4"),
            "indicator_code": "I4",
            "definition_version": 2,
            "place": place(code),
            "dimensions": dict(dimensions or {}),
            "period": H2,
            "inputs": (7,),
            **figures,
            **said,
        }
    )
    return Candidate(cell, level, small_matters)


def released(
    name: str,
    given: Protected | Refused,
    truth: Sequence[Candidate],
    *,
    wholes: Sequence[Whole] = (),
    audience: Audience = DEPARTMENT,
    policy: Policy = POLICY,
) -> Earlier:
    """A release as those hold it against the next who prepare that."""
    assert isinstance(given, Protected), given
    id: UUID = named(name)
    return Earlier(id, audience, policy, wholes, given.cells, truth)


def passed(
    candidates: Sequence[Candidate],
    *,
    wholes: Sequence[Whole] = (),
    policy: Policy = POLICY,
    earlier: Sequence[Earlier] = (),
    audience: Audience = DEPARTMENT,
) -> Protected:
    found = protect(candidates, audience=audience, wholes=wholes, policy=policy, earlier=earlier)
    assert isinstance(found, Protected), found
    return found


def codes(given: Protected) -> dict[str, str]:
    """By place: what is said of the numerator and, where there is one, of the denominator."""
    return {
        cell.place.code: cell.conf_status
        + (cell.denominator_conf or ("" if cell.denominator is None else "F"))
        for cell in given.cells
    }
