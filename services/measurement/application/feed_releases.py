"""Use cases of releases: prepared, judged, approved by another person, published, doubted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import orjson

from infra.eventstore import Receipt
from infra.kernel import Act, NotFound
from services.measurement.application.checkpoints import Checkpoints, signed
from services.measurement.application.feed_commands import (
    AcknowledgeFeedRelease,
    ApproveFeedRelease,
    ChallengeFeedRelease,
    DetermineReliability,
    DiscardFeedRelease,
    PrepareFeedRelease,
    PublishFeedRelease,
    ResolveChallenge,
)
from services.measurement.application.feed_preparation import FeedPreparation, Shelf
from services.measurement.application.feed_profiles import FeedProfiles
from services.measurement.application.turns import Turns
from services.measurement.domain import FeedProfile, FeedRelease
from services.measurement.domain.disclosure import (
    Candidate,
    Earlier,
    Refused,
    Where,
    protect,
)
from services.measurement.domain.feed_facts import (
    challenges_of,
    current_of,
    numbers_of,
    releases_of,
)
from services.measurement.domain.feed_profile import FeedTerms
from services.measurement.domain.feed_publication import (
    PositionAhead,
    ProfileChallenged,
    ReleasedMeanwhile,
    ReplacedAlready,
    own_position,
    refusal,
    refuse_too_many,
)


@dataclass(frozen=True)
class FeedReleases(FeedProfiles, FeedPreparation):
    checkpoints: Checkpoints
    release_turns: Turns = field(default_factory=lambda: Turns("preparations"), kw_only=True)

    async def prepare_feed_release(
        self, profile_id: UUID, *, command: PrepareFeedRelease, by: Act
    ) -> Receipt:
        """Freeze what may be said, as certified at these positions. Disclosure control holds it
        against every earlier release to the same audience or the public; what it cannot protect by
        withholding more is refused. One release of a feed is prepared at a time."""
        async with self.release_turns.taken():
            return await self._prepare(profile_id, command, by)

    async def _prepare(self, profile_id: UUID, command: PrepareFeedRelease, by: Act) -> Receipt:
        profile = await self.repository.get(FeedProfile, profile_id)
        profile.require_live()
        await self._refuse_challenged(profile_id)
        terms = await self.allowed_now(profile)
        periods = await self.all_stated(profile.initiative_id, command.periods)
        release = FeedRelease(
            initiative_id=profile.initiative_id,
            profile_id=profile_id,
            profile_version=profile.profile_version,
            audience=profile.audience,
            number=1 + len(await self.all_held(numbers_of(profile_id))),
            title=command.title,
            positions=await self._positions(command.positions),
            periods=periods,
            replaces=await self._replaced(profile, command),
        )
        shelf, upto = Shelf(self), own_position(release.positions)
        drafted = await shelf.candidates(terms, periods, upto=upto)
        refuse_too_many(len(drafted))
        before = await self.released_before(profile.initiative_id, profile.audience)
        earlier = await self.earlier(before, shelf)
        keep = await self._kept(profile.initiative_id, command)
        await asyncio.to_thread(_control, release, drafted, earlier, terms, keep)
        return await self.repository.save(by, release)

    async def determine_reliability(
        self, release_id: UUID, *, command: DetermineReliability, by: Act
    ) -> Receipt:
        """Say what its figures are reliable enough for, and for what they are not."""
        return await self._release(
            release_id,
            by,
            lambda r: r.determine(command.purpose, command.determination, command.note),
        )

    async def approve_feed_release(
        self, release_id: UUID, *, command: ApproveFeedRelease, by: Act
    ) -> Receipt:
        """Agree to exactly these cells; whoever prepared them cannot."""
        lines = await self.repository.store.read(release_id)
        release = await self.repository.get(FeedRelease, release_id)
        preparer: str = orjson.loads(lines[0])["data"]["provenance"]["actor"]
        await asyncio.to_thread(release.approve, approver=by.provenance.actor, preparer=preparer)
        return await self.repository.save(by, release)

    async def discard_feed_release(
        self, release_id: UUID, *, command: DiscardFeedRelease, by: Act
    ) -> Receipt:
        """Never publish it; another one can be prepared then."""
        command.require_reason()
        return await self._release(release_id, by, FeedRelease.discard)

    async def publish_feed_release(
        self, release_id: UUID, *, command: PublishFeedRelease, by: Act
    ) -> Receipt:
        """Give it to its audience for good, under a signed checkpoint of the log that holds all of
        it. Refused where something was released meanwhile that it was not held against."""
        release = await self.repository.get(FeedRelease, release_id)
        if release.replaces is not None:
            command.require_reason()
        release.require_approved()
        profile = await self.repository.get(FeedProfile, release.profile_id)
        profile.require_live()
        await self.allowed_now(profile)
        await self._refuse_challenged(profile.id)
        ids = await self.all_held(releases_of(release.initiative_id))
        beside = await self.released_before(release.initiative_id, release.audience)
        if release.control is None or len(beside) != release.control.compared:
            raise ReleasedMeanwhile
        lines = await self.repository.store.read(release_id)
        checkpoint = await signed(self.checkpoints, int(orjson.loads(lines[-1])["sequence"]))
        await asyncio.to_thread(
            release.publish, ordinal=1 + len(ids), checkpoint=checkpoint, note=command.note
        )
        return await self.repository.save(by, release)

    async def acknowledge_feed_release(
        self, release_id: UUID, *, command: AcknowledgeFeedRelease, by: Act
    ) -> Receipt:
        """Confirm, for the caller's organisation, that it has this content."""
        organisation = by.provenance.organisation
        return await self._release(
            release_id,
            by,
            lambda r: r.acknowledge(organisation=organisation, sha256=command.content_sha256),
        )

    async def challenge_feed_release(
        self, release_id: UUID, *, command: ChallengeFeedRelease, by: Act
    ) -> Receipt:
        """Doubt what was released: nothing further is released of its feed until the challenge is
        resolved by another organisation."""
        organisation = by.provenance.organisation
        return await self._release(
            release_id,
            by,
            lambda r: r.challenge(organisation=organisation, ground=command.ground),
        )

    async def resolve_challenge(
        self, release_id: UUID, challenge_id: UUID, *, command: ResolveChallenge, by: Act
    ) -> Receipt:
        """Answer a challenge: upheld, and the release is to be restated, or dismissed."""
        return await self._release(
            release_id,
            by,
            lambda r: r.resolve(
                challenge_id,
                organisation=by.provenance.organisation,
                outcome=command.outcome,
                text=command.text,
            ),
        )

    async def _positions(self, asked: str | None) -> str:
        head = (await self.repository.store.mark()).sequence
        if asked is None:
            return f"measurement:{head}"
        if own_position(asked) > head:
            raise PositionAhead(asked=own_position(asked), head=head)
        return asked

    async def _kept(self, initiative_id: UUID, command: PrepareFeedRelease) -> list[Where]:
        periods = [one.period for one in command.keep]
        stated = await self.all_stated(initiative_id, periods)
        return [one.where(period.span) for one, period in zip(command.keep, stated, strict=True)]

    async def _replaced(self, profile: FeedProfile, command: PrepareFeedRelease) -> UUID | None:
        if command.replaces is None:
            return None
        command.require_reason()
        replaced = await self.repository.find(FeedRelease, command.replaces)
        if replaced is None or replaced.profile_id != profile.id:
            raise NotFound(kind="release of this feed", id=command.replaces)
        replaced.require_published()
        current = await self.repository.store.holders(
            current_of(profile.initiative_id), [str(command.replaces)]
        )
        if not current:
            raise ReplacedAlready
        return command.replaces

    async def _refuse_challenged(self, profile_id: UUID) -> None:
        """P17: while a release is doubted, nothing further of its feed is released."""
        page = await self.repository.store.held(challenges_of(profile_id), limit=1)
        for challenge in page:
            raise ProfileChallenged(challenge_id=challenge)

    async def _release(self, id: UUID, by: Act, ask: Callable[[FeedRelease], None]) -> Receipt:
        release = await self.repository.get(FeedRelease, id)
        await asyncio.to_thread(ask, release)
        return await self.repository.save(by, release)


def _control(
    release: FeedRelease,
    drafted: Sequence[Candidate],
    earlier: Sequence[Earlier],
    terms: FeedTerms,
    keep: Collection[Where],
) -> None:
    """Takes seconds where a release is large."""
    protected = protect(
        drafted,
        audience=release.audience,
        wholes=terms.places.wholes,
        policy=terms.policy,
        earlier=earlier,
        keep=keep,
    )
    if isinstance(protected, Refused):
        raise refusal(protected)
    release.control_disclosure(
        protected.cells,
        policy=terms.policy,
        compared=len(earlier),
        revisions=protected.revisions,
    )
