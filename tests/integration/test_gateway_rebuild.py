"""Read models are built anew while they serve; the history is folded by anybody's Python."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.readmodels import MODELS
from gateway.readmodels.rebuilding import rebuild
from gateway.replay import Replay, ReplayRefused
from infra.kernel.line import Line
from infra.postgres import connection
from tests.callers import token
from tests.conftest import Database
from tests.integration.gateway_house import PACKAGES, GatewayHouse, gateway_on
from tests.integration.gateway_registered import counted
from tests.integration.test_gateway_replay import serving

BY_NAME = {model.name: model for model in MODELS}
SPOILT = "DELETE FROM labels_1 WHERE sequence < 3"


@pytest.fixture
async def dsn(database: Database) -> str:
    return await database("gateway", packages=PACKAGES)


@pytest.fixture
async def house(dsn: str) -> AsyncIterator[GatewayHouse]:
    async with gateway_on(dsn) as house:
        yield house


async def test_every_model_built_anew_is_what_it_was(house: GatewayHouse, dsn: str) -> None:
    told = counted()
    await house.take(told)
    seen: list[tuple[int, int]] = []
    found = await rebuild(dsn, MODELS, switch=True, told=lambda *at: seen.append(at))
    assert [one.model for one in found] == list(BY_NAME)
    assert all(one.same and one.live.rows for one in found)
    whole = sum(map(len, told.lines.values()))
    assert seen[-1] == (whole, whole)


async def test_a_comparison_says_what_differs_and_lets_it_be(house: GatewayHouse, dsn: str) -> None:
    await house.take(counted())
    async with connection(house.pool) as db:
        gone = int((await db.execute(SPOILT)).split()[-1])
    for _ in range(2):
        (one,) = await rebuild(dsn, [BY_NAME["labels"]], switch=False)
        assert (one.same, one.missing, one.surplus) == (False, gone, 0)
    await rebuild(dsn, [BY_NAME["labels"]], switch=True)
    (mended,) = await rebuild(dsn, [BY_NAME["labels"]], switch=False)
    assert mended.same


async def test_a_model_serves_while_it_is_built_and_goes_on_from_there(
    house: GatewayHouse, dsn: str
) -> None:
    told = counted()
    await house.take(told)
    path = "/v1/initiatives"
    before = await house.get(path)
    building = asyncio.create_task(rebuild(dsn, MODELS, switch=True))
    answers = [await house.get(path) for _ in range(10)]
    await building
    assert all(answer == before for answer in answers)
    told.tell("agenda.initiative-paused", before_subject(before), {})
    await house.take(told)
    (one,) = (await house.get(path))["initiatives"]
    assert one["status"] == "paused"
    assert all(each.same for each in await rebuild(dsn, MODELS, switch=False))


def before_subject(answer: dict[str, Any]) -> str:
    return f"initiative/{answer['initiatives'][0]['id']}"


def by_type(counts: Counter[str], event: Line) -> Counter[str]:
    counts[event.type] += 1
    return counts


def by_type_plain(counts: Counter[str], event: dict[str, Any]) -> Counter[str]:
    counts[event["type"]] += 1
    return counts


async def test_anybody_folds_a_projection_of_their_own(
    house: GatewayHouse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = counted()
    await house.take(told)
    lines = [carried for source in told.lines.values() for carried in source]
    async with serving(house.app) as url:

        def replay(**more: Any) -> Replay:
            return Replay(url, token("d", "developer"), **more)

        typed = await asyncio.to_thread(replay(progress=True).fold, by_type, Counter())
        assert typed == Counter(carried.line.type for carried in lines)
        plain = replay()
        fold = plain.fold  # type: ignore[var-annotated]
        assert await asyncio.to_thread(fold, by_type_plain, Counter(), plain=True) == typed
        assert plain.position == told.vector.replace(",activities:0", "")
        rest = await asyncio.to_thread(lambda: list(replay(after="agenda:3").lines()))
        assert rest == [c.text.encode() for c in lines if (c.source, c.sequence) > ("agenda", 3)]
        with pytest.raises(ReplayRefused, match="401"):
            await asyncio.to_thread(lambda: list(Replay(url, "nobody").lines()))
    assert f"100% {len(lines)} events" in capsys.readouterr().err
    kept = tmp_path / "lines.jsonl"
    kept.write_text("".join(f"{carried.text}\n" for carried in lines))
    assert Replay.of_file(kept).fold(by_type, Counter()) == typed
