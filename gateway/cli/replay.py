"""`commonweal replay`: the history as JSON Lines, from any point, to a file or a pipe."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import IO, Any

import httpx

from gateway.cli.rebuild import add_data, rebuilt
from gateway.journal import SOURCES, Vector, VectorMalformed
from gateway.readmodels import MODELS
from gateway.replay.client import (
    PATIENCE_SECONDS,
    SEQUENCE,
    SOURCE,
    TRIES,
    ReplayRefused,
    last_places,
    whole_lines,
)

SAID_EVERY_SECONDS = 1.0
GATEWAY = "http://127.0.0.1:8080"

DESCRIPTION = """\
Streams every line as it was written: one service after another, each in sequence, or all of them
merged by the time of recording with --order recorded. Who asks is said by a token.

With --out an interrupted replay is resumed: run the same command again, and it goes on after the
last whole line of the file. Without --order recorded a lost connection is resumed by itself."""

Commands = Any
"""argparse's collection of subcommands, whose type has no public name."""


def add(commands: Commands) -> None:
    """Add this family's subcommand."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "replay",
        help="stream the whole history as JSON Lines",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--url",
        default=os.environ.get("COMMONWEAL_GATEWAY_URL") or GATEWAY,
        help=f"of the gateway (COMMONWEAL_GATEWAY_URL, else {GATEWAY})",
    )
    parser.add_argument(
        "--token",
        default=os.environ.get("COMMONWEAL_TOKEN", ""),
        help="who asks (COMMONWEAL_TOKEN)",
    )
    parser.add_argument("--from", dest="after", default="", metavar="VECTOR")
    parser.add_argument("--to", default="", metavar="VECTOR")
    parser.add_argument("--source", choices=SOURCES)
    parser.add_argument("--initiative", metavar="UUID")
    parser.add_argument("--type", metavar="TYPE", help="such as agenda.decision-made")
    parser.add_argument("--since", metavar="TIME", help="a date or an instant, of `time`")
    parser.add_argument("--until", metavar="TIME")
    parser.add_argument("--order", choices=("sequence", "recorded"), default="sequence")
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    parser.add_argument(
        "--compare",
        choices=[model.name for model in MODELS],
        metavar="MODEL",
        help="instead: build this read model anew beside the living one, and say what differs",
    )
    add_data(parser)
    parser.set_defaults(run=replay)


NO_TOKEN = "Say who asks: --token or COMMONWEAL_TOKEN; see `commonweal token --help`."


def replay(arguments: argparse.Namespace) -> int:
    """Stream until everything that was there at the start has come."""
    if arguments.compare:
        return rebuilt(arguments.data, [arguments.compare], switch=False)
    try:
        if not arguments.token:
            raise ReplayRefused(NO_TOKEN)
        after = Vector.parse(arguments.after) if arguments.after else Vector()
        with _target(arguments.out) as out:
            if arguments.out is not None:
                after = resumed(arguments.out, after, arguments.order)
            Replay(arguments, out, after).run()
    except (ReplayRefused, VectorMalformed) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0  # whoever read it has seen enough
    return 0


def _target(path: Path | None) -> IO[bytes]:
    return os.fdopen(os.dup(sys.stdout.fileno()), "wb") if path is None else path.open("ab")


def resumed(path: Path, after: Vector, order: str) -> Vector:
    """Cut off a torn last line, and say after which lines to go on."""
    reached = {source: after[source] for source in after}
    whole = 0
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            source, sequence = place(line)
            reached[source] = max(sequence, reached.get(source, 0))
    os.truncate(path, whole)
    if whole and order == "recorded":
        print("goes on after what the file holds", file=sys.stderr)
    return Vector(reached)


def place(line: bytes) -> tuple[str, int]:
    """Where a line stands. Both attributes stand behind all that a caller wrote."""
    at = line.rindex(SEQUENCE) + len(SEQUENCE)
    named = line.index(SOURCE, at) + len(SOURCE)
    return line[named : line.index(b'"', named)].decode(), int(line[at : at + 20])


class Replay:
    """One replay: asked for again from where it broke off, up to where it was to end."""

    def __init__(self, arguments: argparse.Namespace, out: IO[bytes], after: Vector) -> None:
        self._arguments, self._out = arguments, out
        self._after = after
        self._end = arguments.to
        self._lines = 0
        self._told = self._began = time.monotonic()

    def run(self) -> None:
        """All lines, over as many connections as it takes."""
        for left in reversed(range(TRIES)):
            try:
                self._stream()
                break
            except httpx.TransportError as error:
                if left == 0:
                    raise ReplayRefused(f"The gateway cannot be reached: {error}") from error
                print(f"the connection was lost ({error}); going on", file=sys.stderr)
                time.sleep(1.0)
        self._say(done=True)

    def _stream(self) -> None:
        headers = {"Authorization": f"Bearer {self._arguments.token}"}
        address = f"{self._arguments.url.rstrip('/')}/v1/events"
        with (
            httpx.Client(timeout=PATIENCE_SECONDS, trust_env=False) as client,
            client.stream("GET", address, params=self._query(), headers=headers) as answer,
        ):
            if not answer.is_success:
                answer.read()
                raise ReplayRefused(f"{answer.status_code} {answer.text}")
            self._end = self._end or answer.headers["commonweal-known-at"]
            for block in whole_lines(answer.iter_raw()):
                self._out.write(block)
                self._count(block)
            self._out.flush()

    def _query(self) -> dict[str, str]:
        asked = {
            "from": str(self._after),
            "to": self._end,
            "source": self._arguments.source,
            "initiative": self._arguments.initiative,
            "type": self._arguments.type,
            "since": self._arguments.since,
            "until": self._arguments.until,
            "order": self._arguments.order,
        }
        return {name: value for name, value in asked.items() if value}

    def _count(self, block: bytes) -> None:
        """Remember where each source stands: in either order its lines come in sequence."""
        self._lines += block.count(b"\n")
        for source, sequence in last_places(block):
            self._after = self._after.joined(Vector({source: sequence}))
        if time.monotonic() - self._told > SAID_EVERY_SECONDS:
            self._say()

    def _say(self, *, done: bool = False) -> None:
        self._told = time.monotonic()
        rate = self._lines / max(self._told - self._began, 0.001)
        state = f"complete up to {self._end}" if done else str(self._after)
        print(f"{self._lines:,} lines ({rate:,.0f}/s), {state}", file=sys.stderr)
