"""Code lists: versioned configuration, read once from the files beside the service."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from infra.kernel import RuleForbids

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
    made of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    label: str
    about: str | None = None
    source: str | None = None
    part_of: str | None = None
    parts: tuple[PlaceCode, ...] | None = None


class CodeList(BaseModel):
    """One list of codes, with the public source that it was taken from. A list of places is of one
    edition of one scheme."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    list: str
    version: int
    title: str
    source: str
    scheme: str | None = None
    edition: str | None = None
    codes: tuple[Entry, ...]

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
def code_lists() -> dict[str, CodeList]:
    """Every list by its name."""
    found = (json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json")))
    return {shape.list: shape for shape in map(CodeList.model_validate, found)}


def code_list(name: str) -> CodeList:
    """The list of this name, in the version that is in force."""
    if name not in code_lists():
        raise NoSuchList(list=name, lists=", ".join(code_lists()))
    return code_lists()[name]
