"""Rows that say how one side of a thing stands: its name, its state, one of its targets.

A thing at a cut is the latest row of each of its sides. So a page about a thing is put together
from a handful of rows, whatever happened to it before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from gateway.readers.reader import Reader
from gateway.readmodels.model import Row
from infra.messaging.carried import Carried

COLUMNS = ("initiative_id", "thing_id", "side", "true_at", "begins", "body")


class Aspect(NamedTuple):
    """One side of a thing, as a line left it."""

    position: str
    body: dict[str, Any]
    initiative_id: UUID | None = None
    """Whose thing it is, where that was asked for."""


def aspect(
    carried: Carried,
    side: str,
    body: Reader | Mapping[str, Any],
    *,
    begins: date | None = None,
    thing: UUID | None = None,
) -> Row:
    """The row of a line; the thing is the line's own stream unless another is named."""
    line = carried.line
    said = body.told() if isinstance(body, Reader) else dict(body)
    return (
        line.partitionkey,
        thing or UUID(line.subject.rpartition("/")[2]),
        side,
        line.time,
        begins,
        orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode(),
    )


def of(row: Any) -> Aspect:
    """The aspect that a row of the database holds."""
    body: dict[str, Any] = orjson.loads(row["body"])
    return Aspect(f"{row['source']}:{row['sequence']}", body, row.get("initiative_id"))
