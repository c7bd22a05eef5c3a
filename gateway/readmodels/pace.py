"""Whether an indicator moves fast enough: its observed annual change against what is required.

The rule is that of Statistics Canada and Open SDG, after Eurostat's ("Progress Measurement
Methodology for the Sustainable Development Goals", Open SDG documentation): R = d · CAGR observed /
|CAGR required|, where d is 1 where higher is better and else -1; on track from 95 %, acceleration
needed from 60 %, limited progress from 0. Growth is worked out where all three values have one
sign. Where it cannot be, they put 0.001 for 0; we compare the annual differences instead, and say
so: a number that nobody observed should not decide.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from infra.formulas import written

RULE = "https://open-sdg.readthedocs.io/en/latest/progress-methodology/"
ON_TRACK, FAIR = Fraction(95, 100), Fraction(60, 100)
DECIMALS = 4
WIDE = Context(prec=60)
BETTER = {"higher-is-better": 1, "lower-is-better": -1}


class Mark(NamedTuple):
    """A value, and by when it was (or should be) so."""

    value: Fraction
    by: date


class Pace(NamedTuple):
    method: str
    observed: Fraction
    required: Fraction
    ratio: Fraction


def years(since: date, until: date) -> Fraction:
    """From the end of one day to that of another; whole months count as such."""
    return (_months(until) - _months(since)) / 12


def _months(day: date) -> Fraction:
    within = Fraction(day.day, monthrange(day.year, day.month)[1])
    return 12 * day.year + day.month - 1 + within


def pace(base: Mark, latest: Mark, target: Mark, better: int) -> Pace | None:
    """None where the target is where it began: then no change is required."""
    if target.value == base.value:
        return None
    since, whole = years(base.by, latest.by), years(base.by, target.by)
    if _one_sign(base.value, latest.value, target.value):
        method = "compound-annual-growth"
        observed = _growth(latest.value / base.value, since)
        required = _growth(target.value / base.value, whole)
        better = better if base.value > 0 else -better
    else:
        method = "annual-difference"
        observed = (latest.value - base.value) / since
        required = (target.value - base.value) / whole
    return Pace(method, observed, required, better * observed / abs(required))


def _one_sign(*values: Fraction) -> bool:
    return all(value > 0 for value in values) or all(value < 0 for value in values)


def _growth(times: Fraction, over: Fraction) -> Fraction:
    """By how much a year something becomes so many times what it was: to 50 digits."""
    ratio = WIDE.divide(Decimal(times.numerator), Decimal(times.denominator))
    exponent = WIDE.divide(
        WIDE.multiply(WIDE.ln(ratio), Decimal(over.denominator)), Decimal(over.numerator)
    )
    return Fraction(WIDE.exp(exponent)) - 1


def judged(
    *,
    first: Mapping[str, Any] | None,
    latest: Mapping[str, Any] | None,
    target: Mapping[str, Any] | None,
    met: bool,
    polarity: str,
) -> dict[str, Any]:
    """The pace of an indicator, as progress shows it.

    `first` is where it began: its baseline, or else its first value.
    """
    better = BETTER.get(polarity)
    base, now, aim = (_mark(each) for each in (first, latest, target))
    missing = _missing(better, latest, target, base, now, aim)
    found = None
    if missing is None and better and base and now and aim:
        found = pace(base, now, aim, better)
    if met:
        missing = None
    return {
        "category": "not-assessed" if missing else "target-achieved" if met else _category(found),
        "reason": missing,
        "method": found.method if found else None,
        "observed": written(found.observed, DECIMALS) if found else None,
        "required": written(found.required, DECIMALS) if found else None,
        "ratio": written(found.ratio, DECIMALS) if found else None,
        "since": {"value": first["value"], "period": first["period"]} if first else None,
        "rule": RULE,
    }


def _missing(better: int | None, latest: Any, target: Any, *marks: Mark | None) -> str | None:
    """Why it cannot be assessed."""
    base, now, aim = marks
    if latest is None or target is None:
        return "no-observation" if latest is None else "no-target"
    if better is None:
        return "no-polarity"
    if aim is None or base is None or now is None:
        return "no-target-date" if aim is None else "no-baseline"
    return "too-early" if min(now.by, aim.by) <= base.by else None


def _category(found: Pace | None) -> str:
    """Where no change was required and the target is missed, it has moved away."""
    if found is None or found.ratio < 0:
        return "deterioration"
    if found.ratio >= ON_TRACK:
        return "on-track"
    return "acceleration-needed" if found.ratio >= FAIR else "limited-progress"


def _mark(said: Mapping[str, Any] | None) -> Mark | None:
    """None where it has no date."""
    end = said["period"]["end"] if said else None
    if said is None or end is None:
        return None
    return Mark(Fraction(said["value"]), date.fromisoformat(str(end)))
