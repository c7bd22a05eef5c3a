"""A multipart form as it arrives: small fields in memory, the one file on disk."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from infra.web import Problem
from infra.web.bodies import bounded, too_large
from services.measurement.domain.submission_values import File

FILE_BYTES = 64 * 1024 * 1024
FIELD_BYTES = 192 * 1024
FORM_BYTES = FILE_BYTES + 512 * 1024
FORM_SECONDS = 300.0
IN_MEMORY = 1024 * 1024
FIELDS = frozenset(
    {
        *("mapping", "file", "agreement_id", "reporting_period_id", "provider_reference"),
        *("mode", "revisions", "reason", "dry_run"),
    }
)
CHUNK = 256 * 1024


@dataclass
class Form:
    """What was sent, once all of it is there."""

    spool: IO[bytes]
    fields: dict[str, bytearray] = field(default_factory=dict)
    size: int = 0
    sha256: str = ""
    sent: set[str] = field(default_factory=set)

    def text(self, name: str, otherwise: str = "") -> str:
        try:
            return self.fields.get(name, bytearray()).decode().strip() or otherwise
        except UnicodeDecodeError as error:
            raise wrong(name, "it is no UTF-8 text") from error

    @property
    def file(self) -> File:
        return File(sha256=self.sha256, bytes=self.size)

    def chunks(self) -> Iterator[bytes]:
        self.spool.seek(0)
        while chunk := self.spool.read(CHUNK):
            yield chunk

    def digest(self) -> bytes:
        """Of what the parts say. The boundary between them is another in every attempt."""
        told = hashlib.sha256(self.sha256.encode())
        for name, value in sorted(self.fields.items()):
            told.update(b"\n%s\n%s" % (name.encode(), hashlib.sha256(value).digest()))
        return told.digest()


@asynccontextmanager
async def reading_form(request: Request) -> AsyncIterator[Form]:
    """Stream the form in; 415 for another body, 413 past the limits, 422 for other parts."""
    media_type, options = parse_options_header(request.headers.get("content-type"))
    if media_type != b"multipart/form-data" or b"boundary" not in options:
        raise Problem(
            415,
            "unsupported-media-type",
            "Send multipart/form-data with a part `mapping` (JSON) and a part `file` (CSV).",
        )
    with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        form = Form(spool)
        try:
            parser = _Parts(form).parser(options[b"boundary"])
            async for chunk in bounded(request, FORM_BYTES, FORM_SECONDS):
                parser.write(chunk)
            parser.finalize()
        except FormParserError as error:
            detail = f"The form cannot be read: {error}."
            raise Problem(400, "malformed-multipart", detail) from error
        for name in ("mapping", "file"):
            if name not in form.sent:
                raise wrong(name, "this part is missing")
        yield form


class _Parts:
    """The parser's callbacks: they sort the bytes of each part to where they belong."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._hash = hashlib.sha256()
        self._header = self._value = b""
        self._name = ""

    def parser(self, boundary: bytes) -> MultipartParser:
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._field,
                "on_header_value": self._of_field,
                "on_header_end": self._headed,
                "on_headers_finished": self._named,
                "on_part_data": self._data,
                "on_end": self._end,
            },
        )

    def _begin(self) -> None:
        self._name = ""

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _of_field(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _headed(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._header = self._value = b""

    def _named(self) -> None:
        if self._name not in FIELDS:
            raise wrong(self._name, f"a part is one of {', '.join(sorted(FIELDS))}")
        if self._name in self._form.sent:
            raise wrong(self._name, "this part is there twice")
        self._form.sent.add(self._name)

    def _data(self, data: bytes, start: int, end: int) -> None:
        form, piece = self._form, data[start:end]
        if self._name == "file":
            form.size += len(piece)
            if form.size > FILE_BYTES:
                raise too_large(FILE_BYTES)
            self._hash.update(piece)
            form.spool.write(piece)
            return
        kept = form.fields.setdefault(self._name, bytearray())
        kept += piece
        if len(kept) > FIELD_BYTES:
            raise too_large(FIELD_BYTES)

    def _end(self) -> None:
        self._form.sha256 = self._hash.hexdigest()


def wrong(name: str, detail: str) -> Problem:
    return Problem(
        422,
        "invalid-form",
        f"Part {name or 'without a name'}: {detail}.",
        errors=[{"pointer": f"/{name}", "detail": detail}],
    )
