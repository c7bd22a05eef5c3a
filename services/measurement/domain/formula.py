"""An indicator that is computed from others: whether its formula can be what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from infra.formulas import FormulaMalformed, Node, Unit, UnitsDiffer, parse
from infra.kernel import RuleForbids, StateForbids

if TYPE_CHECKING:
    from services.measurement.domain.definition import Definition

Known = Mapping[str, "Definition | None"]
"""By code: the definitions of the indicators that a formula rests on; None before the first."""
NOBODY: Known = {}
REACH = 100
"""How many indicators a formula may rest on, directly and through others."""


class FormulaNotUnderstood(RuleForbids):
    """The formula is not understood: {detail}."""


class FormulaNamesNobody(RuleForbids):
    """The formula names {codes}, which this initiative does not have; propose and define it
    first, or name another."""


class FormulaInputNotDefined(StateForbids):
    """The formula names {codes}, which has no definition yet; define it first."""


class FormulaGoesInCircles(RuleForbids):
    """{code} would be computed from itself, by way of {way}."""


class FormulaReachesTooFar(RuleForbids):
    """A formula rests on at most {most} indicators, directly and through others."""


class FormulaUnitsDiffer(RuleForbids):
    """The units do not fit: {detail}."""


class ComputedByFormula(StateForbids):
    """The values of this indicator are computed by its formula, {text}; record its inputs."""


def understood(text: str) -> Node:
    try:
        return parse(text)
    except FormulaMalformed as error:
        raise FormulaNotUnderstood(detail=error) from error


def named(definition: Definition | None) -> Sequence[str]:
    """The codes that a definition is computed from, in the order in which they are written."""
    if definition is None or definition.formula is None:
        return ()
    return tuple(dict.fromkeys(of.code for of in understood(definition.formula.text).inputs()))


def check(code: str, definition: Definition, known: Known) -> None:
    """Refuse a formula that names nobody, comes back to itself, or gives another unit."""
    if definition.formula is None:
        return
    inputs = named(definition)
    if code in inputs:
        raise FormulaGoesInCircles(code=code, way="its own formula")
    if unknown := [each for each in inputs if each not in known]:
        raise FormulaNamesNobody(codes=", ".join(unknown))
    _refuse_circle(code, inputs, known)
    _refuse_other_unit(definition, known)


def _refuse_circle(code: str, inputs: Sequence[str], known: Known) -> None:
    waiting, seen = list(inputs), set[str]()
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            further = named(known.get(each))
            if code in further:
                raise FormulaGoesInCircles(code=code, way=each)
            waiting.extend(further)


def _refuse_other_unit(definition: Definition, known: Known) -> None:
    assert definition.formula is not None
    defined = {code: each for code, each in known.items() if each is not None}
    if missing := [code for code in named(definition) if code not in defined]:
        raise FormulaInputNotDefined(codes=", ".join(missing))
    try:
        given = understood(definition.formula.text).unit(lambda code: Unit.of(defined[code].unit))
    except UnitsDiffer as error:
        raise FormulaUnitsDiffer(detail=error) from error
    if given != Unit.of(definition.unit):
        detail = f"the formula gives {given}, the definition says {definition.unit}"
        raise FormulaUnitsDiffer(detail=detail)
