"""What every part of the agenda keeps to: closed and paused initiatives, claims, code lists."""

from __future__ import annotations

import pytest

from services.agenda.domain import code_lists
from tests.callers import Caller
from tests.component.agenda_story import REASON, house, partnered, propose, register
from tests.component.test_agenda import PACK, refusal

VISION = {"text": "All thrive."}
LOCATED = {"element": "community", "phase": "readiness-runway", "basis": "Seen."}


async def test_a_cycle_number_is_used_once_in_an_initiative():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await register(caller)
        cycle = {"number": 1, "title": "One", "questions": ["Why?"], "review_on": "2023-01-01"}
        await caller.done(f"{initiative}/cycles", cycle)
        again = await caller.ask(f"{initiative}/cycles", cycle)
        assert refusal(again) == (409, "claim-taken")
        elsewhere = await register(caller)
        await caller.done(f"{elsewhere}/cycles", cycle)


async def test_nothing_is_done_in_a_closed_initiative():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        proposal = await propose(caller, initiative, "strategy")
        await caller.done(f"{initiative}/closures", {"reason": REASON})
        for path, said in (
            (f"{initiative}/phases", {"locations": [LOCATED]}),
            (f"{initiative}/common-agenda/visions", VISION),
            (f"{proposal}/objections", {"ground": "Too late."}),
        ):
            assert refusal(await caller.ask(path, said)) == (409, "initiative-is-closed")


async def test_nothing_new_is_begun_in_a_paused_initiative_until_it_resumes():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        await caller.done(f"{initiative}/pauses", {"reason": REASON})
        said = {"decision_class": "strategy", "title": "Go on", "text": "We go on."}
        refused = await caller.ask(f"{initiative}/proposals", said)
        assert refusal(refused) == (409, "initiative-is-paused")
        await caller.done(f"{initiative}/resumptions", {"reason": REASON})
        await caller.done(f"{initiative}/proposals", said)


async def test_a_decision_of_another_initiative_is_refused():
    app, _ = house()
    async with Caller(app) as caller:
        here, there = await partnered(caller), await partnered(caller)
        foreign = (await propose(caller, there, "agenda")).rpartition("/")[2]
        await caller.done(f"{here}/common-agenda/visions", VISION)
        adopt = {"decision_id": foreign}
        refused = await caller.ask(f"{here}/common-agenda/adoptions", adopt)
        assert refusal(refused) == (422, "of-another-initiative")


async def test_code_lists_are_served_with_their_sources():
    app, _ = house()
    async with Caller(app) as caller:
        names = [one["list"] for one in (await caller.get("/v1/code-lists")).json()]
        assert {"sectors", "backbone-functions", "engagement-levels"} <= set(names)
        for name in names:
            found = (await caller.get(f"/v1/code-lists/{name}")).json()
            assert found["source"]
            assert found["codes"]
        missing = await caller.get("/v1/code-lists/nothing")
        assert refusal(missing) == (404, "not-found")


async def test_an_evidence_vector_is_spelt_in_one_way():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        cites = PACK | {"known_at": "yesterday"}
        said = {"decision_class": "strategy", "title": "Go", "text": "Go.", "cites": cites}
        refused = await caller.ask(f"{initiative}/proposals", said)
        assert refusal(refused) == (422, "invalid-shape")
        assert refused.json()["errors"][0]["pointer"] == "/cites/known_at"


async def test_what_nobody_has_begun_is_not_there():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await register(caller)
        for part in ("partnership", "charter", "common-agenda"):
            assert refusal(await caller.get(f"{initiative}/{part}")) == (404, "not-found")


async def test_an_id_of_something_else_is_not_found():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        proposal = await propose(caller, initiative, "strategy")
        id, other = initiative.rpartition("/")[2], proposal.rpartition("/")[2]
        for path in (f"/v1/cycles/{id}", f"/v1/proposals/{id}", f"/v1/initiatives/{other}"):
            assert refusal(await caller.get(path)) == (404, "not-found")
        closed = await caller.ask(f"/v1/cycles/{other}/closures", {"learnt": "Nothing."})
        assert refusal(closed) == (404, "not-found")
        adopted = await caller.ask(f"{initiative}/common-agenda/adoptions", {"decision_id": id})
        assert refusal(adopted) == (404, "not-found")


@pytest.mark.parametrize(
    ("path", "said", "pointer"),
    [
        ("closures", {"occurred_at": "0001-01-01T00:00:00+14:00"}, "/occurred_at"),
        ("closures", {"occurred_at": "9999-12-31T23:59:59-12:00"}, "/occurred_at"),
        (
            "cycles",
            {"number": 1, "title": "One", "questions": ["Why?"], "review_on": "9999-12-31"},
            "/review_on",
        ),
    ],
)
async def test_a_day_from_which_nothing_can_be_counted_is_refused(path, said, pointer):
    app, _ = house()
    async with Caller(app) as caller:
        refused = await caller.ask(f"{await register(caller)}/{path}", said)
        assert refusal(refused) == (422, "invalid-shape")
        assert refused.json()["errors"][0]["pointer"] == pointer


def test_places_are_made_of_places_that_are_listed():
    lists = code_lists().values()
    listed = {
        (one.scheme, one.edition, entry.code) for one in lists for entry in one.codes if one.scheme
    }
    made = [entry for one in lists for entry in one.codes if entry.parts]
    assert [entry.code for entry in made] == ["bgk"]
    for entry in made:
        parts = {(part.scheme, part.edition, part.code) for part in entry.parts or ()}
        assert parts <= listed
        assert len(parts) == 3
    wider = [(one, entry) for one in lists for entry in one.codes if entry.part_of]
    assert wider
    for one, entry in wider:
        assert (one.scheme, one.edition, entry.part_of) in listed
