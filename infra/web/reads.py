"""Routes that show one aggregate: now, at a version, or as it was known at an instant.

Lists, joins and histories are the gateway's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from infra.eventstore import Repository
from infra.eventstore.repository import LATEST, WHOLE_LOG
from infra.kernel import Aggregate
from infra.web.auth import READERS, allow, authenticate, from_outside
from infra.web.commands import PROBLEMS
from infra.web.known_at import AsKnownAt, known

VERSION = Query(ge=1, le=2**31 - 1, description="The aggregate as it was at this version.")

READ: dict[int | str, dict[str, Any]] = {
    304: {"description": "Not changed since the ETag in If-None-Match"},
    **{status: PROBLEMS[status] for status in (401, 403, 404, 422, 429, 503)},
}


@dataclass(frozen=True)
class Reads:
    router: APIRouter

    def one(
        self,
        path: str,
        kind: type[Aggregate],
        view: type[BaseModel],
        *,
        id_of: Callable[[UUID], UUID] = lambda id: id,
        roles: frozenset[str] = READERS,
        outside: type[BaseModel] | None = None,
    ) -> None:
        """Show an aggregate at `path`, whose `{id}` is its own or, through `id_of`, its owner's.
        `outside`: how funders and the public see it, if otherwise."""

        async def read(
            request: Request,
            id: UUID,
            version: Annotated[int | None, VERSION] = None,
            as_known_at: AsKnownAt = None,
        ) -> Response:
            token = authenticate(request)
            allow(token, roles)
            repository: Repository = request.app.state.repository
            cut = await known(request, as_known_at) if as_known_at is not None else None
            if version is None and cut is None:
                aggregate: Any = await repository.get(kind, id_of(id))
            else:
                aggregate = await repository.get_known(
                    kind,
                    id_of(id),
                    version=version or LATEST,
                    sequence=cut.sequence if cut else WHOLE_LOG,
                )
            etag = f'"{aggregate.version}"'
            if request.headers.get("if-none-match") == etag:
                return Response(status_code=304, headers={"ETag": etag})
            shown: Any = outside if outside and from_outside(token) else view
            body = shown.of(aggregate).model_dump_json(exclude_none=True).encode()
            if cut is not None:
                body = b'%s,"known_at":%s}' % (body[:-1], cut.shown())
            return Response(body, media_type="application/json", headers={"ETag": etag})

        word = kind.kind().replace("-", " ")
        self.router.add_api_route(
            path,
            read,
            methods=["GET"],
            name=f"read_{kind.kind().replace('-', '_')}",
            summary=f"The {word}, now, at a version or as known at",
            response_model=view,
            responses=READ,
        )
