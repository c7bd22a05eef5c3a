"""How change is thought to come about, and what is learnt of it: the facts."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from infra.kernel import Event, Text, Title
from infra.kernel.provenance import Code
from services.agenda.domain.rooted import Opening
from services.agenda.domain.values import Value

Standing = Literal["stated", "challenged", "supported", "refuted"]
Outcomes = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=20)]


class Claimed(Value):
    """If we do this, then that will be seen, because of this; and what would refute it."""

    condition: Text = Field(description="If …")
    expectation: Text = Field(description="… then …")
    because: Text
    refuted_if: Text = Field(description="The observation that would refute it.")


class Found(Value):
    """The finding that a change of standing rests on."""

    cycle_id: UUID
    finding_id: UUID


class Pathway(Value):
    """A way to the outcomes, of which hypotheses are parts."""

    pathway_id: UUID
    title: Title
    text: Text
    outcomes: Outcomes


class Hypothesis(Value):
    hypothesis_id: UUID
    label: Code
    pathway_id: UUID | None
    outcomes: Outcomes
    claim: Claimed
    wording: int = 1
    standing: Standing = "stated"
    found: Found | None = None


class PathwayAdded(Opening):
    TOPIC: ClassVar[str] = "agenda.pathway-added"
    OPENS: ClassVar[str] = "agenda.theory-of-change"

    pathway_id: UUID
    title: Title
    text: Text
    outcomes: Outcomes

    def apply(self, aggregate: Any) -> None:
        aggregate.pathways[self.pathway_id] = Pathway(
            pathway_id=self.pathway_id, title=self.title, text=self.text, outcomes=self.outcomes
        )


class HypothesisStated(Opening):
    TOPIC: ClassVar[str] = "agenda.hypothesis-stated"
    OPENS: ClassVar[str] = "agenda.theory-of-change"

    hypothesis_id: UUID
    label: Code
    pathway_id: UUID | None
    outcomes: Outcomes
    claim: Claimed

    def apply(self, aggregate: Any) -> None:
        aggregate.hypotheses[self.hypothesis_id] = Hypothesis(
            hypothesis_id=self.hypothesis_id,
            label=self.label,
            pathway_id=self.pathway_id,
            outcomes=self.outcomes,
            claim=self.claim,
        )


class Judged(Event):
    """What all judgements of a hypothesis say; each rests on a finding."""

    hypothesis_id: UUID
    found: Found

    def apply(self, aggregate: Any) -> None:
        aggregate.judge(self.hypothesis_id, STANDINGS[self.TOPIC], self.found)


class AssumptionChallenged(Judged):
    TOPIC: ClassVar[str] = "agenda.assumption-challenged"

    text: Text


class HypothesisSupported(Judged):
    TOPIC: ClassVar[str] = "agenda.hypothesis-supported"


class HypothesisRefuted(Judged):
    TOPIC: ClassVar[str] = "agenda.hypothesis-refuted"


STANDINGS: dict[str, Standing] = {
    AssumptionChallenged.TOPIC: "challenged",
    HypothesisSupported.TOPIC: "supported",
    HypothesisRefuted.TOPIC: "refuted",
}


class HypothesisRevised(Event):
    """Another wording under the same id; what was found of the earlier one stays in the history."""

    TOPIC: ClassVar[str] = "agenda.hypothesis-revised"

    hypothesis_id: UUID
    label: Code
    outcomes: Outcomes
    claim: Claimed
    wording: int
    found: Found
    adaptation_id: UUID | None = None

    def apply(self, aggregate: Any) -> None:
        aggregate.asked.pop(self.adaptation_id, None)
        known = aggregate.hypotheses[self.hypothesis_id]
        aggregate.hypotheses[self.hypothesis_id] = known.model_copy(
            update={
                "label": self.label,
                "outcomes": self.outcomes,
                "claim": self.claim,
                "wording": self.wording,
                "standing": "stated",
                "found": self.found,
            }
        )


class TheoryRevisionRequested(Opening):
    """A learning cycle decided that what is claimed here is to be thought over."""

    TOPIC: ClassVar[str] = "agenda.theory-revision-requested"
    OPENS: ClassVar[str] = "agenda.theory-of-change"

    adaptation_id: UUID
    what: Text

    def apply(self, aggregate: Any) -> None:
        aggregate.asked[self.adaptation_id] = self.what


class TheoryOfChangeVersioned(Event):
    """A whole version, as it was published."""

    TOPIC: ClassVar[str] = "agenda.theory-of-change-versioned"

    theory_version: int
    pathways: tuple[Pathway, ...]
    hypotheses: tuple[Hypothesis, ...]

    def apply(self, aggregate: Any) -> None:
        aggregate.versions.append(self)
