"""A funder's feed through HTTP: catalogue, Atom, formats, digests, bundles, and who may see it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest

from tests.bundles import judged, unpacked
from tests.callers import named, token
from tests.conftest import Databases
from tests.feeding import DEPARTMENT, Log, define, first, measure, release, scenario
from tests.integration.feed_house import PACKAGES, FeedHouse, feed_house
from tests.integration.test_audit_log import a_moment

FEED = "/v1/feeds/bgk-department"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
async def house(database: Databases, tmp_path: Path) -> AsyncIterator[FeedHouse]:
    dsn = await database("gateway", packages=PACKAGES)
    async with feed_house(dsn, tmp_path, scenario()) as made:
        yield made


def funder(organisation: UUID = DEPARTMENT, *roles: str) -> dict[str, str]:
    bearer = token("person-funder", *(roles or ("funder",)), organisation=organisation)
    return {"authorization": f"Bearer {bearer}"}


async def get(house: FeedHouse, path: str, status: int = 200, **headers: str) -> Any:
    answer = await house.caller.get(path, headers=funder() | headers)
    assert answer.status_code == status, answer.text
    return answer


async def test_the_catalogue_holds_what_stands(house: FeedHouse) -> None:
    (feed,) = (await get(house, "/v1/feeds")).json()["feeds"]
    assert feed["code"] == "bgk-department"
    (only,) = (await get(house, FEED)).json()["releases"]
    assert (only["number"], only["cells"], only["withheld"]) == (
        2,
        4,
        {"primary": 1, "secondary": 2},
    )
    assert only["reason"] == "Three were counted twice"
    assert only["line"] == "measurement:31"


async def test_history_shows_what_was_replaced(house: FeedHouse) -> None:
    both = (await get(house, f"{FEED}?includeHistory=true")).json()["releases"]
    assert [(one["number"], one["replaced_by"]) for one in both] == [(2, None), (1, 2)]


async def test_as_of_an_instant_the_first_release_stood(house: FeedHouse) -> None:
    at = (await get(house, f"{FEED}?includeHistory=true")).json()["releases"][1]["published"]
    (then,) = (await get(house, f"{FEED}?asOf={at}")).json()["releases"]
    assert (then["number"], then["replaced_by"]) == (1, None)


async def test_updated_after_gives_only_what_came_since(house: FeedHouse) -> None:
    one, two = (await get(house, f"{FEED}?includeHistory=true")).json()["releases"][::-1]
    found = await get(house, f"{FEED}?includeHistory=true&updated_after={one['published']}")
    assert [each["number"] for each in found.json()["releases"]] == [2]
    none = await get(house, f"{FEED}?updated_after={two['published']}")
    assert none.json()["releases"] == []


async def test_a_catalogue_that_did_not_change_is_not_sent_again(house: FeedHouse) -> None:
    answer = await get(house, FEED)
    await get(house, FEED, 304, **{"if-none-match": answer.headers["etag"]})


async def test_each_format_comes_by_suffix_and_by_accept(house: FeedHouse) -> None:
    told = (await get(house, f"{FEED}/releases/1")).json()
    assert {each["format"] for each in told["files"]} == {
        *("jsonl", "csv", "csv-metadata.json", "datapackage.json", "sdmx.csv", "sdmx.xml"),
        *("parquet", "xlsx", "cids.jsonld"),
    }
    for each in told["files"]:
        by_suffix = await get(house, each["href"])
        accepted = await get(house, f"{FEED}/releases/1", accept=each["media_type"])
        assert by_suffix.content == accepted.content
        assert by_suffix.headers["content-type"] == each["media_type"]
        digest = base64.b64encode(hashlib.sha256(by_suffix.content).digest()).decode()
        assert by_suffix.headers["repr-digest"] == f"sha-256=:{digest}:"
        etag = by_suffix.headers["etag"]
        await get(house, each["href"], 304, **{"if-none-match": etag})


async def test_the_exact_cells_have_the_hash_that_the_log_says(house: FeedHouse) -> None:
    told = (await get(house, f"{FEED}/releases/2")).json()
    body = (await get(house, f"{FEED}/releases/2.jsonl")).content
    assert hashlib.sha256(body).hexdigest() == told["content_sha256"]


async def test_the_csv_names_what_describes_it(house: FeedHouse) -> None:
    link = (await get(house, f"{FEED}/releases/1.csv")).headers["link"]
    assert link.startswith('<bgk-department-1.csv-metadata.json>; rel="describedby"')
    described = await get(house, f"{FEED}/releases/bgk-department-1.csv-metadata.json")
    assert described.json()["url"] == "bgk-department-1.csv"


async def test_what_is_not_offered_is_not_there(house: FeedHouse) -> None:
    for path in ("releases/3", "releases/1.pdf", "releases/x.csv", "archive/1.atom"):
        await get(house, f"{FEED}/{path}", 404)


async def test_another_organisation_finds_no_such_feed(house: FeedHouse) -> None:
    stranger = funder(named("another department"))
    for path in (FEED, f"{FEED}/releases/1.csv", f"{FEED}/releases/1.zip", f"{FEED}.atom"):
        assert (await house.caller.get(path, headers=stranger)).status_code == 404
    assert (await house.caller.get("/v1/feeds", headers=stranger)).json()["feeds"] == []


async def test_an_auditor_sees_every_feed_as_it_was_released(house: FeedHouse) -> None:
    auditor = funder(named("audit office"), "auditor")
    seen = await house.caller.get(f"{FEED}/releases/1.csv", headers=auditor)
    assert seen.content == (await get(house, f"{FEED}/releases/1.csv")).content


async def test_the_bundle_proves_itself_and_stays_the_same(
    house: FeedHouse, tmp_path: Path
) -> None:
    body = (await get(house, f"{FEED}/releases/1.zip")).content
    table = judged(tmp_path, body)
    assert table.code == 0, str(table)
    assert (await get(house, f"{FEED}/releases/1.zip")).content == body
    files = unpacked(body)
    for suffix in ("csv", "parquet", "xlsx"):
        shown = (await get(house, f"{FEED}/releases/1.{suffix}")).content
        assert files[f"release/bgk-department-1.{suffix}"] == shown


async def test_a_bundle_is_made_once_more_when_its_release_is_replaced(
    database: Databases, tmp_path: Path
) -> None:
    log, early = scenario(), Log()
    early.lines, early.now = log.lines[:18], log.now
    dsn = await database("gateway", packages=PACKAGES)
    async with feed_house(dsn, tmp_path, early) as house:
        first = (await get(house, f"{FEED}/releases/1.zip")).content
        assert (await get(house, f"{FEED}/releases/1.zip")).content == first
        await house.take(log)
        async with asyncio.timeout(20):
            while (await house.caller.get(f"{FEED}/releases/1.zip", headers=funder())).is_error:
                await a_moment()  # the checkpoint that holds it is a second away
        second = (await get(house, f"{FEED}/releases/1.zip")).content
        assert (await get(house, f"{FEED}/releases/1.zip")).content == second
    assert "nothing replaces this one" in str(judged(tmp_path, first))
    table = judged(tmp_path, second, previous=first)
    assert table.code == 0, str(table)
    assert "replaced by release 2" in str(table)


async def test_a_bundle_holds_no_line_that_its_recipient_may_not_read(house: FeedHouse) -> None:
    lines = unpacked((await get(house, f"{FEED}/releases/2.zip")).content)["log/lines.jsonl"]
    assert b"secret" not in lines
    assert b"observation-deduplicated" not in lines
    assert lines.count(b".observations-certified.v1") == 1  # Kingston's first: it was released


async def test_what_the_witness_saw_can_be_scraped(house: FeedHouse) -> None:
    await get(house, f"{FEED}/releases/2.zip")
    told = (await get(house, "/metrics")).text.splitlines()
    assert 'commonweal_witnessed_size{source="measurement"} 33.0' in told
    assert 'commonweal_witness_refuses{source="measurement"} 0.0' in told


async def test_there_is_no_bundle_before_a_checkpoint_holds_the_release(house: FeedHouse) -> None:
    house.measurement.signed = 20
    answer = await get(house, f"{FEED}/releases/2.zip", 503)
    assert answer.json()["type"] == "/problems/not-signed-yet"


async def test_lines_that_are_not_the_signed_log_give_no_bundle(house: FeedHouse) -> None:
    house.measurement.log = scenario()
    answer = await get(house, f"{FEED}/releases/2.zip", 409)
    assert answer.json()["type"] == "/problems/log-inconsistent"


async def test_atom_holds_every_release_and_names_what_was_replaced(house: FeedHouse) -> None:
    feed = ElementTree.fromstring((await get(house, f"{FEED}.atom")).content)
    newest, oldest = feed.findall(f"{ATOM}entry")
    assert "Three were counted twice" in (newest.findtext(f"{ATOM}summary") or "")
    links = {link.get("rel"): link.get("href", "") for link in newest.findall(f"{ATOM}link")}
    assert links["predecessor-version"].endswith("/releases/1")
    assert oldest.findtext(f"{ATOM}title") == "BGK for the department, 1"


async def test_older_releases_stand_in_archives_that_never_change(
    database: Databases, tmp_path: Path
) -> None:
    log = Log()
    define(log)
    cells = first(measure(log, []) or [1, 2, 3])
    for number in range(1, 43):
        release(log, cells, number=number)
    dsn = await database("gateway", packages=PACKAGES)
    async with feed_house(dsn, tmp_path, log) as house:
        current = ElementTree.fromstring((await get(house, f"{FEED}.atom")).content)
        assert len(current.findall(f"{ATOM}entry")) == 2
        found, at = 2, current
        while links := [x for x in at.findall(f"{ATOM}link") if x.get("rel") == "prev-archive"]:
            path = links[0].get("href", "").split("/v1/", 1)[1]
            answer = await get(house, f"/v1/{path}")
            assert "immutable" in answer.headers["cache-control"]
            at = ElementTree.fromstring(answer.content)
            found += len(at.findall(f"{ATOM}entry"))
        assert found == 42
