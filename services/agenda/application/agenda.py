"""Everything that may be asked of the agenda service, at one desk."""

from __future__ import annotations

from services.agenda.application.agendas import Agendas
from services.agenda.application.backbones import Backbones
from services.agenda.application.charters import Charters
from services.agenda.application.consequences import Consequences
from services.agenda.application.cycles import Cycles
from services.agenda.application.decisions import Decisions
from services.agenda.application.engagements import Engagements
from services.agenda.application.initiatives import Initiatives
from services.agenda.application.partnerships import Partnerships
from services.agenda.application.readiness import Readiness
from services.agenda.application.theories import Theories


class Agenda(
    Consequences,
    Initiatives,
    Readiness,
    Partnerships,
    Charters,
    Decisions,
    Agendas,
    Theories,
    Engagements,
    Backbones,
    Cycles,
):
    """One method is one use case: load, ask, save."""
