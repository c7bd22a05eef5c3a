"""Activities: work led by a partner."""

from fastapi import APIRouter

from infra.web import Commands, Reads
from services.activities.api.views import ActivityView
from services.activities.application.activities import Activities
from services.activities.domain import Activity

router = APIRouter(tags=["activities"])
commands = Commands(router, "activities")
reads = Reads(router)

ONE = "/v1/activities/{activity_id}"

commands.post(
    "/v1/initiatives/{initiative_id}/activities",
    Activities.propose_activity,
    ActivityView,
    location="/v1/activities/{id}",
)
commands.post(f"{ONE}/undertakings", Activities.commit_to_activity, ActivityView)
commands.post(f"{ONE}/starts", Activities.start_activity, ActivityView)
commands.post(f"{ONE}/reached-milestones", Activities.reach_milestone, ActivityView)
commands.post(f"{ONE}/missed-milestones", Activities.miss_milestone, ActivityView)
commands.post(f"{ONE}/outputs", Activities.report_output, ActivityView)
commands.post(f"{ONE}/adaptations", Activities.adapt_activity, ActivityView)
commands.post(f"{ONE}/handovers", Activities.hand_over_lead, ActivityView)
commands.post(f"{ONE}/lead-vacancies", Activities.flag_lead_vacancy, ActivityView)
commands.post(f"{ONE}/pauses", Activities.pause_activity, ActivityView)
commands.post(f"{ONE}/resumptions", Activities.resume_activity, ActivityView)
commands.post(f"{ONE}/completions", Activities.complete_activity, ActivityView)
commands.post(f"{ONE}/stops", Activities.stop_activity, ActivityView)
reads.one("/v1/activities/{id}", Activity, ActivityView)
