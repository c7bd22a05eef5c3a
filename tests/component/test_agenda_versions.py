"""The versions of the common agenda over HTTP: what each says otherwise, by which decision."""

from __future__ import annotations

from tests.callers import Caller
from tests.component.agenda_story import decide, house, partnered
from tests.component.test_agenda import drafted, refusal, reworded

LATER = "They [-return to school.-] {+re-engage in learning or work they choose.+}"


async def two_versions(caller: Caller) -> tuple[str, list[str], str]:
    """The agenda's path, the decisions that adopted its versions, who endorsed the first."""
    initiative = await partnered(caller)
    agenda = f"{initiative}/common-agenda"
    draft = await drafted(caller, initiative)
    first = await decide(caller, initiative, "agenda")
    await caller.done(f"{agenda}/adoptions", {"decision_id": first})
    partners = (await caller.get(f"{initiative}/partnership")).json()["partners"]
    partner = partners[0]["partner_id"]
    endorsed = await caller.done(f"{agenda}/endorsements", {"partner_id": partner})
    await reworded(caller, initiative, draft | {"version": endorsed["version"]})
    second = await decide(caller, initiative, "agenda")
    now = (await caller.get(agenda)).headers["etag"]
    await caller.done(f"{agenda}/revisions", {"decision_id": second}, If_Match=now)
    return agenda, [first, second], partner


async def test_a_version_is_compared_word_by_word_with_the_one_before():
    app, _ = house()
    async with Caller(app) as caller:
        agenda, decisions, partner = await two_versions(caller)
        one = (await caller.get(f"{agenda}/versions/1")).json()
        assert (one["against"], one["decision_id"]) == (0, decisions[0])
        assert one["endorsed_by"] == [partner]
        assert {found["change"] for found in one["differences"]} == {"added"}
        two = (await caller.get(f"{agenda}/versions/2")).json()
        assert (two["against"], two["decision_id"]) == (1, decisions[1])
        assert two["endorsed_by"] == []
        (changed,) = two["differences"]
        assert (changed["about"], changed["change"]) == ("outcome", "reworded")
        assert changed["readable"] == LATER


async def test_a_version_is_compared_with_any_other_that_there_is():
    app, _ = house()
    async with Caller(app) as caller:
        agenda, *_ = await two_versions(caller)
        back = (await caller.get(f"{agenda}/versions/1", params={"against": 2})).json()
        assert back["differences"][0]["readable"].endswith("{+return to school.+}")
        itself = (await caller.get(f"{agenda}/versions/2", params={"against": 2})).json()
        assert itself["differences"] == []
        for path in (f"{agenda}/versions/3", f"{agenda}/versions/1?against=3"):
            assert refusal(await caller.get(path)) == (404, "not-found")
        assert refusal(await caller.get(f"{agenda}/versions/0"))[0] == 422
