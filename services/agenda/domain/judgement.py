"""Whether Collective Impact is the right approach here: the criteria, and who stood aside."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from infra.kernel import RuleForbids, Text
from infra.kernel.provenance import Code
from services.agenda.domain.code_lists import code_list
from services.agenda.domain.values import Value


class CriteriaIncomplete(RuleForbids):
    """Each criterion is judged exactly once; missing or doubled here: {criteria}."""


class CriterionNotMet(RuleForbids):
    """Collective Impact is appropriate only where every criterion is met, and {criteria} is not;
    judge it inappropriate, or name the decision of class approach that overrides this."""


class Criterion(Value):
    """One criterion of appropriateness, as the group judged it."""

    code: Code
    met: bool
    note: Text | None = None


class Aside(Value):
    """Who did not join in the judgement, and why."""

    organisation: UUID
    text: Text


Criteria = Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=20)]
Asides = Annotated[tuple[Aside, ...], Field(max_length=50)]


def refuse_unmet(criteria: Criteria) -> None:
    unmet = [criterion.code for criterion in criteria if not criterion.met]
    if unmet:
        raise CriterionNotMet(criteria=", ".join(unmet))


def refuse_incomplete(criteria: Criteria) -> None:
    known = code_list("appropriateness-criteria")
    judged = [criterion.code for criterion in criteria]
    known.require(*judged)
    wrong = [code for code in known.names() if judged.count(code) != 1]
    if wrong:
        raise CriteriaIncomplete(criteria=", ".join(wrong))
