"""Tidy CSV as statistical offices publish it: read by a mapping that the user states.

Everything here is pure: bytes and a mapping in, rows and findings out.
"""

from services.measurement.domain.tidy.findings import Finding, Findings
from services.measurement.domain.tidy.formats import NotTabular
from services.measurement.domain.tidy.lines import TooLarge
from services.measurement.domain.tidy.mapping import Mapping
from services.measurement.domain.tidy.reader import Reading, Row
from services.measurement.domain.tidy.series import Place
from services.measurement.domain.tidy.statuses import ObsStatus

__all__ = [
    "Finding",
    "Findings",
    "Mapping",
    "NotTabular",
    "ObsStatus",
    "Place",
    "Reading",
    "Row",
    "TooLarge",
]
