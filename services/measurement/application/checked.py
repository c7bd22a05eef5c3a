"""What a file would do: each row held against what stands, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from infra.kernel import DomainError, RuleForbids
from services.measurement.application.examination import Examination
from services.measurement.application.gates import Gate
from services.measurement.application.reports import (
    PENDING,
    FoundInAll,
    HeldUp,
    ImportReport,
    Outcome,
)
from services.measurement.application.sheets import Pace, Sheet, Tally, observation, where
from services.measurement.domain import Indicator, Series, tidy
from services.measurement.domain.submission_values import Counts, File, Mode, Revisions
from services.measurement.domain.values import Observation, Span


class IndicatorNotHere(RuleForbids):
    """The mapping names the indicator {named}, which this initiative does not have: give the id
    or the code of one that it has."""


@dataclass(frozen=True)
class Upload:
    """A file that has arrived, and what its sender wants of it."""

    mapping: tidy.Mapping
    chunks: Iterable[bytes]
    file: File
    agreement_id: UUID | None = None
    reporting_period_id: UUID | None = None
    provider_reference: str | None = None
    mode: Mode = "all"
    revisions: Revisions = "refuse"
    dry_run: bool = False
    reading: tidy.Mapping | None = None
    """The mapping of what a file was turned into, where that is another."""
    on_finding: Callable[[tidy.Finding], None] | None = None


@dataclass
class Checked:
    """What a file would do, once every row of it has been looked at."""

    upload: Upload
    gate: Gate
    findings: tidy.Findings
    tally: Tally = field(default_factory=Tally)
    sheets: Sequence[Sheet] = ()
    validation: Examination = field(default_factory=Examination)
    standing: dict[UUID, Mapping[Span, Observation]] = field(default_factory=dict)

    def report(self, outcome: Outcome, id: UUID | None = None) -> ImportReport:
        return ImportReport(
            outcome=outcome,
            message=MESSAGES[outcome],
            submission_id=id,
            series=len(self.sheets),
            findings=FoundInAll.of(self.findings),
            validation=HeldUp.of(self.validation) if self.validation.counts else None,
            **vars(self.tally),
        )

    def add_up(self) -> None:
        """Set aside what is never written, and count the rest."""
        self.validation.set_aside(self.sheets, self.upload.mode)
        self.tally.new = sum(len(sheet.rows) for sheet in self.sheets)
        self.tally.corrected = sum(len(sheet.changed) for sheet in self.sheets)
        self.tally.left_out = self.validation.left_out

    @property
    def writes(self) -> bool:
        """Whether anything of it goes on record: rows to write, or rows that may not be."""
        return bool(self.tally.new or self.tally.corrected or self.validation.blocked)

    @property
    def counts(self) -> Counts:
        """What the acceptance says of it."""
        told = self.tally
        return Counts(
            new=told.new,
            unchanged=told.unchanged,
            corrected=told.corrected,
            missing=told.missing,
            left_out=told.left_out,
        )


MESSAGES = {
    "accepted": "The submission was accepted.",
    "waiting": "The submission waits, for rows of it break rules: nothing of it counts before"
    " somebody else has accepted it. Sent again with mode=rows or revisions=correct, or withdrawn,"
    " it waits no more.",
    "nothing-changed": "Every row is known already with the same value: nothing was written.",
    "dry-run": "This is what the import would do; nothing was written.",
}


async def compare(
    sheet: Sheet,
    series: Series | None,
    checked: Checked,
    refuse: Callable[[tidy.Finding], None],
    pace: Pace,
) -> None:
    """Keep of the sheet what is to be written, and count all of it."""
    tally = checked.tally
    if not checked.findings.refusing:
        admit(sheet, checked.gate)
    if series is None:
        return
    rows, sheet.rows = sheet.rows, []
    for row in rows:
        verdict = series.verdict(observation(row))
        if verdict == "new":
            sheet.rows.append(row)
        elif verdict == "changed" and checked.upload.revisions == "correct":
            sheet.changed.append(row)
        elif verdict == "unchanged":
            tally.unchanged += 1
        elif verdict == "changed":
            checked.validation.refuse(sheet, row, "value-changed", _changed(row, series))
        else:
            detail = "a submission that is not decided yet holds this period"
            refuse(tidy.Finding(row.line, None, PENDING, detail))
        await pace.breathe()
    sheet.version = series.version


def admit(sheet: Sheet, gate: Gate) -> None:
    """Pass if the agreement covers the series, and the round takes its periods."""
    place, dimensions = where(sheet.rows[0])
    gate.admit_series(sheet.indicator.id, place, dimensions)
    for row in sheet.rows:
        gate.admit_period(row.period.start, row.period.end, row.period_text)


def _changed(row: tidy.Row, series: Series) -> str:
    known = series.live[row.period.start, row.period.end].observation
    return (
        f"{row.period_text} is known as {known.value or known.status}, the file has"
        f" {row.value or row.status}; send revisions=correct with a reason if it was revised"
    )


def usable(
    indicator: Indicator | None, initiative_id: UUID, text: str, *, strictly: bool
) -> Indicator | str:
    """The indicator if values can be recorded under it; a constant that cannot be is refused."""
    try:
        if indicator is None or indicator.initiative_id != initiative_id:
            raise IndicatorNotHere(named=text)
        assert indicator.recorded
    except DomainError as error:
        if strictly:
            raise
        return str(error)
    return indicator


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
