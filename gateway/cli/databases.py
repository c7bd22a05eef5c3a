"""Where the databases of a house are, for commands that speak to them."""

from __future__ import annotations

import json
from pathlib import Path

from infra.runtime import Folder, Kind
from infra.settings import SettingMissing, Settings

OWNER, APP = "COMMONWEAL_POSTGRES_OWNER", "COMMONWEAL_POSTGRES"


def postgres_of(data: Path) -> str:
    """The server of the settings, else that of the house which is up in `data`."""
    settings = Settings.from_environment()
    return settings.postgres.rstrip("/") or _standing(data, "app", APP)


def owner_of(data: Path) -> str:
    """The same as the role that owns the tables: only it may put others in their place."""
    settings = Settings.from_environment()
    if settings.postgres and not settings.postgres_owner:
        raise SettingMissing(f"{OWNER} is not set: whoever builds tables anew has to own them.")
    return settings.postgres_owner.rstrip("/") or _standing(data, "owner", OWNER)


def _standing(data: Path, role: str, setting: str) -> str:
    for kind in Kind:
        folder = Folder.existing(data / kind)
        if folder and folder.holder():
            port = json.loads((folder.path / "ports.json").read_text())["postgresql"]
            return f"postgresql://commonweal_{role}:{folder.secret(role)}@127.0.0.1:{port}"
    raise SettingMissing(f"{setting} is not set, and no house is up in {data}.")
