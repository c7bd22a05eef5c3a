"""The services' signed logs for anybody: checkpoints, tiles and proofs, to be checked offline.

Hashes tell nothing of what they are of (each line has a salt), so they need no token; lines do.
"""

from __future__ import annotations

import base64
from itertools import islice
from typing import Annotated, Any, NamedTuple

import orjson
from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.initiatives import SOURCE
from gateway.audit import Seen, Witness
from infra.audit.checkpoint import Checkpoint, Proof
from infra.audit.merkle import EMPTY_ROOT, Span, consistency, continues, includes, inclusion
from infra.audit.tiles import asked
from infra.kernel import NotFound
from infra.web.auth import LOG_READERS, allow, authenticate
from infra.web.commands import PROBLEMS
from infra.web.problems import Problem

router = APIRouter(tags=["proof"])
TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
FOR_EVER = "max-age=31536000, immutable"
NEVER_KEPT = {"Cache-Control": "no-store"}
LARGEST = 2**62


def shown(kind: str, what: str, *statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route answers, for its document."""
    schema = {"type": "string"}
    return {
        200: {"content": {kind: {"schema": schema}}, "description": what},
        **{status: PROBLEMS[status] for status in statuses},
    }


class TreeView(BaseModel):
    """A log at one size."""

    size: int
    root: str = Field(description="The root hash, as base 64.")


class ConsistencyView(BaseModel):
    """That the newer tree begins with the older one (RFC 6962, 2.1.2)."""

    origin: str
    old: TreeView
    new: TreeView
    proof: list[str] = Field(description="Hashes, as base 64.")


@router.get("/log/keys", responses=shown("text/plain", "C2SP verifier keys, one a line", 404))
async def read_keys(request: Request) -> Response:
    """The public keys of all logs and of the witness.

    Compare them with the ones in your agreement: a key that came with what it verifies proves
    nothing.
    """
    keys = "".join(f"{key}\n" for key in _witness(request).public_keys())
    return Response(keys, media_type=TEXT, headers=NEVER_KEPT)


@router.get(
    "/log/{service}/checkpoint", responses=shown("text/plain", "A C2SP checkpoint", 404, 409, 503)
)
async def read_checkpoint(request: Request, service: SOURCE) -> Response:
    """How large the log is and the hash of all of it, signed by the log, cosigned by the gateway.

    409 where the service shows a log that does not continue the one that was seen before.
    """
    seen = await _witness(request).see(service)
    return Response(seen.note, media_type=TEXT, headers=NEVER_KEPT)


@router.get("/log/{service}/tile/{path:path}", responses=shown(BYTES, "Hashes, or lines", 404, 503))
async def read_tile(request: Request, service: SOURCE, path: str) -> Response:
    """The tree as C2SP tlog-tiles lays it out: `0/x001/234`, `1/000.p/17`, `entries/000`.

    Entry bundles hold whole lines, so they take a token of whoever may read these.
    """
    logs = _witness(request).logs
    wanted = asked(path)
    if wanted is None:
        raise NotFound(kind="tile", id=f"{service}/{path}")
    if wanted.entries:
        allow(authenticate(request), LOG_READERS)
        lines = await logs.entries(service, path, request.headers["authorization"])
        return Response(lines, media_type=BYTES, headers={"Cache-Control": f"private, {FOR_EVER}"})
    hashes = await logs.tile(service, wanted.tile)
    return Response(hashes, media_type=BYTES, headers={"Cache-Control": f"public, {FOR_EVER}"})


@router.get(
    "/log/{service}/proof/{sequence}", responses=shown("text/plain", "A C2SP tlog-proof", 404, 503)
)
async def read_proof(
    request: Request, service: SOURCE, sequence: Annotated[int, Path(ge=1, le=LARGEST)]
) -> Response:
    """That a line stands at its place in the log: a file to keep beside the line.

    404 while no signed checkpoint holds the line: that takes a second or two.
    """
    witness = _witness(request)
    seen = await witness.see(service)
    size = seen.checkpoint.size
    if sequence > size:
        raise NotFound(kind="proof", id=f"{service}:{sequence}")
    place = sequence - 1
    spans = [Span(place, sequence), *inclusion(place, size)]
    root = seen.checkpoint.root
    found = await witness.logs.proof(
        service, spans, size, lambda them: includes(them[0], place, size, them[1:], root)
    )
    if found is None:
        raise unproven(service, seen)
    name = f'attachment; filename="{service}-{sequence}.tlog-proof"'
    headers = {**NEVER_KEPT, "Content-Disposition": name}
    return Response(
        str(Proof(place, tuple(found[1:]), seen.note)), media_type=TEXT, headers=headers
    )


@router.get(
    "/log/{service}/consistency",
    response_model=ConsistencyView,
    responses={status: PROBLEMS[status] for status in (404, 409, 503)},
)
async def read_consistency(
    request: Request,
    service: SOURCE,
    old: Annotated[int, Query(ge=0, le=LARGEST, description="The size that you have.")],
    new: Annotated[
        int | None, Query(ge=0, le=LARGEST, description="Default: of the present checkpoint.")
    ] = None,
) -> Response:
    """That nothing was changed or taken out between two sizes of the log."""
    witness = _witness(request)
    seen = await witness.see(service)
    size = seen.checkpoint.size
    new = size if new is None else new
    if not old <= new <= size:
        raise NotFound(kind="proof", id=f"{service}:{old}-{new}")
    asked_for = Between(old, new, seen.checkpoint)
    found = await witness.logs.proof(service, asked_for.spans(), size, asked_for.holds)
    if found is None:
        raise unproven(service, seen)
    roots, proof, _ = asked_for.parts(found)
    body = {
        "origin": seen.checkpoint.origin,
        "old": {"size": old, "root": _text(roots[0])},
        "new": {"size": new, "root": _text(roots[1])},
        "proof": [_text(each) for each in proof],
    }
    return Response(orjson.dumps(body), media_type="application/json", headers=NEVER_KEPT)


class Between(NamedTuple):
    """Two sizes of a log, both held against its signed checkpoint."""

    old: int
    new: int
    signed: Checkpoint

    def spans(self) -> list[Span]:
        """The roots, the proof, and the proof from there to the checkpoint."""
        roots = [Span(0, size) for size in (self.old, self.new) if size]
        onward = consistency(self.new, self.signed.size)
        return [*roots, *consistency(self.old, self.new), *onward]

    def parts(self, found: list[bytes]) -> tuple[list[bytes], list[bytes], list[bytes]]:
        rest = iter(found)
        roots = [next(rest) if size else EMPTY_ROOT for size in (self.old, self.new)]
        proof = list(islice(rest, len(consistency(self.old, self.new))))
        return roots, proof, list(rest)

    def holds(self, found: list[bytes]) -> bool:
        (older, newer), proof, onward = self.parts(found)
        _, size, root = self.signed
        return continues(self.old, older, self.new, newer, proof) and continues(
            self.new, newer, size, root, onward
        )


def unproven(service: str, seen: Seen) -> Problem:
    """The tiles do not give the signed root: the service shows something else than it signed."""
    return Problem(
        409,
        "log-inconsistent",
        f"The tiles of the {service} log do not hash to its checkpoint. Keep it, ask who runs it.",
        shown=seen.note,
    )


def _witness(request: Request) -> Witness:
    witness: Witness | None = request.app.state.witness
    if witness is None:
        raise NotFound(kind="log", id="of this gateway")
    return witness


def _text(hash_: bytes) -> str:
    return base64.b64encode(hash_).decode()
