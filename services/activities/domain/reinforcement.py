"""A reinforcement is a typed link: how one activity makes another one stronger.

One lead claims it, the other confirms it. What is only claimed is a hope; what is confirmed and
observed is why the whole is more than its parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal
from uuid import UUID

from eventsourcing.domain import event
from pydantic import Field

from infra.kernel import Aggregate, Claim, Created, Event, RuleForbids, StateForbids, Text

REINFORCEMENT = "reinforcement"
Kind = Literal["refers_to", "prerequisite_of", "informs", "shares_resource_with", "amplifies"]
"""As agenda serves them in /v1/code-lists/reinforcement-kinds."""

PREREQUISITE: Kind = "prerequisite_of"


def _absent(value: object) -> bool:
    return value is None


class LinkToItself(RuleForbids):
    """An activity cannot reinforce itself; name two different ones."""


class NotALead(RuleForbids):
    """The partner {partner_id} leads neither of the two activities; only their leads link them."""


class OnlyTheOtherLead(RuleForbids):
    """Only the lead of the other activity can answer this claim, not {partner_id}; and whoever
    claimed a link never answers it, even where one partner leads both."""


class PrerequisitesInACircle(StateForbids):
    """{to_activity} comes before {from_activity} already; neither of them could ever start."""


class ReinforcementNotInState(StateForbids):
    """The reinforcement {id} is {state}; this can be done only while it is {needed}."""


class ReinforcementClaimed(Created):
    TOPIC: ClassVar[str] = "activities.reinforcement-claimed"

    initiative_id: UUID
    from_activity: UUID
    to_activity: UUID
    kind: Kind
    how: Text
    claimed_by: UUID
    """The partner whose lead claims it."""
    answered_from: UUID
    """The activity whose lead has to answer."""
    ordinal: int | None = Field(None, exclude_if=_absent)
    """Of prerequisites: its number within the initiative, so that two at once see one another."""

    def claims(self) -> Iterator[Claim]:
        yield _place(self.from_activity, self.kind, self.to_activity)
        if self.ordinal is not None:
            yield Claim(prerequisites_of(self.initiative_id), f"{self.ordinal:09}")


class ReinforcementConfirmed(Event):
    TOPIC: ClassVar[str] = "activities.reinforcement-confirmed"

    confirmed_by: UUID

    def apply(self, aggregate: Reinforcement) -> None:
        aggregate.state = "confirmed"


class ReinforcementDisputed(Event):
    TOPIC: ClassVar[str] = "activities.reinforcement-disputed"

    disputed_by: UUID
    because: Text

    def apply(self, aggregate: Reinforcement) -> None:
        aggregate.state = "disputed"


class ReinforcementObserved(Event):
    TOPIC: ClassVar[str] = "activities.reinforcement-observed"

    what: Text

    def apply(self, aggregate: Reinforcement) -> None:
        aggregate.observations += 1


class DuplicationFlagged(Event):
    TOPIC: ClassVar[str] = "activities.duplication-flagged"

    from_activity: UUID
    to_activity: UUID
    what: Text

    def apply(self, aggregate: Reinforcement) -> None:
        aggregate.duplication = self.what


class ReinforcementDissolved(Event):
    TOPIC: ClassVar[str] = "activities.reinforcement-dissolved"

    from_activity: UUID
    to_activity: UUID
    kind: Kind

    def apply(self, aggregate: Reinforcement) -> None:
        aggregate.state = "dissolved"

    def releases(self) -> tuple[Claim]:
        return (_place(self.from_activity, self.kind, self.to_activity),)


class Reinforcement(Aggregate):
    TOPIC = "activities.reinforcement"

    @event(ReinforcementClaimed)
    def __init__(
        self,
        initiative_id: UUID,
        from_activity: UUID,
        to_activity: UUID,
        kind: Kind,
        how: str,
        claimed_by: UUID,
        answered_from: UUID,
        ordinal: int | None,
    ) -> None:
        self.initiative_id = initiative_id
        self.from_activity = from_activity
        self.to_activity = to_activity
        self.of_kind = kind
        self.how = how
        self.claimed_by = claimed_by
        self.answered_from = answered_from
        self.state: Literal["claimed", "confirmed", "disputed", "dissolved"] = "claimed"
        self.observations = 0
        self.duplication: str | None = None

    @classmethod
    def claim(
        cls,
        *,
        initiative_id: UUID,
        from_activity: UUID,
        to_activity: UUID,
        kind: Kind,
        how: str,
        claimed_by: UUID,
        leads: tuple[UUID | None, UUID | None],
        ordinal: int | None = None,
    ) -> Reinforcement:
        """`leads`: who leads the activity it goes from, and the one it goes to. `ordinal`: a
        prerequisite's number, by which it is known that no other one came in between."""
        if from_activity == to_activity:
            raise LinkToItself
        if claimed_by not in leads:
            raise NotALead(partner_id=claimed_by)
        return cls(
            initiative_id=initiative_id,
            from_activity=from_activity,
            to_activity=to_activity,
            kind=kind,
            how=how,
            claimed_by=claimed_by,
            answered_from=to_activity if claimed_by == leads[0] else from_activity,
            ordinal=ordinal,
        )

    def confirm(self, *, partner_id: UUID, other_lead: UUID | None) -> None:
        """`other_lead`: who leads `answered_from` now; `partner_id`: for whom the caller speaks."""
        self._only("claimed", "disputed")
        self._refuse_others(partner_id, other_lead)
        self.trigger_event(ReinforcementConfirmed, confirmed_by=partner_id)

    def dispute(self, *, partner_id: UUID, other_lead: UUID | None, because: str) -> None:
        self._only("claimed", "confirmed")
        self._refuse_others(partner_id, other_lead)
        self.trigger_event(ReinforcementDisputed, disputed_by=partner_id, because=because)

    def observe(self, what: str) -> None:
        self._only("claimed", "confirmed", "disputed")
        self.trigger_event(ReinforcementObserved, what=what)

    def flag_duplicate(self, what: str) -> None:
        """The two activities do the same for the same people rather than strengthen one another."""
        self._only("claimed", "confirmed", "disputed")
        self.trigger_event(
            DuplicationFlagged,
            from_activity=self.from_activity,
            to_activity=self.to_activity,
            what=what,
        )

    def dissolve(self) -> None:
        self._only("claimed", "confirmed", "disputed")
        self.trigger_event(
            ReinforcementDissolved,
            from_activity=self.from_activity,
            to_activity=self.to_activity,
            kind=self.of_kind,
        )

    def _refuse_others(self, partner_id: UUID, other_lead: UUID | None) -> None:
        if partner_id != other_lead or partner_id == self.claimed_by:
            raise OnlyTheOtherLead(partner_id=partner_id)

    def _only(self, *states: str) -> None:
        if self.state not in states:
            raise ReinforcementNotInState(id=self.id, state=self.state, needed=" or ".join(states))


def prerequisites_of(initiative_id: UUID) -> str:
    """Claims: the prerequisites that an initiative's leads ever claimed, by their numbers."""
    return f"prerequisites/{initiative_id}"


def links_from(activity_id: UUID, kind: Kind) -> str:
    """How the keys of all live links of one kind from one activity begin."""
    return f"{activity_id}/{kind}/"


def _place(from_activity: UUID, kind: Kind, to_activity: UUID) -> Claim:
    """Two activities are linked once in one direction and kind at a time."""
    return Claim(REINFORCEMENT, f"{links_from(from_activity, kind)}{to_activity}")
