"""What of a series was certified at a place of the log. Pure: lines in, values out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from infra.kernel import Event
from services.measurement.domain.certification_facts import (
    ObservationDecertified,
    ObservationsCertified,
    ObservationStatusChanged,
    ObservationWithdrawn,
)
from services.measurement.domain.series_facts import ObservationCorrected, ObservationDeduplicated
from services.measurement.domain.values import Observation, Span

ENDING: Mapping[type[Event], str] = {
    ObservationCorrected: "was",
    ObservationDeduplicated: "was",
    ObservationStatusChanged: "was",
    ObservationWithdrawn: "was",
    ObservationDecertified: "observation",
}
"""What ends a certification, and the field that says of which value."""


class Certified(NamedTuple):
    """A value that may be used outside, and the line that says so."""

    observation: Observation
    sequence: int


def certified(
    facts: Iterable[tuple[int, Event]], not_counting: Collection[UUID]
) -> dict[Span, Certified]:
    """By period: what is certified after these facts, each with its place in the log. What comes
    of a submission that does not count changes nothing."""
    found: dict[Span, Certified] = {}
    for sequence, fact in facts:
        if getattr(fact, "submission_id", None) in not_counting:
            continue
        if isinstance(fact, ObservationsCertified):
            found |= {one.span: Certified(one, sequence) for one in fact.observations}
        elif (field := ENDING.get(type(fact))) is not None:
            ended: Observation = getattr(fact, field)
            found.pop(ended.span, None)
    return found
