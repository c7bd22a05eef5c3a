"""Numbers as offices write them, read into the one way in which we write them.

Plain decimal text, every digit kept: 7 stays 7 and 7.10 stays 7.10. A decimal comma becomes a
point, a plus sign and leading zeros go, .5 becomes 0.5, and -0.0 keeps its sign. 1e+05, as
statistical programs write a hundred thousand, is read exactly; NaN and infinity are not numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from services.measurement.domain.tidy.findings import shown
from services.measurement.domain.tidy.sources import ValueSource

MOST_DIGITS: Final = 38
LONGEST: Final = 100

_PLAIN: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_SPACES: Final = " \u00a0\u2009\u202f"
_LIKE: Final = {
    " ": f"[{_SPACES}]",
    "'": "['\u2019]",
    "\u2019": "['\u2019]",
    ",": ",",
    ".": r"\.",
    None: "(?!)",
}


def number_reader(source: ValueSource) -> Callable[[str], str]:
    """A function from a cell without outer spaces to canonical text; ValueError says why not."""
    mark, group = _LIKE[source.decimal_mark], _LIKE[source.thousands]
    shape = re.compile(
        r"(?P<sign>[+\-\u2212]?)"
        rf"(?P<whole>[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]*)"
        rf"(?:{mark}(?P<fraction>[0-9]*))?"
        r"(?:[eE](?P<exponent>[+-]?[0-9]{1,3}))?"
    )

    def read(cell: str) -> str:
        plain = source.decimal_mark == "." and _PLAIN.fullmatch(cell)
        return _bounded(cell if plain else _canonical(shape, cell))

    return read


def _canonical(shape: re.Pattern[str], cell: str) -> str:
    found = shape.fullmatch(cell) if len(cell) <= LONGEST else None
    if found is None or not (found["whole"] or found["fraction"]):
        raise ValueError(_why_not(cell))
    whole = re.sub(r"[^0-9]", "", found["whole"]).lstrip("0") or "0"
    text = f"{whole}.{found['fraction']}" if found["fraction"] else whole
    if found["exponent"]:
        text = format(Decimal(f"{text}e{found['exponent']}"), "f")
    return text if found["sign"] in ("", "+") else f"-{text}"


def _bounded(text: str) -> str:
    if len(text) > MOST_DIGITS and sum(map(str.isdigit, text)) > MOST_DIGITS:
        raise ValueError(f"a number has at most {MOST_DIGITS} digits")
    return text


def _why_not(cell: str) -> str:
    if re.fullmatch(r"[+-]?(nan|inf(inity)?)", cell, re.IGNORECASE):
        return f"{shown(cell)} is no number; if it means missing, list it under value.missing"
    if not any(map(str.isdigit, cell)):
        return f"{shown(cell)} is no number; list it under value.missing if it stands for none"
    return f"{shown(cell)} is no number with the stated decimal_mark and thousands"
