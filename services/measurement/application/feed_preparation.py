"""What a release is made of: certified figures as of a place in the log, and what was released
before to whoever will read it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import orjson

from infra.kernel import Event
from infra.kernel.mapper import to_event
from services.measurement.application.use_cases import UseCases
from services.measurement.domain import FeedProfile, FeedRelease, Indicator, Series
from services.measurement.domain.certification_facts import certified_of
from services.measurement.domain.certified import certified
from services.measurement.domain.disclosure import Candidate, Earlier
from services.measurement.domain.feed_facts import releases_of
from services.measurement.domain.feed_figures import Measured, Row, candidates, definitions
from services.measurement.domain.feed_profile import FeedTerms
from services.measurement.domain.feed_publication import own_position
from services.measurement.domain.feed_terms import Audience
from services.measurement.domain.submission_facts import OPEN, REJECTED
from services.measurement.domain.values import Place, Span, Stated

Facts = Sequence[tuple[int, Event]]
"""Of one stream, each with its place in the log."""
AT_ONCE = 500
"""Series that are read together."""


class Told(NamedTuple):
    """All that was said of an indicator and of those of its series that were ever certified."""

    code: str
    facts: Facts
    series: Sequence[tuple[int, Place, dict[str, str], Facts]]
    ignored: Collection[UUID]
    """Submissions that do not count."""

    def measured(self, id: UUID, upto: int) -> Measured:
        return Measured(id, self.code, definitions(fact for _, fact in _until(self.facts, upto)))

    def rows(self, upto: int) -> Iterable[Row]:
        for version, place, dimensions, facts in self.series:
            values = certified(_until(facts, upto), self.ignored)
            if values:
                yield Row(version, place, dimensions, values)


class Shelf:
    """What one preparation reads, each stream once, however many cuts are asked of it."""

    def __init__(self, asking: UseCases) -> None:
        self._asking = asking
        self._told: dict[UUID, Told] = {}

    async def candidates(
        self, terms: FeedTerms, periods: Iterable[Stated], *, upto: int
    ) -> list[Candidate]:
        """Everything certified that a feed holds, with its totals, as of a sequence."""
        for indicator in terms.indicators:
            if indicator not in self._told:
                self._told[indicator] = await self._read(indicator)
        return await asyncio.to_thread(
            self._candidates, terms, frozenset(period.span for period in periods), upto
        )

    def _candidates(
        self, terms: FeedTerms, periods: Collection[Span], upto: int
    ) -> list[Candidate]:
        found: list[Candidate] = []
        for id in terms.indicators:
            told = self._told[id]
            found.extend(candidates(told.measured(id, upto), told.rows(upto), terms, periods))
        return found

    async def _read(self, id: UUID) -> Told:
        store = self._asking.repository.store
        indicator = await self._asking.repository.get(Indicator, id)
        own = _facts(await store.read(id), Indicator, id)
        ids = await self._asking.all_held(certified_of(id))
        series: list[tuple[int, Place, dict[str, str], Facts]] = []
        named: set[str] = set()
        for at in range(0, len(ids), AT_ONCE):
            streams = await store.read_many(ids[at : at + AT_ONCE])
            page, submissions = await asyncio.to_thread(_series, streams)
            series.extend(page)
            named |= submissions
        ignored = await self._ignored(sorted(named))
        return Told(indicator.code, own, series, ignored)

    async def _ignored(self, named: Sequence[str]) -> frozenset[UUID]:
        store, found = self._asking.repository.store, set[str]()
        for at in range(0, len(named), AT_ONCE):
            for kind in (OPEN, REJECTED):
                found |= (await store.holders(kind, named[at : at + AT_ONCE])).keys()
        return frozenset(map(UUID, found))


class FeedPreparation(UseCases):
    async def released_before(self, initiative_id: UUID, audience: Audience) -> list[FeedRelease]:
        """All that may be read beside a release to this audience, in order: what it received
        itself and what everybody did. Whatever goes to everybody stands beside all there is."""
        ids = await self.all_held(releases_of(initiative_id))
        found = await self.repository.find_many(FeedRelease, ids)
        return [found[id] for id in ids if audience.reads_beside(found[id].audience)]

    async def earlier(self, releases: Iterable[FeedRelease], shelf: Shelf) -> list[Earlier]:
        """The same as disclosure control takes it: as it was said, and as it was true then."""
        return [await self._earlier(release, shelf) for release in releases]

    async def _earlier(self, release: FeedRelease, shelf: Shelf) -> Earlier:
        lines = await self.repository.store.read(release.id)
        prepared = int(orjson.loads(lines[0])["sequence"])
        profile = await self.repository.get_known(
            FeedProfile, release.profile_id, sequence=prepared
        )
        assert release.control is not None, "nothing is published without disclosure control"
        upto = own_position(release.positions)
        return Earlier(
            release_id=release.id,
            audience=release.audience,
            policy=release.control.policy,
            wholes=profile.terms.places.wholes,
            cells=release.cells,
            truth=await shelf.candidates(profile.terms, release.periods, upto=upto),
        )


def _series(
    streams: Mapping[UUID, Sequence[str]],
) -> tuple[list[tuple[int, Place, dict[str, str], Facts]], set[str]]:
    """Series as they are told, and the submissions that they name."""
    found, named = [], set[str]()
    for id, lines in streams.items():
        said = [orjson.loads(line)["data"] for line in lines]
        named |= {name for one in said if (name := one.get("submission_id"))}
        first, place = said[0], Place.model_validate(said[0]["place"])
        facts = _facts(lines, Series, id)
        found.append((first["definition_version"], place, first["dimensions"], facts))
    return found, named


def _facts(lines: Iterable[str], kind: type[Series | Indicator], id: UUID) -> Facts:
    return [(int(orjson.loads(line)["sequence"]), to_event(line, kind, id)) for line in lines]


def _until(facts: Facts, upto: int) -> Iterable[tuple[int, Event]]:
    return (each for each in facts if each[0] <= upto)
