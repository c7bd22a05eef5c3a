"""What a process says of itself: one JSON object a line on standard error, and figures to scrape.

No personal data is ever logged: only what a field list or our own sentences name.
"""

from __future__ import annotations

import contextvars
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import orjson
from prometheus_client import REGISTRY, CollectorRegistry, Gauge

CORRELATION: contextvars.ContextVar[str] = contextvars.ContextVar("correlation", default="")
"""The correlation id of the request that is being answered."""

OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
QUIET = {"kafka": logging.ERROR, "httpx": logging.WARNING, "uvicorn.access": logging.WARNING}


class JsonLines(logging.Formatter):
    """One event a line; control characters are escaped, so no line can be forged."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if CORRELATION.get():
            told["correlation_id"] = CORRELATION.get()
        told |= {name: value for name, value in vars(record).items() if name not in OWN}
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = "".join(traceback.format_exception(record.exc_info[1]))
        return orjson.dumps(told, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def log_as(process: str, *, level: int = logging.INFO) -> None:
    """All logging of this process goes to standard error, as JSON lines that name it."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(process))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, quieter in QUIET.items():
        logging.getLogger(name).setLevel(max(level, quieter))


class Gauges:
    """Figures that are read at once from the database, as gauges that a scrape shows."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self._registry = registry
        self._gauges: dict[str, Gauge] = {}

    def show(self, name: str, value: float, *, meaning: str, **labels: str) -> None:
        """`commonweal_<name>{labels}` has this value now."""
        gauge = self._gauges.get(name)
        if gauge is None:
            gauge = Gauge(f"commonweal_{name}", meaning, sorted(labels), registry=self._registry)
            self._gauges[name] = gauge
        (gauge.labels(**labels) if labels else gauge).set(value)
