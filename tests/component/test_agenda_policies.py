"""What the agenda does because something happened: reviews are called for, adaptations enacted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from infra.kernel import uuid7
from infra.kernel.line import Line
from infra.kernel.values import moment
from infra.messaging import Carried
from services.agenda.policies.policies import POLICIES
from tests.callers import Caller
from tests.component.agenda_story import decide, house, partnered
from tests.component.policed import Policed, lines_of, told
from tests.component.test_agenda import PACK, adapted, reviewed

NOTED, REVISED = "activities.context-shift-noted", "activities.plan-of-action-revised"
GAP = "agenda.backbone-funding-gap-detected"
TRIGGERED, ENACTED = "agenda.review-triggered", "agenda.adaptation-enacted"


def heard(initiative: str, fact: str, sequence: int = 7, **data: Any) -> Carried:
    source, _, name = fact.partition(".")
    id = UUID(initiative.rpartition("/")[2])
    line = Line(
        id=uuid7(),
        source=f"/{source}",
        type=f"commonweal.{source}.{name}.v1",
        subject=f"initiative/{id}/thing/{uuid7()}",
        partitionkey=id,
        sequence=sequence,
        streamversion=1,
        recordedtime=moment("2023-05-01T00:00:00Z"),
        time=moment("2023-05-01T00:00:00Z"),
        correlationid="of-the-cause",
        data=data,
    )
    return Carried(line, line.model_dump_json())


async def doing(caller: Caller, initiative: str) -> str:
    """The path of a cycle that is being done."""
    said = {"number": 1, "title": "First", "questions": ["Why?"], "review_on": "2023-02-15"}
    cycle = f"/v1/cycles/{(await caller.done(f'{initiative}/cycles', said))['id']}"
    await caller.done(f"{cycle}/plan-approvals", {})
    await caller.done(f"{cycle}/starts", {})
    return cycle


async def test_a_major_shift_brings_each_open_cycle_to_its_review_and_a_minor_one_none() -> None:
    app, clock = house()
    policed = Policed("agenda", POLICIES, app, clock)
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        await doing(caller, initiative)
        minor = heard(initiative, NOTED, 7, weight="minor", shift="A small school closes")
        assert await policed.hear(minor) == []
        cause = heard(initiative, NOTED, 8, weight="major", shift="All buses stop")
        (fired,) = await policed.hear(cause)
        assert (fired.policy, fired.state) == ("P16", "done")
        assert await policed.hear(cause) == []
    (line,) = told(await lines_of(app), TRIGGERED)
    assert line["causationid"] == str(cause.line.id)
    assert line["correlationid"] == "of-the-cause"
    assert line["data"]["cause"] == "All buses stop"
    assert line["data"]["cites"]["refs"][0]["sequence"] == 8


async def test_a_review_that_is_open_is_not_opened_again_and_that_is_kept_as_refused() -> None:
    app, clock = house()
    policed = Policed("agenda", POLICIES, app, clock)
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        await doing(caller, initiative)
        for sequence in (7, 8):
            shift = heard(initiative, NOTED, sequence, weight="major", shift="All buses stop")
            (fired,) = await policed.hear(shift)
    assert fired.state == "refused"
    assert fired.reason.startswith("out-of-order: ")
    assert len(told(await lines_of(app), TRIGGERED)) == 1


async def test_a_gap_in_the_backbones_funding_calls_for_a_review() -> None:
    app, clock = house()
    policed = Policed("agenda", POLICIES, app, clock)
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        await doing(caller, initiative)
        (fired,) = await policed.hear(heard(initiative, GAP, covered_until="2023-12-31"))
    assert (fired.policy, fired.state) == ("P15", "done")
    (line,) = told(await lines_of(app), TRIGGERED)
    assert "until 2023-12-31" in line["data"]["cause"]


async def test_an_adaptation_is_enacted_by_the_revision_that_names_it() -> None:
    app, clock = house()
    policed = Policed("agenda", POLICIES, app, clock)
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        cycle = await reviewed(caller, initiative, clock)
        await caller.done(f"{cycle}/findings", {"text": "Target met.", "verdict": "supports"})
        decision = await decide(caller, initiative, "adaptation", cites=PACK)
        adaptation = (await adapted(caller, cycle, decision, "scale")).rpartition("/")[2]
        assert await policed.hear(heard(initiative, REVISED, adaptation_id=str(uuid7()))) == []
        (fired,) = await policed.hear(heard(initiative, REVISED, adaptation_id=adaptation))
        assert (fired.policy, fired.state) == ("P11", "done")
        (again,) = await policed.hear(heard(initiative, REVISED, 9, adaptation_id=adaptation))
        assert again.reason.startswith("adaptation-settled: ")
        shown = (await caller.get(cycle)).json()
        assert shown["adaptations"][0]["state"] == "enacted"
    assert len(told(await lines_of(app), ENACTED)) == 1
