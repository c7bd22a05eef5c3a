"""A submission: what one provider sent at once, from its arrival to its verification."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal
from uuid import UUID

from eventsourcing.domain import event

from infra.kernel import RuleForbids, StateForbids
from services.measurement.domain.accepted import Accepted
from services.measurement.domain.submission_facts import (
    FindingsNoted,
    QueryAnswered,
    SubmissionAccepted,
    SubmissionQueried,
    SubmissionReceived,
    SubmissionRejected,
    SubmissionValidated,
    SubmissionWithdrawn,
)
from services.measurement.domain.submission_values import (
    Counts,
    File,
    Mode,
    Questioned,
    Rejection,
    Revisions,
    Rules,
    lines_of,
)
from services.measurement.domain.tidy import Mapping


class SubmissionDecided(StateForbids):
    """This submission was {state} already."""


class SubmissionBeingWritten(StateForbids):
    """This submission is still being written; ask again when it has been validated."""


class RowsBreakRules(StateForbids):
    """{unsound} rows break rules that no explanation lifts, so they never become observations. Say
    `leave_out_unsound`, or reject the submission and have it sent anew."""


class QueriesOpen(StateForbids):
    """{count} queries about this submission are not answered yet; its provider answers them."""


class NoSuchQuery(StateForbids):
    """Nobody has asked the query {query} about this submission."""


class QueryAnsweredAlready(StateForbids):
    """The query {query} was answered already; ask another one."""


class AcceptedBySubmitter(RuleForbids):
    """{person} sent this submission; what keeps it waiting is for somebody else to accept."""


class Submission(Accepted):
    TOPIC = "measurement.submission"

    @event(SubmissionReceived)
    def __init__(
        self,
        initiative_id: UUID,
        provider: UUID,
        agreement_id: UUID,
        reporting_period_id: UUID,
        submitted_by: str,
        mode: Mode,
        indicators: tuple[UUID, ...],
        series: int,
        rows: int,
        revisions: Revisions,
        provider_reference: str | None = None,
        file: File | None = None,
        mapping: Mapping | None = None,
        fingerprint: str | None = None,
    ) -> None:
        self.initiative_id = initiative_id
        self.provider = provider
        self.agreement_id = agreement_id
        self.reporting_period_id = reporting_period_id
        self.submitted_by = submitted_by
        self.provider_reference = provider_reference
        self.mode: Mode = mode
        self.indicators = indicators
        self.series = series
        self.rows = rows
        self.revisions = revisions
        self.file = file
        self.mapping = mapping
        self.fingerprint = fingerprint
        self.state: Literal["open", "validated", "accepted", "rejected", "withdrawn"] = "open"
        self.counts: Counts | None = None
        self.blocked = self.unsound = 0
        self.rules: Rules = ()
        self._noted: tuple[Questioned, ...] = ()
        self.queries: dict[UUID, str | None] = {}
        self.rejection: Rejection | None = None
        self.verified_by: list[str] = []

    @property
    def waits(self) -> bool:
        """Whether a person has to decide about it: one blocked row holds all of them up."""
        return self.state == "validated" and self.blocked > 0 and self.mode == "all"

    def note(self, found: Iterable[Questioned]) -> Iterator[Submission]:
        """Put findings on record, as many as go into one line at a time; those of the last line
        are left to `validate`."""
        for part in lines_of(found):
            if self._noted:
                self._tell(FindingsNoted, findings=self._noted)
                yield self
            self._noted = part

    def validate(self, *, blocked: int, unsound: int, counts: Counts, rules: Rules) -> None:
        """Say that every row was held against every rule, and what that showed."""
        if self.state != "open":
            raise SubmissionDecided(state=self.state)
        self._tell(
            SubmissionValidated,
            blocked=blocked,
            unsound=unsound,
            counts=counts,
            rules=rules,
            findings=self._noted,
        )

    def pass_by_itself(self) -> None:
        """Let its observations count, if nothing keeps it waiting."""
        if not self.waits:
            self._accept(by_itself=True)

    def accept(self, *, person: str, leave_out_unsound: bool) -> None:
        """Let its observations count although rows were found wanting."""
        self._refuse_unless_waiting()
        if person == self.submitted_by:
            raise AcceptedBySubmitter(person=person)
        if count := sum(answer is None for answer in self.queries.values()):
            raise QueriesOpen(count=count)
        if self.unsound and not leave_out_unsound:
            raise RowsBreakRules(unsound=self.unsound)
        self._accept(by_itself=False)

    def query(self, query_id: UUID, *, question: str, lines: Sequence[int]) -> None:
        """Ask its provider about some of its rows."""
        self._refuse_unless_waiting()
        self._tell(SubmissionQueried, query_id=query_id, question=question, lines=tuple(lines))

    def answer(self, query_id: UUID, *, organisation: UUID, answer: str) -> None:
        """Say what the rows mean."""
        self._refuse_unless_waiting()
        self.require_own(organisation)
        if query_id not in self.queries:
            raise NoSuchQuery(query=query_id)
        if self.queries[query_id] is not None:
            raise QueryAnsweredAlready(query=query_id)
        self._tell(QueryAnswered, query_id=query_id, answer=answer)

    def reject(self, rejection: Rejection) -> None:
        """Let none of its observations ever count."""
        if self.state not in ("open", "validated"):
            raise SubmissionDecided(state=self.state)
        self._tell(SubmissionRejected, rejection=rejection, fingerprint=self.fingerprint)

    def decline(self) -> None:
        """Refuse what waits for a decision."""
        self._refuse_unless_waiting()
        self.reject("declined")

    def withdraw(self, *, organisation: UUID) -> None:
        """Take it back before it is accepted."""
        self._refuse_unless_waiting()
        self.require_own(organisation)
        self._tell(SubmissionWithdrawn, fingerprint=self.fingerprint)

    def _accept(self, *, by_itself: bool) -> None:
        if self.state != "validated":
            raise SubmissionDecided(state=self.state)
        self._tell(
            SubmissionAccepted,
            indicators=self.indicators,
            counts=self.counts,
            by_itself=by_itself,
        )

    def _refuse_unless_waiting(self) -> None:
        if self.state == "open":
            raise SubmissionBeingWritten
        if self.state != "validated":
            raise SubmissionDecided(state=self.state)
