"""Use cases of indicators: what is measured, from where and to where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from infra.eventstore import Receipt
from infra.kernel import Act
from services.measurement.application.commands import (
    AdoptIndicator,
    AssessIndicatorDesign,
    CarryOverTarget,
    ChangeIndicatorDefinition,
    DefineIndicator,
    DeprecateIndicator,
    EstablishBaseline,
    MapIndicator,
    ProposeIndicator,
    ReviseTarget,
    SetTarget,
    WithdrawTarget,
)
from services.measurement.application.use_cases import UseCases, said
from services.measurement.domain import Indicator
from services.measurement.domain.aim import Aim, Baseline
from services.measurement.domain.aims import stretch
from services.measurement.domain.definition import Definition
from services.measurement.domain.formula import REACH, FormulaReachesTooFar, Known, named
from services.measurement.domain.indicator import CODE
from services.measurement.domain.values import stratum


class Indicators(UseCases):
    async def propose_indicator(
        self, initiative_id: UUID, *, command: ProposeIndicator, by: Act
    ) -> Receipt:
        """Something that all partners might measure in the same way."""
        await self.references.require("initiative", initiative_id, initiative_id)
        indicator = Indicator(initiative_id, command.code, command.name)
        return await self.repository.save(by, indicator)

    async def define_indicator(
        self, indicator_id: UUID, *, command: DefineIndicator, by: Act
    ) -> Receipt:
        """Give it its first definition; what adoption needs may still be missing. With a formula
        it is computed from other indicators, and its unit is what the formula gives."""
        indicator = await self.repository.get(Indicator, indicator_id)
        known = await self._rests_on(indicator.initiative_id, command.definition)
        indicator.define(command.definition, known=known)
        return await self.repository.save(by, indicator)

    async def change_indicator_definition(
        self, indicator_id: UUID, *, command: ChangeIndicatorDefinition, by: Act
    ) -> Receipt:
        """Change the definition. If values do not stay comparable, new series begin and the break
        is shown; each target is then carried over with a reason, or withdrawn."""
        command.require_reason()
        indicator = await self.repository.get(Indicator, indicator_id)
        indicator.change_definition(
            command.definition,
            comparable=command.comparable,
            known=await self._rests_on(indicator.initiative_id, command.definition),
        )
        return await self.repository.save(by, indicator)

    async def assess_indicator_design(
        self, indicator_id: UUID, *, command: AssessIndicatorDesign, by: Act
    ) -> Receipt:
        """Record how its design fares against a checklist such as FABRIC."""
        return await self._ask(
            indicator_id, by, lambda i: i.assess_design(command.checklist, command.checks)
        )

    async def adopt_indicator(
        self, indicator_id: UUID, *, command: AdoptIndicator, by: Act
    ) -> Receipt:
        """Agree to measure by its present definition, which must be complete."""
        indicator = await self.repository.get(Indicator, indicator_id)
        if command.decision_id is not None:
            await self._decided(indicator, command.decision_id)
        indicator.adopt(command.decision_id)
        return await self.repository.save(by, indicator)

    async def deprecate_indicator(
        self, indicator_id: UUID, *, command: DeprecateIndicator, by: Act
    ) -> Receipt:
        """Let nothing more be recorded under it; what was recorded stays."""
        command.require_reason()
        return await self._ask(indicator_id, by, Indicator.deprecate)

    async def map_indicator(self, indicator_id: UUID, *, command: MapIndicator, by: Act) -> Receipt:
        """Say what an external scheme calls it, such as SDG 8.6.1."""
        return await self._ask(indicator_id, by, lambda i: i.map_code(**said(command)))

    async def establish_baseline(
        self, indicator_id: UUID, *, command: EstablishBaseline, by: Act
    ) -> Receipt:
        """Say where it stood before, for all of the initiative or for one place and stratum."""
        indicator = await self.repository.get(Indicator, indicator_id)
        if command.decision_id is not None:
            await self._decided(indicator, command.decision_id)
        told = {"source": command.source, "decision_id": command.decision_id}
        baseline = Baseline(**await self._aim(indicator, command), **told)
        if stretch(indicator.series_version, baseline) in indicator.baselines:
            command.require_reason()
        indicator.establish_baseline(baseline)
        return await self.repository.save(by, indicator)

    async def set_target(self, indicator_id: UUID, *, command: SetTarget, by: Act) -> Receipt:
        """Say where it should be, by which decision; it takes a baseline or no_baseline_yet."""
        indicator = await self.repository.get(Indicator, indicator_id)
        await self._decided(indicator, command.decision_id)
        indicator.set_target(
            Aim(**await self._aim(indicator, command)),
            decision_id=command.decision_id,
            no_baseline_yet=command.no_baseline_yet,
            tolerance=command.tolerance,
        )
        return await self.repository.save(by, indicator)

    async def revise_target(
        self, indicator_id: UUID, target_id: UUID, *, command: ReviseTarget, by: Act
    ) -> Receipt:
        """Decide on another value or tolerance of a target, with a reason."""
        command.require_reason()
        indicator = await self.repository.get(Indicator, indicator_id)
        await self._decided(indicator, command.decision_id)
        if command.adaptation_id is not None:
            initiative = indicator.initiative_id
            await self.references.require("adaptation", command.adaptation_id, initiative)
        indicator.revise_target(
            target_id,
            command.value,
            decision_id=command.decision_id,
            adaptation_id=command.adaptation_id,
            tolerance=command.tolerance,
        )
        return await self.repository.save(by, indicator)

    async def carry_over_target(
        self, indicator_id: UUID, target_id: UUID, *, command: CarryOverTarget, by: Act
    ) -> Receipt:
        """Let a target of an ended series hold for the one that took its place, with a reason."""
        command.require_reason()
        return await self._ask(indicator_id, by, lambda i: i.carry_over_target(target_id))

    async def withdraw_target(
        self, indicator_id: UUID, target_id: UUID, *, command: WithdrawTarget, by: Act
    ) -> Receipt:
        """Let a target go, with a reason."""
        command.require_reason()
        return await self._ask(indicator_id, by, lambda i: i.withdraw_target(target_id))

    async def _rests_on(self, initiative_id: UUID, definition: Definition) -> Known:
        """The definitions that a formula rests on, directly and through others, by code.

        Two reads for each step that leads further; none where there is no formula.
        """
        found: dict[str, Definition | None] = {}
        wanted = set(named(definition))
        while wanted:
            if len(found) + len(wanted) > REACH:
                raise FormulaReachesTooFar(most=REACH)
            keys = {f"{initiative_id}/{code}": code for code in sorted(wanted)}
            held = await self.repository.store.holders(CODE, list(keys))
            loaded = await self.repository.find_many(Indicator, sorted(set(held.values())))
            found |= {keys[key]: loaded[id].definition for key, id in held.items()}
            wanted = {code for each in found.values() for code in named(each)} - found.keys()
            wanted -= set(keys.values())
        return found

    async def _aim(
        self, indicator: Indicator, command: EstablishBaseline | SetTarget
    ) -> dict[str, Any]:
        given = command.period
        said = dict(await self.stated(indicator.initiative_id, given)) if given else {}
        dimensions = stratum(command.dimensions)
        return {**said, "value": command.value, "place": command.place, "dimensions": dimensions}

    async def _ask(self, id: UUID, by: Act, ask: Callable[[Indicator], None]) -> Receipt:
        indicator = await self.repository.get(Indicator, id)
        ask(indicator)
        return await self.repository.save(by, indicator)

    async def _decided(self, indicator: Indicator, decision_id: UUID) -> None:
        await self.references.require("decision", decision_id, indicator.initiative_id)
