"""The values that facts are made of, each with exactly one way of being written down."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
)


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

Instant = Annotated[AwareDatetime, PlainSerializer(instant, return_type=str, when_used="json")]
"""A moment with a time zone; a naive one is refused."""

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
