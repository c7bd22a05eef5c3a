"""What is found in the rows of a submission before any of them is an observation."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from infra.kernel import RuleForbids
from services.measurement.application.beside import MOST_BESIDE, NO_ROUND, ManySeries, beside
from services.measurement.application.sheets import Pace, Sheet, observation, where
from services.measurement.domain.findings import (
    INVARIANTS,
    Comparing,
    Round,
    RowFinding,
    Rule,
    Severity,
    StagedSeries,
)
from services.measurement.domain.soundness import sound
from services.measurement.domain.submission_values import Mode, Questioned, RuleCount, Sent
from services.measurement.domain.tidy import Row
from services.measurement.domain.values import Observation, Span

MOST_NOTED = 5_000
"""Findings are on record up to that number; of each blocked row always the first."""
MOST_RULES = 200
FEW = 100

NOT_ALL_COMPARED = RowFinding(
    0,
    "strata-not-compared",
    "warning",
    f"more than {MOST_BESIDE:,} totals and strata stand beside these rows: not all were compared;"
    " send a group together",
)
Standing = Mapping[UUID, Mapping[Span, Observation]]
"""What stands already, by series."""


@dataclass
class Examination:
    """All findings of one submission: counted all, kept as far as they are put on record."""

    noted: list[RowFinding] = field(default_factory=list)
    counts: Counter[tuple[str, Severity]] = field(default_factory=Counter)
    blocked: set[int] = field(default_factory=set)
    unsound: set[int] = field(default_factory=set)
    rows: dict[int, tuple[Sheet, Row]] = field(default_factory=dict)
    """The blocked rows, by line: they stay on record with their finding."""
    left_out: int = 0

    def add(self, found: RowFinding) -> None:
        self.counts[found.rule, found.severity] += 1
        first = found.severity == "blocking" and found.line not in self.blocked
        if found.severity == "blocking":
            self.blocked.add(found.line)
            if found.rule in INVARIANTS:
                self.unsound.add(found.line)
        if first or len(self.noted) < MOST_NOTED:
            self.noted.append(found)

    def refuse(self, sheet: Sheet, row: Row, rule: str, detail: str) -> None:
        """A row that cannot be written as things stand."""
        self.rows[row.line] = sheet, row
        self.left_out += 1
        self.add(RowFinding(row.line, rule, "blocking", detail))

    @property
    def rules(self) -> tuple[RuleCount, ...]:
        """How often each rule found something, the most frequent first."""
        return tuple(
            RuleCount(rule=rule, severity=severity, count=count)
            for (rule, severity), count in self.counts.most_common(MOST_RULES)
        )

    def questioned(self) -> Iterator[Questioned]:
        """The findings as they stand on record, by line; a blocked row stands beside its first."""
        told: set[int] = set()
        for found in sorted(self.noted):
            beside = self.rows.get(found.line) if found.severity == "blocking" else None
            row = None if beside is None or found.line in told else _sent(*beside)
            if row is not None:
                told.add(found.line)
            yield Questioned(**found._asdict(), row=row)

    def left_outside(self, mode: Mode) -> set[int]:
        """The rows, by line, that never come in."""
        return self.blocked if mode == "rows" else self.unsound

    def set_aside(self, sheets: Iterable[Sheet], mode: Mode) -> None:
        """Take out of the sheets what is never written: rows that break a rule which no
        explanation lifts, and row by row whatever is blocked."""
        if not self.blocked:
            return
        out = self.left_outside(mode)
        for sheet in sheets:
            for row in (*sheet.rows, *sheet.changed):
                if row.line in self.blocked:
                    self.rows[row.line] = sheet, row
                    self.left_out += row.line in out
            sheet.rows = [row for row in sheet.rows if row.line not in out]
            sheet.changed = [row for row in sheet.changed if row.line not in out]


def unsound(row: Row) -> tuple[str, str] | None:
    """The rule that a row breaks by itself, and how: the same that refuses one observation."""
    if row.numerator is None and row.denominator is None and row.value is not None:
        return None
    try:
        sound([observation(row)])
    except RuleForbids as error:
        return error.slug, str(error)
    return None


async def look_at(
    sheets: Sequence[Sheet],
    rules: Mapping[UUID, Sequence[Rule]],
    round: Round,
    standing: Standing,
    validation: Examination,
    many_series: ManySeries,
) -> None:
    """Hold every row against itself and against the rules of its indicator."""
    pace = Pace()
    for sheet in sheets:
        for row in (*sheet.rows, *sheet.changed):
            if broken := unsound(row):
                validation.add(RowFinding(row.line, broken[0], "blocking", broken[1]))
        await pace.breathe()
    for id, stated in rules.items():
        ours = [one for one in sheets if one.indicator.id == id and (one.rows or one.changed)]
        if ours and stated:
            staged = [_staged(sheet, standing) for sheet in ours]
            others = await beside(ours[0].indicator, stated, staged, many_series)
            if others.short:
                validation.add(NOT_ALL_COMPARED)
            await _hold_against(stated, [*staged, *others.series], round, validation)


async def look_again(
    sheets: Sequence[Sheet],
    rules: Mapping[UUID, Sequence[Rule]],
    mode: Mode,
    standing: Standing,
    validation: Examination,
    many_series: ManySeries,
) -> None:
    """Hold strata against their totals once more, without the rows that never come in: what stands
    where they would have stood may be lower."""
    out: set[int] = set()
    while out != validation.left_outside(mode):
        out = set(validation.left_outside(mode))
        for id, stated in rules.items():
            always = [
                one for one in stated if isinstance(one, Comparing) and one.code in INVARIANTS
            ]
            ours = [one for one in sheets if one.indicator.id == id and (one.rows or one.changed)]
            if always and ours:
                staged = [_staged(sheet, standing, without=out) for sheet in ours]
                others = await beside(ours[0].indicator, always, staged, many_series)
                held = [*staged, *others.series]
                await _hold_against(always, held, NO_ROUND, validation)


async def _hold_against(
    rules: Sequence[Rule],
    staged: Sequence[StagedSeries],
    round: Round,
    validation: Examination,
) -> None:
    """A rule looks at all rows at once: at many of them in a thread, so that others go on working
    meanwhile."""
    pace, few = Pace(), len(staged) < FEW
    for rule in rules:
        found_by = (
            _found(rule, staged, round)
            if few
            else await asyncio.to_thread(_found, rule, staged, round)
        )
        for found in found_by:
            validation.add(found)
            await pace.breathe()


def _found(rule: Rule, staged: Sequence[StagedSeries], round: Round) -> list[RowFinding]:
    return list(rule.find(staged, round))


def _staged(
    sheet: Sheet, standing: Standing, *, without: Collection[int] = frozenset()
) -> StagedSeries:
    rows = [*sheet.rows, *sheet.changed] if sheet.changed else sheet.rows
    place, dimensions = where(rows[0])
    if without:
        rows = [row for row in rows if row.line not in without]
    return StagedSeries(place, dimensions, rows, standing.get(sheet.id, {}))


def _sent(sheet: Sheet, row: Row) -> Sent:
    place, dimensions = where(row)
    return Sent(
        indicator_id=sheet.indicator.id,
        place=place,
        dimensions=dimensions,
        observation=observation(row),
    )
