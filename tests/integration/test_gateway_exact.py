"""As known at is exact: every page, byte for byte, however lines arrived and whatever came later.

Histories are random; in them anything may be told that a contract allows, on any day, about the
same few things. The gateway is asked through its own door, with its memory of answers.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlencode

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gateway.api.remembered import Memory
from gateway.journal import Vector
from gateway.readmodels import MODELS
from tests.conftest import Database
from tests.history import OF_INITIATIVE
from tests.integration import gateway_registers as registers
from tests.integration.gateway_house import PACKAGES, GatewayHouse, gateway_on
from tests.integration.gateway_registers import CELL, INITIATIVE, THING
from tests.integration.test_gateway_cuts import TABLES, mixed
from tests.lines import BEGIN, History, take
from tests.servers import PostgresServer

INDICATOR = f"/v1/indicators/{THING}"
PAGES = (
    *(f"/v1/initiatives/{INITIATIVE}/{page}" for page in OF_INITIATIVE),
    *("/v1/initiatives", "/v1/portfolio", "/v1/search?q=text+or+title+or+name"),
    *(f"/v1/cycles/{THING}", f"/v1/decisions/{THING}", f"{INDICATOR}/observations"),
    *(f"{INDICATOR}/results", f"{INDICATOR}/what-if?target=50"),
    f"{INDICATOR}/observations/{CELL.series_id}/{CELL.start}/{CELL.end}",
    *(f"/v1/read-models/{model.name}/digest" for model in MODELS),
)
SLOW = settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a shorter history would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Emptied:
    """A gateway whose journal begins anew with each history."""

    def __init__(self, house: GatewayHouse, owner: asyncpg.Connection[asyncpg.Record]) -> None:
        self.house, self._owner = house, owner

    async def empty(self) -> None:
        await self._owner.execute(f"TRUNCATE {TABLES}")
        self.house.app.state.memory = Memory()
        self.house.journal._take(None)  # what it heard of the journal is gone

    async def told(self, history: History, draw: st.DataObject) -> None:
        for source, lines in mixed(history, draw):
            sink = self.house.sink
            await take(self.house.pool, sink, source, lines, known_through=BEGIN)
        last = {s: lines[-1].sequence for s, lines in history.lines.items() if lines}
        assert await self.house.journal.wait_for(Vector(last))

    async def answers(self, **cut: str) -> dict[str, tuple[int, bytes]]:
        found = {}
        for page in PAGES:
            asked = f"{page}{'&' if '?' in page else '?'}{urlencode(cut)}"
            answer = await self.house.caller.get(asked)
            assert answer.status_code in (200, 404), (page, answer.text)
            found[page] = (answer.status_code, answer.content)
        return found


@pytest.fixture
async def gateway(database: Database, postgres_server: PostgresServer) -> AsyncIterator[Emptied]:
    dsn = await database("gateway", packages=PACKAGES)
    owner = await asyncpg.connect(f"{postgres_server.dsn}/{dsn.rpartition('/')[2]}")
    async with gateway_on(dsn) as house:
        yield Emptied(house, owner)
    await owner.close()


def registered() -> History:
    """An initiative, so that there are pages."""
    told = History()
    subject = f"initiative/{INITIATIVE}"
    place = {"scheme": "asgs-sa3", "edition": "3", "code": "20801"}
    told.tell("agenda.initiative-registered", subject, {"name": "BGK", "places": [place]})
    proposed = f"{subject}/indicator/{THING}"
    told.tell("measurement.indicator-proposed", proposed, {"code": "I1", "name": "Engaged"})
    return told


@SLOW
@given(
    said=registers.HISTORIES,
    later=registers.HISTORIES,
    draw=st.data(),
    days=st.none() | st.integers(-5, 60),
)
async def test_every_page_at_a_cut_is_the_same_for_ever(
    gateway: Emptied,
    said: list[registers.Said],
    later: list[registers.Said],
    draw: st.DataObject,
    days: int | None,
) -> None:
    early = registers.story(said, registered())
    whole = registers.story([*said, *later], registered())
    day = {} if days is None else {"as_at": str((BEGIN + timedelta(days=days)).date())}
    cut = {"as_known_at": early.vector, **day}
    await gateway.empty()
    await gateway.told(early, draw)
    expected = await gateway.answers(**cut)
    assert days is not None or sum(status == 200 for status, _ in expected.values()) > 20
    await gateway.empty()
    await gateway.told(early.part_of(whole), draw)  # the same facts, arriving in another order
    assert await gateway.answers(**cut) == expected
    await gateway.told(early.rest_of(whole), draw)
    assert await gateway.answers(**cut) == expected
    gateway.house.app.state.memory = Memory()
    assert await gateway.answers(**cut) == expected
