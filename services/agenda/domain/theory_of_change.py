"""The theory of change: pathways, and hypotheses that findings support, refute or revise."""

from __future__ import annotations

from uuid import UUID

from infra.kernel import RuleForbids, StateForbids, Text, Title
from infra.kernel.provenance import Code
from services.agenda.domain.cycling import FindingAgreed
from services.agenda.domain.rooted import Rooted
from services.agenda.domain.theorising import (
    AssumptionChallenged,
    Claimed,
    Found,
    Hypothesis,
    HypothesisRefuted,
    HypothesisRevised,
    HypothesisStated,
    HypothesisSupported,
    Outcomes,
    Pathway,
    PathwayAdded,
    Standing,
    TheoryOfChangeVersioned,
    TheoryRevisionRequested,
)


class NoSuchPathway(StateForbids):
    """The theory of change has no pathway {pathway}; add it first."""


class NoSuchHypothesis(StateForbids):
    """The theory of change has no hypothesis {hypothesis}; state it first."""


class LabelTaken(StateForbids):
    """Hypothesis {hypothesis} is labelled {label} already; take another label."""


class FindingAboutAnother(RuleForbids):
    """Finding {finding} is about {about}, not about hypothesis {hypothesis}; name a finding that
    is about this one."""


class FindingSaysOtherwise(RuleForbids):
    """Finding {finding} says that the evidence {verdict} the hypothesis, so it cannot be the ground
    for calling it {standing}."""


class StandsAlready(StateForbids):
    """Hypothesis {hypothesis} is {standing} by that very finding already."""


class SameClaim(StateForbids):
    """Hypothesis {hypothesis} says that already; revise what it claims, or leave it."""


class NothingToPublish(StateForbids):
    """Version {version} says what the theory of change says now; change something first."""


class NoHypothesis(StateForbids):
    """A theory of change is published with at least one hypothesis; state one first."""


class TheoryQuestioned(StateForbids):
    """Adaptation {adaptation} asks for this theory to be thought over already."""


class TheoryOfChange(Rooted):
    TOPIC = "agenda.theory-of-change"

    def begin(self) -> None:
        self.pathways: dict[UUID, Pathway] = {}
        self.hypotheses: dict[UUID, Hypothesis] = {}
        self.versions: list[TheoryOfChangeVersioned] = []
        self.asked: dict[UUID | None, str] = {}

    def judge(self, hypothesis_id: UUID, standing: Standing, found: Found) -> None:
        """For facts: what a finding made of a hypothesis."""
        self.hypotheses[hypothesis_id] = self.hypotheses[hypothesis_id].model_copy(
            update={"standing": standing, "found": found}
        )

    def add_pathway(
        self, *, pathway_id: UUID, title: Title, text: Text, outcomes: Outcomes
    ) -> None:
        self.trigger_event(
            PathwayAdded,
            initiative_id=self.initiative_id,
            pathway_id=pathway_id,
            title=title,
            text=text,
            outcomes=outcomes,
        )

    def state(
        self,
        *,
        hypothesis_id: UUID,
        label: Code,
        pathway_id: UUID | None,
        outcomes: Outcomes,
        claim: Claimed,
    ) -> None:
        if pathway_id is not None and pathway_id not in self.pathways:
            raise NoSuchPathway(pathway=pathway_id)
        self._refuse_taken(label, hypothesis_id)
        self.trigger_event(
            HypothesisStated,
            initiative_id=self.initiative_id,
            hypothesis_id=hypothesis_id,
            label=label,
            pathway_id=pathway_id,
            outcomes=outcomes,
            claim=claim,
        )

    def challenge(
        self, *, hypothesis_id: UUID, text: Text, cycle_id: UUID, finding: FindingAgreed
    ) -> None:
        """An assumption in it is doubted; that is neither support nor refutation."""
        self._about(hypothesis_id, finding)
        self.trigger_event(
            AssumptionChallenged,
            hypothesis_id=hypothesis_id,
            found=Found(cycle_id=cycle_id, finding_id=finding.finding_id),
            text=text,
        )

    def support(self, *, hypothesis_id: UUID, cycle_id: UUID, finding: FindingAgreed) -> None:
        found = self._ground(hypothesis_id, "supported", cycle_id, finding)
        self.trigger_event(HypothesisSupported, hypothesis_id=hypothesis_id, found=found)

    def refute(self, *, hypothesis_id: UUID, cycle_id: UUID, finding: FindingAgreed) -> None:
        found = self._ground(hypothesis_id, "refuted", cycle_id, finding)
        self.trigger_event(HypothesisRefuted, hypothesis_id=hypothesis_id, found=found)

    def revise(
        self,
        *,
        hypothesis_id: UUID,
        label: Code,
        outcomes: Outcomes,
        claim: Claimed,
        cycle_id: UUID,
        finding: FindingAgreed,
        adaptation_id: UUID | None = None,
    ) -> None:
        known = self._about(hypothesis_id, finding)
        if (known.claim, known.outcomes) == (claim, outcomes):
            raise SameClaim(hypothesis=hypothesis_id)
        self._refuse_taken(label, hypothesis_id)
        self.trigger_event(
            HypothesisRevised,
            hypothesis_id=hypothesis_id,
            label=label,
            outcomes=outcomes,
            claim=claim,
            wording=known.wording + 1,
            found=Found(cycle_id=cycle_id, finding_id=finding.finding_id),
            adaptation_id=adaptation_id,
        )

    def request_revision(self, *, adaptation_id: UUID, what: Text) -> None:
        """Ask for other claims, because of what a cycle learnt."""
        if adaptation_id in self.asked:
            raise TheoryQuestioned(adaptation=adaptation_id)
        self.trigger_event(
            TheoryRevisionRequested,
            initiative_id=self.initiative_id,
            adaptation_id=adaptation_id,
            what=what,
        )

    def publish(self) -> None:
        """The next version: all that is claimed now."""
        if not self.hypotheses:
            raise NoHypothesis
        pathways, hypotheses = tuple(self.pathways.values()), tuple(self.hypotheses.values())
        if self.versions:
            latest = self.versions[-1]
            if (latest.pathways, latest.hypotheses) == (pathways, hypotheses):
                raise NothingToPublish(version=latest.theory_version)
        self.trigger_event(
            TheoryOfChangeVersioned,
            theory_version=len(self.versions) + 1,
            pathways=pathways,
            hypotheses=hypotheses,
        )

    def hypothesis(self, hypothesis_id: UUID) -> Hypothesis:
        """One that others may name."""
        if hypothesis_id not in self.hypotheses:
            raise NoSuchHypothesis(hypothesis=hypothesis_id)
        return self.hypotheses[hypothesis_id]

    def _refuse_taken(self, label: str, hypothesis_id: UUID) -> None:
        for other in self.hypotheses.values():
            if other.label == label and other.hypothesis_id != hypothesis_id:
                raise LabelTaken(hypothesis=other.hypothesis_id, label=label)

    def _about(self, hypothesis_id: UUID, finding: FindingAgreed) -> Hypothesis:
        known = self.hypothesis(hypothesis_id)
        if finding.hypothesis_id != hypothesis_id:
            raise FindingAboutAnother(
                finding=finding.finding_id,
                about=finding.hypothesis_id or "no hypothesis",
                hypothesis=hypothesis_id,
            )
        return known

    def _ground(
        self, hypothesis_id: UUID, standing: Standing, cycle_id: UUID, finding: FindingAgreed
    ) -> Found:
        known = self._about(hypothesis_id, finding)
        if finding.verdict != VERDICTS[standing]:
            raise FindingSaysOtherwise(
                finding=finding.finding_id,
                verdict={"neither": "neither supports nor refutes"}.get(
                    finding.verdict or "neither", finding.verdict
                ),
                standing=standing,
            )
        found = Found(cycle_id=cycle_id, finding_id=finding.finding_id)
        if (known.standing, known.found) == (standing, found):
            raise StandsAlready(hypothesis=hypothesis_id, standing=standing)
        return found


VERDICTS = {"supported": "supports", "refuted": "refutes"}
"""What a finding must say for a hypothesis to be called that."""
