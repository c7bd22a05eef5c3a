"""The domain of measurement: what is measured, by which rules, and what was observed."""

from services.measurement.domain.agreement import DataAgreement
from services.measurement.domain.feed_profile import FeedProfile
from services.measurement.domain.feed_release import FeedRelease
from services.measurement.domain.framework import MeasurementFramework
from services.measurement.domain.harvest import OutcomeHarvest
from services.measurement.domain.indicator import Indicator
from services.measurement.domain.period import Period
from services.measurement.domain.rating import InstrumentRound
from services.measurement.domain.reporting import ReportingPeriod
from services.measurement.domain.series import Series
from services.measurement.domain.story import ChangeStory
from services.measurement.domain.submission import Submission

__all__ = [
    "ChangeStory",
    "DataAgreement",
    "FeedProfile",
    "FeedRelease",
    "Indicator",
    "InstrumentRound",
    "MeasurementFramework",
    "OutcomeHarvest",
    "Period",
    "ReportingPeriod",
    "Series",
    "Submission",
]
