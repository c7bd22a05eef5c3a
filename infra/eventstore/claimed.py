"""All claims of one kind, page by page."""

from __future__ import annotations

from uuid import UUID

from infra.eventstore.store import EventStore

PAGE = 500


async def claimed(store: EventStore, kind: str, prefix: str = "") -> dict[str, UUID]:
    """Who holds the claims of one kind whose keys begin with the prefix, by what follows it; in the
    order of the keys."""
    found: dict[str, UUID] = {}
    after = ""
    while True:
        page = await store.held(kind, prefix=prefix, after=after, limit=PAGE)
        found |= {key.removeprefix(prefix): holder for key, holder in page.items()}
        if len(page) < PAGE:
            return found
        after = max(page)
