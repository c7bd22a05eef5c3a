"""Strategies: ways to move outcomes."""

from fastapi import APIRouter

from infra.web import Commands, Reads
from services.activities.api.views import StrategyView
from services.activities.application.strategies import Strategies
from services.activities.domain import Strategy

router = APIRouter(tags=["strategies"])
commands = Commands(router, "activities")
reads = Reads(router)

ONE = "/v1/strategies/{strategy_id}"

commands.post(
    "/v1/initiatives/{initiative_id}/strategies",
    Strategies.propose_strategy,
    StrategyView,
    location="/v1/strategies/{id}",
)
commands.post(f"{ONE}/selections", Strategies.select_strategy, StrategyView)
commands.post(f"{ONE}/reframings", Strategies.reframe_strategy, StrategyView, edits=True)
commands.post(f"{ONE}/retirements", Strategies.retire_strategy, StrategyView)
reads.one("/v1/strategies/{id}", Strategy, StrategyView)
