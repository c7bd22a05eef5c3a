"""The use case of bulk import: a whole file, checked first, then written or refused as a whole."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import UUID

from infra.eventstore import Receipt
from infra.eventstore.batcher import Overloaded
from infra.kernel import Act, DomainError, ReasonRequired, RuleForbids
from infra.kernel.act import Answer
from services.measurement.application.reports import (
    PENDING,
    FoundInAll,
    ImportReport,
    Tally,
    refusal,
)
from services.measurement.application.sheets import Pace, Sheet, Sheets, observation
from services.measurement.application.use_cases import UseCases
from services.measurement.application.writing import Writing
from services.measurement.domain import Indicator, Series, Submission, tidy
from services.measurement.domain.indicator import CODE
from services.measurement.domain.submission import Counts, File, Revisions

TURN_SECONDS = 30.0
ASKED_AT_ONCE = 128


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


MESSAGES = {
    "accepted": "All rows were taken.",
    "nothing-changed": "Every row is known already with the same value: nothing was written.",
    "dry-run": "This is what the import would do; nothing was written.",
}


@dataclass(frozen=True)
class Imports(UseCases):
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1), kw_only=True)

    async def import_observations(
        self,
        initiative_id: UUID,
        *,
        upload: Upload,
        by: Act,
        answer: Callable[[ImportReport], Answer],
    ) -> tuple[ImportReport, Receipt | None]:
        """Take a whole file or nothing of it; the receipt is None where nothing was written."""
        await self.references.require("initiative", initiative_id, initiative_id)
        if upload.revisions == "correct" and by.provenance.reason is None:
            raise ReasonRequired
        async with self._turns():
            checked = await self._check(initiative_id, upload)
            if checked.findings.refusing:
                raise refusal(checked.tally, checked.findings)
            if upload.dry_run:
                return checked.report("dry-run"), None
            if not checked.tally.new and not checked.tally.corrected:
                return checked.report("nothing-changed"), None
            return await self._write(initiative_id, checked, by, answer)

    async def _check(self, initiative_id: UUID, upload: Upload) -> Checked:
        checked = Checked(upload, tidy.Findings(upload.on_finding))
        indicators = await self._indicators(initiative_id, upload.mapping)
        reading = tidy.Reading(upload.chunks, upload.mapping)
        sheets = Sheets(reading, indicators, checked.findings, checked.tally)
        checked.sheets = await sheets.read()
        pace = Pace()
        for start in range(0, len(checked.sheets), ASKED_AT_ONCE):
            page = checked.sheets[start : start + ASKED_AT_ONCE]
            found = await self.many_series([sheet.id for sheet in page])
            for sheet in page:
                _compare(sheet, found.get(sheet.id), checked, sheets.refuse)
                await pace.breathe()
        return checked

    async def _write(
        self,
        initiative_id: UUID,
        checked: Checked,
        by: Act,
        answer: Callable[[ImportReport], Answer],
    ) -> tuple[ImportReport, Receipt | None]:
        upload, tally = checked.upload, checked.tally
        writing = [sheet for sheet in checked.sheets if sheet.rows or sheet.changed]
        submission = Submission.receive(
            initiative_id,
            sorted({sheet.indicator.id for sheet in writing}),
            rows=tally.rows,
            revisions=upload.revisions,
            file=upload.file,
            mapping=upload.mapping,
        )
        counts = Counts(
            new=tally.new,
            unchanged=tally.unchanged,
            corrected=tally.corrected,
            missing=tally.missing,
        )
        report = checked.report("accepted", submission.id)
        by = replace(by, answering=lambda _: answer(report))
        receipt = await Writing(self.repository, self.guards).write(
            submission, writing, counts, by=by
        )
        return report, receipt

    async def _indicators(
        self, initiative_id: UUID, mapping: tidy.Mapping
    ) -> Mapping[str, Indicator | str]:
        """What each text of the mapping means: an indicator, or a sentence why it cannot be."""
        source = mapping.indicator
        texts = (
            [source.constant] if source.constant else sorted(set((source.values or {}).values()))
        )
        ids = await self._ids(initiative_id, [text for text in texts if text])
        found = await self.repository.find_many(Indicator, sorted(set(ids.values())))
        told: dict[str, Indicator | str] = {}
        for text in texts:
            indicator = found.get(ids[text]) if text in ids else None
            told[text] = _usable(indicator, initiative_id, text, strictly=text == source.constant)
        return told

    async def _ids(self, initiative_id: UUID, texts: Sequence[str]) -> dict[str, UUID]:
        """By code; else by id."""
        keys = {f"{initiative_id}/{text}": text for text in texts}
        holders = await self.repository.store.holders(CODE, list(keys))
        ids = {keys[key]: holder for key, holder in holders.items()}
        for text in texts:
            if text not in ids and (id := _uuid(text)):
                ids[text] = id
        return ids

    @asynccontextmanager
    async def _turns(self) -> AsyncIterator[None]:
        """One import at a time in a process: its rows are in memory.

        Meanwhile no cycles are looked for: to walk over all these rows, none of which is in one,
        would stop everybody else for half a second, again and again. What is there at the end
        goes straight to the oldest generation, for the same reason.
        """
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self._turn.acquire()
        except TimeoutError as error:
            raise Overloaded("other imports are under way") from error
        gc.disable()
        try:
            yield
        finally:
            gc.freeze()
            gc.unfreeze()
            gc.enable()
            self._turn.release()


def _compare(
    sheet: Sheet,
    series: Series | None,
    checked: Checked,
    refuse: Callable[[tidy.Finding], None],
) -> None:
    """Keep of the sheet what is to be written, and count all of it."""
    tally = checked.tally
    if series is None:
        tally.new += len(sheet.rows)
        return
    rows, sheet.rows = sheet.rows, []
    for row, (verdict, _) in zip(rows, series.verdicts(map(observation, rows)), strict=True):
        if verdict == "new":
            sheet.rows.append(row)
        elif verdict == "changed" and checked.upload.revisions == "correct":
            sheet.changed.append(row)
        elif verdict == "unchanged":
            tally.unchanged += 1
        else:
            refuse(_finding(row, series, verdict))
    if sheet.rows or sheet.changed:
        sheet.series = series
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


def _usable(
    indicator: Indicator | None, initiative_id: UUID, text: str, *, strictly: bool
) -> Indicator | str:
    """The indicator if values can be recorded under it; a constant that cannot be is refused."""
    try:
        if indicator is None or indicator.initiative_id != initiative_id:
            raise IndicatorNotHere(named=text)
        assert indicator.defined
    except DomainError as error:
        if strictly:
            raise
        return str(error)
    return indicator


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
