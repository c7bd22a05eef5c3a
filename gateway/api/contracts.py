"""The contracts: the JSON Schema of every fact, as files of the services that own them."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from gateway.api.initiatives import SOURCE
from infra.kernel import NotFound
from infra.web.commands import PROBLEMS

router = APIRouter(tags=["contracts"])
FILE = re.compile(r"[a-z0-9-]+(\.v[0-9]+)?\.json")
SHOWN: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/schema+json": {"schema": {"type": "object"}}},
        "description": "JSON Schema 2020-12",
    },
    404: PROBLEMS[404],
}


@router.get("/contracts/{service}/{file}", responses=SHOWN)
async def read_contract(service: SOURCE, file: str) -> Response:
    """A contract, as a line's `dataschema` names it; anybody may read it."""
    found = resources.files("services") / service / "contracts" / file
    if not FILE.fullmatch(file) or not found.is_file():
        raise NotFound(kind="contract", id=f"{service}/{file}")
    return Response(
        found.read_bytes(),
        media_type="application/schema+json",
        headers={"Cache-Control": "public, max-age=3600"},
    )
