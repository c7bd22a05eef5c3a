"""A commitment is a resource that a partner has promised: money, time, data, space or policy."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from eventsourcing.domain import event

from infra.kernel import Aggregate, RuleForbids, StateForbids
from services.activities.domain.commitment_facts import (
    Amount,
    CommitmentConfirmed,
    CommitmentFulfilled,
    CommitmentLapsed,
    CommitmentPledged,
    CommitmentReleased,
    CommitmentRenegotiated,
    CommitmentToRenegotiate,
    Kind,
)

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


class SettlingAlready(StateForbids):
    """It is known already that the commitment {id} has to be renegotiated."""


class NotOfData(StateForbids):
    """The commitment {id} is one of {kind}; a collection round says nothing of it."""


class NotOverdue(StateForbids):
    """The commitment {id} is due on {due}, and lapses only after {grace_days} days of grace."""


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
        self.to_renegotiate = False

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
        self,
        *,
        partner_id: UUID,
        promise: str | None = None,
        amount: Amount | None = None,
        due: date | None = None,
    ) -> None:
        """A promise that lapsed may be made anew this way: it then waits to be confirmed again, as
        does what others than its pledger settle. `partner_id`: for whom the caller speaks."""
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
            grace_days=self.grace_days,
            confirm_anew=self.state == "confirmed" and partner_id != self.partner_id,
        )

    def mark(self) -> None:
        """Who pledged it has left."""
        self._only("pledged", "confirmed")
        if self.to_renegotiate:
            raise SettlingAlready(id=self.id)
        self.trigger_event(CommitmentToRenegotiate, partner_id=self.partner_id)

    @property
    def open(self) -> bool:
        """Whether something of it is still to be given."""
        return self.state in ("pledged", "confirmed")

    def lapse(self, *, now: datetime) -> None:
        self._only("pledged", "confirmed")
        if now.date() <= self.due + timedelta(days=self.grace_days):
            raise NotOverdue(id=self.id, due=self.due, grace_days=self.grace_days)
        self.trigger_event(CommitmentLapsed, partner_id=self.partner_id, due=self.due)

    def find_missing(self, *, on: date) -> None:
        """The data that was promised by now did not come; no grace, for the round is over."""
        self._only("pledged", "confirmed")
        if self.of_kind != "data":
            raise NotOfData(id=self.id, kind=self.of_kind)
        if on < self.due:
            raise NotOverdue(id=self.id, due=self.due, grace_days=0)
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
