"""The span of days that an observation speaks for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator


def month_start(year: int, month: int) -> date:
    """The first day of the `month`-th month counted from January of `year`; 13 is next January."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


class Period(BaseModel):
    """From `start` to `end`, both days included: two spellings of the same days are equal.

    Written as the ISO 8601 interval of its two days, `2021-01-01/2021-12-31`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: date
    end: date

    @model_validator(mode="after")
    def _runs_forwards(self) -> Self:
        if self.end < self.start:
            raise ValueError("a period ends on or after the day it starts")
        return self

    @classmethod
    def months(cls, year: int, month: int, count: int) -> Self:
        """`count` whole months from the first of `month`."""
        last = month_start(year, month + count - 1)
        following = last.replace(day=28) + timedelta(days=4)
        return cls(start=month_start(year, month), end=following - timedelta(days=following.day))

    @classmethod
    def year(cls, year: int) -> Self:
        return cls.months(year, 1, 12)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The reverse of `str`: nothing but the canonical interval is taken."""
        start, slash, end = text.partition("/")
        if not slash or len(start) != 10 or len(end) != 10:
            raise ValueError("a period is written YYYY-MM-DD/YYYY-MM-DD")
        return cls(start=date.fromisoformat(start), end=date.fromisoformat(end))

    def short(self) -> str:
        """The shortest usual name: 2021, 2021-S2, 2021-Q3, 2021-03, 2021-03-04, else the
        interval."""
        year, month = self.start.year, self.start.month
        names = {
            12: f"{year:04}",
            6: f"{year:04}-S{(month + 5) // 6}",
            3: f"{year:04}-Q{(month + 2) // 3}",
            1: f"{year:04}-{month:02}",
        }
        for count, name in names.items():
            if (month - 1) % count == 0 and self == Period.months(year, month, count):
                return name
        return self.start.isoformat() if self.start == self.end else str(self)

    def __str__(self) -> str:
        return f"{self.start.isoformat()}/{self.end.isoformat()}"
