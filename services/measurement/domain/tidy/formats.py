"""What a file is by its first bytes: a table in text, or something that only looks like one."""

from __future__ import annotations

import re
from typing import Final

from infra.kernel.errors import DomainError


class NotTabular(DomainError):
    """This is {kind}, not a table in text. Open it where it was made, export the one table that
    you want as CSV (comma, semicolon or tab separated) and send that."""


_SIGNATURES: Final = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (xls)"),
    (b"PAR1\x15", "a Parquet file"),
    (b"%PDF-", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh91AY", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"{\\rtf", "a rich text document"),
    (b"$FL2", "an SPSS file"),
    (b"<stata_dta>", "a Stata file"),
)
_ZIPPED: Final = (
    (b"opendocument.spreadsheet", "an OpenDocument spreadsheet (ods)"),
    (b"[Content_Types].xml", "an Excel workbook (xlsx)"),
    (b"xl/", "an Excel workbook (xlsx)"),
)
_JSON: Final = re.compile(rb'\s*(\{\s*["}]|\[\s*["\[{\]])')
_HTML: Final = re.compile(rb"\s*<(!doctype html|html|table|head|body)\b", re.IGNORECASE)
_XML: Final = re.compile(rb"\s*<(\?xml|!--|[A-Za-z][\w:.\-]*[\s>/])")


def refuse_what_is_no_text(first: bytes) -> None:
    """Raise NotTabular if the first bytes of a file are those of another format."""
    kind = _kind(first)
    if kind is not None:
        raise NotTabular(kind=kind)


def _kind(first: bytes) -> str | None:
    if first.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((kind for mark, kind in _ZIPPED if mark in first), "a ZIP archive")
    for signature, kind in _SIGNATURES:
        if first.startswith(signature):
            return kind
    start = first[:4_096].removeprefix(b"\xef\xbb\xbf")
    shapes = ((_HTML, "an HTML page"), (_XML, "an XML document"), (_JSON, "a JSON document"))
    return next((kind for shape, kind in shapes if shape.match(start)), None)
