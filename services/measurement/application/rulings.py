"""Use cases of what a framework says about submissions: by which rules they are looked at, and
which calendars they may name their periods by."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt, Repository
from infra.kernel import Act, Aggregate, Command, NotFound
from infra.kernel.provenance import Code
from services.measurement.application.use_cases import UseCases
from services.measurement.domain import Indicator, MeasurementFramework
from services.measurement.domain.calendars import PeriodCalendar
from services.measurement.domain.findings import Rule, Rules
from services.measurement.domain.rules import StatedRule, rules_for


class StateValidationRule(Command):
    rule: StatedRule


class ChangeValidationRule(Command):
    """Needs a reason."""

    rule: StatedRule = Field(description="The whole rule as it is to be, by its code.")


class WithdrawValidationRule(Command):
    """Needs a reason."""

    code: Code


class StatePeriodCalendar(Command):
    calendar: PeriodCalendar


class ChangePeriodCalendar(Command):
    """Needs a reason."""

    calendar: PeriodCalendar = Field(description="The whole calendar as it is to be.")


class Rulings(UseCases):
    async def state_validation_rule(
        self, initiative_id: UUID, *, command: StateValidationRule, by: Act
    ) -> Receipt:
        """Look at each submission from here on by one more rule: a range, a min-max, the strata
        against their total, the change since the period before, outliers by z-score or modified
        z-score, completeness, timeliness."""
        framework = await self._ruled(initiative_id, command.rule)
        framework.state_rule(command.rule)
        return await self.repository.save(by, framework)

    async def change_validation_rule(
        self, initiative_id: UUID, *, command: ChangeValidationRule, by: Act
    ) -> Receipt:
        """Change a rule, with a reason; what it found before stays found."""
        command.require_reason()
        framework = await self._ruled(initiative_id, command.rule)
        framework.change_rule(command.rule)
        return await self.repository.save(by, framework)

    async def withdraw_validation_rule(
        self, initiative_id: UUID, *, command: WithdrawValidationRule, by: Act
    ) -> Receipt:
        """Look at no more submissions by a rule, with a reason."""
        command.require_reason()
        framework = await self._ruled(initiative_id)
        framework.withdraw_rule(command.code)
        return await self.repository.save(by, framework)

    async def state_period_calendar(
        self, initiative_id: UUID, *, command: StatePeriodCalendar, by: Act
    ) -> Receipt:
        """Say which periods there are that no standard has, such as school terms, and what they
        are called: whatever has a period may name it so from here on."""
        framework = await self._ruled(initiative_id)
        framework.state_calendar(command.calendar)
        return await self.repository.save(by, framework)

    async def change_period_calendar(
        self, initiative_id: UUID, *, command: ChangePeriodCalendar, by: Act
    ) -> Receipt:
        """Add periods to a calendar or mend it, with a reason; what was submitted stays as it
        is."""
        command.require_reason()
        framework = await self._ruled(initiative_id)
        framework.change_calendar(command.calendar)
        return await self.repository.save(by, framework)

    async def _ruled(
        self, initiative_id: UUID, rule: StatedRule | None = None
    ) -> MeasurementFramework:
        """The framework, if every indicator that the rule names is this initiative's."""
        named = rule.indicators or () if rule else ()
        id = MeasurementFramework.create_id(initiative_id)
        found = await self.repository.find_each(_kinds(id, named))
        framework = found.get(id)
        if not isinstance(framework, MeasurementFramework):
            raise NotFound(kind="measurement framework of initiative", id=initiative_id)
        for one in named:
            if one not in found or found[one].initiative_id != initiative_id:
                raise NotFound(kind="indicator of this initiative", id=one)
        return framework


def framework_rules(repository: Repository) -> Rules:
    """The rules that an initiative's framework and its indicators' definitions state; one question
    to the store."""

    async def rules(
        initiative_id: UUID, indicators: Collection[UUID]
    ) -> Mapping[UUID, Sequence[Rule]]:
        id = MeasurementFramework.create_id(initiative_id)
        found: Mapping[UUID, Any] = await repository.find_each(_kinds(id, indicators))
        stated = found[id].rules.values() if id in found else ()
        return {
            one: rules_for(one, found[one].definition, stated) for one in indicators if one in found
        }

    return rules


def _kinds(framework: UUID, indicators: Collection[UUID]) -> dict[UUID, type[Aggregate]]:
    return {**dict.fromkeys(indicators, Indicator), framework: MeasurementFramework}
