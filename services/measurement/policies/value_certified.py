"""P6: values were certified. If the latest of a series crosses a target, or turns the trend, that
is said; the agenda calls for a review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from infra.kernel import Act, StateForbids
from infra.messaging import Carried, Policy
from infra.messaging.policies import own_id
from services.measurement.application.consequences import Consequences
from services.measurement.domain.signals import Signal


class SignalGone(StateForbids):
    """The values do not show that any more."""


async def targets(service: Consequences, certified: Carried) -> Sequence[str]:
    return list(await _shown(service, certified))


async def ask(service: Consequences, certified: Carried, target: str, by: Act) -> object:
    signal = (await _shown(service, certified)).get(target)
    if signal is None:
        raise SignalGone
    return await service.signalled(own_id(certified), signal, by=by)


async def _shown(service: Consequences, certified: Carried) -> Mapping[str, Signal]:
    spans = {
        (date.fromisoformat(each["start"]), date.fromisoformat(each["end"]))
        for each in certified.line.data["observations"]
    }
    return await service.signals(own_id(certified), spans, upto=certified.sequence)


POLICY = Policy("P6", frozenset({"measurement.observations-certified"}), targets, ask)
