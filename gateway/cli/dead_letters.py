"""`commonweal dead-letters`: messages that could not be read, and what becomes of them."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import os
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from gateway.cli.composition import MIGRATIONS
from gateway.cli.databases import postgres_of
from infra.messaging import dead_letters as desk
from infra.messaging.dead_letters import DeadLetter, LetterSettled, LetterUnknown
from infra.postgres import Pool, Unavailable, make_pool

DESCRIPTION = """\
A message on a topic that cannot be read is kept with the reason. If a line is missing because of
it, nothing after that line is shown before the line is fetched from its service, or somebody
decides. Nothing is ever dropped.

  commonweal dead-letters list              those that wait; --all for the settled ones too
  commonweal dead-letters show gateway:7    one of them, with its bytes
  commonweal dead-letters retry gateway:7   try again, with a reader that was mended
  commonweal dead-letters skip gateway:7 --reason "a test message of ours"
"""

LISTING = (
    "One line for each: its number, state, when it came, where it lay, its size and what is wrong. "
    "Exit code 1 if any waits, so that a watchdog can ask."
)
SHOWING = "All that is known of it as JSON, then its bytes as they came."
RETRYING = "The reader tries it again within a second; `show` says how that went."
SKIPPING = "The reader goes on without it for ever; why, and who said so, is kept."

NUMBER = re.compile(rf"({'|'.join(MIGRATIONS)}):([1-9][0-9]{{0,17}})")


def add(commands: Any) -> None:
    """Add this family's subcommands."""
    parser = commands.add_parser(
        "dead-letters",
        help="messages that could not be read: list, show, retry, skip",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("COMMONWEAL_DATA") or ".commonweal"),
        metavar="DATA",
        help="where the data lie, if COMMONWEAL_POSTGRES is not set (COMMONWEAL_DATA, .commonweal)",
    )
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    listing = verbs.add_parser("list", help="those that wait, oldest first", description=LISTING)
    listing.add_argument("--all", action="store_true", help="the settled ones too")
    listing.set_defaults(run=list_)
    for name, run, help_, said in (
        ("show", show, "one of them, with its bytes", SHOWING),
        ("retry", retry, "try it again", RETRYING),
        ("skip", skip, "let the log go on without it", SKIPPING),
    ):
        verb = verbs.add_parser(name, help=help_, description=said)
        verb.add_argument("letter", type=number, help="such as gateway:7, from `list`")
        verb.set_defaults(run=run)
        if name == "skip":
            verb.add_argument("--reason", required=True, help="why; kept with your user name")


def number(text: str) -> tuple[str, int]:
    """Which database, and which row of it."""
    found = NUMBER.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no number such as gateway:7")
    return found[1], int(found[2])


def list_(arguments: argparse.Namespace) -> int:
    """One line for each; exit code 1 if any waits, so that a watchdog can ask."""

    async def found(pool: Pool) -> list[DeadLetter]:
        return list(await desk.dead_letters(pool, settled=arguments.all))

    waiting = 0
    for name in MIGRATIONS:
        for letter in _ask(arguments, name, found):
            waiting += letter.state not in ("resolved", "skipped")
            print(
                f"{name}:{letter.id:<6} {letter.state:9} {letter.received_at:%Y-%m-%d %H:%M:%S}  "
                f"{_where(letter)}  {letter.size} bytes: {letter.reason}"
            )
    return 1 if waiting else 0


def show(arguments: argparse.Namespace) -> int:
    """All that is known of it as JSON, then its bytes."""
    name, id_ = arguments.letter
    letter, message = _ask(arguments, name, lambda pool: desk.dead_letter(pool, id_))
    print(json.dumps(letter._asdict(), default=str, indent=2))
    sys.stdout.flush()
    sys.stdout.buffer.write(message + b"\n")
    return 0


def retry(arguments: argparse.Namespace) -> int:
    """The reader tries it within a second."""
    name, id_ = arguments.letter
    _ask(arguments, name, lambda pool: desk.retry(pool, id_))
    print("It is tried again within a second; `show` says how that went.")
    return 0


def skip(arguments: argparse.Namespace) -> int:
    """The reader goes on without it, once it stands there."""
    name, id_ = arguments.letter
    by = getpass.getuser()
    _ask(arguments, name, lambda pool: desk.skip(pool, id_, reason=arguments.reason, by=by))
    print(f"The log goes on without it, signed by {by}.")
    return 0


def _where(letter: DeadLetter) -> str:
    if letter.partition < 0:
        return f"{letter.source}, line {letter.sequence}"
    return f"{letter.source}, partition {letter.partition}, offset {letter.position}"


def _ask(
    arguments: argparse.Namespace, name: str, question: Callable[[Pool], Awaitable[Any]]
) -> Any:
    """Ask in one database; what cannot be had is told in a sentence."""

    async def asking() -> Any:
        dsn = f"{postgres_of(arguments.data)}/commonweal_{name}"
        async with make_pool(dsn, name="cli") as pool:
            return await question(pool)

    try:
        return asyncio.run(asking())
    except (LetterUnknown, LetterSettled, Unavailable) as refusal:
        print(f"{name}: {refusal}", file=sys.stderr)
        sys.exit(1)
