"""What a bulk import found and did, as it is told to whoever sent the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from infra.kernel import RuleForbids, StateForbids
from services.measurement.domain.tidy import Findings

PENDING = "period-pending"
"""The reason that a moment's patience cures."""


@dataclass
class Tally:
    """The rows of a file by what they would be, or are."""

    rows: int = 0
    new: int = 0
    unchanged: int = 0
    corrected: int = 0
    missing: int = 0
    skipped: int = 0
    repeated: int = 0
    refused: int = 0


class Found(BaseModel):
    """One thing that somebody should look at."""

    line: int
    column: str | None = None
    reason: str
    detail: str


class FoundInAll(BaseModel):
    """All are counted, the first 1,000 are shown."""

    total: int
    counts: dict[str, int]
    first: list[Found]

    @classmethod
    def of(cls, findings: Findings) -> FoundInAll:
        first = [Found(**finding._asdict()) for finding in findings.first]
        return cls(total=findings.total, counts=findings.counts, first=first)


class ImportReport(BaseModel):
    """`rows` are new, unchanged, corrected, skipped or repeated; `missing` ones have no value."""

    model_config = ConfigDict(frozen=True)

    outcome: Literal["accepted", "nothing-changed", "dry-run"]
    message: str
    submission_id: UUID | None = Field(None, description="Where something was written.")
    rows: int
    series: int
    new: int
    unchanged: int
    corrected: int
    missing: int
    skipped: int = Field(description="Without a value, and left out as the mapping wishes.")
    repeated: int = Field(description="Say again what an earlier row of the file said.")
    refused: int = 0
    findings: FoundInAll


class ImportRefused(RuleForbids):
    """{refused} of {rows} rows cannot be taken, so nothing was written: {reasons}. Correct the
    file or the mapping; `Accept: application/jsonl` shows every finding."""


class ImportHeldUp(StateForbids):
    """{refused} of {rows} rows belong to a submission that is still being written; nothing of
    this one was. Repeat it in a moment."""


def refusal(tally: Tally, findings: Findings) -> ImportRefused | ImportHeldUp:
    """All or nothing: why it is nothing."""
    told: dict[str, Any] = {**vars(tally), **FoundInAll.of(findings).model_dump()}
    told["findings"] = told.pop("first")
    if set(findings.counts) == {PENDING}:
        return ImportHeldUp(**told)
    reasons = ", ".join(f"{count} {reason}" for reason, count in findings.counts.items())
    return ImportRefused(**told, reasons=reasons)
