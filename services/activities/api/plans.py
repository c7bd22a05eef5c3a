"""Plans of action: what a learning cycle is made of."""

from fastapi import APIRouter

from infra.web import Commands, Reads
from services.activities.api.views import PlanView
from services.activities.application.plans import Plans
from services.activities.domain import PlanOfAction

router = APIRouter(tags=["plans of action"])
commands = Commands(router, "activities")
reads = Reads(router)

ONE = "/v1/plans-of-action/{plan_id}"

commands.post(
    "/v1/initiatives/{initiative_id}/plans-of-action",
    Plans.draft_plan,
    PlanView,
    location="/v1/plans-of-action/{id}",
)
commands.post(f"{ONE}/inclusions", Plans.include_activity, PlanView)
commands.post(f"{ONE}/exclusions", Plans.exclude_activity, PlanView)
commands.post(f"{ONE}/adoptions", Plans.adopt_plan, PlanView)
commands.post(f"{ONE}/revisions", Plans.revise_plan, PlanView)
reads.one("/v1/plans-of-action/{id}", PlanOfAction, PlanView)
reads.one("/v1/cycles/{id}/plan-of-action", PlanOfAction, PlanView, id_of=PlanOfAction.create_id)
