"""No service starts on a database that may lose or change what was answered."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from infra.postgres import Connection, Pool, Unavailable, connection, statements

log = logging.getLogger(__name__)

SQL = statements(__package__)
DURABLE: Mapping[str, str] = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "data_checksums": "on",
}


class Unsafe(Unavailable):
    """The database is set up so that an answered command could be lost, or the log changed."""


async def safe_to_start(pool: Pool) -> None:
    """Raises Unsafe before the first request. A server that is away is asked when it comes: the
    pool's `check` is `refuse_unsafe`, so no connection is ever used without it."""
    try:
        async with connection(pool):
            pass
    except Unsafe:
        raise
    except Unavailable as error:
        log.warning("PostgreSQL will be checked when it comes: %s", error)


async def refuse_unsafe(db: Connection, expect: Mapping[str, str] = DURABLE) -> None:
    """Pass if commits last, and if this role can only read the log and add to it."""
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
