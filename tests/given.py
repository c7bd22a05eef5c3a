"""given(facts).when(command).then(facts): how every aggregate is specified."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

import pytest

from infra.kernel import Aggregate, Created, DomainError, Event
from infra.kernel.aggregate import ENVELOPE

A = TypeVar("A", bound=Aggregate)
Fact = partial[Event]
SOMETHING = UUID(int=1)
SOMETIME = datetime(2026, 1, 1, tzinfo=UTC)
fact = partial


class given(Generic[A]):  # noqa: N801 (reads as a sentence)
    def __init__(self, aggregate_class: type[A], *facts: Fact) -> None:
        self.aggregate: Any = None
        for version, happened in enumerate(facts, start=1):
            self.aggregate = happened(
                originator_id=SOMETHING,
                originator_version=version,
                sequence=version,
                timestamp=SOMETIME,
                **_birth(happened, aggregate_class),
            ).mutate(self.aggregate)

    def when(self, command: Callable[[A], object]) -> Self:
        self._command = command
        return self

    def then(self, *facts: Fact) -> None:
        self._command(self.aggregate)
        happened = [(type(event), payload(event)) for event in self.aggregate.collect_events()]
        assert happened == [(f.func, f.keywords) for f in facts]

    def then_refused(self, error: type[DomainError]) -> None:
        with pytest.raises(error):
            self._command(self.aggregate)
        assert not self.aggregate.collect_events()


def _birth(happened: Fact, aggregate_class: type[Aggregate]) -> dict[str, str]:
    born = isinstance(happened.func, type) and issubclass(happened.func, Created)
    return {"originator_topic": aggregate_class.TOPIC} if born else {}


def payload(event: Event) -> dict[str, Any]:
    """The fields that a reader of the business would name."""
    return {name: value for name, value in dict(event).items() if name not in ENVELOPE}
