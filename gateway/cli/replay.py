"""`commonweal replay`: the history as JSON Lines or Parquet, from anywhere, to a file or a pipe."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from gateway.cli.rebuild import add_data, rebuilt
from gateway.journal import SOURCES, Vector, VectorMalformed
from gateway.readmodels import MODELS
from gateway.replay import Replay, ReplayRefused
from gateway.replay.client import SEQUENCE, SOURCE, AddressMalformed

SAID_EVERY_SECONDS = 1.0
GATEWAY = "http://127.0.0.1:8080"

DESCRIPTION = """\
Streams every line as it was written: one service after another, each in sequence, or all of them
merged by the time of recording with --order recorded. Who asks is said by a token.

With --out an interrupted replay is resumed: run the same command again, and it goes on after the
last whole line of the file. A lost connection is taken up again by itself. --from and --to take a
vector such as agenda:214,measurement:873, or an instant or a date of recording; --since and --until
go by the time when something was so in the world."""

Commands = Any
"""argparse's collection of subcommands, whose type has no public name."""


def add(commands: Commands) -> None:
    """Add this family's subcommand."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "replay",
        help="stream the whole history as JSON Lines, or write it as Parquet",
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
    parser.add_argument("--from", dest="after", default="", metavar="PLACE")
    parser.add_argument("--to", default="", metavar="PLACE")
    parser.add_argument("--source", choices=SOURCES)
    parser.add_argument("--initiative", metavar="UUID")
    parser.add_argument("--type", metavar="TYPE", help="such as agenda.decision-made")
    parser.add_argument("--since", metavar="TIME", help="a date or an instant, of `time`")
    parser.add_argument("--until", metavar="TIME")
    parser.add_argument("--order", choices=("sequence", "recorded"), default="sequence")
    parser.add_argument("--format", choices=("jsonl", "parquet"), default="jsonl")
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
NO_FILE = "Parquet is for a file: say which with --out."
FILTERS = ("source", "initiative", "type", "since", "until", "order")


def replay(arguments: argparse.Namespace) -> int:
    """Stream until everything that was there at the start has come."""
    if arguments.compare:
        return rebuilt(arguments.data, [arguments.compare], switch=False)
    try:
        if not arguments.token:
            raise ReplayRefused(NO_TOKEN)
        if arguments.format == "parquet":
            _into_parquet(arguments)
        else:
            _into_lines(arguments)
    except (ReplayRefused, VectorMalformed) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except AddressMalformed as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0  # whoever read it has seen enough
    except OSError as error:
        print(f"{error.filename}: {error.strerror}" if error.filename else error, file=sys.stderr)
        return 2
    return 0


def _into_parquet(arguments: argparse.Namespace) -> None:
    if arguments.out is None:
        raise ReplayRefused(NO_FILE)
    from gateway.replay import parquet  # takes as long to import as all the rest together

    parquet.write(arguments.out, _counted(_asked(arguments, arguments.after)))


def _into_lines(arguments: argparse.Namespace) -> None:
    after = arguments.after
    with _target(arguments.out) as out:
        if arguments.out is not None:
            begin = _asked(arguments, after).begin()
            after = str(resumed(arguments.out, begin, arguments.order))
        for block in _counted(_asked(arguments, after)):
            out.write(block)


def _asked(arguments: argparse.Namespace, after: str) -> Replay:
    filters = {name: getattr(arguments, name) for name in FILTERS}
    return Replay(
        arguments.url,
        arguments.token,
        after=after,
        to=arguments.to,
        **{name: said for name, said in filters.items() if said},
    )


def _counted(replay: Replay) -> Iterator[bytes]:
    """The blocks, while it is told on standard error how far they have come."""
    lines, began = 0, time.monotonic()
    told = began
    for block in replay.blocks():
        yield block
        lines += block.count(b"\n")
        if time.monotonic() - told > SAID_EVERY_SECONDS:
            told = time.monotonic()
            _say(lines, told - began, replay.position)
    _say(lines, time.monotonic() - began, f"complete up to {replay.end}")


def _say(lines: int, seconds: float, state: str) -> None:
    print(f"{lines:,} lines ({lines / max(seconds, 0.001):,.0f}/s), {state}", file=sys.stderr)


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
