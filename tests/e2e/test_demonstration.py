"""The plan - do - review - improve story through real HTTP, PostgreSQL and a Kafka broker."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import subprocess
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from gateway.demonstration import check, tour
from infra.runtime import House
from tests.e2e.standing import ROOT, Standing

SERVICES = ("agenda", "measurement", "activities")
SEQUENCE = re.compile(r'"sequence":"(\d{20})"')


def token(house: House, role: str = "evaluator") -> dict[str, str]:
    signed = house.token(person="p-e2e", roles=(role,), organisation=UUID(int=7))
    return {"Authorization": f"Bearer {signed}"}


async def lines(house: House, **query: str) -> list[str]:
    async with httpx.AsyncClient(base_url=house.url, timeout=30, headers=token(house)) as client:
        answer = await client.get("/v1/events", params=query)
        assert answer.status_code == 200, answer.text
        return answer.text.splitlines()


async def test_every_answer_of_the_demonstration_is_right(standing: Standing) -> None:
    assert await check(standing.house) == []


async def test_each_line_of_the_tour_works_as_it_stands(standing: Standing, tmp_path: Path) -> None:
    text = await tour(standing.house)
    lines = re.findall(r"^(?: {4,}\S.*| {2}(?:export|get\(\)).*)$", text, re.MULTILINE)
    assert len(lines) > 20
    said = "\n".join(lines).replace("curl -sS", "curl -fsS")
    said = said.replace(".venv/bin/", f"{ROOT}/.venv/bin/")
    done = await asyncio.to_thread(
        subprocess.run,
        ["bash", "-c", f"set -euo pipefail\n{said}"],
        cwd=tmp_path,
        env={name: told for name, told in os.environ.items() if name != "COMMONWEAL_DATA"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for words in (
        "61.3",
        "Ring back on Mondays.",
        "series_id,definition_version",
        "does not prove",
    ):
        assert words in done.stdout


async def test_the_replay_is_what_each_service_wrote_byte_for_byte(standing: Standing) -> None:
    house = standing.house
    replayed = await lines(house)
    for source in SERVICES:
        address = standing.processes()[source]["address"]
        headers = token(house, "developer")
        async with httpx.AsyncClient(base_url=address, headers=headers, timeout=30) as client:
            written = (await client.get("/events", params={"limit": "5000"})).text.splitlines()
        ours = [line for line in replayed if f'"source":"/{source}"' in line]
        assert _digest(ours) == _digest(written)
        sequences = [int(SEQUENCE.findall(line)[-1]) for line in written]
        assert sequences == list(range(1, len(written) + 1))


async def test_recorded_times_are_the_scenarios_days(standing: Standing) -> None:
    initiative = standing.story["initiative"]
    told = [json.loads(line) for line in await lines(standing.house, initiative=initiative)]
    assert min(line["recordedtime"] for line in told) < "2021-09-28"
    corrected = next(line for line in told if line["type"].endswith("deduplicated.v1"))
    assert corrected["recordedtime"].startswith("2023-03-19T23:")  # 10:00 in Melbourne
    assert all(line["time"] <= line["recordedtime"] for line in told)


@pytest.mark.parametrize("day", ["2022-03-15", "2023-02-20", "2023-03-25"])
async def test_a_past_cut_does_not_move_when_facts_are_added(standing: Standing, day: str) -> None:
    house, initiative = standing.house, standing.story["initiative"]
    path = f"/v1/initiatives/{initiative}/progress"
    headers = token(house, "partner-representative")
    async with httpx.AsyncClient(base_url=house.url, headers=headers, timeout=30) as client:
        before = await client.get(path, params={"as_known_at": day})
        written = await client.post(
            f"/v1/initiatives/{initiative}/learning-notes",
            json={"note": "Ring back on Mondays.", "occurred_at": "2022-01-01T00:00:00Z"},
            headers={"Idempotency-Key": str(uuid4())},
        )
        assert written.status_code == 201, written.text
        position = written.headers["commonweal-position"]
        timeline = f"/v1/initiatives/{initiative}/timeline"
        now = (await client.get(timeline, params={"wait_for": position, "limit": "500"})).json()
        while "next" in now:  # other tests may have written much
            now = (await client.get(timeline, params={"cursor": now["next"]})).json()
        assert position in [fact["position"] for fact in now["facts"]]
        after = await client.get(path, params={"as_known_at": day})
    assert before.content == after.content


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


async def test_a_stranger_checks_the_frozen_evidence_line_by_line(standing: Standing) -> None:
    """By the canonical JSON of what was frozen, and the bytes of each line that is cited."""
    house, cycle = standing.house, f"/v1/cycles/{standing.story['cycle']}"
    async with httpx.AsyncClient(base_url=house.url, headers=token(house), timeout=30) as client:
        packs = (await client.get(cycle)).json()["review"]["evidence"]
        assert [pack["title"] for pack in packs] == ["E1", "E2"]
        for pack in packs:
            for ref in pack["cites"]["refs"]:
                served = await client.get(ref.pop("line"))
                assert ref.pop("intact") is True
                ref.pop("since", None)  # said beside it since; what was frozen stays
                assert hashlib.sha256(served.content).hexdigest() == ref["sha256"]
            canonical = json.dumps(
                pack["cites"], ensure_ascii=False, separators=(",", ":"), sort_keys=True
            )
            assert hashlib.sha256(canonical.encode()).hexdigest() == pack["content_sha256"]
