"""A whole embedded house of the benchmark's own, as `commonweal up` puts it up."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from bench.paired import say
from gateway.cli.composition import Composition
from infra.runtime import Folder, House, Kind, Supervisor

ROLES = ("backbone-coordinator", "indicator-owner", "partner-representative")


class Standing(NamedTuple):
    """A house that answers, and where each of its processes does."""

    house: House
    addresses: Mapping[str, str]

    @property
    def signed(self) -> dict[str, str]:
        """The headers of a partner who may do what the benchmarks do."""
        token = self.house.token(
            person="bench", roles=ROLES, organisation=UUID(int=8), client="bench"
        )
        return {"Authorization": f"Bearer {token}"}


@contextlib.asynccontextmanager
async def standing() -> AsyncIterator[Standing]:
    """Stands as long as the block lasts, and leaves nothing behind."""
    with tempfile.TemporaryDirectory(prefix="commonweal-bench-") as name:
        folder = Folder(Path(name) / "live", Kind.LIVE)
        composition = Composition.of(folder, port=0)
        try:
            async with Supervisor(folder, say) as supervisor:
                house = await composition.stand_up(supervisor, say)
                yield Standing(house, {one.part.name: one.part.address for one in supervisor.parts})
        finally:
            composition.forget()
