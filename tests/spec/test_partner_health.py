"""That a partner may need help is noted, for the backbone to see."""

from __future__ import annotations

from services.agenda.domain import Partnership
from services.agenda.domain.partner_health import (
    HealthNotedAlready,
    NoActivePartner,
    PartnerHealthNoted,
)
from services.agenda.domain.values import Cited
from tests.given import fact, given
from tests.spec.agenda_cast import HARBOUR
from tests.spec.test_partnership import INVITED, JOINED, ONE, WITHDREW

LINE = Cited(source="measurement", sequence=9)
NOTED = fact(
    PartnerHealthNoted, partner_id=ONE, organisation=HARBOUR, text="Refused twice.", line=LINE
)


def note(partnership: Partnership) -> None:
    partnership.note_health(organisation=HARBOUR, text="Refused twice.", line=LINE)


def test_it_is_noted_once_for_each_line() -> None:
    given(Partnership, INVITED, JOINED).when(note).then(NOTED)
    given(Partnership, INVITED, JOINED, NOTED).when(note).then_refused(HealthNotedAlready)


def test_only_an_active_partner_can_be_helped() -> None:
    given(Partnership, INVITED).when(note).then_refused(NoActivePartner)
    given(Partnership, INVITED, JOINED, WITHDREW).when(note).then_refused(NoActivePartner)
