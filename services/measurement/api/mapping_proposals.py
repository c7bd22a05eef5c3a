"""A start for a mapping: what the first rows of a file look like, for a person to correct."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.requests import Request

from infra.web import WRITERS, Problem
from infra.web.auth import allow, authenticate
from infra.web.bodies import bounded
from infra.web.commands import PROBLEMS
from services.measurement.domain.tidy import NotTabular, TooLarge
from services.measurement.domain.tidy.guess import guess

router = APIRouter(tags=["submissions"])

SAMPLE_BYTES = 512 * 1024
SAMPLE_SECONDS = 30.0


class MappingProposal(BaseModel):
    """`mapping` lacks what could not be found; `notes` say what to state and what to check."""

    mapping: dict[str, Any] = Field(description="See the contract import-mapping.v1.json.")
    notes: tuple[str, ...]


@router.post(
    "/v1/mapping-proposals",
    summary="Propose an import mapping",
    responses={status: PROBLEMS[status] for status in (400, 401, 403, 413, 415, 422, 429, 503)},
    openapi_extra={
        "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}
    },
)
async def propose_mapping(
    request: Request, indicator: Annotated[str | None, Query(max_length=200)] = None
) -> MappingProposal:
    """From the beginning of a CSV file, at most 512 KiB. It writes nothing and needs no key."""
    allow(authenticate(request), WRITERS)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "text/csv":
        raise Problem(415, "unsupported-media-type", "Send the beginning of the file as text/csv.")
    sample = [chunk async for chunk in bounded(request, SAMPLE_BYTES, SAMPLE_SECONDS)]
    try:
        proposed = await asyncio.to_thread(guess, sample, indicator)
    except NotTabular as error:
        raise Problem(415, "not-tabular", str(error)) from error
    except TooLarge as error:
        raise Problem(413, "too-large", str(error)) from error
    return MappingProposal(mapping=proposed.document, notes=proposed.notes)
