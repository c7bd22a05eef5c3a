"""Commitments: promised resources."""

from fastapi import APIRouter

from infra.web import Commands, Reads
from services.activities.api.views_of_partners import CommitmentView
from services.activities.application.commitments import Commitments
from services.activities.domain import Commitment

router = APIRouter(tags=["commitments"])
commands = Commands(router, "activities")
reads = Reads(router)

ONE = "/v1/commitments/{commitment_id}"

commands.post(
    "/v1/initiatives/{initiative_id}/commitments",
    Commitments.pledge_commitment,
    CommitmentView,
    location="/v1/commitments/{id}",
)
commands.post(f"{ONE}/confirmations", Commitments.confirm_commitment, CommitmentView)
commands.post(f"{ONE}/fulfilments", Commitments.fulfil_commitment, CommitmentView)
commands.post(f"{ONE}/renegotiations", Commitments.renegotiate_commitment, CommitmentView)
commands.post(f"{ONE}/lapses", Commitments.lapse_commitment, CommitmentView)
commands.post(f"{ONE}/releases", Commitments.release_commitment, CommitmentView)
reads.one("/v1/commitments/{id}", Commitment, CommitmentView)
