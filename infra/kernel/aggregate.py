"""Events are facts; aggregates are the rules that decide which facts may happen.

Both are the `eventsourcing` library's, with one choice made: an event is a frozen pydantic model,
so it is validated when it happens and again whenever it is read back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar, NamedTuple, get_args
from uuid import UUID

from eventsourcing.domain import BaseAggregate, CanInitAggregate, CanMutateAggregate
from eventsourcing.utils import register_topic
from pydantic import BaseModel, ConfigDict

from infra.kernel.identifiers import uuid7

NOT_RECORDED = datetime(1, 1, 1, tzinfo=UTC)
"""The timestamp of a fact that no store has taken yet: the clock is read at the append."""


class Claim(NamedTuple):
    """One holder at a time may have (kind, key): how rules over many streams are kept."""

    kind: str
    key: str


class Event(BaseModel, CanMutateAggregate[UUID]):
    """Something that happened, named in the past tense, with its effect in `apply()`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    TOPIC: ClassVar[str]
    class_version: ClassVar[int] = 1

    originator_id: UUID
    originator_version: int
    timestamp: datetime = NOT_RECORDED
    sequence: int = 0
    """Its place in the log, once it was read from there."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if "TOPIC" in cls.__dict__:  # the stored name outlives the Python name: never derived
            refuse_inexact_fields(cls)
            register_topic(cls.TOPIC, cls)  # refuses a name that is already taken
            CATALOGUE[cls.TOPIC] = cls

    @staticmethod
    def create_timestamp() -> datetime:
        return NOT_RECORDED

    def happened_at(self, time: datetime) -> None:
        """Give a fact the time that its line will bear: only now is it known when it was so."""
        self.__dict__["timestamp"] = time  # frozen for everybody but the one who records it

    def claims(self) -> Iterable[Claim]:
        """What the stream holds from this fact on; the append refuses what another one holds."""
        return ()

    def releases(self) -> Iterable[Claim]:
        """What the stream no longer holds from this fact on."""
        return ()


CATALOGUE: dict[str, type[Event]] = {}
"""Every event there is, by its stored name. Nothing else can come out of a store."""

ENVELOPE = frozenset(
    {"originator_id", "originator_version", "timestamp", "sequence", "originator_topic"}
)
"""The fields that stand in the line's attributes, not in its data."""


class Created(Event, CanInitAggregate[UUID]):
    """The first fact of an aggregate; its fields are the arguments of `__init__`."""

    originator_topic: str


class Aggregate(BaseAggregate[UUID]):
    """A consistency boundary: load it, ask it to do something, save what happened."""

    TOPIC: ClassVar[str]
    initiative_id: UUID

    @staticmethod
    def create_id(*_: Any, **__: Any) -> UUID:
        return uuid7()

    @classmethod
    def kind(cls) -> str:
        """The word for it in subjects, paths and problems: `common-agenda`."""
        return cls.TOPIC.partition(".")[2]

    @property
    def subject(self) -> str:
        """The stream's name in the line."""
        root = f"initiative/{self.initiative_id}"
        return root if self.id == self.initiative_id else f"{root}/{self.kind()}/{self.id}"


def refuse_inexact_fields(event: type[BaseModel]) -> None:
    """Facts hold values with exactly one spelling: no float, no naive time, nothing open."""
    for name, field in event.model_fields.items():
        if name in ENVELOPE:
            continue
        for part in _parts(field.annotation):
            if part is Any or (isinstance(part, type) and issubclass(part, (float, list, set))):
                raise TypeError(f"{event.__name__}.{name}: a fact cannot hold {part}")
            if part is datetime:
                raise TypeError(f"{event.__name__}.{name}: a fact's times are Instants")
            if isinstance(part, type) and issubclass(part, BaseModel):
                refuse_inexact_fields(part)


def _parts(annotation: Any) -> Iterator[Any]:
    inner = get_args(annotation)
    if not inner:
        yield annotation
    for part in inner:
        yield from _parts(part)
