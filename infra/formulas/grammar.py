"""From the text of a formula to its parts: bounded whatever the text is, and nothing is run."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from importlib import resources
from typing import Any, cast

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args

from infra.formulas.nodes import (
    Constant,
    Converted,
    Index,
    Negative,
    Node,
    Of,
    Product,
    Quotient,
    Scaled,
    Total,
    change,
    percent,
)
from infra.formulas.rounding import DIGITS
from infra.formulas.units import NUMBER, Unit

LENGTH, DEPTH, INPUTS = 1_000, 40, 20


class FormulaMalformed(Exception):
    """The text is no formula; the message says where and why."""


@lru_cache(maxsize=1_000)
def parse(text: str) -> Node:
    """The parts of a formula."""
    if len(text) > LENGTH:
        raise FormulaMalformed(f"a formula has at most {LENGTH} characters")
    try:
        root = cast(Node, PARSER.parse(text))
    except UnexpectedInput as error:
        raise FormulaMalformed(_where(text, error)) from error
    if len({of.code for of in root.inputs()}) > INPUTS:
        raise FormulaMalformed(f"a formula names at most {INPUTS} indicators")
    if not any(root.inputs()):
        raise FormulaMalformed("a formula names at least one indicator")
    return root


def _where(text: str, error: UnexpectedInput) -> str:
    place = error.pos_in_stream
    if place is None or (isinstance(error, UnexpectedToken) and error.token.type == "$END"):
        return "it ends too early"
    return f"at character {place + 1}, “{text[place : place + 20]}” is not expected"


def _shallow(node: Node) -> Node:
    if node.depth > DEPTH:
        raise FormulaMalformed(f"a formula is at most {DEPTH} deep; sum(…) takes many at once")
    return node


def _number(token: Token) -> Fraction:
    if len(token) > DIGITS:
        raise FormulaMalformed(f"a number has at most {DIGITS} digits")
    return Fraction(str(token))


def _unit(token: Token) -> Unit:
    return Unit.of(token[1:-1])


@v_args(inline=True)
class _Reading(Transformer[Token, Node]):
    """Called by the parser for each rule; so no tree is built that has to be walked again."""

    def code(self, token: Token) -> str:
        return str(token).strip("'")

    def value(self, code: str) -> Node:
        return Of(code)

    def numerator(self, code: str) -> Node:
        return Of(code, "numerator")

    def denominator(self, code: str) -> Node:
        return Of(code, "denominator")

    def baseline(self, code: str) -> Node:
        return Of(code, "baseline")

    def change(self, code: str) -> Node:
        return change(code)

    def change_percent(self, code: str) -> Node:
        return percent(Quotient(change(code), Of(code, "baseline")))

    def number(self, token: Token, unit: Token | None = None) -> Node:
        return Constant(_number(token), _unit(unit) if unit else NUMBER)

    def negative(self, node: Node) -> Node:
        return _shallow(Negative(node))

    def plus(self, left: Node, right: Node) -> Node:
        return _shallow(Total((left, right)))

    def minus(self, left: Node, right: Node) -> Node:
        return _shallow(Total((left, Negative(right))))

    def times(self, left: Node, right: Node) -> Node:
        return _shallow(Product(left, right))

    def over(self, left: Node, right: Node) -> Node:
        return _shallow(Quotient(left, right))

    def percent(self, left: Node, right: Node) -> Node:
        return _shallow(percent(Quotient(left, right)))

    def rate(self, left: Node, right: Node, per: Token) -> Node:
        return _shallow(Quotient(left, right, _positive(per, "what a rate is per")))

    def total(self, *terms: Node) -> Node:
        return _shallow(Total(terms))

    def mean(self, *terms: Node) -> Node:
        return _shallow(Total(terms, mean=True))

    def convert(self, node: Node, unit: Token) -> Node:
        return _shallow(Converted(node, _unit(unit)))

    def index(self, *scales: Scaled) -> Node:
        return _shallow(Index(scales))

    def scaled(self, node: Node, low: Fraction, high: Fraction, weight: Any = None) -> Node:
        if low == high:
            raise FormulaMalformed("a scale of an index goes from one number to another")
        heavy = _positive(weight, "a weight") if weight else Fraction(1)
        return _shallow(Scaled(node, low, high, heavy))

    def below_zero(self, token: Token) -> Fraction:
        return -_number(token)

    def above_zero(self, token: Token) -> Fraction:
        return _number(token)


def _positive(token: Token, what: str) -> Fraction:
    number = _number(token)
    if not number:
        raise FormulaMalformed(f"{what} is above 0")
    return number


PARSER = Lark(
    (resources.files(__package__) / "formula.lark").read_text("utf-8"),
    parser="lalr",
    transformer=_Reading(),
    maybe_placeholders=False,
)
