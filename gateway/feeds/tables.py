"""A release as a table of typed columns, and its texts: CSV with CSVW. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

from gateway.feeds.model import TOTAL, Cell, Release

NOT_PUBLISHED = "np"
"""In a workbook, where a figure is withheld: an empty cell might be taken for nothing."""
Kind = Literal["string", "integer", "number", "date", "boolean"]
RUN = re.compile(r"[\s\"'\u00a0\u200b\ufeff]*[=+\-@\t\r\x00\uff0b\uff0d\uff1d\uff20]")
"""How a text begins that a spreadsheet might run."""
OBS_STATUS = {
    "A": "Normal value",
    "B": "Time series break",
    "D": "Definition differs",
    "E": "Estimated value",
    "F": "Forecast value",
    "G": "Experimental value",
    "H": "Missing value; holiday or weekend",
    "I": "Imputed value",
    "J": "Derogation",
    "K": "Data included in another category",
    "L": "Missing value; data exist but were not collected",
    "M": "Missing value; data cannot exist",
    "N": "Not significant",
    "O": "Missing value",
    "P": "Provisional value",
    "Q": "Missing value; suppressed",
    "S": "Strike and other special events",
    "U": "Low reliability",
    "V": "Unvalidated value",
    "W": "Includes data from another category",
}
CONF_STATUS = {
    "F": "Free",
    "N": "Not for publication: withheld because it is small",
    "D": "Secondary confidentiality: withheld so that another stays unknown",
}


class Column(NamedTuple):
    """One column: how it is called, of which kind, and what it says."""

    name: str
    kind: Kind
    says: str
    key: bool = False


BEFORE = (
    Column("indicator_code", "string", "The indicator's code", key=True),
    Column("indicator_name", "string", "What that version of the indicator is called"),
    Column("definition_version", "integer", "The version of its definition", key=True),
    Column("unit", "string", "The unit of the value"),
    Column("place_scheme", "string", "Which classification the place is of", key=True),
    Column("place_edition", "string", "Its edition", key=True),
    Column("place_code", "string", "The place", key=True),
    Column("place_label", "string", "How the place is called"),
    Column("period", "string", "The period as its source names it"),
    Column("period_start", "date", "Its first day", key=True),
    Column("period_end", "date", "Its last day", key=True),
)
AFTER = (
    Column("value", "number", "The figure; empty where it is withheld or missing"),
    Column("numerator", "number", "What is counted"),
    Column("denominator", "number", "Out of what"),
    Column("obs_status", "string", "SDMX OBS_STATUS"),
    Column("conf_status", "string", "SDMX CONF_STATUS: F free, N and D not published"),
    Column("denominator_conf", "string", "N or D where the denominator is withheld too"),
    Column("flag", "string", "volatile: a rate of few events"),
    Column("computed", "boolean", "A total that nobody submitted: the sum over all parts"),
)
FIXED = frozenset(column.name for column in (*BEFORE, *AFTER))


def stratum_column(dimension: str) -> str:
    return f"dimension:{dimension}" if dimension in FIXED else dimension


def columns(release: Release) -> tuple[Column, ...]:
    """Those of this release: a column for each stratum, `_T` for the total."""
    strata = (
        Column(stratum_column(name), "string", f"The stratum by {name}; _T for the total", key=True)
        for name in release.dimensions
    )
    return (*BEFORE, *strata, *AFTER)


def rows(release: Release) -> Iterable[list[Any]]:
    """What each cell says, by column; numbers as text, every digit as given."""
    for cell in release.cells:
        yield [*_before(release, cell), *_strata(release, cell), *_after(cell)]


def _before(release: Release, cell: Cell) -> list[Any]:
    place, period = cell["place"], cell["period"]
    return [
        cell["indicator_code"],
        release.name_of(cell),
        cell["definition_version"],
        cell["unit"],
        *cell.place,
        place.get("label"),
        period["period"],
        period["start"],
        period["end"],
    ]


def _strata(release: Release, cell: Cell) -> list[str]:
    return [cell["dimensions"].get(name, TOTAL) for name in release.dimensions]


def _after(cell: Cell) -> list[Any]:
    said = [cell[name] for name in ("value", "numerator", "denominator")]
    status = [cell[name] for name in ("obs_status", "conf_status", "denominator_conf", "flag")]
    return [*said, *status, bool(cell["computed"])]


def defused(text: str) -> str:
    """A text that no spreadsheet runs: what might be a formula begins with an apostrophe."""
    return f"'{text}" if RUN.match(text) else text


def _text(value: Any, kind: Kind) -> str:
    if value is None:
        return ""
    if kind == "boolean":
        return "true" if value else "false"
    return defused(value) if kind == "string" else str(value)


def as_csv(release: Release) -> bytes:
    """RFC 4180, UTF-8, with a header."""
    shape = columns(release)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(defused(column.name) for column in shape)
    for row in rows(release):
        writer.writerow(_text(each, col.kind) for each, col in zip(row, shape, strict=True))
    return text.getvalue().encode()


def pretty(body: Any) -> bytes:
    """JSON for people, the same for the same content."""
    return (json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode()


CSVW_KINDS = {"number": "decimal", "integer": "integer"}


def as_csvw(release: Release) -> bytes:
    """CSV on the Web: what the columns of the CSV are."""
    shape = columns(release)
    described = [
        {
            "name": re.sub(r"[^A-Za-z0-9_]", "_", column.name),
            "titles": defused(column.name),
            "dc:description": column.says,
            "datatype": CSVW_KINDS.get(column.kind, column.kind),
            "required": column.key,
        }
        for column in shape
    ]
    keys = [one["name"] for one, column in zip(described, shape, strict=True) if column.key]
    return pretty(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "url": f"{release.name}.csv",
            "dc:title": release["title"],
            "dc:issued": release.at,
            "dc:identifier": f"urn:uuid:{release.id}",
            "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n", "\n"]},
            "tableSchema": {"columns": described, "primaryKey": keys},
        }
    )


def provenance(release: Release) -> Sequence[tuple[str, str]]:
    """What there is to say of a release beside its figures: where it is from, and how it came."""
    control, checkpoint = release.control, release.line["data"]["checkpoint"]
    said = [
        ("Feed", release.profile.code),
        ("Release", str(release.number)),
        ("Title", release["title"]),
        ("Published", release.at),
        ("Known at", release["positions"]),
        ("Cells", str(len(release.cells))),
        ("Rules for small numbers", str(control.get("policy_version", ""))),
        ("Withheld because small", str(control.get("primary", 0))),
        ("Withheld so that others stay unknown", str(control.get("secondary", 0))),
        ("Line of the log", f"measurement:{int(release.line['sequence'])}"),
        ("Log before publication", f"{checkpoint['origin']} {checkpoint['size']}"),
        ("SHA-256 of the content", release.content_sha256),
    ]
    said += [
        (f"Reliable for {told['purpose']}", told["determination"]) for told in release.reliability
    ]
    optional = {"Replaces": release.replaces, "Because": release.reason, "Note": release.note}
    return said + [(name, text) for name, text in optional.items() if text]
