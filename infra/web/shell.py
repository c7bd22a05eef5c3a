"""The outermost layer, pure ASGI: admission before any parsing, and what every answer bears."""

from __future__ import annotations

import logging
import re
import time
from collections import OrderedDict
from urllib.parse import parse_qsl

from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.kernel import uuid7
from infra.web.problems import Problem, response, retry_later

log = logging.getLogger(__name__)

CORRELATION = re.compile(r"[A-Za-z0-9._:-]{1,100}")
IN_FLIGHT = 128
RATE = 2_000.0
BURST = 4_000.0
CALLERS = 10_000

REQUESTS = Counter("commonweal_requests", "Requests by method and status.", ["method", "status"])
SECONDS = Histogram(
    "commonweal_request_seconds",
    "From the first byte in to the last byte out.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
NUL = re.compile(rb"%00|\0")
DRESS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"strict-transport-security", b"max-age=31536000"),
    (b"cache-control", b"no-store"),
)
"""What every answer bears, unless it says otherwise itself."""


class Rate:
    """A token bucket per caller; the least recently seen caller is forgotten first."""

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second, self._burst = per_second, burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def admits(self, caller: str) -> bool:
        now = time.monotonic()
        level, since = self._buckets.pop(caller, (self._burst, now))
        level = min(self._burst, level + (now - since) * self._per_second)
        self._buckets[caller] = (max(level - 1, 0.0), now)
        if len(self._buckets) > CALLERS:
            self._buckets.popitem(last=False)
        return level >= 1


class Shell:
    """Wraps the whole app. A refusal here costs next to nothing, so overload degrades gently."""

    def __init__(
        self, app: ASGIApp, *, in_flight: int = IN_FLIGHT, rate: float = RATE, burst: float = BURST
    ) -> None:
        self._app = app
        self._limit = in_flight
        self._rate = Rate(rate, burst)
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        offered = headers.get("x-correlation-id", "")
        scope["correlation_id"] = offered if CORRELATION.fullmatch(offered) else str(uuid7())
        dressed = _Dressed(scope, send)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            return await response(refusal, scope["path"])(scope, receive, dressed)
        self._in_flight += 1
        try:
            await self._app(scope, receive, dressed)
        except Exception:
            log.exception("unhandled", extra={"correlation_id": scope["correlation_id"]})
            if not dressed.started:
                raise
        finally:
            self._in_flight -= 1
            dressed.count()

    def _refusal(self, scope: Scope, headers: Headers) -> Problem | None:
        if scope["path"].startswith("/health"):
            return None
        if self._in_flight >= self._limit:
            return retry_later(503, "too-busy", "Too many requests are under way; try again.")
        client = scope.get("client") or ("",)
        if not self._rate.admits(headers.get("authorization") or client[0]):
            return retry_later(429, "too-many-requests", "You ask faster than is served here.")
        length = headers.get("content-length", "0")
        if not length.isdigit() or len(length) > 15:
            return Problem(400, "malformed-content-length", "Content-Length is not a number.")
        if NUL.search(scope["query_string"]):
            return _with_nul(scope["query_string"])
        return None


def _with_nul(query: bytes) -> Problem:
    """No text here holds a NUL: PostgreSQL keeps none."""
    said = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    names = [name for name, value in said if "\0" in name + value]
    errors = [
        {"pointer": f"query:{name}", "detail": "leave the NUL character out"} for name in names
    ]
    return Problem(
        422, "invalid-shape", f"{', '.join(names)}: leave the NUL character out.", errors=errors
    )


class _Dressed:
    """`send`, adding the headers that every answer bears."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self._since = time.perf_counter()
        self._status = 0
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started, self._status = True, message["status"]
            said = message.get("headers", ())
            names = {name for name, _ in said}
            message["headers"] = [
                *said,
                (b"x-correlation-id", self._scope["correlation_id"].encode()),
                *(pair for pair in DRESS if pair[0] not in names),
            ]
        await self._send(message)

    def count(self) -> None:
        REQUESTS.labels(self._scope["method"], self._status).inc()
        SECONDS.observe(time.perf_counter() - self._since)
