"""What happens to a commitment, from its pledge to its end."""

from __future__ import annotations

from decimal import Decimal
from operator import not_
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from infra.kernel import Claim, Created, Day, Event, Number, Text, Title

if TYPE_CHECKING:
    from services.activities.domain.commitment import Commitment

Kind = Literal["money", "time", "data", "space", "policy"]
PLEDGED = "pledged"
"""The kind of claim by which the commitments of a partner are found, whatever became of them."""


def pledged_by(partner_id: UUID) -> str:
    """How the keys of all commitments of one partner begin."""
    return f"{partner_id}/"


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

    def claims(self) -> tuple[Claim]:
        return (Claim(PLEDGED, f"{pledged_by(self.partner_id)}{self.originator_id}"),)


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
    grace_days: Annotated[int, Field(ge=0, le=366)] | None = None
    """As pledged; so that the day on which it lapses can be told from this fact alone."""
    confirm_anew: bool = Field(False, exclude_if=not_)
    """Whether somebody else than who pledged it settled this, so that it waits to be confirmed."""

    def apply(self, aggregate: Commitment) -> None:
        aggregate.promise = self.promise
        aggregate.amount = self.amount
        aggregate.due = self.due
        stays = aggregate.state == "confirmed" and not self.confirm_anew
        aggregate.state = "confirmed" if stays else "pledged"
        aggregate.to_renegotiate = False


class CommitmentToRenegotiate(Event):
    """Who pledged it is no partner any more: somebody has to settle what becomes of it."""

    TOPIC: ClassVar[str] = "activities.commitment-to-renegotiate"

    partner_id: UUID

    def apply(self, aggregate: Commitment) -> None:
        aggregate.to_renegotiate = True


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
