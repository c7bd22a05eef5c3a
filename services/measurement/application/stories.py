"""Use cases of change stories. What anybody says in one is sealed before it becomes a fact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, Title, uuid7
from services.measurement.application.use_cases import UseCases
from services.measurement.domain.story import ChangeStory, StoryIsErased
from services.measurement.domain.story_facts import (
    Audience,
    ConsentReference,
    PanelGroup,
    Screening,
    Use,
    Verification,
)
from services.measurement.vault import KeyDestroyed, Vault

Told = Annotated[str, Field(min_length=1, max_length=10_000, pattern=r"\S")]


class CollectStory(Command):
    domain: Title = Field(description="The domain of change, such as “confidence”; no person.")
    text: Told = Field(description="In the storyteller's words. Sealed; no fact holds it.")
    consent_ref: ConsentReference
    outcome_id: UUID | None = Field(None, description="The outcome that it bears on, if any.")


class GiveStoryConsent(Command):
    uses: Annotated[tuple[Use, ...], Field(min_length=1, max_length=3)]
    consent_ref: ConsentReference


class WithdrawStoryConsent(Command):
    erase: bool = Field(False, description="Destroy its key as well, so that nobody can read it.")


class ScreenStory(Command):
    screening: Screening


class SelectStory(Command):
    panel: Annotated[tuple[PanelGroup, ...], Field(min_length=1, max_length=20)]
    because: Told = Field(description="The panel's reasons. Sealed with the story.")


class VerifyStory(Command):
    method: Verification


class FeedBackSelection(Command):
    to: Audience
    told: Told = Field(description="What was told. Sealed with the story.")


class EraseStory(Command):
    """Nothing else needs to be said."""


@dataclass(frozen=True)
class Stories(UseCases):
    vault: Vault

    async def collect_story(
        self, initiative_id: UUID, *, command: CollectStory, by: Act
    ) -> Receipt:
        """Keep a story of change, sealed by a key of its own. It is used once its teller has agreed
        and a screening has cleared it."""
        await self.references.require("initiative", initiative_id, initiative_id)
        if command.outcome_id is not None:
            await self.references.require("outcome", command.outcome_id, initiative_id)
        id = uuid7()
        await self.vault.begin(id)
        story = ChangeStory.collect(
            id,
            initiative_id=initiative_id,
            domain=command.domain,
            story=await self.vault.seal(id, command.text),
            consent_ref=command.consent_ref,
            outcome_id=command.outcome_id,
        )
        return await self.repository.save(by, story)

    async def give_story_consent(
        self, story_id: UUID, *, command: GiveStoryConsent, by: Act
    ) -> Receipt:
        """The storyteller agrees to these uses, and to no others."""
        return await self._story(
            story_id, by, lambda s: s.consents(command.uses, consent_ref=command.consent_ref)
        )

    async def withdraw_story_consent(
        self, story_id: UUID, *, command: WithdrawStoryConsent, by: Act
    ) -> Receipt:
        """The storyteller no longer agrees: nobody reads or uses the story from here on. With
        `erase` nobody ever can."""
        story = await self.repository.get(ChangeStory, story_id)
        story.withdraws()
        if command.erase:
            story.erase()
            await self.vault.destroy(story_id)
        return await self.repository.save(by, story)

    async def screen_story(self, story_id: UUID, *, command: ScreenStory, by: Act) -> Receipt:
        """Say whether the story gives anybody away or puts anybody at risk."""
        return await self._story(story_id, by, lambda s: s.screen(command.screening))

    async def select_story(self, story_id: UUID, *, command: SelectStory, by: Act) -> Receipt:
        """A panel chooses the story, and says why."""
        story = await self.repository.get(ChangeStory, story_id)
        story.refuse_unusable("panel")
        story.select(command.panel, because=await self._sealed(story_id, command.because))
        return await self.repository.save(by, story)

    async def verify_story(self, story_id: UUID, *, command: VerifyStory, by: Act) -> Receipt:
        """Say how somebody made sure that it happened as it is told."""
        return await self._story(story_id, by, lambda s: s.verify(command.method))

    async def feed_back_selection(
        self, story_id: UUID, *, command: FeedBackSelection, by: Act
    ) -> Receipt:
        """Tell those who told stories what was selected, and why."""
        story = await self.repository.get(ChangeStory, story_id)
        story.refuse_unusable("panel")
        story.feed_back(command.to, told=await self._sealed(story_id, command.told))
        return await self.repository.save(by, story)

    async def erase_story(self, story_id: UUID, *, command: EraseStory, by: Act) -> Receipt:
        """Destroy the story's key. The lines about it stay, and every proof over them; what was
        sealed in them is noise from here on, for everybody and in every copy."""
        story = await self.repository.get(ChangeStory, story_id)
        story.erase()
        await self.vault.destroy(story_id)
        return await self.repository.save(by, story)

    async def story_text(self, story_id: UUID) -> StoryText:
        """What is sealed in a story that may still be read."""
        story = await self.repository.get(ChangeStory, story_id)
        story.refuse_unreadable()
        try:
            return StoryText(
                text=await self.vault.open(story_id, story.story),
                because=story.because and await self.vault.open(story_id, story.because),
                fed_back=tuple(
                    [(to, await self.vault.open(story_id, told)) for to, told in story.fed_back]
                ),
            )
        except KeyDestroyed as error:
            raise StoryIsErased from error

    async def _sealed(self, story_id: UUID, text: str) -> str:
        try:
            return await self.vault.seal(story_id, text)
        except KeyDestroyed as error:
            raise StoryIsErased from error

    async def _story(self, id: UUID, by: Act, ask: Callable[[ChangeStory], None]) -> Receipt:
        story = await self.repository.get(ChangeStory, id)
        ask(story)
        return await self.repository.save(by, story)


@dataclass(frozen=True, slots=True)
class StoryText:
    """What was sealed, opened for one reader."""

    text: str
    because: str | None
    fed_back: tuple[tuple[Audience, str], ...]
