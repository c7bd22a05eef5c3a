"""Use cases of learning entries."""

from __future__ import annotations

from uuid import UUID

from infra.eventstore import Receipt
from infra.kernel import Act
from services.activities.application.commands_of_partners import (
    ConcludeExperiment,
    NoteContextShift,
    NoteLearning,
    RecordAfterActionReview,
    RecordBeforeActionReview,
    RecordStrategicFork,
    StartExperiment,
)
from services.activities.application.use_cases import UseCases
from services.activities.domain import LearningEntry


class Learning(UseCases):
    async def record_before_action_review(
        self, initiative_id: UUID, *, command: RecordBeforeActionReview, by: Act
    ) -> Receipt:
        """What is intended, before it is done."""
        await self._about(initiative_id, command.activity_id, command.milestone)
        return await self.repository.save(by, LearningEntry.before(initiative_id, command))

    async def record_after_action_review(
        self, initiative_id: UUID, *, command: RecordAfterActionReview, by: Act
    ) -> Receipt:
        """What was intended, what happened, why, and what comes next."""
        await self._about(initiative_id, command.activity_id, command.milestone)
        return await self.repository.save(by, LearningEntry.after(initiative_id, command))

    async def note_learning(
        self, initiative_id: UUID, *, command: NoteLearning, by: Act
    ) -> Receipt:
        """Something worth keeping."""
        await self._about(initiative_id, command.activity_id)
        await self._strategies(initiative_id, command.strategy_id)
        return await self.repository.save(by, LearningEntry.note(initiative_id, command))

    async def note_context_shift(
        self, initiative_id: UUID, *, command: NoteContextShift, by: Act
    ) -> Receipt:
        """Something around the initiative changed; a major shift calls for a review."""
        await self._about(initiative_id)
        return await self.repository.save(by, LearningEntry.shift(initiative_id, command))

    async def record_strategic_fork(
        self, initiative_id: UUID, *, command: RecordStrategicFork, by: Act
    ) -> Receipt:
        """Where the way parted: the options there were, and the one taken."""
        await self._about(initiative_id)
        await self._strategies(initiative_id, command.strategy_id)
        await self._require("decision", initiative_id, command.decision_id)
        return await self.repository.save(by, LearningEntry.fork(initiative_id, command))

    async def start_experiment(
        self, initiative_id: UUID, *, command: StartExperiment, by: Act
    ) -> Receipt:
        """A trial, with what it succeeds by and what it is stopped by, said beforehand."""
        await self._about(initiative_id, command.activity_id)
        return await self.repository.save(by, LearningEntry.start(initiative_id, command))

    async def conclude_experiment(
        self, entry_id: UUID, *, command: ConcludeExperiment, by: Act
    ) -> Receipt:
        """How it ended, by the criteria stated for it."""
        entry = await self.repository.get(LearningEntry, entry_id)
        entry.conclude(command)
        return await self.repository.save(by, entry)

    async def _about(
        self, initiative_id: UUID, activity_id: UUID | None = None, milestone: str | None = None
    ) -> None:
        """Pass if what the entry is about is a part of this live initiative."""
        await self._live(initiative_id)
        if activity_id is not None:
            activity = await self._activity(activity_id, initiative_id)
            if milestone is not None:
                activity.named(milestone)
