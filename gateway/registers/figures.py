"""How figures about the work are put: as shares, medians and days, each with its facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from gateway.registers.facts import Fact, Facts, Shown


def metric(name: str, question: str, figures: Shown, facts: Iterable[Fact]) -> Shown:
    """A question, what the log answers, and by which facts."""
    return {
        "metric": name,
        "question": question,
        "figures": figures,
        "facts": [fact.place() for fact in facts],
    }


def share(part: int, whole: int) -> Shown:
    """A part of a whole, with both counts; of nothing there is no share."""
    percent = None if not whole else format((Decimal(100 * part) / whole).quantize(Decimal("0.1")))
    return {"count": part, "of": whole, "percent": percent}


def median_of(days: Sequence[Any]) -> str | None:
    """As decimal text, like every number here: 10.5."""
    return format(Decimal(str(median(days))).normalize(), "f") if days else None


def days_between(facts: Facts, earlier: Fact, later: Fact) -> int:
    """Between the days of both, where the deployment is."""
    return days_late(facts, later, earlier.time.astimezone(facts.cut.zone).date())


def days_late(facts: Facts, fact: Fact, day: date) -> int:
    """How many days after a day it was; less than none where it was before."""
    return (fact.time.astimezone(facts.cut.zone).date() - day).days
