"""What a validation rule is asked, and what it answers: the rows of a submission as they arrived,
before any of them is an observation.

A rule is a pure function of the staged series of one indicator. It never refuses; it finds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal, NamedTuple, Protocol, runtime_checkable
from uuid import UUID

from pydantic import Field

from infra.kernel import Text
from infra.kernel.provenance import Code
from services.measurement.domain.numbers import Numbers, Of
from services.measurement.domain.period import Period
from services.measurement.domain.values import Observation, Place, Span, Stated, Value

Severity = Literal["blocking", "warning"]
"""A blocking finding keeps its row from becoming an observation; a warning is looked at."""


class RowFinding(NamedTuple):
    """What a rule found: on which physical line of the file, and what to do about it."""

    line: int
    rule: str
    severity: Severity
    detail: str


class Finding(Value):
    """The same as it stands on record."""

    line: Annotated[int, Field(ge=0)]
    rule: Code
    severity: Severity
    detail: Text


class StagedRow(Protocol):
    """A row that could be read. `value` and its parts are canonical decimal text, or None."""

    @property
    def line(self) -> int: ...
    @property
    def period(self) -> Period: ...
    @property
    def period_text(self) -> str: ...
    @property
    def value(self) -> str | None: ...
    @property
    def status(self) -> str: ...
    @property
    def numerator(self) -> str | None: ...
    @property
    def denominator(self) -> str | None: ...


@dataclass(slots=True)
class StagedSeries:
    """The rows of one series in one submission, beside what stands in that series already.

    A series of which the submission says nothing has no rows: rules that compare series need it.
    """

    place: Place
    dimensions: Mapping[str, str]
    rows: Sequence[StagedRow]
    standing: Mapping[Span, Observation] = field(default_factory=dict)
    _numbers: dict[Of, Numbers] = field(default_factory=dict, init=False, repr=False)

    def numbers(self, of: Of) -> Numbers:
        """Its numbers, read once for all rules."""
        found = self._numbers.get(of)
        if found is None:
            found = self._numbers[of] = Numbers.read(self.rows, self.standing, of)
        return found


class Round(NamedTuple):
    """The reporting period that the submission names, and the day on which it arrived."""

    today: date
    due: date
    periods: Sequence[Stated]


class Rule(Protocol):
    """One rule about one indicator; every finding of it bears its code."""

    @property
    def code(self) -> str: ...

    def find(self, staged: Sequence[StagedSeries], round: Round) -> Iterable[RowFinding]:
        """What it finds in all series of that indicator in the submission."""
        ...


@runtime_checkable
class Comparing(Rule, Protocol):
    """A rule that compares series with one another, also with those that nobody sent now."""

    def beside(self, staged: Sequence[StagedSeries]) -> Iterable[tuple[Place, Mapping[str, str]]]:
        """The series that it wants to see beside these, where there are any."""
        ...


Rules = Callable[[UUID, Collection[UUID]], Awaitable[Mapping[UUID, Sequence[Rule]]]]
"""The rules that hold for indicators of an initiative, by indicator."""


async def no_rules(_: UUID, __: Collection[UUID]) -> Mapping[UUID, Sequence[Rule]]:
    """Where no framework states any."""
    return {}


STRATA_ABOVE_TOTAL = "strata-above-total"
"""The rule of every additive stratum that a definition names."""
INVARIANTS = frozenset(
    {
        "value-changed",
        "value-missing",
        "numerator-out-of-range",
        "numerator-alone",
        "value-not-its-formula",
        STRATA_ABOVE_TOTAL,
    }
)
"""Rules that no explanation lifts: a row that breaks one never becomes an observation."""
