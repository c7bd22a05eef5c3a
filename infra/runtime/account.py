"""The user that PostgreSQL, which refuses root, runs as under root; and what that user reaches."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from infra.runtime.refusals import CannotStart


class NoAccount(CannotStart):
    def __init__(self) -> None:
        super().__init__(
            "PostgreSQL refuses to run as root, and this machine has no user `nobody` to run it "
            "as: start the house as another user, or set COMMONWEAL_POSTGRES."
        )


@dataclass(frozen=True)
class Account:
    """A user of this machine, by number."""

    uid: int
    gid: int

    def reaches(self, path: Path) -> bool:
        """Whether it may walk to `path`: every folder above lets it through."""
        return all(self._passes(folder) for folder in path.resolve().parents)

    def reads(self, tree: Path) -> bool:
        """Whether it may walk to `tree` and read and search it."""
        return self.reaches(tree / "x") and self._may(tree.stat(), 0o5)

    def _passes(self, folder: Path) -> bool:
        return not folder.exists() or self._may(folder.stat(), 0o1)

    def _may(self, status: os.stat_result, wanted: int) -> bool:
        shift = 6 if status.st_uid == self.uid else 3 if status.st_gid == self.gid else 0
        return stat.S_IMODE(status.st_mode) >> shift & wanted == wanted

    def takes(self, folder: Path) -> None:
        """The folder, made if need be, is this user's alone."""
        folder.mkdir(parents=True, exist_ok=True)
        os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)


def for_postgres() -> Account | None:
    """Whom PostgreSQL runs as: us, unless we are root."""
    if os.geteuid() != 0:
        return None
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise NoAccount from None
    return Account(nobody.pw_uid, nobody.pw_gid)
