"""The facts of an initiative within a cut, as every register is put together from them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import orjson

from gateway.readmodels.cut import Cut
from gateway.readmodels.labels import names_of
from gateway.readmodels.speech import Names, sentence
from infra.kernel.values import moment
from infra.postgres import Pool, connection, statements

SQL = statements(__package__)

Kinds = Mapping[str, tuple[str, ...]]
"""By fact: the fields that are read of it. A contract test looks each of them up."""
Shown = dict[str, Any]


@dataclass(frozen=True)
class Fact:
    """One fact, as its line says it. Most are only counted, so a line is parsed when it is read."""

    kind: str
    source: str
    sequence: int
    thing: str
    """The id of the stream."""
    text: str = field(repr=False)
    names: Names = field(repr=False)

    def __getitem__(self, name: str) -> Any:
        return self.line["data"].get(name)

    @cached_property
    def line(self) -> Mapping[str, Any]:
        said: Mapping[str, Any] = orjson.loads(self.text)
        return said

    @property
    def position(self) -> str:
        return f"{self.source}:{self.sequence}"

    @property
    def time(self) -> datetime:
        return moment(self.line["time"])

    @property
    def recorded(self) -> datetime:
        return moment(self.line["recordedtime"])

    @property
    def provenance(self) -> Mapping[str, Any]:
        said: Mapping[str, Any] = self.line["data"]["provenance"]
        return said

    @property
    def reason(self) -> Shown | None:
        return self.provenance.get("reason")

    @property
    def sentence(self) -> str:
        return sentence(self.kind, self.line, self.names)

    def place(self) -> Shown:
        """Where and when it stands: so that everything shown can be looked up."""
        return {
            "position": self.position,
            "type": self.kind,
            "time": self.line["time"],
            "recordedtime": self.line["recordedtime"],
            "line": f"/v1/events/{self.source}/{self.sequence}",
        }

    def told(self) -> Shown:
        """The fact for a person: its sentence, who, why, and where it stands."""
        return {"sentence": self.sentence, "who": self.who(), "reason": self.reason} | self.place()

    def who(self) -> Shown:
        said = self.provenance
        return {
            "actor": said["actor"],
            "role": said["role"],
            "organisation": self.named(said["organisation"]),
        }

    def named(self, id: Any) -> Shown:
        """A thing by its id, with what it was called at the cut."""
        return {"id": id, "name": self.names.get(str(id)) if id else None}


class Facts(Sequence[Fact]):
    """Facts in the order of (`recordedtime`, source, `sequence`)."""

    def __init__(self, facts: Sequence[Fact], cut: Cut, names: Names) -> None:
        self._facts, self.cut, self.names = facts, cut, names

    def __getitem__(self, index: Any) -> Any:
        return self._facts[index]

    def __len__(self) -> int:
        return len(self._facts)

    def of(self, *kinds: str, thing: str | None = None) -> list[Fact]:
        """Those of these kinds, and of one thing where it is named."""
        if thing is None:
            places = [place for kind in kinds for place in self._by_kind.get(kind, ())]
        else:
            places = [p for kind in kinds for p in self._by_thing.get((kind, thing), ())]
        return [self._facts[place] for place in (places if len(kinds) == 1 else sorted(places))]

    def last(self, *kinds: str, thing: str | None = None) -> Fact | None:
        return next(iter(self.of(*kinds, thing=thing)[-1:]), None)

    @cached_property
    def _by_kind(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, fact in enumerate(self._facts):
            found.setdefault(fact.kind, []).append(place)
        return found

    @cached_property
    def _by_thing(self) -> Mapping[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = {}
        for place, fact in enumerate(self._facts):
            found.setdefault((fact.kind, fact.thing), []).append(place)
        return found

    @property
    def now(self) -> datetime | None:
        """The moment of the cut: the answer for a fixed cut stays as it is."""
        return self.cut.as_at or self.cut.instant

    @property
    def today(self) -> date | None:
        """The day of the cut, where the deployment is."""
        return self.now.astimezone(self.cut.zone).date() if self.now else None


def _read(cut: Cut, rows: Sequence[Any], names: Names) -> Facts:
    found = [
        Fact(
            row["fact"],
            row["source"],
            row["sequence"],
            row["subject"].rpartition("/")[2],
            row["line"],
            names,
        )
        for row in rows
    ]
    return Facts(found, cut, names)


async def about(
    pool: Pool,
    cut: Cut,
    initiative_id: UUID,
    things: Collection[UUID],
    *,
    without: Collection[str] = (),
) -> Facts:
    """The facts about these things of an initiative, whatever they say, but for some kinds."""
    async with connection(pool) as db:
        rows = await db.fetch(
            SQL["about"],
            list(things),
            [*without, *cut.hidden],
            *cut.sequences,
            cut.true_by,
            initiative_id,
        )
        return _read(cut, rows, await names_of(db, cut, initiative_id))


async def gathered(pool: Pool, cut: Cut, initiative_id: UUID, kinds: Collection[str]) -> Facts:
    """All facts of these kinds that an initiative had at the cut."""
    async with connection(pool) as db:
        rows = await db.fetch(
            SQL["facts"], initiative_id, list(kinds), *cut.sequences, cut.true_by, cut.hidden
        )
        return _read(cut, rows, await names_of(db, cut, initiative_id))


async def home(pool: Pool, cut: Cut, id: UUID, kind: str) -> UUID | None:
    """The initiative of the thing whose stream has a fact of this kind, if it was known."""
    async with connection(pool) as db:
        found: UUID | None = await db.fetchval(SQL["home"], id, kind, *cut.sequences, cut.true_by)
    return found


async def counted(pool: Pool, cut: Cut, initiative_id: UUID) -> int:
    """How many values of an initiative were recorded and count at the cut."""
    async with connection(pool) as db:
        found: int = await db.fetchval(
            SQL["counted"], initiative_id, cut.vector["measurement"], cut.ended_by
        )
    return found


def joined(*kinds: Kinds) -> Kinds:
    """The fields of several questions together."""
    whole: dict[str, tuple[str, ...]] = {}
    for each in kinds:
        for fact, fields in each.items():
            whole[fact] = tuple(dict.fromkeys((*whole.get(fact, ()), *fields)))
    return whole


def cited(facts: Sequence[Fact]) -> Iterator[tuple[Fact, Mapping[str, Any], str]]:
    """Every citation in these facts: who cites, what, and how far the logs were known then."""
    for fact in facts:
        cites = fact["cites"]
        for ref in cites["refs"] if cites else ():
            yield fact, ref, cites["known_at"]
