"""`commonweal rebuild` and `digests`: read models built anew, and what they hold."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gateway.cli.databases import owner_of, postgres_of
from gateway.readmodels import MODELS, Digest
from gateway.readmodels.rebuilding import AlreadyRebuilding, Rebuilt, digests_of, rebuild
from infra.postgres import Unavailable

DESCRIPTION = """\
Builds one or all read models from the whole journal beside the living ones, and then exchanges the
tables at once: questions are answered all the while. Prints a digest for each, and whether what was
built is what was there. Works as well where a table was spoilt or is gone. No policy fires.
`commonweal replay --compare MODEL` only compares. Where COMMONWEAL_POSTGRES is set, it needs
COMMONWEAL_POSTGRES_OWNER too: the role that owns the tables."""

DIGESTS = """\
Prints how many rows each read model has, and a digest over them that does not depend on their
order: the same journal gives the same digests, before and after a rebuild, here and elsewhere."""


def add(commands: Any) -> None:
    """Add this family's subcommand."""
    parser = commands.add_parser(
        "rebuild",
        help="build read models anew while they serve",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [model.name for model in MODELS]
    parser.add_argument("models", nargs="*", metavar="MODEL", help=f"all, or: {', '.join(names)}")
    add_data(parser)
    parser.set_defaults(run=run)
    shown = commands.add_parser(
        "digests",
        help="what the read models hold, as a digest for each",
        description=DIGESTS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data(shown)
    shown.set_defaults(run=digests)


def add_data(parser: argparse.ArgumentParser) -> None:
    """Where the house is whose database is meant."""
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("COMMONWEAL_DATA") or ".commonweal"),
        metavar="DATA",
        help="where the data lie, if COMMONWEAL_POSTGRES is not set (COMMONWEAL_DATA, .commonweal)",
    )


def run(arguments: argparse.Namespace) -> int:
    names = [model.name for model in MODELS]
    unknown = [name for name in arguments.models if name not in names]
    if unknown:
        print(f"There is no read model {', '.join(unknown)}; there are {', '.join(names)}.")
        return 2
    rebuilt(arguments.data, arguments.models or names, switch=True)
    return 0


def rebuilt(data: Path, names: Sequence[str], *, switch: bool) -> int:
    """Build, tell, and answer 1 where what was there was something else."""
    models = [model for model in MODELS if model.name in names]
    dsn = f"{owner_of(data)}/commonweal_gateway"
    try:
        found = asyncio.run(rebuild(dsn, models, switch=switch, told=_told))
    except (Unavailable, AlreadyRebuilding) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    for one in found:
        print(_said(one))
    return 0 if all(one.same for one in found) else 1


def digests(arguments: argparse.Namespace) -> int:
    """One line a model, as `rebuild` begins its own."""
    dsn = f"{postgres_of(arguments.data)}/commonweal_gateway"
    try:
        found = asyncio.run(digests_of(dsn, MODELS))
    except Unavailable as refusal:
        print(refusal, file=sys.stderr)
        return 1
    for name, digest in found.items():
        print(_held(name, digest))
    return 0


def _held(name: str, digest: Digest) -> str:
    return f"{name:13} {digest.rows:>10,} rows  {digest.digest}"


def _told(lines: int, whole: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{lines:,} of {whole:,} lines")
        sys.stderr.flush()


def _said(one: Rebuilt) -> str:
    rate = one.lines / max(one.seconds, 0.001)
    told = f"{_held(one.model, one.built)}  {rate:,.0f} lines/s"
    if one.same:
        return f"{told}  identical"
    return f"{told}  DIFFERS: {one.missing:,} rows were missing, {one.surplus:,} too many"
