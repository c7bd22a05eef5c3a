"""Feeds as the gateway has them: read from the journal, and bundles kept as they were given out."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from gateway.feeds.bundle import Contents, Kept, NotTheLog, unsealed
from gateway.feeds.model import (
    DEFINITION_FACTS,
    RELEASE_FACTS,
    Line,
    Profile,
    Release,
    parsed,
    profiles,
    releases,
)
from gateway.feeds.readable import FACTS, inputs, readable
from infra.audit.checkpoint import Checkpoint
from infra.audit.note import Kind, VerifierKey
from infra.postgres import Connection, Pool, connection, statements

SQL = statements(__package__)
SOURCE = "measurement"
CHUNK = 20_000
"""Lines that are hashed at a time."""

Seal = Callable[[str], Awaitable[str]]


class Signed(NamedTuple):
    """A log's checkpoint, and whose signatures of it count."""

    checkpoint: Checkpoint
    note: str
    keys: Sequence[VerifierKey]
    """Of the log, and of its witnesses."""


async def all_profiles(pool: Pool, known: int) -> dict[str, Profile]:
    """Every feed by its code, as known at a sequence of measurement's log."""
    async with connection(pool) as db:
        rows = await db.fetch(SQL["profile_lines"], known)
    return {one.code: one for one in profiles(parsed(line for (line,) in rows)).values()}


async def all_releases(pool: Pool, profile: Profile, known: int) -> list[Release]:
    """What was published of a feed, by number."""
    async with connection(pool) as db:
        lines = await _lines(db, profile, (*DEFINITION_FACTS, *RELEASE_FACTS), known)
    return releases(profile, [line for _, line in lines])


async def _lines(
    db: Connection, profile: Profile, facts: Sequence[str], known: int
) -> list[tuple[str, Line]]:
    named = [f"{SOURCE}.{fact}" for fact in facts]
    rows = await db.fetch(SQL["feed_lines"], UUID(profile.initiative_id), named, known)
    texts = [line for (line,) in rows]
    return list(zip(texts, parsed(texts), strict=True))


async def kept_bundle(pool: Pool, release: Release, since: int = 0) -> bytes | None:
    """The bundle of a release that was given out first, of a log that holds the line `since`."""
    async with connection(pool) as db:
        body: bytes | None = await db.fetchval(SQL["bundle"], UUID(release.id), since)
    return body


async def made_bundle(
    pool: Pool,
    release: Release,
    signed: Signed,
    seal: Seal,
    since: int = 0,
) -> bytes:
    """The bundle of a release under a checkpoint, kept for whoever asks next.

    Raises NotTheLog where the journal's lines do not hash to the checkpoint.
    """
    contents = await gathered(pool, release, signed)
    packed = await asyncio.to_thread(unsealed, contents)
    body = packed.sealed(await seal(packed.digest))
    async with connection(pool) as db:
        about = (UUID(release.id), signed.checkpoint.size, hashlib.sha256(body).digest())
        await db.execute(SQL["keep_bundle"], *about, body)
        kept: bytes = await db.fetchval(SQL["bundle"], about[0], since)
    return kept


async def gathered(pool: Pool, release: Release, signed: Signed) -> Contents:
    """All that a bundle of this release holds at a checkpoint."""
    checkpoint, note, keys = signed
    profile, size = release.profile, checkpoint.size
    async with connection(pool) as db:
        facts = await _lines(db, profile, FACTS, size)
        published = releases(profile, [line for _, line in facts])
        rows = await db.fetch(SQL["lines_at"], inputs(published))
        leaves = [
            await db.fetchval(SQL["leaves"], at, min(at + CHUNK, size))
            for at in range(0, size, CHUNK)
        ]
    if any(each is None for each in leaves):
        raise NotTheLog(f"of {checkpoint.origin}: the journal ends before line {size}")
    texts = [text for text, _ in facts] + [text for _, text in rows]
    by_sequence = {int(line["sequence"]): text for text, line in _parsed(texts)}
    may = readable(profile, published, [line for _, line in _parsed(texts)])
    logs = [key for key in keys if key.kind is Kind.NOTE and key.name == checkpoint.origin]
    witnesses = [key for key in keys if key.kind is Kind.COSIGNATURE]
    leaf_hashes = b"".join(leaves)
    kept = await asyncio.to_thread(Kept, checkpoint, note, leaf_hashes, logs, witnesses)
    return Contents(
        release=next(one for one in published if one.id == release.id),
        releases=published,
        lines=[by_sequence[at] for at in may],
        log=kept,
    )


def _parsed(texts: Sequence[str]) -> list[tuple[str, Line]]:
    return list(zip(texts, parsed(texts), strict=True))
