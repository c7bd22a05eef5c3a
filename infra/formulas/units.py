"""Units as products of words with whole exponents, and a factor: exact, and never converted in
silence. `%` is 1/100 of a number, `crimes per 1000 persons` is crimes, persons⁻¹ and 1/1000."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

PER = re.compile(r"\s*/\s*|(?:^|\s+)per\s+")
PER_CENT = re.compile(r"\b(?:per ?cent(?:age(?: points?)?)?)\b")
WORD = re.compile(r"(?P<factor>\d[\d,]*(?:\.\d+)?)?\s*(?P<name>.*)")
DIGITS = 12
"""A factor with more is a word like any other."""
NO_UNIT = frozenset({"", "1", "number", "ratio", "index"})


@dataclass(frozen=True)
class Unit:
    """What a number counts. Two are the same where factor and words are."""

    factor: Fraction
    words: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, text: str) -> Unit:
        """As a definition says it: `%`, `days`, `crimes per 1000 persons`, `1` for none."""
        plain = PER_CENT.sub("%", " ".join(text.casefold().split()))
        above, *below = (_words(part) for part in PER.split(plain))
        for unit in below:
            above = above / unit
        return above

    def __mul__(self, other: Unit) -> Unit:
        return _made(self.factor * other.factor, self.words + other.words)

    def __truediv__(self, other: Unit) -> Unit:
        inverse = tuple((word, -exponent) for word, exponent in other.words)
        return _made(self.factor / other.factor, self.words + inverse)

    def per(self, number: Fraction) -> Unit:
        """The same for so many: persons per 1000 persons."""
        return Unit(self.factor / number, self.words)

    def __str__(self) -> str:
        above = "·".join(_powers(self.words, 1))
        below = "·".join(_powers(self.words, -1))
        if not self.words:
            return "%" if self == PERCENT else "1" if self == NUMBER else _factor(self.factor)
        factor = "" if self.factor == 1 else _factor(self.factor) + " "
        if self.factor == PERCENT.factor and not above:
            return f"% per {below}"
        if self.factor < 1 and self.factor.numerator == 1 and below:
            return f"{above or 1} per {self.factor.denominator} {below}"
        return f"{factor}{above or 1}" + (f" per {below}" if below else "")


def _made(factor: Fraction, words: tuple[tuple[str, int], ...]) -> Unit:
    powers: dict[str, int] = {}
    for word, exponent in words:
        powers[word] = powers.get(word, 0) + exponent
    return Unit(factor, tuple(sorted((w, e) for w, e in powers.items() if e)))


def _words(text: str) -> Unit:
    found = NUMBER
    for word in text.split("·"):
        found = found * _word(word.strip())
    return found


def _word(text: str) -> Unit:
    found = WORD.fullmatch(text)
    assert found is not None
    digits = (found["factor"] or "1").replace(",", "")
    factor = Fraction(digits)
    if not factor or len(digits) > DIGITS:
        return Unit(Fraction(1), ((text, 1),))
    name = found["name"].strip()
    if name == "%":
        return Unit(factor / 100)
    return Unit(factor) if name in NO_UNIT else Unit(factor, ((name, 1),))


def _powers(words: tuple[tuple[str, int], ...], sign: int) -> Iterator[str]:
    for word, exponent in words:
        if exponent * sign > 0:
            yield word if abs(exponent) == 1 else f"{word}^{abs(exponent)}"


def _factor(factor: Fraction) -> str:
    if factor.numerator == 1:
        return f"per {factor.denominator}"
    return str(factor)


NUMBER = Unit(Fraction(1))
"""No unit: a pure number."""
PERCENT = Unit(Fraction(1, 100))
