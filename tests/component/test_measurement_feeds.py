"""Feeds over HTTP: who may do what, what agreements allow, and a release from draft to restated."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.callers import named
from tests.component.measuring import indicator, refusal
from tests.component.policed import lines_of
from tests.component.releasing import (
    BAYSIDE,
    DEPARTMENT,
    GLEN_EIRA,
    H2,
    KINGSTON,
    SUPPORTED,
    WHOLE,
    WHY,
    Feeding,
    feeding,
    share,
    terms,
)
from tests.terms import INITIATIVE

ENOUGH = ((BAYSIDE, 30, 50), (GLEN_EIRA, 60, 100), (KINGSTON, 100, 160))
PROFILES = f"/v1/initiatives/{INITIATIVE}/feed-profiles"
TO_DEPARTMENT = {"kind": "organisation", "organisation": str(DEPARTMENT)}


@pytest.fixture
async def cast() -> AsyncIterator[Feeding]:
    async with AsyncExitStack() as stack:
        yield await feeding(stack)


async def cells(cast: Feeding, release: str) -> list[dict[str, Any]]:
    answer = await cast.steward.get(f"{release}/cells")
    assert answer.status_code == 200, answer.text
    shown = (await cast.steward.get(release)).json()
    assert hashlib.sha256(answer.content).hexdigest() == shown["content_sha256"]
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_a_feed_is_as_strict_as_the_strictest_agreement(cast: Feeding) -> None:
    await cast.agree(min_count=5)
    await cast.agree(min_count=11)
    profile = (await cast.steward.get(await cast.define())).json()
    assert profile["terms"]["policy"]["min_count"] == 11


async def test_a_formula_has_no_cell_though_its_feed_names_it(cast: Feeding) -> None:
    """What it gives would tell of its inputs; whoever sees these can work it out."""
    doubled = {"text": "I4 + I4", "decimals": 1}
    computed = await indicator(cast.coordinator, "I9", formula=doubled)
    await cast.observe(ENOUGH)
    profile = await cast.define(terms=terms(cast.indicator, computed))
    shown = await cells(cast, await cast.prepare(profile))
    assert {cell["indicator_code"] for cell in shown} == {"I4"}


async def test_nothing_is_fed_that_an_agreement_withholds(cast: Feeding) -> None:
    said = {"code": "bgk", "audience": TO_DEPARTMENT, "terms": terms(cast.indicator)}
    refused = await cast.steward.ask(PROFILES, said)
    assert refusal(refused) == (409, "no-agreement-in-force")
    await cast.agree(recipients=[str(named("somebody else"))])
    assert refusal(await cast.steward.ask(PROFILES, said)) == (409, "agreement-withholds")


async def test_the_public_receives_what_agreements_let_it(cast: Feeding) -> None:
    said = {"code": "bgk", "audience": {"kind": "public"}, "terms": terms(cast.indicator)}
    await cast.agree()
    assert refusal(await cast.steward.ask(PROFILES, said)) == (409, "agreement-withholds")


async def test_a_release_names_its_periods_by_a_calendar(cast: Feeding) -> None:
    await cast.observe(ENOUGH)
    framework = f"/v1/initiatives/{INITIATIVE}/measurement-framework"
    half = {"name": "Second half", "start": "2022-07-01", "end": "2022-12-31"}
    calendar = {"code": "halves", "title": "Halves", "periods": [half]}
    await cast.coordinator.done(framework, {"title": "What we watch"})
    await cast.coordinator.done(f"{framework}/calendars", {"calendar": calendar})
    named_so = {"calendar": "halves", "name": "Second half"}
    kept = {
        "indicator_id": str(cast.indicator),
        "definition_version": 1,
        "place": BAYSIDE,
        "period": named_so,
    }
    release = await cast.prepare(await cast.define(), periods=[named_so], keep=[kept])
    told = await cells(cast, release)
    assert {cell["period"]["period"] for cell in told} == {H2}
    assert len(told) > len(ENOUGH) - 1


async def test_a_feed_is_changed_by_whoever_saw_it_and_with_a_reason(cast: Feeding) -> None:
    await cast.agree()
    profile = await cast.define()
    other = {"terms": terms(cast.indicator, title="BGK, quarterly", cadence="quarterly")}
    seen = {"If_Match": '"1"'}
    blind = await cast.steward.ask(f"{profile}/changes", other | {"reason": WHY})
    assert refusal(blind) == (428, "precondition-required")
    silent = await cast.steward.ask(f"{profile}/changes", other, **seen)
    assert refusal(silent) == (422, "reason-required")
    changed = await cast.steward.done(f"{profile}/changes", other | {"reason": WHY}, **seen)
    assert (changed["terms"]["cadence"], changed["version"]) == ("quarterly", 2)
    later = {"terms": terms(cast.indicator, cadence="yearly"), "reason": WHY}
    late = await cast.steward.ask(f"{profile}/changes", later, **seen)
    assert refusal(late) == (412, "precondition-failed")


async def test_a_release_stops_when_its_agreement_does(cast: Feeding) -> None:
    agreement = await cast.agree()
    await cast.observe(ENOUGH)
    profile = await cast.define()
    await cast.coordinator.done(f"{agreement}/suspensions", {"reason": WHY})
    asked = {"title": "H2", "periods": [H2]}
    refused = await cast.steward.ask(f"{profile}/releases", asked)
    assert refusal(refused) == (409, "no-agreement-in-force")


async def test_a_release_goes_from_its_draft_to_its_audience(cast: Feeding) -> None:
    await cast.agree()
    await cast.observe(ENOUGH)
    profile = await cast.define()
    release = await cast.prepare(profile)
    said = await cells(cast, release)
    assert [one["place"]["code"] for one in said] == ["20801", "20802", "20803", "bgk"]
    assert said[-1] | {"value": "61.3", "numerator": "190", "denominator": "310"} == said[-1]
    assert said[-1]["computed"]
    assert len(said[-1]["inputs"]) == 3


async def test_whoever_prepared_a_release_does_not_approve_it(cast: Feeding) -> None:
    await cast.agree()
    await cast.observe(ENOUGH)
    profile = await cast.define()
    release = await cast.prepare(profile)
    again = await cast.steward.ask(f"{profile}/releases", {"title": "H2", "periods": [H2]})
    assert refusal(again) == (409, "claim-taken")
    early = await cast.certifier.ask(f"{release}/approvals", {})
    assert refusal(early) == (409, "reliability-missing")
    judged = {"purpose": "monitoring", "determination": "sufficient"}
    await cast.steward.done(f"{release}/determinations", judged)
    own = await cast.steward.ask(f"{release}/approvals", {})
    assert refusal(own) == (422, "approver-is-preparer")
    unapproved = await cast.certifier.ask(f"{release}/publications", {})
    assert refusal(unapproved) == (409, "not-being-prepared")
    await cast.certifier.done(f"{release}/approvals", {})
    published = await cast.certifier.done(f"{release}/publications", {})
    assert published["state"] == "released"
    assert published["checkpoint"]["size"] >= 20
    assert published["positions"].startswith("measurement:")
    twice = await cast.certifier.ask(f"{release}/publications", {})
    assert refusal(twice) == (409, "not-being-prepared")


async def test_only_what_is_certified_by_then_is_released(cast: Feeding) -> None:
    await cast.agree()
    series = await cast.observe(ENOUGH)
    head = (await cast.steward.get("/v1/head")).json()["sequence"]
    await cast.certifier.done(f"{series[0]}/decertifications", {"period": H2, "reason": WHY})
    profile = await cast.define()
    now = await cells(cast, await cast.prepare(profile))
    assert [one["place"]["code"] for one in now] == ["20802", "20803"]
    assert not any(one["computed"] for one in now)
    [draft] = await told(cast, "feed-release-prepared")
    await cast.certifier.done(f"/v1/feed-releases/{draft}/discards", {"reason": WHY})
    then = await cells(cast, await cast.prepare(profile, positions=f"agenda:7,measurement:{head}"))
    assert [one["place"]["code"] for one in then] == ["20801", "20802", "20803", "bgk"]
    ahead = {"title": "H2", "periods": [H2], "positions": "measurement:99999"}
    await cast.certifier.done(
        f"/v1/feed-releases/{(await told(cast, 'feed-release-prepared'))[-1]}/discards",
        {"reason": WHY},
    )
    refused = await cast.steward.ask(f"{profile}/releases", ahead)
    assert refusal(refused) == (422, "position-ahead")
    nameless = ahead | {"positions": "agenda:1"}
    refused = await cast.steward.ask(f"{profile}/releases", nameless)
    assert refusal(refused) == (422, "own-position-missing")


async def told(cast: Feeding, fact: str) -> list[str]:
    """The streams in which something was said."""
    lines = await lines_of(cast.house.app)
    return [
        one.line.subject.rpartition("/")[2] for one in lines if one.fact == f"measurement.{fact}"
    ]


async def test_nothing_certified_is_nothing_to_release(cast: Feeding) -> None:
    await cast.agree()
    profile = await cast.define()
    refused = await cast.steward.ask(f"{profile}/releases", {"title": "H2", "periods": [H2]})
    assert refusal(refused) == (409, "nothing-releasable")


async def test_a_challenge_freezes_the_feed_until_another_organisation_resolves_it(
    cast: Feeding,
) -> None:
    await cast.agree()
    await cast.observe(ENOUGH)
    profile = await cast.define()
    release = await cast.publish(profile)
    doubted = await cast.officer.done(f"{release}/challenges", {"ground": "310 is too many"})
    challenge = doubted["challenges"][0]["challenge_id"]
    asked = {"title": "H2", "periods": [H2]}
    frozen = await cast.steward.ask(f"{profile}/releases", asked)
    assert refusal(frozen) == (409, "profile-challenged")
    answer = {"outcome": "dismissed", "text": "Counted again: 310."}
    resolved = await cast.certifier.done(f"{release}/challenges/{challenge}/resolutions", answer)
    assert resolved["challenges"][0]["outcome"] == "dismissed"
    await cast.prepare(profile)


async def test_a_challenge_stops_a_draft_that_is_already_approved(cast: Feeding) -> None:
    await cast.agree()
    await cast.observe(ENOUGH)
    profile = await cast.define()
    release = await cast.publish(profile)
    draft = await cast.prepare(profile)
    judged = {"purpose": "monitoring", "determination": "limited", "note": "Few partners."}
    await cast.steward.done(f"{draft}/determinations", judged)
    await cast.certifier.done(f"{draft}/approvals", {})
    await cast.officer.done(f"{release}/challenges", {"ground": "310 is too many"})
    refused = await cast.certifier.ask(f"{draft}/publications", {})
    assert refusal(refused) == (409, "profile-challenged")


async def test_a_release_that_was_not_held_against_another_is_not_published(cast: Feeding) -> None:
    await cast.agree()
    await cast.observe(ENOUGH)
    profile, other = await cast.define(), await cast.define(code="bgk-other")
    draft = await cast.prepare(profile)
    judged = {"purpose": "monitoring", "determination": "sufficient"}
    await cast.steward.done(f"{draft}/determinations", judged)
    await cast.certifier.done(f"{draft}/approvals", {})
    await cast.publish(other)
    refused = await cast.certifier.ask(f"{draft}/publications", {})
    assert refusal(refused) == (409, "released-meanwhile")


async def test_the_recipient_acknowledges_what_it_has(cast: Feeding) -> None:
    await cast.agree()
    await cast.observe(ENOUGH)
    release = await cast.publish(await cast.define())
    content = {"content_sha256": (await cast.steward.get(release)).json()["content_sha256"]}
    stranger = await cast.stranger.ask(f"{release}/acknowledgements", content)
    assert refusal(stranger) == (422, "not-a-recipient")
    other = await cast.officer.ask(f"{release}/acknowledgements", {"content_sha256": "0" * 64})
    assert refusal(other) == (422, "other-content")
    done = await cast.officer.done(f"{release}/acknowledgements", content)
    assert done["acknowledged"] == [str(DEPARTMENT)]


async def test_a_restatement_names_what_it_replaces_and_why(cast: Feeding) -> None:
    await cast.agree()
    await cast.observe(ENOUGH)
    profile = await cast.define()
    first = (await cast.steward.get(await cast.publish(profile))).json()["id"]
    asked = {"title": "H2", "periods": [H2], "replaces": first}
    refused = await cast.steward.ask(f"{profile}/releases", asked)
    assert refusal(refused) == (422, "reason-required")
    unknown = asked | {"replaces": str(named("another")), "reason": WHY}
    refused = await cast.steward.ask(f"{profile}/releases", unknown)
    assert refusal(refused) == (404, "not-found")
    second = await cast.publish(profile, replaces=first, reason=WHY)
    assert (await cast.steward.get(second)).json()["replaces"] == first
    assert await told(cast, "feed-restated")
    again = await cast.steward.ask(f"{profile}/releases", asked | {"reason": WHY})
    assert refusal(again) == (409, "replaced-already")


async def test_a_small_place_is_withheld_from_the_first_draft_on(cast: Feeding) -> None:
    await cast.agree()
    await cast.observe(SUPPORTED)
    said = await cells(cast, await cast.prepare(await cast.define()))
    bayside = next(one for one in said if one["place"] == BAYSIDE)
    assert bayside["conf_status"] == "N"
    assert not {"value", "numerator"} & bayside.keys()
    whole = next(one for one in said if one["place"] == WHOLE)
    assert whole | share(19, 31) == whole


async def test_a_draft_that_gives_a_small_place_away_is_refused_by_counts_only(
    cast: Feeding,
) -> None:
    await cast.agree()
    series = await cast.observe(SUPPORTED)
    profile = await cast.define()
    first = await cast.publish(profile)
    for path, (_, above, below) in zip(series, SUPPORTED, strict=True):
        was, now = share(above, below), share(above - 1, below - 1)
        correction = {"period": H2, "was": was, "now": now, "reason": WHY}
        await cast.steward.done(f"{path}/corrections", correction)
        await cast.certifier.done(f"{path}/certifications", {})
    where = {"indicator_id": str(cast.indicator), "definition_version": 1, "period": H2}
    asked = {"title": "R2", "periods": [H2], "replaces": first[-36:], "reason": WHY}
    kingston = {"keep": [where | {"place": KINGSTON}]}
    refused = await cast.steward.ask(f"{profile}/releases", asked | kingston)
    assert refusal(refused) == (422, "small-numbers-at-risk")
    assert "withheld figures could be worked out" in refused.json()["detail"]
    assert "20801" not in refused.text
    total_only = await cells(cast, await cast.prepare(profile, **asked))
    assert [one["place"]["code"] for one in total_only if "numerator" in one] == ["bgk"]


@pytest.mark.parametrize(
    ("who", "path", "body"),
    [
        ("officer", PROFILES, {}),
        ("auditor", PROFILES, {}),
        ("officer", "/v1/feed-profiles/{id}/releases", {}),
        ("certifier", "/v1/feed-profiles/{id}/releases", {}),
        ("officer", "/v1/feed-releases/{id}/approvals", {}),
        ("officer", "/v1/feed-releases/{id}/publications", {}),
        ("officer", "/v1/feed-releases/{id}/determinations", {}),
        ("officer", "/v1/feed-releases/{id}/challenges/{id}/resolutions", {}),
    ],
)
async def test_who_may_not(cast: Feeding, who: str, path: str, body: dict[str, Any]) -> None:
    answer = await cast.people[who].ask(path.replace("{id}", str(named("any"))), body)
    assert refusal(answer) == (403, "role-not-allowed")


@pytest.mark.parametrize("of", ["feed-profiles", "feed-releases", "series", "submissions"])
async def test_funders_read_feeds_and_nothing_behind_them(cast: Feeding, of: str) -> None:
    answer = await cast.officer.get(f"/v1/{of}/{named('any')}")
    assert refusal(answer) == (403, "role-not-allowed")
