"""The domain of measurement: indicators, submissions and series."""

from services.measurement.domain.indicator import Indicator
from services.measurement.domain.period import Period
from services.measurement.domain.series import Series
from services.measurement.domain.submission import Submission

__all__ = ["Indicator", "Period", "Series", "Submission"]
