"""Every value of every series, exactly as it was given, in every version that it ever had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from msgspec.structs import astuple

from gateway.readers.observations import (
    ObservationCorrected,
    ObservationDecertified,
    ObservationDeduplicated,
    ObservationsCertified,
    ObservationsRecorded,
    ObservationStatusChanged,
    ObservationWithdrawn,
    OfSeries,
    SubmissionAccepted,
)
from gateway.readmodels import released
from gateway.readmodels.cut import Cut
from gateway.readmodels.model import Model, Row
from gateway.readmodels.totals import CERTIFIED
from infra.kernel.line import canonical
from infra.messaging.carried import Carried
from infra.postgres import Pool, connection, statements

SQL = statements(__package__)
OBSERVED: Mapping[str, type[OfSeries]] = {
    reader.FACT: reader
    for reader in (
        ObservationsRecorded,
        ObservationCorrected,
        ObservationDeduplicated,
        ObservationsCertified,
        ObservationDecertified,
        ObservationStatusChanged,
        ObservationWithdrawn,
    )
}
BEFORE_ALL = (UUID(int=0), date.min, date.min)


def fold(carried: Carried) -> Iterable[Row]:
    """A row for each value that the fact gives; `ordinal` tells those of one line apart."""
    said = carried.said(OBSERVED[carried.fact])
    common = (
        carried.line.partitionkey,
        said.indicator_id,
        said.definition_version,
        carried.line.subject.rpartition("/")[2],
        *astuple(said.place),
        canonical(said.dimensions),
    )
    origin = said.depends_on, carried.fact.partition(".")[2]
    for ordinal, value in enumerate(said.values()):
        yield ordinal, *common, *astuple(value), *origin


MODEL = Model(
    name="observations",
    version=1,
    sources=("measurement",),
    hears=frozenset(OBSERVED),
    columns=(
        "ordinal",
        "initiative_id",
        "indicator_id",
        "definition_version",
        "series_id",
        "place_scheme",
        "place_edition",
        "place_code",
        "place_label",
        "dimensions",
        "period_start",
        "period_end",
        "period",
        "value",
        "status",
        "numerator",
        "denominator",
        "submission_id",
        "kind",
    ),
    fold=fold,
)


def fold_submission(carried: Carried) -> Iterable[Row]:
    """From its acceptance on the values of a submission count."""
    yield UUID(carried.line.subject.rpartition("/")[2]), carried.line.partitionkey


SUBMISSIONS = Model(
    name="submissions",
    version=1,
    sources=("measurement",),
    hears=frozenset({SubmissionAccepted.FACT}),
    columns=("submission_id", "initiative_id"),
    fold=fold_submission,
)


class Place(NamedTuple):
    """Where a page of observations ended."""

    series_id: UUID
    period_start: date
    period_end: date


FIRST = Place(*BEFORE_ALL)


class Wanted(NamedTuple):
    """Which values are asked for; None asks for all."""

    series_id: UUID | None = None
    place: str | None = None
    since: date | None = None
    until: date | None = None
    total: bool | None = None
    certified: bool | None = None

    def has(self, row: Any) -> bool:
        """As the statement of the same name says it, for rows that did not come by it."""
        return (
            self.series_id in (None, row["series_id"])
            and self.place in (None, row["place_code"])
            and (self.since is None or row["period_start"] >= self.since)
            and (self.until is None or row["period_end"] <= self.until)
            and self.total in (None, row["dimensions"] == "{}")
            and self.certified in (None, row["kind"] in CERTIFIED)
        )


EVERY = Wanted()


async def page(
    pool: Pool, cut: Cut, indicator_id: UUID, after: Place, limit: int, wanted: Wanted = EVERY
) -> Sequence[Any]:
    """The values that stood at the cut, by series and period; outside: as they were released."""
    if cut.outside is not None:
        every = await _released(pool, cut, indicator_id)
        return [row for row in every if _end(row) > after and wanted.has(row)][:limit]
    async with connection(pool) as db:
        return await db.fetch(
            SQL["observations"],
            indicator_id,
            cut.vector["measurement"],
            cut.ended_by,
            *after,
            limit,
            *wanted,
        )


async def dimensions(pool: Pool, cut: Cut, indicator_id: UUID) -> Sequence[str]:
    """The names of the dimensions that this indicator's series have, in order."""
    if cut.outside is not None:
        return released.dimensions(await _released(pool, cut, indicator_id))
    async with connection(pool) as db:
        rows = await db.fetch(SQL["dimensions"], indicator_id, cut.vector["measurement"])
    return [row["name"] for row in rows]


async def _released(pool: Pool, cut: Cut, indicator_id: UUID) -> Sequence[Any]:
    initiative = await home(pool, cut, indicator_id)
    if initiative is None:
        return []
    return released.observations(await released.rows(pool, cut, initiative), indicator_id)


def _end(row: Any) -> tuple[UUID, date, date]:
    return row["series_id"], row["period_start"], row["period_end"]


async def home(pool: Pool, cut: Cut, indicator_id: UUID) -> UUID | None:
    """The initiative of an indicator that was known at the cut."""
    async with connection(pool) as db:
        found: UUID | None = await db.fetchval(
            SQL["indicator"], indicator_id, cut.vector["measurement"]
        )
    return found


def shown(row: Any) -> dict[str, Any]:
    """One value with all that tells where it belongs and where it came from."""
    place = {
        "scheme": row["place_scheme"],
        "edition": row["place_edition"],
        "code": row["place_code"],
        "label": row["place_label"],
    }
    return {
        "series_id": row["series_id"],
        "definition_version": row["definition_version"],
        "place": {name: value for name, value in place.items() if value is not None},
        "dimensions": orjson.loads(row["dimensions"]),
        "period": {
            "text": row["period"],
            "start": row["period_start"],
            "end": row["period_end"],
        },
        "value": row["value"],
        "status": row["status"],
        "numerator": row["numerator"],
        "denominator": row["denominator"],
        "submission_id": row["submission_id"],
        "kind": row["kind"],
        **({"conf_status": row["conf_status"]} if "conf_status" in row else {}),
        "position": f"measurement:{row['sequence']}",
        "line": f"/v1/events/measurement/{row['sequence']}",
    }
