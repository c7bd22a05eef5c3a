"""Objections: what somebody has against a proposal, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from infra.kernel import RuleForbids, StateForbids
from services.agenda.domain.charter import DecisionRule
from services.agenda.domain.values import Value

Settled = Literal["integrated", "withdrawn"]


class NoSuchObjection(StateForbids):
    """No objection {objection} was raised against this proposal."""


class ObjectionSettled(StateForbids):
    """Objection {objection} is {outcome} already; raise another one if something is still wrong."""


class NotTheObjector(RuleForbids):
    """Only {organisation}, who objected, can say that objection {objection} is met or withdrawn;
    ask it to."""


class NothingChangedSince(StateForbids):
    """Objection {objection} was raised against wording {wording}, which still stands; amend the
    proposal first, so that there is something to accept."""


class ParamountObjectionOpen(StateForbids):
    """Version {version} of the charter decides class {decision_class} by consent, and a paramount
    objection is open: {objections}. Integrate it, or have its owner withdraw it."""


class ObjectionOpen(StateForbids):
    """Version {version} of the charter decides class {decision_class} by consensus, and an
    objection is open: {objections}. Integrate it, or have its owner withdraw it."""


class AsideAlready(StateForbids):
    """{person} stands aside from this proposal already."""


@dataclass(frozen=True)
class Objection:
    objection_id: UUID
    organisation: UUID
    ground: str
    paramount: bool
    wording: int
    outcome: Literal["open", "integrated", "withdrawn"] = "open"
    how: str | None = None


class Answered(Value):
    """An objection, and what had become of it when the decision was called."""

    objection_id: UUID
    organisation: UUID
    paramount: bool
    outcome: Literal["open", "integrated", "withdrawn"]


def owned(objections: Mapping[UUID, Objection], id: UUID, organisation: UUID) -> Objection:
    """The open objection, if this organisation raised it."""
    objection = objections.get(id)
    if objection is None:
        raise NoSuchObjection(objection=id)
    if objection.outcome != "open":
        raise ObjectionSettled(objection=id, outcome=objection.outcome)
    if objection.organisation != organisation:
        raise NotTheObjector(objection=id, organisation=objection.organisation)
    return objection


def refuse_open(objections: Iterable[Objection], rule: DecisionRule, version: int) -> None:
    """Consent needs no open paramount objection, consensus no open one at all."""
    unsettled = [one for one in objections if one.outcome == "open"]
    named = {"version": version, "decision_class": rule.decision_class}
    paramount = [str(one.objection_id) for one in unsettled if one.paramount]
    if rule.method == "consent" and paramount:
        raise ParamountObjectionOpen(objections=", ".join(paramount), **named)
    if rule.method == "consensus" and unsettled:
        every = ", ".join(str(one.objection_id) for one in unsettled)
        raise ObjectionOpen(objections=every, **named)


def answered(objections: Iterable[Objection]) -> tuple[Answered, ...]:
    """What a decision says of each."""
    return tuple(
        Answered(
            objection_id=one.objection_id,
            organisation=one.organisation,
            paramount=one.paramount,
            outcome=one.outcome,
        )
        for one in objections
    )
