"""The gateway's face alone, on a database of the benchmark's: `python -m bench.gateway PORT`.

Made as `python -m gateway serve` makes it, but without the child that follows the services: the
journal here was filled by hand, and nobody carries anything to it.
"""

from __future__ import annotations

import sys

import uvicorn
import uvloop

from gateway.app import face
from infra.settings import Settings

DATABASE = "commonweal_replay"


class OnOurDatabase(Settings):
    """The environment's settings; no house's own database is touched."""

    def database(self, name: str) -> str:
        return f"{self.postgres}/{DATABASE}"


async def serve(port: int) -> None:
    config = uvicorn.Config(
        face(OnOurDatabase.from_environment(), lambda: None),
        port=port,
        http="httptools",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
