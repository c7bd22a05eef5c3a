"""A commitment is a resource that a partner has promised: money, time, data, space or policy."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from eventsourcing.domain import event
from pydantic import BaseModel, ConfigDict, Field

from infra.kernel import (
    Aggregate,
    Created,
    Day,
    Event,
    Number,
    RuleForbids,
    StateForbids,
    Text,
    Title,
)

Kind = Literal["money", "time", "data", "space", "policy"]
GRACE_DAYS = 30


class CommitmentNotInState(StateForbids):
    """The commitment {id} is {state}; this can be done only while it is {needed}."""


class OnlyThePledgerConfirms(RuleForbids):
    """Only the pledging partner {partner_id} can confirm this commitment."""


class AmountMissing(RuleForbids):
    """A commitment of {kind} says how much: give `amount` with `quantity` and `unit`."""


class AmountNotPositive(RuleForbids):
    """An amount is above 0, not {quantity}."""


class MoreThanPromised(RuleForbids):
    """{quantity} is more than the {open} that are still open; renegotiate first."""


class NotOverdue(StateForbids):
    """The commitment {id} is due on {due}, and lapses only after {grace_days} days of grace."""


class Amount(BaseModel):
    """How much of what: 40 placements, 12000 AUD."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quantity: Number
    unit: Title


class CommitmentPledged(Created):
    TOPIC: ClassVar[str] = "activities.commitment-pledged"

    initiative_id: UUID
    partner_id: UUID
    kind: Kind
    promise: Text
    amount: Amount | None
    due: Day
    grace_days: Annotated[int, Field(ge=0, le=366)]
    activity_id: UUID | None


class CommitmentConfirmed(Event):
    TOPIC: ClassVar[str] = "activities.commitment-confirmed"

    def apply(self, aggregate: Commitment) -> None:
        aggregate.state = "confirmed"


class CommitmentFulfilled(Event):
    TOPIC: ClassVar[str] = "activities.commitment-fulfilled"

    partner_id: UUID
    quantity: Number | None
    """How much was given now; None where the promise has no amount."""
    whole: bool
    """Whether nothing of the promise is left open."""

    def apply(self, aggregate: Commitment) -> None:
        aggregate.given += self.quantity or Decimal(0)
        aggregate.state = "fulfilled" if self.whole else aggregate.state


class CommitmentRenegotiated(Event):
    TOPIC: ClassVar[str] = "activities.commitment-renegotiated"

    partner_id: UUID
    promise: Text
    amount: Amount | None
    """The new whole, with what was given already."""
    due: Day

    def apply(self, aggregate: Commitment) -> None:
        aggregate.promise = self.promise
        aggregate.amount = self.amount
        aggregate.due = self.due
        aggregate.state = "confirmed" if aggregate.state == "confirmed" else "pledged"


class CommitmentLapsed(Event):
    TOPIC: ClassVar[str] = "activities.commitment-lapsed"

    partner_id: UUID
    due: Day

    def apply(self, aggregate: Commitment) -> None:
        aggregate.state = "lapsed"


class CommitmentReleased(Event):
    TOPIC: ClassVar[str] = "activities.commitment-released"

    partner_id: UUID

    def apply(self, aggregate: Commitment) -> None:
        aggregate.state = "released"


class Commitment(Aggregate):
    TOPIC = "activities.commitment"

    @event(CommitmentPledged)
    def __init__(
        self,
        initiative_id: UUID,
        partner_id: UUID,
        kind: Kind,
        promise: str,
        amount: Amount | None,
        due: date,
        grace_days: int,
        activity_id: UUID | None,
    ) -> None:
        self.initiative_id = initiative_id
        self.partner_id = partner_id
        self.of_kind = kind
        self.promise = promise
        self.amount = amount
        self.due = due
        self.grace_days = grace_days
        self.activity_id = activity_id
        self.state: Literal["pledged", "confirmed", "fulfilled", "lapsed", "released"] = "pledged"
        self.given = Decimal(0)

    @classmethod
    def pledge(
        cls,
        *,
        initiative_id: UUID,
        partner_id: UUID,
        kind: Kind,
        promise: str,
        due: date,
        amount: Amount | None = None,
        grace_days: int = GRACE_DAYS,
        activity_id: UUID | None = None,
    ) -> Commitment:
        _refuse_vague(kind, amount)
        return cls(
            initiative_id=initiative_id,
            partner_id=partner_id,
            kind=kind,
            promise=promise,
            amount=amount,
            due=due,
            grace_days=grace_days,
            activity_id=activity_id,
        )

    def confirm(self, *, partner_id: UUID) -> None:
        """`partner_id`: the organisation for which the caller speaks."""
        self._only("pledged")
        if partner_id != self.partner_id:
            raise OnlyThePledgerConfirms(partner_id=self.partner_id)
        self.trigger_event(CommitmentConfirmed)

    def fulfil(self, *, quantity: Decimal | None = None) -> None:
        """In whole, or in part where the promise has an amount."""
        self._only("confirmed")
        if self.amount is None:
            self._fulfilled(quantity=None, whole=True)
            return
        left = self.amount.quantity - self.given
        quantity = left if quantity is None else quantity
        if quantity <= 0:
            raise AmountNotPositive(quantity=quantity)
        if quantity > left:
            raise MoreThanPromised(quantity=quantity, open=left)
        self._fulfilled(quantity=quantity, whole=quantity == left)

    def renegotiate(
        self, *, promise: str | None = None, amount: Amount | None = None, due: date | None = None
    ) -> None:
        """A promise that lapsed may be made anew this way: it then waits to be confirmed again."""
        self._only("pledged", "confirmed", "lapsed")
        _refuse_vague(self.of_kind, amount or self.amount)
        if amount is not None and amount.quantity <= self.given:
            raise AmountNotPositive(quantity=amount.quantity - self.given)
        self.trigger_event(
            CommitmentRenegotiated,
            partner_id=self.partner_id,
            promise=promise or self.promise,
            amount=amount or self.amount,
            due=due or self.due,
        )

    def lapse(self, *, now: datetime) -> None:
        self._only("pledged", "confirmed")
        if now.date() <= self.due + timedelta(days=self.grace_days):
            raise NotOverdue(id=self.id, due=self.due, grace_days=self.grace_days)
        self.trigger_event(CommitmentLapsed, partner_id=self.partner_id, due=self.due)

    def release(self) -> None:
        self._only("pledged", "confirmed")
        self.trigger_event(CommitmentReleased, partner_id=self.partner_id)

    def _fulfilled(self, *, quantity: Decimal | None, whole: bool) -> None:
        self.trigger_event(
            CommitmentFulfilled, partner_id=self.partner_id, quantity=quantity, whole=whole
        )

    def _only(self, *states: str) -> None:
        if self.state not in states:
            raise CommitmentNotInState(id=self.id, state=self.state, needed=" or ".join(states))


def _refuse_vague(kind: Kind, amount: Amount | None) -> None:
    if amount is None and kind in ("money", "time"):
        raise AmountMissing(kind=kind)
    if amount is not None and amount.quantity <= 0:
        raise AmountNotPositive(quantity=amount.quantity)
