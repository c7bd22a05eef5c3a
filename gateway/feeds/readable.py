"""Which lines of measurement's log the recipient of a feed may read. Pure.

What is not chosen here leaves the house as a hash only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gateway.feeds.model import (
    PROFILE_FACTS,
    RELEASE_FACTS,
    Line,
    Profile,
    Release,
    fact_of,
    stream_of,
)

INDICATOR_FACTS = (
    "indicator-proposed",
    "indicator-defined",
    "indicator-definition-changed",
    "indicator-adopted",
    "indicator-deprecated",
    "target-set",
    "target-revised",
    "target-withdrawn",
)
PERIOD_FACTS = ("reporting-period-opened", "reporting-period-closed")
VALUE_FACTS = ("observations-recorded", "observations-certified")
FACTS = (*PROFILE_FACTS, *RELEASE_FACTS, *INDICATOR_FACTS, *PERIOD_FACTS)
"""Read in any case; values are looked up by the places that the cells name."""
FIGURES = ("value", "numerator", "denominator")

Key = tuple[Any, ...]


def readable(profile: Profile, releases: Sequence[Release], lines: Iterable[Line]) -> list[int]:
    """The sequences of those lines that whoever receives this feed may read, in order."""
    streams = {release.id for release in releases}
    indicators = set(profile.terms()["indicators"])
    indicators |= {one for line in profile.versions for one in line["data"]["indicators"]}
    known = shown(releases)
    found = []
    for line in lines:
        fact, stream = fact_of(line), stream_of(line)
        if (
            (fact in PROFILE_FACTS and stream == profile.id)
            or (fact in RELEASE_FACTS and stream in streams)
            or (fact in INDICATOR_FACTS and stream in indicators)
            or (fact in PERIOD_FACTS and "reason" not in line["data"]["provenance"])
            or (fact in VALUE_FACTS and wholly_shown(line, known))
        ):
            found.append(int(line["sequence"]))
    return sorted(found)


def inputs(releases: Iterable[Release]) -> list[int]:
    """The lines that the figures of these releases follow from."""
    return sorted({at for release in releases for cell in release.cells for at in cell["inputs"]})


def shown(releases: Iterable[Release]) -> dict[Key, set[tuple[Any, ...]]]:
    """By cell: all that was ever released of it to this audience, without anything withheld."""
    found: dict[Key, set[tuple[Any, ...]]] = {}
    for release in releases:
        for cell in release.cells:
            if not cell.withheld and cell["denominator_conf"] is None:
                key = _key(cell.said, cell["period"])
                found.setdefault(key, set()).add(tuple(cell[name] for name in FIGURES))
    return found


def wholly_shown(line: Line, known: Mapping[Key, set[tuple[Any, ...]]]) -> bool:
    """Whether every value of the line was released as it stands there, and nothing is told beside.

    A reason or a piece of evidence might tell of somebody, so a line with one stays unread.
    """
    data = line["data"]
    if data["provenance"].keys() & {"reason", "evidence"}:
        return False
    return all(
        tuple(value.get(name) for name in FIGURES) in known.get(_key(data, value), set())
        for value in data["observations"]
    )


def _key(series: Mapping[str, Any], period: Mapping[str, Any]) -> Key:
    place = series["place"]
    return (
        series["indicator_id"],
        series["definition_version"],
        (place["scheme"], place["edition"], place["code"]),
        tuple(sorted(series["dimensions"].items())),
        (period["start"], period["end"]),
    )
