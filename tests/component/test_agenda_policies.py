"""What the agenda does because something happened: reviews are called for, adaptations enacted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import pytest
from fastapi import FastAPI

from infra.kernel import NotKnownHere, uuid7
from infra.kernel.clock import ManualClock
from infra.messaging import Carried, MemoryReferences, Reference
from services.agenda.policies.known import READS, SUBMISSION
from services.agenda.policies.policies import POLICIES
from tests import lines
from tests.callers import Caller, named
from tests.component.agenda_story import begin_work, decide, house, partnered
from tests.component.policed import Policed, lines_of, told
from tests.component.test_agenda import PACK, adapted, reviewed
from tests.lines import carried_of, written

NOTED, REVISED = "activities.context-shift-noted", "activities.plan-of-action-revised"
GAP = "agenda.backbone-funding-gap-detected"
TARGET_REVISED, DECIDED = "measurement.target-revised", "agenda.adaptation-decided"
RESTATED, RELEASED = "measurement.feed-restated", "measurement.feed-released"
SIGNAL, REFUSED = "measurement.signal-raised", "measurement.submission-rejected"
TRIGGERED, ENACTED = "agenda.review-triggered", "agenda.adaptation-enacted"


class Here(NamedTuple):
    """An initiative with partners, and what the agenda does about what is heard."""

    app: FastAPI
    clock: ManualClock
    known: MemoryReferences
    policed: Policed
    caller: Caller
    initiative: str
    """Its path."""

    def heard(self, fact: str, sequence: int = 7, **data: Any) -> Carried:
        return lines.heard(fact, UUID(self.initiative[-36:]), data, sequence=sequence)

    async def decides(self, cites: dict[str, Any]) -> str:
        """Decide on the measures, for what is cited; gives the proposal's id."""
        return await decide(self.caller, self.initiative, "measurement", cites=cites)


@pytest.fixture
async def here() -> AsyncIterator[Here]:
    app, clock = house()
    known: MemoryReferences = app.state.service.references
    policed = Policed("agenda", POLICIES, app, clock, known)
    async with Caller(app) as caller:
        yield Here(app, clock, known, policed, caller, await partnered(caller))


async def doing(caller: Caller, initiative: str) -> str:
    """The path of a cycle that is being done."""
    said = {"number": 1, "title": "First", "questions": ["Why?"], "review_on": "2023-02-15"}
    cycle = f"/v1/cycles/{(await caller.done(f'{initiative}/cycles', said))['id']}"
    await begin_work(caller, cycle)
    return cycle


async def test_a_major_shift_brings_each_open_cycle_to_its_review_and_a_minor_one_none(here: Here):
    await doing(here.caller, here.initiative)
    minor = here.heard(NOTED, 7, weight="minor", shift="A small school closes")
    assert await here.policed.hear(minor) == []
    cause = here.heard(NOTED, 8, weight="major", shift="All buses stop")
    (fired,) = await here.policed.hear(cause)
    assert (fired.policy, fired.state) == ("P16", "done")
    assert await here.policed.hear(cause) == []
    (line,) = told(await lines_of(here.app), TRIGGERED)
    assert line["causationid"] == str(cause.line.id)
    assert line["correlationid"] == "of-the-cause"
    assert line["data"]["cause"] == "All buses stop"
    assert line["data"]["cites"]["refs"][0]["sequence"] == 8


async def test_a_review_that_is_open_is_not_opened_again_and_that_is_kept_as_refused(here: Here):
    await doing(here.caller, here.initiative)
    for sequence in (7, 8):
        shift = here.heard(NOTED, sequence, weight="major", shift="All buses stop")
        (fired,) = await here.policed.hear(shift)
    assert fired.state == "refused"
    assert fired.reason.startswith("out-of-order: ")
    assert len(told(await lines_of(here.app), TRIGGERED)) == 1


async def test_a_gap_in_the_backbones_funding_calls_for_a_review(here: Here):
    await doing(here.caller, here.initiative)
    (fired,) = await here.policed.hear(here.heard(GAP, covered_until="2023-12-31"))
    assert (fired.policy, fired.state) == ("P15", "done")
    (line,) = told(await lines_of(here.app), TRIGGERED)
    assert "until 2023-12-31" in line["data"]["cause"]


async def test_an_adaptation_is_enacted_by_the_revision_that_names_it(here: Here):
    cycle = await reviewed(here.caller, here.initiative, here.clock)
    await here.caller.done(f"{cycle}/findings", {"text": "Target met.", "verdict": "supports"})
    decision = await decide(here.caller, here.initiative, "adaptation", cites=PACK)
    adaptation = (await adapted(here.caller, cycle, decision, "scale")).rpartition("/")[2]
    assert await here.policed.hear(here.heard(REVISED, adaptation_id=str(uuid7()))) == []
    (fired,) = await here.policed.hear(here.heard(REVISED, adaptation_id=adaptation))
    assert (fired.policy, fired.state) == ("P11", "done")
    (again,) = await here.policed.hear(here.heard(REVISED, 9, adaptation_id=adaptation))
    assert again.reason.startswith("adaptation-settled: ")
    shown = (await here.caller.get(cycle)).json()
    assert shown["adaptations"][0]["state"] == "enacted"
    assert len(told(await lines_of(here.app), ENACTED)) == 1


async def test_each_service_that_did_its_part_is_recorded_once(here: Here):
    cycle = await reviewed(here.caller, here.initiative, here.clock)
    await here.caller.done(f"{cycle}/findings", {"text": "Target met.", "verdict": "supports"})
    decision = await decide(here.caller, here.initiative, "adaptation", cites=PACK)
    adaptation = (await adapted(here.caller, cycle, decision, "scale")).rpartition("/")[2]
    for sequence, fact in enumerate((REVISED, TARGET_REVISED, TARGET_REVISED), start=7):
        await here.policed.hear(here.heard(fact, sequence, adaptation_id=adaptation))
    shown = (await here.caller.get(cycle)).json()["adaptations"][0]
    assert sorted(shown["enacted_in"]) == ["activities", "measurement"]
    assert len(told(await lines_of(here.app), ENACTED)) == 2


async def test_an_adaptation_of_the_theory_is_asked_of_it(here: Here):
    changes = [
        {"what": "Twelve schools", "service": "agenda", "id": None},
        {"what": "65 %", "service": "measurement", "id": None},
    ]
    adaptation = str(uuid7())
    elsewhere = here.heard(DECIDED, adaptation_id=adaptation, changes=changes[1:])
    assert await here.policed.hear(elsewhere) == []
    decided = here.heard(DECIDED, adaptation_id=adaptation, changes=changes)
    (fired,) = await here.policed.hear(decided)
    assert (fired.policy, fired.state) == ("P11", "done")
    theory = (await here.caller.get(f"{here.initiative}/theory-of-change")).json()
    assert theory["revisions_asked"] == {adaptation: "Twelve schools"}


NOTING: dict[str, dict[str, Any]] = {
    "measurement.indicator-definition-changed": {
        "comparable": False,
        "definition": {"name": "Engaged after 13 weeks"},
    },
    "activities.activity-stopped": {"learning": "A state line does the same."},
    "activities.activity-completed": {},
    "agenda.feedback-overdue": {},
}


@pytest.mark.parametrize("fact", NOTING)
async def test_the_next_review_of_each_open_cycle_looks_at_what_happened(here: Here, fact: str):
    cycle = await doing(here.caller, here.initiative)
    happened = here.heard(fact, **NOTING[fact])
    (fired,) = await here.policed.hear(happened)
    assert (fired.state, fired.target) == ("done", cycle.rpartition("/")[2])
    assert await here.policed.hear(happened) == []
    (item,) = (await here.caller.get(cycle)).json()["items"]
    assert item["line"]["sequence"] == 7
    assert item["kind"] == ("evidence" if fact.startswith("activities.") else "to-discuss")


async def test_a_comparable_definition_is_nothing_for_the_review(here: Here):
    await doing(here.caller, here.initiative)
    same = here.heard(next(iter(NOTING)), comparable=True, definition={"name": "x"})
    assert await here.policed.hear(same) == []


SERIES, INDICATOR, RELEASE = uuid7(), uuid7(), uuid7()
CORRECTED = "measurement.observation-corrected"


def corrected(here: Here, sequence: int, *supersedes: int, act: str = "the act") -> Carried:
    carried = here.heard(
        CORRECTED,
        sequence,
        indicator_id=str(INDICATOR),
        place={"code": "20803", "label": "Kingston"},
        was={"period": "2022-S2", "value": "62.5"},
        now={"period": "2022-S2", "value": "60.0"},
        supersedes=list(supersedes),
    )
    subject = f"initiative/{carried.line.partitionkey}/series/{SERIES}"
    line = msgspec.structs.replace(carried.line, subject=subject, correlationid=act)
    return carried_of(line)


def cites(known_at: str, **ref: Any) -> dict[str, Any]:
    return {"known_at": known_at, "refs": [{"source": "measurement", **ref}]}


async def test_decisions_on_a_value_that_was_corrected_are_flagged_once_for_each_act(here: Here):
    wanted = [
        await here.decides(cites("measurement:40", **ref))
        for ref in ({"id": str(INDICATOR)}, {"id": str(SERIES)}, {"sequence": 33})
    ]
    for other in (
        cites("measurement:40", sequence=34),
        cites("measurement:40", id=str(uuid7())),
        cites("measurement:51", id=str(INDICATOR)),  # it was known by then
    ):
        await here.decides(other)
    fired = await here.policed.hear(corrected(here, 50, 33, 35))
    assert sorted(one.target for one in fired) == sorted(f"decision/{id}" for id in wanted)
    assert {one.state for one in fired} == {"done"}
    assert await here.policed.hear(corrected(here, 51, 36)) == []  # the same act
    again = await here.policed.hear(corrected(here, 52, 50, act="another"))
    assert {one.state for one in again} == {"done"}
    shown = (await here.caller.get(f"/v1/proposals/{wanted[2]}")).json()["superseded"]
    assert [each["cause"]["sequence"] for each in shown] == [50]
    assert shown[0]["note"] == "The value for 2022-S2 in Kingston was corrected."


async def test_a_decision_is_flagged_once_the_submission_that_corrected_is_accepted(here: Here):
    await here.decides(cites("measurement:40", id=str(INDICATOR)))
    waits, accepted, refused = uuid7(), uuid7(), uuid7()
    waiting = brought(corrected(here, 50, act="first"), waits)
    here.known.add(Reference(SUBMISSION, accepted, waiting.line.partitionkey))
    here.known.add(Reference(SUBMISSION, refused, waiting.line.partitionkey, "withdrawn"))
    with pytest.raises(NotKnownHere):
        await here.policed.hear(waiting)
    never = await here.policed.hear(brought(corrected(here, 51, act="second"), refused))
    assert [one.state for one in never] == ["refused"]
    counts = await here.policed.hear(brought(corrected(here, 52, act="third"), accepted))
    assert [one.state for one in counts] == ["done"]


def brought(carried: Carried, submission: UUID) -> Carried:
    """The same correction, as a submission brought it."""
    data = carried.line.data | {"submission_id": str(submission)}
    line = msgspec.structs.replace(carried.line, written=written(data))
    return carried_of(line)


async def test_a_pack_that_froze_the_value_is_flagged_and_who_cites_the_pack(here: Here):
    cycle = await doing(here.caller, here.initiative)
    here.clock.forward(days=520)
    await here.caller.done(f"{cycle}/reviews", {})
    pack = cites("measurement:40", sequence=33, sha256="3" * 64)
    await here.caller.done(f"{cycle}/evidence-packs", {"title": "E1", "cites": pack})
    (frozen,) = [each for each in await lines_of(here.app) if each.fact.endswith("pack-frozen")]
    of_pack = {"source": "agenda", "sequence": frozen.sequence}
    through = {"known_at": f"agenda:{frozen.sequence}", "refs": [of_pack]}
    decision = await here.decides(through)
    fired = await here.policed.hear(corrected(here, 50, 33))
    assert {one.target.partition("/")[0] for one in fired} == {
        "decision",
        cycle.rpartition("/")[2],
    }
    (changed,) = (await here.caller.get(cycle)).json()["superseded"]
    assert changed["lines"] == [33]
    assert (await here.caller.get(f"/v1/proposals/{decision}")).json()["superseded"]


async def test_a_restated_release_flags_who_cited_it_or_the_line_that_published_it(here: Here):
    published = here.heard(RELEASED, 45)
    subject = f"initiative/{published.line.partitionkey}/feed-release/{RELEASE}"
    line = msgspec.structs.replace(published.line, subject=subject)
    for reference in READS[RELEASED](carried_of(line)):
        here.known.add(reference)
    for ref in ({"id": str(RELEASE)}, {"sequence": 45}):
        await here.decides(cites("measurement:46", **ref))
    restated = here.heard(RESTATED, 60, replaces=str(RELEASE))
    fired = await here.policed.hear(restated)
    assert [one.state for one in fired] == ["done", "done"]
    flags = told(await lines_of(here.app), "agenda.decision-evidence-superseded")
    assert {flag["data"]["cause"]["sequence"] for flag in flags} == {60}


async def test_a_signal_brings_the_newest_cycle_under_way_to_its_review_once(here: Here):
    await doing(here.caller, here.initiative)
    said = {
        "kind": "target-missed",
        "place": {"code": "bgk", "label": "BGK"},
        "was": {"period": "2022", "value": "61"},
        "now": {"period": "2023", "value": "57"},
        "target": "60",
    }
    (fired,) = await here.policed.hear(here.heard(SIGNAL, 7, **said))
    assert (fired.policy, fired.state) == ("P6", "done")
    (again,) = await here.policed.hear(here.heard(SIGNAL, 8, **said))
    assert again.state == "refused"
    (line,) = told(await lines_of(here.app), TRIGGERED)
    assert line["data"]["cause"] == "A target is missed in BGK, with 2023."


async def test_a_partner_whose_submissions_are_refused_twice_in_a_round_may_need_help(here: Here):
    school, period = str(named("Harbour Youth")), str(uuid7())
    said = {"provider": school, "reporting_period_id": period, "rejection": "declined"}
    fired = []
    for sequence, more in enumerate(
        ({}, {"rejection": "interrupted"}, {"reporting_period_id": str(uuid7())}, {}, {})
    ):
        refused = here.heard(REFUSED, 7 + sequence, **(said | more))
        for reference in READS[REFUSED](refused):
            here.known.add(reference)
        fired.append([each.state for each in await here.policed.hear(refused)])
    assert fired == [[], [], [], ["done"], []]
    partners = (await here.caller.get(f"{here.initiative}/partnership")).json()["partners"]
    noted = {one["organisation"]: one["health"] for one in partners if one["health"]}
    assert [note["line"]["sequence"] for note in noted[school]] == [10]
