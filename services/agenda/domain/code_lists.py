"""Code lists: versioned configuration, read once from the files beside the service."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from infra.kernel import RuleForbids
from services.agenda.domain.concordance import Edition, Share, refuse_unshared

FOLDER = Path(__file__).parents[1] / "code_lists"


class UnknownCode(RuleForbids):
    """{code} is no code of the list {list} (version {version}); it has: {codes}."""


class NoSuchList(RuleForbids):
    """There is no code list {list}; there are: {lists}."""


class PlaceCode(BaseModel):
    """A code of a place, with the scheme and the edition without which it means nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scheme: str
    edition: str
    code: str


class Entry(BaseModel):
    """Of a place also: the wider area of the same list that holds it, or the places that it is
    made of; in a concordance, what it becomes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    label: str
    about: str | None = None
    source: str | None = None
    part_of: str | None = None
    parts: tuple[PlaceCode, ...] | None = None
    becomes: tuple[Share, ...] | None = None


class CodeList(BaseModel):
    """One list of codes, with the public source that it was taken from. A list of places is of one
    edition of one scheme; a concordance leads from there to another one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    list: str
    version: int
    title: str
    source: str
    scheme: str | None = None
    edition: str | None = None
    to: Edition | None = None
    codes: tuple[Entry, ...]

    @model_validator(mode="after")
    def _leads_from_somewhere(self) -> Self:
        if self.to is None:
            if any(entry.becomes for entry in self.codes):
                raise ValueError("codes become others in a concordance: say in `to` of what")
            return self
        if None in (self.scheme, self.edition):
            raise ValueError("a concordance has the scheme and edition that it leads from")
        if (self.scheme, self.edition) == (self.to.scheme, self.to.edition):
            raise ValueError("a concordance leads to another edition")
        if len(set(self.names())) < len(self.codes):
            raise ValueError("a concordance names each code once")
        for entry in self.codes:
            refuse_unshared(entry.code, entry.becomes)
        return self

    def names(self) -> tuple[str, ...]:
        """The codes in their order."""
        return tuple(entry.code for entry in self.codes)

    def require(self, *codes: str) -> None:
        """Refuse a code that is not in the list."""
        for code in codes:
            if code not in self.names():
                raise UnknownCode(
                    code=code,
                    list=self.list,
                    version=self.version,
                    codes=", ".join(self.names()),
                )


@cache
def code_lists(folder: Path = FOLDER) -> dict[str, CodeList]:
    """Every list by its name."""
    found = (json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json")))
    return {shape.list: shape for shape in map(CodeList.model_validate, found)}


def code_list(name: str) -> CodeList:
    """The list of this name, in the version that is in force."""
    if name not in code_lists():
        raise NoSuchList(list=name, lists=", ".join(code_lists()))
    return code_lists()[name]
