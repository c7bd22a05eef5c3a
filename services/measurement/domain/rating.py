"""A round of an instrument: ratings on a stated scale, entered as counts and never by person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from eventsourcing.domain import event
from pydantic import Field

from infra.kernel import Aggregate, Created, Event, RuleForbids, StateForbids, Text, Title
from infra.kernel.provenance import Code
from services.measurement.domain.values import Dimensions, Place, Stated, Value, absent

SCORE = "score"
"""Standard Client/Community Outcomes Reporting of the Australian Data Exchange: rated 1 to 5."""
Counts = Annotated[tuple[int, ...], Field(min_length=1, max_length=20)]


class RatingsOutOfOrder(RuleForbids):
    """The levels of a scale rise by one from each to the next; these are {ratings}."""


class ScoreRatesOneToFive(RuleForbids):
    """SCORE rates from 1 to 5; state the meaning of each of these five levels."""


class EitherDistributionOrMatrix(RuleForbids):
    """Results are a distribution over the levels, or a matrix from before to after: give one."""


class NotOfThisScale(RuleForbids):
    """This scale has {levels} levels: a distribution has as many counts, and a matrix as many rows
    of as many counts each."""


class CountBelowZero(RuleForbids):
    """{count} people cannot have been rated so; counts start at 0."""


class InstrumentRoundIsClosed(StateForbids):
    """This round is closed; open another one."""


class NoResults(StateForbids):
    """Nothing was entered in this round yet; enter results, then close it."""


class ResultsUnchanged(StateForbids):
    """{domain} stands at these results already."""


class Level(Value):
    """A rating, and what it means in this version of the instrument."""

    rating: int
    meaning: Text


class Scale(Value):
    """One type of scale of an instrument, such as SCORE's circumstances."""

    name: Title
    levels: Annotated[tuple[Level, ...], Field(min_length=2, max_length=20)]


class Results(Value):
    """How many were rated at each level of one domain; in a matrix each row is a rating before,
    and each count in it a rating after."""

    domain: Title
    place: Place | None = Field(None, exclude_if=absent)
    dimensions: Dimensions = Field(default_factory=dict)
    distribution: Counts | None = Field(None, exclude_if=absent)
    matrix: Annotated[tuple[Counts, ...], Field(min_length=1, max_length=20)] | None = Field(
        None, exclude_if=absent
    )

    @property
    def cell(self) -> tuple[object, ...]:
        """What the results are about: entered once, or replaced."""
        place = self.place.identity if self.place else None
        return self.domain, place, tuple(sorted(self.dimensions.items()))

    def rows(self) -> Sequence[Sequence[int]]:
        """The counts: one row of a distribution, or the rows of a matrix."""
        if self.distribution is not None and self.matrix is None:
            return (self.distribution,)
        if self.matrix is not None and self.distribution is None:
            return self.matrix
        raise EitherDistributionOrMatrix


class InstrumentRoundOpened(Created):
    TOPIC: ClassVar[str] = "measurement.instrument-round-opened"

    initiative_id: UUID
    title: Title
    instrument: Code
    instrument_version: Code
    scale: Scale
    period: Stated


class InstrumentResultsEntered(Event):
    """`replaces`: others stood for the same domain, place and stratum."""

    TOPIC: ClassVar[str] = "measurement.instrument-results-entered"

    results: Results
    replaces: bool

    def apply(self, aggregate: InstrumentRound) -> None:
        aggregate.results[self.results.cell] = self.results


class InstrumentRoundClosed(Event):
    TOPIC: ClassVar[str] = "measurement.instrument-round-closed"

    results: int

    def apply(self, aggregate: InstrumentRound) -> None:
        aggregate.state = "closed"


class InstrumentRound(Aggregate):
    TOPIC = "measurement.instrument-round"

    @event(InstrumentRoundOpened)
    def __init__(
        self,
        initiative_id: UUID,
        title: Title,
        instrument: Code,
        instrument_version: Code,
        scale: Scale,
        period: Stated,
    ) -> None:
        self.initiative_id = initiative_id
        self.title = title
        self.instrument = instrument
        self.instrument_version = instrument_version
        self.scale = scale
        self.period = period
        self.state: Literal["open", "closed"] = "open"
        self.results: dict[tuple[object, ...], Results] = {}

    @classmethod
    def open(
        cls,
        initiative_id: UUID,
        *,
        title: str,
        instrument: str,
        instrument_version: str,
        scale: Scale,
        period: Stated,
    ) -> InstrumentRound:
        """Begin a round; what each level means is kept with it."""
        ratings = [level.rating for level in scale.levels]
        if ratings != list(range(ratings[0], ratings[0] + len(ratings))):
            raise RatingsOutOfOrder(ratings=", ".join(map(str, ratings)))
        if instrument.casefold() == SCORE and ratings != [1, 2, 3, 4, 5]:
            raise ScoreRatesOneToFive
        return cls(initiative_id, title, instrument, instrument_version, scale, period)

    def replaces(self, results: Results) -> bool:
        """Whether others stand for the same domain, place and stratum."""
        return results.cell in self.results

    def enter(self, results: Results) -> None:
        """Say how many were rated at each level."""
        self._refuse_closed()
        self._refuse_misfit(results)
        if self.results.get(results.cell) == results:
            raise ResultsUnchanged(domain=results.domain)
        self.trigger_event(
            InstrumentResultsEntered, results=results, replaces=self.replaces(results)
        )

    def close(self) -> None:
        """Let nothing more be entered."""
        self._refuse_closed()
        if not self.results:
            raise NoResults
        self.trigger_event(InstrumentRoundClosed, results=len(self.results))

    def _refuse_misfit(self, results: Results) -> None:
        levels = len(self.scale.levels)
        rows = results.rows()
        wanted = 1 if results.matrix is None else levels
        if len(rows) != wanted or any(len(row) != levels for row in rows):
            raise NotOfThisScale(levels=levels)
        if below := [count for row in rows for count in row if count < 0]:
            raise CountBelowZero(count=below[0])

    def _refuse_closed(self) -> None:
        if self.state == "closed":
            raise InstrumentRoundIsClosed
