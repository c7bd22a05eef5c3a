"""The `commonweal` command. Each module here is a family of subcommands and adds its own."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from gateway.cli import dead_letters, house, identity, import_, rebuild, replay, verify
from infra.runtime import CannotStart, FolderRefused
from infra.settings import SettingMissing

FAMILIES = (house, identity, dead_letters, import_, replay, rebuild, verify)

WELCOME = """\
Plan, do, review and improve together, with a history that anybody can audit.

  commonweal up --demo      start everything on this machine and play one whole cycle
  commonweal up             start everything with an empty house for data of your own
  commonweal status         what runs where
  commonweal down           end it; the data stay

No server is needed: PostgreSQL and a Kafka-protocol broker come along and run on loopback."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; what was refused is told in a sentence."""
    parser = argparse.ArgumentParser(
        prog="commonweal",
        description=WELCOME,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="`commonweal COMMAND --help` says more about each.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for family in FAMILIES:
        family.add(commands)
    chosen = parser.parse_args(arguments)
    try:
        code: int = chosen.run(chosen)
    except (CannotStart, FolderRefused, SettingMissing) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return code
