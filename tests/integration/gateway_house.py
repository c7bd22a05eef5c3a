"""The gateway on a real database: its journal is filled as its reader would, and then asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from gateway.app import Parts, create_app
from gateway.clients import Services
from gateway.journal import Journal, JournalSink, Vector
from gateway.readmodels import MODELS, Projector, ReadModels
from infra.kernel.clock import ManualClock
from infra.postgres import Pool, make_pool
from tests.callers import Caller, named, verifier
from tests.lines import BEGIN, History, take_all

PACKAGES = ("infra.messaging", "gateway.journal", "gateway.readmodels")
MELBOURNE = ZoneInfo("Australia/Melbourne")
INITIATIVE, CYCLE, PLAN = named("initiative"), named("cycle"), named("plan")
INDICATOR, OUTCOME, DECISION = named("I4"), named("outcome"), named("decision")
PARTNER, PARTNER_ORGANISATION = named("partner"), named("harbour youth")
ACTIVITY, TARGET = named("activity"), named("target")
ROOT = f"initiative/{INITIATIVE}"
PLACES = [
    {"scheme": "asgs-sa3", "edition": "3", "code": code, "label": label}
    for code, label in (("20801", "Bayside"), ("20802", "Glen Eira"), ("20803", "Kingston"))
]
H2 = {"start": "2022-07-01", "end": "2022-12-31", "period": "2022-S2"}


class GatewayHouse:
    """One gateway, its clock, and somebody who asks."""

    def __init__(self, pool: Pool, caller: Caller, journal: Journal) -> None:
        self.pool, self.caller, self.journal = pool, caller, journal
        self.app: Any = None
        self.clock = ManualClock(BEGIN + timedelta(days=3_650))
        self.projector = Projector(MODELS)
        self.sink = JournalSink(self.projector.project)

    async def take(self, history: History) -> None:
        await take_all(self.pool, self.sink, history)
        assert await self.journal.wait_for(Vector.parse(history.vector))

    async def get(self, path: str, status: int = 200, **query: Any) -> Any:
        answer = await self.caller.get(path, params=query)
        assert answer.status_code == status, answer.text
        return answer.json()


@asynccontextmanager
async def gateway_on(dsn: str) -> AsyncIterator[GatewayHouse]:
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(make_pool(dsn, name="tests"))
        journal = await stack.enter_async_context(Journal(pool, dsn))
        services = await stack.enter_async_context(Services.at({}))
        house = GatewayHouse(pool, Caller(bearer="unused"), journal)
        app = create_app(
            Parts(
                clock=house.clock,
                verifier=verifier(),
                timezone=MELBOURNE,
                services=services,
                documents={},
                journal=journal,
                models=ReadModels(pool, house.projector),
            )
        )
        house.app = app
        house.caller = await stack.enter_async_context(Caller(app))
        yield house


def definition(weeks: int) -> dict[str, Any]:
    return {
        "name": f"Still engaged after {weeks} weeks",
        "unit": "%",
        "level": "performance",
        "polarity": "higher-is-better",
        "strata": [],
    }


def target(value: str, *, version: int = 1, id: UUID = TARGET) -> dict[str, Any]:
    return {
        "target_id": str(id),
        "version": version,
        "value": value,
        "dimensions": {},
        "decision_id": str(DECISION),
    }


def observed(value: str | None, numerator: int, denominator: int) -> dict[str, Any]:
    said = {"numerator": str(numerator), "denominator": str(denominator), "status": "A"}
    return {**H2, **said} | ({"value": value} if value is not None else {"status": "O"})


def of_series(place: Mapping[str, Any], version: int = 2) -> dict[str, Any]:
    return {
        "initiative_id": str(INITIATIVE),
        "indicator_id": str(INDICATOR),
        "definition_version": version,
        "place": dict(place),
        "dimensions": {},
    }


def series(place: Mapping[str, Any]) -> str:
    return f"{ROOT}/series/{named('series ' + place['code'])}"


def founded() -> History:
    """An initiative, a partner, an outcome, a decision, an indicator with its second definition."""
    told = History()
    told.tell("agenda.initiative-registered", ROOT, {"name": "BGK", "places": PLACES})
    partnership = f"{ROOT}/partnership/{named('partnership')}"
    party = {"partner_id": str(PARTNER), "organisation": str(PARTNER_ORGANISATION)}
    invited = {**party, "kind": "organisation", "name": "Harbour Youth"}
    told.tell("agenda.partner-invited", partnership, invited)
    agenda = f"{ROOT}/common-agenda/{named('agenda')}"
    outcome = {"outcome_id": str(OUTCOME), "title": "Re-engaged", "wording": "In learning."}
    told.tell("agenda.outcome-defined", agenda, outcome)
    cycle = {"number": 1, "title": "First round", "questions": ["Does it work?"]}
    told.tell("agenda.cycle-opened", f"{ROOT}/cycle/{CYCLE}", cycle | {"review_on": "2023-02-15"})
    indicator = f"{ROOT}/indicator/{INDICATOR}"
    told.tell("measurement.indicator-proposed", indicator, {"code": "I4", "name": "Engaged"})
    told.tell(
        "measurement.indicator-defined", indicator, {"version": 1, "definition": definition(10)}
    )
    told.tell("measurement.target-set", indicator, {"target": target("60")})
    changed = {"version": 2, "definition": definition(13), "comparable": False, "series_version": 2}
    told.tell(
        "measurement.indicator-definition-changed", indicator, changed, reason="As funders do"
    )
    carried = target("60", version=2, id=named("second target"))
    told.tell(
        "measurement.target-set",
        indicator,
        {"target": carried, "carried_over_from": str(TARGET), "no_baseline_yet": True},
        reason="Same aim",
    )
    return told


def measured(told: History) -> None:
    """The three councils' values, in a submission that is accepted last."""
    submission = named("submission")
    place_of = f"{ROOT}/submission/{submission}"
    told.tell("measurement.submission-received", place_of, {"rows": 3})
    values = [("60.0", 3, 5), ("60.0", 6, 10), ("62.5", 10, 16)]
    for place, value in zip(PLACES, values, strict=True):
        data = {"submission_id": str(submission), "observations": [observed(*value)]}
        told.tell("measurement.observations-recorded", series(place), of_series(place) | data)
    counts = {"new": 3, "unchanged": 0, "corrected": 0, "missing": 0}
    told.tell("measurement.submission-accepted", place_of, {"counts": counts})


def deduplicated(told: History) -> None:
    """Three young people had been counted twice."""
    was = [("60.0", 3, 5), ("60.0", 6, 10), ("62.5", 10, 16)]
    now = [("50.0", 2, 4), ("55.6", 5, 9), ("60.0", 9, 15)]
    for place, before, after in zip(PLACES, was, now, strict=True):
        data = {
            "was": observed(*before),
            "now": observed(*after),
            "removed": 1,
            "parties": [str(PARTNER_ORGANISATION)],
            "method": "key match",
        }
        told.tell("measurement.observation-deduplicated", series(place), of_series(place) | data)
