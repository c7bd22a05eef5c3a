"""The language: what others may say of strategies, plans, activities and learning."""

from services.activities.domain.activity import Activity
from services.activities.domain.commitment import Commitment
from services.activities.domain.contribution_claim import ContributionClaim
from services.activities.domain.learning_entry import LearningEntry
from services.activities.domain.plan_of_action import PlanOfAction
from services.activities.domain.reinforcement import Reinforcement
from services.activities.domain.strategy import Strategy
from services.activities.domain.working_group import WorkingGroup

__all__ = [
    "Activity",
    "Commitment",
    "ContributionClaim",
    "LearningEntry",
    "PlanOfAction",
    "Reinforcement",
    "Strategy",
    "WorkingGroup",
]
