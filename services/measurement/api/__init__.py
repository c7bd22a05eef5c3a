"""The HTTP face of measurement: translate, ask, show."""

from services.measurement.api import indicators, series, submissions

ROUTERS = (indicators.router, series.router, submissions.router)

__all__ = ["ROUTERS"]
