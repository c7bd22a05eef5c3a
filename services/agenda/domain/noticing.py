"""What a cycle is told between its reviews, so that the next one looks at it; and what of its
frozen evidence was changed since."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from infra.kernel import Aggregate, Event, StateForbids, Text
from services.agenda.domain.values import Cited

MOST_ITEMS = 2_000
Kind = Literal["to-discuss", "evidence"]


class CycleIsClosed(StateForbids):
    """Cycle {cycle} is closed; what came later is for the next one."""


class NotedAlready(StateForbids):
    """The next review of cycle {cycle} looks at that already."""


class TooMuchNoted(StateForbids):
    """Cycle {cycle} has {count} items for its review already; review it."""


class FlaggedAlreadyInPack(StateForbids):
    """That pack {pack} has changed since was flagged for this cause already."""


class ReviewItemNoted(Event):
    """The next review has to look at it, or has it as evidence."""

    TOPIC: ClassVar[str] = "agenda.review-item-noted"

    kind: Kind
    text: Text
    line: Cited

    def apply(self, aggregate: Any) -> None:
        aggregate.items.append(self)


class EvidencePackSuperseded(Event):
    """A line in the pack does not hold any more. The pack stays as it was frozen."""

    TOPIC: ClassVar[str] = "agenda.evidence-pack-superseded"

    pack_id: UUID
    cause: Cited
    note: Text | None = None
    lines: Annotated[tuple[int, ...], Field(max_length=200)] = ()
    """Measurement's lines in the pack that the cause replaces, where it names lines."""

    def apply(self, aggregate: Any) -> None:
        aggregate.superseded.append(self)


class Noticing(Aggregate):
    """What a learning cycle is told of."""

    items: list[ReviewItemNoted]
    superseded: list[EvidencePackSuperseded]

    @property
    @abstractmethod
    def closed(self) -> bool:
        """Whether its last review is over, so that nothing more is for it."""

    def note(self, *, kind: Kind, text: Text, line: Cited) -> None:
        """Let the next review look at a line, once."""
        if self.closed:
            raise CycleIsClosed(cycle=self.id)
        if line.key in {item.line.key for item in self.items}:
            raise NotedAlready(cycle=self.id)
        if len(self.items) >= MOST_ITEMS:
            raise TooMuchNoted(cycle=self.id, count=len(self.items))
        self.trigger_event(ReviewItemNoted, kind=kind, text=text, line=line)

    def supersede(
        self, *, pack_id: UUID, cause: Cited, note: Text | None, lines: tuple[int, ...]
    ) -> None:
        """What a pack froze has changed since; also in a cycle that is closed."""
        if (pack_id, cause.key) in {(one.pack_id, one.cause.key) for one in self.superseded}:
            raise FlaggedAlreadyInPack(pack=pack_id)
        self.trigger_event(
            EvidencePackSuperseded, pack_id=pack_id, cause=cause, note=note, lines=lines
        )
