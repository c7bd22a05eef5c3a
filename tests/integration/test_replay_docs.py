"""The examples of docs/replay.md, as they stand there, against a gateway with the kept history."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pyarrow.parquet as pq
import pytest

from gateway.replay import ContractUnknown
from gateway.replay.typed import UPCASTS, Event, versions
from infra.kernel.line import Line
from tests.callers import named, token
from tests.conftest import Database
from tests.contract.examples import example, facts
from tests.history import kept_lines, take_kept
from tests.integration.gateway_house import PACKAGES, gateway_on
from tests.integration.test_gateway_replay import Served, serving
from tests.lines import History

PAGE = Path(__file__).parents[2] / "docs" / "replay.md"
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
async def served(database: Database) -> AsyncIterator[Served]:
    async with gateway_on(await database("gateway", packages=PACKAGES)) as house:
        await take_kept(house)
        async with serving(house.app) as url:
            yield Served(house, url, None, "")


async def test_every_example_runs_and_says_something(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    for code in EXAMPLES:
        names = {"url": served.url, "token": token("d", "developer")}
        await asyncio.to_thread(exec, compile(code, str(PAGE), "exec"), names)
        assert len(capsys.readouterr().out) > 20
    assert len(EXAMPLES) == 3


async def test_parquet_holds_every_line_as_it_is(served: Served, tmp_path: Path) -> None:
    file = tmp_path / "history.parquet"
    assert await served.replay("--format", "parquet", "--out", str(file)) == 0
    table = pq.read_table(file)
    lines = kept_lines()
    assert table["line"].to_pylist() == [line.decode() for line in lines]
    first: dict[str, Any] = table.slice(0, 1).to_pylist()[0]
    line = orjson.loads(lines[0])
    assert first["recordedtime"] == datetime.fromisoformat(line["recordedtime"])
    assert (first["sequence"], first["actor"]) == (1, line["data"]["provenance"]["actor"])
    assert orjson.loads(first["data"]) == line["data"]
    assert os.listdir(tmp_path) == ["history.parquet"]


async def test_days_of_recording_bound_a_replay(served: Served, tmp_path: Path) -> None:
    file, days = tmp_path / "some.jsonl", ("2022-04-27", "2022-12-31")
    for _ in range(2):  # the second time it goes on, and there is nothing more
        assert await served.replay("--out", str(file), "--from", days[0], "--to", days[1]) == 0
    recorded = [orjson.loads(line)["recordedtime"] for line in file.read_bytes().splitlines()]
    wanted = [
        line["recordedtime"]
        for line in map(orjson.loads, kept_lines())
        if "2022-04-26T14" <= line["recordedtime"] < "2022-12-31T13"  # as days are in Melbourne
    ]
    assert recorded == wanted != []


@pytest.mark.parametrize("fact", sorted(facts()))
def test_every_fact_is_an_event_with_typed_content(fact: str) -> None:
    data = {name: said for name, said in example(fact).items() if name != "provenance"}
    line = History().tell(fact, f"initiative/{named('it')}/thing/{named('thing')}", data).text
    told = Event(line.encode())
    assert told.fact == fact
    assert told.data.provenance.actor == "person-1"
    whole = Line.read(told.line)
    assert told.attributes == msgspec.structs.replace(whole, written=msgspec.Raw(b"{}"))
    assert (told.sequence, told.time) == (1, told.attributes.time)
    with pytest.raises(AttributeError):
        told.nothing_such  # noqa: B018
    assert type(told.data).__name__.lower() == fact.partition(".")[2].replace("-", "")


def test_an_earlier_version_is_brought_to_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    line = next(line for line in kept_lines() if b"agenda.initiative-registered.v1" in line)
    older = line.replace(b"initiative-registered.v1", b"initiative-registered.v0")
    older = older.replace(b'"name":', b'"title":')
    monkeypatch.setitem(
        UPCASTS,
        ("agenda.initiative-registered", 0),
        lambda data: {**data, "name": data["title"]},
    )
    assert Event(older).data.name == Event(line).data.name
    with pytest.raises(ContractUnknown, match=r"initiative-registered\.v9"):
        _ = Event(line.replace(b"registered.v1", b"registered.v9")).data


def test_every_version_that_was_published_has_its_step() -> None:
    missing = {
        (fact, version)
        for fact, newest in versions().items()
        for version in range(1, newest)
        if (fact, version) not in UPCASTS
    }
    assert missing == set()
