"""Reads of one aggregate as it was known: at an instant, a date, or a place in the log."""

from __future__ import annotations

from tests.callers import Caller
from tests.component.agenda_story import house, register
from tests.component.test_agenda import refusal

COHORT = {"cohort": {"description": "Young people who are out of school."}}


async def test_an_aggregate_is_shown_as_it_was_known():
    app, clock = house()
    async with Caller(app) as caller:
        initiative = await register(caller)
        clock.forward(days=10)
        defined = await caller.done(f"{initiative}/cohorts", COHORT)
        clock.forward(days=10)
        for asked, known in (
            ("2021-10-01", None),
            ("2021-10-06T23:59:59Z", None),
            ("2021-10-07T00:00:00Z", COHORT["cohort"]),
            ("2021-10-07T11:00:00%2B11:00", COHORT["cohort"]),
            ("2021-10-07", COHORT["cohort"]),
            ("agenda:1", None),
            ("agenda:2,measurement:873", COHORT["cohort"]),
        ):
            shown = (await caller.get(f"{initiative}?as_known_at={asked}")).json()
            assert shown.get("cohort") == known, asked
            vector = "agenda:2" if known else "agenda:1"
            assert shown["known_at"]["vector"] == vector
            again = (await caller.get(f"{initiative}?as_known_at={vector}")).json()
            assert again | {"known_at": None} == shown | {"known_at": None}
        assert defined["position"] == "agenda:2"
        both = await caller.get(f"{initiative}?as_known_at=2021-10-10&version=1")
        assert "cohort" not in both.json()


async def test_a_date_ends_where_the_deployment_is():
    app, clock = house()  # it is 2021-09-27 10:00 in Melbourne
    async with Caller(app) as caller:
        initiative = await register(caller)
        clock.forward(days=1)
        shown = (await caller.get(f"{initiative}?as_known_at=2021-09-27")).json()
        assert shown["known_at"]["instant"] == "2021-09-27T13:59:59.999999Z"
        before = await caller.get(f"{initiative}?as_known_at=2021-09-26")
        assert refusal(before) == (404, "not-found")


async def test_what_cannot_be_known_is_refused():
    app, clock = house()
    async with Caller(app) as caller:
        initiative = await register(caller)
        now = await caller.get(f"{initiative}?as_known_at=2021-09-27T00:00:00Z")
        assert refusal(now) == (503, "not-known-through-yet")
        assert "retry-after" in now.headers
        beyond = await caller.get(f"{initiative}?as_known_at=agenda:2")
        assert refusal(beyond) == (503, "not-known-through-yet")
        for asked in ("2099-01-01", "yesterday", "agenda:1,agenda:1", "2021-09-01T10:00:00", "9"):
            refused = await caller.get(f"{initiative}?as_known_at={asked}")
            assert refusal(refused) == (422, "invalid-shape"), asked
            assert refused.json()["errors"][0]["pointer"] == "query:as_known_at"
        nothing = await caller.get(f"{initiative}?as_known_at=measurement:7")
        assert refusal(nothing) == (404, "not-found")
        clock.forward(seconds=1)
        assert (await caller.get(f"{initiative}?as_known_at=2021-09-27T00:00:00Z")).is_success
