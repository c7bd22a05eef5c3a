"""The language of the agenda: what others may say."""

from services.agenda.domain.backbone import Backbone
from services.agenda.domain.code_lists import CodeList, code_list, code_lists
from services.agenda.domain.common_agenda import CommonAgenda
from services.agenda.domain.communication import Communication
from services.agenda.domain.engagement import Engagement
from services.agenda.domain.governance_charter import GovernanceCharter
from services.agenda.domain.initiative import Initiative
from services.agenda.domain.learning_cycle import LearningCycle
from services.agenda.domain.partnership import Partnership
from services.agenda.domain.proposal import Proposal
from services.agenda.domain.readiness_assessment import ReadinessAssessment
from services.agenda.domain.roll import Roll
from services.agenda.domain.rooted import Opening, Rooted
from services.agenda.domain.theory_of_change import TheoryOfChange

__all__ = [
    "Backbone",
    "CodeList",
    "CommonAgenda",
    "Communication",
    "Engagement",
    "GovernanceCharter",
    "Initiative",
    "LearningCycle",
    "Opening",
    "Partnership",
    "Proposal",
    "ReadinessAssessment",
    "Roll",
    "Rooted",
    "TheoryOfChange",
    "code_list",
    "code_lists",
]
