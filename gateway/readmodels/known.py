"""What is known of an initiative's indicators: what speaks for each, and why nothing does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from gateway.readmodels import headline, initiatives, measures, released, whole
from gateway.readmodels.conversion import Concordance, Converted, converted
from gateway.readmodels.cut import Cut
from gateway.readmodels.headline import Headline, Spoken
from gateway.readmodels.measures import Measure
from gateway.readmodels.totals import Terms
from gateway.readmodels.undoubled import Undoubled
from infra.postgres import Pool, connection, statements

SQL = statements(__package__)


class Known:
    """The indicators of an initiative and what speaks for each of them, period by period."""

    def __init__(
        self,
        measures: Mapping[str, Measure],
        values: Sequence[Any],
        parts: set[tuple[str, str, str]],
        strata: Sequence[Any] = (),
        concordance: Concordance | None = None,
    ) -> None:
        self.measures, self._parts, self._by = measures, parts, concordance
        self._values, self._strata = _by_indicator(values), _by_indicator(strata)

    def of(self, indicator_id: UUID) -> Measure:
        """One of them, which there is."""
        return next(each for each in self.measures.values() if each.id == indicator_id)

    def rows(self, measure: Measure) -> Sequence[Any]:
        """What was submitted of everybody, the latest period first, by whatever definition."""
        return self._values.get(measure.id, ())

    def instead(self, found: Undoubled) -> Known:
        """The same, if some indicators had these values, and nothing else was known of them."""
        values, strata = (
            [row for id, rows in held.items() for row in rows if id not in found.indicators]
            for held in (self._values, self._strata)
        )
        return Known(self.measures, [*values, *found.rows], self._parts, strata, self._by)

    @cached_property
    def spoken(self) -> Mapping[str, Spoken]:
        """Of those that have values of their own."""
        return {
            code: self._submitted(each)
            for code, each in self.measures.items()
            if each.present is not None and each.formula is None
        }

    def points(self, measure: Measure) -> Sequence[Headline]:
        """The value that speaks for each period, the latest first; `measure` may be supposed."""
        if measure.present is None:
            return []
        if measure.formula is not None:
            return whole.points(measure, self.measures, self.spoken)
        return self._own(measure).points

    def missing(self, measure: Measure) -> Mapping[headline.Span, str]:
        """The periods of which strata are known, but no total; and why."""
        own = measure.present is not None and measure.formula is None
        return self._own(measure).missing if own else {}

    def _own(self, measure: Measure) -> Spoken:
        told = measure is self.measures[measure.code]
        return self.spoken[measure.code] if told else self._submitted(measure)

    def _submitted(self, measure: Measure) -> Spoken:
        terms = measure.adding
        rows, lacking = self._elsewhere(self.rows(measure), measure, terms)
        strata, _ = self._elsewhere(self._strata.get(measure.id, ()), measure, terms)
        return headline.spoken(
            rows,
            version=measure.series,
            terms=terms,
            parts=self._parts,
            strata=strata,
            why=lacking,
        )

    def _elsewhere(self, rows: Sequence[Any], measure: Measure, terms: Terms) -> Converted:
        """The same in the edition that was asked for, if one was."""
        if self._by is None:
            return Converted(rows, {})
        present = [row for row in rows if row["definition_version"] == measure.series]
        return converted(present, self._by, terms, self._parts)


def _by_indicator(rows: Sequence[Any]) -> Mapping[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row["indicator_id"], []).append(row)
    return found


async def figures(
    pool: Pool, cut: Cut, initiative_id: UUID, concordance: Concordance | None = None
) -> Known:
    """In three reads, however many indicators there are; four where strata make totals.

    By a concordance: as they are in the edition of places that it leads to. Readers from outside
    see what was released: no total is made of it here.
    """
    known = cut.vector["measurement"], cut.ended_by
    strata: Sequence[Any] = ()
    async with connection(pool) as db:
        measured = await measures.of_initiative(db, cut, initiative_id)
        values: Sequence[Any] = await db.fetch(SQL["headlines"], initiative_id, *known)
        adding = _adding(measured) if cut.outside is None else []
        if adding:
            strata = await db.fetch(SQL["strata"], *zip(*adding, strict=True), *known)
    if cut.outside is not None:
        values = released.headlines(await released.rows(pool, cut, initiative_id))
    parts = await parts_of(pool, cut, initiative_id)
    return Known(measured, values, parts, strata, concordance)


def _adding(measured: Mapping[str, Measure]) -> list[tuple[UUID, str]]:
    """The strata of which totals are made, by whatever version of a definition."""
    found = {
        (measure.id, stratum)
        for measure in measured.values()
        for version in measure.versions
        for group in measures.groups(version["definition"])
        for stratum in group.strata()
    }
    return sorted(found)


async def parts_of(pool: Pool, cut: Cut, initiative_id: UUID) -> set[tuple[str, str, str]]:
    """The places of an initiative: what it is made of."""
    initiative = await initiatives.one(pool, cut, initiative_id)
    return {_identity(place) for place in initiative.places} if initiative else set()


def _identity(place: Mapping[str, Any]) -> tuple[str, str, str]:
    return place["scheme"], place["edition"], place["code"]
