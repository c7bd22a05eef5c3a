"""The true figures that a feed might hold: what is certified, and totals that follow from it.

Nothing here is released: disclosure control decides what of it may be said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple
from uuid import UUID

from infra.kernel import Event
from infra.kernel.line import canonical
from infra.kernel.values import decimal_text
from services.measurement.domain.certified import Certified
from services.measurement.domain.definition import Definition
from services.measurement.domain.disclosure import Candidate
from services.measurement.domain.feed_cells import ReleasedCell
from services.measurement.domain.feed_profile import FeedTerms
from services.measurement.domain.feed_terms import Whole
from services.measurement.domain.indicator import IndicatorDefined, IndicatorDefinitionChanged
from services.measurement.domain.values import Dimensions, Place, Span

PERCENT = frozenset({"%", "percent"})


class Measured(NamedTuple):
    """An indicator as it was defined, by the version under whose series values are recorded."""

    id: UUID
    code: str
    definitions: Mapping[int, Definition]


class Row(NamedTuple):
    """A series, and what of it is certified."""

    definition_version: int
    place: Place
    dimensions: Dimensions
    values: Mapping[Span, Certified]


def definitions(facts: Iterable[Event]) -> dict[int, Definition]:
    """The last definition of each series of versions that may be compared."""
    found: dict[int, Definition] = {}
    for fact in facts:
        if isinstance(fact, IndicatorDefined):
            found[fact.version] = fact.definition
        elif isinstance(fact, IndicatorDefinitionChanged):
            found[fact.series_version] = fact.definition
    return found


def candidates(
    measured: Measured, rows: Iterable[Row], terms: FeedTerms, periods: Collection[Span]
) -> list[Candidate]:
    """What is certified of an indicator, and its totals, as disclosure control takes it."""
    there = with_totals(figures(measured, rows, terms, periods), terms.places.wholes)
    found = []
    for cell in there:
        defined = measured.definitions[cell.definition_version]
        found.append(Candidate(cell, defined.level, defined.suppression_class != "none"))
    return found


def figures(
    measured: Measured, rows: Iterable[Row], terms: FeedTerms, periods: Collection[Span]
) -> Iterator[ReleasedCell]:
    """What is certified of the places, strata and periods of a feed."""
    for row in rows:
        if not terms.places.holds(row.place) or not row.dimensions.keys() <= set(terms.strata):
            continue
        for span, (said, sequence) in row.values.items():
            if span in periods:
                yield ReleasedCell(
                    indicator_id=measured.id,
                    indicator_code=measured.code,
                    definition_version=row.definition_version,
                    unit=measured.definitions[row.definition_version].unit,
                    place=row.place,
                    dimensions=row.dimensions,
                    period={"start": said.start, "end": said.end, "period": said.period},
                    value=said.value,
                    numerator=said.numerator,
                    denominator=said.denominator,
                    obs_status=said.status,
                    inputs=(sequence,),
                )


def with_totals(cells: Iterable[ReleasedCell], wholes: Sequence[Whole]) -> list[ReleasedCell]:
    """The same, and the total of each whole that nobody submitted and whose parts are all there."""
    tables: dict[str, dict[tuple[str, str, str], ReleasedCell]] = {}
    for cell in cells:
        tables.setdefault(_table(cell), {})[cell.place.identity] = cell
    for table in tables.values():
        while made := [total for whole in wholes if (total := _total(table, whole))]:
            table |= {total.place.identity: total for total in made}
    return [cell for table in tables.values() for cell in table.values()]


def _table(cell: ReleasedCell) -> str:
    """Cells of one table differ in their place only."""
    start, end = cell.period.span
    of = str(cell.indicator_id), cell.definition_version, start.isoformat(), end.isoformat()
    return canonical([*of, cell.dimensions])


def _total(table: Mapping[tuple[str, str, str], ReleasedCell], whole: Whole) -> ReleasedCell | None:
    """The sum over all parts; of a rate only where each says what it is made of."""
    parts = [table.get(part.identity) for part in whole.parts]
    if whole.place.identity in table or not all(parts):
        return None
    there = [part for part in parts if part is not None]
    numerator = _sum([part.numerator for part in there])
    denominator = _sum([part.denominator for part in there])
    value = _value(there, numerator, denominator)
    if numerator is None or value is None:
        return None
    return ReleasedCell(
        **{name: getattr(there[0], name) for name in SHARED},
        place=whole.place,
        value=value,
        numerator=decimal_text(numerator),
        denominator=None if denominator is None else decimal_text(denominator),
        computed=True,
        inputs=tuple(sorted({at for part in there for at in part.inputs})),
    )


SHARED = (
    "indicator_id",
    "indicator_code",
    "definition_version",
    "unit",
    "dimensions",
    "period",
)


def _sum(figures: Sequence[str | None]) -> Decimal | None:
    known = [Decimal(figure) for figure in figures if figure is not None]
    return sum(known, Decimal(0)) if len(known) == len(figures) else None


def _value(
    parts: Sequence[ReleasedCell], numerator: Decimal | None, denominator: Decimal | None
) -> str | None:
    """A percentage to as many places as its parts have; a count as it is; nothing else adds up."""
    values = [Decimal(part.value) for part in parts if part.value is not None]
    if numerator is None or len(values) < len(parts):
        return None
    if parts[0].unit in PERCENT and denominator:
        places = min((value.as_tuple().exponent for value in values), key=int)
        exact = Decimal(100) * numerator / denominator
        return decimal_text(exact.quantize(Decimal(1).scaleb(int(places)), ROUND_HALF_UP))
    if all(
        value == Decimal(part.numerator or "0") for value, part in zip(values, parts, strict=True)
    ):
        return decimal_text(numerator)
    return None
