"""`python -m gateway serve|carry`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gateway.carrying import carry
from infra.runtime import run
from infra.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def face(settings: Settings, poke: Callable[[], None]) -> ASGIApp:
    """Loaded by those who serve: the child that carries has no use for it."""
    from gateway import app

    return app.face(settings, poke)


if __name__ == "__main__":
    run("gateway", face, carry)
