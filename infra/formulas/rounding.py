"""How an exact result becomes a decimal: half away from zero, at the places that were agreed."""

from __future__ import annotations

from fractions import Fraction

DIGITS = 38
"""What a number of a fact may have; a result with more is no result."""


def rounded(exact: Fraction, decimals: int) -> str:
    """Plain notation with so many decimals: 2.5 is 3, -2.5 is -3, and zero has no sign."""
    scaled = abs(exact) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    digits = str(whole).rjust(decimals + 1, "0")
    point = len(digits) - decimals
    sign = "-" if exact < 0 and whole else ""
    return f"{sign}{digits[:point]}" + (f".{digits[point:]}" if decimals else "")


def written(exact: Fraction, decimals: int) -> str | None:
    """The same; None where it would have more digits than a number may have."""
    return rounded(exact, decimals) if abs(exact) < 10 ** (DIGITS - decimals) else None
