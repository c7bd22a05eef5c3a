"""The values that facts are made of, each with exactly one way of being written down."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
)

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC with six digits of a second: always 27 characters, sorts as text."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return f"{moment.astimezone(UTC).isoformat(timespec='microseconds')[:26]}Z"


def moment(text: str) -> datetime:
    """The reverse of `instant`."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _no_float(value: Any) -> Any:
    if isinstance(value, float | bool):
        raise ValueError('numbers travel as decimal text, such as "8.2", never as a JSON float')
    if isinstance(value, str | int):
        try:
            return Decimal(value)
        except InvalidOperation as error:
            raise ValueError('a number is decimal text, such as "8.2"') from error
    return value


def _moment(value: Any) -> Any:
    """Text, never a count of seconds: a day without its hyphens would pass for one."""
    if isinstance(value, str) and MOMENT.match(value):
        return datetime.fromisoformat(value.upper())
    if isinstance(value, datetime):
        return value
    raise ValueError("a moment is RFC 3339 text, such as 2022-04-27T09:00:00+10:00")


def _day(value: Any) -> Any:
    if isinstance(value, str) and DAY.fullmatch(value):
        return date.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("a day is ISO 8601 text, such as 2022-04-27")


def _countable(value: Any) -> Any:
    """Four digits in every zone, and room to count days and months from it both ways."""
    if not 1001 <= value.year <= 2999:
        raise ValueError("a moment or a day lies in the years 1001 to 2999")
    return value


def _bounded(value: Decimal) -> Decimal:
    digits, exponent = value.as_tuple().digits, value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError("a number is finite")
    if len(digits) > 38 or not -38 <= exponent <= 38:
        raise ValueError("a number has at most 38 digits")
    return value


def decimal_text(value: Decimal) -> str:
    """Plain notation, trailing zeros kept: 7.10 stays 7.10."""
    return format(value, "f")


def _sound(text: str) -> str:
    if UNSOUND.search(text):
        raise ValueError("text holds no NUL and no lone surrogate")
    return text


UNSOUND = re.compile("[\x00\ud800-\udfff]")

Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_moment),
    AfterValidator(_countable),
    PlainSerializer(instant, return_type=str, when_used="json"),
]
"""A moment with a time zone; a naive one is refused."""

Day = Annotated[date, BeforeValidator(_day), AfterValidator(_countable)]
"""A date of the calendar."""

Number = Annotated[
    Decimal,
    BeforeValidator(_no_float),
    AfterValidator(_bounded),
    PlainSerializer(decimal_text, return_type=str, when_used="json"),
    Field(json_schema_extra={"type": "string", "format": "decimal"}),
]
"""An exact decimal, written as text in plain notation."""

Title = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    AfterValidator(_sound),
]
Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4_000, strip_whitespace=True),
    AfterValidator(_sound),
]
