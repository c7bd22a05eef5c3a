"""What a provider has sent before, and so is expected of it again in a round."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import Field

from infra.kernel.line import canonical
from services.measurement.domain.values import Dimensions, Place, Span, Stated, Value

if TYPE_CHECKING:
    from services.measurement.domain.indicator import Indicator

MOST_NAMED = 50
NAMED_BYTES = 30 * 1024
"""Of the series that one line names: half of what it may hold."""


class Lacking(Value):
    """A series of which nothing has come for any period of a round that it came for before."""

    indicator_id: UUID
    place: Place
    dimensions: Dimensions = Field(default_factory=dict)


@dataclass
class Sent:
    """A series as one provider has sent it, and for which periods."""

    indicator_id: UUID
    definition_version: int
    place: Place
    dimensions: dict[str, str]
    spans: set[Span] = field(default_factory=set)

    @classmethod
    def of(cls, data: dict[str, Any]) -> Sent:
        """As each fact of a series says which one it is."""
        return cls(
            UUID(data["indicator_id"]),
            data["definition_version"],
            Place.model_validate(data["place"]),
            data["dimensions"],
        )

    def due(self, periods: Iterable[Stated]) -> list[Span]:
        """The periods of a round for which it is expected: those as long as one it came for."""
        return [one.span for one in periods if any(alike(one.span, span) for span in self.spans)]

    def goes_on(self, indicator: Indicator) -> bool:
        """Whether its values are still recorded in this series."""
        return not indicator.deprecated and indicator.series_version == self.definition_version

    @property
    def lacking(self) -> Lacking:
        return Lacking(indicator_id=self.indicator_id, place=self.place, dimensions=self.dimensions)


def alike(one: Span, other: Span) -> bool:
    """About as long: months are, and school terms; a quarter and a half-year are not."""
    shorter, longer = sorted((end - start).days + 1 for start, end in (one, other))
    return 3 * shorter >= 2 * longer


def named(lacking: Iterable[Lacking]) -> tuple[Lacking, ...]:
    """As many as go into one line."""
    found: list[Lacking] = []
    size = 0
    for one in islice(lacking, MOST_NAMED):
        size += len(canonical(one.model_dump(mode="json")))
        if size > NAMED_BYTES:
            break
        found.append(one)
    return tuple(found)


def in_order(sent: Iterable[Sent]) -> Sequence[Lacking]:
    """By indicator, place and stratum."""
    return sorted(
        (one.lacking for one in sent),
        key=lambda one: (
            str(one.indicator_id),
            one.place.identity,
            sorted(one.dimensions.items()),
        ),
    )
