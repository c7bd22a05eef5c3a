"""Aggregates of which an initiative has exactly one, so that none of them is ever "created".

The stream's id follows from the initiative's. Whatever is said first opens it, and the first
version is the claim: two callers who both open it clash there, and one of them decides anew.
"""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID, uuid5

from infra.kernel import Aggregate, Event
from infra.kernel.aggregate import NOT_RECORDED


class Rooted(Aggregate):
    """One per initiative: its partnership, its charter, its common agenda …"""

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        KINDS[cls.TOPIC] = cls

    @classmethod
    def id_of(cls, initiative_id: UUID) -> UUID:
        """The id of this initiative's one."""
        return uuid5(initiative_id, cls.kind())

    @classmethod
    def of(
        cls, initiative_id: UUID, *, id: UUID | None = None, at: datetime = NOT_RECORDED
    ) -> Self:
        """This initiative's one before anything was said of it."""
        empty = cls.__new__(cls)
        empty.__base_init__(id or cls.id_of(initiative_id), 0, at)
        empty.initiative_id = initiative_id
        empty.begin()
        return empty

    @abstractmethod
    def begin(self) -> None:
        """How it stands before anything was said."""


KINDS: dict[str, type[Rooted]] = {}


class Opening(Event):
    """A fact that may be the first of its stream, and so says whose stream it is."""

    OPENS: ClassVar[str]

    initiative_id: UUID

    def mutate(self, aggregate: Any) -> Any:
        if aggregate is None:
            aggregate = KINDS[self.OPENS].of(
                self.initiative_id, id=self.originator_id, at=self.timestamp
            )
        return super().mutate(aggregate)
