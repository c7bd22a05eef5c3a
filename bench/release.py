"""A release of 10,000 cells, from certified series in PostgreSQL to the frozen lines: read as of a
place of the log, totalled, held against the release before by disclosure control, and written.

20 indicators, 99 places and the whole that they make, 5 years. One place in fifty is too small to
be shown, so that others are withheld with it. The second release comes after three corrections,
and takes the first one's place.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from bench import house
from bench.paired import Figure, at_most, keep, say
from infra.eventstore import MemoryGuards, PostgresEventStore, Repository
from infra.kernel import Act, Provenance, Reason, SystemClock, uuid7
from infra.messaging.references import MemoryReferences, Reference
from infra.postgres import make_pool
from services.measurement.application import MeasurementService
from services.measurement.application.checkpoints import MemoryCheckpoints
from services.measurement.application.feed_commands import (
    ApproveFeedRelease,
    DetermineReliability,
    PrepareFeedRelease,
    PublishFeedRelease,
)
from services.measurement.application.feed_profiles import DefineFeedProfile
from services.measurement.domain import DataAgreement, Indicator, Series
from services.measurement.domain.definition import Definition
from services.measurement.domain.feed_facts import DRAFT
from services.measurement.domain.feed_profile import FeedTerms, profiles_of
from services.measurement.domain.feed_terms import Audience, Policy, Scope, Whole
from services.measurement.domain.origins import Origins
from services.measurement.domain.terms import Terms
from services.measurement.domain.values import Amount, Observation, Place
from services.measurement.vault import MemoryShares, Vault

CELLS = int(os.environ.get("COMMONWEAL_BENCH_CELLS", "10000"))
PLACES = 99
"""The whole that they make is the hundredth cell of a table."""
YEARS = range(2018, 2023)
INDICATORS = CELLS // ((PLACES + 1) * len(YEARS))
GOAL_SECONDS = 10.0
INITIATIVE, ORGANISATION, FUNDER = UUID(int=1), uuid7(), uuid7()
BROUGHT = uuid7()
SPANS = [(date(year, 1, 1), date(year, 12, 31)) for year in YEARS]
VERIFIED = Origins({}, dict.fromkeys(SPANS, BROUGHT), {BROUGHT: ["verifier"]})
AGAIN = Reason(code="correction", text="Counted again.")


def by(actor: str) -> Act:
    return Act(
        Provenance(
            actor=actor,
            role="data-steward",
            organisation=ORGANISATION,
            client="bench",
            authority="role:data-steward",
        )
    )


async def main() -> list[Figure]:
    async with (
        house.postgres() as server,
        house.database(server, "bench_release") as dsn,
        make_pool(dsn, name="bench") as pool,
    ):
        store = PostgresEventStore(pool, SystemClock())
        try:
            seconds = await _seconds(store)
        finally:
            await store.close()
    figures = [at_most("release.10000", seconds, GOAL_SECONDS, "s")]
    keep("release", figures)
    return figures


async def _seconds(store: PostgresEventStore) -> float:
    """The dearer of two preparations: the second one has the first behind it."""
    service = MeasurementService(
        repository=Repository(store, SystemClock()),
        references=MemoryReferences(Reference("initiative", INITIATIVE, INITIATIVE)),
        guards=MemoryGuards(),
        clock=SystemClock(),
        vault=Vault((MemoryShares(), MemoryShares())),
        checkpoints=MemoryCheckpoints(store),
    )
    indicators = await _indicators(service)
    series = await _measured(service, indicators)
    feed = DefineFeedProfile(
        code="bench",
        audience=Audience(kind="organisation", organisation=FUNDER),
        terms=_terms(indicators),
    )
    await service.define_feed_profile(INITIATIVE, command=feed, by=by("preparer"))
    [profile] = await service.all_held(profiles_of(INITIATIVE))
    first, release = await _prepared(service, profile)
    await _published(service, release)
    await _corrected(service, series[:3])
    second, _ = await _prepared(service, profile, replaces=release)
    say(f"{CELLS} cells: {first:.1f} s, and {second:.1f} s held against the release before")
    return max(first, second)


async def _indicators(service: MeasurementService) -> Sequence[UUID]:
    """Defined, and covered by an agreement in force."""
    found = [Indicator(INITIATIVE, f"I{number}", "Engaged") for number in range(INDICATORS)]
    for indicator in found:
        indicator.define(
            Definition(name="Still engaged", unit="%", level="performance", polarity="neither")
        )
    terms = Terms(
        parties=(ORGANISATION,),
        recipients=(FUNDER,),
        purpose="To see",
        legal_basis="Agreed",
        min_count=5,
        retention="A year",
        ends=date(2099, 12, 31),
    )
    agreement = DataAgreement.draft(INITIATIVE, kind="partner-data", title="All", terms=terms)
    agreement.sign(ORGANISATION)
    agreement.activate(today=date(2023, 1, 1))
    await service.repository.save(by("preparer"), *found, agreement)
    return [indicator.id for indicator in found]


async def _measured(service: MeasurementService, indicators: Sequence[UUID]) -> Sequence[Series]:
    """A series for each indicator and place, certified."""
    found: list[Series] = []
    for number, indicator in enumerate(indicators):
        page = [_series(indicator, number, place) for place in range(PLACES)]
        await service.repository.save(by("provider"), *page)
        found += page
    return found


def _series(indicator: UUID, number: int, place: int) -> Series:
    series = Series.begin(
        submission_id=BROUGHT,
        observations=[_share(number, place, year) for year in YEARS],
        initiative_id=INITIATIVE,
        indicator_id=indicator,
        definition_version=1,
        place=_place(place),
        dimensions={},
    )
    series.certify(series.uncertified, certifier="certifier", origins=VERIFIED)
    return series


def _share(number: int, place: int, year: int) -> Observation:
    small = (number + place + year) % 50 == 0
    below = 4 if small else 10 + (number * 31 + place * 7 + year) % 90
    return _observed(below // 2, below, year)


def _observed(above: int, below: int, year: int) -> Observation:
    return Observation(
        start=date(year, 1, 1),
        end=date(year, 12, 31),
        period=str(year),
        value=f"{100 * above / below:.1f}",
        numerator=str(above),
        denominator=str(below),
    )


def _place(number: int) -> Place:
    return Place(scheme="bench", edition="1", code=f"{number:02}")


def _terms(indicators: Sequence[UUID]) -> FeedTerms:
    parts = tuple(_place(number) for number in range(PLACES))
    whole = Whole(place=Place(scheme="bench", edition="1", code="all"), parts=parts)
    return FeedTerms(
        title="Bench",
        indicators=tuple(indicators),
        places=Scope(scheme="bench", edition="1", wholes=(whole,)),
        formats=("csv",),
        policy=Policy(),
        cadence="yearly",
    )


async def _prepared(
    service: MeasurementService, profile: UUID, *, replaces: UUID | None = None
) -> tuple[float, UUID]:
    asked: dict[str, object] = {"title": "Five years", "periods": [str(year) for year in YEARS]}
    asked |= {"replaces": replaces, "reason": AGAIN} if replaces else {}
    command = PrepareFeedRelease.model_validate(asked)
    began = time.perf_counter()
    await service.prepare_feed_release(profile, command=command, by=by("preparer"))
    seconds = time.perf_counter() - began
    [release] = await service.all_held(DRAFT)
    return seconds, release


async def _published(service: MeasurementService, release: UUID) -> None:
    judged = DetermineReliability(purpose="bench", determination="sufficient")
    await service.determine_reliability(release, command=judged, by=by("preparer"))
    await service.approve_feed_release(release, command=ApproveFeedRelease(), by=by("approver"))
    await service.publish_feed_release(release, command=PublishFeedRelease(), by=by("approver"))


async def _corrected(service: MeasurementService, series: Sequence[Series]) -> None:
    """One person fewer in the last year of each of them, certified again."""
    for each in series:
        was = each.live[SPANS[-1]].observation
        stood = Amount(**was.model_dump(include=set(Amount.model_fields)))
        above, below = int(was.numerator or 0), int(was.denominator or 0)
        each.correct(stood, _observed(above - 1, below - 1, YEARS[-1]))
        each.certify(each.uncertified, certifier="certifier", origins=VERIFIED)
        await service.repository.save(by("provider"), each)
