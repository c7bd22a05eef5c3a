"""Whose word stands behind the values of a series: its lines say who brought or changed each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import orjson

from services.measurement.domain.origins import Origins
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


def origins(
    lines: Iterable[str], rejected: Collection[UUID], verifiers: Mapping[UUID, Collection[str]]
) -> Origins:
    """By period, of all that was ever said of it but for what never counted."""
    makers: dict[Span, set[str]] = {}
    brought: dict[Span, UUID] = {}
    for line in map(orjson.loads, lines):
        data = line["data"]
        submission = _named(data)
        if line["type"] not in MAKING or submission in rejected:
            continue
        for each in data.get("observations") or (data["now"],):
            span = date.fromisoformat(each["start"]), date.fromisoformat(each["end"])
            makers.setdefault(span, set()).add(data["provenance"]["actor"])
            if submission is not None:
                brought[span] = submission
    return Origins(makers, brought, verifiers)


def _named(data: dict[str, Any]) -> UUID | None:
    submission = data.get("submission_id")
    return UUID(submission) if submission else None
