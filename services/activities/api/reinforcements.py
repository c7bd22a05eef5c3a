"""Reinforcements: typed links between activities."""

from fastapi import APIRouter

from infra.web import Commands, Reads
from services.activities.api.views_of_partners import ReinforcementView
from services.activities.application.reinforcements import Reinforcements
from services.activities.domain import Reinforcement

router = APIRouter(tags=["reinforcements"])
commands = Commands(router, "activities")
reads = Reads(router)

ONE = "/v1/reinforcements/{reinforcement_id}"

commands.post(
    "/v1/initiatives/{initiative_id}/reinforcements",
    Reinforcements.claim_reinforcement,
    ReinforcementView,
    location="/v1/reinforcements/{id}",
)
commands.post(f"{ONE}/confirmations", Reinforcements.confirm_reinforcement, ReinforcementView)
commands.post(f"{ONE}/disputes", Reinforcements.dispute_reinforcement, ReinforcementView)
commands.post(f"{ONE}/observations", Reinforcements.observe_reinforcement, ReinforcementView)
commands.post(f"{ONE}/duplications", Reinforcements.flag_duplication, ReinforcementView)
commands.post(f"{ONE}/dissolutions", Reinforcements.dissolve_reinforcement, ReinforcementView)
reads.one("/v1/reinforcements/{id}", Reinforcement, ReinforcementView)
