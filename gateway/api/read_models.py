"""The read models themselves: which there are, and what each holds, as a digest."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import READ_PROBLEMS, Answer, answer
from gateway.api.asked import Asked
from gateway.api.events import log_reader
from gateway.readmodels import MODELS, ReadModels
from infra.kernel import NotFound

router = APIRouter(tags=["log"])


class ReadModelView(BaseModel):
    id: str = Field(examples=["observations"])
    version: int = Field(description="Another shape is another version, built beside the old one.")
    sources: list[str] = Field(description="The services whose lines it is folded from.")
    digest: str = Field(description="Where its digest is told.")


class ReadModelList(Answer):
    read_models: list[ReadModelView]


class ReadModelDigest(Answer):
    id: str = Field(examples=["observations"])
    rows: int
    digest: str = Field(
        description="Over the content of all rows up to the cut, whatever their order."
    )


@router.get(
    "/v1/read-models",
    response_model=ReadModelList,
    responses=READ_PROBLEMS,
    dependencies=[Depends(log_reader)],
)
async def list_read_models(request: Request, cut: Asked) -> Response:
    """What answers are folded into: each can be thrown away and built anew from the lines."""
    shown = [
        {
            "id": model.name,
            "version": model.version,
            "sources": model.sources,
            "digest": f"/v1/read-models/{model.name}/digest",
        }
        for model in MODELS
    ]
    return answer(request, cut, {"read_models": shown})


@router.get(
    "/v1/read-models/{name}/digest",
    response_model=ReadModelDigest,
    responses=READ_PROBLEMS,
    dependencies=[Depends(log_reader)],
)
async def read_digest(
    request: Request, cut: Asked, name: Annotated[str, Path(max_length=80)]
) -> Response:
    """What a read model holds at a cut: the same lines give the same digest, here and elsewhere.

    A rebuild that left out or added anything shows. Of a very long history it takes longer than an
    answer may: `commonweal digests` has no such bound.
    """
    if name not in {model.name for model in MODELS}:
        raise NotFound(kind="read model", id=name)
    models: ReadModels = request.app.state.models
    rows, digest = await models.digest(name, cut)
    return answer(request, cut, {"id": name, "rows": rows, "digest": digest})
