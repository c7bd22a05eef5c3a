"""When a certified value calls for a look: it crosses a target, or the trend has turned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import ClassVar, Literal, NamedTuple
from uuid import UUID

from pydantic import Field

from infra.kernel import StateForbids
from services.measurement.domain.aim import Target
from services.measurement.domain.definition import Polarity
from services.measurement.domain.series_facts import OfSeries, Said
from services.measurement.domain.standing import Standing
from services.measurement.domain.values import DecimalText, Observation, Span, absent

HOUSE_SCHEME = "commonweal"
"""The scheme of an initiative's own area: its series is held against targets of no place."""
Kind = Literal["target-reached", "target-missed", "trend-turned"]


class SignalledAlready(StateForbids):
    """That was said of this series already."""


class Signal(NamedTuple):
    """What a value shows, held against the one before it."""

    kind: Kind
    was: Observation
    now: Observation
    target: DecimalText | None = None

    @property
    def key(self) -> str:
        """Names it within its series."""
        return f"{self.kind}/{self.target or ''}/{self.now.start}/{self.now.end}/{self.now.value}"


class SignalRaised(OfSeries):
    """Somebody should look at it: a target is reached or missed, or the trend has turned."""

    TOPIC: ClassVar[str] = "measurement.signal-raised"

    kind: Kind
    was: Observation
    now: Observation
    target: DecimalText | None = Field(None, exclude_if=absent)

    def apply(self, aggregate: Signalling) -> None:
        aggregate.signals.add(Signal(self.kind, self.was, self.now, self.target).key)


class Signalling(Standing):
    """A series, as far as it is watched."""

    signals: set[str]

    def raise_signal(self, signal: Signal) -> None:
        """Say it, once."""
        if signal.key in self.signals:
            raise SignalledAlready
        self.tell(SignalRaised, **signal._asdict())

    def aims(self, targets: Iterable[Target]) -> list[Target]:
        """Those of an indicator's targets that this series is held against."""
        return [
            target
            for target in targets
            if target.version == self.definition_version
            and target.dimensions == self.dimensions
            and (
                self.place.scheme == HOUSE_SCHEME
                if target.place is None
                else target.place.identity == self.place.identity
            )
        ]


def signals(
    said: Iterable[Said],
    certified: Collection[Span],
    *,
    ignored: Collection[UUID],
    targets: Sequence[Target],
    polarity: Polarity,
) -> list[Signal]:
    """What the latest certified value shows, if it is one of those just certified. It is held
    against what was certified for its period before, or else against the period before."""
    now, before = _certified(said, ignored)
    spans = sorted(now, key=lambda span: (span[1], span[0]))
    if not spans or spans[-1] not in certified:
        return []
    latest = now[spans[-1]]
    was = before.get(spans[-1]) or (now[spans[-2]] if len(spans) > 1 else None)
    if was is None or latest.value is None or was.value is None:
        return []
    found = [_crossed(was, latest, target, polarity) for target in targets]
    return [each for each in found if each] + _turned([now[span] for span in spans[-3:]])


def _certified(
    said: Iterable[Said], ignored: Collection[UUID]
) -> tuple[dict[Span, Observation], dict[Span, Observation]]:
    """By period: what is certified, and another value that was before."""
    now: dict[Span, Observation] = {}
    before: dict[Span, Observation] = {}
    for each in said:
        if each.submission_id in ignored:
            continue
        span = each.observation.span
        gone = now.pop(span, None)
        if gone is not None and gone != each.observation:
            before[span] = gone
        if each.certified:
            now[span] = each.observation
    return now, before


def _crossed(
    was: Observation, now: Observation, target: Target, polarity: Polarity
) -> Signal | None:
    over = target.end is not None and now.end > target.end
    if over or (polarity == "neither" and target.tolerance is None):
        return None
    before, after = (target.zone(each.value, polarity) for each in (was, now))
    if after in (before, "near"):
        return None
    kind: Kind = "target-reached" if after == "met" else "target-missed"
    return Signal(kind, was, now, target.value)


def _turned(last: Sequence[Observation]) -> list[Signal]:
    """Of three periods: it rose and then fell, or the other way round."""
    values = [Decimal(each.value) for each in last if each.value is not None]
    if len(values) < 3 or (values[1] - values[0]) * (values[2] - values[1]) >= 0:
        return []
    return [Signal("trend-turned", last[-2], last[-1])]
