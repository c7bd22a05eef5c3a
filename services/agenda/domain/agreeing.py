"""What the common agenda says, from draft to adopted version: the facts."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field

from infra.kernel import Event, Text, Title
from services.agenda.domain.rooted import Opening
from services.agenda.domain.values import Citations, Value


class Outcome(Value):
    """A wanted condition, as it was agreed."""

    outcome_id: UUID
    title: Title
    wording: Text


Principles = Annotated[tuple[Text, ...], Field(max_length=20)]


class ProblemStatementDrafted(Opening):
    TOPIC: ClassVar[str] = "agenda.problem-statement-drafted"
    OPENS: ClassVar[str] = "agenda.common-agenda"

    text: Text
    cites: Citations | None = None

    def apply(self, aggregate: Any) -> None:
        aggregate.problem = self.text


class VisionDrafted(Opening):
    TOPIC: ClassVar[str] = "agenda.vision-drafted"
    OPENS: ClassVar[str] = "agenda.common-agenda"

    text: Text
    principles: Principles = ()

    def apply(self, aggregate: Any) -> None:
        aggregate.vision = self.text
        aggregate.principles = self.principles


class OutcomeDefined(Opening):
    TOPIC: ClassVar[str] = "agenda.outcome-defined"
    OPENS: ClassVar[str] = "agenda.common-agenda"

    outcome_id: UUID
    title: Title
    wording: Text

    def apply(self, aggregate: Any) -> None:
        aggregate.outcomes[self.outcome_id] = Outcome(
            outcome_id=self.outcome_id, title=self.title, wording=self.wording
        )


class OutcomeReworded(Event):
    TOPIC: ClassVar[str] = "agenda.outcome-reworded"

    outcome_id: UUID
    wording: Text

    def apply(self, aggregate: Any) -> None:
        known = aggregate.outcomes[self.outcome_id]
        aggregate.outcomes[self.outcome_id] = known.model_copy(update={"wording": self.wording})


class OutcomeRetired(Event):
    TOPIC: ClassVar[str] = "agenda.outcome-retired"

    outcome_id: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.retired[self.outcome_id] = aggregate.outcomes.pop(self.outcome_id)


class AgendaVersion(Event):
    """A whole version, as it was decided."""

    agenda_version: int
    decision_id: UUID
    problem: Text
    vision: Text
    principles: Principles
    outcomes: tuple[Outcome, ...]

    def apply(self, aggregate: Any) -> None:
        aggregate.versions.append(self)


class CommonAgendaAdopted(AgendaVersion):
    TOPIC: ClassVar[str] = "agenda.common-agenda-adopted"


class CommonAgendaRevised(AgendaVersion):
    TOPIC: ClassVar[str] = "agenda.common-agenda-revised"


class AgendaEndorsedByPartner(Event):
    TOPIC: ClassVar[str] = "agenda.agenda-endorsed-by-partner"

    agenda_version: int
    partner_id: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.endorsements.append((self.agenda_version, self.partner_id))
