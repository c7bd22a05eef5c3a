"""A whole house with tiny apps: what the supervisor's tests start, kill and end.

python -m tests.integration.tiny_house FOLDER
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from infra.runtime import (
    App,
    CannotStart,
    EmbeddedKafka,
    EmbeddedPostgres,
    Folder,
    FolderRefused,
    Kind,
    Ports,
    Supervisor,
)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def up(folder: Folder) -> None:
    ports = Ports(folder.path / "ports.json")
    postgres = EmbeddedPostgres(
        folder.path / "postgresql",
        port=ports.claim("postgresql"),
        password=folder.secret("postgresql"),
    )
    async with Supervisor(folder, say) as house:
        await house.start(postgres, EmbeddedKafka(port=ports.claim("broker")))
        await house.step("a piece of work", asyncio.sleep(0))
        apps = [_app(folder, ports, name) for name in ("one", "two")]
        await house.start(*apps)
        say(house.table())
        say("up")
        await house.until_told()


def _app(folder: Folder, ports: Ports, name: str) -> App:
    notes = folder.path / name
    notes.mkdir(exist_ok=True)
    return App(
        name=name,
        module="tests.integration.tiny",
        port=ports.claim(name),
        environment={"TINY_NOTES": str(notes)},
    )


if __name__ == "__main__":
    try:
        opened = Folder(Path(sys.argv[1]), Kind.LIVE)
        with opened.lock():
            asyncio.run(up(opened))
    except (FolderRefused, CannotStart) as refusal:
        sys.exit(str(refusal))
