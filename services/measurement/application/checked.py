"""What a file would do: each row held against what stands, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from infra.kernel import DomainError, RuleForbids
from services.measurement.application.reports import PENDING, FoundInAll, ImportReport, Tally
from services.measurement.application.sheets import Pace, Sheet, observation
from services.measurement.domain import Indicator, Series, tidy
from services.measurement.domain.submission_facts import Counts, File, Revisions


class IndicatorNotHere(RuleForbids):
    """The mapping names the indicator {named}, which this initiative does not have: give the id
    or the code of one that it has."""


@dataclass(frozen=True)
class Upload:
    """A file that has arrived, and what its sender wants of it."""

    mapping: tidy.Mapping
    chunks: Iterable[bytes]
    file: File
    revisions: Revisions = "refuse"
    dry_run: bool = False
    on_finding: Callable[[tidy.Finding], None] | None = None


@dataclass
class Checked:
    """What a file would do, once every row of it has been looked at."""

    upload: Upload
    findings: tidy.Findings
    tally: Tally = field(default_factory=Tally)
    sheets: Sequence[Sheet] = ()

    def report(
        self, outcome: Literal["accepted", "nothing-changed", "dry-run"], id: UUID | None = None
    ) -> ImportReport:
        return ImportReport(
            outcome=outcome,
            message=MESSAGES[outcome],
            submission_id=id,
            series=len(self.sheets),
            findings=FoundInAll.of(self.findings),
            **vars(self.tally),
        )

    @property
    def counts(self) -> Counts:
        """What the acceptance says of it."""
        told = self.tally
        return Counts(
            new=told.new,
            unchanged=told.unchanged,
            corrected=told.corrected,
            missing=told.missing,
        )


MESSAGES = {
    "accepted": "All rows were taken.",
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
    if series is None:
        tally.new += len(sheet.rows)
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
        else:
            refuse(_finding(row, series, verdict))
        await pace.breathe()
    sheet.version = series.version
    tally.new += len(sheet.rows)
    tally.corrected += len(sheet.changed)


def _finding(row: tidy.Row, series: Series, verdict: str) -> tidy.Finding:
    if verdict == "pending":
        detail = "a submission that is still being written holds this period"
        return tidy.Finding(row.line, None, PENDING, detail)
    known = series.live[row.period.start, row.period.end].observation
    detail = (
        f"{row.period_text} is known as {known.value or known.status}, the file has"
        f" {row.value or row.status}; send revisions=correct with a reason if it was revised"
    )
    return tidy.Finding(row.line, None, "value-changed", detail)


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
