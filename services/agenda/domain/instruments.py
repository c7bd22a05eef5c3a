"""Readiness instruments: versioned configuration, read once from the files beside the service."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from infra.kernel import RuleForbids

FOLDER = Path(__file__).parents[1] / "instruments"


class NoSuchInstrument(RuleForbids):
    """There is no instrument {instrument} of version {version}; there are: {instruments}."""


class NoSuchItem(RuleForbids):
    """{item} is no item of instrument {instrument} v{version}; it has: {items}."""


class ItemTwice(RuleForbids):
    """Item {item} is scored more than once; score each item once."""


class OffTheScale(RuleForbids):
    """Item {item} was scored {score}, and instrument {instrument} v{version} goes from {lowest} to
    {highest}."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Item(_Part):
    code: str
    text: str | None = None
    """None where the tool's own text is not ours to give: its link stands in the instrument."""
    mandatory: bool = True


class Section(_Part):
    code: str
    title: str
    items: tuple[Item, ...]


class Scale(_Part):
    lowest: int
    highest: int
    lowest_means: str
    highest_means: str


class Band(_Part):
    """What a sum over all items means."""

    code: str
    lowest: int
    highest: int
    title: str


class Instrument(_Part):
    instrument: str
    version: int
    title: str
    source: str
    link: str | None = None
    scale: Scale
    minimum_roles: int
    minimum_sectors: int
    sections: tuple[Section, ...]
    bands: tuple[Band, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for section in self.sections for item in section.items)

    @property
    def mandatory(self) -> tuple[str, ...]:
        """The items on which the group must agree before it is done."""
        return tuple(item.code for item in self.items if item.mandatory)

    def refuse_wrong(self, scores: Iterable[tuple[str, int]]) -> None:
        """Each of them an item of this instrument, scored once and on the scale."""
        named = {"instrument": self.instrument, "version": self.version}
        known = {item.code for item in self.items}
        seen: set[str] = set()
        for item, score in scores:
            if item not in known:
                raise NoSuchItem(item=item, items=", ".join(i.code for i in self.items), **named)
            if item in seen:
                raise ItemTwice(item=item)
            if not self.scale.lowest <= score <= self.scale.highest:
                raise OffTheScale(
                    item=item,
                    score=score,
                    lowest=self.scale.lowest,
                    highest=self.scale.highest,
                    **named,
                )
            seen.add(item)

    def band(self, scores: Mapping[str, int]) -> Band | None:
        """Where the sum falls, once every item is scored; None before, or without bands."""
        if any(item.code not in scores for item in self.items):
            return None
        total = sum(scores.values())
        return next((band for band in self.bands if band.lowest <= total <= band.highest), None)


@cache
def instruments() -> dict[tuple[str, int], Instrument]:
    """Every instrument by its name and version. An old version stays: assessments name it."""
    found = (json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json")))
    return {(one.instrument, one.version): one for one in map(Instrument.model_validate, found)}


def instrument(name: str, version: int) -> Instrument:
    if (name, version) not in instruments():
        raise NoSuchInstrument(
            instrument=name,
            version=version,
            instruments=", ".join(f"{known} v{number}" for known, number in instruments()),
        )
    return instruments()[name, version]
