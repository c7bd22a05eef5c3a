"""Formulas at work: what an indicator comes to, from the figures of others, by their terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Protocol

from gateway.readmodels.measures import Measure
from infra.formulas import (
    FormulaMalformed,
    NotComputable,
    Of,
    Outcome,
    Unit,
    compute,
    parse,
)

LEVELS = 10
"""How far formulas may rest on formulas."""
Measures = Mapping[str, Measure]


class Figures(Protocol):
    """Where the figures come from: a cell, or all of the initiative in a period."""

    def figure(self, measure: Measure, of: Of) -> Fraction:
        """Raises NotComputable where there is none."""
        ...


class Working:
    """Works out formulas from one set of figures, each of them once."""

    def __init__(self, measures: Measures, figures: Figures) -> None:
        self._measures, self._figures = measures, figures
        self._done: dict[str, Outcome] = {}
        self._under_way: list[str] = []

    def outcome(self, measure: Measure) -> Outcome:
        """What a formula comes to, or why not."""
        code = measure.code
        if code in self._under_way:
            return Outcome(reason="goes-in-circles", detail=f"{code} would be computed from itself")
        if len(self._under_way) == LEVELS:
            return Outcome(reason="reaches-too-far", detail=f"more than {LEVELS} formulas deep")
        if code not in self._done:
            self._under_way.append(code)
            self._done[code] = self._worked_out(measure)
            self._under_way.pop()
        return self._done[code]

    def _worked_out(self, measure: Measure) -> Outcome:
        assert measure.formula is not None
        try:
            root = parse(measure.formula.text)
        except FormulaMalformed as error:
            return Outcome(reason="not-understood", detail=str(error))
        decimals = measure.formula.decimals
        return compute(root, self._known, self._unit, unit=measure.unit, decimals=decimals)

    def _known(self, of: Of) -> Fraction:
        measure = self._measure(of.code)
        if measure.formula is None or of.part == "baseline":
            return self._figures.figure(measure, of)
        if of.part != "value":
            raise NotComputable("no-counts", f"{of.code} is computed; it has no {of.part}")
        found = self.outcome(measure)
        if found.exact is None:
            raise NotComputable(found.reason or "", f"{of.code}: {found.detail}")
        return found.exact

    def _unit(self, code: str) -> Unit:
        return self._measure(code).unit

    def _measure(self, code: str) -> Measure:
        found = self._measures.get(code)
        if found is None or found.present is None:
            raise NotComputable("no-such-indicator", f"{code} is not defined here")
        return found


def rests_on(measure: Measure, measures: Measures) -> Mapping[str, Measure]:
    """By code: the indicators with values of their own that a formula comes down to."""
    waiting, found, seen = [measure], dict[str, Measure](), set[str]()
    while waiting:
        for code in named(waiting.pop()):
            each = measures.get(code)
            if each is None or code in seen:
                continue
            seen.add(code)
            if each.formula is None:
                found[code] = each
            else:
                waiting.append(each)
    return dict(sorted(found.items()))


def named(measure: Measure) -> Sequence[str]:
    """The codes that a formula names, in the order in which they are written."""
    try:
        root = parse(measure.formula.text) if measure.formula else None
    except FormulaMalformed:  # `outcome` says so, in words
        return ()
    return tuple(dict.fromkeys(of.code for of in root.inputs())) if root else ()
