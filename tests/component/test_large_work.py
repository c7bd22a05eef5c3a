"""Large work takes turns, and nobody else is stopped meanwhile by a look for cycles."""

from __future__ import annotations

import asyncio
import gc
import sys

from services.measurement.application.turns import GIVES_WAY_SECONDS, USUAL_SECONDS, Turns


async def test_until_the_last_is_done_no_cycles_are_looked_for() -> None:
    imports, preparations = Turns("imports"), Turns("preparations")
    async with imports.taken():
        async with preparations.taken():
            assert not gc.isenabled()
            assert sys.getswitchinterval() < USUAL_SECONDS
        assert not gc.isenabled()
        assert abs(sys.getswitchinterval() - GIVES_WAY_SECONDS) < 1e-6
    assert gc.isenabled()
    assert abs(sys.getswitchinterval() - USUAL_SECONDS) < 1e-6


async def test_two_of_a_kind_follow_one_another() -> None:
    turns, under_way, most = Turns("preparations"), 0, 0

    async def work() -> None:
        nonlocal under_way, most
        async with turns.taken():
            under_way += 1
            most = max(most, under_way)
            await asyncio.to_thread(int)
            under_way -= 1

    await asyncio.gather(*(work() for _ in range(5)))
    assert most == 1
