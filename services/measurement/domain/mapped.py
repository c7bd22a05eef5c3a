"""What others call an indicator: by an external scheme and code two initiatives share one."""

from __future__ import annotations

from collections.abc import Iterable
from operator import not_
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from pydantic import Field

from infra.kernel import Aggregate, Claim, Event, StateForbids, Title

if TYPE_CHECKING:
    from services.measurement.domain.indicator import Indicator

MAPPING = "indicator-mapping"
"""Claim: within one initiative an external code belongs to one indicator."""


class AlreadyMapped(StateForbids):
    """This indicator has {scheme} {code} already."""


class IndicatorMapped(Event):
    """What others call it: two initiatives share an indicator that both mapped alike, unless one
    says that it does not compare. `again`: the code was its own, and only that is said anew."""

    TOPIC: ClassVar[str] = "measurement.indicator-mapped"

    initiative_id: UUID
    scheme: Title
    code: Title
    comparable: bool = Field(True, exclude_if=bool)
    again: bool = Field(False, exclude_if=not_)

    def claims(self) -> Iterable[Claim]:
        if not self.again:
            yield Claim(MAPPING, f"{self.initiative_id}/{self.scheme}/{self.code}")

    def apply(self, aggregate: Indicator) -> None:
        aggregate.codes[self.scheme] = self.code
        (aggregate.apart.discard if self.comparable else aggregate.apart.add)(self.scheme)


class Mapped(Aggregate):
    """What an indicator can be asked about its external codes."""

    initiative_id: UUID
    codes: dict[str, str]
    apart: set[str]
    """The schemes by whose code it does not compare with others."""

    def map_code(self, scheme: str, code: str, *, comparable: bool = True) -> None:
        """Say what an external scheme calls it, and whether that makes it comparable."""
        again = self.codes.get(scheme) == code
        if again and comparable == (scheme not in self.apart):
            raise AlreadyMapped(scheme=scheme, code=code)
        self.trigger_event(
            IndicatorMapped,
            initiative_id=self.initiative_id,
            scheme=scheme,
            code=code,
            comparable=comparable,
            again=again,
        )
