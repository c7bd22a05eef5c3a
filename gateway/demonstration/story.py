"""What the rows of the scenario share: the initiative's ids, and how a decision comes about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gateway.demonstration.cast import Organisation, Person
from gateway.demonstration.player import Player

SCHEME = {"scheme": "ASGS", "edition": "3"}
BAYSIDE_PLACE = SCHEME | {"code": "20801", "label": "Bayside"}
GLEN_EIRA_PLACE = SCHEME | {"code": "20802", "label": "Glen Eira"}
KINGSTON_PLACE = SCHEME | {"code": "20803", "label": "Kingston"}
PLACES = (BAYSIDE_PLACE, GLEN_EIRA_PLACE, KINGSTON_PLACE)
WHOLE_AREA = {"scheme": "commonweal", "edition": "1", "code": "bgk", "label": "BGK"}

SEVEN_SECTORS = (
    Person.COORDINATOR,
    Person.BAYSIDE_LEAD,
    Person.GLEN_EIRA_LEAD,
    Person.KINGSTON_LEAD,
    Person.HARBOUR_LEAD,
    Person.SKILLS_LEAD,
    Person.INDUSTRY_LEAD,
    Person.YOUNG_PERSON,
    Person.OTHER_YOUNG_PERSON,
)
"""Six sectors; the seventh is health, and after it left, the state government."""


@dataclass
class Story:
    """The scenario so far. Every id in it was given by the house."""

    player: Player
    initiative: str = ""
    partners: dict[Organisation, str] = field(default_factory=dict)
    outcomes: list[str] = field(default_factory=list)
    decisions: dict[str, str] = field(default_factory=dict)
    indicators: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    agreement: str = ""
    rounds: dict[str, str] = field(default_factory=dict)
    activities: dict[str, str] = field(default_factory=dict)
    commitments: dict[str, str] = field(default_factory=dict)
    assessment: str = ""
    engagement: str = ""
    engagements: list[str] = field(default_factory=list)
    theme: str = ""
    hypothesis: str = ""
    plan: str = ""
    cycle: str = ""
    pack: str = ""
    finding: dict[str, str] = field(default_factory=dict)
    adaptations: list[str] = field(default_factory=list)
    stories: list[str] = field(default_factory=list)
    feed: str = ""
    releases: list[str] = field(default_factory=list)
    evidence: list[tuple[str, int, str]] = field(default_factory=list)
    """Lines that the review will look at: service, sequence, and what they say."""

    @property
    def here(self) -> str:
        return f"/v1/initiatives/{self.initiative}"

    def noted(self) -> dict[str, Any]:
        """The ids that the checks and the tour need."""
        return {
            "initiative": self.initiative,
            "cycle": self.cycle,
            "indicator": self.indicators["I4"],
            "computed": self.indicators["I7"],
            "decision": self.decisions["D-7"],
            "decisions": self.decisions,
            "assessment": self.assessment,
            "engagements": self.engagements,
            "stories": self.stories,
            "releases": self.releases,
        }

    async def happened(self, fact: str, least: int = 1) -> None:
        """A policy has done its part, so often by now; only then the clock may move on."""
        await self.player.until(
            Person.EVALUATOR,
            f"{self.here}/timeline",
            lambda page: len(page["facts"]) >= least,
            type=fact,
        )

    def notes(self, source: str, what: str) -> None:
        """Keep the line that was written last, as evidence for the review."""
        self.evidence.append((source, self.player.last(source), what))

    async def decides(
        self,
        name: str,
        decision_class: str,
        title: str,
        text: str,
        *present: Person,
        result: str = "Agreed by consent.",
        **more: Any,
    ) -> str:
        """Raise a proposal and decide it on the same day."""
        proposal = await self.proposes(decision_class, title, text, **more)
        return await self.resolves(name, proposal, *present, result=result)

    async def proposes(self, decision_class: str, title: str, text: str, **more: Any) -> str:
        raised = await self.player.does(
            Person.COORDINATOR,
            f"{self.here}/proposals",
            decision_class=decision_class,
            title=title,
            text=text,
            **more,
        )
        return str(raised["id"])

    async def resolves(self, name: str, proposal: str, *present: Person, result: str) -> str:
        await self.player.does(
            Person.CHAIR,
            f"/v1/proposals/{proposal}/decisions",
            attendees=[
                {"person": one.reference, "organisation": str(one.organisation.id)}
                for one in present
            ],
            result=result,
        )
        self.decisions[name] = proposal
        return proposal
