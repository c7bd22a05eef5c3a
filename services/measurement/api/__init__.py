"""The HTTP face of measurement: translate, ask, show."""

from services.measurement.api import (
    agreements,
    feeds,
    frameworks,
    harvests,
    imports,
    indicators,
    instrument_rounds,
    mapping_proposals,
    reporting_periods,
    series,
    stories,
    submissions,
)

ROUTERS = (
    frameworks.router,
    indicators.router,
    agreements.router,
    reporting_periods.router,
    series.router,
    imports.router,
    submissions.router,
    mapping_proposals.router,
    harvests.router,
    stories.router,
    instrument_rounds.router,
    feeds.router,
)

__all__ = ["ROUTERS"]
