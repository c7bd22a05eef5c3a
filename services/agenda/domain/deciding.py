"""From a proposal to a decision: its options, and the facts."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field

from infra.kernel import Claim, Created, Day, Event, Instant, RuleForbids, Text, Title
from infra.kernel.provenance import Code, Digest, Reference
from services.agenda.domain.attendance import Attendee
from services.agenda.domain.charter import DecisionRule
from services.agenda.domain.objections import Answered, Objection
from services.agenda.domain.values import Citations, Cited, Dissent, Value, cited_by

CITED = "cited"
"""The kind of claim by which a decision is found that cites something."""


class OptionNotOffered(RuleForbids):
    """The proposal offers the options {options}, and {option} is none of them; name one."""


class Option(Value):
    """One of several answers that a proposal offers."""

    key: Code
    text: Text


Options = Annotated[tuple[Option, ...], Field(max_length=20)]
Concerned = Annotated[
    tuple[UUID, ...],
    Field(max_length=20, description="Organisations that stand to gain: their people never count."),
]

Drafted = Annotated[
    Digest,
    Field(description="Class agenda or charter: the sha256 of the draft that is put to decision."),
]


def refuse_option(options: Options, option: str | None) -> None:
    """One of those offered is chosen, where any are."""
    offered = [one.key for one in options]
    if (option is not None or offered) and option not in offered:
        raise OptionNotOffered(options=", ".join(offered) or "none", option=option)


class ProposalRaised(Created):
    TOPIC: ClassVar[str] = "agenda.proposal-raised"

    initiative_id: UUID
    decision_class: Code
    title: Title
    text: Text
    options: Options = ()
    concerns: Concerned = ()
    reverses: UUID | None = None
    cites: Citations | None = None
    draft: Drafted | None = None


class ProposalAmended(Event):
    TOPIC: ClassVar[str] = "agenda.proposal-amended"

    wording: int
    text: Text
    options: Options = ()
    concerns: Concerned = ()
    cites: Citations | None = None
    draft: Drafted | None = None

    def apply(self, aggregate: Any) -> None:
        aggregate.wording = self.wording
        aggregate.text = self.text
        aggregate.options = self.options
        aggregate.concerns = self.concerns
        aggregate.cites = self.cites
        aggregate.draft = self.draft


class ObjectionRaised(Event):
    TOPIC: ClassVar[str] = "agenda.objection-raised"

    objection_id: UUID
    organisation: UUID
    ground: Text
    paramount: bool
    wording: int

    def apply(self, aggregate: Any) -> None:
        aggregate.objections[self.objection_id] = Objection(
            self.objection_id, self.organisation, self.ground, self.paramount, self.wording
        )


class ObjectionIntegrated(Event):
    TOPIC: ClassVar[str] = "agenda.objection-integrated"

    objection_id: UUID
    how: Text

    def apply(self, aggregate: Any) -> None:
        aggregate.settle(self.objection_id, "integrated", self.how)


class ObjectionWithdrawn(Event):
    TOPIC: ClassVar[str] = "agenda.objection-withdrawn"

    objection_id: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.settle(self.objection_id, "withdrawn", None)


class StoodAside(Event):
    TOPIC: ClassVar[str] = "agenda.stood-aside"

    person: Reference
    organisation: UUID
    text: Text

    def apply(self, aggregate: Any) -> None:
        aggregate.aside[self.person] = self


class ConflictDeclared(Event):
    TOPIC: ClassVar[str] = "agenda.conflict-declared"

    person: Reference
    organisation: UUID
    nature: Text

    def apply(self, aggregate: Any) -> None:
        aggregate.conflicts[self.person] = self


class DecisionMade(Event):
    """What was decided, by which rule, with whom: never edited, only reversed by another."""

    TOPIC: ClassVar[str] = "agenda.decision-made"

    decision_class: Code
    wording: int
    charter_version: int
    rule: DecisionRule
    attendees: tuple[Attendee, ...]
    sectors: tuple[Code, ...]
    voices: int
    result: Text
    option: Code | None
    objections: tuple[Answered, ...]
    dissent: tuple[Dissent, ...]
    cites: Citations | None
    draft: Drafted | None = None
    decided_at: Instant

    def claims(self) -> tuple[Claim, ...]:
        return cited_by(CITED, self.cites, str(self.originator_id))

    def apply(self, aggregate: Any) -> None:
        aggregate.status = "decided"
        aggregate.decision = self


class DecisionDeferred(Event):
    TOPIC: ClassVar[str] = "agenda.decision-deferred"

    until: Day | None
    text: Text

    def apply(self, aggregate: Any) -> None:
        aggregate.deferrals.append(self)


class ProposalLapsed(Event):
    TOPIC: ClassVar[str] = "agenda.proposal-lapsed"

    def apply(self, aggregate: Any) -> None:
        aggregate.status = "lapsed"


class DecisionReversed(Event):
    TOPIC: ClassVar[str] = "agenda.decision-reversed"

    reversed_by: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.reversed_by = self.reversed_by


class DecisionEvidenceSuperseded(Event):
    """What the decision stood on has changed since; the decision itself stays as it is."""

    TOPIC: ClassVar[str] = "agenda.decision-evidence-superseded"

    cause: Cited
    was: Title | None = None
    now: Title | None = None
    note: Text | None = None

    def apply(self, aggregate: Any) -> None:
        aggregate.superseded.append(self)
