"""What a bulk import found and did, as it is told to whoever sent the file."""

from __future__ import annotations

from heapq import nsmallest
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from infra.kernel import RuleForbids, StateForbids
from services.measurement.application.examination import Examination
from services.measurement.application.sheets import Tally
from services.measurement.domain.findings import Finding
from services.measurement.domain.submission_values import RuleCount
from services.measurement.domain.tidy import Findings

PENDING = "period-pending"
"""The reason that a moment's patience cures."""


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


SHOWN = 1_000
Outcome = Literal["accepted", "waiting", "nothing-changed", "dry-run"]


class HeldUp(BaseModel):
    """What the rules found in rows that could be read. `blocked` rows wait for a person, or are
    left out with mode=rows; `unsound` ones never become observations. The first 1,000 findings are
    shown; all of them at the submission's own page."""

    blocked: int
    unsound: int
    rules: tuple[RuleCount, ...]
    first: list[Finding]

    @classmethod
    def of(cls, validation: Examination) -> HeldUp:
        first = nsmallest(SHOWN, validation.noted)
        return cls(
            blocked=len(validation.blocked),
            unsound=len(validation.unsound),
            rules=validation.rules,
            first=[Finding(**found._asdict()) for found in first],
        )


class ImportReport(BaseModel):
    """`rows` are new, unchanged, corrected, skipped, repeated or left out; `missing` ones have no
    value."""

    model_config = ConfigDict(frozen=True)

    outcome: Outcome
    message: str
    submission_id: UUID | None = Field(
        None, description="Where something was written, or was when this file came before."
    )
    rows: int
    series: int
    new: int
    unchanged: int
    corrected: int
    missing: int
    skipped: int = Field(description="Without a value, and left out as the mapping wishes.")
    repeated: int = Field(description="Say again what an earlier row of the file said.")
    refused: int = 0
    left_out: int = Field(0, description="Never become observations, and stay on record.")
    findings: FoundInAll
    validation: HeldUp | None = None


class ImportRefused(RuleForbids):
    """{refused} of {rows} rows cannot be taken, so nothing was written: {reasons}. Correct the
    file or the mapping; `Accept: application/jsonl` shows every finding."""


class ImportHeldUp(StateForbids):
    """{refused} of {rows} rows belong to a submission that is not decided yet; nothing of this one
    was written. Repeat it when that one is accepted, rejected or withdrawn."""


class TooManyRowsBlocked(RuleForbids):
    """{blocked} of {rows} rows break rules, and nobody would look at more than {most}, so nothing
    was written: {reasons}. Correct the file or its mapping; if values were revised, send
    revisions=correct."""


MOST_BLOCKED = 5_000
"""Each blocked row of a submission stays on record; of more than that something else is wrong."""


def refuse_too_many(tally: Tally, found: Examination) -> None:
    """Pass if somebody can look at what is held up."""
    if len(found.blocked) > MOST_BLOCKED:
        first = nsmallest(SHOWN, found.noted)
        raise TooManyRowsBlocked(
            blocked=len(found.blocked),
            rows=tally.rows,
            most=MOST_BLOCKED,
            reasons=", ".join(f"{one.count} {one.rule}" for one in found.rules),
            total=found.counts.total(),
            findings=[
                {"line": one.line, "reason": one.rule, "detail": one.detail} for one in first
            ],
        )


def refusal(tally: Tally, findings: Findings) -> ImportRefused | ImportHeldUp:
    """All or nothing: why it is nothing."""
    told: dict[str, Any] = {**vars(tally), **FoundInAll.of(findings).model_dump()}
    told["findings"] = told.pop("first")
    if set(findings.counts) == {PENDING}:
        return ImportHeldUp(**told)
    reasons = ", ".join(f"{count} {reason}" for reason, count in findings.counts.items())
    return ImportRefused(**told, reasons=reasons)
