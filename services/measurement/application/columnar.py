"""Parquet as text: read by a child process with little room, for its bytes are anybody's."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import chain
from tempfile import TemporaryFile
from typing import IO

from services.measurement.application.checked import Upload
from services.measurement.application.parquet import REFUSALS
from services.measurement.domain.tidy import NotTabular, TooLarge

MAGIC = b"PAR1"
SECONDS = 60.0
CHUNK = 256 * 1024


@asynccontextmanager
async def as_text(upload: Upload) -> AsyncIterator[Upload]:
    """The same upload, of which a Parquet file has become a table in text."""
    chunks = iter(upload.chunks)
    first = next(chunks, b"")
    whole = chain([first], chunks)
    if not first.startswith(MAGIC):
        yield replace(upload, chunks=whole)
        return
    with TemporaryFile() as given, TemporaryFile() as told:
        await asyncio.to_thread(_spill, whole, given)
        await _convert(given, told)
        as_csv = {"delimiter": ",", "encoding": "utf-8", "header_line": 1}
        mapping = upload.mapping.model_copy(update=as_csv)
        yield replace(upload, chunks=_chunks(told), reading=mapping)


async def _convert(given: IO[bytes], told: IO[bytes]) -> None:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.measurement.application.parquet"),
        stdin=given,
        stdout=told,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"},
    )
    try:
        async with asyncio.timeout(SECONDS):
            code = await child.wait()
    except TimeoutError:
        code = 1
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if code:
        told_why = REFUSALS.get(code)
        if told_why is None:
            raise NotTabular(kind="a Parquet file that cannot be read")
        raise TooLarge(most=told_why)


def _spill(chunks: Iterable[bytes], file: IO[bytes]) -> None:
    for chunk in chunks:
        file.write(chunk)
    file.flush()
    file.seek(0)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk
