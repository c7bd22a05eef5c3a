"""The played house is proven to a stranger, who has its public files and nothing else of it."""

from __future__ import annotations

from uuid import UUID

import httpx
import pytest

from infra.audit.checkpoint import Proof, read, witnessed
from infra.audit.note import NotSigned, VerifierKey
from tests.e2e.standing import Standing


@pytest.mark.parametrize("service", ["agenda", "measurement", "activities"])
def test_every_log_is_signed_and_any_of_its_lines_proven(standing: Standing, service: str) -> None:
    house = standing.house
    reader = house.token(person="p-1", roles=["developer"], organisation=UUID(int=7))
    with httpx.Client(base_url=house.url, trust_env=False, timeout=20) as public:
        keys = {
            key.name: key for key in map(VerifierKey.parse, public.get("/log/keys").text.split())
        }
        log = keys[f"commonweal.local/log/{service}"]
        witness = keys["commonweal.local/log/witness"]
        note = public.get(f"/log/{service}/checkpoint").text
        size = read(note, log.name, [log]).size
        assert witnessed(note, witness) > 0
        assert size > 10
        for sequence in (1, size // 2, size):
            line = public.get(
                f"/v1/events/{service}/{sequence}", headers={"Authorization": f"Bearer {reader}"}
            ).content
            proof = Proof.parse(public.get(f"/log/{service}/proof/{sequence}").text)
            assert proof.holds(line, log.name, [log], [witness]).size >= size
            with pytest.raises(NotSigned):
                proof.holds(line.replace(b'"', b"'", 1), log.name, [log])
