"""The catalogue of a feed: which releases there are, as JSON and as Atom (RFC 4287, 5005). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from gateway.feeds import formats
from gateway.feeds.model import Profile, Release, replaced_by
from infra.kernel.values import moment

ARCHIVED = 20
"""Releases in an archive document, which never changes once it is full."""
BUNDLE = "application/vnd.commonweal.bundle+zip"


class Wanted(NamedTuple):
    """What is asked of a catalogue, with SDMX's meaning."""

    updated_after: datetime | None = None
    history: bool = False
    """Also releases that were replaced since."""


def chosen(those: Sequence[Release], wanted: Wanted) -> list[Release]:
    """The releases that are asked for, the newest first."""
    replaced = replaced_by(those)
    after = wanted.updated_after
    found = [
        one
        for one in those
        if (wanted.history or one.id not in replaced) and (after is None or moment(one.at) > after)
    ]
    return found[::-1]


def profile_shown(profile: Profile) -> dict[str, Any]:
    terms = profile.terms()
    return {
        "id": profile.id,
        "code": profile.code,
        "title": terms["title"],
        "initiative_id": profile.initiative_id,
        "audience": dict(profile.audience),
        "cadence": terms["cadence"],
        "policy": terms["policy"],
        "retired": profile.retired,
        "href": f"/v1/feeds/{profile.code}",
        "atom": f"/v1/feeds/{profile.code}.atom",
    }


def release_shown(release: Release, replaced: Mapping[str, Release]) -> dict[str, Any]:
    """One release: what it is, how it came to be, and where its files are."""
    by = replaced.get(release.id)
    checkpoint = release.line["data"]["checkpoint"]
    return {
        "id": release.id,
        "number": release.number,
        "title": release["title"],
        "published": release.at,
        "positions": release["positions"],
        "periods": release["periods"],
        "cells": len(release.cells),
        "withheld": {name: release.control.get(name) for name in ("primary", "secondary")},
        "policy_version": release.control.get("policy_version"),
        "reliability": [
            {name: told.get(name) for name in ("purpose", "determination", "note")}
            for told in release.reliability
        ],
        "content_sha256": release.content_sha256,
        "checkpoint": checkpoint,
        "line": f"measurement:{int(release.line['sequence'])}",
        "replaces": release.replaces,
        "reason": release.reason,
        "note": release.note,
        "replaced_by": by.number if by else None,
        "files": files(release),
        "bundle": f"{place(release)}.zip",
    }


def place(release: Release) -> str:
    """Where a release is to be had; a suffix names a format."""
    return f"/v1/feeds/{release.profile.code}/releases/{release.number}"


def files(release: Release) -> list[dict[str, str]]:
    return [
        {
            "format": each.suffix,
            "media_type": each.media_type,
            "href": f"{place(release)}.{each.suffix}",
        }
        for each in formats.offered(release)
    ]


class Page(NamedTuple):
    """An Atom document: the subscription document (0), or an archive from 1 on."""

    entries: Sequence[Release]
    number: int
    archives: int
    """How many archives there are: all but the releases of the subscription document."""


def page(those: Sequence[Release], number: int = 0) -> Page | None:
    """The document of that number; None where there is none. Archives count from the oldest."""
    archives = max(0, (len(those) - 1) // ARCHIVED)
    if number > archives:
        return None
    if number == 0:
        return Page(those[archives * ARCHIVED :], 0, archives)
    return Page(those[(number - 1) * ARCHIVED : number * ARCHIVED], number, archives)


def as_atom(profile: Profile, shown: Page, those: Sequence[Release], base: str) -> bytes:
    """The feed as Atom, newest first; archives hold what is older, and stay as they are."""
    here = f"{base}/v1/feeds/{profile.code}"
    first = profile.versions[0]["recordedtime"]
    updated = max((one.at for one in shown.entries), default=first)
    links = [("self", f"{here}/archive/{shown.number}.atom" if shown.number else f"{here}.atom")]
    links.append(("alternate", here))
    if shown.number:
        links.append(("current", f"{here}.atom"))
        if shown.number < shown.archives:
            links.append(("next-archive", f"{here}/archive/{shown.number + 1}.atom"))
    before = shown.number - 1 if shown.number else shown.archives
    if before:
        links.append(("prev-archive", f"{here}/archive/{before}.atom"))
    by_id = {one.id: one for one in those}
    entries = "".join(_entry(one, by_id, base) for one in reversed(shown.entries))
    archive = "<fh:archive/>" if shown.number else ""
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0">
<id>urn:uuid:{profile.id}</id>
<title>{escape(profile.terms()["title"])}</title>
<updated>{updated}</updated>
<author><name>Commonweal</name></author>
{archive}{"".join(_link(*link) for link in links)}{entries}</feed>
""".encode()


def _link(rel: str, href: str, media_type: str = "") -> str:
    kind = f" type={quoteattr(media_type)}" if media_type else ""
    return f"<link rel={quoteattr(rel)} href={quoteattr(href)}{kind}/>\n"


def _entry(release: Release, by_id: Mapping[str, Release], base: str) -> str:
    """A release; one that replaces another names it (RFC 5829) and says why."""
    links = [_link("alternate", base + place(release))]
    links += [_link("enclosure", base + f["href"], f["media_type"]) for f in files(release)]
    links.append(_link("enclosure", f"{base}{place(release)}.zip", BUNDLE))
    told = f"{len(release.cells)} figures; SHA-256 {release.content_sha256}"
    before = by_id.get(release.replaces or "")
    if before is not None:
        links.append(_link("predecessor-version", base + place(before)))
        told += f"; replaces release {before.number}: {release.reason or ''}"
    return (
        f"<entry><id>urn:uuid:{release.id}</id><title>{escape(release['title'])}</title>"
        f"<updated>{release.at}</updated><published>{release.at}</published>"
        f"<summary>{escape(told)}</summary>\n{''.join(links)}</entry>\n"
    )
