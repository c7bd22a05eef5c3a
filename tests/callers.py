"""Who asks in tests: persons of one house, each with a token of its own, without sockets."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx
from starlette.types import ASGIApp

from infra.web import Verifier, tokens
from infra.web.shell import Shell

ISSUER = "commonweal-tests"
ORGANISATION = UUID(int=0xC0FFEE)


@cache
def keys() -> Path:
    """The folder of this test run's issuer."""
    folder = Path(tempfile.mkdtemp(prefix="commonweal-keys-"))
    tokens.make_keys(folder)
    return folder


def verifier() -> Verifier:
    return Verifier.from_file(str(keys() / "jwks.json"), ISSUER)


def token(
    person: str = "person-1",
    *roles: str,
    organisation: UUID = ORGANISATION,
    client: str = "tests",
    seconds: int = 3_600,
) -> str:
    return tokens.issue(
        keys(),
        issuer=ISSUER,
        person=person,
        roles=roles or ("backbone-coordinator",),
        organisation=organisation,
        client=client,
        seconds=seconds,
    )


class Caller(httpx.AsyncClient):
    """A person with a token. `ask` is a command with a fresh idempotency key."""

    def __init__(self, app: ASGIApp | None = None, *, bearer: str = "", **more: Any) -> None:
        if app is not None:
            more |= {"transport": httpx.ASGITransport(Shell(app)), "base_url": "http://house"}
        self.app = app
        # To load certificates for http takes longer than most questions.
        more = {"verify": False, "headers": {"Authorization": f"Bearer {bearer or token()}"}} | more
        super().__init__(**more)

    async def ask(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        key: str = "",
        method: str = "POST",
        **headers: str,
    ) -> httpx.Response:
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers["Idempotency-Key"] = key or str(uuid4())
        return await self.request(method, path, json=dict(body), headers=headers)

    async def done(self, path: str, body: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        """The answer of a command that must succeed."""
        response = await self.ask(path, body, **more)
        assert response.is_success, response.text
        answer: dict[str, Any] = response.json()
        return answer


def named(text: str) -> UUID:
    """The same UUID for the same words, so that a story can be told twice."""
    return uuid5(ORGANISATION, text)
