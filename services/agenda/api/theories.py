"""/v1/initiatives/{initiative_id}/theory-of-change"""

from __future__ import annotations

from typing import Self
from uuid import UUID

from fastapi import APIRouter

from infra.kernel import Instant
from infra.web import Commands, Each, Reads, View
from services.agenda.application import Agenda
from services.agenda.domain import TheoryOfChange
from services.agenda.domain.theorising import Hypothesis, Pathway


class TheoryVersionView(View):
    theory_version: int
    published_at: Instant
    pathways: tuple[Pathway, ...]
    hypotheses: tuple[Hypothesis, ...]


class TheoryView(View):
    id: UUID
    version: int
    initiative_id: UUID
    theory_version: int
    pathways: Each[Pathway]
    hypotheses: Each[Hypothesis]
    revisions_asked: dict[UUID, str]
    versions: list[TheoryVersionView]

    @classmethod
    def of(cls, theory: TheoryOfChange) -> Self:
        return cls.showing(
            theory,
            theory_version=len(theory.versions),
            revisions_asked=theory.asked,
            versions=[
                TheoryVersionView(
                    theory_version=one.theory_version,
                    published_at=one.timestamp,
                    pathways=one.pathways,
                    hypotheses=one.hypotheses,
                )
                for one in theory.versions
            ],
        )


router = APIRouter(tags=["theory of change"])
THEORY = "/v1/initiatives/{initiative_id}/theory-of-change"
HYPOTHESIS = f"{THEORY}/hypotheses/{{hypothesis_id}}"
commands = Commands(router, "agenda")
Reads(router).one(
    "/v1/initiatives/{id}/theory-of-change",
    TheoryOfChange,
    TheoryView,
    id_of=TheoryOfChange.id_of,
)
commands.post(f"{THEORY}/pathways", Agenda.add_pathway, TheoryView)
commands.post(f"{THEORY}/hypotheses", Agenda.state_hypothesis, TheoryView)
commands.post(f"{HYPOTHESIS}/challenges", Agenda.challenge_assumption, TheoryView)
commands.post(f"{HYPOTHESIS}/supports", Agenda.support_hypothesis, TheoryView)
commands.post(f"{HYPOTHESIS}/refutations", Agenda.refute_hypothesis, TheoryView)
commands.post(f"{HYPOTHESIS}/revisions", Agenda.revise_hypothesis, TheoryView, edits=True)
commands.post(f"{THEORY}/versions", Agenda.publish_theory, TheoryView)
