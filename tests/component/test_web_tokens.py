"""Forged tokens: every way in that we know of is shut, and each refusal is a 401 that says so."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from infra.web import Verifier, tokens
from infra.web.auth import authenticate
from infra.web.problems import Problem, response
from infra.web.tokens import CACHED_SECONDS, CACHED_TOKENS, Unauthenticated
from tests.callers import ISSUER, keys, token, verifier

KID = json.loads((keys() / "jwks.json").read_bytes())["keys"][0]["kid"]
PRIVATE: Any = load_pem_private_key((keys() / "issuer.pem").read_bytes(), None)
PUBLIC = PRIVATE.public_key()
RSA = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
EC = ec.generate_private_key(ec.SECP256R1())
SOMEBODY = ed25519.Ed25519PrivateKey.generate()


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims(**change: Any) -> dict[str, Any]:
    now = int(time.time())
    said = {
        "iss": ISSUER,
        "aud": "commonweal",
        "sub": "person-1",
        "client_id": "tests",
        "organisation": str(UUID(int=1)),
        "roles": ["auditor"],
        "iat": now,
        "exp": now + 600,
    } | change
    return {name: value for name, value in said.items() if value is not ...}


def signed(header: dict[str, Any] | None = None, key: Any = PRIVATE, **change: Any) -> str:
    """By our own hand, so that any header and any claim can be told."""
    said = {"alg": "EdDSA", "typ": "JWT", "kid": KID} | (header or {})
    said = {name: value for name, value in said.items() if value is not ...}
    text = f"{b64(json.dumps(said).encode())}.{b64(json.dumps(claims(**change)).encode())}"
    return f"{text}.{b64(key.sign(text.encode()))}"


def changed(part: int, change: Callable[[str], str]) -> str:
    parts = signed().split(".")
    parts[part] = change(parts[part])
    return ".".join(parts)


def by_secret(secret: bytes, alg: str = "HS256") -> str:
    """The public key taken as the secret of an HMAC: the classic confusion."""
    head = b64(json.dumps({"alg": alg, "typ": "JWT", "kid": KID}).encode())
    text = f"{head}.{b64(json.dumps(claims()).encode())}"
    return f"{text}.{b64(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


def with_jwk() -> str:
    raw = SOMEBODY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return signed({"jwk": {"kty": "OKP", "crv": "Ed25519", "x": b64(raw)}}, SOMEBODY)


def unsigned(alg: str) -> str:
    head = b64(json.dumps({"alg": alg, "typ": "JWT", "kid": KID}).encode())
    return f"{head}.{b64(json.dumps(claims()).encode())}."


NOW = int(time.time())
RAW = PUBLIC.public_bytes(Encoding.Raw, PublicFormat.Raw)
PEM = PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
FORGED: dict[str, Callable[[], str]] = {
    # No signature, another algorithm, another key
    "alg none": lambda: unsigned("none"),
    "alg None": lambda: unsigned("None"),
    "alg NONE": lambda: unsigned("NONE"),
    "alg empty": lambda: unsigned(""),
    "no alg": lambda: signed({"alg": ...}),
    "HMAC with the raw public key": lambda: by_secret(RAW),
    "HMAC with the PEM public key": lambda: by_secret(PEM),
    "HMAC said to be EdDSA": lambda: by_secret(RAW, "EdDSA"),
    "HMAC with an empty secret": lambda: by_secret(b""),
    "HMAC with the kid": lambda: by_secret(KID.encode()),
    "RS256": lambda: jwt.encode(claims(), RSA, "RS256", headers={"kid": KID}),
    "PS256": lambda: jwt.encode(claims(), RSA, "PS256", headers={"kid": KID}),
    "ES256": lambda: jwt.encode(claims(), EC, "ES256", headers={"kid": KID}),
    "somebody else's Ed25519": lambda: signed(key=SOMEBODY),
    "ES256 said of an EdDSA signature": lambda: signed({"alg": "ES256"}),
    "RS256 said of an EdDSA signature": lambda: signed({"alg": "RS256"}),
    "alg as a list": lambda: signed({"alg": ["EdDSA"]}),
    # The header leads elsewhere
    "no kid": lambda: signed({"kid": ...}),
    "unknown kid": lambda: signed({"kid": "0000"}),
    "kid is a path": lambda: signed({"kid": "../../../dev/null"}),
    "kid is SQL": lambda: signed({"kid": "' OR 1=1 --"}),
    "kid is a number": lambda: signed({"kid": 0}),
    "jwk in the header": with_jwk,
    "jku in the header": lambda: signed({"jku": "http://127.0.0.1/keys"}, SOMEBODY),
    "jku beside our own signature": lambda: signed({"jku": "http://127.0.0.1/keys"}),
    "x5u in the header": lambda: signed({"x5u": "http://127.0.0.1/cert"}),
    "x5c in the header": lambda: signed({"x5c": ["MII"]}),
    "crit in the header": lambda: signed({"crit": ["exp"]}),
    "zip in the header": lambda: signed({"zip": "DEF"}),
    "b64 in the header": lambda: signed({"b64": False, "crit": ["b64"]}),
    # Changed after it was signed
    "a claim changed": lambda: changed(1, lambda _: b64(json.dumps(claims(sub="boss")).encode())),
    "a role added": lambda: changed(
        1, lambda _: b64(json.dumps(claims(roles=["data-steward"])).encode())
    ),
    "the signature cut": lambda: changed(2, lambda text: text[:-4]),
    "the signature empty": lambda: changed(2, lambda _: ""),
    "the signature of zeros": lambda: changed(2, lambda _: b64(bytes(64))),
    "a byte of the signature": lambda: changed(
        2, lambda text: ("B" if text[0] == "A" else "A") + text[1:]
    ),
    # Time
    "expired": lambda: signed(exp=NOW - 3_600),
    "expired past the leeway": lambda: signed(exp=int(time.time()) - 40),
    "not yet": lambda: signed(nbf=int(time.time()) + 3_600),
    "issued tomorrow": lambda: signed(iat=int(time.time()) + 86_400),
    "no exp": lambda: signed(exp=...),
    "no iat": lambda: signed(iat=...),
    "exp is a text": lambda: signed(exp="9999999999"),
    "exp is a float": lambda: signed(exp=time.time() + 600),
    "exp is infinite": lambda: signed(exp=float("inf")),
    "exp is true": lambda: signed(exp=True),
    "exp is null": lambda: signed(exp=None),
    # For whom and from whom
    "another issuer": lambda: signed(iss="somebody"),
    "no issuer": lambda: signed(iss=...),
    "an issuer among others": lambda: signed(iss=[ISSUER]),
    "another audience": lambda: signed(aud="another-house"),
    "no audience": lambda: signed(aud=...),
    # What every request carries
    "no sub": lambda: signed(sub=...),
    "sub is a name": lambda: signed(sub="Mary Smith"),
    "sub is a number": lambda: signed(sub=7),
    "sub is empty": lambda: signed(sub=""),
    "no client": lambda: signed(client_id=...),
    "no organisation": lambda: signed(organisation=...),
    "organisation is no UUID": lambda: signed(organisation="the council"),
    "no roles": lambda: signed(roles=...),
    "roles empty": lambda: signed(roles=[]),
    "roles is a word": lambda: signed(roles="data-steward"),
    "a role with a newline": lambda: signed(roles=["auditor\nX-Role: data-steward"]),
    "too many roles": lambda: signed(roles=["auditor"] * 21),
    # No token at all
    "empty": lambda: "",
    "one word": lambda: "token",
    "three dots": lambda: "...",
    "four parts": lambda: signed() + ".e30",
    "not base64": lambda: "§.§.§",
    "null bytes": lambda: b64(b"\x00") + "." + b64(b"\x00") + "." + b64(b"\x00"),
    "a claims list": lambda: f"{signed().split('.')[0]}.{b64(b'[]')}.{signed().split('.')[2]}",
    "100 KiB": lambda: "A" * 100_000,
}


async def who(request: Request) -> JSONResponse:
    try:
        found = authenticate(request)
    except Problem as problem:
        return response(problem, request.url.path)  # type: ignore[return-value]
    return JSONResponse({"sub": found.sub, "roles": list(found.roles)})


def caller() -> httpx.AsyncClient:
    app = Starlette(routes=[Route("/who", who)])
    app.state.verifier = verifier()
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://house")


def test_there_are_more_than_forty_ways() -> None:
    assert len(FORGED) > 60


async def test_our_own_token_is_taken() -> None:
    async with caller() as client:
        for bearer in (token("person-1", "auditor"), signed()):
            answer = await client.get("/who", headers={"Authorization": f"Bearer {bearer}"})
            assert answer.json() == {"sub": "person-1", "roles": ["auditor"]}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
async def test_a_forged_token_is_refused(forge: Callable[[], str]) -> None:
    async with caller() as client:
        for _ in range(2):  # a refusal is not remembered as an acceptance
            header = f"Bearer {forge()}".encode()
            answer = await client.get("/who", headers={b"Authorization": header})
            assert answer.status_code == 401, answer.text
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert answer.json()["type"] == "/problems/unauthenticated"


@pytest.mark.parametrize("header", ["", "Bearer", "Basic abc", "bearer", f"Token {'x' * 9}", "  "])
async def test_no_bearer_is_no_token(header: str) -> None:
    async with caller() as client:
        answer = await client.get("/who", headers={"Authorization": header})
        assert answer.status_code == 401
        assert (await client.get("/who")).status_code == 401


def test_a_verified_token_is_kept_for_a_minute_and_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checks: list[str] = []
    real = Verifier._check

    def counted(self: Verifier, token: str) -> tokens.Token:
        checks.append(token)
        return real(self, token)

    monkeypatch.setattr(Verifier, "_check", counted)
    mine = verifier()
    text = signed()
    for _ in range(5):
        mine.verify(text)
    assert len(checks) == 1
    now = time.time()
    monkeypatch.setattr("infra.web.tokens.time.time", lambda: now + CACHED_SECONDS + 1)
    mine.verify(text)
    assert len(checks) == 2


def test_a_verified_token_is_never_kept_past_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    mine, ends = verifier(), int(time.time()) + 2
    text = signed(exp=ends)
    mine.verify(text)
    monkeypatch.setattr("infra.web.tokens.time.time", lambda: ends + 0.1)
    checks: list[str] = []
    monkeypatch.setattr(Verifier, "_check", lambda self, token: checks.append(token))
    with pytest.raises(AttributeError):  # it is checked again, here by nobody
        mine.verify(text)
    assert checks == [text]


def test_no_more_tokens_are_kept_than_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = verifier()
    kept = mine._check(signed())
    monkeypatch.setattr(Verifier, "_check", lambda self, token: kept)
    for number in range(CACHED_TOKENS + 50):
        mine.verify(str(number))
    assert len(mine._seen) == CACHED_TOKENS


def test_only_ed25519_keys_are_trusted(tmp_path: Any) -> None:
    key = jwt.algorithms.RSAAlgorithm.to_jwk(RSA.public_key(), as_dict=True) | {"kid": "rsa"}
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [key]}))
    with pytest.raises(ValueError, match="Ed25519"):
        Verifier.from_file(str(tmp_path / "jwks.json"), ISSUER)


def test_the_issuers_key_is_its_own(tmp_path: Any) -> None:
    tokens.make_keys(tmp_path)
    before = (tmp_path / "issuer.pem").read_bytes()
    assert (tmp_path / "issuer.pem").stat().st_mode & 0o777 == 0o600
    tokens.make_keys(tmp_path)
    assert (tmp_path / "issuer.pem").read_bytes() == before
    other = tokens.issue(
        tmp_path, issuer=ISSUER, person="p", roles=["r"], organisation=UUID(int=1), client="c"
    )
    with pytest.raises(Unauthenticated, match="not known"):
        verifier().verify(other)
