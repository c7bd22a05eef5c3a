"""What a formula is made of. Each part says its unit, and its value once the inputs are known."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

from infra.formulas.units import NUMBER, PERCENT, Unit

BITS = 8_192
"""How large a number on the way may become: products of products grow beyond any use."""
Part = Literal["value", "numerator", "denominator", "baseline"]
Units = Callable[[str], Unit]
"""The unit of an indicator, by its code."""
Known = Callable[["Of"], Fraction]
"""The input; raises NotComputable where there is none."""


class UnitsDiffer(Exception):
    """What is put together does not count the same."""


class NotComputable(Exception):
    """There is no result, which is a result: `reason` is its code, the text says the rest."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class Node(ABC):
    """A part of a formula."""

    @property
    def parts(self) -> tuple[Node, ...]:
        return ()

    @cached_property
    def depth(self) -> int:
        return 1 + max((part.depth for part in self.parts), default=0)

    def inputs(self) -> Iterator[Of]:
        """What it is computed from, in the order in which it is written."""
        for part in self.parts:
            yield from part.inputs()

    @abstractmethod
    def unit(self, units: Units) -> Unit:
        """What it counts. Raises UnitsDiffer."""

    @abstractmethod
    def value(self, known: Known, units: Units) -> Fraction:
        """What it comes to, in that unit. Raises NotComputable."""


@dataclass(frozen=True)
class Constant(Node):
    number: Fraction
    of: Unit

    def unit(self, units: Units) -> Unit:
        return self.of

    def value(self, known: Known, units: Units) -> Fraction:
        return self.number


@dataclass(frozen=True)
class Of(Node):
    """A figure of an indicator: its value, what it was counted from, or its baseline."""

    code: str
    part: Part = "value"

    def inputs(self) -> Iterator[Of]:
        yield self

    def unit(self, units: Units) -> Unit:
        """Counts are numbers; a baseline is what the value is."""
        own = units(self.code)
        return own if self.part in ("value", "baseline") else NUMBER

    def value(self, known: Known, units: Units) -> Fraction:
        return known(self)


@dataclass(frozen=True)
class Negative(Node):
    of: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.of,)

    def unit(self, units: Units) -> Unit:
        return self.of.unit(units)

    def value(self, known: Known, units: Units) -> Fraction:
        return -self.of.value(known, units)


@dataclass(frozen=True)
class Total(Node):
    """A sum; `mean` divides it by how many there are."""

    terms: tuple[Node, ...]
    mean: bool = False

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.terms

    def unit(self, units: Units) -> Unit:
        first, *others = (term.unit(units) for term in self.terms)
        for other in others:
            if other != first:
                raise UnitsDiffer(f"{first} and {other} cannot be added up")
        return first

    def value(self, known: Known, units: Units) -> Fraction:
        whole = Fraction()
        for term in self.terms:
            whole = _bounded(whole + term.value(known, units))
        return whole / len(self.terms) if self.mean else whole


@dataclass(frozen=True)
class Product(Node):
    left: Node
    right: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.left, self.right

    def unit(self, units: Units) -> Unit:
        return self.left.unit(units) * self.right.unit(units)

    def value(self, known: Known, units: Units) -> Fraction:
        return _bounded(self.left.value(known, units) * self.right.value(known, units))


@dataclass(frozen=True)
class Quotient(Node):
    """One for so many of the other: a ratio per 1, a rate per N."""

    left: Node
    right: Node
    per: Fraction = Fraction(1)

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.left, self.right

    def unit(self, units: Units) -> Unit:
        return (self.left.unit(units) / self.right.unit(units)).per(self.per)

    def value(self, known: Known, units: Units) -> Fraction:
        left, right = self.left.value(known, units), self.right.value(known, units)
        if not right:
            raise NotComputable("divided-by-zero", "what it is divided by is 0")
        return _bounded(self.per * left / right)


@dataclass(frozen=True)
class Converted(Node):
    """The same in another unit: the only place where a number changes with its unit."""

    of: Node
    into: Unit

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.of,)

    def unit(self, units: Units) -> Unit:
        present = self.of.unit(units)
        if present.words != self.into.words:
            raise UnitsDiffer(f"{present} cannot be said in {self.into}")
        return self.into

    def value(self, known: Known, units: Units) -> Fraction:
        factor = self.of.unit(units).factor / self.into.factor
        return factor * self.of.value(known, units)


@dataclass(frozen=True)
class Scaled(Node):
    """A part of an index: 0 where the input is `low`, 100 where it is `high`."""

    of: Node
    low: Fraction
    high: Fraction
    weight: Fraction

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.of,)

    def unit(self, units: Units) -> Unit:
        self.of.unit(units)
        return NUMBER

    def value(self, known: Known, units: Units) -> Fraction:
        return 100 * (self.of.value(known, units) - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Index(Node):
    """The weighted mean of several inputs, each on its own scale from 0 to 100."""

    scales: tuple[Scaled, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.scales

    def unit(self, units: Units) -> Unit:
        for scale in self.scales:
            scale.unit(units)
        return NUMBER

    def value(self, known: Known, units: Units) -> Fraction:
        whole = Fraction()
        for scale in self.scales:
            whole = _bounded(whole + scale.weight * scale.value(known, units))
        return whole / sum((scale.weight for scale in self.scales), Fraction())


def _bounded(number: Fraction) -> Fraction:
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > BITS:
        raise NotComputable("too-large", "a number on the way has too many digits")
    return number


def percent(of: Node) -> Node:
    return Converted(of, PERCENT)


def change(code: str) -> Node:
    """The value less the baseline."""
    return Total((Of(code), Negative(Of(code, "baseline"))))
