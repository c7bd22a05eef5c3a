"""What an initiative measures at a cut: each indicator by its terms, as they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from gateway.readmodels import aspects
from gateway.readmodels.aspects import Aspect
from gateway.readmodels.cut import Cut
from gateway.readmodels.totals import Group, Terms
from infra.formulas import Unit
from infra.postgres import Connection, statements

SQL = statements(__package__)
Versions = Sequence[Mapping[str, Any]]


EVERYBODY: Mapping[str, str] = {}


def stretch(place: tuple[str, str, str] | None, dimensions: Mapping[str, str]) -> str:
    """The place and stratum that a baseline is for, as a part of its side's name."""
    return f"{'/'.join(place or ())}:{sorted(dimensions.items())}"


def groups(terms: Mapping[str, Any]) -> Sequence[Group]:
    """The dimensions whose counts make a total, where it says which codes there are."""
    return [
        Group(each["name"], each["codes"])
        for each in terms.get("strata", ())
        if each["additive"] and each["codes"]
    ]


class Formula(NamedTuple):
    text: str
    decimals: int


@dataclass(frozen=True)
class Measure:
    """An indicator, by one version of its definition: the present one unless another is asked."""

    id: UUID
    sides: Mapping[str, Aspect]
    as_by: int | None = None
    computed_by: Formula | None = None
    """A formula that is only supposed."""

    @property
    def code(self) -> str:
        code: str = self.sides["named"].body["code"]
        return code

    @cached_property
    def versions(self) -> Versions:
        """Every version of its definition, the first one first."""
        found = [side.body for name, side in self.sides.items() if name.startswith("definition:")]
        return sorted(found, key=lambda version: int(version["version"]))

    @cached_property
    def present(self) -> Mapping[str, Any] | None:
        """The version that it goes by; None before its first definition."""
        if self.as_by is None:
            return self.versions[-1] if self.versions else None
        return next((each for each in self.versions if each["version"] == self.as_by), None)

    @property
    def terms(self) -> Mapping[str, Any]:
        assert self.present is not None
        terms: Mapping[str, Any] = self.present["definition"]
        return terms

    @property
    def name(self) -> str:
        name: str = self.terms["name"] if self.present else self.sides["named"].body["name"]
        return name

    @property
    def unit(self) -> Unit:
        return Unit.of(self.terms["unit"])

    @property
    def series(self) -> int:
        """The version under whose series its values are recorded."""
        assert self.present is not None
        return int(self.present["series_version"])

    @property
    def adding(self) -> Terms:
        """How its values add up, by the version that it goes by."""
        made_of_two = self.terms.get("denominator") is not None
        return Terms(self.terms["unit"], made_of_two, groups(self.terms))

    @property
    def formula(self) -> Formula | None:
        if self.computed_by is not None or self.present is None:
            return self.computed_by
        said = self.terms.get("formula")
        return Formula(said["text"], said["decimals"]) if said else None

    def baseline(
        self, place: tuple[str, str, str] | None = None, dimensions: Mapping[str, str] = EVERYBODY
    ) -> Aspect | None:
        """Where it stood: all of the initiative or a place, everybody or a stratum."""
        return self.sides.get(f"baseline:{self.series}:{stretch(place, dimensions)}")

    def supposing(self, *, version: int | None = None, formula: Formula | None = None) -> Measure:
        """The same by another version of its definition, or computed in another way."""
        return replace(self, as_by=version, computed_by=formula)


async def of_initiative(db: Connection, cut: Cut, initiative_id: UUID) -> Mapping[str, Measure]:
    """By code: every indicator that was proposed."""
    known = cut.vector["measurement"]
    rows = await db.fetch(SQL["progress"], initiative_id, known, cut.true_by, cut.begun_by)
    sides: dict[UUID, dict[str, Aspect]] = {}
    for row in rows:
        sides.setdefault(row["thing_id"], {})[row["side"]] = aspects.of(row)
    found = [Measure(id, side) for id, side in sides.items() if "named" in side]
    return {each.code: each for each in sorted(found, key=lambda each: (each.code, str(each.id)))}
