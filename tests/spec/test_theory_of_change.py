"""Hypotheses are stated to be refuted, and judged by findings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.agenda.domain import TheoryOfChange
from services.agenda.domain.cycling import FindingAgreed
from services.agenda.domain.theorising import (
    AssumptionChallenged,
    Claimed,
    Found,
    Hypothesis,
    HypothesisRefuted,
    HypothesisRevised,
    HypothesisStated,
    HypothesisSupported,
    Pathway,
    PathwayAdded,
    TheoryOfChangeVersioned,
    TheoryRevisionRequested,
)
from services.agenda.domain.theory_of_change import (
    FindingAboutAnother,
    FindingSaysOtherwise,
    LabelTaken,
    NoHypothesis,
    NoSuchHypothesis,
    NoSuchPathway,
    NothingToPublish,
    SameClaim,
    StandsAlready,
    TheoryQuestioned,
)
from tests.callers import named
from tests.given import SOMETHING, Fact, fact, given
from tests.spec.agenda_cast import INITIATIVE, untouched

H1, H2, WAY, OUTCOME, CYCLE, FINDING = map(named, ("h1", "h2", "way", "outcome", "c", "f"))
CLAIM = Claimed(
    condition="every referral gets a call",
    expectation="60 % stay engaged",
    because="they are lost before",
    refuted_if="fewer than 50 % stay",
)
OTHER = CLAIM.model_copy(update={"condition": "every referral gets a call in 5 days"})
FOUND = Found(cycle_id=CYCLE, finding_id=FINDING)


def stated(hypothesis: UUID = H1, label: str = "H1") -> Fact:
    return fact(
        HypothesisStated,
        initiative_id=INITIATIVE,
        hypothesis_id=hypothesis,
        label=label,
        pathway_id=None,
        outcomes=(OUTCOME,),
        claim=CLAIM,
    )


def finding(verdict: str | None = "supports", about: UUID | None = H1) -> FindingAgreed:
    return FindingAgreed(
        originator_id=SOMETHING,
        originator_version=7,
        finding_id=FINDING,
        text="So it is.",
        hypothesis_id=about,
        verdict=verdict,  # type: ignore[arg-type]
        packs=(),
        dissent=(),
    )


SUPPORTED = fact(HypothesisSupported, hypothesis_id=H1, found=FOUND)
REFUTED = fact(HypothesisRefuted, hypothesis_id=H1, found=FOUND)
KNOWN = Hypothesis(hypothesis_id=H1, label="H1", pathway_id=None, outcomes=(OUTCOME,), claim=CLAIM)


def state(label: str = "H2", pathway: UUID | None = None):
    return lambda theory: theory.state(
        hypothesis_id=H2, label=label, pathway_id=pathway, outcomes=(OUTCOME,), claim=CLAIM
    )


def judge(how: str, by: FindingAgreed, hypothesis: UUID = H1, **more: Any):
    return lambda theory: getattr(theory, how)(
        hypothesis_id=hypothesis, cycle_id=CYCLE, finding=by, **more
    )


def test_a_hypothesis_is_stated_under_a_label_of_its_own():
    untouched(TheoryOfChange).when(state()).then(stated(H2, "H2"))
    given(TheoryOfChange, stated()).when(state("H1")).then_refused(LabelTaken)


def test_it_may_stand_on_a_pathway_that_there_is():
    way = fact(
        PathwayAdded,
        initiative_id=INITIATIVE,
        pathway_id=WAY,
        title="Early contact",
        text="Somebody rings.",
        outcomes=(OUTCOME,),
    )
    untouched(TheoryOfChange).when(
        lambda theory: theory.add_pathway(
            pathway_id=WAY, title="Early contact", text="Somebody rings.", outcomes=(OUTCOME,)
        )
    ).then(way)
    untouched(TheoryOfChange).when(state(pathway=WAY)).then_refused(NoSuchPathway)
    given(TheoryOfChange, way).when(state(pathway=WAY)).then(
        fact(stated(H2, "H2").func, **stated(H2, "H2").keywords | {"pathway_id": WAY})
    )


def test_a_hypothesis_without_an_outcome_is_no_hypothesis():
    for said in ({"outcomes": ()}, {"claim": None}):
        with pytest.raises(ValidationError):
            Hypothesis.model_validate(dict(KNOWN) | said)


def test_only_a_finding_about_it_that_says_so_supports_or_refutes_it():
    story = given(TheoryOfChange, stated())
    story.when(judge("support", finding())).then(SUPPORTED)
    given(TheoryOfChange, stated()).when(judge("refute", finding("refutes"))).then(REFUTED)
    story = given(TheoryOfChange, stated())
    for how, verdict in (("support", "refutes"), ("support", "neither"), ("refute", None)):
        story.when(judge(how, finding(verdict))).then_refused(FindingSaysOtherwise)
    for about in (H2, None):
        story.when(judge("support", finding(about=about))).then_refused(FindingAboutAnother)
    story.when(judge("support", finding(), H2)).then_refused(NoSuchHypothesis)


def test_the_same_finding_judges_once():
    given(TheoryOfChange, stated(), SUPPORTED).when(judge("support", finding())).then_refused(
        StandsAlready
    )


def test_an_assumption_is_challenged_by_any_finding_about_it():
    doubt = fact(AssumptionChallenged, hypothesis_id=H1, found=FOUND, text="Is it the call?")
    given(TheoryOfChange, stated(), SUPPORTED).when(
        judge("challenge", finding("neither"), text="Is it the call?")
    ).then(doubt)


def revise(claim: Claimed = OTHER, label: str = "H1b"):
    return judge("revise", finding("neither"), label=label, outcomes=(OUTCOME,), claim=claim)


REVISED = fact(
    HypothesisRevised,
    hypothesis_id=H1,
    label="H1b",
    outcomes=(OUTCOME,),
    claim=OTHER,
    wording=2,
    found=FOUND,
    adaptation_id=None,
)


def test_a_revision_claims_something_else_and_has_to_be_tested_anew():
    given(TheoryOfChange, stated(), REFUTED).when(revise()).then(REVISED)
    given(TheoryOfChange, stated()).when(revise(CLAIM)).then_refused(SameClaim)
    given(TheoryOfChange, stated(), stated(H2, "H2")).when(revise(label="H2")).then_refused(
        LabelTaken
    )
    revised = given(TheoryOfChange, stated(), REFUTED, REVISED).aggregate.hypotheses[H1]
    assert (revised.standing, revised.wording, revised.claim) == ("stated", 2, OTHER)


def test_versions_are_published_whole_and_only_where_something_changed():
    first = fact(
        TheoryOfChangeVersioned,
        theory_version=1,
        pathways=(),
        hypotheses=(KNOWN,),
    )
    publish = TheoryOfChange.publish
    untouched(TheoryOfChange).when(publish).then_refused(NoHypothesis)
    given(TheoryOfChange, stated()).when(publish).then(first)
    given(TheoryOfChange, stated(), first).when(publish).then_refused(NothingToPublish)
    supported = KNOWN.model_copy(update={"standing": "supported", "found": FOUND})
    second = fact(TheoryOfChangeVersioned, theory_version=2, pathways=(), hypotheses=(supported,))
    given(TheoryOfChange, stated(), first, SUPPORTED).when(publish).then(second)


def test_a_pathway_leads_to_an_outcome():
    with pytest.raises(ValidationError):
        Pathway(pathway_id=WAY, title="Nowhere", text="None.", outcomes=())


def test_a_learning_cycle_asks_once_for_another_theory():
    def asks(theory: TheoryOfChange) -> None:
        theory.request_revision(adaptation_id=H2, what="Twelve schools")

    asked = fact(
        TheoryRevisionRequested,
        initiative_id=INITIATIVE,
        adaptation_id=H2,
        what="Twelve schools",
    )
    given(TheoryOfChange, stated()).when(asks).then(asked)
    given(TheoryOfChange, stated(), asked).when(asks).then_refused(TheoryQuestioned)
    again = fact(HypothesisRevised, **(REVISED.keywords | {"adaptation_id": H2}))
    assert given(TheoryOfChange, stated(), asked, again).aggregate.asked == {}
