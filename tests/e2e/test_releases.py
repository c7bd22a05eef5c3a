"""The played house as a funder and the public have it: feeds that prove themselves, and in no view,
at no instant, a figure that was not released."""

from __future__ import annotations

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest

from gateway.demonstration.cast import DEPARTMENT
from tests.e2e.standing import Standing

SMALL = re.compile(
    r"\b(?:3 of 5|6 of 10|2 of 4|5 of 9|9 of 15)\b"
    r'|"numerator":"[23569]"|"value":"(?:60\.0|50\.0|55\.6)"'
    r"|(?:60\.0|50\.0|55\.6) \(2022|(?:was|now) (?:60\.0|50\.0|55\.6)"
)
"""I4 of Bayside, Glen Eira and, counted once, Kingston: nobody outside was ever told."""
INSTANTS = ("2023-02-20", "2023-03-21", "2023-03-25", "")
KINDS = {"decisions": "proposal", "series": "series"}
NO_FIGURES = ("/contracts/", "/log/", "/v1/code-lists", "/v1/instruments", "/v1/people")
AT_ONCE = 8


def asking(standing: Standing, role: str, organisation: UUID = DEPARTMENT.id) -> httpx.AsyncClient:
    house = standing.house
    bearer = house.token(person="p-outside", roles=(role,), organisation=organisation)
    headers = {"Authorization": f"Bearer {bearer}"}
    return httpx.AsyncClient(base_url=house.url, headers=headers, timeout=60, trust_env=False)


async def things(standing: Standing) -> dict[str, set[str]]:
    """Every stream of the house, by its kind; and each series' periods as paths name them."""
    found: dict[str, set[str]] = defaultdict(set)
    async with asking(standing, "developer") as inside:
        lines = (await inside.get("/v1/events")).text.splitlines()
    for line in map(json.loads, lines):
        *_, kind, id = ("initiative", line["partitionkey"], *line["subject"].split("/")[2:])
        found[kind].add(id)
    return found


def paths(document: dict[str, dict[str, object]], known: dict[str, set[str]]) -> Iterator[str]:
    """Every page there is, of every thing there is."""
    for path, does in document["paths"].items():
        assert isinstance(does, dict)
        if "get" not in does or path.startswith(NO_FIGURES) or path == "/v1/live":
            continue
        first, _, rest = path.removeprefix("/v1/").partition("/{")
        if not rest:
            yield path
            continue
        if first in ("events", "feeds", "read-models"):
            continue
        kind = KINDS.get(first, first.removesuffix("s"))
        tail = rest.partition("}")[2]
        for id in sorted(known[kind])[:30] if "{" not in tail else ():
            yield f"/v1/{first}/{id}{tail}"


async def whole(client: httpx.AsyncClient, path: str, query: dict[str, str]) -> str:
    """A page and all that follow it."""
    answer = await client.get(path, params=query)
    assert answer.status_code < 500, (path, answer.text)
    said = answer.text
    while following := answer.links.get("next"):
        answer = await client.get(following["url"])
        said += answer.text
    return said


@pytest.mark.parametrize("role", ["funder", "public"])
async def test_no_page_tells_an_outsider_a_small_number(standing: Standing, role: str) -> None:
    known = await things(standing)
    async with asking(standing, role) as outside, asking(standing, "evaluator") as inside:
        document = (await outside.get("/openapi.json")).json()
        every = list(paths(document, known))
        assert len(every) > 100
        limit, told = asyncio.Semaphore(AT_ONCE), set[str]()

        async def look(path: str, instant: str) -> None:
            query = {"limit": "500"} | ({"as_known_at": instant} if instant else {})
            query |= {"q": "young OR of"} if path == "/v1/search" else {}
            async with limit:
                seen = await whole(outside, path, query)
                if SMALL.search(await whole(inside, path, query)):
                    told.add(path)
            leak = SMALL.search(seen)
            around = leak and seen[max(leak.start() - 300, 0) : leak.end() + 50]
            assert leak is None, (path, instant, around)

        await asyncio.gather(*(look(path, instant) for path in every for instant in INSTANTS))
    assert any("/timeline" in path for path in told)
    assert any("/observations" in path for path in told)


async def test_a_feed_is_its_recipients_and_nobody_elses(standing: Standing) -> None:
    async with (
        asking(standing, "funder") as officer,
        asking(standing, "public", UUID(int=9)) as other,
    ):
        page = await officer.get("/v1/feeds/bgk-department", params={"includeHistory": "true"})
        assert [one["number"] for one in page.json()["releases"]] == [2, 1]
        then = await officer.get("/v1/feeds/bgk-department", params={"asOf": "2023-03-01"})
        assert [one["number"] for one in then.json()["releases"]] == [1]
        since = {"updated_after": "2023-03-01", "includeHistory": "true"}
        late = await officer.get("/v1/feeds/bgk-department", params=since)
        assert [one["number"] for one in late.json()["releases"]] == [2]
        same = await officer.get(
            "/v1/feeds/bgk-department",
            headers={"If-None-Match": then.headers["etag"]},
            params={"asOf": "2023-03-01"},
        )
        assert same.status_code == 304
        atom = await officer.get("/v1/feeds/bgk-department.atom")
        assert atom.text.count("<entry>") == 2
        assert "http://purl.org/syndication/history/1.0" in atom.text
        assert (await other.get("/v1/feeds/bgk-department")).status_code == 404
        assert (await other.get("/v1/feeds")).json()["feeds"] == []


async def test_every_correction_after_the_first_release_is_counted(standing: Standing) -> None:
    async with asking(standing, "evaluator") as inside:
        path = f"/v1/initiatives/{standing.story['initiative']}/process-metrics"
        metrics = (await inside.get(path)).json()["metrics"]
    trust = next(one for one in metrics if one["metric"] == "trust")["figures"]
    assert trust["corrections_after_release"] == 3
    assert trust["released"] == 2
    assert trust["restated"] == {"count": 1, "of": 2, "percent": "50.0"}
