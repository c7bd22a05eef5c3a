"""Bodies are read with a bound on their size and on the time that they take."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request

from infra.web.problems import Problem

JSON_BYTES = 256 * 1024
JSON_SECONDS = 10.0
MAX_DEPTH = 32


async def read_json(request: Request) -> bytes:
    """The raw JSON body: its media type, size, time and depth are checked, nothing else."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise Problem(
            415,
            "unsupported-media-type",
            f"The body must be application/json, not {media_type or 'untyped'}.",
        )
    body = b"".join([chunk async for chunk in bounded(request, JSON_BYTES, JSON_SECONDS)])
    _refuse_depth(body)
    return body


async def bounded(request: Request, limit: int, seconds: float) -> AsyncIterator[bytes]:
    """The body's chunks; 413 past the limit, 408 where they come too slowly."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Problem(415, "content-encoding-refused", "Send the body without Content-Encoding.")
    if int(request.headers.get("content-length") or 0) > limit:
        raise too_large(limit)
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise too_large(limit)
                yield chunk
    except TimeoutError as error:
        raise Problem(
            408, "body-too-slow", f"The body did not arrive within {seconds:.0f} s; send it again."
        ) from error
    except ClientDisconnect as error:
        raise Problem(400, "body-cut-off", "The body ended before it was whole.") from error


def too_large(limit: int) -> Problem:
    size = f"{limit // 1024} KiB" if limit < 1024 * 1024 else f"{limit // 1024**2} MiB"
    return Problem(413, "body-too-large", f"A body here has at most {size}; split it.")


def _refuse_depth(body: bytes) -> None:
    """Count brackets outside strings only where the plain count is suspicious."""
    if body.count(b"{") + body.count(b"[") <= MAX_DEPTH:
        return
    depth, quoted, escaped = 0, False, False
    for byte in body:
        if quoted:
            quoted = escaped or byte != 0x22
            escaped = byte == 0x5C and not escaped
        elif byte == 0x22:
            quoted = True
        elif byte in b"{[":
            depth += 1
            if depth > MAX_DEPTH:
                raise Problem(400, "too-deep", f"JSON here nests at most {MAX_DEPTH} levels deep.")
        elif byte in b"}]":
            depth -= 1
