"""`commonweal rebuild`: read models built anew from the journal, while they serve."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gateway.cli.dead_letters import postgres_of
from gateway.readmodels import MODELS
from gateway.readmodels.rebuilding import Rebuilt, rebuild
from infra.postgres import Unavailable

DESCRIPTION = """\
Builds one or all read models from the whole journal beside the living ones, and then exchanges the
rows at once: questions are answered all the while. Prints a digest for each, and whether what was
built is what was there. No policy fires. `commonweal replay --compare MODEL` only compares."""


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
    dsn = f"{postgres_of(data)}/commonweal_gateway"
    try:
        found = asyncio.run(rebuild(dsn, models, switch=switch, told=_told))
    except Unavailable as refusal:
        print(refusal, file=sys.stderr)
        return 1
    for one in found:
        print(_said(one))
    return 0 if all(one.same for one in found) else 1


def _told(lines: int, whole: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{lines:,} of {whole:,} lines")
        sys.stderr.flush()


def _said(one: Rebuilt) -> str:
    rate = one.lines / max(one.seconds, 0.001)
    told = f"{one.model:13} {one.built.rows:>10,} rows  {one.built.digest}  {rate:,.0f} lines/s"
    if one.same:
        return f"{told}  identical"
    return f"{told}  DIFFERS: {one.missing:,} rows were missing, {one.surplus:,} too many"
