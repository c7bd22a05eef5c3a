"""SDMX CL_OBS_STATUS: what an office says about a value, or about the lack of one."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class ObsStatus(StrEnum):
    """The codes of the cross-domain code list of SDMX, one letter each."""

    NORMAL = "A"
    TIME_SERIES_BREAK = "B"
    DEFINITION_DIFFERS = "D"
    ESTIMATED = "E"
    FORECAST = "F"
    EXPERIMENTAL = "G"
    MISSING_HOLIDAY_OR_WEEKEND = "H"
    IMPUTED = "I"
    DEROGATION = "J"
    INCLUDED_IN_ANOTHER_CATEGORY = "K"
    MISSING_NOT_COLLECTED = "L"
    MISSING_CANNOT_EXIST = "M"
    NOT_SIGNIFICANT = "N"
    MISSING = "O"
    PROVISIONAL = "P"
    MISSING_SUPPRESSED = "Q"
    STRIKE_OR_SPECIAL_EVENT = "S"
    LOW_RELIABILITY = "U"
    UNVALIDATED = "V"
    INCLUDES_ANOTHER_CATEGORY = "W"


MISSING_BY_DEFAULT: Final = ObsStatus.MISSING
"""O says "missing" and no more. M would claim that the value cannot exist, which nobody told us."""
