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
from gateway.readmodels.labels import labels
from gateway.readmodels.speech import ids_in, sentence
from infra.kernel.values import moment
from infra.postgres import Connection, Pool, connection, statements

SQL = statements(__package__)

Kinds = Mapping[str, tuple[str, ...]]
"""By fact: the fields that are read of it. A contract test looks each of them up."""
Shown = dict[str, Any]


@dataclass(frozen=True)
class Fact:
    """One fact, as its line says it."""

    kind: str
    source: str
    sequence: int
    line: Mapping[str, Any]
    names: Mapping[UUID, str] = field(repr=False)

    def __getitem__(self, name: str) -> Any:
        return self.line["data"].get(name)

    @property
    def thing(self) -> str:
        """The id of the stream."""
        return str(self.line["subject"]).rpartition("/")[2]

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
        return {"id": id, "name": self.names.get(UUID(id)) if id else None}


class Facts(Sequence[Fact]):
    """Facts in the order of (`recordedtime`, source, `sequence`)."""

    def __init__(self, facts: Sequence[Fact], cut: Cut) -> None:
        self._facts, self.cut = facts, cut

    def __getitem__(self, index: Any) -> Any:
        return self._facts[index]

    def __len__(self) -> int:
        return len(self._facts)

    def of(self, *kinds: str, thing: str | None = None) -> list[Fact]:
        """Those of these kinds, and of one thing where it is named."""
        found = (fact for kind in kinds for fact in self._by_kind.get(kind, ()))
        kept = [fact for fact in found if thing is None or fact.thing == thing]
        return kept if len(kinds) == 1 else sorted(kept, key=self._order)

    def last(self, *kinds: str, thing: str | None = None) -> Fact | None:
        return next(iter(self.of(*kinds, thing=thing)[-1:]), None)

    @cached_property
    def _by_kind(self) -> Mapping[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        for fact in self._facts:
            found.setdefault(fact.kind, []).append(fact)
        return found

    def _order(self, fact: Fact) -> tuple[str, str, int]:
        return fact.line["recordedtime"], fact.source, fact.sequence

    @property
    def now(self) -> datetime | None:
        """The moment of the cut: the answer for a fixed cut stays as it is."""
        return self.cut.as_at or self.cut.instant

    @property
    def today(self) -> date | None:
        """The day of the cut, where the deployment is."""
        return self.now.astimezone(self.cut.zone).date() if self.now else None


async def _read(db: Connection, cut: Cut, rows: Sequence[Any]) -> Facts:
    lines = [orjson.loads(row["line"]) for row in rows]
    names = await labels(db, cut, {id for line in lines for id in ids_in(line)})
    found = [
        Fact(row["fact"], row["source"], row["sequence"], line, names)
        for row, line in zip(rows, lines, strict=True)
    ]
    return Facts(found, cut)


async def about(
    pool: Pool, cut: Cut, things: Collection[UUID], *, without: Collection[str] = ()
) -> Facts:
    """The facts about these things, whatever they say, but for some kinds."""
    async with connection(pool) as db:
        rows = await db.fetch(
            SQL["about"], list(things), list(without), *cut.sequences, cut.true_by
        )
        return await _read(db, cut, rows)


async def gathered(pool: Pool, cut: Cut, initiative_id: UUID, kinds: Collection[str]) -> Facts:
    """All facts of these kinds that an initiative had at the cut."""
    async with connection(pool) as db:
        rows = await db.fetch(SQL["facts"], initiative_id, list(kinds), *cut.sequences, cut.true_by)
        return await _read(db, cut, rows)


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
