"""What partners can ask of the measurement service. Shape is checked here; rules by the domain."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    WithJsonSchema,
    WrapValidator,
)

from infra.kernel import Command, Number, Text, Title
from infra.kernel.provenance import Code
from infra.kernel.values import decimal_text
from services.measurement.domain.calendars import InCalendar
from services.measurement.domain.definition import Check, Definition, Unit
from services.measurement.domain.tidy import ObsStatus
from services.measurement.domain.tidy import sources as mapped
from services.measurement.domain.tidy.periods import period_reader
from services.measurement.domain.values import Dimensions, Place, Stated

NUMBER: TypeAdapter[Any] = TypeAdapter(Number)
read_period = period_reader(mapped.IsoPeriod(format="iso", column="period"))


def _plain(value: object) -> str:
    return decimal_text(NUMBER.validate_python(value))


def _not_negative(text: str) -> str:
    if text.startswith("-"):
        raise ValueError("0 or more")
    return text


def _stated(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a period is text: 2022, 2022-S2, 2022-Q3, 2022-07-01/2022-12-31")
    return Stated(**Stated.of(read_period(value.strip(), ""), value.strip()))


Plain = Annotated[
    str, BeforeValidator(_plain), WithJsonSchema({"type": "string", "format": "decimal"})
]
"""A decimal number as text, in plain notation from here on."""

NotNegative = Annotated[Plain, AfterValidator(_not_negative)]
"""The same, 0 or more."""

IsoPeriod = Annotated[
    Stated,
    BeforeValidator(_stated),
    WithJsonSchema({"type": "string", "examples": ["2022", "2022-S2", "2022-07-01/2022-12-31"]}),
]
"""ISO 8601 or SDMX: a year, half-year, quarter, month or day, or an interval of them."""


def _given(value: object, _: object) -> object:
    """One of the two by what it is: so that a refusal speaks of that one only."""
    if isinstance(value, Stated | InCalendar):
        return value
    return InCalendar.model_validate(value) if isinstance(value, dict) else _stated(value)


PeriodGiven = Annotated[IsoPeriod | InCalendar, WrapValidator(_given)]
"""The same; or a period by the name that a calendar of the initiative has for it."""


class ProposeIndicator(Command):
    code: Code = Field(description="What the partners call it, such as I4; used once.")
    name: Title


class DefineIndicator(Command):
    definition: Definition


class ChangeIndicatorDefinition(Command):
    """Needs a reason."""

    definition: Definition = Field(description="The whole new definition.")
    comparable: bool = Field(description="Whether values before and after may be compared.")


class AssessIndicatorDesign(Command):
    checklist: Code
    checks: Annotated[tuple[Check, ...], Field(min_length=1, max_length=100)]


class AdoptIndicator(Command):
    decision_id: UUID | None = None


class DeprecateIndicator(Command):
    """Needs a reason."""


class MapIndicator(Command):
    scheme: Title
    code: Title
    comparable: bool = Field(
        True,
        description="false: what bears this code elsewhere does not compare with this indicator."
        " Said again with the same code, it changes that alone.",
    )


class _Aim(Command):
    value: Plain
    period: PeriodGiven | None = None
    place: Place | None = Field(None, description="None: all of the initiative.")
    dimensions: Dimensions = Field(default_factory=dict)


class EstablishBaseline(_Aim):
    """Needs a reason where it replaces another."""

    source: Text | None = None
    decision_id: UUID | None = None


class SetTarget(_Aim):
    decision_id: UUID
    no_baseline_yet: bool = False
    tolerance: NotNegative | None = Field(
        None, description="How far from it a value may be before a review is called for."
    )


class ReviseTarget(Command):
    """Needs a reason."""

    value: Plain
    decision_id: UUID
    adaptation_id: UUID | None = Field(None, description="What a learning cycle decided, if so.")
    tolerance: NotNegative | None = Field(None, description="Left out: as it was.")


class CarryOverTarget(Command):
    """Needs a reason."""


class WithdrawTarget(Command):
    """Needs a reason."""


class AmountGiven(BaseModel):
    """A value, with what it was computed from where that is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Plain | None = None
    numerator: Plain | None = None
    denominator: Plain | None = None
    status: ObsStatus = Field(ObsStatus.NORMAL, description="SDMX OBS_STATUS.")


class RecordObservation(Command):
    period: PeriodGiven
    place: Place
    dimensions: Dimensions = Field(default_factory=dict)
    value: Plain | None = None
    numerator: Plain | None = None
    denominator: Plain | None = None
    status: ObsStatus = Field(ObsStatus.NORMAL, description="SDMX OBS_STATUS.")
    agreement_id: UUID | None = Field(
        None, description="The data agreement under which it comes; a refusal names candidates."
    )
    reporting_period_id: UUID | None = Field(
        None, description="The collection round in which it comes; a refusal names candidates."
    )
    provider_reference: Title | None = Field(None, description="What the provider calls it.")
    unit: Unit | None = Field(None, description="If given, it must be the indicator's.")


class CorrectObservation(Command):
    """Needs a reason."""

    period: PeriodGiven
    was: AmountGiven = Field(description="What stands now, as far as you state it.")
    now: AmountGiven


class Doubled(BaseModel):
    """One place and stratum in which some were counted twice."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: Place
    dimensions: Dimensions = Field(default_factory=dict)
    was: AmountGiven
    now: AmountGiven
    removed: Annotated[int, Field(ge=1, le=10**9)]


class DeduplicateObservations(Command):
    """Needs a reason."""

    period: PeriodGiven
    cells: Annotated[tuple[Doubled, ...], Field(min_length=1, max_length=100)]
    parties: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=50)] = Field(
        description="The organisations that counted the same."
    )
    method: Text
