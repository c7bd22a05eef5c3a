"""A readiness assessment: who answered what, and what the group agreed on apart from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from eventsourcing.domain import event

from infra.kernel import Aggregate, RuleForbids, StateForbids
from infra.kernel.provenance import Code, Reference
from services.agenda.domain.assessing import (
    Divergence,
    Position,
    Positions,
    ReadinessAssessmentCompleted,
    ReadinessAssessmentOpened,
    ReadinessPositionAgreed,
    ReadinessReassessmentFellDue,
    ReadinessReassessmentScheduled,
    ReadinessResponseSubmitted,
    Scores,
)
from services.agenda.domain.code_lists import code_list
from services.agenda.domain.instruments import Instrument, instrument


class AssessmentCompleted(StateForbids):
    """This assessment is completed; open another one to assess readiness again."""


class AssessmentNotCompleted(StateForbids):
    """This assessment is still open; complete it before you schedule the next."""


class NobodyAnswered(StateForbids):
    """Nobody has answered yet; the group agrees on a position after its members have answered."""


class PositionMissing(StateForbids):
    """The group has agreed on no position yet for {items}; agree on these first."""


class RolesTooFew(StateForbids):
    """Answers came from {present} roles ({roles}), and this assessment needs {needed}; ask people
    of {missing} more."""


class SectorsTooFewHeard(StateForbids):
    """Answers came from {present} sectors ({sectors}), and this assessment needs {needed}; ask
    people of {missing} more."""


class FewerThanTheInstrument(RuleForbids):
    """Instrument {instrument} v{version} needs answers from {roles} roles and {sectors} sectors; an
    assessment may ask for more, not for fewer."""


class DueInThePast(RuleForbids):
    """A reassessment is scheduled for a day after {today}, not for {due}."""


class NotDueYet(StateForbids):
    """No reassessment is due on {today}."""


class ReadinessAssessment(Aggregate):
    TOPIC = "agenda.readiness-assessment"

    @event(ReadinessAssessmentOpened)
    def __init__(
        self,
        initiative_id: UUID,
        instrument: Code,
        instrument_version: int,
        minimum_roles: int,
        minimum_sectors: int,
        reassesses: UUID | None = None,
    ) -> None:
        self.initiative_id = initiative_id
        self.instrument_name = instrument
        self.instrument_version = instrument_version
        self.minimum_roles = minimum_roles
        self.minimum_sectors = minimum_sectors
        self.reassesses = reassesses
        self.responses: dict[str, ReadinessResponseSubmitted] = {}
        self.agreed: dict[str, Position] = {}
        self.divergence: tuple[Divergence, ...] = ()
        self.band: str | None = None
        self.completed: ReadinessAssessmentCompleted | None = None
        self.due: date | None = None
        self.fell_due = False

    @classmethod
    def open(
        cls,
        *,
        initiative_id: UUID,
        instrument_name: Code,
        instrument_version: int,
        minimum_roles: int | None,
        minimum_sectors: int | None,
        reassesses: UUID | None,
    ) -> ReadinessAssessment:
        """With one version of one instrument, to the end."""
        by = instrument(instrument_name, instrument_version)
        roles = by.minimum_roles if minimum_roles is None else minimum_roles
        sectors = by.minimum_sectors if minimum_sectors is None else minimum_sectors
        if roles < by.minimum_roles or sectors < by.minimum_sectors:
            raise FewerThanTheInstrument(
                instrument=by.instrument,
                version=by.version,
                roles=by.minimum_roles,
                sectors=by.minimum_sectors,
            )
        return cls(
            initiative_id=initiative_id,
            instrument=instrument_name,
            instrument_version=instrument_version,
            minimum_roles=roles,
            minimum_sectors=sectors,
            reassesses=reassesses,
        )

    @property
    def instrument(self) -> Instrument:
        return instrument(self.instrument_name, self.instrument_version)

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(sorted({response.role for response in self.responses.values()}))

    @property
    def sectors(self) -> tuple[str, ...]:
        return tuple(sorted({response.sector for response in self.responses.values()}))

    def respond(self, *, respondent: Reference, role: Code, sector: Code, scores: Scores) -> None:
        """Answer, or put other answers in the place of one's earlier ones."""
        self._require_open()
        code_list("respondent-roles").require(role)
        code_list("sectors").require(sector)
        self.instrument.refuse_wrong((one.item, one.score) for one in scores)
        earlier = self.responses.get(respondent)
        self.trigger_event(
            ReadinessResponseSubmitted,
            respondent=respondent,
            revision=earlier.revision + 1 if earlier else 1,
            role=role,
            sector=sector,
            scores=scores,
        )

    def agree(self, *, positions: Positions) -> None:
        """What the group holds together; where its members differ is kept beside it."""
        self._require_open()
        if not self.responses:
            raise NobodyAnswered
        by = self.instrument
        by.refuse_wrong((one.item, one.score) for one in positions)
        scores = {item: known.score for item, known in self.agreed.items()}
        band = by.band(scores | {one.item: one.score for one in positions})
        self.trigger_event(
            ReadinessPositionAgreed,
            positions=positions,
            divergence=tuple(self._divergence(positions)),
            band=band.code if band else None,
        )

    def complete(self) -> None:
        self._require_open()
        missing = [item for item in self.instrument.mandatory if item not in self.agreed]
        if missing:
            raise PositionMissing(items=", ".join(missing))
        self._refuse_too_few()
        self.trigger_event(
            ReadinessAssessmentCompleted,
            respondents=len(self.responses),
            roles=self.roles,
            sectors=self.sectors,
            total=sum(position.score for position in self.agreed.values()),
            band=self.band,
        )

    def schedule(self, *, due: date, today: date) -> None:
        """When readiness is to be assessed again; a later day may take its place."""
        if self.completed is None:
            raise AssessmentNotCompleted
        if due <= today:
            raise DueInThePast(today=today, due=due)
        self.trigger_event(ReadinessReassessmentScheduled, due=due)

    def fall_due(self, *, today: date) -> None:
        if self.due is None or self.fell_due or today < self.due:
            raise NotDueYet(today=today)
        self.trigger_event(ReadinessReassessmentFellDue, due=self.due)

    def answers(self, item: str) -> Iterator[tuple[int, str]]:
        """Every answer to an item, with the role it was given in."""
        for response in self.responses.values():
            for one in response.scores:
                if one.item == item:
                    yield one.score, response.role

    def _divergence(self, positions: Positions) -> Iterator[Divergence]:
        for position in positions:
            answers = list(self.answers(position.item))
            given = {score for score, _ in answers}
            if given <= {position.score}:
                continue
            yield Divergence(
                item=position.item,
                agreed=position.score,
                lowest=min(given),
                lowest_by=roles_of(min(given), answers),
                highest=max(given),
                highest_by=roles_of(max(given), answers),
            )

    def _refuse_too_few(self) -> None:
        roles, sectors = self.roles, self.sectors
        if len(roles) < self.minimum_roles:
            raise RolesTooFew(
                present=len(roles),
                roles=", ".join(roles),
                needed=self.minimum_roles,
                missing=self.minimum_roles - len(roles),
            )
        if len(sectors) < self.minimum_sectors:
            raise SectorsTooFewHeard(
                present=len(sectors),
                sectors=", ".join(sectors),
                needed=self.minimum_sectors,
                missing=self.minimum_sectors - len(sectors),
            )

    def _require_open(self) -> None:
        if self.completed is not None:
            raise AssessmentCompleted


def roles_of(score: int, answers: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    """In which roles this score was given."""
    return tuple(sorted({role for given, role in answers if given == score}))
