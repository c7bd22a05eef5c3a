"""The base of all readers, and the list that the contract tests go through."""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec import Struct, to_builtins


class Part(Struct, frozen=True, gc=False):
    """A value inside a fact: takes the fields it names and lets the rest be."""

    def told(self) -> dict[str, Any]:
        """As JSON has it: ids and days are text."""
        told: dict[str, Any] = to_builtins(self)
        return told


class Reader(Part, frozen=True):
    """What a fact says, as far as we read it; FACT is the fact."""

    FACT: ClassVar[str]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "FACT" in cls.__dict__:
            READERS.append(cls)


READERS: list[type[Reader]] = []
"""Every reader; a fact may have several."""


class Place(Part, frozen=True):
    """A code of an edition of a scheme; the label is how its source calls it."""

    scheme: str
    edition: str
    code: str
    label: str | None = None

    @property
    def identity(self) -> tuple[str, str, str]:
        return self.scheme, self.edition, self.code
