"""Fetching what does not come: a gap that stays is asked for from the service that owns the log."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass

from infra.messaging.following import Following
from infra.messaging.owners import MAX_PAGE, OwnerAway, Owners
from infra.messaging.sequenced import Gap

log = logging.getLogger(__name__)

STAYS_SECONDS = 1.0
SLOWEST_SECONDS = 30.0


@dataclass
class _Wait:
    """Since when a source waits at a place, and how long it is left to come by itself."""

    after: int
    since: float
    seconds: float = STAYS_SECONDS


class Pulling:
    """One question at a time to each service; none of them delays the reading of the others."""

    def __init__(self, owners: Owners) -> None:
        self._owners = owners
        self._waits: dict[str, _Wait] = {}
        self._asked: dict[str, tuple[Gap, asyncio.Task[list[bytes]]]] = {}

    @property
    def tasks(self) -> Iterable[asyncio.Task[list[bytes]]]:
        """Those under way: one that is done wants `turn`."""
        return [task for _, task in self._asked.values()]

    def turn(self, followings: Iterable[Following]) -> None:
        """Hand over what has come, and ask for what has been missing long enough."""
        for following in followings:
            if following.source in self._asked:
                self._hand_over(following)
            if following.source not in self._asked:
                self._ask(following)

    def cancel(self) -> None:
        for task in self.tasks:
            task.cancel()

    def _ask(self, following: Following) -> None:
        source, gap, now = following.source, following.gap, time.monotonic()
        if gap is None:
            self._waits.pop(source, None)
            return
        wait = self._waits.get(source)
        if wait is None or wait.after != gap.after:
            wait = self._waits[source] = _Wait(gap.after, now)
        if now - wait.since < wait.seconds:
            return
        limit = min(gap.last - gap.after, MAX_PAGE)
        asking = self._owners.lines(source, after=gap.after, limit=limit)
        self._asked[source] = gap, asyncio.create_task(asking, name=f"pull {source}")
        log.warning("%s: lines after %d up to %d are missing", source, gap.after, gap.last)

    def _hand_over(self, following: Following) -> None:
        source = following.source
        gap, task = self._asked[source]
        if not task.done():
            return
        del self._asked[source]
        try:
            went_on = following.pulled(gap.after, task.result())
        except OwnerAway as error:
            log.warning("the gap stays: %s", error)
            went_on = False
        still, now = following.gap, time.monotonic()
        if still is not None and went_on:
            self._waits[source] = _Wait(still.after, now, seconds=0.0)
        elif source in self._waits:
            wait = self._waits[source]
            wait.since, wait.seconds = now, min(SLOWEST_SECONDS, max(1.0, wait.seconds * 2))
