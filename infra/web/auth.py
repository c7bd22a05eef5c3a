"""Who is asking, and what that makes of the act: provenance is composed here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from starlette.requests import Request

from infra.kernel import Act, Command, IdempotencyKey, Provenance, uuid7
from infra.kernel.act import Answer
from infra.web.problems import Problem
from infra.web.tokens import Token, Unauthenticated, Verifier

ROLES = (
    "backbone-coordinator",
    "partner-representative",
    "community-representative",
    "data-provider",
    "data-steward",
    "certifier",
    "indicator-owner",
    "indigenous-data-authority",
    "evaluator",
    "funder",
    "auditor",
    "developer",
    "public",
)
READERS = frozenset(ROLES)
OUTSIDERS = frozenset({"funder", "public"})
"""They see the figures that were released to them, and no others."""
INSIDERS = READERS - OUTSIDERS
LOG_READERS = INSIDERS
"""Who may read whole lines."""
WRITERS = READERS - {"evaluator", "auditor", "developer", "public"}
KEEPERS = WRITERS - OUTSIDERS
"""Who may write figures, and see in the answer what stands."""
TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
KEY = re.compile(r"[\x21-\x7e]{1,200}")
ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')


def authenticate(request: Request) -> Token:
    """The verified token of this request."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Problem(
            401,
            "unauthenticated",
            "This needs a bearer token: `Authorization: Bearer …` (see `commonweal token`).",
            headers={"WWW-Authenticate": "Bearer"},
        )
    verifier: Verifier = request.app.state.verifier
    try:
        return verifier.verify(token)
    except Unauthenticated as error:
        raise Problem(
            401,
            "unauthenticated",
            str(error),
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        ) from error


def allow(token: Token, roles: frozenset[str]) -> str:
    """The first of the caller's roles that may do this; 403 where none may."""
    for role in token.roles:
        if role in roles:
            return role
    raise Problem(
        403,
        "role-not-allowed",
        f"None of your roles ({', '.join(token.roles)}) may do this;"
        f" it takes one of: {', '.join(sorted(roles))}.",
    )


def from_outside(token: Token) -> bool:
    """Whether the caller sees released figures only."""
    return INSIDERS.isdisjoint(token.roles)


async def compose(
    request: Request,
    token: Token,
    role: str,
    command: Command,
    *,
    idempotency: IdempotencyKey | None,
    answering: Callable[[Any], Answer] | None,
) -> Act:
    """The act of this request: from the token, the headers and the command's own words."""
    party = command.on_behalf_of
    headers = request.headers
    traceparent = headers.get("traceparent", "")
    return Act(
        provenance=Provenance(
            actor=token.sub,
            role=role,
            organisation=token.organisation,
            client=token.client_id,
            on_behalf_of=None if party is None else str(party),
            authority=f"role:{role}",
            reason=command.reason,
            evidence=command.evidence,
            cycle_id=command.cycle_id,
        ),
        time=command.occurred_at,
        correlation_id=request.scope.get("correlation_id") or str(uuid7()),
        traceparent=traceparent if TRACEPARENT.fullmatch(traceparent) else None,
        idempotency=idempotency,
        answering=answering,
        expected_version=expected_version(headers.get("if-match")),
        delegations=None if party is None else await _delegated(request, party, token),
    )


async def _delegated(request: Request, party: UUID, token: Token) -> Mapping[UUID, UUID]:
    """What covers an act on behalf of this party today, by initiative; one question."""
    state = request.app.state
    today = state.clock.now().astimezone(state.timezone).date()
    found = await state.delegations.between(party, token.organisation)
    return {one.initiative_id: one.id for one in found if one.holds(today)}


def idempotency_key(request: Request) -> str:
    """The caller's Idempotency-Key; 400 without one."""
    key = request.headers.get("idempotency-key", "")
    if not KEY.fullmatch(key):
        raise Problem(
            400,
            "idempotency-key-required",
            "Every write carries an Idempotency-Key header of 1 to 200 printable characters:"
            " a fresh UUID per command, and the same one when the command is repeated.",
        )
    return key


def expected_version(if_match: str | None) -> int | None:
    """The version that If-Match names; None without the header or for `*`."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = ETAG.fullmatch(if_match.strip())
    if found is None:
        raise Problem(400, "malformed-if-match", 'If-Match takes an ETag such as "7", or *.')
    return int(found[1])
