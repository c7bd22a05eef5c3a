"""/v1/code-lists"""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request

from infra.web.auth import READERS, allow, authenticate
from infra.web.commands import PROBLEMS
from infra.web.problems import Problem
from services.agenda.domain import CodeList, code_lists

router = APIRouter(tags=["code lists"])


class ListedView(BaseModel):
    list: str
    version: int
    title: str


@router.get("/v1/code-lists", responses={status: PROBLEMS[status] for status in (401, 403)})
async def list_code_lists(request: Request) -> list[ListedView]:
    """The code lists of this service."""
    allow(authenticate(request), READERS)
    return [ListedView(**dict(found)) for found in code_lists().values()]


@router.get(
    "/v1/code-lists/{name}", responses={status: PROBLEMS[status] for status in (401, 403, 404, 422)}
)
async def read_code_list(request: Request, name: str) -> CodeList:
    """One code list: its version, its public source and its codes."""
    allow(authenticate(request), READERS)
    if name not in code_lists():
        known = ", ".join(code_lists())
        raise Problem(404, "not-found", f"There is no code list {name}; there are: {known}.")
    return code_lists()[name]
