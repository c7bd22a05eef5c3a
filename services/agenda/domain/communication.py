"""Continuous communication: what was told to whom, who took note, and where nothing was told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field

from infra.kernel import Event, Instant, RuleForbids, StateForbids, Text, Title
from infra.kernel.provenance import Code, Reference
from services.agenda.domain.charter import Cadence
from services.agenda.domain.code_lists import code_list
from services.agenda.domain.rooted import Opening, Rooted
from services.agenda.domain.values import Value


class NoSuchUpdate(StateForbids):
    """No update {update} was published; name one that was."""


class AcknowledgedAlready(StateForbids):
    """{person} has acknowledged update {update} already."""


class AudienceTwice(RuleForbids):
    """The audience {audience} is named more than once; name each audience once."""


class NothingPromised(StateForbids):
    """Version {version} of the charter promises {audience} nothing by {channel}."""


class NotMissed(StateForbids):
    """The cadence for {audience} by {channel} is kept, or its miss is known already."""


class Promised(Value):
    """By when the charter promises this audience the next update on this channel."""

    audience: Title
    due: Instant


Audiences = Annotated[tuple[Title, ...], Field(min_length=1, max_length=50)]


class UpdatePublished(Opening):
    TOPIC: ClassVar[str] = "agenda.update-published"
    OPENS: ClassVar[str] = "agenda.communication"

    update_id: UUID
    title: Title
    text: Text
    audiences: Audiences
    channel: Code
    charter_version: int | None
    next_due: tuple[Promised, ...]

    def apply(self, aggregate: Any) -> None:
        aggregate.updates[self.update_id] = self
        for audience in self.audiences:
            aggregate.told[audience, self.channel] = self.timestamp
            aggregate.missed.pop((audience, self.channel), None)


class UpdateAcknowledged(Event):
    TOPIC: ClassVar[str] = "agenda.update-acknowledged"

    update_id: UUID
    person: Reference
    organisation: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.acknowledged.setdefault(self.update_id, {})[self.person] = self


class UpdateCadenceMissed(Opening):
    """An audience heard nothing for as long as the charter allows: found by a timer, once."""

    TOPIC: ClassVar[str] = "agenda.update-cadence-missed"
    OPENS: ClassVar[str] = "agenda.communication"

    audience: Title
    channel: Code
    due: Instant
    days: int
    charter_version: int

    def apply(self, aggregate: Any) -> None:
        aggregate.missed[self.audience, self.channel] = self


class Communication(Rooted):
    TOPIC = "agenda.communication"

    def begin(self) -> None:
        self.updates: dict[UUID, UpdatePublished] = {}
        self.acknowledged: dict[UUID, dict[str, UpdateAcknowledged]] = {}
        self.told: dict[tuple[str, str], datetime] = {}
        self.missed: dict[tuple[str, str], UpdateCadenceMissed] = {}

    def publish(
        self,
        *,
        update_id: UUID,
        title: Title,
        text: Text,
        audiences: Audiences,
        channel: Code,
        charter_version: int | None,
        cadences: Iterable[Cadence],
        at: datetime,
    ) -> None:
        """`cadences` are those of the charter in force: they say when the next one is due."""
        code_list("update-channels").require(channel)
        for audience in audiences:
            if audiences.count(audience) > 1:
                raise AudienceTwice(audience=audience)
        self.trigger_event(
            UpdatePublished,
            initiative_id=self.initiative_id,
            update_id=update_id,
            title=title,
            text=text,
            audiences=audiences,
            channel=channel,
            charter_version=charter_version,
            next_due=tuple(
                Promised(audience=cadence.audience, due=at + timedelta(days=cadence.days))
                for cadence in cadences
                if cadence.audience in audiences and cadence.channel == channel
            ),
        )

    def acknowledge(self, *, update_id: UUID, person: Reference, organisation: UUID) -> None:
        if update_id not in self.updates:
            raise NoSuchUpdate(update=update_id)
        if person in self.acknowledged.get(update_id, {}):
            raise AcknowledgedAlready(person=person, update=update_id)
        self.trigger_event(
            UpdateAcknowledged, update_id=update_id, person=person, organisation=organisation
        )

    def find_missed(
        self,
        *,
        audience: Title,
        channel: Code,
        due: datetime,
        charter_version: int,
        cadences: Iterable[Cadence],
    ) -> None:
        """What the timer asks when an update is due."""
        days = next((c.days for c in cadences if (c.audience, c.channel) == (audience, channel)), 0)
        if not days:
            raise NothingPromised(version=charter_version, audience=audience, channel=channel)
        told = self.told.get((audience, channel))
        kept = told is not None and told + timedelta(days=days) > due
        if kept or (audience, channel) in self.missed:
            raise NotMissed(audience=audience, channel=channel)
        self.trigger_event(
            UpdateCadenceMissed,
            initiative_id=self.initiative_id,
            audience=audience,
            channel=channel,
            due=due,
            days=days,
            charter_version=charter_version,
        )
