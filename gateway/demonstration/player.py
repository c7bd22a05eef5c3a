"""A partner's system as the demonstration plays it: commands over REST, through the gateway."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

import httpx

from gateway.demonstration.cast import Person
from infra.kernel.clock import ScenarioClock

MELBOURNE = ZoneInfo("Australia/Melbourne")
TRIES = 150
LOOKS, LOOK_SECONDS = 400, 0.05


class Refused(Exception):
    """The scenario asked for something that the house refused."""

    def __init__(self, path: str, answer: httpx.Response) -> None:
        super().__init__(f"{path}: {answer.status_code} {answer.text}")
        self.status = answer.status_code


class NothingCame(Exception):
    """What a policy should have done was not to be seen in time."""


class Player:
    """Plays commands as persons, and remembers where the log stands after each of them.

    Idempotency keys are derived from the order of play, so a scenario that was cut off in the
    middle can be played again from the beginning: what was done is answered, not done twice.
    """

    def __init__(
        self, url: str, token: Callable[[Person], str], clock: ScenarioClock | None
    ) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=30, trust_env=False)
        self._token = token
        self._clock = clock
        self._played = 0
        self._standing: dict[str, int] = {}

    async def __aenter__(self) -> Player:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    @property
    def position(self) -> str:
        """The vector after everything that was played: what a read waits for."""
        return ",".join(f"{source}:{last}" for source, last in sorted(self._standing.items()))

    def last(self, source: str) -> int:
        """The sequence of the last line that this play wrote in one service."""
        return self._standing[source]

    def on(self, day: date, at: time = time(10)) -> None:
        """The scenario reaches this day; every process of the house sees the same clock."""
        when = datetime.combine(day, at, MELBOURNE)
        if self._clock is not None and when > self._clock.now():
            self._clock.forward_to(when)

    async def does(
        self, who: Person, path: str, *, if_match: str = "", **body: Any
    ) -> dict[str, Any]:
        """A command that must succeed. What is not known there yet is asked again in a moment."""
        self._next_minute()
        headers = self._headers(who, str(uuid5(NAMESPACE_URL, f"scenario/{self._played}")))
        if if_match:
            headers["If-Match"] = if_match
        for _ in range(TRIES):
            answer = await self._client.post(path, json=body, headers=headers)
            if answer.status_code not in (409, 503) or "retry-after" not in answer.headers:
                break
            await asyncio.sleep(float(answer.headers["retry-after"]) / 10)
        return self._taken(path, answer)

    async def submits(
        self, who: Person, path: str, files: Mapping[str, Any], **fields: str
    ) -> dict[str, Any]:
        """A bulk import, as multipart."""
        self._next_minute()
        key = str(uuid5(NAMESPACE_URL, f"scenario/{self._played}"))
        headers = self._headers(who, key)
        answer = await self._client.post(path, data=fields, files=dict(files), headers=headers)
        return self._taken(path, answer)

    async def reads(self, who: Person, path: str, **query: str) -> Any:
        """A view. One that is not known here yet is asked for again in a moment."""
        for _ in range(TRIES):
            answer = await self._client.get(path, params=query, headers=self._headers(who))
            if answer.status_code != 503 or "retry-after" not in answer.headers:
                break
            await asyncio.sleep(float(answer.headers["retry-after"]) / 10)
        if not answer.is_success:
            raise Refused(path, answer)
        return answer.json()

    async def fetches(self, who: Person, path: str) -> bytes:
        """A file, as it comes. One that is not there yet is asked for again in a moment."""
        for _ in range(TRIES):
            answer = await self._client.get(path, headers=self._headers(who))
            if answer.status_code != 503 or "retry-after" not in answer.headers:
                break
            await asyncio.sleep(float(answer.headers["retry-after"]) / 10)
        if not answer.is_success:
            raise Refused(path, answer)
        return answer.content

    async def cites(self, *lines: tuple[str, int, str]) -> dict[str, Any]:
        """Lines as evidence, each by its place and the digest of its bytes, as known now."""
        await self.settled(Person.EVALUATOR)
        refs = [await self._cited(source, last, note) for source, last, note in lines]
        return {"known_at": self.position, "refs": refs}

    async def _cited(self, source: str, sequence: int, note: str) -> dict[str, Any]:
        path = f"/v1/events/{source}/{sequence}"
        answer = await self._client.get(path, headers=self._headers(Person.EVALUATOR))
        if not answer.is_success:
            raise Refused(path, answer)
        digest = hashlib.sha256(answer.content).hexdigest()
        return {"source": source, "sequence": sequence, "sha256": digest, "note": note}

    async def until(
        self, who: Person, path: str, so: Callable[[dict[str, Any]], object], **query: str
    ) -> dict[str, Any]:
        """The thing, once a policy has done its part: the clock moves on only after that."""
        for _ in range(LOOKS):
            shown = await self._seen(who, path, query)
            if shown is not None and so(shown):
                return shown
            await asyncio.sleep(LOOK_SECONDS)
        raise NothingCame(path)

    async def _seen(
        self, who: Person, path: str, query: Mapping[str, str]
    ) -> dict[str, Any] | None:
        """A thing that may not be there yet."""
        try:
            shown: dict[str, Any] = await self.reads(who, path, **query)
        except Refused as refused:
            if refused.status != 404:
                raise
            return None
        return shown

    async def version(self, who: Person, path: str) -> str:
        """The ETag of what is to be edited."""
        answer = await self._client.get(path, headers=self._headers(who))
        if not answer.is_success:
            raise Refused(path, answer)
        return answer.headers["etag"]

    async def settled(self, who: Person) -> None:
        """Until the gateway knows everything that was played."""
        await self.reads(who, "/v1/initiatives", wait_for=self.position)

    def _next_minute(self) -> None:
        """Every command has a time of its own, so that the order of play shows."""
        self._played += 1
        if self._clock is not None and self._clock.is_scenario:
            self._clock.forward_to(self._clock.now() + timedelta(minutes=1))

    def _headers(self, who: Person, key: str = "") -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self._token(who)}"}
        return headers | {"Idempotency-Key": key} if key else headers

    def _taken(self, path: str, answer: httpx.Response) -> dict[str, Any]:
        if not answer.is_success:
            raise Refused(path, answer)
        source, _, last = answer.headers.get("commonweal-position", "").partition(":")
        if last:
            self._standing[source] = max(int(last), self._standing.get(source, 0))
        taken: dict[str, Any] = answer.json()
        return taken
