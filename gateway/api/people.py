"""Who the persons of an answer are: asked of the directory for this one answer, and kept nowhere.

Facts and read models know references only. So a person who is taken out of the directory is gone
from the very next answer, and nobody learns a name here whom the directory would not tell it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
from fastapi import Query
from starlette.requests import Request

from gateway.clients import Services, away
from infra.web.problems import Problem

MOST = 200
"""So many references the directory takes at once."""
NAMES = Query(
    description="Say who the persons are, by the directory as it is now. For those only who may"
    " read it, and never together with `as_known_at`."
)
Names = Annotated[bool, NAMES]


async def name_persons(request: Request, facts: Iterable[dict[str, Any]]) -> None:
    """Put `name` beside each actor whom the directory knows."""
    if "as_known_at" in request.query_params:
        raise _refused("names", "the directory only knows the present; leave as_known_at out")
    whos = [fact["who"] for fact in facts]
    known = await _names(request, sorted({who["actor"] for who in whos}))
    for who in whos:
        if who["actor"] in known:
            who["name"] = known[who["actor"]]


async def _names(request: Request, references: list[str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for first in range(0, len(references), MOST):
        for person in await _directory(request, references[first : first + MOST]):
            found[person["reference"]] = person["name"]
    return found


async def _directory(request: Request, references: list[str]) -> list[dict[str, str]]:
    """As the caller, whose right to it is the directory's to judge."""
    services: Services = request.app.state.services
    query = urlencode([("reference", each) for each in references])
    headers = [("authorization", request.headers["authorization"])]
    answer = await services.ask(
        "agenda", "GET", f"/v1/people?{query}", headers, b"", repeatable=True
    )
    try:
        body = await answer.aread()
    finally:
        await answer.aclose()
    if answer.status_code == 403:
        raise Problem(
            403,
            "role-not-allowed",
            "The directory of people is not open to your roles; leave `names` out.",
        )
    if not answer.is_success:
        raise away("agenda")
    people: list[dict[str, str]] = orjson.loads(body)
    return people


def _refused(name: str, detail: str) -> Problem:
    errors: list[Any] = [{"pointer": f"query:{name}", "detail": detail}]
    return Problem(422, "invalid-shape", f"{name}: {detail}.", errors=errors)
