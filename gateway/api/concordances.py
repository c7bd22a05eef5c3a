"""The concordance that an answer is asked with: a code list of the agenda, as it is served now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

import orjson
from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from gateway.api.asked import reader
from gateway.clients import Services, away
from gateway.readmodels.conversion import Concordance
from infra.web.problems import Problem

ASKED = Query(
    max_length=120,
    description="A code list that leads from one edition of a place scheme to another: values of"
    " the first are converted by it, as far as they may be added up, and marked `converted_by`."
    " With its version that one, or none.",
    examples=["concordance-invented-1-to-2", "concordance-invented-1-to-2.v1"],
)
CONVERTED_BY: Any = Field(
    None,
    description="List and version by which a value that it rests on was converted from another"
    " edition of its places; absent where none was.",
    examples=["concordance-invented-1-to-2.v1"],
)
CONCORDANCE: Any = Field(None, description="The list that was asked for, if one was.")


class EditionView(BaseModel):
    scheme: str
    edition: str


class ConcordanceView(BaseModel):
    """Configuration, so always the version that is served now, also in answers about the past."""

    list: str
    version: int
    source: str
    from_: EditionView = Field(alias="from")
    to: EditionView
    weighted_by: str = Field(description="What its shares are shares of.")


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _To(_Read):
    scheme: str
    edition: str
    weighted_by: str


class _Share(_Read):
    code: str
    weight: str


class _Code(_Read):
    code: str
    becomes: tuple[_Share, ...] | None = None


class _CodeList(_Read):
    """What we read of a code list."""

    list: str
    version: int
    source: str
    scheme: str | None = None
    edition: str | None = None
    to: _To | None = None
    codes: tuple[_Code, ...]


async def concordance_asked(
    request: Request, concordance: Annotated[str | None, ASKED] = None
) -> Concordance | None:
    """The list of that name, read as the caller; None where none is asked for. With a version it
    is that one or none, so that the answer is the same one."""
    if concordance is None:
        return None
    await reader(request)
    name, _, version = concordance.partition(".v")
    found = _CodeList.model_validate_json(await _list(request, name))
    if version and version != str(found.version):
        raise _refused(f"{name} is served in version {found.version} now, no longer in {version}")
    if found.to is None or found.scheme is None or found.edition is None:
        raise _refused(f"{concordance} is a list of codes; it leads to no other edition")
    shares: dict[str, dict[str, str]] = {}
    for each in found.codes:
        for share in each.becomes or ():
            shares.setdefault(share.code, {})[each.code] = share.weight
    return Concordance(
        found.list,
        found.version,
        found.source,
        (found.scheme, found.edition),
        (found.to.scheme, found.to.edition),
        found.to.weighted_by,
        dict(sorted(shares.items())),
    )


By = Annotated[Concordance | None, Depends(concordance_asked)]


def said(by: Concordance | None) -> Mapping[str, Any]:
    """What an answer says of the concordance that it was asked with."""
    return {"concordance": by.told()} if by else {}


async def _list(request: Request, name: str) -> bytes:
    services: Services = request.app.state.services
    target = f"/v1/code-lists/{quote(name, safe='')}"
    headers = [("authorization", request.headers["authorization"])]
    answer = await services.ask("agenda", "GET", target, headers, b"", repeatable=True)
    try:
        body = await answer.aread()
    finally:
        await answer.aclose()
    if answer.status_code == 404:
        raise _refused(str(orjson.loads(body)["detail"]).rstrip("."))
    if not answer.is_success:
        raise away("agenda")
    return body


def _refused(detail: str) -> Problem:
    errors: list[Any] = [{"pointer": "query:concordance", "detail": detail}]
    return Problem(422, "invalid-shape", f"concordance: {detail}.", errors=errors)
