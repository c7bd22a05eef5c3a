"""Submissions whose writer came to an end before they were accepted: they are rejected."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Collection
from uuid import UUID

from infra.eventstore import EventStore, Guards, Repository, claimed
from infra.kernel import Act, Conflict, Provenance
from services.measurement.domain import Submission
from services.measurement.domain.submission_facts import WRITING
from services.measurement.domain.submission_values import Rejection

log = logging.getLogger(__name__)

SERVICE = Provenance(
    actor="service:measurement",
    role="service",
    organisation=UUID(int=0),
    client="service:measurement",
    authority="rule:a submission counts as a whole or not at all",
)
"""Nobody asked for it: the rule did."""


async def reject_interrupted(
    repository: Repository, guards: Guards, *, only: Collection[UUID] | None = None
) -> int:
    """Reject the unfinished submissions that nobody is writing any more, and count them.

    Several processes may do so at once: whoever is still importing holds the submission's lock.
    """
    count = 0
    for id in only if only is not None else await _written(repository.store):
        async with guards.holding(id) as free:
            if free:
                count += await reject(repository, id, "interrupted")
    return count


async def reject(repository: Repository, id: UUID, why: Rejection) -> bool:
    """Reject one, unless it has been decided in the meantime."""
    submission = await repository.get(Submission, id)
    if submission.state != "open":
        return False
    submission.reject(why)
    with contextlib.suppress(Conflict):  # somebody else has just decided it
        await repository.save(Act(SERVICE), submission)
        log.warning("submission %s rejected: %s", id, why)
        return True
    return False


async def _written(store: EventStore) -> list[UUID]:
    return list((await claimed(store, WRITING)).values())
