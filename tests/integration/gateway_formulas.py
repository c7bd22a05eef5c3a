"""Histories with formulas: counts that are certified, and what is computed from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tests.callers import named
from tests.integration.gateway_house import H2, INDICATOR, PLACES, ROOT, definition, founded
from tests.lines import History

SHARE, SCHOOLS, BY_SCHOOL = named("I7"), named("I5"), named("I8")
AREA = {"scheme": "commonweal", "edition": "1", "code": "bgk"}
VALUES = (("60.0", 3, 5), ("60.0", 6, 10), ("62.5", 10, 16))


def defined(
    told: History, id: UUID, code: str, text: str | None = None, unit: str = "%", decimals: int = 1
) -> None:
    """An indicator; with a text it is computed."""
    at = f"{ROOT}/indicator/{id}"
    told.tell("measurement.indicator-proposed", at, {"code": code, "name": code})
    terms = definition(13) | {"name": code, "unit": unit}
    if text is not None:
        terms["formula"] = {"text": text, "decimals": decimals}
    told.tell("measurement.indicator-defined", at, {"version": 1, "definition": terms})


def of(
    indicator: UUID, place: Mapping[str, Any], version: int, dimensions: Mapping[str, str]
) -> tuple[str, dict[str, Any]]:
    key = f"{indicator} {place['scheme']} {place['code']} {version} {sorted(dimensions.items())}"
    data = {
        "initiative_id": str(ROOT.partition("/")[2]),
        "indicator_id": str(indicator),
        "definition_version": version,
        "place": dict(place),
        "dimensions": dict(dimensions),
    }
    return f"{ROOT}/series/{named(key)}", data


def recorded(
    told: History,
    indicator: UUID,
    place: Mapping[str, Any],
    amount: Mapping[str, Any],
    *,
    version: int = 1,
    dimensions: Mapping[str, str] | None = None,
    certify: bool = True,
) -> None:
    """One value, in a submission of its own, and certified unless that is not wanted."""
    at, data = of(indicator, place, version, dimensions or {})
    submission = named(f"{at} {sorted(amount.items())}")
    given = {"submission_id": str(submission), "observations": [{"status": "A"} | dict(amount)]}
    told.tell("measurement.observations-recorded", at, data | given)
    accepted = {"counts": {"new": 1, "unchanged": 0, "corrected": 0, "missing": 0}}
    where = f"{ROOT}/submission/{submission}"
    told.tell("measurement.submission-accepted", where, accepted)
    if certify:
        told.tell("measurement.observations-certified", at, data | given)


def counted(value: str, numerator: int, denominator: int) -> dict[str, Any]:
    return {**H2, "value": value, "numerator": str(numerator), "denominator": str(denominator)}


def engaged(*, certify: bool = True) -> History:
    """I4 in three places, by its second version; I7 is its share, computed."""
    told = founded()
    defined(told, SHARE, "I7", "percent(numerator(I4), denominator(I4))", decimals=2)
    for place, amount in zip(PLACES, VALUES, strict=True):
        recorded(told, INDICATOR, place, counted(*amount), version=2, certify=certify)
    return told


def deduplicated(told: History, *, certify: bool = True) -> None:
    """Three young people had been counted twice; what is left is certified again."""
    now = (("50.0", 2, 4), ("55.6", 5, 9), ("60.0", 9, 15))
    for place, before, after in zip(PLACES, VALUES, now, strict=True):
        at, data = of(INDICATOR, place, 2, {})
        left = {"status": "A"} | counted(*after)
        said = {
            "was": {"status": "A"} | counted(*before),
            "now": left,
            "removed": 1,
            "parties": [str(named("harbour youth"))],
            "method": "key match",
        }
        told.tell("measurement.observation-deduplicated", at, data | said)
        if certify:
            told.tell("measurement.observations-certified", at, data | {"observations": [left]})
