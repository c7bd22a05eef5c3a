"""Attacks of somebody in the house who can seal bundles anew, but not sign another log."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from tests.attacks.attack import (
    CORRECTIONS,
    FORMATS,
    KEY,
    PROOFS,
    RELEASE,
    SINCE,
    TREE,
    Attempt,
    attack,
)
from tests.bundles import SIGNER, Edit, altered, pack, replacing, unpacked, without_line
from tests.callers import named
from tests.feeding import scenario

NAME = "release/bgk-department-1"
LINES, LEAVES = "log/lines.jsonl", "log/leaves"


def sealed(
    claim: str, edits: Mapping[str, Edit | bytes | None], *, number: int = 1, **told: Any
) -> Attempt:
    return Attempt(altered(pack(scenario(), number), edits, seal=SIGNER, **told), claim)


def lines(edit: Any) -> Edit:
    return lambda body: b"".join(line + b"\n" for line in edit(body.split(b"\n")[:-1]))


@attack("the figures of another release of the same feed are sealed in the place of these")
def _() -> Attempt:
    other = unpacked(pack(scenario(), 2))
    forged = {
        name.replace("-2.", "-1."): body
        for name, body in other.items()
        if name.startswith("release/")
    }
    return sealed(FORMATS, forged)


@attack("the checkpoint bears nobody's signature, and is sealed")
def _() -> Attempt:
    other = replacing("\u2014 tests.example/log/measurement", "\u2014 tests.example/log/other")
    return sealed(KEY, {"log/checkpoint": other})


@attack("the checkpoint names another root, and is sealed")
def _() -> Attempt:
    return sealed(KEY, {"log/checkpoint": one_hash(rb"(\n33\n)")})


@attack("the manifest names another release than its files are of")
def _() -> Attempt:
    log = scenario()
    other = json.loads(unpacked(pack(log, 2))["manifest.json"])["release_id"]
    return Attempt(altered(pack(log), {}, seal=SIGNER, release_id=other), FORMATS)


@attack("the manifest names a release that no line tells of")
def _() -> Attempt:
    return sealed(RELEASE, {}, release_id=str(named("release 7")))


@attack("a proof of consistency is of another size")
def _() -> Attempt:
    return sealed(PROOFS, {"log/proofs/17-33.consistency": replacing("old 17", "old 16")})


@attack("the checkpoint names another size, and is sealed")
def _() -> Attempt:
    return sealed(KEY, {"log/checkpoint": replacing("\n33\n", "\n32\n")})


@attack("a line says something else, and all is sealed anew")
def _() -> Attempt:
    return sealed(TREE, {LINES: replacing("3 duplicates", "9 duplicates")})


@attack("a line is put in the place of another")
def _() -> Attempt:
    return sealed(
        TREE, {LINES: lines(lambda all: [*all[:5], all[4].replace(b'10"', b'11"'), *all[6:]])}
    )


@attack("a line is taken out together with its hash")
def _() -> Attempt:
    return sealed(
        TREE,
        {
            LINES: without_line("feed-restated"),
            LEAVES: lambda body: body[: 31 * 32] + body[32 * 32 :],
        },
    )


@attack("a line is slipped in with its hash")
def _() -> Attempt:
    return sealed(TREE, {LEAVES: lambda body: body[:320] + body[:32] + body[320:]})


@attack("two lines change places")
def _() -> Attempt:
    return sealed(TREE, {LINES: lines(lambda all: [all[1], all[0], *all[2:]])})


@attack("two hashes of lines that nobody sees change places")
def _() -> Attempt:
    at = 4 * 32
    return sealed(
        TREE,
        {LEAVES: lambda b: b[:at] + b[at + 32 : at + 64] + b[at : at + 32] + b[at + 64 :]},
    )


@attack("the hash of a line that nobody sees is another one")
def _() -> Attempt:
    return sealed(TREE, {LEAVES: lambda body: body[: 4 * 32] + bytes(32) + body[5 * 32 :]})


@attack("the leaves are cut short")
def _() -> Attempt:
    return sealed(TREE, {LEAVES: lambda body: body[:-32]})


@attack("a line stands twice")
def _() -> Attempt:
    return sealed(TREE, {LINES: lines(lambda all: [*all, all[-1]])})


@attack("a line pretends to stand elsewhere")
def _() -> Attempt:
    return sealed(
        TREE,
        {
            LINES: replacing(
                '"sequence":"00000000000000000004"', '"sequence":"00000000000000000005"'
            )
        },
    )


@attack("the restatement is hidden among the lines that nobody sees")
def _() -> Attempt:
    return sealed(CORRECTIONS, {LINES: without_line("feed-restated")}, number=2)


@attack("the second release is hidden from who asks for the first")
def _() -> Attempt:
    log = scenario()

    def only_first(all: list[bytes]) -> list[bytes]:
        return all[:13]

    hidden = altered(pack(log), {LINES: lines(only_first)}, seal=SIGNER)
    return Attempt(hidden, SINCE, previous=pack(log, 2))


@attack("the first release is hidden from who asks for the second")
def _() -> Attempt:
    def only_second(all: list[bytes]) -> list[bytes]:
        return [*all[:6], *all[13:]]

    return sealed(CORRECTIONS, {LINES: lines(only_second)}, number=2)


for hidden in (
    "feed-release-prepared",
    "disclosure-control-applied",
    "released-cells-frozen",
    "reliability-determined",
    "feed-release-approved",
    "feed-released",
    "feed-profile-defined",
):
    attack(f"the line {hidden} is hidden")(
        lambda fact=hidden: sealed(RELEASE, {LINES: without_line(fact)})
    )


@attack("the CSV says another figure")
def _() -> Attempt:
    return sealed(FORMATS, {f"{NAME}.csv": replacing(",61.3,", ",71.3,")})


@attack("the CSV gives a figure that was withheld")
def _() -> Attempt:
    return sealed(FORMATS, {f"{NAME}.csv": replacing(",,,5,A,N", ",60.0,3,5,A,N")})


@attack("the CSV lacks a row")
def _() -> Attempt:
    return sealed(FORMATS, {f"{NAME}.csv": lambda body: body.rsplit(b"\r\n", 2)[0] + b"\r\n"})


@attack("two places change rows in the CSV")
def _() -> Attempt:
    def swapped(body: bytes) -> bytes:
        return (
            body.replace(b"Kingston", b"?")
            .replace(b"20802", b"!")
            .replace(b"20803", b"20802")
            .replace(b"!", b"20803")
        )

    return sealed(FORMATS, {f"{NAME}.csv": swapped})


@attack("the JSON Lines say another figure")
def _() -> Attempt:
    return sealed(FORMATS, {f"{NAME}.jsonl": replacing('"61.3"', '"71.3"')})


@attack("SDMX-CSV says another figure")
def _() -> Attempt:
    return sealed(FORMATS, {f"{NAME}.sdmx.csv": replacing(",61.3,", ",71.3,")})


@attack("SDMX-CSV calls a withheld value free")
def _() -> Attempt:
    return sealed(FORMATS, {f"{NAME}.sdmx.csv": replacing(",A,N,", ",A,F,")})


@attack("CIDS says another figure")
def _() -> Attempt:
    return sealed(FORMATS, {f"{NAME}.cids.jsonld": replacing('"61.3"', '"71.3"')})


def in_sheet(edit: Edit) -> Edit:
    """A workbook whose first sheet is edited."""

    def forge(body: bytes) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(body)) as book, zipfile.ZipFile(made, "w") as forged:
            for name in book.namelist():
                part = book.read(name)
                forged.writestr(name, edit(part) if name.endswith("sheet1.xml") else part)
        return made.getvalue()

    return forge


@attack("the workbook says another figure")
def _() -> Attempt:
    return sealed(FORMATS, {f"{NAME}.xlsx": in_sheet(replacing("<v>61.3", "<v>71.3"))})


@attack("the workbook holds a formula")
def _() -> Attempt:
    formula = replacing("<v>61.3", "<f>60+1.3</f><v>61.3")
    return sealed(FORMATS, {f"{NAME}.xlsx": in_sheet(formula)})


@attack("the workbook is spelt in letters of two bytes, among which entities would not be seen")
def _() -> Attempt:
    def spelt(part: bytes) -> bytes:
        return part.replace(b'"UTF-8"', b'"UTF-16"').decode().encode("utf-16")

    return sealed(FORMATS, {f"{NAME}.xlsx": in_sheet(spelt)})


def one_hash(pattern: bytes) -> Edit:
    """The first hash behind that pattern is another one, as long and as well spelt."""

    def other(found: re.Match[bytes]) -> bytes:
        return found[1] + (b"B" if found[2] == b"A" else b"A")

    return lambda body: re.sub(pattern + rb"([A-Za-z0-9+/])", other, body, count=1)


@attack("a proof of consistency proves nothing")
def _() -> Attempt:
    return sealed(PROOFS, {"log/proofs/17-33.consistency": one_hash(rb"(\nold 17\n)")})


@attack("a tlog-proof proves nothing")
def _() -> Attempt:
    return sealed(PROOFS, {"log/proofs/18.tlog-proof": one_hash(rb"(\nindex 17\n)")})


@attack("a tlog-proof is of another line")
def _() -> Attempt:
    other = replacing("index 17", "index 16")
    return sealed(PROOFS, {"log/proofs/18.tlog-proof": other})


@attack("a tlog-proof is of another checkpoint")
def _() -> Attempt:
    other = replacing("\n33\n", "\n32\n")
    return sealed(PROOFS, {"log/proofs/18.tlog-proof": other})


@attack("a line is changed that a figure follows from")
def _() -> Attempt:
    return sealed(TREE, {LINES: replacing('"numerator":"10"', '"numerator":"11"')})
