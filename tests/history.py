"""The history that is kept in tests/data/history: one run of the demonstration."""

from __future__ import annotations

import lzma
from functools import cache
from pathlib import Path

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
        carried = Carried(Line.model_validate_json(text), text.decode())
        told.lines[carried.source].append(carried)
    told.now = max(lines[-1].line.recordedtime for lines in told.lines.values())
    assert set(told.lines) == set(SOURCES)
    return told


async def take_kept(house: GatewayHouse) -> None:
    await house.take(kept())
