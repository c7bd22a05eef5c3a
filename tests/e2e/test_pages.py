"""Every page of the door is what its OpenAPI document says, in a house that stands."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import httpx
from jsonschema import Draft202012Validator

from infra.web.auth import ROLES
from tests.e2e.standing import Standing

PARAMETER = re.compile(r"([\w-]+)/\{(\w+)[^}]*\}")
NOT_PAGES = {"/v1/live", "/v1/events"}
"""They stream: what they stream has tests of its own."""
EACH = 3
"""So many things of a kind are looked at."""

Document = dict[str, Any]


async def test_every_page_answers_as_its_document_says(standing: Standing) -> None:
    signed = standing.house.token(person="p-e2e", roles=ROLES, organisation=uuid4())
    headers = {"Authorization": f"Bearer {signed}"}
    async with httpx.AsyncClient(
        base_url=standing.house.url, headers=headers, timeout=60
    ) as client:
        whole: Document = (await client.get("/openapi.json")).json()
        things = await _things(client)
        seen = 0
        for path, operations in whole["paths"].items():
            if "get" in operations and path not in NOT_PAGES:
                for place in _places(path, things):
                    answer = await client.get(place)
                    _is_documented(place, answer, operations["get"], whole)
                    seen += answer.is_success
    assert seen > 80


async def _things(client: httpx.AsyncClient) -> Mapping[str, Sequence[str]]:
    """The ids of what there is, by the plural of its kind."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for line in (await client.get("/v1/events")).text.splitlines():
        parts = json.loads(line)["subject"].split("/")
        for kind, id in zip(parts[::2], parts[1::2], strict=True):
            found[re.sub("y$", "ie", kind).removesuffix("s") + "s"][id] = None
    return {kind: list(ids) for kind, ids in found.items()}


def _places(path: str, things: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The path of some things that are there, or of one that is not."""
    first = PARAMETER.search(path)
    known = things.get(first[1], ())[-EACH:] if first else ()

    def filled(id: str) -> str:
        return re.sub(r"\{[^}]*\}", str(uuid4()), re.sub(r"\{[^}]*\}", id, path, count=1))

    return [filled(id) for id in known] or [filled(str(uuid4()))]


def _is_documented(
    place: str, answer: httpx.Response, operation: Document, whole: Document
) -> None:
    """Its status, its media type, and its shape."""
    told = f"{place}: {answer.status_code} {answer.text[:500]}"
    assert str(answer.status_code) in operation["responses"], told
    content = operation["responses"][str(answer.status_code)]["content"]
    media_type = answer.headers["content-type"].partition(";")[0]
    assert media_type in {each.partition(";")[0] for each in content}, told
    if media_type.endswith("json"):
        shape = content[media_type]["schema"] | {"components": whole["components"]}
        errors = [error.message for error in Draft202012Validator(shape).iter_errors(answer.json())]
        assert not errors, f"{told}\n{errors[:3]}"
