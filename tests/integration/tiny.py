"""A web process with nothing to do: what the runtime's tests start, kill and end.

    TINY_NOTES=folder python -m tests.integration.tiny serve --port 1234

`POST /poke` pokes the carrying child, which adds a line to `folder/hints` for each hint it takes.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from infra.runtime import run
from infra.settings import Settings


def create_app(settings: Settings, poke: Callable[[], None]) -> Starlette:
    if Path(os.environ["TINY_NOTES"]).name == os.environ.get("TINY_BREAKS"):
        raise RuntimeError("broken on purpose")

    async def ready(request: Request) -> PlainTextResponse:
        return PlainTextResponse("ready")

    async def hint(request: Request) -> PlainTextResponse:
        poke()
        return PlainTextResponse("poked")

    return Starlette(routes=[Route("/health/ready", ready), Route("/poke", hint, methods=["POST"])])


async def carry(settings: Settings, hint: asyncio.Event, stop: asyncio.Event) -> None:
    notes = Path(os.environ["TINY_NOTES"])
    (notes / "carrying").write_text(str(os.getpid()))
    stopping = asyncio.create_task(stop.wait())
    while not stop.is_set():
        hinted = asyncio.create_task(hint.wait())
        await asyncio.wait([hinted, stopping], return_when=asyncio.FIRST_COMPLETED)
        hinted.cancel()
        if hint.is_set():
            hint.clear()
            with (notes / "hints").open("a") as file:
                file.write("hint\n")
    (notes / "ended").write_text("in good order")


if __name__ == "__main__":
    run("tests.integration.tiny", create_app, carry)
