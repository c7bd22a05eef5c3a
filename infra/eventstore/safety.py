"""No service starts on a database that may lose or change what was answered."""

from __future__ import annotations

from collections.abc import Mapping

from infra.postgres import Connection, Pool, connection, statements

SQL = statements(__package__)
DURABLE: Mapping[str, str] = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "data_checksums": "on",
}


class Unsafe(Exception):
    """The database is set up so that an answered command could be lost, or the log changed."""


async def refuse_unsafe_database(pool: Pool) -> None:
    """What a service asks before it answers its first request."""
    async with connection(pool) as db:
        await refuse_unsafe(db)


async def refuse_unsafe(db: Connection, expect: Mapping[str, str] = DURABLE) -> None:
    wrong = [
        f"{name} is {shown!r}, but must be {expect[name]!r}"
        for name, shown in await db.fetch(SQL["settings"], list(expect))
        if shown != expect[name]
    ]
    rights = await db.fetchrow(SQL["rights"])
    assert rights is not None
    role, superuser, granted = rights
    if superuser:
        wrong.append(f"the role {role} is a superuser")
    elif granted:
        wrong.append(f"the role {role} has {', '.join(granted)} on the log")
    if wrong:
        raise Unsafe("; ".join(wrong))
