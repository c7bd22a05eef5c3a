"""Use cases of a submission that waits: asked about, answered, decided; and of its verification."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, NamedTuple
from uuid import UUID

import orjson
from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, Text, uuid7
from services.measurement.application.use_cases import UseCases, said
from services.measurement.domain import DataAgreement, Submission
from services.measurement.domain.submission_values import Lines, Questioned


class QuerySubmission(Command):
    question: Text
    lines: Lines = Field((), description="The rows that it is about, by their lines in the file.")


class AnswerQuery(Command):
    answer: Text


class AcceptSubmission(Command):
    """Needs a reason: why what was found does not stand in the way."""

    leave_out_unsound: bool = Field(
        False,
        description="Rows that break a rule which no explanation lifts are left out; without it"
        " a submission that has any is not accepted.",
    )


class RejectSubmission(Command):
    """Needs a reason."""


class WithdrawSubmission(Command):
    """Needs a reason."""


class VerifySubmission(Command):
    method: Text = Field(description="How it was held against its source.")
    sample: Annotated[int, Field(ge=1, le=100_000)] = Field(description="How many rows were.")


class Place(NamedTuple):
    """Where a page of findings ended: in which fact of the submission, after how many of them."""

    version: int = 1
    place: int = 0


class Submissions(UseCases):
    async def findings(
        self, submission_id: UUID, *, after: Place, limit: int
    ) -> tuple[Sequence[Questioned], Place | None]:
        """A page of what was found in a submission, in the order of its lines."""
        await self.repository.get(Submission, submission_id)
        lines = await self.repository.store.read(submission_id, after=after.version - 1)
        page: list[Questioned] = []
        for version, line in enumerate(lines, after.version):
            found = orjson.loads(line)["data"].get("findings", ())
            start = after.place if version == after.version else 0
            for index, finding in enumerate(found[start:], start):
                if len(page) == limit:
                    return page, Place(version, index)
                page.append(Questioned.model_validate(finding))
        return page, None

    async def query_submission(
        self, submission_id: UUID, *, command: QuerySubmission, by: Act
    ) -> Receipt:
        """Ask the provider of a submission that waits about some of its rows."""
        return await self._about(submission_id, by, lambda s: s.query(uuid7(), **said(command)))

    async def answer_query(
        self, submission_id: UUID, query_id: UUID, *, command: AnswerQuery, by: Act
    ) -> Receipt:
        """Say what the rows mean, for the organisation that sent them."""
        organisation = by.provenance.party
        return await self._about(
            submission_id,
            by,
            lambda s: s.answer(query_id, organisation=organisation, answer=command.answer),
        )

    async def accept_submission(
        self, submission_id: UUID, *, command: AcceptSubmission, by: Act
    ) -> Receipt:
        """Let the rows of a submission that waits count, with a reason; somebody other than who
        sent it does so, once its queries are answered and while its agreement is in force."""
        command.require_reason()
        submission = await self.repository.get(Submission, submission_id)
        submission.accept(person=by.provenance.actor, leave_out_unsound=command.leave_out_unsound)
        agreement = await self.repository.get(DataAgreement, submission.agreement_id)
        agreement.require_active()
        return await self.repository.save(by, submission)

    async def reject_submission(
        self, submission_id: UUID, *, command: RejectSubmission, by: Act
    ) -> Receipt:
        """Let no row of a submission that waits ever count, with a reason. It stays on record."""
        command.require_reason()
        return await self._about(submission_id, by, Submission.decline)

    async def withdraw_submission(
        self, submission_id: UUID, *, command: WithdrawSubmission, by: Act
    ) -> Receipt:
        """Take a submission back that waits, with a reason, for the organisation that sent it. It
        stays on record."""
        command.require_reason()
        organisation = by.provenance.party
        return await self._about(submission_id, by, lambda s: s.withdraw(organisation=organisation))

    async def verify_submission(
        self, submission_id: UUID, *, command: VerifySubmission, by: Act
    ) -> Receipt:
        """Say that a sample of an accepted submission was held against its source; somebody other
        than who sent it does so. Then a third person may certify its values."""
        person = by.provenance.actor
        return await self._about(
            submission_id, by, lambda s: s.verify(person=person, **said(command))
        )

    async def _about(self, id: UUID, by: Act, ask: Callable[[Submission], None]) -> Receipt:
        submission = await self.repository.get(Submission, id)
        ask(submission)
        return await self.repository.save(by, submission)
