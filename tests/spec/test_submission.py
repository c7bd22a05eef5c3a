"""A submission counts as a whole or not at all."""

from __future__ import annotations

import pytest

from infra.kernel import Claim
from services.measurement.domain.submission import (
    OPEN,
    REJECTED,
    Counts,
    Submission,
    SubmissionAccepted,
    SubmissionDecided,
    SubmissionReceived,
    SubmissionRejected,
)
from tests.callers import named
from tests.given import SOMETHING, fact, given

RECEIVED = fact(
    SubmissionReceived,
    initiative_id=named("bgk"),
    indicators=(named("I4"),),
    rows=3,
    revisions="refuse",
)
COUNTS = Counts(new=2, unchanged=1, corrected=0, missing=1)
ACCEPTED = fact(SubmissionAccepted, counts=COUNTS)
REJECTED_AFTER_CRASH = fact(SubmissionRejected, rejection="interrupted")


def test_what_was_received_is_accepted_with_its_counts():
    given(Submission, RECEIVED).when(lambda s: s.accept(COUNTS)).then(ACCEPTED)


def test_what_was_received_is_rejected_with_the_cause():
    given(Submission, RECEIVED).when(lambda s: s.reject("interrupted")).then(REJECTED_AFTER_CRASH)


@pytest.mark.parametrize("decided", [ACCEPTED, REJECTED_AFTER_CRASH])
def test_it_is_decided_once(decided):
    submission = given(Submission, RECEIVED, decided)
    submission.when(lambda s: s.accept(COUNTS)).then_refused(SubmissionDecided)
    submission.when(lambda s: s.reject("failed")).then_refused(SubmissionDecided)


def test_it_is_received_open_and_remembers_what_became_of_it():
    submission = Submission.receive(named("bgk"), [named("I4")], rows=3)
    assert (submission.state, submission.counts, submission.rejection) == ("open", None, None)
    submission.accept(COUNTS)
    assert (submission.state, submission.counts) == ("accepted", COUNTS)
    other = Submission.receive(named("bgk"), [named("I4")], rows=3)
    other.reject("overtaken")
    assert (other.state, other.rejection) == ("rejected", "overtaken")


def test_while_it_is_open_a_claim_says_so_and_after_a_rejection_another_one():
    submission = Submission.receive(named("bgk"), [named("I4")], rows=3)
    submission.reject("failed")
    received, rejected = submission.collect_events()
    name = str(submission.id)
    assert list(received.claims()) == [Claim(OPEN, name)]
    assert list(rejected.releases()) == [Claim(OPEN, name)]
    assert list(rejected.claims()) == [Claim(REJECTED, name)]


def test_an_acceptance_gives_its_claim_back_and_takes_none():
    accepted = SubmissionAccepted(originator_id=SOMETHING, originator_version=2, counts=COUNTS)
    assert list(accepted.releases()) == [Claim(OPEN, str(SOMETHING))]
    assert list(accepted.claims()) == []
