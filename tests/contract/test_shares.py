"""What every place of key shares promises, and what the vault makes of several."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.kernel import uuid7
from infra.postgres import make_pool
from services.measurement.vault import (
    FolderShares,
    KeyDestroyed,
    MemoryShares,
    PostgresShares,
    Shares,
    Vault,
)
from tests.conftest import Database

PLACES = ["memory", "folder", pytest.param("postgres", marks=pytest.mark.postgres)]
STORY, OTHER = uuid7(), uuid7()


@pytest.fixture(params=PLACES)
def database_or_none(request: pytest.FixtureRequest, tmp_path: Path) -> Database | Path | None:
    if request.param == "postgres":
        database: Database = request.getfixturevalue("database")
        return database
    return tmp_path / "stories" if request.param == "folder" else None


@pytest.fixture
async def shares(database_or_none: Database | Path | None) -> AsyncIterator[Shares]:
    if database_or_none is None:
        yield MemoryShares()
    elif isinstance(database_or_none, Path):
        yield FolderShares(database_or_none)
    else:
        dsn = await database_or_none("measurement", ("services.measurement.vault",))
        async with make_pool(dsn, name="shares") as pool:
            yield PostgresShares(pool)


async def test_a_share_is_kept_until_it_is_destroyed(shares: Shares) -> None:
    assert await shares.get(STORY) is None
    await shares.put(STORY, b"s" * 32)
    await shares.put(OTHER, b"o" * 32)
    assert await shares.get(STORY) == b"s" * 32
    await shares.destroy(STORY)
    assert await shares.get(STORY) is None
    assert await shares.get(OTHER) == b"o" * 32
    await shares.destroy(STORY)


async def test_a_share_is_never_written_over(shares: Shares) -> None:
    await shares.put(STORY, b"s" * 32)
    with pytest.raises(Exception):  # noqa: B017, PT011 (each place has a refusal of its own)
        await shares.put(STORY, b"t" * 32)
    assert await shares.get(STORY) == b"s" * 32


async def test_a_vault_forgets_for_good(shares: Shares) -> None:
    vault = Vault((shares, MemoryShares()))
    await vault.begin(STORY)
    sealed = await vault.seal(STORY, "Nobody rang back. Then somebody did.")
    assert await vault.open(STORY, sealed) == "Nobody rang back. Then somebody did."
    await vault.destroy(STORY)
    with pytest.raises(KeyDestroyed):
        await vault.open(STORY, sealed)
    with pytest.raises(KeyDestroyed):
        await vault.seal(STORY, "again")


@pytest.mark.parametrize("destroyed", [0, 1])
async def test_a_share_without_the_other_is_worth_nothing(destroyed: int) -> None:
    places = (MemoryShares(), MemoryShares())
    vault = Vault(places)
    await vault.begin(STORY)
    sealed = await vault.seal(STORY, "one")
    backup = await places[1 - destroyed].get(STORY)
    await vault.destroy(STORY)
    assert backup is not None
    await places[1 - destroyed].put(STORY, backup)
    with pytest.raises(KeyDestroyed):
        await vault.open(STORY, sealed)


async def test_another_key_or_another_byte_opens_nothing() -> None:
    vault = Vault((MemoryShares(),))
    for story in (STORY, OTHER):
        await vault.begin(story)
    sealed = await vault.seal(STORY, "one")
    with pytest.raises(KeyDestroyed):
        await vault.open(OTHER, sealed)
    header, _, nonce, body, tag = sealed.split(".")
    changed = ("A" if body[0] != "A" else "B") + body[1:]
    with pytest.raises(KeyDestroyed):
        await vault.open(STORY, ".".join((header, "", nonce, changed, tag)))


@given(text=st.text(min_size=1, max_size=2_000), story=st.uuids())
async def test_what_is_sealed_comes_out_again_and_its_length_does_not_show(
    text: str, story: UUID
) -> None:
    vault = Vault((MemoryShares(), MemoryShares()))
    await vault.begin(story)
    said = text.encode("utf-8", "replace").decode()
    sealed = await vault.seal(story, said)
    assert await vault.open(story, sealed) == said
    assert (len(sealed.split(".")[3]) * 3 // 4) % 1_024 == 0
