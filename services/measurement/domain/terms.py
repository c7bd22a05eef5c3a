"""The terms of a data agreement: who may submit, see and receive what, what for and until when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from operator import not_
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from infra.kernel import Day, RuleForbids, Text, Title
from services.measurement.domain.values import Dimension, Place, Value, absent

Kind = Literal["partner-data", "open-data"]
NEEDED: Mapping[Kind, tuple[str, ...]] = {
    "partner-data": ("purpose", "legal_basis", "min_count", "retention", "ends"),
    "open-data": ("purpose", "licence", "credit"),
}
"""What must be said before it is active. Of published statistics the licence says the rest."""
ABOUT_PEOPLES = (
    *("aboriginal", "indigenous", "torres strait", "first nations", "first peoples"),
    *("first australian", "koori", "atsi"),
)
"""A dimension named with one of these tells series by Aboriginal status."""

Organisations = Annotated[tuple[UUID, ...], Field(max_length=50)]


class ProviderIsNoParty(RuleForbids):
    """Organisation {organisation} is to provide data, but is no party; name it among them."""


class PartyTwice(RuleForbids):
    """Organisation {organisation} is named twice as a party; each party signs once."""


class OpenDataHasNoMinimumCell(RuleForbids):
    """Statistics that are published already have no minimum cell; leave `min_count` out, or draft
    an agreement of kind partner-data."""


class Terms(Value):
    """What is left out of `indicators`, `places` and `strata` is not limited; an empty list of
    strata allows totals only."""

    parties: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=50)] = Field(
        description="The organisations that sign."
    )
    providers: Organisations = Field((), description="Those of them that may submit.")
    recipients: Organisations = Field((), description="The organisations that may receive it.")
    public: bool = Field(
        False, exclude_if=not_, description="Whether the public may receive it too."
    )
    purpose: Text | None = Field(None, exclude_if=absent)
    legal_basis: Text | None = Field(None, exclude_if=absent)
    min_count: Annotated[int, Field(ge=1, le=1_000)] | None = Field(
        None, exclude_if=absent, description="Cells of fewer people are never shown outside."
    )
    retention: Text | None = Field(None, exclude_if=absent)
    starts: Day | None = Field(None, exclude_if=absent)
    ends: Day | None = Field(None, exclude_if=absent, description="Its last day.")
    licence: Title | None = Field(None, exclude_if=absent)
    credit: Text | None = Field(
        None, exclude_if=absent, description="How whoever publishes it is to be named."
    )
    indicators: Annotated[tuple[UUID, ...], Field(max_length=500)] | None = Field(
        None, exclude_if=absent
    )
    places: Annotated[tuple[Place, ...], Field(max_length=500)] | None = Field(
        None, exclude_if=absent
    )
    strata: Annotated[tuple[Dimension, ...], Field(max_length=50)] | None = Field(
        None, exclude_if=absent
    )

    @model_validator(mode="after")
    def _runs_forwards(self) -> Self:
        if self.starts and self.ends and self.ends < self.starts:
            raise ValueError("an agreement ends on or after the day it starts")
        return self

    def sound(self, kind: Kind) -> Self:
        """The same, if an agreement of that kind may say so."""
        for organisation in self.parties:
            if self.parties.count(organisation) > 1:
                raise PartyTwice(organisation=organisation)
        for organisation in self.providers:
            if organisation not in self.parties:
                raise ProviderIsNoParty(organisation=organisation)
        if kind == "open-data" and self.min_count is not None:
            raise OpenDataHasNoMinimumCell
        return self

    def lacks(self, kind: Kind) -> list[str]:
        """What must be said before it is active, and is not."""
        found = [name for name in NEEDED[kind] if getattr(self, name) is None]
        if kind == "partner-data" and not self.recipients:
            found.append("recipients")
        return found

    def leaves_out(
        self,
        *,
        provider: UUID,
        indicator_id: UUID,
        place: Place,
        dimensions: Collection[str],
        on: date,
    ) -> list[str]:
        """What of a submitted series these terms do not cover."""
        known = None if self.places is None else {one.identity for one in self.places}
        strata = None if self.strata is None else set(self.strata)
        found = {
            f"provider {provider}": provider not in self.providers,
            f"{on}": not self._holds_on(on),
            f"indicator {indicator_id}": _outside(indicator_id, self.indicators),
            f"place {place.code}": _outside(place.identity, known),
            **{f"stratum {name}": _outside(name, strata) for name in dimensions},
        }
        return [what for what, outside in found.items() if outside]

    def _holds_on(self, day: date) -> bool:
        return (self.starts is None or self.starts <= day) and (
            self.ends is None or day <= self.ends
        )


def _outside(one: object, among: Collection[object] | None) -> bool:
    return among is not None and one not in among


def about_peoples(dimensions: Iterable[str]) -> list[str]:
    """Those of these dimensions that tell series by Aboriginal status."""
    return [name for name in dimensions if any(word in name.casefold() for word in ABOUT_PEOPLES)]
