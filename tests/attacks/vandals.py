"""Bundles made to hurt whoever opens them: too large, too deep, too many, or named to be misplaced.

Their claim fails before any of it is unfolded; how little memory that takes is a test of its own.
"""

from __future__ import annotations

import io
import random
import warnings
import zipfile
import zlib

from gateway.feeds.archive import LENGTH
from tests.attacks.attack import FILE, FORMATS, SEAL, TREE, Attempt, attack
from tests.bundles import SIGNER, altered, pack, resealed, sealed_by, unpacked
from tests.feeding import scenario

NAME = "release/bgk-department-1"
MEBIBYTE = 1 << 20
ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]>
<sst>&e;&e;&e;&e;&e;&e;&e;&e;</sst>"""


def with_file(name: str, body: bytes, claim: str) -> Attempt:
    return Attempt(altered(pack(scenario()), {name: body}, seal=SIGNER), claim)


@attack("the lines are 100 MiB of nothing, squeezed into as many KiB")
def _() -> Attempt:
    return with_file("log/lines.jsonl", bytes(100 * MEBIBYTE), TREE)


@attack("a table is larger than anybody would send")
def _() -> Attempt:
    return with_file(f"{NAME}.csv", b"0123456789abcde\n" * (5 * MEBIBYTE), FORMATS)


@attack("a file says that it is small, and is not")
def _() -> Attempt:
    body = altered(pack(scenario()), {f"{NAME}.csv": bytes(80 * MEBIBYTE)}, seal=SIGNER)
    length = (80 * MEBIBYTE).to_bytes(4, "little")
    return Attempt(resealed(body.replace(length, (600).to_bytes(4, "little")), SIGNER), FORMATS)


@attack("a line never ends")
def _() -> Attempt:
    noise = random.Random(8).randbytes(8 * MEBIBYTE).replace(b"\n", b" ")
    return with_file("log/lines.jsonl", noise, TREE)


@attack("the manifest is nested a hundred thousand deep")
def _() -> Attempt:
    return with_file("manifest.json", b"[" * 100_000, FILE)


@attack("a line is nested as deep as a line is long")
def _() -> Attempt:
    line = b'{"data":' + b"[" * 60_000 + b',"recordedtime":"","sequence":"00000000000000000001"'
    line += b',"subject":"i/1/feed-release/2","time":"","type":"a.b.feed-released.v1"}\n'
    return with_file("log/lines.jsonl", line, TREE)


@attack("a figure has ten million digits")
def _() -> Attempt:
    head, row, *more = unpacked(pack(scenario()))[f"{NAME}.csv"].split(b"\r\n")
    long = row.replace(b",5,A,", b"," + b"9" * 100_000 + b",A,")
    return with_file(f"{NAME}.csv", b"\r\n".join([head, long, *more]), FORMATS)


@attack("a figure is written so that it unfolds to a thousand million digits")
def _() -> Attempt:
    body = unpacked(pack(scenario()))[f"{NAME}.sdmx.csv"]
    return with_file(f"{NAME}.sdmx.csv", body.replace(b",61.3,", b",1e999999999,"), FORMATS)


@attack("the workbook's texts unfold from one another")
def _() -> Attempt:
    return with_file(f"{NAME}.xlsx", workbook("xl/sharedStrings.xml", ENTITIES), FORMATS)


@attack("the workbook holds a part of 100 MiB")
def _() -> Attempt:
    part = b'<?xml version="1.0"?>' + bytes(100 * MEBIBYTE)
    return with_file(f"{NAME}.xlsx", workbook("xl/worksheets/sheet1.xml", part), FORMATS)


def workbook(name: str, part: bytes) -> bytes:
    made = io.BytesIO()
    old = unpacked(pack(scenario()))[f"{NAME}.xlsx"]
    with zipfile.ZipFile(io.BytesIO(old)) as book, zipfile.ZipFile(made, "w") as forged:
        for each in book.namelist():
            body = part if each == name else book.read(each)
            forged.writestr(each, body, zipfile.ZIP_DEFLATED)
    return made.getvalue()


@attack("there are fifty thousand files")
def _() -> Attempt:
    many = {f"x{at}": b"" for at in range(50_000)}
    return Attempt(altered(pack(scenario()), many, seal=SIGNER), FILE)


for odd in ("../../home/reader/.profile", "/etc/passwd", "..\\..\\start.bat", "release/..", "C:x"):
    attack(f"a file is called {odd}")(lambda name=odd: with_file(name, b"x", FILE))


@attack("something stands in front of the zip")
def _() -> Attempt:
    return Attempt(b"#!/bin/sh\n" + pack(scenario()), SEAL)


@attack("something stands in front of the zip, and is sealed with it")
def _() -> Attempt:
    return Attempt(resealed(b"#!/bin/sh\n" + pack(scenario()), SIGNER), FILE)


@attack("a file that no list names stands between the others, and is sealed with them")
def _() -> Attempt:
    body = io.BytesIO(pack(scenario()))
    with zipfile.ZipFile(body, "a") as archive:
        archive.filelist.pop(0)
        archive.comment = archive.comment  # the list is written anew
    return Attempt(resealed(body.getvalue(), SIGNER), FILE)


@attack("a name stands twice in the zip, and both are sealed")
def _() -> Attempt:
    body = io.BytesIO(pack(scenario()))
    with zipfile.ZipFile(body, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        archive.writestr(f"{NAME}.csv", archive.read(f"{NAME}.csv").replace(b"61.3", b"71.3"))
    return Attempt(resealed(body.getvalue(), SIGNER), FILE)


@attack("a file is called otherwise in front of it than in the list, and both are sealed")
def _() -> Attempt:
    body = pack(scenario())
    return Attempt(resealed(body.replace(b"README.txt", b"FIGURE.txt", 1), SIGNER), FILE)


def zipped(extra: bytes = b"", kind: int = zipfile.ZIP_DEFLATED) -> Attempt:
    """The honest files, in a zip of another kind, under a seal."""
    made, old = io.BytesIO(), pack(scenario())
    with zipfile.ZipFile(made, "w") as forged:
        for name, body in unpacked(old).items():
            about = zipfile.ZipInfo(name)
            about.extra = extra if name == "README.txt" else b""
            forged.writestr(about, body, kind)
        forged.comment = sealed_by(old).encode()
    return Attempt(resealed(made.getvalue(), SIGNER), FILE)


@attack("a file has a second name for some programs, and all is sealed")
def _() -> Attempt:
    return zipped(extra=b"up\x06\x00\x01....x")


@attack("the files are squeezed so that some programs need much memory, and sealed")
def _() -> Attempt:
    return zipped(kind=zipfile.ZIP_LZMA)


@attack("something stands between the files and their list, and is sealed")
def _() -> Attempt:
    body = pack(scenario())
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        at = archive.start_dir
    end = body.rindex(b"PK\5\6") + 16
    moved = body[at:end] + (at + 4).to_bytes(4, "little") + body[end + 4 :]
    return Attempt(resealed(body[:at] + b"more" + moved, SIGNER), FILE)


@attack("something stands behind the zip")
def _() -> Attempt:
    return Attempt(pack(scenario()) + b"and more", SEAL)


@attack("the zip's comment is another one")
def _() -> Attempt:
    front = pack(scenario()).removesuffix(sealed_by(pack(scenario())).encode())[:-LENGTH]
    return Attempt(front + (4).to_bytes(LENGTH, "little") + b"more", SEAL)


@attack("the seal is said to be shorter than it is")
def _() -> Attempt:
    body, seal = pack(scenario()), sealed_by(pack(scenario())).encode()
    front = body.removesuffix(seal)[:-LENGTH]
    return Attempt(front + (len(seal) - 1).to_bytes(LENGTH, "little") + seal, SEAL)


@attack("the same figures are packed in another way")
def _() -> Attempt:
    body = pack(scenario())
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        at = archive.getinfo(f"{NAME}.csv").header_offset
    packed = zlib.compressobj(6, zlib.DEFLATED, -15)
    old = packed.compress(unpacked(body)[f"{NAME}.csv"]) + packed.flush()
    begins = at + 30 + len(f"{NAME}.csv")
    assert body[begins : begins + len(old)] == old
    last = begins + len(old) - 1  # the bits behind the stream's end mean nothing to a reader
    loose = body[:last] + bytes([body[last] | 0x80]) + body[last + 1 :]
    return Attempt(loose, SEAL)
