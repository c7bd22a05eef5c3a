"""Learning entries: reviews, notes, shifts, forks and experiments."""

from fastapi import APIRouter

from infra.web import Commands, Reads
from services.activities.api.views_of_partners import LearningEntryView
from services.activities.application.learning import Learning
from services.activities.domain import LearningEntry

router = APIRouter(tags=["learning"])
commands = Commands(router, "activities")
reads = Reads(router)

ALL = "/v1/initiatives/{initiative_id}"
AT = "/v1/learning-entries/{id}"
View = LearningEntryView

commands.post(
    f"{ALL}/before-action-reviews", Learning.record_before_action_review, View, location=AT
)
commands.post(f"{ALL}/after-action-reviews", Learning.record_after_action_review, View, location=AT)
commands.post(f"{ALL}/learning-notes", Learning.note_learning, View, location=AT)
commands.post(f"{ALL}/context-shifts", Learning.note_context_shift, View, location=AT)
commands.post(f"{ALL}/strategic-forks", Learning.record_strategic_fork, View, location=AT)
commands.post(f"{ALL}/experiments", Learning.start_experiment, View, location=AT)
commands.post("/v1/learning-entries/{entry_id}/conclusions", Learning.conclude_experiment, View)
reads.one(AT, LearningEntry, View)
