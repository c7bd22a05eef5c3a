"""A learning cycle: plan, do, review, improve; it closes when all that it decided is settled."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from eventsourcing.domain import event

from infra.kernel import Day, StateForbids, Text, Title
from infra.kernel.provenance import Code
from services.agenda.domain.adapting import Adapting
from services.agenda.domain.code_lists import code_list
from services.agenda.domain.cycling import (
    Adaptation,
    AdaptationDecided,
    Changes,
    CycleClosed,
    CycleOpened,
    Dissents,
    DoPhaseStarted,
    EvidencePackFrozen,
    FindingAgreed,
    Phase,
    PlanApproved,
    Questions,
    ReviewOpened,
    ReviewTriggered,
    Verdict,
)
from services.agenda.domain.evidence import content_hash, refuse_unfrozen
from services.agenda.domain.noticing import EvidencePackSuperseded, ReviewItemNoted
from services.agenda.domain.values import Citations

FIRST_TIMEZONE = timedelta(hours=14)
"""A day has come when it has come somewhere on earth."""


class OutOfOrder(StateForbids):
    """The cycle is in its phase {phase}, and this belongs to {needed}; the order is plan, do,
    review, improve."""


class PlanNotApproved(StateForbids):
    """The cycle has no approved plan yet; approve one, then start doing."""


class PlanApprovedAlready(StateForbids):
    """The plan of this cycle is approved already; revise it in the activities service."""


class ReviewNotDue(StateForbids):
    """The review is due on {review_on}; before that day trigger it, and say because of what."""


class NoEvidencePack(StateForbids):
    """A finding stands on frozen evidence, and this cycle has no evidence pack yet; freeze one."""


class NoSuchPack(StateForbids):
    """This cycle has no evidence pack {pack}; freeze it, or name one that it has."""


class NoFinding(StateForbids):
    """The review has agreed on no finding yet; agree on one first."""


class NoSuchFinding(StateForbids):
    """Cycle {cycle} has no finding {finding}; agree on it first."""


class AdaptationOpen(StateForbids):
    """A cycle closes when each adaptation is enacted or dropped, and these are open: {adaptations}.
    Confirm each, or drop it with a reason."""


class LearningCycle(Adapting):
    TOPIC = "agenda.cycle"

    @event(CycleOpened)
    def __init__(
        self, initiative_id: UUID, number: int, title: Title, questions: Questions, review_on: Day
    ) -> None:
        self.initiative_id = initiative_id
        self.number = number
        self.title = title
        self.questions = questions
        self.review_on = review_on
        self.phase: Phase = "plan"
        self.plan: PlanApproved | None = None
        self.triggers: list[ReviewTriggered] = []
        self.packs: dict[UUID, EvidencePackFrozen] = {}
        self.findings: dict[UUID, FindingAgreed] = {}
        self.found_since_review = False
        self.adaptations: dict[UUID, Adaptation] = {}
        self.items: list[ReviewItemNoted] = []
        self.superseded: list[EvidencePackSuperseded] = []
        self.learnt: str | None = None

    def enter_review(self) -> None:
        """For facts: a review begins, and nothing was found in it yet."""
        self.phase = "review"
        self.found_since_review = False

    @property
    def closed(self) -> bool:
        return self.phase == "closed"

    def approve_plan(
        self, *, plan_id: UUID | None, decision_id: UUID | None, note: Text | None
    ) -> None:
        self._require("plan")
        if self.plan is not None:
            raise PlanApprovedAlready
        self.trigger_event(PlanApproved, plan_id=plan_id, decision_id=decision_id, note=note)

    def start_doing(self) -> None:
        self._require("plan")
        if self.plan is None:
            raise PlanNotApproved
        self.trigger_event(DoPhaseStarted)

    def open_review(self, *, at: datetime) -> None:
        self._require("do")
        if (at + FIRST_TIMEZONE).date() < self.review_on:
            raise ReviewNotDue(review_on=self.review_on)
        self.trigger_event(ReviewOpened)

    def trigger_review(self, *, cause: Text, cites: Citations | None) -> None:
        """Early, or again: something happened that the plan did not reckon with."""
        self._require("do", "improve")
        self.trigger_event(ReviewTriggered, cause=cause, cites=cites)

    def freeze(self, *, pack_id: UUID, title: Title, cites: Citations) -> None:
        """A pack is never changed; the hash says what was in it, line by line."""
        refuse_unfrozen(cites)
        self._require("review")
        self.trigger_event(
            EvidencePackFrozen,
            pack_id=pack_id,
            title=title,
            cites=cites,
            content_sha256=content_hash(cites),
        )

    def agree_finding(
        self,
        *,
        finding_id: UUID,
        text: Text,
        hypothesis_id: UUID | None,
        verdict: Verdict | None,
        packs: tuple[UUID, ...],
        dissent: Dissents,
    ) -> None:
        """What the review found, on which packs (all if none is named), and who disagrees."""
        self._require("review")
        if not self.packs:
            raise NoEvidencePack
        for pack in packs:
            if pack not in self.packs:
                raise NoSuchPack(pack=pack)
        self.trigger_event(
            FindingAgreed,
            finding_id=finding_id,
            text=text,
            hypothesis_id=hypothesis_id,
            verdict=verdict,
            packs=packs or tuple(self.packs),
            dissent=dissent,
        )

    def decide_adaptation(
        self, *, adaptation_id: UUID, decision_id: UUID, kind: Code, text: Text, changes: Changes
    ) -> None:
        code_list("adaptation-kinds").require(kind)
        self._require("review", "improve")
        if not self.found_since_review:
            raise NoFinding
        self.trigger_event(
            AdaptationDecided,
            adaptation_id=adaptation_id,
            decision_id=decision_id,
            kind=kind,
            text=text,
            changes=changes,
        )

    def close(self, *, learnt: Text) -> None:
        """From improving, or from a review that found nothing to change."""
        self._require("review", "improve")
        if not self.found_since_review:
            raise NoFinding
        left = [str(a.adaptation_id) for a in self.adaptations.values() if a.state == "open"]
        if left:
            raise AdaptationOpen(adaptations=", ".join(left))
        self.trigger_event(CycleClosed, learnt=learnt)

    def require_finding(self, finding_id: UUID) -> FindingAgreed:
        """A finding that others may cite."""
        if finding_id not in self.findings:
            raise NoSuchFinding(cycle=self.id, finding=finding_id)
        return self.findings[finding_id]

    def _require(self, *phases: Phase) -> None:
        if self.phase not in phases:
            raise OutOfOrder(phase=self.phase, needed=" or ".join(phases))
