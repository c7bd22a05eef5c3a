"""A value beside its numerator and denominator: it is what they make of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from infra.formulas.units import Unit
from services.measurement.domain.definition import Definition
from services.measurement.domain.findings import Round, RowFinding, StagedSeries
from services.measurement.domain.numbers import places_of, plain

VALUE_NOT_ITS_FORMULA = "value-not-its-formula"


class PartsRule(NamedTuple):
    """The value is numerator / denominator in the indicator's unit, to less than one of its last
    digit: so far rounding, however it is done, may lead. `above` and `below` are the factor of the
    unit, 100 / 1 of a percentage."""

    above: int
    below: int
    code: str = VALUE_NOT_ITS_FORMULA

    @classmethod
    def of(cls, definition: Definition) -> PartsRule | None:
        """None where the definition says otherwise how a value comes about, or not at all; and
        where its unit is no share and no rate, for then the value may be the numerator itself."""
        if not (definition.numerator and definition.denominator):
            return None
        if definition.method is not None or definition.formula is not None:
            return None
        unit = Unit.of(definition.unit)
        if unit.words and all(exponent > 0 for _, exponent in unit.words):
            return None
        return cls(unit.factor.denominator, unit.factor.numerator)

    def find(self, staged: Sequence[StagedSeries], _: Round) -> Iterator[RowFinding]:
        for series in staged:
            numerators, denominators = series.numbers("numerator"), series.numbers("denominator")
            if numerators.extremes is None or denominators.extremes is None:
                continue
            values = series.numbers("value")
            one, scale = 10**numerators.places * self.below, 10**denominators.places * self.above
            parts = zip(series.rows, values.rows, numerators.rows, denominators.rows, strict=True)
            for row, value, numerator, denominator in parts:
                if value is None or numerator is None or not denominator:
                    continue
                unit = denominator * one
                due = numerator * scale * 10**values.places
                apart = abs(value * unit - due)
                if apart < abs(unit):
                    continue
                digit = 10 ** (values.places - places_of([row.value]))
                if apart >= abs(unit) * digit:
                    detail = self._said(row, due, unit, values.places)
                    yield RowFinding(row.line, self.code, "blocking", detail)

    @staticmethod
    def _said(row: object, due: int, unit: int, places: int) -> str:
        value, numerator, denominator = (
            getattr(row, name) for name in ("value", "numerator", "denominator")
        )
        shown = plain(due * 100 // unit, places + 2)
        return f"{numerator} of {denominator} makes {shown}, not {value}"
