"""What a checker must refuse: the material with one thing changed. Else it proves nothing."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

Edit = Callable[[bytes], bytes]


class Damage(NamedTuple):
    """One file of the material, and what is done to it."""

    what: str
    file: str
    """A path, or a pattern of which the first match is taken."""
    edit: Edit

    def do(self, folder: Path) -> None:
        path = sorted(folder.glob(self.file))[0]
        body = path.read_bytes()
        path.write_bytes(damaged := self.edit(body))
        assert damaged != body, f"{path} is as it was"


def flipped(body: bytes) -> bytes:
    """One bit of the byte in the middle."""
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]


def instead(old: str, new: str) -> Edit:
    return lambda body: body.replace(old.encode(), new.encode(), 1)


def matching(pattern: str, new: str) -> Edit:
    return lambda body: re.sub(pattern.encode(), new.encode(), body, count=1)


def without_last_line(body: bytes) -> bytes:
    return body[: body.rstrip(b"\r\n").rindex(b"\n") + 1]


def in_sheet(pattern: str, new: str) -> Edit:
    """A change in the first sheet of a workbook."""

    def edit(body: bytes) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(body)) as book, zipfile.ZipFile(made, "w") as forged:
            for name in book.namelist():
                part = book.read(name)
                first = name.endswith("sheet1.xml")
                forged.writestr(name, matching(pattern, new)(part) if first else part)
        return made.getvalue()

    return edit


def other_verdict(body: bytes) -> bytes:
    """A vector whose verdict is turned round."""
    told = json.loads(body)
    told["consistency"][3]["holds"] ^= True
    return json.dumps(told).encode()


LOG = (
    Damage("a byte of a tile", "log/measurement/tile/0/000", flipped),
    Damage("a byte of a line", "log/measurement/tile/entries/000", flipped),
    Damage("a byte of the checkpoint", "log/measurement/checkpoint", matching(r"\n\d+\n", "\n7\n")),
    Damage("a hash of a tlog-proof", "log/measurement/proof/1", matching(r"\n[A-Z0-9+]", "\n/")),
    Damage(
        "a root before", "log/measurement/consistency/1-*", matching(r'("root": ")[^/]', r"\1/")
    ),
)
WITHOUT_WITNESS = Damage(
    "the witness's signature",
    "log/measurement/checkpoint",
    lambda note: note[: note.rindex(b"\n", 0, -1) + 1],
)
PROOFS = (
    Damage("a byte of a line", "log/measurement/tile/entries/000", instead("person-1", "person-2")),
    LOG[3],
    Damage(
        "the size that was signed",
        "log/measurement/proof/1",
        matching(r"\n\d+\n(?=[^\n]+\n\n)", "\n7\n"),
    ),
)
CANONICAL = (
    Damage("a space", "lines.jsonl", instead('","', '", "')),
    Damage("another spelling of a letter", "lines.jsonl", instead("ï", "\\u00ef")),
    Damage(
        "keys in another order",
        "release/*-1.jsonl",
        instead('{"computed"', '{"a":1,"Z":1,"computed"'),
    ),
)
SDMX = (
    Damage("a figure", "release/*-1.sdmx.csv", instead(",61.3,", ",71.3,")),
    Damage("a structure cut short", "release/*-1.sdmx.xml", lambda xml: xml[: len(xml) // 2]),
    Damage("a row less", "release/*-1.sdmx.csv", without_last_line),
)
SDMX_CODES = (
    *SDMX,
    Damage("a code in no list", "release/*-1.sdmx.csv", instead("-20801,", "-20899,")),
    Damage("no valid SDMX-ML", "release/*-1.sdmx.xml", instead("str:Dataflows>", "str:Flows>")),
)
CSV = (
    Damage("a figure", "release/*-1.csv", instead(",61.3,", ",71.3,")),
    Damage("a row less", "release/*-1.csv", without_last_line),
)
PACKAGE = (
    *CSV,
    Damage("a byte of another file", "release/*-1.cids.jsonld", flipped),
    Damage(
        "another kind of column",
        "release/*-1.datapackage.json",
        instead('"type": "string"', '"type": "date"'),
    ),
)
CSVW = (
    *CSV,
    Damage("no number", "release/*-1.csv", instead(",61.3,", ",many,")),
    Damage(
        "another kind of column", "release/*-1.csv-metadata.json", instead('"decimal"', '"date"')
    ),
)
TABLES = (
    *CSV,
    Damage("the last byte of the Parquet", "release/*-1.parquet", lambda body: body[:-1]),
    Damage("a figure of the exact cells", "release/*-1.jsonl", instead('"61.3"', '"71.3"')),
)
WORKBOOK = (
    Damage("a figure", "release/*-1.xlsx", in_sheet("<v>61.3</v>", "<v>71.3</v>")),
    Damage("a formula", "release/*-1.xlsx", in_sheet("<v>61.3</v>", "<f>60+1.3</f><v>61.3</v>")),
    Damage(
        "a number as text",
        "release/*-1.xlsx",
        in_sheet('( s="[0-9]+")?><v>61.3</v>', ' t="str"><v>61.3</v>'),
    ),
)
FEED = (
    Damage("XML cut short", "feed/current.atom", lambda xml: xml[:-9]),
    Damage(
        "an archive passed over", "feed/archive/2.atom", instead("archive/1.atom", "archive/2.atom")
    ),
    Damage("an archive that says it is none", "feed/archive/1.atom", instead("<fh:archive/>", "")),
)
LINKED = (
    Damage("a figure", "release/*-1.cids.jsonld", instead('"61.3"', '"71.3"')),
    Damage(
        "a report without its indicator",
        "release/*-1.cids.jsonld",
        matching(r'"forIndicator": "[^"]*",', ""),
    ),
    Damage(
        "a date that is none", "release/*-1.cids.jsonld", matching(r"2022-07-01T", "2022-13-01T")
    ),
)
VECTORS = (
    Damage("a verdict", "vectors.json", other_verdict),
    Damage("a root", "vectors.json", matching(r'("roots": \[\s*")..', r"\g<1>00")),
)
