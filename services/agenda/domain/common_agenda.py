"""The common agenda: the problem, the vision and the outcomes that the partners share."""

from __future__ import annotations

from uuid import UUID

from infra.kernel import NotFound, StateForbids, Text, Title
from services.agenda.domain.agreeing import (
    AgendaEndorsedByPartner,
    AgendaVersion,
    CommonAgendaAdopted,
    CommonAgendaRevised,
    Outcome,
    OutcomeDefined,
    OutcomeRetired,
    OutcomeReworded,
    Principles,
    ProblemStatementDrafted,
    VisionDrafted,
)
from services.agenda.domain.rooted import Rooted
from services.agenda.domain.standing import refuse_another_draft
from services.agenda.domain.values import Citations, sha256_of


class NoSuchOutcome(StateForbids):
    """The common agenda has no outcome {outcome}; define it first."""


class OutcomeIsRetired(StateForbids):
    """Outcome {outcome} is retired and its id is not used again; define a new outcome."""


class SameWording(StateForbids):
    """Outcome {outcome} is worded like that already."""


class AgendaIncomplete(StateForbids):
    """An agenda is adopted whole, and this one still lacks {missing}; state it first."""


class AdoptedAlready(StateForbids):
    """Version {version} of the common agenda is adopted; change the draft and revise it."""


class NotAdoptedYet(StateForbids):
    """The common agenda has no adopted version yet; adopt one by a decision of class agenda."""


class NothingToRevise(StateForbids):
    """The draft says what version {version} says; change something before you revise it."""


class DecisionUsed(StateForbids):
    """Decision {decision} adopted version {version}; each version takes a decision of its own."""


class EndorsedAlready(StateForbids):
    """Partner {partner} has endorsed version {version} already."""


class CommonAgenda(Rooted):
    TOPIC = "agenda.common-agenda"

    def begin(self) -> None:
        self.problem: str | None = None
        self.vision: str | None = None
        self.principles: Principles = ()
        self.outcomes: dict[UUID, Outcome] = {}
        self.retired: dict[UUID, Outcome] = {}
        self.versions: list[AgendaVersion] = []
        self.endorsements: list[tuple[int, UUID]] = []

    @property
    def agenda_version(self) -> int:
        """The version that is adopted; 0 before the first."""
        return len(self.versions)

    @property
    def draft_sha256(self) -> str:
        """Names the draft by its wording: what a decision of class agenda approves."""
        outcomes = [one.model_dump(mode="json") for one in self.outcomes.values()]
        return sha256_of([self.problem, self.vision, self.principles, outcomes])

    def at_version(self, agenda_version: int) -> AgendaVersion:
        """What was adopted then."""
        if not 1 <= agenda_version <= len(self.versions):
            raise NotFound(kind="version of the common agenda", id=agenda_version)
        return self.versions[agenda_version - 1]

    def endorsed_by(self, agenda_version: int) -> list[UUID]:
        """The partners who stand behind that version."""
        return [partner for number, partner in self.endorsements if number == agenda_version]

    def state_problem(self, *, text: Text, cites: Citations | None) -> None:
        self.trigger_event(
            ProblemStatementDrafted, initiative_id=self.initiative_id, text=text, cites=cites
        )

    def state_vision(self, *, text: Text, principles: Principles) -> None:
        self.trigger_event(
            VisionDrafted, initiative_id=self.initiative_id, text=text, principles=principles
        )

    def define(self, *, outcome_id: UUID, title: Title, wording: Text) -> None:
        if outcome_id in self.outcomes or outcome_id in self.retired:
            raise OutcomeIsRetired(outcome=outcome_id)
        self.trigger_event(
            OutcomeDefined,
            initiative_id=self.initiative_id,
            outcome_id=outcome_id,
            title=title,
            wording=wording,
        )

    def reword(self, *, outcome_id: UUID, wording: Text) -> None:
        if self._live(outcome_id).wording == wording:
            raise SameWording(outcome=outcome_id)
        self.trigger_event(OutcomeReworded, outcome_id=outcome_id, wording=wording)

    def retire(self, *, outcome_id: UUID) -> None:
        self._live(outcome_id)
        self.trigger_event(OutcomeRetired, outcome_id=outcome_id)

    def adopt(self, *, decision_id: UUID, approved: str | None) -> None:
        """`approved` names the draft that the decision was about."""
        if self.versions:
            raise AdoptedAlready(version=self.agenda_version)
        self._publish(CommonAgendaAdopted, decision_id, approved)

    def revise(self, *, decision_id: UUID, approved: str | None) -> None:
        """The next version: what the draft says now."""
        if not self.versions:
            raise NotAdoptedYet
        latest = self.versions[-1]
        if self._draft() == said_by(latest):
            raise NothingToRevise(version=latest.agenda_version)
        for version in self.versions:
            if version.decision_id == decision_id:
                raise DecisionUsed(decision=decision_id, version=version.agenda_version)
        self._publish(CommonAgendaRevised, decision_id, approved)

    def endorse(self, *, partner_id: UUID) -> None:
        """A partner stands behind the adopted version."""
        if not self.versions:
            raise NotAdoptedYet
        if (self.agenda_version, partner_id) in self.endorsements:
            raise EndorsedAlready(partner=partner_id, version=self.agenda_version)
        self.trigger_event(
            AgendaEndorsedByPartner, agenda_version=self.agenda_version, partner_id=partner_id
        )

    def require_outcomes(self, *ids: UUID) -> None:
        """Refuse an id that is no outcome of this agenda."""
        for id in ids:
            self._live(id)

    def _publish(self, fact: type[AgendaVersion], decision_id: UUID, approved: str | None) -> None:
        missing = [
            name
            for name, said in (
                ("a problem statement", self.problem),
                ("a vision", self.vision),
                ("an outcome", self.outcomes),
            )
            if not said
        ]
        if missing:
            raise AgendaIncomplete(missing=" and ".join(missing))
        refuse_another_draft(
            decision_id,
            approved=approved,
            present=self.draft_sha256,
            kind="common agenda",
            decision_class="agenda",
        )
        self.trigger_event(
            fact,
            agenda_version=self.agenda_version + 1,
            decision_id=decision_id,
            problem=self.problem,
            vision=self.vision,
            principles=self.principles,
            outcomes=tuple(self.outcomes.values()),
        )

    def _draft(self) -> tuple[object, ...]:
        return self.problem, self.vision, self.principles, tuple(self.outcomes.values())

    def _live(self, outcome_id: UUID) -> Outcome:
        if outcome_id in self.retired:
            raise OutcomeIsRetired(outcome=outcome_id)
        if outcome_id not in self.outcomes:
            raise NoSuchOutcome(outcome=outcome_id)
        return self.outcomes[outcome_id]


def said_by(version: AgendaVersion) -> tuple[object, ...]:
    return version.problem, version.vision, version.principles, version.outcomes
