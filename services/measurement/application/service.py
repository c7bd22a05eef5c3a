"""All use cases of the measurement service, as its routes call them."""

from __future__ import annotations

from dataclasses import dataclass

from services.measurement.application.agreements import Agreements
from services.measurement.application.feed_releases import FeedReleases
from services.measurement.application.frameworks import Frameworks
from services.measurement.application.harvests import Harvests
from services.measurement.application.imports import Imports
from services.measurement.application.indicators import Indicators
from services.measurement.application.interrupted import reject_interrupted
from services.measurement.application.observations import Observations
from services.measurement.application.ratings import Ratings
from services.measurement.application.rounds import Rounds
from services.measurement.application.rulings import Rulings
from services.measurement.application.stories import Stories
from services.measurement.application.whole_submissions import WholeSubmissions


@dataclass(frozen=True)
class MeasurementService(
    Frameworks,
    Rulings,
    Indicators,
    Agreements,
    Rounds,
    Observations,
    Imports,
    WholeSubmissions,
    Harvests,
    Ratings,
    Stories,
    FeedReleases,
):
    """One object, one kind of thing a module."""

    async def reject_interrupted(self) -> int:
        """At start: what a process left open when it ended is rejected."""
        return await reject_interrupted(self.repository, self.guards)
