"""A submission from its arrival to its verification: what counts, and by whose word."""

from __future__ import annotations

from typing import Any

import pytest

from infra.kernel import Claim
from services.measurement.domain.accepted import (
    NotAccepted,
    NotTheProvider,
    SampleTooLarge,
    VerifiedAlready,
    VerifierIsSubmitter,
)
from services.measurement.domain.submission import (
    AcceptedBySubmitter,
    NoSuchQuery,
    QueriesOpen,
    QueryAnsweredAlready,
    RowsBreakRules,
    Submission,
    SubmissionBeingWritten,
    SubmissionDecided,
)
from services.measurement.domain.submission_facts import (
    OPEN,
    REJECTED,
    SENT,
    WRITING,
    FindingsNoted,
    QueryAnswered,
    SubmissionAccepted,
    SubmissionQueried,
    SubmissionReceived,
    SubmissionRejected,
    SubmissionValidated,
    SubmissionVerified,
    SubmissionWithdrawn,
    sent_in,
)
from services.measurement.domain.submission_values import Counts, Questioned, RuleCount
from tests.callers import named
from tests.given import SOMETHING, Fact, fact, given

WHOSE: dict[str, Any] = {
    "initiative_id": named("bgk"),
    "provider": named("schools"),
    "agreement_id": named("agreement"),
    "reporting_period_id": named("round"),
}
FINGERPRINT = "ab" * 32
COUNTS = Counts(new=2, unchanged=1, corrected=0, missing=1)
QUERY = named("query")
FINDING = Questioned(line=3, rule="numerator-out-of-range", severity="blocking", detail="9 of 7")
RULES = (RuleCount(rule="numerator-out-of-range", severity="blocking", count=1),)


def received(mode: str = "all") -> Fact:
    return fact(
        SubmissionReceived,
        **WHOSE,
        submitted_by="ada",
        mode=mode,
        indicators=(named("I4"),),
        series=1,
        rows=3,
        revisions="refuse",
        fingerprint=FINGERPRINT,
    )


def validated(blocked: int = 0, unsound: int = 0) -> Fact:
    return fact(
        SubmissionValidated,
        **WHOSE,
        blocked=blocked,
        unsound=unsound,
        counts=COUNTS,
        rules=RULES if blocked else (),
        findings=(FINDING,) if blocked else (),
    )


def accepted(*, by_itself: bool) -> Fact:
    return fact(
        SubmissionAccepted, **WHOSE, indicators=(named("I4"),), counts=COUNTS, by_itself=by_itself
    )


QUERIED = fact(SubmissionQueried, **WHOSE, query_id=QUERY, question="9 of 7?", lines=(3,))
ANSWERED = fact(QueryAnswered, **WHOSE, query_id=QUERY, answer="7 of 9.")
DECLINED = fact(SubmissionRejected, **WHOSE, rejection="declined", fingerprint=FINGERPRINT)
INTERRUPTED = fact(SubmissionRejected, **WHOSE, rejection="interrupted", fingerprint=FINGERPRINT)
WITHDRAWN = fact(SubmissionWithdrawn, **WHOSE, fingerprint=FINGERPRINT)


def verified(person: str) -> Fact:
    return fact(
        SubmissionVerified, **WHOSE, verified_by=person, method="Against the registers", sample=2
    )


def accept(person: str = "stella", *, leave_out_unsound: bool = False) -> Any:
    return lambda s: s.accept(person=person, leave_out_unsound=leave_out_unsound)


def verify(person: str = "vera", sample: int = 2) -> Any:
    return lambda s: s.verify(person=person, method="Against the registers", sample=sample)


def waiting(*more: Fact, unsound: int = 0) -> given[Submission]:
    return given(Submission, received(), validated(1, unsound), *more)


def passing(*more: Fact) -> given[Submission]:
    return given(Submission, received(), validated(), accepted(by_itself=True), *more)


def test_where_nothing_is_wrong_it_is_accepted_by_itself():
    validate = {"blocked": 0, "unsound": 0, "counts": COUNTS, "rules": ()}
    given(Submission, received()).when(lambda s: s.validate(**validate)).then(validated())
    clean = given(Submission, received(), validated())
    clean.when(lambda s: s.pass_by_itself()).then(accepted(by_itself=True))


def test_one_blocked_row_holds_all_of_them_up():
    waiting().when(lambda s: s.pass_by_itself()).then()


def test_unless_row_by_row_was_asked_for():
    by_row = given(Submission, received("rows"), validated(1))
    by_row.when(lambda s: s.pass_by_itself()).then(accepted(by_itself=True))


def test_its_provider_is_asked_and_answers_and_then_another_person_accepts():
    asked = {"question": "9 of 7?", "lines": [3]}
    waiting().when(lambda s: s.query(QUERY, **asked)).then(QUERIED)
    answer = {"organisation": named("schools"), "answer": "7 of 9."}
    waiting(QUERIED).when(lambda s: s.answer(QUERY, **answer)).then(ANSWERED)
    waiting(QUERIED).when(accept()).then_refused(QueriesOpen)
    waiting(QUERIED, ANSWERED).when(accept("ada")).then_refused(AcceptedBySubmitter)
    waiting(QUERIED, ANSWERED).when(accept()).then(accepted(by_itself=False))


def test_a_query_is_answered_once_and_by_its_provider():
    answer = {"organisation": named("schools"), "answer": "7 of 9."}
    stranger = answer | {"organisation": named("harbour")}
    waiting(QUERIED).when(lambda s: s.answer(QUERY, **stranger)).then_refused(NotTheProvider)
    waiting().when(lambda s: s.answer(QUERY, **answer)).then_refused(NoSuchQuery)
    again = waiting(QUERIED, ANSWERED)
    again.when(lambda s: s.answer(QUERY, **answer)).then_refused(QueryAnsweredAlready)


def test_rows_that_no_explanation_lifts_are_left_out_knowingly():
    waiting(unsound=1).when(accept()).then_refused(RowsBreakRules)
    waiting(unsound=1).when(accept(leave_out_unsound=True)).then(accepted(by_itself=False))


def test_what_waits_is_declined_or_taken_back_by_its_provider():
    waiting().when(lambda s: s.decline()).then(DECLINED)
    schools, harbour = named("schools"), named("harbour")
    waiting().when(lambda s: s.withdraw(organisation=schools)).then(WITHDRAWN)
    waiting().when(lambda s: s.withdraw(organisation=harbour)).then_refused(NotTheProvider)


@pytest.mark.parametrize("decided", [accepted(by_itself=False), DECLINED, WITHDRAWN])
def test_it_is_decided_once(decided):
    one = waiting(decided)
    one.when(accept()).then_refused(SubmissionDecided)
    one.when(lambda s: s.decline()).then_refused(SubmissionDecided)
    one.when(lambda s: s.reject("failed")).then_refused(SubmissionDecided)
    one.when(lambda s: s.withdraw(organisation=named("schools"))).then_refused(SubmissionDecided)
    one.when(lambda s: s.query(QUERY, question="?", lines=())).then_refused(SubmissionDecided)


def test_nobody_decides_while_it_is_being_written():
    open = given(Submission, received())
    open.when(accept()).then_refused(SubmissionBeingWritten)
    open.when(lambda s: s.decline()).then_refused(SubmissionBeingWritten)
    open.when(lambda s: s.reject("interrupted")).then(INTERRUPTED)


def test_only_another_person_verifies_and_only_what_was_accepted():
    passing().when(verify()).then(verified("vera"))
    passing().when(verify("ada")).then_refused(VerifierIsSubmitter)
    passing(verified("vera")).when(verify()).then_refused(VerifiedAlready)
    passing(verified("vera")).when(verify("viola")).then(verified("viola"))
    passing().when(verify(sample=4)).then_refused(SampleTooLarge)
    waiting().when(verify()).then_refused(NotAccepted)


def test_many_findings_are_as_many_lines_as_they_take():
    many = [FINDING.model_copy(update={"line": n, "detail": "ж" * 3_000}) for n in range(20)]
    submission = Submission(**received().keywords)
    assert list(submission.note(many))
    submission.validate(blocked=20, unsound=20, counts=COUNTS, rules=RULES)
    facts = list(submission.collect_events())
    assert {type(one) for one in facts[1:-1]} == {FindingsNoted}
    assert isinstance(facts[-1], SubmissionValidated)
    kept = [found for one in facts[1:] for found in one.findings]  # type: ignore[attr-defined]
    assert kept == many
    assert all(len(one.model_dump_json().encode()) < 60 * 1024 for one in facts)


def test_claims_say_while_it_is_written_while_it_waits_and_that_it_never_counts():
    submission = Submission(**received().keywords)
    submission.validate(blocked=1, unsound=0, counts=COUNTS, rules=())
    submission.decline()
    begun, done, rejected = submission.collect_events()
    name, file = str(submission.id), Claim(SENT, FINGERPRINT)
    key = f"{WHOSE['agreement_id']}/{WHOSE['provider']}/{name}"
    in_round = Claim(sent_in(WHOSE["reporting_period_id"]), key)
    assert list(begun.claims()) == [Claim(OPEN, name), Claim(WRITING, name), file, in_round]
    assert list(done.releases()) == [Claim(WRITING, name)]
    assert list(rejected.claims()) == [Claim(REJECTED, name)]
    given_back = [Claim(OPEN, name), Claim(WRITING, name), file, in_round]
    assert list(rejected.releases()) == given_back


def test_an_acceptance_gives_its_claim_back_and_takes_none():
    done = accepted(by_itself=True)(originator_id=SOMETHING, originator_version=3)
    assert list(done.releases()) == [Claim(OPEN, str(SOMETHING))]
    assert list(done.claims()) == []
