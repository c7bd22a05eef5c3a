"""An erased story is in no table, and no backup of the database brings it back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from infra.eventstore import PostgresEventStore
from infra.kernel import SystemClock
from infra.kernel.line import Line
from infra.messaging import Carried
from infra.postgres import Pool, make_pool
from infra.web import Parts
from services.measurement.app import create_app
from services.measurement.vault import FolderShares, KeyDestroyed, PostgresShares, Vault
from tests.callers import Caller, verifier
from tests.component.measuring import INITIATIVE, references, refusal
from tests.conftest import Database, Databases
from tests.feeding import Log
from tests.integration import feed_house

PACKAGES = ("infra.eventstore", "infra.messaging", "infra.audit", "services.measurement.vault")
WORDS = ("Nobody rang back", "one call changes", "Yours was chosen")


@dataclass
class Measuring:
    caller: Caller
    store: PostgresEventStore
    dsn: str
    vault: Vault
    pool: Pool

    async def told(self) -> str:
        """A story that went all the way to its teller and back."""
        body = {"domain": "Confidence", "text": f"{WORDS[0]}. Then one did.", "consent_ref": "f-1"}
        made = await self.caller.done(f"/v1/initiatives/{INITIATIVE}/stories", body)
        story = f"/v1/stories/{made['id']}"
        panel = [{"group": "Young people", "members": 2}]
        for path, said in (
            ("consents", {"uses": ["panel"], "consent_ref": "f-1"}),
            ("screenings", {"screening": "cleared"}),
            ("selections", {"panel": panel, "because": f"It shows what {WORDS[1]}."}),
            ("feedback", {"to": "storyteller", "told": f"{WORDS[2]}."}),
        ):
            await self.caller.done(f"{story}/{path}", said)
        return story

    async def sealed(self) -> list[str]:
        """Everything that the log holds of stories in sealed form."""
        lines = await self.store.replay(after=0, limit=1_000)
        said: list[dict[str, Any]] = [Line.read(recorded.line).data for recorded in lines]
        return [
            data[name] for data in said for name in ("story", "because", "told") if name in data
        ]


@pytest.fixture
async def measuring(database: Database, tmp_path: Path) -> AsyncIterator[Measuring]:
    async with measuring_at(await database("measurement", packages=PACKAGES), tmp_path) as made:
        yield made


@asynccontextmanager
async def measuring_at(dsn: str, tmp_path: Path) -> AsyncIterator[Measuring]:
    """The service on that database, with that folder of secrets."""
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(make_pool(dsn, name="test"))
        store = PostgresEventStore(pool, SystemClock())
        stack.push_async_callback(store.close)
        parts = Parts(store, SystemClock(), verifier(), references(), pool=pool, secrets=tmp_path)
        caller = await stack.enter_async_context(Caller(create_app(parts)))
        places = (PostgresShares(pool), FolderShares(tmp_path / "stories"))
        yield Measuring(caller, store, dsn, Vault(places), pool)


async def everything(dsn: str) -> str:
    """Every row of every table, as text; bytes also as the text that they may be."""
    db = await asyncpg.connect(dsn)
    try:
        names = await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        rows = [
            row
            for name in names
            if await db.fetchval("SELECT has_table_privilege($1, 'SELECT')", name[0])
            for row in await db.fetch(f"SELECT * FROM {name[0]}")
        ]
    finally:
        await db.close()
    return "\n".join(
        value.decode(errors="replace") if isinstance(value, bytes) else str(value)
        for row in rows
        for value in row.values()
    )


async def test_no_table_ever_holds_a_word_of_a_story(measuring: Measuring) -> None:
    story = await measuring.told()
    held = await everything(measuring.dsn)
    assert story.rpartition("/")[2] in held
    assert len(await measuring.sealed()) == 3
    assert not [word for word in WORDS if word in held]


async def test_a_backup_with_the_table_of_keys_brings_nothing_back(measuring: Measuring) -> None:
    story = await measuring.told()
    id = UUID(story.rpartition("/")[2])
    sealed = await measuring.sealed()
    db = await asyncpg.connect(measuring.dsn)
    try:
        backup = await db.fetchval("SELECT share FROM story_key_shares WHERE story_id = $1", id)
        assert await measuring.vault.open(id, sealed[0]) == f"{WORDS[0]}. Then one did."
        await measuring.caller.done(f"{story}/consent-withdrawals", {"erase": True})
        assert await db.fetchval("SELECT count(*) FROM story_key_shares") == 0
        await db.execute("INSERT INTO story_key_shares VALUES ($1, $2)", id, backup)
    finally:
        await db.close()
    assert await measuring.sealed() == sealed
    for each in sealed:
        with pytest.raises(KeyDestroyed):
            await measuring.vault.open(id, each)
    assert refusal(await measuring.caller.get(f"{story}/text")) == (409, "story-is-erased")


async def test_the_whole_database_from_before_the_erasure_gives_nothing_back(
    measuring: Measuring, databases: Databases, tmp_path: Path
) -> None:
    """Every table as it was, that of the keys among them, and the service started on it anew."""
    story = await measuring.told()
    id = UUID(story.rpartition("/")[2])
    await measuring.pool.expire_connections()
    backup = await databases.copy(measuring.dsn)
    async with measuring_at(backup, tmp_path) as before:
        assert (await before.caller.get(f"{story}/text")).json()["text"].startswith(WORDS[0])
    await measuring.caller.done(f"{story}/erasures", {})
    async with measuring_at(backup, tmp_path) as restored:
        for sealed in await restored.sealed():
            with pytest.raises(KeyDestroyed):
                await restored.vault.open(id, sealed)
        answer = await restored.caller.get(f"{story}/text")
        assert refusal(answer) == (409, "story-is-erased")
        held = await everything(backup)
    assert not [word for word in WORDS if word in held]
    await databases.drop(backup.rpartition("/")[2])


async def test_neither_the_broker_nor_the_gateway_nor_an_export_holds_a_word(
    measuring: Measuring, database: Database, tmp_path: Path
) -> None:
    """What goes to the broker is the line; journal, read models and replay are made of lines."""
    story = await measuring.told()
    log = Log("measurement")
    recorded = await measuring.store.replay(after=0, limit=1_000)
    log.lines = [each.line for each in recorded]
    log.now = max(Line.read(line).recordedtime for line in log.lines)
    assert all(isinstance(each, Carried) for each in log.carried)
    dsn = await database("gateway", packages=feed_house.PACKAGES)
    async with feed_house.feed_house(dsn, tmp_path, log) as house:
        exported = (await house.caller.get("/v1/events")).text
        timeline = (await house.caller.get(f"/v1/initiatives/{INITIATIVE}/timeline")).text
        held = await everything(dsn)
    assert story.rpartition("/")[2] in exported
    assert exported.count("measurement.story-") == sum("measurement.story-" in x for x in log.lines)
    for place in (*log.lines, exported, timeline, held):
        assert not [word for word in WORDS if word in place]


async def test_another_storys_key_survives(measuring: Measuring) -> None:
    kept, gone = await measuring.told(), await measuring.told()
    await measuring.caller.done(f"{gone}/erasures", {})
    text = (await measuring.caller.get(f"{kept}/text")).json()
    assert text["text"] == f"{WORDS[0]}. Then one did."
    assert text["fed_back"] == [{"to": "storyteller", "told": f"{WORDS[2]}."}]
