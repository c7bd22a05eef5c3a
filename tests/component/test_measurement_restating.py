"""P10 and P17 at releases: what was changed since is to be restated, once for each act; and while
somebody doubts a release, nothing further of its feed is published."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, NamedTuple

import pytest

from services.measurement.policies.policies import POLICIES
from tests.callers import ORGANISATION
from tests.component.policed import Fired, Policed, lines_of, told
from tests.component.releasing import (
    BAYSIDE,
    GLEN_EIRA,
    H2,
    KINGSTON,
    WHY,
    Feeding,
    feeding,
    share,
)

ENOUGH = ((BAYSIDE, 30, 50), (GLEN_EIRA, 60, 100), (KINGSTON, 100, 160))
ONCE = ((BAYSIDE, 29, 49), (GLEN_EIRA, 59, 99), (KINGSTON, 99, 159))


class Published(NamedTuple):
    """A feed with a release in it, and the policies that hear of what is changed since."""

    cast: Feeding
    profile: str
    release: str
    series: list[str]
    policed: Policed

    async def hear(self, fact: str) -> list[Fired]:
        """What the lines of one kind of fact call for, each heard twice."""
        fired = []
        for line in await lines_of(self.cast.house.app):
            if line.fact == f"measurement.{fact}":
                fired += [*await self.policed.hear(line), *await self.policed.hear(line)]
        return [one for one in fired if one.policy == "P10"]

    async def to_restate(self) -> list[dict[str, Any]]:
        return list((await self.cast.steward.get(self.release)).json()["to_restate"])


@pytest.fixture
async def published() -> AsyncIterator[Published]:
    async with AsyncExitStack() as stack:
        cast = await feeding(stack)
        await cast.agree()
        series = await cast.observe(ENOUGH)
        profile = await cast.define()
        release = await cast.publish(profile)
        policed = Policed(
            "measurement", POLICIES, cast.house.app, cast.house.clock, cast.house.references
        )
        yield Published(cast, profile, release, series, policed)


async def counted_once(published: Published) -> None:
    """Three people are taken out, one in each place, by one command."""
    cells = [
        {"place": place, "was": share(*was), "now": share(*now), "removed": 1}
        for (place, *was), (_, *now) in zip(ENOUGH, ONCE, strict=True)
    ]
    said = {"period": H2, "cells": cells, "parties": [str(ORGANISATION)], "method": "By number"}
    path = f"/v1/indicators/{published.cast.indicator}/deduplications"
    await published.cast.steward.done(path, said | {"reason": WHY})


async def test_a_correction_opens_a_restatement_of_the_cell_and_its_total(
    published: Published,
) -> None:
    now = {"period": H2, "was": share(30, 50), "now": share(31, 50), "reason": WHY}
    await published.cast.steward.done(f"{published.series[0]}/corrections", now)
    (fired,) = await published.hear("observation-corrected")
    assert fired.state == "done"
    (opened,) = await published.to_restate()
    assert (opened["cells"], opened["fact"]) == (2, "measurement.observation-corrected")
    (fact,) = told(await lines_of(published.cast.house.app), "measurement.feed-restatement-opened")
    assert fact["data"]["provenance"]["authority"] == "policy:P10"


async def test_one_act_that_changed_three_places_opens_one_restatement(
    published: Published,
) -> None:
    await counted_once(published)
    (fired,) = await published.hear("observation-deduplicated")
    assert fired.state == "done"
    (opened,) = await published.to_restate()
    assert opened["cells"] == 4


@pytest.mark.parametrize("how", ["decertifications", "withdrawals"])
async def test_what_is_no_longer_certified_or_there_is_to_be_restated_too(
    published: Published, how: str
) -> None:
    said: dict[str, Any] = {"period": H2, "reason": WHY}
    said |= {"was": share(30, 50)} if how == "withdrawals" else {}
    who = published.cast.certifier if how == "decertifications" else published.cast.steward
    await who.done(f"{published.series[0]}/{how}", said)
    await published.hear(f"observation-{'withdrawn' if 'was' in said else 'decertified'}")
    (opened,) = await published.to_restate()
    assert opened["cells"] == 2


async def test_what_no_release_holds_opens_nothing(published: Published) -> None:
    (series,) = await published.cast.observe(((BAYSIDE, 30, 60),), period="2021")
    now = {"period": "2021", "was": share(30, 60), "now": share(31, 60), "reason": WHY}
    await published.cast.steward.done(f"{series}/corrections", now)
    assert await published.hear("observation-corrected") == []


async def test_a_release_that_was_replaced_is_not_restated_again(published: Published) -> None:
    await counted_once(published)
    for series in published.series:
        await published.cast.certifier.done(f"{series}/certifications", {})
    first = (await published.cast.steward.get(published.release)).json()["id"]
    await published.cast.publish(published.profile, replaces=first, reason=WHY)
    assert await published.hear("observation-deduplicated") == []
    assert await published.to_restate() == []
