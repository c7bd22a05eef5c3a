"""A span of days, both ends in it, such as a plan's horizon or what a report is about."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from infra.kernel import Day


class Period(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    starts: Day
    ends: Day

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.ends < self.starts:
            raise ValueError("a period ends on the day it starts or later")
        return self

    def __contains__(self, day: date) -> bool:
        return self.starts <= day <= self.ends

    def __str__(self) -> str:
        return f"{self.starts} to {self.ends}"


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months on, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
