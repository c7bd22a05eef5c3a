"""Given: a data agreement in force and an open backfill round, under ids that every test knows.

What is recorded needs both; tests that are about something else take them from here.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from infra.eventstore import EventStore
from infra.eventstore.store import Held, Offer
from infra.kernel import Act, Aggregate, Created, Event, Provenance
from infra.kernel.line import Draft, Pen
from infra.kernel.mapper import to_draft
from services.measurement.domain import DataAgreement, ReportingPeriod
from services.measurement.domain.agreement_facts import (
    DataAgreementActivated,
    DataAgreementDrafted,
    DataAgreementSigned,
)
from services.measurement.domain.reporting_facts import ReportingPeriodOpened
from services.measurement.domain.terms import Terms
from tests.callers import ORGANISATION, named

T = TypeVar("T")
INITIATIVE = named("bgk")
AGREEMENT, ROUND = named("agreement"), named("round")
UNDER = {"agreement_id": str(AGREEMENT), "reporting_period_id": str(ROUND)}
"""What a request says to come under both."""
GIVEN = 4
"""So many lines stand in a log before a test begins."""
LONG_AGO, LAST_DAY = datetime(2001, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC).date()
STEWARD = Provenance(
    actor="steward",
    role="data-steward",
    organisation=ORGANISATION,
    client="tests",
    authority="role:data-steward",
)
TERMS = Terms(
    parties=(ORGANISATION,), providers=(ORGANISATION,), purpose="Tests", licence="CC BY 4.0",
    credit="Nobody",
)  # fmt: skip


async def given_terms(store: EventStore, initiative: UUID = INITIATIVE) -> None:
    """Write both into a log."""
    pen = Pen(Act(STEWARD), LONG_AGO)
    agreement = list(_agreement(initiative))
    opened = _born(ReportingPeriodOpened, ROUND, ReportingPeriod, initiative_id=initiative,
                   kind="backfill", title="Whatever is past", opens=LONG_AGO.date(),
                   due=LAST_DAY, closes=LAST_DAY, periods=())  # fmt: skip
    drafts = [*_drafts(agreement, pen), *_drafts([opened], pen)]
    claims = [Held(claim, e.originator_id) for e in (*agreement, opened) for claim in e.claims()]
    await store.append(Offer(drafts, claims))


def _agreement(initiative: UUID) -> Iterator[Event]:
    yield _born(DataAgreementDrafted, AGREEMENT, DataAgreement, initiative_id=initiative,
                kind="open-data", title="Published figures", terms=TERMS)  # fmt: skip
    yield DataAgreementSigned(
        originator_id=AGREEMENT, originator_version=2, party=ORGANISATION, terms_version=1
    )
    yield DataAgreementActivated(
        originator_id=AGREEMENT, originator_version=3, terms_version=1, ends=None
    )


def _born(fact: type[Created], id: UUID, of: type[Aggregate], **fields: Any) -> Created:
    return fact(originator_id=id, originator_version=1, originator_topic=of.TOPIC, **fields)


def _drafts(facts: list[Event], pen: Pen) -> Iterator[Draft]:
    aggregate: Any = None
    for fact in facts:
        fact.happened_at(LONG_AGO)
        aggregate = fact.mutate(aggregate)
        yield to_draft(fact, aggregate, pen)


def at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run what never waits, as nothing of the memory twin does, without a loop."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        found: T = done.value
        return found
    raise AssertionError("it waits for something")
