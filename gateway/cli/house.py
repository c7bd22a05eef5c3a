"""`commonweal up`, `status`, `down`, `fresh` and `migrate`: a whole house on this machine."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gateway.cli.composition import GATEWAY_PORT, Composition, migrate_all
from gateway.cli.playing import play_once_only, report
from infra.runtime import Folder, Kind, Supervisor
from infra.settings import SettingMissing, Settings

PATIENCE_SECONDS = 60.0
INTERRUPTED = 130
LAST_PORT = 65_535

UP = """\
Starts PostgreSQL 18, a broker that speaks Kafka's protocol, the three services and the gateway,
each on a loopback port, and keeps them up until Ctrl-C. What dies is started again.

The data lie in DATA/live, or in DATA/demonstration with --demo, and survive restarts. DATA is
.commonweal in the present folder, unless COMMONWEAL_DATA or --data says otherwise. Where
COMMONWEAL_POSTGRES or COMMONWEAL_KAFKA name servers of yours, those are used instead."""

STATUS = """\
Shows each process of the houses that are up in DATA: whether it answers, where, its process id, how
often it was started again, and its log. Exit code 0 if all of them answer, else 1."""
DOWN = """\
Asks each house that is up in DATA to end, and waits until it has; what does not end is killed. The
data stay: `commonweal up` goes on with them."""
FRESH = """\
Removes what lies in DATA for good, the live house's data as well as the demonstration's, after
asking. Of a house that is up nothing is removed: `commonweal down` first."""

Commands = Any
"""argparse's collection of subcommands, whose type has no public name."""


def add(commands: Commands) -> None:
    """Add this family's subcommands."""
    up_ = _command(commands, "up", up, "start everything on this machine", UP)
    up_.add_argument("--demo", action="store_true", help="play the scenario on a clock of its own")
    up_.add_argument(
        "--once",
        action="store_true",
        help="with --demo: play in a new folder, check the answers, end, and exit 0 or 1",
    )
    up_.add_argument(
        "--port", type=port, help=f"the gateway's port: {GATEWAY_PORT} if it is free, else any"
    )
    up_.add_argument(
        "--lines", type=Path, metavar="FILE", help="with --demo: keep every line that was written"
    )
    _command(commands, "status", status, "what runs where", STATUS)
    _command(commands, "down", down, "end what `up` started; the data stay", DOWN)
    fresh_ = _command(commands, "fresh", fresh, "remove the embedded data, after asking", FRESH)
    fresh_.add_argument("--yes", action="store_true", help="do not ask")
    commands.add_parser(
        "migrate",
        help="bring the databases of COMMONWEAL_POSTGRES_OWNER up to date",
        description="Applies the numbered migrations that are missing. Safe to run from several "
        "processes at once. `commonweal up` does it by itself.",
    ).set_defaults(run=migrate)


def port(text: str) -> int:
    """A port of TCP; 0 is any that is free."""
    if not text.isascii() or not text.isdigit() or int(text[:9]) > LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give 0 (any) to {LAST_PORT}")
    return int(text)


def _command(
    commands: Commands, name: str, run: Any, help_: str, description: str = ""
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help_,
        description=description or f"{help_[0].upper()}{help_[1:]}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("COMMONWEAL_DATA") or ".commonweal"),
        metavar="DATA",
        help="where the data lie (COMMONWEAL_DATA, else .commonweal)",
    )
    parser.set_defaults(run=run)
    return parser


def up(arguments: argparse.Namespace) -> int:
    """Put the house up and keep it up; with --once, play, check and end."""
    if (arguments.once or arguments.lines) and not arguments.demo:
        print("--once and --lines belong to --demo", file=sys.stderr)
        return 2
    if not arguments.once:
        kind = Kind.DEMONSTRATION if arguments.demo else Kind.LIVE
        return _up(Folder(arguments.data / kind, kind), arguments)
    with tempfile.TemporaryDirectory(prefix="commonweal-") as name:
        folder = Folder(Path(name) / "demonstration", Kind.DEMONSTRATION)
        try:
            return _up(folder, arguments)
        finally:
            Composition.of(folder).forget()


def _up(folder: Folder, arguments: argparse.Namespace) -> int:
    with folder.lock():
        return asyncio.run(_stand(folder, arguments))


async def _stand(folder: Folder, arguments: argparse.Namespace) -> int:
    say = _saying()
    say(f"the data of this house ({folder.kind}) lie in {folder.path}")
    failures: list[str] | None = None
    async with Supervisor(folder, say) as supervisor:
        wished = 0 if arguments.once else GATEWAY_PORT
        given = arguments.port
        composition = Composition.of(folder, port=wished if given is None else given)
        house = await composition.stand_up(supervisor, say)
        print(f"\n{supervisor.table()}\n", flush=True)
        if folder.kind is Kind.DEMONSTRATION:
            await play_once_only(composition, house, say)
            failures = await report(house, check=arguments.once, lines=arguments.lines)
        if not arguments.once:
            print(f"The house stands: {house.url}   Ctrl-C ends it.", flush=True)
            await supervisor.until_told()
    if arguments.once and failures is None:
        return INTERRUPTED
    return 1 if failures else 0


def _saying() -> Any:
    """Progress lines that begin with the seconds since the start."""
    began = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {line}", flush=True)

    return say


def _standing(data: Path) -> Iterator[tuple[Folder, int]]:
    """The houses that are up in these data, and the process that holds each up."""
    for kind in Kind:
        folder = Folder.existing(data / kind)
        holder = folder.holder() if folder else None
        if folder and holder:
            yield folder, holder


def status(arguments: argparse.Namespace) -> int:
    """Show what `up` noted last."""
    well = []
    for folder, holder in _standing(arguments.data):
        state = folder.noted()
        print(f"{folder.kind} house, up (process {holder}): {state['url']}   data: {folder.path}")
        for one in state["processes"]:
            how = "answers" if one["ready"] else "does not answer"
            print(
                f"  {one['name']:12} {how:16} {one['address']:26} process {one['pid']}  "
                f"restarts {one['restarts']}  {one['log']}"
            )
            well.append(one["ready"])
    if not well:
        print(f"no house is up in {arguments.data.absolute()}: `commonweal up` starts one")
    return 0 if well and all(well) else 1


def down(arguments: argparse.Namespace) -> int:
    """Ask each house to end, and wait; whoever does not end is asked to hurry, then killed."""
    found = list(_standing(arguments.data))
    for folder, holder in found:
        for how in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
            os.kill(holder, how)
            if _is_down(folder):
                print(f"the {folder.kind} house has ended; its data stay in {folder.path}")
                break
    if not found:
        print(f"no house is up in {arguments.data.absolute()}")
    return 0


def _is_down(folder: Folder) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while folder.holder() is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def fresh(arguments: argparse.Namespace) -> int:
    """Remove the data folders of both kinds."""
    folders = [folder for kind in Kind if (folder := Folder.existing(arguments.data / kind))]
    for folder, _ in _standing(arguments.data):
        print(f"the {folder.kind} house is up: `commonweal down` first", file=sys.stderr)
        return 1
    for folder in folders:
        if arguments.yes or _agreed(f"Remove all {folder.kind} data in {folder.path} for good?"):
            Composition.of(folder).forget()
            print(f"removed {folder.path}")
    if not folders:
        print(f"there are no data in {arguments.data.absolute()}")
    return 0


def _agreed(question: str) -> bool:
    """Ask; no answer is a no."""
    print(f"{question} [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def migrate(_: argparse.Namespace) -> int:
    """Apply what is missing and say what that was."""
    settings = Settings.from_environment()
    if not settings.postgres_owner:
        raise SettingMissing(
            "COMMONWEAL_POSTGRES_OWNER is not set: give the DSN of the databases' owner, without a "
            "database, such as postgresql://commonweal_owner:…@127.0.0.1:5432."
        )
    applied = asyncio.run(migrate_all(settings.postgres_owner))
    print("\n".join(applied) or "every database is up to date")
    return 0
