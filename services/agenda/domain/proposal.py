"""A proposal, which becomes a decision: raised, objected to, amended, called, at most reversed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from eventsourcing.domain import event

from infra.kernel import Aggregate, StateForbids, Text, Title
from infra.kernel.provenance import Code, Reference
from services.agenda.domain.attendance import Count, Excluded, Present, attendance
from services.agenda.domain.charter import DecisionRule
from services.agenda.domain.deciding import (
    Concerned,
    ConflictDeclared,
    DecisionDeferred,
    DecisionEvidenceSuperseded,
    DecisionMade,
    DecisionReversed,
    ObjectionIntegrated,
    ObjectionRaised,
    ObjectionWithdrawn,
    Options,
    ProposalAmended,
    ProposalLapsed,
    ProposalRaised,
    StoodAside,
    refuse_option,
)
from services.agenda.domain.objections import (
    AsideAlready,
    NothingChangedSince,
    Objection,
    Settled,
    answered,
    owned,
    refuse_open,
)
from services.agenda.domain.roll import Roll
from services.agenda.domain.standing import (
    AlreadyReversed,
    DoesNotReverse,
    FlaggedAlready,
    NotDecided,
    OfAnotherClass,
)
from services.agenda.domain.values import Citations, Cited, Dissent

Status = Literal["open", "decided", "lapsed"]


class NotOpen(StateForbids):
    """The proposal is {status}, and only an open one can be changed; raise another one."""


class ConflictDeclaredAlready(StateForbids):
    """{person} has declared a conflict of interest in this proposal already."""


class Proposal(Aggregate):
    TOPIC = "agenda.proposal"

    @event(ProposalRaised)
    def __init__(
        self,
        initiative_id: UUID,
        decision_class: Code,
        title: Title,
        text: Text,
        options: Options = (),
        concerns: Concerned = (),
        reverses: UUID | None = None,
        cites: Citations | None = None,
        draft: str | None = None,
    ) -> None:
        self.initiative_id = initiative_id
        self.decision_class = decision_class
        self.title = title
        self.text = text
        self.options = options
        self.concerns = concerns
        self.reverses = reverses
        self.cites = cites
        self.draft = draft
        self.wording = 1
        self.status: Status = "open"
        self.objections: dict[UUID, Objection] = {}
        self.aside: dict[str, StoodAside] = {}
        self.conflicts: dict[str, ConflictDeclared] = {}
        self.deferrals: list[DecisionDeferred] = []
        self.decision: DecisionMade | None = None
        self.reversed_by: UUID | None = None
        self.superseded: list[DecisionEvidenceSuperseded] = []

    def settle(self, id: UUID, outcome: Settled, how: str | None) -> None:
        """For facts: what became of an objection."""
        self.objections[id] = replace(self.objections[id], outcome=outcome, how=how)

    def amend(
        self,
        *,
        text: Text,
        options: Options,
        concerns: Concerned,
        cites: Citations | None,
        draft: str | None,
    ) -> None:
        self._require_open()
        self.trigger_event(
            ProposalAmended,
            wording=self.wording + 1,
            text=text,
            options=options,
            concerns=concerns,
            cites=cites,
            draft=draft,
        )

    def object(
        self, *, objection_id: UUID, organisation: UUID, ground: Text, paramount: bool, roll: Roll
    ) -> None:
        self._require_open()
        roll.sector(organisation)
        self.trigger_event(
            ObjectionRaised,
            objection_id=objection_id,
            organisation=organisation,
            ground=ground,
            paramount=paramount,
            wording=self.wording,
        )

    def integrate(self, *, objection_id: UUID, how: Text, organisation: UUID) -> None:
        """The objector accepts that the amended wording meets the objection."""
        self._require_open()
        if owned(self.objections, objection_id, organisation).wording == self.wording:
            raise NothingChangedSince(objection=objection_id, wording=self.wording)
        self.trigger_event(ObjectionIntegrated, objection_id=objection_id, how=how)

    def withdraw_objection(self, *, objection_id: UUID, organisation: UUID) -> None:
        self._require_open()
        owned(self.objections, objection_id, organisation)
        self.trigger_event(ObjectionWithdrawn, objection_id=objection_id)

    def stand_aside(self, *, person: Reference, organisation: UUID, text: Text, roll: Roll) -> None:
        self._require_open()
        roll.sector(organisation)
        if person in self.aside:
            raise AsideAlready(person=person)
        self.trigger_event(StoodAside, person=person, organisation=organisation, text=text)

    def declare_conflict(self, *, person: Reference, organisation: UUID, nature: Text) -> None:
        self._require_open()
        if person in self.conflicts:
            raise ConflictDeclaredAlready(person=person)
        self.trigger_event(
            ConflictDeclared, person=person, organisation=organisation, nature=nature
        )

    def call(
        self,
        *,
        present: Sequence[Present],
        result: Text,
        option: Code | None,
        dissent: tuple[Dissent, ...],
        rule: DecisionRule,
        charter_version: int,
        roll: Roll,
        delegate: UUID | None,
        at: datetime,
    ) -> None:
        """Decide, if the rule in force allows it; else say which rule stands in the way."""
        self._require_open()
        refuse_option(self.options, option)
        refuse_open(self.objections.values(), rule, charter_version)
        excluded = Excluded(
            persons=frozenset(self.conflicts),
            organisations={one.organisation for one in self.conflicts.values()},
            concerned=self.concerns,
        )
        attendees = attendance(
            present, roll=roll, rule=rule, excluded=excluded, aside=frozenset(self.aside)
        )
        count = Count(rule, charter_version, attendees)
        count.refuse_short()
        count.refuse_by_method(delegate)
        self.trigger_event(
            DecisionMade,
            decision_class=self.decision_class,
            wording=self.wording,
            charter_version=charter_version,
            rule=rule,
            attendees=attendees,
            sectors=count.sectors,
            voices=count.voices,
            result=result,
            option=option,
            objections=answered(self.objections.values()),
            dissent=dissent,
            cites=self.cites,
            draft=self.draft,
            decided_at=at,
        )

    def defer(self, *, until: date | None, text: Text) -> None:
        self._require_open()
        self.trigger_event(DecisionDeferred, until=until, text=text)

    def lapse(self) -> None:
        self._require_open()
        self.trigger_event(ProposalLapsed)

    def reverse(self, *, later: Proposal) -> None:
        """By a decision of the same class whose proposal says so; so it is a later one."""
        self.require_decided(self.decision_class)
        later.require_decided(self.decision_class)
        if later.reverses != self.id:
            raise DoesNotReverse(later=later.id, earlier=self.id)
        self.trigger_event(DecisionReversed, reversed_by=later.id)

    def flag_evidence(
        self, *, cause: Cited, was: Title | None, now: Title | None, note: Text | None
    ) -> None:
        if self.decision is None:
            raise NotDecided(proposal=self.id, status=self.status)
        if cause.key in {flag.cause.key for flag in self.superseded}:
            raise FlaggedAlready
        self.trigger_event(DecisionEvidenceSuperseded, cause=cause, was=was, now=now, note=note)

    def require_decided(self, decision_class: str) -> DecisionMade:
        """The decision, if it was made in this class and still stands."""
        if self.decision is None:
            raise NotDecided(proposal=self.id, status=self.status)
        if self.decision_class != decision_class:
            raise OfAnotherClass(
                decision=self.id, present=self.decision_class, needed=decision_class
            )
        if self.reversed_by is not None:
            raise AlreadyReversed(decision=self.id, by=self.reversed_by)
        return self.decision

    def _require_open(self) -> None:
        if self.status != "open":
            raise NotOpen(status=self.status)
