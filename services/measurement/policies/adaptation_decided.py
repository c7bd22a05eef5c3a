"""P11: a learning cycle decided to change something here. Each indicator that it names is asked for
other targets; people decide on them, naming the adaptation."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from services.measurement.application.consequences import Consequences


async def targets(service: Consequences, decided: Carried) -> Sequence[str]:
    return list(asked(decided))


async def ask(service: Consequences, decided: Carried, target: str, by: Act) -> object:
    return await service.target_questioned(
        UUID(target),
        UUID(decided.line.data["adaptation_id"]),
        asked(decided)[target],
        initiative_id=decided.line.partitionkey,
        by=by,
    )


def asked(decided: Carried) -> dict[str, str]:
    """By the id of an indicator: what is to be changed. Where none is named, nothing is asked."""
    found: dict[str, list[str]] = {}
    for change in decided.line.data["changes"]:
        if change["service"] == "measurement" and _id(change["id"]):
            found.setdefault(_id(change["id"]), []).append(change["what"])
    return {id: "; ".join(what) for id, what in found.items()}


def _id(text: str | None) -> str:
    """The same for every spelling of a UUID; nothing for what is none."""
    try:
        return str(UUID(text or ""))
    except ValueError:
        return ""


POLICY = Policy("P11", frozenset({"agenda.adaptation-decided"}), targets, ask)
