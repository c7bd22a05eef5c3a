"""Formulas: how one number is computed from others, exactly. Pure, so that the service that takes
a formula and the gateway that computes by it read it in the same way."""

from infra.formulas.grammar import LENGTH, FormulaMalformed, parse
from infra.formulas.nodes import Node, NotComputable, Of, UnitsDiffer
from infra.formulas.outcome import Outcome, compute
from infra.formulas.rounding import DIGITS, rounded, written
from infra.formulas.units import NUMBER, PERCENT, Unit

__all__ = [
    "DIGITS",
    "LENGTH",
    "NUMBER",
    "PERCENT",
    "FormulaMalformed",
    "Node",
    "NotComputable",
    "Of",
    "Outcome",
    "Unit",
    "UnitsDiffer",
    "compute",
    "parse",
    "rounded",
    "written",
]
