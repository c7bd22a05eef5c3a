"""Change stories over HTTP: told with consent, read by few, forgotten on demand."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.callers import Caller, token
from tests.component.measuring import INITIATIVE, House, house, refusal

TOLD = "Nobody rang back for three weeks. Then somebody from the desk did."
BECAUSE = "It shows what one call changes."
PANEL = [{"group": "Young people", "members": 2}, {"group": "Partners", "members": 3}]


@pytest.fixture
def measuring() -> House:
    return house()


@pytest.fixture
async def caller(measuring: House) -> AsyncIterator[Caller]:
    async with Caller(measuring.app) as someone:
        yield someone


async def collected(caller: Caller) -> str:
    body = {"domain": "Confidence", "text": TOLD, "consent_ref": "form-17"}
    made = await caller.done(f"/v1/initiatives/{INITIATIVE}/stories", body)
    return f"/v1/stories/{made['id']}"


async def selected(caller: Caller) -> str:
    story = await collected(caller)
    await caller.done(f"{story}/consents", {"uses": ["panel"], "consent_ref": "form-17"})
    await caller.done(f"{story}/screenings", {"screening": "cleared"})
    await caller.done(f"{story}/selections", {"panel": PANEL, "because": BECAUSE})
    return story


async def test_a_story_goes_from_its_teller_to_the_panel_and_back(caller: Caller) -> None:
    story = await selected(caller)
    await caller.done(f"{story}/verifications", {"method": "storyteller-interviewed"})
    shown = await caller.done(f"{story}/feedback", {"to": "storytellers", "told": "Yours is one."})
    assert shown["state"] == "selected"
    assert shown["panel"] == PANEL
    assert shown["fed_back_to"] == ["storytellers"]
    text = (await caller.get(f"{story}/text")).json()
    assert text["text"] == TOLD
    assert text["because"] == BECAUSE
    assert text["fed_back"] == [{"to": "storytellers", "told": "Yours is one."}]


async def test_no_fact_and_no_answer_but_one_holds_a_word_of_it(
    measuring: House, caller: Caller
) -> None:
    story = await selected(caller)
    lines = [recorded.line for recorded in await measuring.store.replay(after=0, limit=100)]
    for said in (TOLD, BECAUSE):
        assert not [line for line in lines if said[:12] in line]
        assert said[:12] not in (await caller.get(story)).text


async def test_only_those_who_work_with_the_stories_read_them(
    measuring: House, caller: Caller
) -> None:
    story = await collected(caller)
    for role in ("funder", "public", "auditor", "developer", "data-provider"):
        async with Caller(measuring.app, bearer=token("person-9", role)) as other:
            assert refusal(await other.get(f"{story}/text")) == (403, "role-not-allowed")
            assert (await other.get(story)).status_code == 200


async def test_a_withdrawn_consent_ends_reading_at_once(caller: Caller) -> None:
    story = await selected(caller)
    shown = await caller.done(f"{story}/consent-withdrawals", {})
    assert shown["state"] == "withdrawn"
    assert refusal(await caller.get(f"{story}/text")) == (409, "consent-is-withdrawn")
    again = await caller.done(f"{story}/consents", {"uses": ["panel"], "consent_ref": "form-19"})
    assert again["consent"] == "given"
    assert (await caller.get(f"{story}/text")).json()["text"] == TOLD


@pytest.mark.parametrize("how", ["at once", "later", "without withdrawal"])
async def test_an_erased_story_is_noise_for_everybody(caller: Caller, how: str) -> None:
    story = await selected(caller)
    if how != "without withdrawal":
        await caller.done(f"{story}/consent-withdrawals", {"erase": how == "at once"})
    if how != "at once":
        await caller.done(f"{story}/erasures", {})
    assert (await caller.get(story)).json()["state"] == "erased"
    assert refusal(await caller.get(f"{story}/text")) == (409, "story-is-erased")
    answer = await caller.ask(f"{story}/selections", {"panel": PANEL, "because": BECAUSE})
    assert refusal(answer) == (409, "story-is-erased")


async def test_an_outcome_has_to_be_known_and_a_text_has_to_say_something(caller: Caller) -> None:
    path = f"/v1/initiatives/{INITIATIVE}/stories"
    body = {"domain": "Confidence", "text": TOLD, "consent_ref": "form-17"}
    unknown = {"outcome_id": "01890000-0000-7000-8000-000000000009"}
    assert refusal(await caller.ask(path, body | unknown)) == (409, "not-known-here")
    for wrong in ({"text": " "}, {"text": "x" * 10_001}, {"consent_ref": "Anna B., 17"}):
        assert refusal(await caller.ask(path, body | wrong))[0] == 422
