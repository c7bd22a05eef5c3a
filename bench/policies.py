"""From an event that one service publishes to its policy's effect that another one publishes.

In a whole embedded house 100 definitions of indicators are changed a second, so that values before
and after do not compare; measurement publishes that. By policy P4 activities marks the claim of
whoever says that he contributes to the indicator, and publishes that. When each was published is
read from the broker's own records afterwards: the time that its producer put on it.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import orjson
from kafka import KafkaConsumer, TopicPartition

from bench import cpu
from bench.lean import Answer, Client
from bench.paired import Figure, at_least, at_most, keep, percentile, say
from bench.standing import Standing, standing

PER_SECOND, SECONDS, WARMING_SECONDS = 100, 20, 5
MEDIAN_MS, P99_MS = 250, 1_000
LEAST_RATE = 0.95 * PER_SECOND
INDICATORS = 100
PATIENCE_SECONDS = 60
AGAIN_SECONDS = 0.1
TOPIC = "commonweal.{}"
CAUSE = "commonweal.measurement.indicator-definition-changed.v1"
EFFECT = "commonweal.activities.contribution-marked-for-review.v1"
DEFINITION = {
    "name": "Young people supported who are still engaged",
    "unit": "%",
    "level": "performance",
    "polarity": "higher-is-better",
}
WHY = {"code": "definition-changed", "text": "Measured over a longer time."}


async def main() -> list[Figure]:
    for attempt in ("first", "second"):
        say(f"policies: {attempt} run, {PER_SECOND} causes a second for {SECONDS} s")
        figures: list[Figure] = []
        async with standing() as house:
            figures = await measured(house)
        if not figures:  # the supervisor was told to end, and did
            sys.exit("ended before it was measured")
        if all(figure.ok for figure in figures):
            break
    keep("policies", figures)
    return figures


async def measured(house: Standing) -> list[Figure]:
    async with Client(house.house.url, house.signed) as door:
        indicators = await claimed(door)
    async with Client(house.addresses["measurement"], house.signed) as measurement:
        partner = Partner(measurement, indicators)
        await partner.change_for(WARMING_SECONDS)
        before, count = cpu.spent(), PER_SECOND * SECONDS
        rate = await partner.change_for(SECONDS)
        after = cpu.spent()
    lags = (await asyncio.to_thread(published, house.addresses["broker"], partner.count))[-count:]
    say(
        f"  {count} effects, {rate:.1f} causes/s, published {min(lags):.0f} to {max(lags):.0f} ms"
        f" after their causes; load {os.getloadavg()[0]:.1f}"
    )
    say(f"  {cpu.report(before, after, count)}")
    return [
        at_least("policies.rate", rate, LEAST_RATE, "causes/s"),
        at_most("policies.median", percentile(lags, 0.5), MEDIAN_MS, "ms"),
        at_most("policies.p99", percentile(lags, 0.99), P99_MS, "ms"),
    ]


async def claimed(door: Client) -> list[str]:
    """Indicators, to each of which one activity claims to contribute."""
    place = {"scheme": "asgs-sa3", "edition": "3", "code": "20801"}
    initiative = await done(door, "/v1/initiatives", {"name": "Bench", "places": [place]})
    within = f"/v1/initiatives/{initiative['id']}"
    await framed(door, within)
    activity = await done(door, f"{within}/activities", {"title": "Desk", "strategies": []})
    indicators = []
    for number in range(INDICATORS):
        named = {"code": f"I{number}", "name": DEFINITION["name"]}
        indicator = await done(door, f"{within}/indicators", named)
        path = f"/v1/indicators/{indicator['id']}"
        await done(door, f"{path}/definitions", {"definition": DEFINITION})
        indicators.append(indicator["id"])
    for id in indicators:
        claim = {"indicator_id": id, "mechanism": "Calls within ten days.", "confidence": "medium"}
        await done(door, f"/v1/activities/{activity['id']}/contribution-claims", claim)
    return indicators


async def framed(door: Client, within: str) -> None:
    """A framework that is adopted, so that contributions may be claimed."""
    outcome = {"title": "Re-engaged", "wording": "Young people learn or work."}
    agenda = await done(door, f"{within}/common-agenda/outcomes", outcome)
    framework = f"{within}/measurement-framework"
    await done(door, framework, {"title": "What we watch"})
    gap = {"outcome_id": agenda["outcomes"][0]["outcome_id"], "gap": "All", "plan": "Count."}
    await done(door, f"{framework}/gaps", gap)
    await done(door, f"{framework}/adoptions", {})


async def done(client: Client, path: str, body: object, **headers: str) -> Any:
    """Repeated with its key where something is not known there yet, or the house is too busy."""
    key = {"Idempotency-Key": str(uuid4())}
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer: Answer = await client.post(path, body, **key, **headers)
            if "retry-after" not in answer.headers:
                return answer.expect(HTTPStatus.CREATED, HTTPStatus.OK).json()
            await asyncio.sleep(AGAIN_SECONDS)


@dataclass
class Partner:
    """Changes one definition after the other at a steady pace, whether it was answered or not."""

    measurement: Client
    indicators: list[str]
    count: int = 0

    def __post_init__(self) -> None:
        # Each indicator is handed on with its version: one change of it at a time.
        self._free: asyncio.Queue[tuple[str, int]] = asyncio.Queue()
        for indicator in self.indicators:
            self._free.put_nowait((indicator, 2))

    async def change_for(self, seconds: float) -> float:
        """So many were answered a second."""
        since = time.perf_counter()
        async with asyncio.TaskGroup() as changes:
            for number in range(int(seconds * PER_SECOND)):
                await asyncio.sleep(since + number / PER_SECOND - time.perf_counter())
                changes.create_task(self._change())
        return seconds * PER_SECOND / (time.perf_counter() - since)

    async def _change(self) -> None:
        indicator, version = await self._free.get()
        self.count += 1
        other = DEFINITION | {"name": f"{DEFINITION['name']}, {self.count}"}
        await done(
            self.measurement,
            f"/v1/indicators/{indicator}/definition-changes",
            {"definition": other, "comparable": False, "reason": WHY},
            **{"If-Match": f'"{version}"'},
        )
        self._free.put_nowait((indicator, version + 1))


def published(bootstrap: str, count: int) -> list[float]:
    """Milliseconds from each cause's publication to its effect's, in the order of the causes."""
    causes = {line["id"]: at for line, at in records(bootstrap, "measurement", CAUSE, count)}
    effects = {
        line["causationid"]: at for line, at in records(bootstrap, "activities", EFFECT, count)
    }
    assert causes.keys() == effects.keys(), (len(causes), len(effects))
    return [effects[id] - at for id, at in causes.items()]


def records(
    bootstrap: str, service: str, type_: str, count: int
) -> Iterator[tuple[Mapping[str, Any], int]]:
    """So many lines of this type, each with the broker's time stamp in milliseconds."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, metrics_enabled=False)
    partition, until = TopicPartition(TOPIC.format(service), 0), time.monotonic() + PATIENCE_SECONDS
    consumer.assign([partition])
    consumer.seek(partition, 0)
    try:
        yield from itertools.islice(_lines(consumer, type_, until), count)
    finally:
        consumer.close(autocommit=False)


def _lines(
    consumer: KafkaConsumer, type_: str, until: float
) -> Iterator[tuple[Mapping[str, Any], int]]:
    while time.monotonic() < until:
        for found in consumer.poll(timeout_ms=200).values():
            for record in found:
                line = orjson.loads(record.value)
                if line.get("type") == type_:
                    yield line, record.timestamp
    raise TimeoutError(f"not all {type_} were published in {PATIENCE_SECONDS} s")
