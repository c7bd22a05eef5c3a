"""The backbone: appointed by the partners' decision, never by itself."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from infra.kernel import RuleForbids, StateForbids, Title
from infra.kernel.provenance import Code
from services.agenda.domain.code_lists import code_list
from services.agenda.domain.deciding import DecisionMade
from services.agenda.domain.rooted import Rooted
from services.agenda.domain.supporting import (
    Appointment,
    BackboneAppointed,
    BackboneFunctionsChanged,
    BackboneFundingGapDetected,
    BackboneFundingSecured,
    BackboneTermEnded,
    Functions,
    Paid,
    covered_until,
)


class AppointsItself(RuleForbids):
    """People of {host} counted in decision {decision}, and no backbone is appointed by itself;
    raise the proposal with {host} in `concerns`, and decide without them."""


class DecisionServed(StateForbids):
    """Decision {decision} has appointed or changed a backbone already; take another one."""


class FunctionLed(StateForbids):
    """{function} is led by {host} already, and a function has one lead at a time; end or change
    that appointment first."""


class FunctionTwice(RuleForbids):
    """The function {function} is named more than once; name each once."""


class NoSuchAppointment(StateForbids):
    """No backbone is appointed as {appointment}; appoint it first."""


class TermOver(StateForbids):
    """The term of {host} as backbone has ended; appoint a backbone anew."""


class SameFunctions(StateForbids):
    """{host} has exactly these functions already."""


class AmountNotPositive(RuleForbids):
    """Funding has an amount above zero, and not fewer than zero full-time equivalents."""


class NoGap(StateForbids):
    """No gap in the funding of {host} is to be warned of: {why}."""


class Backbone(Rooted):
    TOPIC = "agenda.backbone"

    def begin(self) -> None:
        self.appointments: dict[UUID, Appointment] = {}
        self.decisions: set[UUID] = set()

    def change(self, appointment_id: UUID, **changes: Any) -> None:
        """For facts: what is now so of an appointment."""
        self.appointments[appointment_id] = replace(self.appointments[appointment_id], **changes)

    def appoint(
        self,
        *,
        appointment_id: UUID,
        host: UUID,
        functions: Functions,
        decision_id: UUID,
        decision: DecisionMade,
    ) -> None:
        """By a standing decision of class backbone, in which nobody of the host counted."""
        self._refuse_decision(host, decision_id, decision)
        self._refuse_functions(functions, None)
        self.trigger_event(
            BackboneAppointed,
            initiative_id=self.initiative_id,
            appointment_id=appointment_id,
            host=host,
            functions=functions,
            decision_id=decision_id,
        )

    def secure(
        self,
        *,
        appointment_id: UUID,
        funding_id: UUID,
        amount: Decimal,
        currency: str,
        fte: Decimal,
        paid: Paid,
        payer: Title,
        warning_months: int,
    ) -> None:
        known = self._serving(appointment_id)
        if amount <= 0 or fte < 0:
            raise AmountNotPositive
        until = covered_until((*(funding.paid for funding in known.fundings), paid))
        assert until is not None, "something is paid for"
        self.trigger_event(
            BackboneFundingSecured,
            appointment_id=appointment_id,
            funding_id=funding_id,
            amount=amount,
            currency=currency,
            fte=fte,
            paid=paid,
            payer=payer,
            covered_until=until,
            warn_at=datetime.combine(months_before(until, warning_months), time(), UTC),
        )

    def change_functions(
        self,
        *,
        appointment_id: UUID,
        functions: Functions,
        decision_id: UUID,
        decision: DecisionMade,
    ) -> None:
        known = self._serving(appointment_id)
        self._refuse_decision(known.host, decision_id, decision)
        self._refuse_functions(functions, appointment_id)
        if set(functions) == set(known.functions):
            raise SameFunctions(host=known.host)
        self.trigger_event(
            BackboneFunctionsChanged,
            appointment_id=appointment_id,
            functions=functions,
            decision_id=decision_id,
        )

    def end(self, *, appointment_id: UUID) -> None:
        known = self._serving(appointment_id)
        self.trigger_event(BackboneTermEnded, appointment_id=appointment_id, host=known.host)

    def find_gap(self, *, appointment_id: UUID, at: datetime) -> None:
        """What the timer asks, as many months before the end of funding as the charter says."""
        known = self._serving(appointment_id)
        if not known.fundings:
            raise NoGap(host=known.host, why="no funding was secured yet")
        if known.gap is not None:
            raise NoGap(host=known.host, why="it was found before")
        warn_at = known.fundings[-1].warn_at
        if at < warn_at:
            raise NoGap(host=known.host, why=f"it is paid for until {known.covered_until}")
        self.trigger_event(
            BackboneFundingGapDetected,
            appointment_id=appointment_id,
            host=known.host,
            covered_until=known.fundings[-1].covered_until,
        )

    def _serving(self, appointment_id: UUID) -> Appointment:
        known = self.appointments.get(appointment_id)
        if known is None:
            raise NoSuchAppointment(appointment=appointment_id)
        if known.ended:
            raise TermOver(host=known.host)
        return known

    def _refuse_decision(self, host: UUID, decision_id: UUID, decision: DecisionMade) -> None:
        if decision_id in self.decisions:
            raise DecisionServed(decision=decision_id)
        if any(one.counted and one.organisation == host for one in decision.attendees):
            raise AppointsItself(host=host, decision=decision_id)

    def _refuse_functions(self, functions: tuple[Code, ...], own: UUID | None) -> None:
        code_list("backbone-functions").require(*functions)
        led = {
            function: one.host
            for one in self.appointments.values()
            if not one.ended and one.appointment_id != own
            for function in one.functions
        }
        for function in functions:
            if functions.count(function) > 1:
                raise FunctionTwice(function=function)
            if function in led:
                raise FunctionLed(function=function, host=led[function])


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or that month's last day if it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
