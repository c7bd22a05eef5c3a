"""A house's data folder: its kind, its lock, its secrets, and what runs out of it now."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any


class Kind(StrEnum):
    """What a folder's facts are: somebody's real ones, or the scenario's."""

    LIVE = "live"
    DEMONSTRATION = "demonstration"


class FolderRefused(RuntimeError):
    """The base of what a data folder may refuse; its text says what to do."""


class WrongKind(FolderRefused):
    def __init__(self, path: Path, *, found: str, wanted: Kind) -> None:
        super().__init__(
            f"{path} holds {found} data and is not opened as {wanted}: give another folder "
            f"with --data or COMMONWEAL_DATA, or leave them out for the usual one."
        )


class NotOurs(FolderRefused):
    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is not empty and no data folder of Commonweal: give another one with --data."
        )


class AlreadyUp(FolderRefused):
    def __init__(self, path: Path, pid: int) -> None:
        super().__init__(
            f"The house of {path} is up already (process {pid}): `commonweal status` shows it, "
            f"`commonweal down` ends it."
        )


class Folder:
    """One house's folder. Only one `up` at a time holds its lock."""

    def __init__(self, path: Path, kind: Kind) -> None:
        self.path = path.absolute()
        self.kind = kind
        marker = self.path / "kind"
        if marker.exists():
            found = marker.read_text().strip()
            if found != kind:
                raise WrongKind(self.path, found=found, wanted=kind)
            return
        if self.path.exists() and any(self.path.iterdir()):
            raise NotOurs(self.path)
        self.logs.mkdir(parents=True, exist_ok=True)
        (self.path / "secrets").mkdir(mode=0o700, exist_ok=True)
        marker.write_text(f"{kind}\n")

    @classmethod
    def existing(cls, path: Path) -> Folder | None:
        """The folder that is there already, of whatever kind; None if there is none."""
        marker = path / "kind"
        return cls(path, Kind(marker.read_text().strip())) if marker.exists() else None

    @property
    def logs(self) -> Path:
        return self.path / "log"

    @property
    def clock(self) -> Path:
        """The scenario's clock, which only a demonstration has."""
        assert self.kind is Kind.DEMONSTRATION, "a live house runs on real time"
        return self.path / "clock"

    def secret(self, name: str) -> str:
        """A random password that stays the same; only the folder's owner can read it."""
        path = self.path / "secrets" / name
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(24))
        return path.read_text()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Ours until the block ends, or this process does."""
        with self._lock_file() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyUp(self.path, int(os.pread(file, 20, 0) or 0)) from None
            os.ftruncate(file, 0)
            os.pwrite(file, str(os.getpid()).encode(), 0)
            yield

    def holder(self) -> int | None:
        """The process that has the house up now, if any."""
        with self._lock_file() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(os.pread(file, 20, 0) or 0)
        return None

    @contextmanager
    def _lock_file(self) -> Iterator[int]:
        file = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            yield file
        finally:
            os.close(file)

    def note(self, state: dict[str, Any]) -> None:
        """Keep what runs where, for `commonweal status`; whole or not at all."""
        beside = self.path / "house.json.new"
        beside.write_text(json.dumps(state, indent=2) + "\n")
        os.replace(beside, self.path / "house.json")

    def noted(self) -> dict[str, Any]:
        """What the last `up` noted."""
        path = self.path / "house.json"
        state: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return state
