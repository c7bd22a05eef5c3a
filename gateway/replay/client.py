"""Folding the history in Python: `from gateway.replay import Replay`.

    replay = Replay("http://127.0.0.1:8080", token, type="agenda.decision-made", progress=True)
    per_sector = replay.fold(count_sectors, Counter())

A projection is any function `(state, event) -> state`. Events are typed (`event.data.due` is a
date), or with `plain=True` the dicts that the lines are, which is faster. A lost connection is
taken up again behind the last event that came; `replay.position` says how far it has come, and
given as `after` another replay goes on from there. `Replay.of_file` reads what `commonweal replay
--out FILE` wrote. docs/replay.md shows all of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any, Literal, TypeVar, overload
from urllib.parse import SplitResult, urlencode, urlsplit

import orjson

from gateway.journal import SOURCES, Vector, VectorMalformed
from gateway.replay.bar import Bar
from gateway.replay.typed import Event

PATIENCE_SECONDS = 60.0
TRIES = 5
CHUNK = 256 * 1024
SOURCE = b'"source":"/'
SEQUENCE = b'"sequence":"'
NOTHING = ",".join(f"{source}:0" for source in SOURCES)

State = TypeVar("State")
Plain = dict[str, Any]


class ReplayRefused(Exception):
    """The gateway did not give the lines; its own words say why."""


class AddressMalformed(Exception):
    """{url} is no address: {why}"""

    def __init__(self, url: str, why: object) -> None:
        super().__init__((self.__doc__ or "").format(url=url, why=why))


class Replay:
    """The history from one vector up to another, filtered; gone through as often as wished."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        after: str = "",
        to: str = "",
        progress: bool = False,
        **filters: str,
    ) -> None:
        """`after` and `to` take a vector, or an instant or a date of recording; `filters`: source,
        initiative, type, since, until, order, as `GET /v1/events` has."""
        self._url, self._token = address(url), token
        self._begin, self._end, self._filters = after, to, filters
        self._bar = Bar() if progress else None
        self._file: Path | None = None
        self._begun = False
        self.position = after
        """How far it has come, as a vector: `after` for the next one."""

    @classmethod
    def of_file(cls, path: Path | str, *, progress: bool = False) -> Replay:
        """The lines of a file of JSON Lines."""
        replay = cls("http://nowhere", "", progress=progress)
        replay._file = Path(path)
        return replay

    def lines(self) -> Iterator[bytes]:
        """Each line as it was written, byte for byte."""
        for block in self.blocks():
            yield from block[:-1].split(b"\n")

    def events(self) -> Iterator[Event]:
        """Each fact typed, in the newest version of its contract."""
        for line in self.lines():
            yield Event(line)

    def plain(self) -> Iterator[Plain]:
        """Each fact as the dict that the line is."""
        for line in self.lines():
            yield orjson.loads(line)

    @overload
    def fold(self, projection: Callable[[State, Event], State], state: State) -> State: ...
    @overload
    def fold(
        self, projection: Callable[[State, Plain], State], state: State, *, plain: Literal[True]
    ) -> State: ...
    def fold(
        self, projection: Callable[[State, Any], State], state: State, *, plain: bool = False
    ) -> State:
        """The state after the projection has taken every event in order."""
        events: Iterable[Any] = self.plain() if plain else self.events()
        for each in events:
            state = projection(state, each)
        return state

    def blocks(self) -> Iterator[bytes]:
        """Blocks of whole lines, over as many connections as it takes."""
        blocks = self._streamed() if self._file is None else self._read(self._file)
        merged = self._file is not None or self._filters.get("order") == "recorded"
        for block in blocks:
            yield block
            reached = Vector.parse(self.position) if self.position else Vector()
            for source, sequence in last_places(block, merged=merged):
                reached = reached.joined(Vector({source: sequence}))
            self.position = str(reached)
            if self._bar is not None:
                self._bar.take(block, reached)
        if self._bar is not None:
            self._bar.done()

    @property
    def end(self) -> str:
        """The vector up to which it goes, once the first line has come."""
        return self._end

    def begin(self) -> Vector:
        """The vector after which it begins, also where an instant was given."""
        try:
            return Vector.parse(self._begin) if self._begin else Vector()
        except VectorMalformed:
            with self._asked({"from": self._begin, "to": NOTHING}) as answer:
                return Vector.parse(answer.headers["Commonweal-Replay-After"])

    def _read(self, path: Path) -> Iterator[bytes]:
        with path.open("rb") as file:
            yield from whole_lines(iter(lambda: file.read(CHUNK), b""))

    def _streamed(self) -> Iterator[bytes]:
        for left in reversed(range(TRIES)):
            try:
                self.position = self.position if self._begun else str(self.begin())
                yield from self._connection()
                return
            except (OSError, HTTPException) as error:
                if left == 0:
                    raise ReplayRefused(f"The gateway cannot be reached: {error}") from error
                time.sleep(1.0)

    def _connection(self) -> Iterator[bytes]:
        with self._asked({**self._filters, "from": self.position, "to": self._end}) as answer:
            self._begun, self._end = True, answer.headers["Commonweal-Known-At"]
            if self._bar is not None:
                self._bar.expect(Vector.parse(self._end))
            yield from whole_lines(iter(lambda: answer.read1(CHUNK), b""))

    @contextmanager
    def _asked(self, query: Mapping[str, str]) -> Iterator[HTTPResponse]:
        """By the standard library's client: five times as fast as httpx, which the lines' reader
        would wait for."""
        at = self._url
        kind = HTTPSConnection if at.scheme == "https" else HTTPConnection
        named = urlencode({name: value for name, value in query.items() if value})
        with closing(kind(at.netloc, timeout=PATIENCE_SECONDS)) as gateway:
            headers = {"Authorization": f"Bearer {self._token}"}
            gateway.request("GET", f"{at.path}/v1/events?{named}", headers=headers)
            answer = gateway.getresponse()
            if answer.status != HTTPStatus.OK:
                raise ReplayRefused(_told(answer.status, answer.read()))
            yield answer


def address(url: str) -> SplitResult:
    """Of a gateway: http or https, a host, and the path before its own, if any."""
    try:
        found = urlsplit(url.rstrip("/"))
        if found.scheme not in ("http", "https") or not found.hostname:
            raise AddressMalformed(url, "it is to begin with http:// or https://, and a host")
        found.port  # noqa: B018 - read, it is checked
    except ValueError as error:
        raise AddressMalformed(url, error) from error
    return found


def _told(status: int, body: bytes) -> str:
    """What the gateway says is wrong: the sentence of its problem document."""
    try:
        detail = orjson.loads(body)["detail"]
    except (ValueError, KeyError, TypeError):
        return f"The gateway answered {status}."
    return f"{detail} ({status})"


def whole_lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Blocks that end with a line's end: what is torn off by a break is never given."""
    rest = b""
    for chunk in chunks:
        end = chunk.rfind(b"\n") + 1
        if end:
            yield rest + chunk[:end]
            rest = chunk[end:]
        else:
            rest += chunk


def last_places(block: bytes, *, merged: bool) -> Iterator[tuple[str, int]]:
    """The last place of each source in a block, looked for from its end. Where sources are not
    merged, a block that begins and ends with one holds no other, and need not be looked through."""
    ends = [block[: block.find(b"\n")], block[block.rfind(b"\n", 0, -1) + 1 :]]
    of_one = () if merged else [s for s in SOURCES if all(_mark(s) in line for line in ends)]
    for source in of_one or SOURCES:
        at = block.rfind(_mark(source))
        if at >= 0:
            number = block.rfind(SEQUENCE, 0, at) + len(SEQUENCE)
            yield source, int(block[number : number + 20])


def _mark(source: str) -> bytes:
    """What stands in each line of a source, and in no other."""
    return SOURCE + source.encode() + b'","specversion"'
