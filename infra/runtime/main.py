"""Every app's command line: `python -m services.agenda serve`, and the child it brings, `carry`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import uvicorn
import uvloop

from infra.runtime.child import Child, listen
from infra.runtime.ports import LOOPBACK
from infra.settings import Settings
from infra.web.heads import Heads

if TYPE_CHECKING:
    from starlette.types import ASGIApp

DRAIN_SECONDS = 5
END_SECONDS = 7

CreateApp = Callable[[Settings, Callable[[], None]], "ASGIApp"]
"""(settings, poke) -> the app. `poke()` after an append wakes the carrying child."""

Carry = Callable[[Settings, asyncio.Event, asyncio.Event], Awaitable[None]]
"""(settings, hint, stop): carries what was appended, soon after each hint, until `stop` is set."""


def run(name: str, create_app: CreateApp, carry: Carry) -> None:
    """What `__main__` of each app calls; `name` is its module."""
    parser = argparse.ArgumentParser(prog=f"python -m {name}", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="answer requests, and keep the carrying child")
    serving.add_argument("--host", default=LOOPBACK)
    serving.add_argument("--port", type=int, required=True)
    commands.add_parser("carry", help="what serve starts: carry until standard input ends")
    arguments = parser.parse_args()
    settings = Settings.from_environment()
    if arguments.command == "carry":
        uvloop.run(_carry(settings, carry))
    else:
        uvloop.run(_serve(name, create_app, settings, arguments.host, arguments.port))


async def _serve(
    name: str, create_app: CreateApp, settings: Settings, host: str, port: int
) -> None:
    child = Child(sys.executable, "-m", name, "carry")
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings, child.poke),
            host=host,
            port=port,
            http=Heads,
            lifespan="on",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
    )
    # uvicorn raises the signal again once it has drained; then there is still the child to end.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, server.handle_exit)
    async with child:
        await server.serve()
    if not server.started:
        sys.exit(3)


async def _carry(settings: Settings, carry: Carry) -> None:
    """Carry until the parent is gone or a signal comes, and not much longer."""
    hint, stop = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    ends = asyncio.create_task(listen(hint, stop))
    work = asyncio.ensure_future(carry(settings, hint, stop))
    await asyncio.wait([ends, work], return_when=asyncio.FIRST_COMPLETED)
    signal.alarm(END_SECONDS)  # whatever hangs now, in whatever thread: the kernel ends it
    ends.cancel()
    await work
