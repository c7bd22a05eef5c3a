"""Between domain events and lines: canonical JSON out; upcasting and validation in."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

import orjson

from infra.kernel.aggregate import CATALOGUE, ENVELOPE, Aggregate, Created, Event
from infra.kernel.line import Draft, Pen
from infra.kernel.values import moment


class UnknownFact(LookupError):
    """A line of a type that this code does not have: never guessed, never imported by name."""


class Stream(Protocol):
    """What a line says of the stream it stands in."""

    @property
    def id(self) -> UUID: ...
    @property
    def subject(self) -> str: ...
    @property
    def initiative_id(self) -> UUID: ...


def to_draft(event: Event, stream: Stream, pen: Pen) -> Draft:
    """`pen` is the act's, for all facts of one append."""
    source, _, fact = event.TOPIC.partition(".")
    data = event.model_dump(mode="json", exclude=ENVELOPE)  # type: ignore[arg-type]
    data["provenance"] = pen.provenance
    return pen.draft(
        source=source,
        fact=fact,
        contract_version=event.class_version,
        subject=stream.subject,
        stream_id=event.originator_id,
        stream_version=event.originator_version,
        initiative_id=stream.initiative_id,
        data=data,
    )


def to_event(line: str, aggregate_class: type[Aggregate], stream_id: UUID) -> Event:
    """The fact that a line tells, in its newest shape."""
    attributes = orjson.loads(line)
    topic, _, version = attributes["type"].removeprefix("commonweal.").rpartition(".v")
    event_class = CATALOGUE.get(topic)
    if event_class is None:
        raise UnknownFact(topic)
    data: dict[str, Any] = attributes["data"]
    data.pop("provenance", None)
    upcast(event_class, data, int(version))
    data["originator_id"] = stream_id
    data["originator_version"] = attributes["streamversion"]
    data["timestamp"] = moment(attributes["time"])
    data["sequence"] = int(attributes["sequence"])
    if issubclass(event_class, Created):
        data["originator_topic"] = aggregate_class.TOPIC
    return event_class.model_validate(data)


def upcast(event_class: type[Event], data: dict[str, Any], written_as: int) -> None:
    """Bring an old payload up to date, one version at a time, in place."""
    if written_as > event_class.class_version:
        raise UnknownFact(f"{event_class.TOPIC}.v{written_as}")
    for version in range(written_as, event_class.class_version):
        getattr(event_class, f"upcast_v{version}_v{version + 1}")(data)
