"""A feed profile: what one audience regularly receives, and by which rules for small numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Annotated, ClassVar
from uuid import UUID

from eventsourcing.domain import event
from pydantic import Field, StringConstraints

from infra.kernel import Aggregate, Claim, Created, Event, RuleForbids, StateForbids, Title
from services.measurement.domain.definition import Frequency
from services.measurement.domain.feed_terms import Audience, Format, Policy, Scope
from services.measurement.domain.values import Dimension, Value

CODE = "feed-profile-code"
"""Claim: in the whole deployment a code names one feed, for it stands in its address."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Indicators = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=500)]
Strata = Annotated[tuple[Dimension, ...], Field(max_length=20)]
Formats = Annotated[tuple[Format, ...], Field(min_length=1, max_length=10)]


def profiles_of(initiative_id: UUID) -> str:
    """Claims: the feed profiles of an initiative. Key: the profile."""
    return f"feed-profiles/{initiative_id}"


class ProfileRetired(StateForbids):
    """This feed was retired; what was released stays, and nothing more is released."""


class ProfileUnchanged(RuleForbids):
    """That is the profile as it stands; a change changes something."""


class MarkedForChange(StateForbids):
    """This feed is to be changed because of the agreement {agreement} already."""


class PlaceMadeOfItself(RuleForbids):
    """{place} is named twice as a whole, or among its own parts; a whole is made of other
    places, once."""


class FeedTerms(Value):
    """What a feed holds. Audience and code are the profile's for ever."""

    title: Title
    indicators: Indicators
    places: Scope
    strata: Strata = ()
    formats: Formats
    policy: Policy
    cadence: Frequency

    def as_strict_as(self, min_count: int) -> FeedTerms:
        """The same, or with the stricter rule for small numbers that agreements ask for."""
        return self.model_copy(update={"policy": self.policy.with_minimum(min_count)})

    def sound(self) -> FeedTerms:
        """The same, if no place is made of itself."""
        wholes = [whole.place.identity for whole in self.places.wholes]
        for whole in self.places.wholes:
            parts = [part.identity for part in whole.parts]
            identity = whole.place.identity
            if wholes.count(identity) > 1 or identity in parts or len(set(parts)) < len(parts):
                raise PlaceMadeOfItself(place=whole.place.code)
        return self


class OfProfile(Event):
    title: Title
    indicators: Indicators
    places: Scope
    strata: Strata
    formats: Formats
    policy: Policy
    cadence: Frequency


class FeedProfileDefined(OfProfile, Created):
    TOPIC: ClassVar[str] = "measurement.feed-profile-defined"

    initiative_id: UUID
    code: Slug
    audience: Audience

    def claims(self) -> Iterable[Claim]:
        yield Claim(CODE, self.code)
        yield Claim(profiles_of(self.initiative_id), str(self.originator_id))


class FeedProfileChanged(OfProfile):
    """The whole new profile."""

    TOPIC: ClassVar[str] = "measurement.feed-profile-changed"

    profile_version: int

    def apply(self, aggregate: FeedProfile) -> None:
        aggregate.terms = FeedTerms(**{name: getattr(self, name) for name in OF_TERMS})
        aggregate.profile_version = self.profile_version
        aggregate.to_change = {}


OF_TERMS = tuple(FeedTerms.model_fields)


class FeedProfileMarkedForChange(Event):
    """An agreement that these indicators came under has ended. What was released stays; people
    decide what the feed goes on with."""

    TOPIC: ClassVar[str] = "measurement.feed-profile-marked-for-change"

    agreement_id: UUID
    indicators: Indicators

    def apply(self, aggregate: FeedProfile) -> None:
        aggregate.to_change[self.agreement_id] = self.indicators


class FeedProfileRetired(Event):
    TOPIC: ClassVar[str] = "measurement.feed-profile-retired"

    def apply(self, aggregate: FeedProfile) -> None:
        aggregate.state = "retired"


class FeedProfile(Aggregate):
    TOPIC = "measurement.feed-profile"

    @event(FeedProfileDefined)
    def __init__(
        self,
        initiative_id: UUID,
        code: Slug,
        audience: Audience,
        title: Title,
        indicators: Indicators,
        places: Scope,
        strata: Strata,
        formats: Formats,
        policy: Policy,
        cadence: Frequency,
    ) -> None:
        self.initiative_id = initiative_id
        self.code = code
        self.audience = audience
        self.terms = FeedTerms(
            title=title,
            indicators=indicators,
            places=places,
            strata=strata,
            formats=formats,
            policy=policy,
            cadence=cadence,
        )
        self.profile_version = 1
        self.state = "live"
        self.to_change: dict[UUID, Indicators] = {}

    @classmethod
    def define(
        cls, initiative_id: UUID, *, code: str, audience: Audience, terms: FeedTerms
    ) -> FeedProfile:
        """Say what is to be released, to whom."""
        return cls(initiative_id, code, audience, **dict(terms.sound()))

    def change(self, terms: FeedTerms) -> None:
        """Put other terms in the place of these; what was released stays as it is."""
        self.require_live()
        if terms == self.terms:
            raise ProfileUnchanged
        terms.sound()
        self.trigger_event(
            FeedProfileChanged,
            profile_version=self.profile_version + 1,
            title=terms.title,
            indicators=terms.indicators,
            places=terms.places,
            strata=terms.strata,
            formats=terms.formats,
            policy=terms.policy,
            cadence=terms.cadence,
        )

    def mark_for_change(self, agreement_id: UUID, covered: Collection[UUID] | None) -> None:
        """An agreement ended that covered these indicators, or all."""
        self.require_live()
        if agreement_id in self.to_change:
            raise MarkedForChange(agreement=agreement_id)
        self.trigger_event(
            FeedProfileMarkedForChange,
            agreement_id=agreement_id,
            indicators=self.holds_of(covered),
        )

    def holds_of(self, covered: Collection[UUID] | None) -> Indicators:
        """Which of these indicators (all, where none are named) the feed holds."""
        return tuple(id for id in self.terms.indicators if covered is None or id in covered)

    def retire(self) -> None:
        """Release nothing more of it."""
        self.require_live()
        self.trigger_event(FeedProfileRetired)

    def require_live(self) -> None:
        if self.state == "retired":
            raise ProfileRetired
