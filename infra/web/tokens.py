"""Signed tokens: who a request comes from. Ed25519 (EdDSA) only; keys come from a pinned file."""

from __future__ import annotations

import hashlib
import os
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from uuid import UUID

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import OKPAlgorithm
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from infra.kernel.provenance import Code, Reference

AUDIENCE = "commonweal"
ALGORITHM = "EdDSA"
LEEWAY = 30
CACHED_SECONDS = 60.0
CACHED_TOKENS = 10_000
HEADERS = {"alg", "typ", "kid"}
"""No other header is taken: not jku, x5u, jwk or crit."""


class Unauthenticated(Exception):
    """The bearer token is missing, forged, expired or not for this house."""


class Token(BaseModel):
    """The claims that the house reads."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=False)

    sub: Reference
    client_id: Reference
    organisation: UUID
    roles: Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)]
    exp: int


@dataclass(frozen=True)
class Verifier:
    """Checks signatures against a fixed set of keys, and remembers what it checked.

    A verified token is kept by its digest until `exp`, at most 60 s, at most 10,000 of them.
    """

    keys: dict[str, Ed25519PublicKey]
    issuer: str
    _seen: OrderedDict[bytes, tuple[float, Token]]

    @classmethod
    def from_file(cls, path: str, issuer: str) -> Verifier:
        document = orjson.loads(Path(path).read_bytes())
        try:
            keys = {key["kid"]: OKPAlgorithm.from_jwk(key) for key in document["keys"]}
        except jwt.InvalidKeyError as error:
            raise ValueError(f"{path} holds a key that is not Ed25519: {error}") from error
        public = {kid: key for kid, key in keys.items() if isinstance(key, Ed25519PublicKey)}
        if len(public) < len(keys):
            raise ValueError(f"{path} holds a key that is not an Ed25519 public key")
        return cls(public, issuer, OrderedDict())

    def verify(self, token: str) -> Token:
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        kept = self._seen.get(digest)
        if kept is not None and kept[0] > time.time():
            return kept[1]
        verified = self._check(token)
        self._seen[digest] = (min(time.time() + CACHED_SECONDS, verified.exp), verified)
        if len(self._seen) > CACHED_TOKENS:
            self._seen.popitem(last=False)
        return verified

    def _check(self, token: str) -> Token:
        try:
            header = jwt.get_unverified_header(token)
            if not header.keys() <= HEADERS:
                raise Unauthenticated("The token's header has fields that are not taken here.")
            key = self.keys.get(str(header.get("kid")))
            if key is None:
                raise Unauthenticated("The token is signed by a key that is not known here.")
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=self.issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "aud", "iss", "sub"]},
            )
            if type(claims["exp"]) is not int:
                raise Unauthenticated("The token's exp is not a whole number of seconds.")
            return Token.model_validate(claims)
        except jwt.PyJWTError as error:
            raise Unauthenticated(f"The token is not accepted: {error}.") from error
        except ValidationError as error:
            names = ", ".join(str(e["loc"][0]) for e in error.errors() if e["loc"])
            raise Unauthenticated(
                f"The token lacks what every request carries: {names}."
            ) from error


def make_keys(folder: Path) -> None:
    """Give the embedded issuer its key pair, once: `issuer.pem` (0600) and `jwks.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    private = folder / "issuer.pem"
    if private.exists():
        return
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    kid = hashlib.sha256(key.public_key().public_bytes_raw()).hexdigest()[:16]
    jwk = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": kid, "use": "sig"}
    (folder / "jwks.json").write_bytes(orjson.dumps({"keys": [jwk]}))
    with open(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)


def issue(
    folder: Path,
    *,
    issuer: str,
    person: str,
    roles: Sequence[str],
    organisation: UUID,
    client: str,
    seconds: int = 3_600,
) -> str:
    """A token of the embedded issuer, whose keys `make_keys` laid in `folder`."""
    key = load_pem_private_key((folder / "issuer.pem").read_bytes(), password=None)
    assert isinstance(key, Ed25519PrivateKey)
    kid = orjson.loads((folder / "jwks.json").read_bytes())["keys"][0]["kid"]
    now = int(time.time())
    claims = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": person,
        "client_id": client,
        "organisation": str(organisation),
        "roles": list(roles),
        "iat": now,
        "exp": now + seconds,
    }
    return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": kid})


SERVICE_SECONDS = 600


class ServiceToken:
    """The token with which one process asks another: for the log, as nobody in particular."""

    def __init__(self, folder: Path, *, issuer: str, name: str) -> None:
        self._folder, self._issuer, self._name = folder, issuer, name
        self._token, self._until = "", 0.0

    def __call__(self) -> str:
        if time.time() > self._until:
            self._until = time.time() + SERVICE_SECONDS / 2
            self._token = issue(
                self._folder,
                issuer=self._issuer,
                person=f"service:{self._name}",
                roles=["developer"],
                organisation=UUID(int=0),
                client=f"commonweal-{self._name}",
                seconds=SERVICE_SECONDS,
            )
        return self._token
