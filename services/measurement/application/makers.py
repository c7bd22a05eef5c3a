"""Who brought or changed the values of a series: its lines say so, each in its provenance."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

import orjson

from services.measurement.domain.certifying import Makers
from services.measurement.domain.values import Span

MAKING = frozenset(
    f"commonweal.measurement.{fact}.v1"
    for fact in (
        "observations-recorded",
        "observation-corrected",
        "observation-deduplicated",
        "observation-status-changed",
    )
)


def makers(lines: Iterable[str], rejected: Collection[UUID]) -> Makers:
    """By period, of all that was ever said of it but for what was rejected."""
    found: dict[Span, set[str]] = {}
    for line in map(orjson.loads, lines):
        data = line["data"]
        if line["type"] not in MAKING or _named(data) in rejected:
            continue
        for each in data.get("observations") or (data["now"],):
            span = date.fromisoformat(each["start"]), date.fromisoformat(each["end"])
            found.setdefault(span, set()).add(data["provenance"]["actor"])
    return found


def _named(data: dict[str, Any]) -> UUID | None:
    submission = data.get("submission_id")
    return UUID(submission) if submission else None
