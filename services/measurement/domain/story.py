"""A change story (Davies and Dart, The Most Significant Change technique, 2005): collected with
consent, screened, selected by a panel, verified, fed back; and forgotten when its teller asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from eventsourcing.domain import event

from infra.kernel import Aggregate, StateForbids
from services.measurement.domain.story_facts import (
    Audience,
    PanelGroup,
    Screening,
    Sealed,
    StoryCollected,
    StoryConsentGiven,
    StoryConsentWithdrawn,
    StoryErased,
    StoryScreened,
    StorySelected,
    StorySelectionFedBack,
    StoryVerified,
    Use,
    Verification,
)


class StoryIsErased(StateForbids):
    """This story was erased: its key is destroyed, and nothing more can be done with it."""


class ConsentMissing(StateForbids):
    """The storyteller has not agreed to this use ({use}): record the consent first."""


class ConsentIsWithdrawn(StateForbids):
    """The storyteller withdrew the consent: the story is not used any more."""


class NotScreened(StateForbids):
    """A story is used only once a screening has cleared it; this one is {screening}."""


class NotSelected(StateForbids):
    """What was not selected is not fed back as a selection."""


class ChangeStory(Aggregate):
    TOPIC = "measurement.change-story"

    @event(StoryCollected)
    def __init__(
        self,
        initiative_id: UUID,
        domain: str,
        story: Sealed,
        consent_ref: str,
        outcome_id: UUID | None = None,
    ) -> None:
        self.initiative_id = initiative_id
        self.domain = domain
        self.story = story
        self.outcome_id = outcome_id
        self.consent: Literal["asked", "given", "withdrawn"] = "asked"
        self.uses: frozenset[Use] = frozenset()
        self.screening: Screening | None = None
        self.panel: tuple[PanelGroup, ...] = ()
        self.because: Sealed | None = None
        self.verifications: list[Verification] = []
        self.fed_back: list[tuple[Audience, Sealed]] = []
        self.erased = False

    @classmethod
    def collect(
        cls,
        id: UUID,
        *,
        initiative_id: UUID,
        domain: str,
        story: Sealed,
        consent_ref: str,
        outcome_id: UUID | None,
    ) -> ChangeStory:
        """Keep it, under the id that its words were sealed for."""
        return cls._create(
            StoryCollected,
            id=id,
            initiative_id=initiative_id,
            domain=domain,
            story=story,
            consent_ref=consent_ref,
            outcome_id=outcome_id,
        )

    @property
    def state(self) -> str:
        """The furthest it has come."""
        if self.erased:
            return "erased"
        if self.consent == "withdrawn":
            return "withdrawn"
        return "selected" if self.panel else self.screening or "collected"

    def consents(self, uses: Sequence[Use], *, consent_ref: str) -> None:
        """The storyteller agrees to these uses; what was agreed before no longer holds."""
        self._refuse_erased()
        self.trigger_event(StoryConsentGiven, consent_ref=consent_ref, uses=tuple(uses))

    def withdraws(self) -> None:
        """The storyteller no longer agrees."""
        self._refuse_erased()
        if self.consent == "withdrawn":
            raise ConsentIsWithdrawn
        self.trigger_event(StoryConsentWithdrawn)

    def screen(self, screening: Screening) -> None:
        """Say whether it gives anybody away or puts anybody at risk."""
        self.refuse_unreadable()
        self.trigger_event(StoryScreened, screening=screening)

    def select(self, panel: Sequence[PanelGroup], *, because: Sealed) -> None:
        """A panel chooses it, and says why."""
        self.refuse_unusable("panel")
        self.trigger_event(StorySelected, panel=tuple(panel), because=because)

    def verify(self, method: Verification) -> None:
        """Somebody made sure that it happened as it is told."""
        self.refuse_unreadable()
        self.trigger_event(StoryVerified, method=method)

    def feed_back(self, to: Audience, *, told: Sealed) -> None:
        """Tell what was selected, and why."""
        self.refuse_unusable("panel")
        if not self.panel:
            raise NotSelected
        self.trigger_event(StorySelectionFedBack, to=to, told=told)

    def erase(self) -> None:
        """Forget it, for good. Whoever calls this destroys the key."""
        self._refuse_erased()
        self.trigger_event(StoryErased)

    def refuse_unreadable(self) -> None:
        """Nobody reads what was erased, nor what its teller took back."""
        self._refuse_erased()
        if self.consent == "withdrawn":
            raise ConsentIsWithdrawn

    def refuse_unusable(self, use: Use) -> None:
        """Used is only what its teller agreed to and a screening cleared."""
        self.refuse_unreadable()
        if use not in self.uses:
            raise ConsentMissing(use=use)
        if self.screening != "cleared":
            raise NotScreened(screening=self.screening or "not screened yet")

    def _refuse_erased(self) -> None:
        if self.erased:
            raise StoryIsErased
