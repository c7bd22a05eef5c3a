"""Use cases of instrument rounds: ratings entered as counts."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, Title
from infra.kernel.provenance import Code
from services.measurement.application.commands import PeriodGiven
from services.measurement.application.use_cases import UseCases, said
from services.measurement.domain import InstrumentRound
from services.measurement.domain.rating import Results, Scale
from services.measurement.domain.values import stratum


class OpenInstrumentRound(Command):
    title: Title
    instrument: Code = Field(examples=["score"])
    instrument_version: Code
    scale: Scale = Field(description="One type of its scales, with the meaning of each level.")
    period: PeriodGiven = Field(description="What the ratings speak for.")


class EnterInstrumentResults(Command):
    """Needs a reason where it replaces others."""

    results: Results


class CloseInstrumentRound(Command):
    pass


class Ratings(UseCases):
    async def open_instrument_round(
        self, initiative_id: UUID, *, command: OpenInstrumentRound, by: Act
    ) -> Receipt:
        """Begin a round of an instrument, such as SCORE; what each level means is kept with it."""
        await self.references.require("initiative", initiative_id, initiative_id)
        told = said(command) | {"period": await self.stated(initiative_id, command.period)}
        opened = InstrumentRound.open(initiative_id, **told)
        return await self.repository.save(by, opened)

    async def enter_instrument_results(
        self, round_id: UUID, *, command: EnterInstrumentResults, by: Act
    ) -> Receipt:
        """Say how many were rated at each level, or moved from each level to each."""
        entered = await self.repository.get(InstrumentRound, round_id)
        dimensions = stratum(command.results.dimensions)
        results = command.results.model_copy(update={"dimensions": dimensions})
        if entered.replaces(results):
            command.require_reason()
        entered.enter(results)
        return await self.repository.save(by, entered)

    async def close_instrument_round(
        self, round_id: UUID, *, command: CloseInstrumentRound, by: Act
    ) -> Receipt:
        """Let nothing more be entered."""
        closed = await self.repository.get(InstrumentRound, round_id)
        closed.close()
        return await self.repository.save(by, closed)
