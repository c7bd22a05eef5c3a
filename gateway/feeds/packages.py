"""A release's files described together: a Data Package (version 2). Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.feeds.model import Release
from gateway.feeds.tables import NOT_PUBLISHED, columns, defused, pretty

TABLES: Mapping[str, tuple[Mapping[str, str], Sequence[str]]] = {
    ".csv": ({"format": "csv", "encoding": "utf-8"}, [""]),
    ".xlsx": ({"format": "xlsx"}, ["", NOT_PUBLISHED]),
}
"""The files that hold the columns as they are, and what stands there where no figure does."""


def as_datapackage(release: Release, files: Mapping[str, tuple[str, bytes]]) -> bytes:
    """A Data Package (version 2) of these files: their media types and bytes, by name."""
    resources = [
        _resource(name, media_type, body) | _table(release, name.removeprefix(release.name))
        for name, (media_type, body) in files.items()
    ]
    return pretty(
        {
            "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "name": release.name,
            "id": release.id,
            "title": release["title"],
            "version": f"{release['profile_version']}.{release.number}.0",
            "created": release.at,
            "resources": resources,
        }
    )


def _resource(name: str, media_type: str, body: bytes) -> dict[str, Any]:
    return {
        "name": re.sub(r"[^a-z0-9._-]", "-", name.lower()),
        "path": name,
        "mediatype": media_type,
        "bytes": len(body),
        "hash": f"sha256:{hashlib.sha256(body).hexdigest()}",
    }


def _table(release: Release, suffix: str) -> dict[str, Any]:
    """What a Data Package says of such a file beside its bytes; of any other, nothing."""
    if suffix not in TABLES:
        return {}
    shape, (about, missing) = columns(release), TABLES[suffix]
    schema = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": [{"name": defused(c.name), "type": c.kind, "description": c.says} for c in shape],
        "primaryKey": [defused(column.name) for column in shape if column.key],
        "missingValues": list(missing),
    }
    return {"type": "table", **about, "schema": schema}
