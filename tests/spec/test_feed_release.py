"""A release is frozen, approved by another person, published once, and never changed."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from infra.kernel.line import canonical
from services.measurement.domain import FeedRelease
from services.measurement.domain.feed_cells import ReleasedCell, content_sha256, paged
from services.measurement.domain.feed_facts import (
    ChallengeResolved,
    DisclosureControlApplied,
    FeedAcknowledged,
    FeedReleaseApproved,
    FeedReleased,
    FeedReleaseDiscarded,
    FeedReleasePrepared,
    FeedRestated,
    ReleasedCellsFrozen,
    ReliabilityDetermined,
    RestatementOpened,
    SignedCheckpoint,
)
from services.measurement.domain.feed_release import (
    AcknowledgedAlready,
    ApproverIsPreparer,
    ChallengerResolves,
    NoSuchChallenge,
    NotARecipient,
    NotBeingPrepared,
    NothingReleasable,
    NotPublished,
    OtherContent,
    ReliabilityMissing,
)
from services.measurement.domain.feed_terms import Audience, Policy
from services.measurement.domain.values import Place, Stated
from tests.callers import named
from tests.given import fact, given

BGK, DEPARTMENT, PROFILE = named("bgk"), named("department"), named("profile")
H2 = Stated.model_validate({"start": "2022-07-01", "end": "2022-12-31", "period": "2022-S2"})
CHECKPOINT = SignedCheckpoint(origin="log/measurement", size=7, root="AAAA")


def cell(code: str, **said: Any) -> ReleasedCell:
    return ReleasedCell.model_validate(
        {
            "indicator_id": named("I4"),
            "indicator_code": "I4",
            "definition_version": 2,
            "unit": "%",
            "place": Place(scheme="asgs", edition="3", code=code),
            "dimensions": {},
            "period": H2,
            **said,
        }
    )


CELLS = (
    cell("20801", conf_status="N", denominator="5"),
    cell("20802", conf_status="D", denominator="10"),
    cell("20803", value="62.5", numerator="10", denominator="16", inputs=(870,)),
)
DIGEST = content_sha256(CELLS)
prepared = fact(
    FeedReleasePrepared,
    initiative_id=BGK,
    profile_id=PROFILE,
    profile_version=1,
    audience=Audience(kind="organisation", organisation=DEPARTMENT),
    number=1,
    title="R1",
    positions="measurement:900",
    periods=(H2,),
)
again = fact(prepared.func, **prepared.keywords | {"number": 2, "replaces": named("R1")})
controlled = fact(
    DisclosureControlApplied,
    policy_version="small-numbers/1",
    policy=Policy(),
    cells=3,
    primary=1,
    secondary=1,
    k=3,
    compared=0,
    revisions=(),
)
frozen = fact(ReleasedCellsFrozen, page=1, cells=CELLS)
reliable = fact(ReliabilityDetermined, purpose="monitoring", determination="sufficient", note=None)
approved = fact(FeedReleaseApproved, content_sha256=DIGEST)
released = fact(
    FeedReleased,
    initiative_id=BGK,
    profile_id=PROFILE,
    number=1,
    ordinal=1,
    content_sha256=DIGEST,
    checkpoint=CHECKPOINT,
    note=None,
)
WHOLE = (prepared, controlled, frozen, reliable, approved, released)
approves = fact(FeedRelease.approve, approver="person-2", preparer="person-1")
publishes = fact(FeedRelease.publish, ordinal=1, checkpoint=CHECKPOINT, note=None)


def test_what_may_be_said_is_frozen_and_what_may_not_is_counted() -> None:
    controls = fact(
        FeedRelease.control_disclosure,
        cells=CELLS[::-1],
        policy=Policy(),
        compared=0,
        revisions=(),
    )
    given(FeedRelease, prepared).when(controls).then(controlled, frozen)
    nothing = fact(controls.func, **controls.keywords | {"cells": ()})
    given(FeedRelease, prepared).when(nothing).then_refused(NothingReleasable)


def test_somebody_else_approves_what_is_said_to_be_reliable() -> None:
    ready = (prepared, controlled, frozen)
    given(FeedRelease, *ready, reliable).when(approves).then(approved)
    given(FeedRelease, *ready).when(approves).then_refused(ReliabilityMissing)
    alone = fact(FeedRelease.approve, approver="person-1", preparer="person-1")
    given(FeedRelease, *ready, reliable).when(alone).then_refused(ApproverIsPreparer)


def test_only_what_is_approved_is_published_and_only_once() -> None:
    given(FeedRelease, *WHOLE[:5]).when(publishes).then(released)
    for before in (
        WHOLE[:4],
        WHOLE,
        (prepared, fact(FeedReleaseDiscarded, profile_id=PROFILE, number=1)),
    ):
        given(FeedRelease, *before).when(publishes).then_refused(NotBeingPrepared)


def test_a_restatement_names_what_it_replaces() -> None:
    told = fact(FeedRelease.publish, ordinal=2, checkpoint=CHECKPOINT, note="3 removed")
    out = fact(
        released.func,
        **released.keywords | {"number": 2, "ordinal": 2, "note": "3 removed"},
    )
    restated = fact(FeedRestated, initiative_id=BGK, replaces=named("R1"), note="3 removed")
    given(FeedRelease, again, *WHOLE[1:5]).when(told).then(out, restated)


def test_what_was_published_is_neither_changed_nor_discarded() -> None:
    for ask in (
        approves,
        FeedRelease.discard,
        fact(FeedRelease.determine, purpose="p", determination="limited", note=None),
    ):
        given(FeedRelease, *WHOLE).when(ask).then_refused(NotBeingPrepared)


def test_its_recipient_acknowledges_this_very_content_once() -> None:
    takes = fact(FeedRelease.acknowledge, organisation=DEPARTMENT, sha256=DIGEST)
    taken = fact(FeedAcknowledged, organisation=DEPARTMENT, content_sha256=DIGEST)
    given(FeedRelease, *WHOLE).when(takes).then(taken)
    given(FeedRelease, *WHOLE, taken).when(takes).then_refused(AcknowledgedAlready)
    given(FeedRelease, *WHOLE[:5]).when(takes).then_refused(NotPublished)
    other = fact(FeedRelease.acknowledge, organisation=named("other"), sha256=DIGEST)
    given(FeedRelease, *WHOLE).when(other).then_refused(NotARecipient)
    wrong = fact(FeedRelease.acknowledge, organisation=DEPARTMENT, sha256="0" * 64)
    given(FeedRelease, *WHOLE).when(wrong).then_refused(OtherContent)


def test_a_challenge_is_resolved_by_somebody_else_once() -> None:
    release = given(FeedRelease, *WHOLE).aggregate
    release.challenge(organisation=DEPARTMENT, ground="Kingston seems high")
    [challenge] = release.open_challenges
    said = {"outcome": "dismissed", "text": "It is as counted."}
    with pytest.raises(ChallengerResolves):
        release.resolve(challenge.challenge_id, organisation=DEPARTMENT, **said)
    release.resolve(challenge.challenge_id, organisation=named("backbone"), **said)
    assert release.open_challenges == []
    assert [type(one) for one in release.collect_events()][-1] is ChallengeResolved
    with pytest.raises(NoSuchChallenge):
        release.resolve(challenge.challenge_id, organisation=named("backbone"), **said)


def test_a_cause_opens_one_restatement() -> None:
    opened = fact(RestatementOpened, cause=900, fact="observation-deduplicated", cells=1)
    overtakes = fact(FeedRelease.overtake, **opened.keywords)
    given(FeedRelease, *WHOLE).when(overtakes).then(opened)
    given(FeedRelease, *WHOLE, opened).when(overtakes).then()


def test_the_content_is_hashed_as_it_is_written_whatever_its_order() -> None:
    text = "".join(f"{canonical(one.model_dump(mode='json'))}\n" for one in CELLS)
    assert DIGEST == hashlib.sha256(text.encode()).hexdigest() == content_sha256(CELLS[::-1])


def test_no_page_is_larger_than_a_line_may_be_and_none_is_lost() -> None:
    many = [cell(f"{number:05}", value="1.0") for number in range(1_000)]
    pages = list(paged(many))
    assert len(pages) > 1
    assert [one for page in pages for one in page] == many
    assert all(len("".join(one.written for one in page)) < 50 * 1024 for page in pages)
