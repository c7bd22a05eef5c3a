"""A cut through the journal: a sequence for each service, such as `agenda:214,measurement:873`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

SOURCES = ("agenda", "measurement", "activities")
"""The services in the order in which they are always named."""

PART = re.compile(r"(?P<source>[a-z]+):(?P<sequence>0|[1-9][0-9]{0,17})")


class VectorMalformed(ValueError):
    """A vector reads like agenda:214,measurement:873,activities:96, each service at most once."""

    def __str__(self) -> str:
        return self.__doc__ or ""


class Vector(Mapping[str, int]):
    """Immutable. A service that it does not name stands at 0: before its first line."""

    __slots__ = ("_positions",)

    def __init__(self, positions: Mapping[str, int] | None = None) -> None:
        given = dict(positions or {})
        if not given.keys() <= set(SOURCES) or any(value < 0 for value in given.values()):
            raise VectorMalformed
        self._positions = {source: given[source] for source in SOURCES if source in given}

    @classmethod
    def parse(cls, text: str) -> Vector:
        positions: dict[str, int] = {}
        for part in text.split(","):
            found = PART.fullmatch(part)
            if found is None or found["source"] in positions:
                raise VectorMalformed
            positions[found["source"]] = int(found["sequence"])
        return cls(positions)

    def __str__(self) -> str:
        return ",".join(f"{source}:{sequence}" for source, sequence in self._positions.items())

    def __repr__(self) -> str:
        return f"Vector({self})"

    def __getitem__(self, source: str) -> int:
        if source not in SOURCES:
            raise KeyError(source)
        return self._positions.get(source, 0)

    def __iter__(self) -> Iterator[str]:
        return iter(self._positions)

    def __len__(self) -> int:
        return len(self._positions)

    def __contains__(self, source: object) -> bool:
        return source in self._positions

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Vector):
            return NotImplemented
        return all(self[source] == other[source] for source in SOURCES)

    def __hash__(self) -> int:
        return hash(tuple(self[source] for source in SOURCES))

    def whole(self) -> Vector:
        """The same cut with every service named, as `known_at` shows it."""
        return Vector({source: self[source] for source in SOURCES})

    def covers(self, other: Vector) -> bool:
        """Whether everything that the other cut holds is in this one too."""
        return all(self[source] >= other[source] for source in SOURCES)

    def joined(self, other: Vector) -> Vector:
        """The smallest cut that covers both."""
        named = [source for source in SOURCES if source in self or source in other]
        return Vector({source: max(self[source], other[source]) for source in named})
