"""The use case of bulk import: a whole file, checked first, then written or refused as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from infra.eventstore import Receipt
from infra.kernel import Act, Reason, ReasonRequired, StateForbids
from infra.kernel.act import Answer
from services.measurement.application.beside import standing_in
from services.measurement.application.checked import Checked, Upload, compare, usable, uuid_of
from services.measurement.application.columnar import as_text
from services.measurement.application.dating import dated
from services.measurement.application.examination import look_again, look_at
from services.measurement.application.gates import Gate, Gates
from services.measurement.application.interrupted import reject_interrupted
from services.measurement.application.reports import (
    FoundInAll,
    ImportReport,
    refusal,
    refuse_too_many,
)
from services.measurement.application.sheets import Pace, Sheets, pages
from services.measurement.application.turns import Turns
from services.measurement.application.writing import Writing
from services.measurement.domain import Indicator, Submission, tidy
from services.measurement.domain.findings import Rule
from services.measurement.domain.indicator import CODE
from services.measurement.domain.submission_facts import SENT

SENT_ANEW = Reason(code="sent-anew", text="The same file was sent again to be taken otherwise.")


class FileUnderWay(StateForbids):
    """This very file is being written just now, as the submission {submission}; repeat the request
    in a moment."""


@dataclass(frozen=True)
class Imports(Gates):
    import_turns: Turns = field(default_factory=lambda: Turns("imports"), kw_only=True)

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
        provider = by.provenance.party
        gate = await self.gate(
            initiative_id, upload.agreement_id, upload.reporting_period_id, provider
        )
        if not upload.dry_run and (known := await self._sent_before(upload, gate, by)):
            return known, None
        async with self.import_turns.taken(), as_text(upload) as read:
            checked = await self._check(initiative_id, read, gate)
            if upload.dry_run:
                return checked.report("dry-run"), None
            if not checked.writes:
                return checked.report("nothing-changed"), None
            return await self._write(checked, by, answer)

    async def _sent_before(self, upload: Upload, gate: Gate, by: Act) -> ImportReport | None:
        """What became of this file when it came before."""
        sent = gate.fingerprint(upload.file, upload.mapping, upload.provider_reference)
        id = (await self.repository.store.holders(SENT, [sent])).get(sent)
        if id is None or await reject_interrupted(self.repository, self.guards, only=[id]):
            return None
        before = await self.repository.get(Submission, id)
        if before.state == "open":
            raise FileUnderWay(submission=id)
        if before.waits and (before.mode, before.revisions) != (upload.mode, upload.revisions):
            await self._take_back(before, by)
            return None
        return ImportReport(
            outcome="nothing-changed",
            message=f"This file was received before, and is {before.state}: nothing was written."
            " Another `provider_reference` makes it another submission.",
            submission_id=before.id,
            rows=before.rows,
            series=before.series,
            new=0,
            unchanged=before.rows,
            corrected=0,
            missing=before.counts.missing if before.counts else 0,
            skipped=0,
            repeated=0,
            findings=FoundInAll(total=0, counts={}, first=[]),
        )

    async def _take_back(self, before: Submission, by: Act) -> None:
        """The same file again, but sent otherwise: it takes the place of the one that waits."""
        before.withdraw(organisation=by.provenance.party)
        quietly = replace(by.because(SENT_ANEW), idempotency=None, answering=None)
        await self.repository.save(quietly, before)

    async def _check(self, initiative_id: UUID, upload: Upload, gate: Gate) -> Checked:
        checked = Checked(upload, gate, tidy.Findings(upload.on_finding))
        indicators = await self._indicators(initiative_id, upload.mapping)
        mapping = await dated(self.repository, initiative_id, upload.reading or upload.mapping)
        reading = tidy.Reading(upload.chunks, mapping)
        sheets = Sheets(reading, indicators, checked.findings, checked.tally)
        checked.sheets = await sheets.read()
        rules = await self.rules(initiative_id, {sheet.indicator.id for sheet in checked.sheets})
        await self._compare(checked, sheets, rules)
        if checked.findings.refusing:
            checked.add_up()
            raise refusal(checked.tally, checked.findings)
        seen = checked.standing, checked.validation, self.many_series
        await look_at(checked.sheets, rules, gate.round, *seen)
        await look_again(checked.sheets, rules, upload.mode, *seen)
        checked.add_up()
        refuse_too_many(checked.tally, checked.validation)
        return checked

    async def _compare(
        self, checked: Checked, sheets: Sheets, rules: Mapping[UUID, Sequence[Rule]]
    ) -> None:
        """Hold each series against what stands in it; the rules are shown what that is."""
        pace = Pace()
        for page in pages(checked.sheets):
            found = await self.many_series([sheet.id for sheet in page])
            for sheet in page:
                series = found.get(sheet.id)
                await compare(sheet, series, checked, sheets.refuse, pace)
                if series is not None and rules.get(sheet.indicator.id):
                    checked.standing[sheet.id] = standing_in(series)

    async def _write(
        self, checked: Checked, by: Act, answer: Callable[[ImportReport], Answer]
    ) -> tuple[ImportReport, Receipt | None]:
        upload, gate = checked.upload, checked.gate
        submission = gate.submission(
            by,
            provider_reference=upload.provider_reference,
            mode=upload.mode,
            indicators=tuple(sorted({sheet.indicator.id for sheet in checked.sheets})),
            series=len(checked.sheets),
            rows=checked.tally.rows,
            revisions=upload.revisions,
            file=upload.file,
            mapping=upload.mapping,
            fingerprint=gate.fingerprint(upload.file, upload.mapping, upload.provider_reference),
        )
        waits = bool(checked.validation.blocked) and upload.mode == "all"
        report = checked.report("waiting" if waits else "accepted", submission.id)
        by = replace(by, answering=lambda _: answer(report))
        receipt = await Writing(self.repository, self.guards, self.many_series).write(
            submission, checked, by=by
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
