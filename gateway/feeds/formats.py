"""Every format of a release: what it is called, its media type, and the function that makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from gateway.feeds.books import as_parquet, as_xlsx
from gateway.feeds.linked import as_cids
from gateway.feeds.model import Release
from gateway.feeds.packages import as_datapackage
from gateway.feeds.sdmx import as_sdmx_csv, as_structure
from gateway.feeds.tables import as_csv, as_csvw


class Format(NamedTuple):
    """One way to write a release; `suffix` stands behind the release's name and number."""

    suffix: str
    media_type: str
    make: Callable[[Release], bytes]
    terms: str
    """How a profile's terms call it."""


def _content(release: Release) -> bytes:
    return release.content


def _package(release: Release) -> bytes:
    found = {
        f"{release.name}.{each.suffix}": (each.media_type, each.make(release))
        for each in offered(release)
        if each.suffix != "datapackage.json"
    }
    return as_datapackage(release, found)


FORMATS = (
    Format("jsonl", "application/jsonl", _content, "jsonl"),
    Format("csv", "text/csv; charset=utf-8; header=present", as_csv, "csv"),
    Format("csv-metadata.json", "application/csvm+json", as_csvw, "csv"),
    Format("datapackage.json", "application/datapackage+json", _package, "csv"),
    Format("sdmx.csv", "application/vnd.sdmx.data+csv;version=2.0.0", as_sdmx_csv, "sdmx-csv"),
    Format("sdmx.xml", "application/vnd.sdmx.structure+xml;version=2.1", as_structure, "sdmx-csv"),
    Format("parquet", "application/vnd.apache.parquet", as_parquet, "parquet"),
    Format(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_xlsx,
        "xlsx",
    ),
    Format("cids.jsonld", "application/ld+json", as_cids, "cids"),
)


def offered(release: Release) -> tuple[Format, ...]:
    """Those that the profile promises; the exact cells as JSON Lines always."""
    wanted = {"jsonl", *release.profile.terms(release["profile_version"])["formats"]}
    return tuple(each for each in FORMATS if each.terms in wanted)


def made(release: Release) -> Mapping[str, bytes]:
    """All of them by file name."""
    return {f"{release.name}.{each.suffix}": each.make(release) for each in offered(release)}
