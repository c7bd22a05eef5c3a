"""Data agreements: who may submit, see and receive what."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from infra.web import Commands, Reads
from services.measurement.application import MeasurementService as Service
from services.measurement.domain import DataAgreement
from services.measurement.domain.terms import Terms


class DataAgreementView(BaseModel):
    """`unsigned`: the parties that have not signed these terms yet; `to_review`: those that are no
    partners any more."""

    id: UUID
    version: int
    initiative_id: UUID
    kind: str
    title: str
    state: str
    terms_version: int
    terms: Terms
    signed: list[UUID]
    unsigned: list[UUID]
    indigenous_data_authority: UUID | None
    to_review: list[UUID]

    @classmethod
    def of(cls, agreement: DataAgreement) -> Self:
        return cls(
            id=agreement.id,
            version=agreement.version,
            initiative_id=agreement.initiative_id,
            kind=agreement.of_kind,
            title=agreement.title,
            state=agreement.state,
            terms_version=agreement.terms_version,
            terms=agreement.terms,
            signed=agreement.signed,
            unsigned=agreement.unsigned,
            indigenous_data_authority=agreement.authority,
            to_review=agreement.to_review,
        )


router = APIRouter(tags=["data agreements"])
commands = Commands(router, "measurement")

ONE = "/v1/data-agreements/{agreement_id}"
WHERE = "/v1/data-agreements/{id}"
View = DataAgreementView

commands.post(
    "/v1/initiatives/{initiative_id}/data-agreements",
    Service.draft_data_agreement,
    View,
    location=WHERE,
)
commands.post(f"{ONE}/signatures", Service.sign_data_agreement, View)
commands.post(f"{ONE}/activations", Service.activate_data_agreement, View)
commands.post(f"{ONE}/variations", Service.vary_data_agreement, View, edits=True)
commands.post(f"{ONE}/suspensions", Service.suspend_data_agreement, View)
commands.post(f"{ONE}/revocations", Service.revoke_data_agreement, View)
commands.post(f"{ONE}/expirations", Service.expire_data_agreement, View)
commands.post(f"{ONE}/indigenous-data-authorities", Service.name_indigenous_data_authority, View)
Reads(router).one(WHERE, DataAgreement, View)
