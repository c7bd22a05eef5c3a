"""Read models are built anew while they serve; the history is folded by anybody's Python."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from gateway.journal import Vector
from gateway.readmodels import MODELS, folding
from gateway.readmodels.model import Row
from gateway.readmodels.rebuilding import AlreadyRebuilding, digests_of, rebuild
from gateway.replay import Event, Replay, ReplayRefused
from infra.messaging.carried import Carried
from infra.postgres import connection
from tests.callers import token
from tests.conftest import Database
from tests.history import kept
from tests.integration.gateway_house import PACKAGES, GatewayHouse, gateway_on
from tests.integration.gateway_registered import counted
from tests.integration.test_gateway_replay import serving
from tests.servers import PostgresServer

BY_NAME = {model.name: model for model in MODELS}
SPOILT = "DELETE FROM labels_1 WHERE sequence < 3"


@pytest.fixture
async def dsn(database: Database) -> str:
    return await database("gateway", packages=PACKAGES)


@pytest.fixture
def owner(dsn: str, postgres_server: PostgresServer) -> str:
    return f"{postgres_server.owner_dsn}/{dsn.rpartition('/')[2]}"


@pytest.fixture
async def house(dsn: str) -> AsyncIterator[GatewayHouse]:
    async with gateway_on(dsn) as house:
        yield house


async def test_every_model_built_anew_is_what_it_was(house: GatewayHouse, owner: str) -> None:
    told = counted()
    await house.take(told)
    seen: list[tuple[int, int]] = []
    found = await rebuild(owner, MODELS, switch=True, told=lambda *at: seen.append(at))
    assert [one.model for one in found] == list(BY_NAME)
    assert all(one.same and one.live.rows for one in found)
    whole = sum(map(len, told.lines.values()))
    assert seen[-1] == (whole, whole)


async def test_a_comparison_says_what_differs_and_lets_it_be(
    house: GatewayHouse, owner: str
) -> None:
    await house.take(counted())
    async with connection(house.pool) as db:
        gone = int((await db.execute(SPOILT)).split()[-1])
    for _ in range(2):
        (one,) = await rebuild(owner, [BY_NAME["labels"]], switch=False)
        assert (one.same, one.missing, one.surplus) == (False, gone, 0)
    await rebuild(owner, [BY_NAME["labels"]], switch=True)
    (mended,) = await rebuild(owner, [BY_NAME["labels"]], switch=False)
    assert mended.same


async def test_what_ends_a_rebuild_is_raised_as_it_is_and_leaves_nothing(
    house: GatewayHouse, owner: str
) -> None:
    await house.take(counted())

    def broken(_: Carried) -> Iterable[Row]:
        raise ArithmeticError("in one lane")

    with pytest.raises(ArithmeticError, match="in one lane"):
        await rebuild(owner, [replace(BY_NAME["labels"], fold=broken)], switch=True)
    (whole,) = await rebuild(owner, [BY_NAME["labels"]], switch=False)
    assert whole.same


async def test_a_model_serves_while_it_is_built_and_goes_on_from_there(
    house: GatewayHouse, owner: str
) -> None:
    told = counted()
    await house.take(told)
    path = "/v1/initiatives"
    before = await house.get(path)
    building = asyncio.create_task(rebuild(owner, MODELS, switch=True))
    answers = [await house.get(path) for _ in range(10)]
    await building
    assert all(answer == before for answer in answers)
    told.tell("agenda.initiative-paused", before_subject(before), {})
    await house.take(told)
    (one,) = (await house.get(path))["initiatives"]
    assert one["status"] == "paused"
    assert all(each.same for each in await rebuild(owner, MODELS, switch=False))


async def test_tables_that_are_gone_are_built_again_and_hold_the_same(
    house: GatewayHouse, owner: str
) -> None:
    await house.take(counted())
    before = {name: await held(house, name) for name in BY_NAME}
    answers = await house.get("/v1/initiatives")
    db = await asyncpg.connect(owner)
    await db.execute(f"DROP TABLE {', '.join(model.table for model in MODELS)}")
    await db.close()
    gone = await rebuild(owner, MODELS, switch=True)
    assert {(one.live.digest, one.surplus) for one in gone} == {("no table", 0)}
    assert all(one.missing == one.built.rows > 0 for one in gone)
    assert {name: await held(house, name) for name in BY_NAME} == before
    assert await house.get("/v1/initiatives") == answers
    assert await digests_of(owner, MODELS) == {
        name: (told["rows"], told["digest"]) for name, told in before.items()
    }


async def held(house: GatewayHouse, name: str) -> dict[str, Any]:
    """What the gateway says of one of its read models."""
    told: dict[str, Any] = await house.get(f"/v1/read-models/{name}/digest")
    return told


async def test_many_lines_are_folded_by_two_processes(
    house: GatewayHouse, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.take(counted())
    monkeypatch.setattr(folding, "STRETCH", 7)
    monkeypatch.setattr(folding, "ALONE_SECONDS", 0.0)
    assert all(one.same and one.live.rows for one in await rebuild(owner, MODELS, switch=True))


async def test_one_rebuild_is_made_at_a_time(house: GatewayHouse, owner: str) -> None:
    await house.take(counted())
    first, second = await asyncio.gather(
        *(rebuild(owner, MODELS, switch=True) for _ in range(2)), return_exceptions=True
    )
    assert isinstance(first, AlreadyRebuilding) != isinstance(second, AlreadyRebuilding)


def before_subject(answer: dict[str, Any]) -> str:
    return f"initiative/{answer['initiatives'][0]['id']}"


def by_type(counts: Counter[str], event: Event) -> Counter[str]:
    counts[event.type] += 1
    return counts


def by_type_plain(counts: Counter[str], event: dict[str, Any]) -> Counter[str]:
    counts[event["type"]] += 1
    return counts


async def test_anybody_folds_a_projection_of_their_own(
    house: GatewayHouse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = kept()
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
        assert plain.position == told.vector
        after = "agenda:140,measurement:560,activities:60"
        rest = await asyncio.to_thread(lambda: list(replay(after=after).lines()))
        reached = Vector.parse(after)
        assert rest == [c.text.encode() for c in lines if c.sequence > reached[c.source]]
        with pytest.raises(ReplayRefused, match="401"):
            await asyncio.to_thread(lambda: list(Replay(url, "nobody").lines()))
    assert f"100% {len(lines)} events" in capsys.readouterr().err
    file = tmp_path / "lines.jsonl"
    file.write_text("".join(f"{carried.text}\n" for carried in lines))
    assert Replay.of_file(file).fold(by_type, Counter()) == typed
