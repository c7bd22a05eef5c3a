"""What every format has to say, read from the exact cells (JSON Lines). Standard library only.

Each checker stands in an environment of its own and imports this file beside its own package.
"""

import json
import sys
from decimal import Decimal
from pathlib import Path

FIGURES = ("value", "numerator", "denominator")
STATUS = ("obs_status", "conf_status")


def releases(folder):
    """Each release: how its files begin, and its cells in order."""
    found = sorted((Path(folder) / "release").rglob("*.jsonl"))
    must(found, "there is no release to be read")
    for path in found:
        lines = path.read_text("utf-8").split("\n")[:-1]
        yield str(path).removesuffix(".jsonl"), [json.loads(line) for line in lines]


def figures(cell):
    """The three numbers of a cell, exactly; None where one is withheld or missing."""
    return tuple(number(cell.get(name)) for name in FIGURES)


def number(value):
    return None if value in (None, "", "np") else Decimal(str(value))


def same(found, cells, where):
    """A table's rows, each `(*figures, obs_status, conf_status)`, against the cells."""
    wanted = [(*figures(cell), *(cell[name] for name in STATUS)) for cell in cells]
    found = [tuple(row) for row in found]
    for at, (row, want) in enumerate(zip(found, wanted, strict=False)):
        must(row == want, f"{where}: row {at + 1} says {row}, and the log {want}")
    must(len(found) == len(wanted), f"{where}: {len(found)} rows for {len(wanted)} cells")
    print(f"{where}: {len(found)} rows say what the log says")


def must(truth, otherwise):
    if not truth:
        sys.exit(str(otherwise))
