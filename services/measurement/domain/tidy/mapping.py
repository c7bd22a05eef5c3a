"""The mapping: how a user says what the columns of an office's file mean.

It is a published document: `contracts/import-mapping.v1.json` is its schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field

from services.measurement.domain.tidy.sources import (
    Column,
    CountSource,
    DatesPeriod,
    IndicatorSource,
    NameOrNothing,
    Part,
    PeriodSource,
    PlaceSource,
    StatusSource,
    UnitSource,
    ValueSource,
)
from services.measurement.domain.tidy.statuses import ObsStatus

CONTRACT: Final = "import-mapping.v1.json"


class Mapping(Part):
    """What the columns of a tidy CSV file mean. Every column is named in exactly one place."""

    model_config = ConfigDict(title="Commonweal import mapping, version 1")

    indicator: IndicatorSource
    unit: UnitSource | None = None
    status: StatusSource = StatusSource(constant=ObsStatus.NORMAL)
    period: PeriodSource
    value: ValueSource
    numerator: CountSource | None = Field(
        default=None, description="What the value was computed from; with a denominator."
    )
    denominator: CountSource | None = None
    place: PlaceSource
    dimensions: tuple[Column, ...] = Field(
        default=(), max_length=50, description='Each a stratum; an empty cell is the total, "_T".'
    )
    ignore: tuple[NameOrNothing, ...] = Field(
        default=(), max_length=1_000, description='"" stands for a column without a name.'
    )
    delimiter: Literal[",", ";", "\t", "|"] | None = Field(
        default=None, description="Found out from the header if it is not stated."
    )
    encoding: Literal["utf-8", "utf-16", "iso-8859-1", "windows-1252"] = Field(
        default="utf-8", description="A byte-order mark at the start of the file decides first."
    )
    header_line: Annotated[int, Field(ge=1, le=1_000, strict=True)] = Field(
        default=1, description="The first line on which the header is looked for."
    )

    def roles(self) -> Iterator[tuple[str, str]]:
        """Every column that the mapping names, with the place in the mapping that names it."""
        period, place = self.period, self.place
        singles = {
            "indicator": self.indicator.column,
            "unit": self.unit.column if self.unit else None,
            "status": self.status.column,
            "value": self.value.column,
            "numerator": self.numerator.column if self.numerator else None,
            "denominator": self.denominator.column if self.denominator else None,
            "place.code_column": place.code_column,
        }
        if isinstance(period, DatesPeriod):
            singles |= {"period.start": period.start, "period.end": period.end}
        else:
            singles["period"] = period.column
        yield from ((name, role) for role, name in singles.items() if name is not None)
        yield from ((name, "place.columns") for name in place.columns)
        yield from ((name, "dimensions") for name in self.dimensions)
        yield from ((name, "ignore") for name in self.ignore)


def published_schema() -> str:
    """The JSON Schema of the mapping, as the contract file holds it."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"/contracts/measurement/{CONTRACT}",
        **Mapping.model_json_schema(),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def publish(contracts: Path) -> Path:
    """Write the schema into the folder of contracts, as `make contracts` does."""
    path = contracts / CONTRACT
    path.write_text(published_schema(), encoding="utf-8")
    return path
