"""What can happen to a release of a feed. Every cell in these lines is after disclosure control."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from infra.kernel import Claim, Created, Event, Text, Title
from infra.kernel.provenance import Code, Digest
from services.measurement.domain.feed_cells import ReleasedCell
from services.measurement.domain.feed_terms import Audience, Policy
from services.measurement.domain.values import Stated, Value, absent

if TYPE_CHECKING:
    from services.measurement.domain.feed_release import FeedRelease

DRAFT = "feed-draft"
"""Claim: of each profile one release at a time is being prepared. Key: the profile."""
Positions = Annotated[
    str,
    StringConstraints(
        max_length=120, pattern=r"^[a-z]+:(0|[1-9][0-9]{0,18})(,[a-z]+:(0|[1-9][0-9]{0,18}))*$"
    ),
]
"""A vector of sequences: agenda:214,measurement:873,activities:96."""
Determination = Literal["sufficient", "limited", "not-sufficient"]
Outcome = Literal["upheld", "dismissed"]


def numbers_of(profile_id: UUID) -> str:
    """Claims: the numbers of a profile's releases, drafts among them."""
    return f"feed-numbers/{profile_id}"


def releases_of(initiative_id: UUID) -> str:
    """Claims: everything that was ever released of an initiative, in order."""
    return f"feed-releases/{initiative_id}"


def current_of(initiative_id: UUID) -> str:
    """Claims: what was released and not replaced. Key: the release."""
    return f"feed-current/{initiative_id}"


def challenges_of(profile_id: UUID) -> str:
    """Claims: the challenges of a profile that nobody has resolved. Key: the challenge."""
    return f"feed-challenges/{profile_id}"


class Shift(Value):
    """By how many a figure may have changed: `fewer` down and `more` up, over all parts."""

    fewer: int
    more: int


class Revision(Value):
    """What changed in a table since an earlier release, as everybody may know it: where a shift is
    not given, nothing."""

    indicator_id: UUID
    definition_version: int
    period: Stated
    since: UUID = Field(description="The latest earlier release that held it.")
    numerator: Shift | None = Field(None, exclude_if=absent)
    denominator: Shift | None = Field(None, exclude_if=absent)


class SignedCheckpoint(Value):
    """The newest signed state of measurement's log."""

    origin: Title
    size: int
    root: Title = Field(description="Base64, as the checkpoint has it.")


class FeedReleasePrepared(Created):
    TOPIC: ClassVar[str] = "measurement.feed-release-prepared"

    initiative_id: UUID
    profile_id: UUID
    profile_version: int
    audience: Audience
    number: int
    title: Title
    positions: Positions
    periods: tuple[Stated, ...]
    replaces: UUID | None = Field(None, exclude_if=absent)

    def claims(self) -> Iterable[Claim]:
        yield Claim(DRAFT, str(self.profile_id))
        yield Claim(numbers_of(self.profile_id), f"{self.number:08}")


class DisclosureControlApplied(Event):
    """By counts only: so many cells, of which so many are withheld because they are small, and so
    many so that these stay so. `compared` earlier releases were held against it."""

    TOPIC: ClassVar[str] = "measurement.disclosure-control-applied"

    policy_version: Code
    policy: Policy
    cells: int
    primary: int
    secondary: int
    k: int
    compared: int
    revisions: tuple[Revision, ...] = ()

    def apply(self, aggregate: FeedRelease) -> None:
        aggregate.control = self


class ReleasedCellsFrozen(Event):
    TOPIC: ClassVar[str] = "measurement.released-cells-frozen"

    page: int
    cells: tuple[ReleasedCell, ...]

    def apply(self, aggregate: FeedRelease) -> None:
        aggregate.cells.extend(self.cells)


class ReliabilityDetermined(Event):
    """What the figures are reliable enough for."""

    TOPIC: ClassVar[str] = "measurement.reliability-determined"

    purpose: Title
    determination: Determination
    note: Text | None = Field(None, exclude_if=absent)

    def apply(self, aggregate: FeedRelease) -> None:
        aggregate.reliability[self.purpose] = self


class FeedReleaseApproved(Event):
    """Somebody other than its preparer agrees to these cells."""

    TOPIC: ClassVar[str] = "measurement.feed-release-approved"

    content_sha256: Digest

    def apply(self, aggregate: FeedRelease) -> None:
        aggregate.state = "approved"


class FeedReleaseDiscarded(Event):
    """It is never published; its number is free again."""

    TOPIC: ClassVar[str] = "measurement.feed-release-discarded"

    profile_id: UUID
    number: int

    def releases(self) -> Iterable[Claim]:
        yield Claim(DRAFT, str(self.profile_id))
        yield Claim(numbers_of(self.profile_id), f"{self.number:08}")

    def apply(self, aggregate: FeedRelease) -> None:
        aggregate.state = "discarded"


class FeedReleased(Event):
    """From here on its recipients have it, and nothing in it changes any more. `ordinal` counts
    all releases of the initiative: two at once are never published unseen by one another."""

    TOPIC: ClassVar[str] = "measurement.feed-released"

    initiative_id: UUID
    profile_id: UUID
    number: int
    ordinal: int
    content_sha256: Digest
    checkpoint: SignedCheckpoint
    note: Text | None = Field(None, exclude_if=absent)

    def claims(self) -> Iterable[Claim]:
        yield Claim(releases_of(self.initiative_id), f"{self.ordinal:08}")
        yield Claim(current_of(self.initiative_id), str(self.originator_id))

    def releases(self) -> Iterable[Claim]:
        yield Claim(DRAFT, str(self.profile_id))

    def apply(self, aggregate: FeedRelease) -> None:
        aggregate.state = "released"
        aggregate.checkpoint, aggregate.note = self.checkpoint, self.note


class FeedRestated(Event):
    """This release takes the place of an earlier one. Why stands in the provenance."""

    TOPIC: ClassVar[str] = "measurement.feed-restated"

    initiative_id: UUID
    replaces: UUID
    note: Text | None = Field(None, exclude_if=absent)

    def releases(self) -> Iterable[Claim]:
        yield Claim(current_of(self.initiative_id), str(self.replaces))


class RestatementOpened(Event):
    """Something that this release holds was corrected since: it is to be restated."""

    TOPIC: ClassVar[str] = "measurement.feed-restatement-opened"

    cause: int = Field(description="The sequence of measurement's line that changed it.")
    fact: Code
    cells: int

    def apply(self, aggregate: FeedRelease) -> None:
        aggregate.overtaken.append(self)


class FeedAcknowledged(Event):
    """The recipient has it, with this content."""

    TOPIC: ClassVar[str] = "measurement.feed-acknowledged"

    organisation: UUID
    content_sha256: Digest

    def apply(self, aggregate: FeedRelease) -> None:
        aggregate.acknowledged.add(self.organisation)


class FeedChallenged(Event):
    """Somebody doubts it: nothing further is released of this profile until that is resolved."""

    TOPIC: ClassVar[str] = "measurement.feed-challenged"

    profile_id: UUID
    challenge_id: UUID
    organisation: UUID
    ground: Text

    def claims(self) -> Iterable[Claim]:
        yield Claim(challenges_of(self.profile_id), str(self.challenge_id))

    def apply(self, aggregate: FeedRelease) -> None:
        aggregate.challenges[self.challenge_id] = self


class ChallengeResolved(Event):
    TOPIC: ClassVar[str] = "measurement.challenge-resolved"

    profile_id: UUID
    challenge_id: UUID
    outcome: Outcome
    text: Text

    def releases(self) -> Iterable[Claim]:
        yield Claim(challenges_of(self.profile_id), str(self.challenge_id))

    def apply(self, aggregate: FeedRelease) -> None:
        aggregate.resolved[self.challenge_id] = self
