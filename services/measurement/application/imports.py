"""The use case of bulk import: a whole file, checked first, then written or refused as a whole."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID

from infra.eventstore import Receipt
from infra.eventstore.batcher import Overloaded
from infra.kernel import Act, ReasonRequired
from infra.kernel.act import Answer
from services.measurement.application.checked import Checked, Upload, compare, usable, uuid_of
from services.measurement.application.reports import ImportReport, refusal
from services.measurement.application.sheets import Pace, Sheets, pages
from services.measurement.application.use_cases import UseCases
from services.measurement.application.writing import Writing
from services.measurement.domain import Indicator, Submission, tidy
from services.measurement.domain.indicator import CODE

TURN_SECONDS = 30.0


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
        for page in pages(checked.sheets):
            found = await self.many_series([sheet.id for sheet in page])
            for sheet in page:
                await compare(sheet, found.get(sheet.id), checked, sheets.refuse, pace)
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
        submission = Submission(
            initiative_id=initiative_id,
            provider=by.provenance.organisation,
            submitted_by=by.provenance.actor,
            mode="all",
            indicators=tuple(sorted({sheet.indicator.id for sheet in writing})),
            rows=tally.rows,
            revisions=upload.revisions,
            file=upload.file,
            mapping=upload.mapping,
        )
        report = checked.report("accepted", submission.id)
        by = replace(by, answering=lambda _: answer(report))
        receipt = await Writing(self.repository, self.guards, self.many_series).write(
            submission, writing, checked.counts, by=by
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
            told[text] = usable(indicator, initiative_id, text, strictly=text == source.constant)
        return told

    async def _ids(self, initiative_id: UUID, texts: Sequence[str]) -> dict[str, UUID]:
        """By code; else by id."""
        keys = {f"{initiative_id}/{text}": text for text in texts}
        holders = await self.repository.store.holders(CODE, list(keys))
        ids = {keys[key]: holder for key, holder in holders.items()}
        for text in texts:
            if text not in ids and (id := uuid_of(text)):
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
