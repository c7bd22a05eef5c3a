"""What a feed's lines say, put together: profiles, releases, and the cells of each. Pure.

Every format is made from a `Release` and from nothing else, so all of them say the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import orjson

from infra.kernel.line import canonical

Shown = dict[str, Any]
Line = Mapping[str, Any]
TOTAL = "_T"
"""SDMX's code for all of a dimension."""

PROFILE_FACTS = ("feed-profile-defined", "feed-profile-changed", "feed-profile-retired")
RELEASE_FACTS = (
    "feed-release-prepared",
    "disclosure-control-applied",
    "released-cells-frozen",
    "reliability-determined",
    "feed-release-approved",
    "feed-release-discarded",
    "feed-released",
    "feed-restated",
    "feed-restatement-opened",
    "feed-acknowledged",
    "feed-challenged",
    "challenge-resolved",
)
DEFINITION_FACTS = ("indicator-defined", "indicator-definition-changed")


def fact_of(line: Line) -> str:
    """`feed-released` of `commonweal.measurement.feed-released.v1`."""
    return str(line["type"]).split(".")[2]


def stream_of(line: Line) -> str:
    """The id of the stream."""
    return str(line["subject"]).rpartition("/")[2]


class Cell:
    """One row of a release, as its line says it."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.said = said

    def __getitem__(self, name: str) -> Any:
        return self.said.get(name)

    @property
    def withheld(self) -> bool:
        return self["conf_status"] in ("N", "D")

    @property
    def place(self) -> tuple[str, str, str]:
        place = self.said["place"]
        return place["scheme"], place["edition"], place["code"]

    @property
    def written(self) -> str:
        """Its canonical JSON, as the hash of the content takes it."""
        return canonical(self.said)

    @property
    def order(self) -> tuple[object, ...]:
        said, period = self.said, self.said["period"]
        return (
            said["indicator_code"],
            said["definition_version"],
            (period["start"], period["end"]),
            self.place,
            canonical(said["dimensions"]),
        )


@dataclass(frozen=True)
class Profile:
    """A feed: what its audience receives, as it stands at the cut."""

    id: str
    initiative_id: str
    code: str
    audience: Mapping[str, Any]
    versions: tuple[Line, ...]
    """The lines that defined and changed it, by version from 1 on."""
    retired: bool = False

    def terms(self, version: int | None = None) -> Mapping[str, Any]:
        data: Mapping[str, Any] = self.versions[version - 1 if version else -1]["data"]
        return data

    @property
    def organisation(self) -> str | None:
        """Whose feed it is; None: everybody's."""
        return self.audience.get("organisation")


@dataclass(frozen=True)
class Release:
    """One release: everything that its formats show."""

    profile: Profile
    prepared: Line
    cells: tuple[Cell, ...] = ()
    control: Mapping[str, Any] = field(default_factory=dict)
    reliability: tuple[Mapping[str, Any], ...] = ()
    released: Line | None = None
    restated: Line | None = None
    names: Mapping[tuple[str, int], Mapping[str, Any]] = field(default_factory=dict)
    """By indicator and version: its definition."""

    def __getitem__(self, name: str) -> Any:
        return self.prepared["data"].get(name)

    @property
    def id(self) -> str:
        return stream_of(self.prepared)

    @property
    def number(self) -> int:
        number: int = self["number"]
        return number

    @property
    def name(self) -> str:
        """Of its files, without what stands behind the dot."""
        return f"{self.profile.code}-{self.number}"

    @property
    def line(self) -> Line:
        """The line that published it."""
        assert self.released is not None
        return self.released

    @property
    def last_sequence(self) -> int:
        """Its last line that belongs to the publication."""
        return int((self.restated or self.line)["sequence"])

    @property
    def at(self) -> str:
        """When it was published, as the log came to know it."""
        return str(self.line["recordedtime"])

    @property
    def content_sha256(self) -> str:
        return str(self.line["data"]["content_sha256"])

    @property
    def replaces(self) -> str | None:
        replaced: str | None = self["replaces"]
        return replaced

    @property
    def reason(self) -> str | None:
        """Why it takes the place of another one."""
        told = (self.restated or self.prepared)["data"]["provenance"].get("reason")
        return told["text"] if told and self.restated else None

    @property
    def note(self) -> str | None:
        note: str | None = self.line["data"].get("note")
        return note

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """Every stratum that a cell names, in order."""
        return tuple(sorted({name for cell in self.cells for name in cell["dimensions"]}))

    @cached_property
    def content(self) -> bytes:
        """All cells in order, a line each: what `content_sha256` is the hash of."""
        return "".join(f"{cell.written}\n" for cell in self.cells).encode()

    @property
    def sound(self) -> bool:
        """Whether the cells are those that were published."""
        return hashlib.sha256(self.content).hexdigest() == self.content_sha256

    def name_of(self, cell: Cell) -> str:
        """What the cell's indicator is called in the version that it was measured by."""
        told = self.names.get((cell["indicator_id"], cell["definition_version"]), {})
        return str(told.get("name") or cell["indicator_code"])


def parsed(lines: Iterable[str]) -> list[Line]:
    return [orjson.loads(line) for line in lines]


def profiles(lines: Iterable[Line]) -> dict[str, Profile]:
    """The profiles by id, from lines in the order of recording."""
    found: dict[str, Profile] = {}
    for line in lines:
        fact, id, data = fact_of(line), stream_of(line), line["data"]
        if fact == "feed-profile-defined":
            found[id] = Profile(
                id, data["initiative_id"], data["code"], data["audience"], versions=(line,)
            )
        elif fact == "feed-profile-changed" and id in found:
            found[id] = replace(found[id], versions=(*found[id].versions, line))
        elif fact == "feed-profile-retired" and id in found:
            found[id] = replace(found[id], retired=True)
    return found


def releases(profile: Profile, lines: Sequence[Line]) -> list[Release]:
    """The published releases of a profile by number, from lines in the order of recording."""
    made: dict[str, Release] = {}
    names: dict[tuple[str, int], Mapping[str, Any]] = {}
    for line in lines:
        fact, id, data = fact_of(line), stream_of(line), line["data"]
        if fact in DEFINITION_FACTS:
            names[id, data["version"]] = data["definition"]
        elif fact == "feed-release-prepared" and data["profile_id"] == profile.id:
            made[id] = Release(profile, line, names=dict(names))
        elif id in made:
            made[id] = _grown(made[id], fact, line)
    published = [_ordered(release) for release in made.values() if release.released is not None]
    return sorted(published, key=lambda release: release.number)


def _grown(release: Release, fact: str, line: Line) -> Release:
    data = line["data"]
    if fact == "released-cells-frozen":
        return replace(release, cells=(*release.cells, *map(Cell, data["cells"])))
    if fact == "disclosure-control-applied":
        return replace(release, control=data)
    if fact == "reliability-determined":
        return replace(release, reliability=(*release.reliability, data))
    if fact == "feed-released":
        return replace(release, released=line)
    if fact == "feed-restated":
        return replace(release, restated=line)
    return release


def _ordered(release: Release) -> Release:
    return replace(release, cells=tuple(sorted(release.cells, key=lambda cell: cell.order)))


def replaced_by(those: Sequence[Release]) -> dict[str, Release]:
    """By the id of a release that was replaced: the one that took its place."""
    return {release.replaces: release for release in those if release.replaces and release.restated}
