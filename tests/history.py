"""The history that is kept in tests/data/history: one run of the demonstration."""

from __future__ import annotations

import lzma
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import orjson

from gateway.journal import SOURCES
from infra.kernel.line import Line
from infra.messaging import Carried
from tests.integration.gateway_house import GatewayHouse
from tests.lines import History

FOLDER = Path(__file__).parent / "data" / "history"


@cache
def kept_lines() -> tuple[bytes, ...]:
    """One source after another, each in sequence."""
    return tuple(lzma.decompress((FOLDER / "scenario.jsonl.xz").read_bytes()).splitlines())


def kept() -> History:
    told = History()
    for text in kept_lines():
        carried = Carried(Line.read(text), text.decode())
        told.lines[carried.source].append(carried)
    told.now = max(lines[-1].line.recordedtime for lines in told.lines.values())
    assert set(told.lines) == set(SOURCES)
    return told


class View(NamedTuple):
    """A page of the gateway as its OpenAPI document names it, with ids of the kept history."""

    template: str
    ids: Mapping[str, str]
    query: Mapping[str, str] = {}

    @property
    def path(self) -> str:
        return self.template.format(**self.ids)

    @property
    def name(self) -> str:
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


OF_INITIATIVE = (
    *("timeline", "progress", "overview", "process-metrics", "scorecard", "commitment-ledger"),
    *("reinforcement-graph", "decisions", "measure-changes", "target-changes", "stories"),
)


def views() -> list[View]:
    """Every page that can be asked about the kept history."""
    lines = [orjson.loads(line) for line in kept_lines()]

    def things(fact: str) -> list[str]:
        found = [line for line in lines if line["type"] == f"commonweal.{fact}.v1"]
        return [line["subject"].rpartition("/")[2] for line in found]

    initiatives = things("agenda.initiative-registered")
    shown = [View("/v1/initiatives", {}), View("/v1/portfolio", {}), View("/v1/feeds", {})]
    shown += [View("/v1/head", {}), View("/v1/read-models", {})]
    shown += [
        View(f"/v1/initiatives/{{id}}/{page}", {"id": id})
        for page in OF_INITIATIVE
        for id in initiatives
    ]
    shown += [View("/v1/cycles/{id}", {"id": id}) for id in things("agenda.cycle-opened")]
    shown += [View("/v1/decisions/{id}", {"id": id}) for id in things("agenda.proposal-raised")]
    observations = "/v1/indicators/{id}/observations"
    for indicator in things("measurement.indicator-adopted"):
        shown.append(View(observations, {"id": indicator}))
        shown.append(View("/v1/indicators/{id}/results", {"id": indicator}))
        supposed = {"target": "50"}
        shown.append(View("/v1/indicators/{id}/what-if", {"id": indicator}, supposed))
        shown += [
            View(f"{observations}/{{series_id}}/{{start}}/{{end}}", cell)
            for cell in _cells(lines, indicator)
        ]
    shown.append(View("/v1/search", {}, {"q": "young people"}))
    shown.append(View("/v1/read-models/{name}/digest", {"name": "observations"}))
    return shown


def _cells(lines: list[dict[str, Any]], indicator: str) -> Iterator[dict[str, str]]:
    """A value that was corrected, or else the last one."""
    of = [line for line in lines if line["data"].get("indicator_id") == indicator]
    changed = [line for line in of if "observation-deduplicated" in line["type"]]
    recorded = [line for line in of if "observations-recorded" in line["type"]]
    for line in (changed or recorded)[-1:]:
        value = line["data"].get("now") or line["data"]["observations"][-1]
        series = line["subject"].rpartition("/")[2]
        yield {"id": indicator, "series_id": series, "start": value["start"], "end": value["end"]}


async def take_kept(house: GatewayHouse) -> None:
    await house.take(kept())
