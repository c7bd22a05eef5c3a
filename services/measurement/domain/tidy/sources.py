"""The parts of a mapping: where each thing that a row says comes from."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from services.measurement.domain.period import Period
from services.measurement.domain.tidy.statuses import ObsStatus

Column = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
NameOrNothing = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
UNSTATED = "state-the-"
"""So begins what stands in a proposal for a word that the file does not say."""


def _stated(word: str) -> str:
    if word.startswith(UNSTATED):
        raise ValueError(f"{word!r} stands for what the proposal could not know: say what it is")
    return word


Word = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_stated),
]
Cell = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Month = Annotated[int, Field(ge=1, le=12, strict=True)]
Days = Annotated[str, AfterValidator(lambda text: str(Period.parse(text)))]
Table = Field(default=None, max_length=10_000)


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _one_of(*names: str) -> ConfigDict:
    """Exactly one of the names is given: said in the schema as it is checked in the code."""
    choices: list[Any] = [{"required": [name]} for name in names]
    return ConfigDict(json_schema_extra={"oneOf": choices})


class Source(Part):
    """Where a text comes from: a column, or one constant for the whole file."""

    model_config = _one_of("column", "constant")

    column: Column | None = None
    constant: Word | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.column is None) == (self.constant is None):
            raise ValueError("name a column or a constant: one of the two, and not both")
        return self


class IndicatorSource(Source):
    """The indicator, by UUID or code; a column needs a table from its texts to indicators."""

    values: Annotated[dict[Cell, Word] | None, Table] = None

    @model_validator(mode="after")
    def _has_its_table(self) -> Self:
        if (self.column is None) != (not self.values):
            raise ValueError("values goes with column: a table from its texts to UUIDs or codes")
        return self


class UnitSource(Source):
    """The unit; without it the rows are in the unit of the indicator's definition."""

    values: Annotated[dict[Cell, Word] | None, Table] = None


class StatusSource(Part):
    """The SDMX OBS_STATUS of a value; an empty cell is A (normal). A constant is of values only."""

    model_config = _one_of("column", "constant")

    column: Column | None = None
    constant: ObsStatus | None = None
    values: Annotated[dict[Cell, ObsStatus] | None, Table] = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.column is None) == (self.constant is None):
            raise ValueError("name a column or a constant: one of the two, and not both")
        return self


class YearPeriod(Part):
    """A calendar year: 2021."""

    format: Literal["year"]
    column: Column


class SpanPeriod(Part):
    """A span of years, 2016/2017 or 2016-17, that starts with a month.

    With `start_month` 1 both years are whole: 2015/2019 is five years. With another month the
    span ends on the day before that month of the last year: 2016/2017 from July is one year.
    """

    format: Literal["span"]
    column: Column
    start_month: Month


class QuarterPeriod(Part):
    """A quarter of a year: 2021-Q3, 2021Q3, Q3 2021.

    Of a year that starts with another month than January both years are named: 2021-22 Q3.
    """

    format: Literal["quarter"]
    column: Column
    start_month: Month = 1


class HalfPeriod(Part):
    """Half a year: 2021-H1, 2021-S1, H2 2021; 2021-22 H1 where it starts with another month."""

    format: Literal["half"]
    column: Column
    start_month: Month = 1


class MonthPeriod(Part):
    """A month: 2021-03, 2021M03, 03/2021, Mar 2021; `names` adds months of another language."""

    format: Literal["month"]
    column: Column
    names: Annotated[dict[Word, Month] | None, Table] = None


class IsoPeriod(Part):
    """ISO 8601: 2021, 2021-03, 2021-03-04, an interval of them, a start with a duration;
    and the reporting periods of SDMX: 2021-S1, 2021-T1, 2021-Q3, 2021-M03, 2021-W05, 2021-D064."""

    format: Literal["iso"]
    column: Column


class DatesPeriod(Part):
    """Two columns of dates, first day and last day; `order` says how the dates are written."""

    format: Literal["dates"]
    start: Column
    end: Column
    order: Literal["ymd", "dmy", "mdy"] = "ymd"


class NamedPeriod(Part):
    """Periods by names of the file's own, each with its first and last day."""

    format: Literal["named"]
    column: Column
    periods: Annotated[dict[Word, Days], Field(min_length=1, max_length=1_000)]


class CalendarPeriod(Part):
    """Periods by the names of a calendar that the initiative has stated, such as school terms."""

    format: Literal["calendar"]
    column: Column
    calendar: Word

    def named(self, periods: dict[str, str]) -> NamedPeriod:
        """The same, once it is known which days the names stand for."""
        return NamedPeriod(format="named", column=self.column, periods=periods)


PeriodSource = Annotated[
    YearPeriod
    | SpanPeriod
    | QuarterPeriod
    | HalfPeriod
    | MonthPeriod
    | IsoPeriod
    | DatesPeriod
    | NamedPeriod
    | CalendarPeriod,
    Field(discriminator="format"),
]


class ValueSource(Part):
    """The value, as exact decimal text. An empty cell is missing, and so is each of `missing`."""

    column: Column
    decimal_mark: Literal[".", ","] = "."
    thousands: Literal[",", ".", " ", "'", "\u2019"] | None = Field(
        default=None, description="Groups of three digits; a space may be a non-breaking one."
    )
    missing: tuple[Cell, ...] = Field(default=(), max_length=100)
    status_of: dict[Cell, ObsStatus] = Field(
        default={},
        max_length=100,
        description="The status of a missing token (these count as missing too); else O.",
    )
    on_missing: Literal["keep", "skip"] = "keep"

    @model_validator(mode="after")
    def _marks_differ(self) -> Self:
        if self.thousands == self.decimal_mark:
            raise ValueError("decimal_mark and thousands are two different marks")
        return self


class CountSource(Part):
    """A number that the value was computed from, written as the value is; empty means unknown."""

    column: Column


class PlaceCode(Part):
    """One place, by its code; scheme and edition are those of the mapping unless stated."""

    code: Word
    label: Word | None = None
    scheme: Word | None = None
    edition: Word | None = None


class PlaceSource(Part):
    """The place: a code column, columns of labels, or a constant for the whole file.

    Of `columns`, listed from the widest area to the most specific, the last that is not empty
    names the place. Without a code, the label is a code in the office's own scheme
    (`label_scheme` and `label_edition`; `scheme` and `edition` if these are not stated).
    `when_empty` is the place of a row that names none; without it such a row is refused.
    """

    scheme: Word
    edition: Word
    columns: tuple[Column, ...] = Field(default=(), max_length=20)
    code_column: Column | None = None
    constant: Word | PlaceCode | None = None
    label_scheme: Word | None = None
    label_edition: Word | None = None
    when_empty: Word | PlaceCode | None = None

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        by_column = bool(self.columns or self.code_column)
        if by_column == (self.constant is not None):
            raise ValueError("name the place by columns and code_column, or by a constant")
        if self.when_empty is not None and not by_column:
            raise ValueError("when_empty goes with columns or code_column")
        return self
