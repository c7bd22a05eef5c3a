"""`commonweal verify`: whether a bundle of an outcome feed proves what it says, offline."""

from __future__ import annotations

import argparse
from typing import Any

from gateway.verifier import verify

DESCRIPTION = """\
Checks a bundle with nothing but the key in your agreement; no network, no server, no settings.
Prints a table of claims: each holds, does not hold, or cannot be told, and why. Ends with 0 where
none fails, and with 1 where one does.

The same file by itself, for whoever does not want to install anything of ours: docs/verify.py."""


def add(commands: Any) -> None:
    """Add this family's subcommand."""
    parser = commands.add_parser(
        "verify",
        help="check a feed's bundle offline",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("bundle", metavar="BUNDLE", help="the .zip as it was pulled")
    parser.add_argument("--key", required=True, help="the log's key in your agreement, or its file")
    parser.add_argument("--previous", help="a bundle or a checkpoint that you received before")
    parser.add_argument("--policy", help="a C2SP tlog-policy: who must have cosigned")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """The verifier's own main, with the same words."""
    said = [arguments.bundle, "--key", arguments.key]
    said += ["--previous", arguments.previous] if arguments.previous else []
    said += ["--policy", arguments.policy] if arguments.policy else []
    code: int = verify.main(said)  # type: ignore[no-untyped-call]
    return code
