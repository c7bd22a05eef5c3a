"""Questions that cannot be answered are refused in words, whatever is asked."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.conftest import Database
from tests.integration.gateway_house import (
    INDICATOR,
    INITIATIVE,
    PACKAGES,
    GatewayHouse,
    founded,
    gateway_on,
)

TIMELINE = f"/v1/initiatives/{INITIATIVE}/timeline"
PROGRESS = f"/v1/initiatives/{INITIATIVE}/progress"
OBSERVATIONS = f"/v1/indicators/{INDICATOR}/observations"


@pytest.fixture
async def house(database: Database) -> AsyncIterator[GatewayHouse]:
    async with gateway_on(await database("gateway", packages=PACKAGES)) as gateway:
        yield gateway


@pytest.mark.parametrize(
    ("query", "status", "slug"),
    [
        ({"as_known_at": "yesterday"}, 422, "invalid-shape"),
        ({"as_known_at": "2022-01-01T00:00:00"}, 422, "invalid-shape"),
        ({"as_known_at": "agenda:x"}, 422, "invalid-shape"),
        ({"as_known_at": "2100-01-01"}, 422, "invalid-shape"),
        ({"as_at": "2022-13-01"}, 422, "invalid-shape"),
        ({"limit": "501"}, 422, "invalid-shape"),
        ({"cursor": "x"}, 422, "invalid-shape"),
        ({"step": "rest"}, 422, "invalid-shape"),
        ({"wait_for": "agenda:99"}, 503, "not-read-yet"),
        ({"as_known_at": "2031-01-01T00:00:00Z"}, 503, "not-known-through-yet"),
    ],
)
async def test_a_wrong_question_is_refused(
    house: GatewayHouse, query: dict[str, str], status: int, slug: str
) -> None:
    await house.take(founded())
    problem = await house.get(TIMELINE, status=status, **query)
    assert problem["type"] == f"/problems/{slug}"


@pytest.mark.parametrize("day", ["0", "1640995200", "2022-01-01T00:00:00Z", "20220101"])
async def test_a_day_is_a_day_of_the_calendar(house: GatewayHouse, day: str) -> None:
    await house.take(founded())
    problem = await house.get(OBSERVATIONS, status=422, since=day)
    assert problem["errors"][0]["pointer"] == "query:since"
    await house.get(f"{OBSERVATIONS}/{INDICATOR}/{day}/2022-12-31", status=422)


NOT_CURSORS = [
    {"v": "agenda:1", "p": []},
    {"v": "agenda:1", "p": ["x"]},
    {"v": "agenda:1", "p": [-1]},
    {"v": "agenda:1", "p": [10**30]},
    {"v": "agenda:1", "p": ["a", "b", "c"]},
    {"v": "agenda:1", "p": ["2022-01-01T00:00:00Z", "agenda\x00", 1]},
    {"v": "agenda:1", "p": ["2022-01-01T00:00:00Z", "agenda", 10**30]},
    {"v": "agenda:1", "p": [str(INDICATOR), "2022-01-01", "never"]},
    {"v": "agenda:1", "i": "never", "p": [1]},
    {"v": "agenda:1", "a": "0001-01-01T00:00:00+14:00", "p": [1]},
    {"v": "nobody:1", "p": [1]},
    {"v": "agenda:1", "p": [1], "more": 1},
]


@pytest.mark.parametrize("told", NOT_CURSORS)
async def test_a_cursor_that_was_made_up_is_refused(house: GatewayHouse, told: Any) -> None:
    await house.take(founded())
    text = base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
    for path in ("/v1/initiatives", TIMELINE, OBSERVATIONS):
        answer = await house.caller.get(path, params={"cursor": text})
        assert answer.status_code in (200, 404, 422), answer.text  # 200: it is one of that list


@pytest.mark.parametrize(
    "query",
    [
        {"as_at": "0001-01-01T00:00:00+14:00"},
        {"as_at": "9999-12-31"},
        {"as_at": "9999-12-31T23:59:59.999999Z"},
        {"as_known_at": "0001-01-01T00:00:00+14:00"},
        {"as_known_at": "agenda:1,agenda:2"},
        {"as_known_at": "\x00"},
        {"as_known_at": "agenda:1", "cursor": "eyJ2IjoiYWdlbmRhOjEiLCJwIjpbMV19"},
        {"wait_for": "1"},
        {"limit": "-1"},
        {"limit": "9" * 400},
        {"type": "agenda.'; DROP TABLE journal"},
        {"cycle_id": "x"},
        {"source": "nobody"},
    ],
)
async def test_nothing_that_is_asked_is_a_mistake_of_ours(
    house: GatewayHouse, query: dict[str, str]
) -> None:
    await house.take(founded())
    problem = await house.get(TIMELINE, status=422, **query)
    assert problem["errors"][0]["pointer"]
