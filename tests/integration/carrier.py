"""`python -m tests.integration.carrier service|journal OPTIONS`: a child to be killed."""

from __future__ import annotations

import asyncio
import json
import sys
import threading

from gateway.journal import carry_gateway
from infra.messaging import carry_service
from tests.integration.carrying import a_token, settings


async def main(what: str, options: dict[str, object]) -> None:
    hint, stop = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    name = str(options.pop("name", "agenda"))
    chosen = settings(**options)  # type: ignore[arg-type]

    def parent_gone() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=parent_gone, daemon=True).start()
    if what == "journal":
        await carry_gateway(chosen, hint, stop, token=a_token)
    else:
        await carry_service(name, chosen, hint, stop, reads={}, token=a_token)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], json.loads(sys.argv[2])))
