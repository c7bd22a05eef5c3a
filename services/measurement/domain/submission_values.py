"""What the facts of a submission are made of: its file, its counts, its findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from infra.kernel.provenance import Code, Digest
from services.measurement.domain.findings import Finding, Severity
from services.measurement.domain.values import Dimensions, Observation, Place, Value, absent

FINDINGS_BUDGET = 30 * 1024
"""Bytes of findings in one line; a single one of them may bring as much again."""

Mode = Literal["all", "rows"]
Revisions = Literal["refuse", "correct"]
Rejection = Literal["interrupted", "overtaken", "failed", "declined"]
Lines = Annotated[tuple[int, ...], Field(max_length=1_000)]


class File(Value):
    """The file that was sent, by what it hashes to."""

    sha256: Digest
    bytes: int


class Counts(Value):
    """What becomes of the rows. `missing` counts those among them that have no value, `left_out`
    those that never become observations."""

    new: int
    unchanged: int
    corrected: int
    missing: int
    left_out: int = 0


class Sent(Value):
    """A row as it arrived."""

    indicator_id: UUID
    place: Place
    dimensions: Dimensions
    observation: Observation


class Questioned(Finding):
    """A finding on record. Where it blocks, the row stands beside it: it may never become more."""

    row: Sent | None = Field(None, exclude_if=absent)


class RuleCount(Value):
    """How often a rule found something."""

    rule: Code
    severity: Severity
    count: int


Rules = Annotated[tuple[RuleCount, ...], Field(max_length=200)]


def lines_of(found: Iterable[Questioned]) -> Iterator[tuple[Questioned, ...]]:
    """The findings in parts, each of which goes into one line."""
    part: list[Questioned] = []
    size = 0
    for finding in found:
        size += len(finding.model_dump_json().encode())
        part.append(finding)
        if size > FINDINGS_BUDGET:
            yield tuple(part)
            part, size = [], 0
    if part:
        yield tuple(part)
