"""The base of all readers, and the list that the contract tests go through."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Reader(BaseModel):
    """Takes the fields it names and lets the rest be; FACT is the fact it reads."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    FACT: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if "FACT" in cls.__dict__:
            READERS.append(cls)


READERS: list[type[Reader]] = []
"""Every reader; a fact may have several."""


class Part(BaseModel):
    """A value inside a fact."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Place(Part):
    """A code of an edition of a scheme; the label is how its source calls it."""

    scheme: str
    edition: str
    code: str
    label: str | None = None

    @property
    def identity(self) -> tuple[str, str, str]:
        return self.scheme, self.edition, self.code
