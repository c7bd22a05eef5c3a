"""Contribution claims: why an activity should move an indicator."""

from fastapi import APIRouter

from infra.web import Commands, Reads
from services.activities.api.views import ContributionClaimView
from services.activities.application.contributions import Contributions
from services.activities.domain import ContributionClaim

router = APIRouter(tags=["contribution claims"])
commands = Commands(router, "activities")
reads = Reads(router)

ONE = "/v1/contribution-claims/{claim_id}"

commands.post(
    "/v1/activities/{activity_id}/contribution-claims",
    Contributions.claim_contribution,
    ContributionClaimView,
    location="/v1/contribution-claims/{id}",
)
commands.post(f"{ONE}/reviews", Contributions.review_contribution, ContributionClaimView)
commands.post(f"{ONE}/withdrawals", Contributions.withdraw_contribution, ContributionClaimView)
reads.one("/v1/contribution-claims/{id}", ContributionClaim, ContributionClaimView)
