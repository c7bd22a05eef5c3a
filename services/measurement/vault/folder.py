"""Shares in a folder of files, outside every database and every backup of one."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from pathlib import Path
from uuid import UUID


class FolderShares:
    """A file per story, for its owner's eyes only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, story_id: UUID, share: bytes) -> None:
        await asyncio.to_thread(self._put, self._file(story_id), share)

    async def get(self, story_id: UUID) -> bytes | None:
        return await asyncio.to_thread(_read, self._file(story_id))

    async def destroy(self, story_id: UUID) -> None:
        await asyncio.to_thread(self._destroy, self._file(story_id))

    def _file(self, story_id: UUID) -> Path:
        return self._folder / f"{story_id}.share"

    def _put(self, file: Path, share: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            written.write(share)
            written.flush()
            os.fsync(written.fileno())
        self._settle()

    def _destroy(self, file: Path) -> None:
        """Written over before it is unlinked: where the disk writes in place, nothing is left."""
        with contextlib.suppress(FileNotFoundError):
            with open(file, "r+b") as destroyed:
                destroyed.write(secrets.token_bytes(file.stat().st_size))
                destroyed.flush()
                os.fsync(destroyed.fileno())
            file.unlink()
            self._settle()

    def _settle(self) -> None:
        """The folder itself is on the disk too."""
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
