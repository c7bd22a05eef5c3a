"""A release: cells frozen for one audience, approved by another person, and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from eventsourcing.domain import event

from infra.kernel import Aggregate, RuleForbids, StateForbids, uuid7
from services.measurement.domain.feed_cells import ReleasedCell, content_sha256, in_order, paged
from services.measurement.domain.feed_facts import (
    ChallengeResolved,
    Determination,
    DisclosureControlApplied,
    FeedAcknowledged,
    FeedChallenged,
    FeedReleaseApproved,
    FeedReleased,
    FeedReleaseDiscarded,
    FeedReleasePrepared,
    FeedRestated,
    Outcome,
    ReleasedCellsFrozen,
    ReliabilityDetermined,
    RestatementOpened,
    Revision,
    SignedCheckpoint,
)
from services.measurement.domain.feed_terms import Audience, Policy
from services.measurement.domain.values import Stated


class NotBeingPrepared(StateForbids):
    """This release is {state}; that can be done only while it is {needed}."""


class NothingReleasable(StateForbids):
    """Nothing of what this feed holds is certified at these positions; certify it first."""


class ReliabilityMissing(StateForbids):
    """Say first what these figures are reliable enough for."""


class ApproverIsPreparer(RuleForbids):
    """{person} prepared this release; somebody else has to approve it."""


class NotPublished(StateForbids):
    """This release is {state}; that can be done only with what was released."""


class NotARecipient(RuleForbids):
    """Organisation {organisation} does not receive this feed."""


class OtherContent(RuleForbids):
    """The content of this release has the hash {present}, not {stated}: compare what you have
    with what was released."""


class AcknowledgedAlready(StateForbids):
    """Organisation {organisation} has acknowledged this release already."""


class NoSuchChallenge(StateForbids):
    """This release has no open challenge {challenge_id}."""


class ChallengerResolves(RuleForbids):
    """Organisation {organisation} made this challenge; another one has to resolve it."""


class FeedRelease(Aggregate):
    TOPIC = "measurement.feed-release"

    @event(FeedReleasePrepared)
    def __init__(
        self,
        initiative_id: UUID,
        profile_id: UUID,
        profile_version: int,
        audience: Audience,
        number: int,
        title: str,
        positions: str,
        periods: tuple[Stated, ...],
        replaces: UUID | None = None,
    ) -> None:
        self.initiative_id = initiative_id
        self.profile_id = profile_id
        self.profile_version = profile_version
        self.audience = audience
        self.number, self.title = number, title
        self.positions, self.periods = positions, periods
        self.replaces = replaces
        self.state = "prepared"
        self.control: DisclosureControlApplied | None = None
        self.cells: list[ReleasedCell] = []
        self.reliability: dict[str, ReliabilityDetermined] = {}
        self.checkpoint: SignedCheckpoint | None = None
        self.note: str | None = None
        self.overtaken: list[RestatementOpened] = []
        self.acknowledged: set[UUID] = set()
        self.challenges: dict[UUID, FeedChallenged] = {}
        self.resolved: dict[UUID, ChallengeResolved] = {}

    @property
    def content_sha256(self) -> str:
        return content_sha256(self.cells)

    @property
    def open_challenges(self) -> list[FeedChallenged]:
        return [one for id, one in self.challenges.items() if id not in self.resolved]

    def control_disclosure(
        self,
        cells: Sequence[ReleasedCell],
        *,
        policy: Policy,
        compared: int,
        revisions: Sequence[Revision],
    ) -> None:
        """Freeze what may be said, and count what may not."""
        if not cells:
            raise NothingReleasable
        self.trigger_event(
            DisclosureControlApplied,
            policy_version=policy.version,
            policy=policy,
            cells=len(cells),
            primary=sum(cell.conf_status == "N" for cell in cells),
            secondary=sum(cell.conf_status == "D" for cell in cells),
            k=policy.k,
            compared=compared,
            revisions=tuple(revisions),
        )
        for page, part in enumerate(paged(in_order(cells)), start=1):
            self.trigger_event(ReleasedCellsFrozen, page=page, cells=part)

    def determine(self, purpose: str, determination: Determination, note: str | None) -> None:
        """Say what the figures are reliable enough for."""
        self._require("prepared")
        self.trigger_event(
            ReliabilityDetermined, purpose=purpose, determination=determination, note=note
        )

    def approve(self, *, approver: str, preparer: str) -> None:
        """Agree to exactly these cells."""
        self._require("prepared")
        if not self.reliability:
            raise ReliabilityMissing
        if approver == preparer:
            raise ApproverIsPreparer(person=approver)
        self.trigger_event(FeedReleaseApproved, content_sha256=self.content_sha256)

    def discard(self) -> None:
        """Never publish it."""
        self._require("prepared", "approved")
        self.trigger_event(FeedReleaseDiscarded, profile_id=self.profile_id, number=self.number)

    def require_approved(self) -> None:
        self._require("approved")

    def publish(self, *, ordinal: int, checkpoint: SignedCheckpoint, note: str | None) -> None:
        """Give it to its audience, for good."""
        self.require_approved()
        self.trigger_event(
            FeedReleased,
            initiative_id=self.initiative_id,
            profile_id=self.profile_id,
            number=self.number,
            ordinal=ordinal,
            content_sha256=self.content_sha256,
            checkpoint=checkpoint,
            note=note,
        )
        if self.replaces is not None:
            self.trigger_event(
                FeedRestated, initiative_id=self.initiative_id, replaces=self.replaces, note=note
            )

    def overtake(self, *, cause: int, fact: str, cells: int) -> None:
        """Something that it holds was corrected: it is to be restated."""
        self.require_published()
        if all(one.cause != cause for one in self.overtaken):
            self.trigger_event(RestatementOpened, cause=cause, fact=fact, cells=cells)

    def acknowledge(self, *, organisation: UUID, sha256: str) -> None:
        """The recipient confirms what it has."""
        self.require_published()
        if self.audience.organisation not in (None, organisation):
            raise NotARecipient(organisation=organisation)
        if sha256 != self.content_sha256:
            raise OtherContent(present=self.content_sha256, stated=sha256)
        if organisation in self.acknowledged:
            raise AcknowledgedAlready(organisation=organisation)
        self.trigger_event(FeedAcknowledged, organisation=organisation, content_sha256=sha256)

    def challenge(self, *, organisation: UUID, ground: str) -> None:
        """Doubt it: nothing further is released of its profile until that is resolved."""
        self.require_published()
        self.trigger_event(
            FeedChallenged,
            profile_id=self.profile_id,
            challenge_id=uuid7(),
            organisation=organisation,
            ground=ground,
        )

    def resolve(
        self, challenge_id: UUID, *, organisation: UUID, outcome: Outcome, text: str
    ) -> None:
        """Answer a challenge."""
        made = {one.challenge_id: one for one in self.open_challenges}.get(challenge_id)
        if made is None:
            raise NoSuchChallenge(challenge_id=challenge_id)
        if made.organisation == organisation:
            raise ChallengerResolves(organisation=organisation)
        self.trigger_event(
            ChallengeResolved,
            profile_id=self.profile_id,
            challenge_id=challenge_id,
            outcome=outcome,
            text=text,
        )

    def require_published(self) -> None:
        if self.state != "released":
            raise NotPublished(state=self.state)

    def _require(self, *states: str) -> None:
        if self.state not in states:
            raise NotBeingPrepared(state=self.state, needed=" or ".join(states))
