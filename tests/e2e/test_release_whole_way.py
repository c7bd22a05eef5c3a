"""A release's whole way through an empty house: real servers, real broker, everybody by HTTP.

Nobody plays anything: partners send and certify, a release is prepared, approved by another person
and published; its recipient pulls it through the gateway and checks it with nothing but the key.
Then a figure is corrected, the release restated, and what came before is held against what comes.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import pytest

from infra.runtime import Kind
from tests.bundles import flipped
from tests.callers import ORGANISATION, Caller
from tests.component.measuring import DEFINITION
from tests.component.releasing import (
    BAYSIDE,
    DEPARTMENT,
    GLEN_EIRA,
    H2,
    KINGSTON,
    WHY,
    Feeding,
    share,
)
from tests.e2e.foreign_witness import NAME, ForeignWitness, listening
from tests.e2e.standing import ROOT, Standing
from tests.integration.test_audit_log import a_moment

FEED = "/v1/feeds/bgk-department"
COUNTED = ((BAYSIDE, 4, 9), (GLEN_EIRA, 40, 80), (KINGSTON, 100, 160))
SECONDS = 90


class Witnessed(NamedTuple):
    house: Standing
    by: ForeignWitness


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Witnessed]:
    """An empty house, and a witness of somebody else's that its policy names."""
    folder, witness = tmp_path_factory.mktemp("live"), ForeignWitness()
    with listening(witness) as url:
        (folder / "policy").write_text(f"witness elsewhere {witness} {url}\nquorum elsewhere\n")
        policy = {"COMMONWEAL_LOG_POLICY": str(folder / "policy")}
        standing = Standing(folder / "data", Kind.LIVE, **policy)
        standing.up()
        witness.keys = standing.house.keys
        yield Witnessed(standing, witness)
        standing.down()


class Partners(Feeding):
    """Everybody at the gateway's door, each with a token of the house's own issuer."""

    def __init__(self, empty: Witnessed, stack: AsyncExitStack) -> None:
        self.door, self.witness = empty.house.house, empty.by
        self._stack = stack
        self.people: dict[str, Caller] = {}
        self.under: dict[str, str] = {}

    async def person(self, name: str, *roles: str, organisation: UUID = ORGANISATION) -> Caller:
        bearer = self.door.token(person=name, roles=roles, organisation=organisation)
        caller = Caller(bearer=bearer, base_url=self.door.url, timeout=30, trust_env=False)
        self.people[name] = await self._stack.enter_async_context(caller)
        return self.people[name]

    async def verify(self, submission: str) -> None:
        said = {"method": "Against the registers", "sample": 1}
        await self.vera.done(f"/v1/submissions/{submission}/verifications", said)

    async def give_out(self, release: str, because: dict[str, Any]) -> None:
        """As soon as a signed checkpoint holds all of it."""
        published = f"{release}/publications"
        await until(lambda: self.certifier.ask(published, because))


@pytest.fixture
async def partners(empty: Witnessed) -> AsyncIterator[Partners]:
    async with AsyncExitStack() as stack:
        found = Partners(empty, stack)
        await found.person("coordinator", "backbone-coordinator")
        await found.person("steward", "data-steward")
        await found.person("vera", "data-steward")
        await found.person("certifier", "certifier")
        await found.person("officer", "funder", organisation=DEPARTMENT)
        places = [{"scheme": "ASGS", "edition": "3", "code": "20803"}]
        said = {"name": "Bay Young People", "places": places}
        began = await found.coordinator.done("/v1/initiatives", said)
        found.initiative = UUID(began["id"])
        proposed = f"/v1/initiatives/{found.initiative}/indicators"
        said = {"code": "I4", "name": "Engaged"}
        # Measurement hears of the initiative from the broker.
        made = await until(lambda: found.coordinator.ask(proposed, said))
        found.indicator = UUID(made.json()["id"])
        definitions = f"/v1/indicators/{found.indicator}/definitions"
        await found.coordinator.done(definitions, {"definition": DEFINITION})
        yield found


async def until(
    asked: Callable[[], Awaitable[httpx.Response]],
    holds: Callable[[httpx.Response], object] = lambda answer: answer.is_success,
) -> httpx.Response:
    """The answer when it has come to be so: facts travel, and checkpoints are a second away."""
    async with asyncio.timeout(SECONDS):
        while not holds(answer := await asked()):
            await a_moment()
    return answer


async def pulled(partners: Partners, number: int, folder: Path) -> Path:
    """A release's bundle as its recipient has it."""
    path = f"{FEED}/releases/{number}.zip"
    file = folder / f"{number}.zip"
    file.write_bytes((await until(lambda: partners.officer.get(path))).content)
    return file


def verified(*said: str | Path) -> tuple[int, str]:
    """What the single file of the docs says of a bundle, in a process of its own."""
    command = [sys.executable, str(ROOT / "docs/verify.py"), *map(str, said)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout


async def agreed(partners: Partners, folder: Path) -> tuple[str, Path]:
    """The key in the funding agreement, and a policy that asks for both witnesses."""
    keys = {
        key.split("+")[0]: key for key in (await partners.officer.get("/log/keys")).text.split()
    }
    log = next(key for name, key in keys.items() if name.endswith("/log/measurement"))
    gateway = next(key for name, key in keys.items() if name.endswith("/log/witness"))
    assert keys[NAME] == str(partners.witness)
    policy = folder / "policy"
    policy.write_text(
        f"witness gateway {gateway}\nwitness other {partners.witness}\n"
        "group both all gateway other\nquorum both\n"
    )
    return log, policy


async def cosigned(partners: Partners) -> None:
    """From now on the foreign witness knows the log: those who do not answer are passed over for
    half a minute, and it did not know the house's keys before there were any."""
    await until(
        lambda: partners.officer.get("/log/measurement/checkpoint"),
        lambda note: f"\u2014 {NAME} " in note.text,
    )


async def test_what_partners_certify_reaches_a_funder_who_need_not_trust_anybody(
    partners: Partners, tmp_path: Path
) -> None:
    series = await partners.observe(COUNTED)
    profile = await partners.define()
    draft = await partners.prepare(profile)
    judged = {"purpose": "monitoring", "determination": "sufficient"}
    await partners.steward.done(f"{draft}/determinations", judged)
    own = await partners.steward.ask(f"{draft}/approvals", {})
    assert own.status_code in (403, 422), "who prepared it approved it"
    await partners.certifier.done(f"{draft}/approvals", {})
    assert (await partners.officer.get(f"{FEED}/releases/1.zip")).status_code == 404
    await partners.give_out(draft, {})

    await cosigned(partners)
    first = await pulled(partners, 1, tmp_path)
    key, policy = await agreed(partners, tmp_path)
    code, table = verified(first, "--key", key, "--policy", policy)
    assert (code, "nothing replaces this one" in table) == (0, True), table
    assert "+ holds          Witnesses saw the same log" in table

    replaces = await restated(partners, profile, draft, series[2])
    second = await pulled(partners, 2, tmp_path)
    code, table = verified(second, "--key", key, "--policy", policy, "--previous", first)
    assert (code, f"this one replaces {replaces}" in table) == (0, True), table
    assert "+ holds          The log was only added to since what you had before" in table
    second.write_bytes(flipped(second.read_bytes()))
    assert verified(second, "--key", key)[0] == 1


async def restated(partners: Partners, profile: str, release: str, series: str) -> str:
    """Three of Kingston's were none: P10 opens a restatement, and the next release is one."""
    now = {"period": H2, "was": share(100, 160), "now": share(97, 160), "reason": WHY}
    await partners.steward.done(f"{series}/corrections", now)
    await until(lambda: partners.steward.get(release), lambda seen: seen.json()["to_restate"])
    await partners.certifier.done(f"{series}/certifications", {})
    replaces = release.rpartition("/")[2]
    await partners.publish(profile, replaces=replaces, reason=WHY)
    return replaces
