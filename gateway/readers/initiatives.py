"""What we read in the facts of initiatives."""

from __future__ import annotations

from typing import Any, ClassVar

from gateway.readers.reader import Place, Reader


class InitiativeRegistered(Reader, frozen=True):
    FACT: ClassVar[str] = "agenda.initiative-registered"

    name: str
    places: tuple[Place, ...]


class PlaceScopeChanged(Reader, frozen=True):
    FACT: ClassVar[str] = "agenda.place-scope-changed"

    places: tuple[Place, ...]


class CohortDefined(Reader, frozen=True):
    FACT: ClassVar[str] = "agenda.cohort-defined"

    cohort: dict[str, Any]
