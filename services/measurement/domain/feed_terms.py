"""The terms of a feed: who receives it, of what and where, and how small numbers are protected."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from infra.kernel.provenance import Code
from services.measurement.domain.values import Named, Place, Scheme, Value, absent

Format = Literal["csv", "sdmx-csv", "parquet", "xlsx", "jsonl", "cids"]
PUBLIC = "public"


class Audience(Value):
    """Who may read the releases: one organisation, or everybody."""

    kind: Literal["organisation", "public"]
    organisation: UUID | None = Field(None, exclude_if=absent)

    @model_validator(mode="after")
    def _named(self) -> Self:
        if (self.kind == "organisation") != (self.organisation is not None):
            raise ValueError("an audience names its organisation, or is the public and names none")
        return self

    @property
    def key(self) -> str:
        """`public`, or the organisation's id."""
        return PUBLIC if self.organisation is None else str(self.organisation)

    def reads_beside(self, other: Audience) -> bool:
        """Whether what goes to this audience may be held against what went to the other. What goes
        to everybody also goes to those who received something of their own."""
        return PUBLIC in (self.key, other.key) or self.key == other.key


class Whole(Value):
    """A place that is made of others: its total is the sum over its parts."""

    place: Place
    parts: Annotated[tuple[Place, ...], Field(min_length=2, max_length=500)]


class Scope(Value):
    """The places of one scheme and edition, all of them where no codes are named, and the wholes
    that are made of them or of one another."""

    scheme: Scheme
    edition: Scheme
    codes: Annotated[tuple[Named, ...], Field(max_length=2_000)] | None = Field(
        None, exclude_if=absent
    )
    wholes: Annotated[tuple[Whole, ...], Field(max_length=200)] = ()

    def holds(self, place: Place) -> bool:
        """Whether a place is to be shown."""
        if place.identity in {whole.place.identity for whole in self.wholes}:
            return True
        return (place.scheme, place.edition) == (self.scheme, self.edition) and (
            self.codes is None or place.code in self.codes
        )


class Policy(Value):
    """A version of the rules for small numbers. docs/disclosure.md says what each of them does.

    Defaults: AIHW suppresses counts of 1 to 4 and areas of fewer than 300 people, and gives no
    rates of fewer than 20 events.
    """

    version: Code = Field("small-numbers/1", description="Of the method and of these figures.")
    min_count: Annotated[int, Field(ge=3, le=1_000)] = Field(
        5, description="Counts of fewer people are withheld."
    )
    show_zero: bool = Field(False, description="Whether a count of nobody is shown.")
    protect_complement: bool = Field(
        False, description="Whether those not counted are protected too: denominator - numerator."
    )
    min_population: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        300, description="At population level, places of fewer people are withheld."
    )
    rate_min_numerator: Annotated[int, Field(ge=0, le=1_000)] = Field(
        20, description="Rates of fewer events are volatile."
    )
    volatile_rates: Literal["flag", "hide"] = "flag"
    k: Annotated[int, Field(ge=2, le=1_000)] = Field(
        3, description="So many values at least must remain possible for each protected count."
    )

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        if self.k >= self.min_count:
            raise ValueError("below min_count there must be at least k values: k < min_count")
        return self

    def with_minimum(self, min_count: int) -> Policy:
        """The same, or the stricter one that an agreement asks for."""
        if min_count <= self.min_count:
            return self
        return self.model_copy(update={"min_count": min_count})
