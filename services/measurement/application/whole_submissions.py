"""Use cases of an accepted submission as a whole: all that it brought is certified, or taken back.

It may have brought 100,000 values, so it goes in batches, each of them all or nothing. Where one is
refused, those before it stand; asked again, the command goes on from there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

import orjson

from infra.eventstore import EventStore, Receipt
from infra.kernel import Act, Command, StateForbids
from services.measurement.application.certifications import Certifications
from services.measurement.application.submissions import Submissions, WithdrawSubmission
from services.measurement.domain import Indicator, Series, Submission
from services.measurement.domain.series_facts import (
    ObservationCorrected,
    ObservationsRecorded,
    Said,
)
from services.measurement.domain.submission_facts import SubmissionReceived, SubmissionValidated

BATCH = 100
"""Series that are written at once: others are served between them."""
BRINGING = frozenset(
    f"commonweal.{fact.TOPIC}.v1" for fact in (ObservationsRecorded, ObservationCorrected)
)


class NothingLeftToCertify(StateForbids):
    """Nothing that this submission brought stands uncertified. What was corrected since is
    certified by its series."""


class CertifySubmission(Command):
    pass


class CertifiedWhole(NamedTuple):
    """What one command has let be used outside."""

    submission_id: UUID
    series: int
    observations: int


class WholeSubmissions(Submissions, Certifications):
    async def certify_submission(
        self, submission_id: UUID, *, command: CertifySubmission, by: Act
    ) -> Receipt:
        """Let all values that a submission brought be used outside, as far as they stand as it
        brought them. It is accepted and verified before; whoever sent or verified it cannot
        certify it. It goes in batches of 100 series: if one is refused, those before it stand, and
        the same command goes on from there."""
        submission = await self.repository.get(Submission, submission_id)
        submission.require_accepted()
        done, ready = CertifiedWhole(submission_id, 0, 0), list[Series]()
        async for brought in self._brought(submission_id):
            asked = [
                (series, [said.observation for said in each])
                for series, values in brought
                if (each := [said for said in values if not said.certified])
            ]
            if not asked:
                continue
            if ready:
                await self.repository.save(_quietly(by), *ready)
            for indicator_id, group in groupby(asked, lambda one: one[0].indicator_id):
                indicator = await self.repository.get(Indicator, indicator_id)
                await self._certify(indicator, list(group), by)
            ready = [series for series, _ in asked]
            values = sum(len(each) for _, each in asked)
            done = CertifiedWhole(
                submission_id, done.series + len(asked), done.observations + values
            )
        if not ready:
            raise NothingLeftToCertify
        return await self.repository.save(_telling(by, done), *ready)

    async def withdraw_submission(
        self, submission_id: UUID, *, command: WithdrawSubmission, by: Act
    ) -> Receipt:
        """Take a submission back, with a reason, for the organisation that sent it. It stays on
        record. Of an accepted one, which a data steward takes back too, whatever stands as it
        brought it is withdrawn value by value, in batches of 100 series; what was corrected since
        stands."""
        submission = await self.repository.get(Submission, submission_id)
        if submission.state != "accepted":
            return await super().withdraw_submission(submission_id, command=command, by=by)
        command.require_reason()
        if by.provenance.role != "data-steward":
            submission.require_own(by.provenance.party)
        async for brought in self._brought(submission_id):
            for series, values in brought:
                for said in values:
                    series.withdraw(said.observation, said.observation)
            if brought:
                await self.repository.save(_quietly(by), *(series for series, _ in brought))
        submission.end()
        return await self.repository.save(by, submission)

    async def _brought(
        self, submission_id: UUID
    ) -> AsyncIterator[Sequence[tuple[Series, Sequence[Said]]]]:
        """A batch of series at a time, those of an indicator together: each with its values that
        stand as the submission brought them."""
        ids = await _series_of(self.repository.store, submission_id)
        for start in range(0, len(ids), BATCH):
            found = await self.many_series(ids[start : start + BATCH])
            standing = [(one, _from(submission_id, one)) for one in found.values()]
            kept = [(one, values) for one, values in standing if values]
            yield sorted(kept, key=lambda one: one[0].indicator_id)


def _from(submission_id: UUID, series: Series) -> list[Said]:
    live = sorted(series.live.items())
    return [said for _, said in live if said.submission_id == submission_id]


async def _series_of(store: EventStore, submission_id: UUID) -> list[UUID]:
    """In the order in which they were written, between its arrival and its validation."""
    placed = {line["type"]: int(line["sequence"]) for line in await _lines(store, submission_id)}
    after, last = (
        placed[f"commonweal.{fact.TOPIC}.v1"] for fact in (SubmissionReceived, SubmissionValidated)
    )
    name, found = str(submission_id), dict[UUID, None]()
    while after < last:
        page = await store.replay(after=after)
        for recorded in page:
            if recorded.sequence < last and name in recorded.line:
                line = orjson.loads(recorded.line)
                if line["type"] in BRINGING and line["data"].get("submission_id") == name:
                    found[UUID(line["subject"].rpartition("/")[2])] = None
        after = page[-1].sequence
    return list(found)


async def _lines(store: EventStore, id: UUID) -> list[dict[str, str]]:
    return [orjson.loads(line) for line in await store.read(id)]


def _quietly(by: Act) -> Act:
    return replace(by, idempotency=None, answering=None, expected_version=None)


def _telling(by: Act, done: CertifiedWhole) -> Act:
    """The same act, answered with all that was done."""
    answering = by.answering
    if answering is None:
        return replace(by, expected_version=None)
    return replace(by, expected_version=None, answering=lambda _: answering(done))
