"""What can happen to a change story. No fact holds a word of it in the clear: what a young person
said, why a panel chose it and what was told back are sealed by the story's own key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from infra.kernel import Created, Event, Title
from services.measurement.domain.values import Value, absent

if TYPE_CHECKING:
    from services.measurement.domain.story import ChangeStory

Sealed = Annotated[
    str,
    Field(
        pattern=r"^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$",
        max_length=56_000,
        description="A JWE in compact form (RFC 7516): alg `dir`, enc `A256GCM`, kid the story.",
    ),
]
ConsentReference = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$",
        description="Where the signed form is kept: opaque, never a name.",
    ),
]
Use = Literal["panel", "partners", "publication"]
"""What the storyteller agrees to: the panel reads it, all partners do, anybody may."""
Screening = Literal["cleared", "identifying", "unsafe"]
Audience = Literal["storyteller", "storytellers", "partners", "community"]
Verification = Literal["storyteller-interviewed", "witness-interviewed", "records-compared"]


class PanelGroup(Value):
    """Who sat on the panel, by group, never by name."""

    group: Title
    members: Annotated[int, Field(ge=1, le=1_000)]


class StoryCollected(Created):
    """A most significant change, as somebody who lives it told it."""

    TOPIC: ClassVar[str] = "measurement.story-collected"

    initiative_id: UUID
    domain: Title
    story: Sealed
    consent_ref: ConsentReference
    outcome_id: UUID | None = Field(None, exclude_if=absent)


class StoryConsentGiven(Event):
    TOPIC: ClassVar[str] = "measurement.story-consent-given"

    consent_ref: ConsentReference
    uses: tuple[Use, ...]

    def apply(self, aggregate: ChangeStory) -> None:
        aggregate.uses = frozenset(self.uses)
        aggregate.consent = "given"


class StoryConsentWithdrawn(Event):
    """From here on nobody uses it. Nobody has to say why."""

    TOPIC: ClassVar[str] = "measurement.story-consent-withdrawn"

    def apply(self, aggregate: ChangeStory) -> None:
        aggregate.uses = frozenset()
        aggregate.consent = "withdrawn"


class StoryScreened(Event):
    """Somebody looked whether it gives anybody away or puts anybody at risk."""

    TOPIC: ClassVar[str] = "measurement.story-screened"

    screening: Screening

    def apply(self, aggregate: ChangeStory) -> None:
        aggregate.screening = self.screening


class StorySelected(Event):
    """A panel found it the most significant of its domain."""

    TOPIC: ClassVar[str] = "measurement.story-selected"

    panel: tuple[PanelGroup, ...]
    because: Sealed

    def apply(self, aggregate: ChangeStory) -> None:
        aggregate.panel = self.panel
        aggregate.because = self.because


class StoryVerified(Event):
    TOPIC: ClassVar[str] = "measurement.story-verified"

    method: Verification

    def apply(self, aggregate: ChangeStory) -> None:
        aggregate.verifications.append(self.method)


class StorySelectionFedBack(Event):
    """Those who told stories heard what was chosen, and why."""

    TOPIC: ClassVar[str] = "measurement.story-selection-fed-back"

    to: Audience
    told: Sealed

    def apply(self, aggregate: ChangeStory) -> None:
        aggregate.fed_back.append((self.to, self.told))


class StoryErased(Event):
    """Its key is destroyed: what is sealed here can never be read again. The line stays, and
    every proof over it."""

    TOPIC: ClassVar[str] = "measurement.story-erased"

    def apply(self, aggregate: ChangeStory) -> None:
        aggregate.erased = True
