"""Backbone support: who was appointed to which functions, paid for till when: the facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from infra.kernel import Day, Event, Instant, Number, Title
from infra.kernel.provenance import Code
from services.agenda.domain.rooted import Opening
from services.agenda.domain.values import Value

Functions = Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Paid(Value):
    """From the first day that a source pays for to the last."""

    starts: Day
    ends: Day

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if self.ends < self.starts:
            raise ValueError("funding does not end before it starts")
        return self


@dataclass(frozen=True)
class Appointment:
    appointment_id: UUID
    host: UUID
    functions: tuple[str, ...]
    decision_id: UUID
    fundings: tuple[BackboneFundingSecured, ...] = ()
    gap: BackboneFundingGapDetected | None = None
    ended: bool = False

    @property
    def covered_until(self) -> date | None:
        """The last day that is paid for without a gap before it."""
        return covered_until(tuple(funding.paid for funding in self.fundings))


class BackboneAppointed(Opening):
    TOPIC: ClassVar[str] = "agenda.backbone-appointed"
    OPENS: ClassVar[str] = "agenda.backbone"

    appointment_id: UUID
    host: UUID
    functions: Functions
    decision_id: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.decisions.add(self.decision_id)
        aggregate.appointments[self.appointment_id] = Appointment(
            self.appointment_id, self.host, self.functions, self.decision_id
        )


class BackboneFundingSecured(Event):
    """Who pays how much for how long; and when the charter wants a gap to be seen coming."""

    TOPIC: ClassVar[str] = "agenda.backbone-funding-secured"

    appointment_id: UUID
    funding_id: UUID
    amount: Number
    currency: Currency
    fte: Number
    paid: Paid
    payer: Title
    covered_until: Day
    warn_at: Instant

    def apply(self, aggregate: Any) -> None:
        known = aggregate.appointments[self.appointment_id]
        aggregate.change(self.appointment_id, fundings=(*known.fundings, self), gap=None)


class BackboneFunctionsChanged(Event):
    TOPIC: ClassVar[str] = "agenda.backbone-functions-changed"

    appointment_id: UUID
    functions: Functions
    decision_id: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.decisions.add(self.decision_id)
        aggregate.change(self.appointment_id, functions=self.functions)


class BackboneTermEnded(Event):
    TOPIC: ClassVar[str] = "agenda.backbone-term-ended"

    appointment_id: UUID
    host: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.change(self.appointment_id, ended=True)


class BackboneFundingGapDetected(Event):
    """Funding ends before long and nothing follows: found by a timer."""

    TOPIC: ClassVar[str] = "agenda.backbone-funding-gap-detected"

    appointment_id: UUID
    host: UUID
    covered_until: Day

    def apply(self, aggregate: Any) -> None:
        aggregate.change(self.appointment_id, gap=self)


def covered_until(paid: tuple[Paid, ...]) -> date | None:
    """The end of the first unbroken stretch of paid days."""
    until: date | None = None
    for term in sorted(paid, key=lambda term: term.starts):
        if until is not None and (term.starts - until).days > 1:
            break
        until = term.ends if until is None else max(until, term.ends)
    return until
