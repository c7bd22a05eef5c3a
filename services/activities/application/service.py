"""All use cases of the activities service, as its routes call them."""

from __future__ import annotations

from services.activities.application.activities import Activities
from services.activities.application.commitments import Commitments
from services.activities.application.consequences import Consequences
from services.activities.application.contributions import Contributions
from services.activities.application.learning import Learning
from services.activities.application.plans import Plans
from services.activities.application.reinforcements import Reinforcements
from services.activities.application.strategies import Strategies
from services.activities.application.working_groups import WorkingGroups


class ActivitiesService(
    Strategies,
    Activities,
    Plans,
    Contributions,
    Learning,
    Commitments,
    Reinforcements,
    WorkingGroups,
    Consequences,
):
    """One object, one kind of thing a module."""
