"""Rows 1 and 6 to 9: where it begins, who joins, and by what rules they agree."""

from __future__ import annotations

from datetime import date

from gateway.demonstration.assess import assesses, judges
from gateway.demonstration.cast import BAYSIDE, LLEN, PARTNERS, YOUTH, Person
from gateway.demonstration.promises import CADENCE
from gateway.demonstration.story import BAYSIDE_PLACE, GLEN_EIRA_PLACE, KINGSTON_PLACE, Story

FOUNDERS = (
    Person.COORDINATOR,
    Person.BAYSIDE_LEAD,
    Person.HARBOUR_LEAD,
    Person.SKILLS_LEAD,
    Person.HEALTH_LEAD,
    Person.YOUNG_PERSON,
    Person.OTHER_YOUNG_PERSON,
)
CONSENT = ("charter", "backbone", "approach", "measurement", "strategy", "adaptation", "resource")
FUNCTIONS = [
    "guide-vision-and-strategy",
    "support-aligned-activities",
    "establish-shared-measurement",
    "build-public-will",
    "advance-policy",
    "mobilise-funding",
]
COHORT = {
    "description": "Young people who are disengaging or disengaged from learning and work",
    "age_from": 10,
    "age_to": 19,
}


async def begins(story: Story) -> None:
    """Row 1: the introduction session for staff and board."""
    story.player.on(date(2021, 9, 27))
    registered = await story.player.does(
        Person.COORDINATOR,
        "/v1/initiatives",
        name="BGK Young People Thriving",
        places=[BAYSIDE_PLACE, GLEN_EIRA_PLACE, KINGSTON_PLACE],
        cohort=COHORT,
        origin="Introduction session for staff and board",
    )
    story.initiative = registered["id"]


async def locates_first(story: Story) -> None:
    """Row 6: each element of the Change Cycle in its phase."""
    story.player.on(date(2021, 11, 22))
    foundations, runway = "building-the-foundations", "readiness-runway"
    await locates(
        story,
        collaboration=foundations,
        leadership=foundations,
        community=runway,
        innovation=runway,
        measurement=runway,
    )


async def locates(story: Story, **phases: str) -> None:
    """Where each element of the Change Cycle stands."""
    await story.player.does(
        Person.COORDINATOR,
        f"{story.here}/phases",
        locations=[
            {"element": element, "phase": phase, "basis": "Located by the founding group together"}
            for element, phase in phases.items()
        ],
    )


async def charters(story: Story) -> None:
    """Row 7: the founding group adopts the first charter."""
    story.player.on(date(2021, 12, 6))
    agenda = {
        "decision_class": "agenda",
        "method": "consent",
        "quorum": 5,
        "minimum_sectors": 4,
        "minimum_lived_experience": 2,
    }
    consent = [
        {"decision_class": name, "method": "consent", "quorum": 4, "minimum_sectors": 3}
        for name in CONSENT
    ]
    await story.player.does(
        Person.COORDINATOR,
        f"{story.here}/charter/drafts",
        provisions={
            "rules": [
                agenda,
                *consent,
                {"decision_class": "operational", "method": "delegated", "quorum": 1},
            ],
            "seats": [{"kind": "lived-experience", "count": 2}],
            "lived_experience_minimum": 2,
            "funding_warning_months": 7,
            "cadences": [CADENCE],
        },
    )
    await story.player.does(
        Person.COORDINATOR,
        f"{story.here}/charter/adoptions",
        founding_group=[
            {
                "person": founder.reference,
                "organisation": str(founder.organisation.id),
                "sector": founder.organisation.sector,
                "lived_experience": founder.organisation is YOUTH,
            }
            for founder in FOUNDERS
        ],
        founding_until="2022-02-09",
    )
    delegation = await story.decides(
        "D-0",
        "charter",
        "Delegate day-to-day matters to the backbone",
        "Decisions of class operational are delegated to Southern Bay LLEN.",
        *FOUNDERS,
    )
    await story.player.does(
        Person.COORDINATOR,
        f"{story.here}/charter/delegations",
        decision_class="operational",
        organisation=str(LLEN.id),
        decision_id=delegation,
    )


async def appoints(story: Story) -> None:
    """Row 8: the others appoint the backbone to all six functions, and it is paid for."""
    decision = await story.decides(
        "D-B",
        "backbone",
        "Southern Bay LLEN is the backbone",
        "Southern Bay LLEN takes all six functions.",
        *(founder for founder in FOUNDERS if founder.organisation is not LLEN),
        concerns=[str(LLEN.id)],
    )
    backbone = f"{story.here}/backbone/appointments"
    appointed = await story.player.does(
        Person.BAYSIDE_LEAD,
        backbone,
        host=str(LLEN.id),
        functions=FUNCTIONS,
        decision_id=decision,
    )
    appointment = appointed["appointments"][-1]["appointment_id"]
    await story.player.does(
        Person.OFFICER,
        f"{backbone}/{appointment}/fundings",
        amount="210000",
        currency="AUD",
        fte="1.6",
        paid={"starts": "2021-12-06", "ends": "2023-12-31"},
        payer="State education department area office",
    )


async def joins(story: Story) -> None:
    """Row 9: twelve partners sign, and young people take their seats."""
    story.player.on(date(2022, 2, 9))
    for partner in PARTNERS:
        await story.player.does(
            Person.COORDINATOR,
            f"{story.here}/invitations",
            organisation=str(partner.id),
            name=partner.name,
        )
        signed = await story.player.does(
            Person.COORDINATOR,
            f"{story.here}/partners",
            organisation=str(partner.id),
            sector=partner.sector,
            role="backbone" if partner is LLEN else "core",
            agreement_version="1",
            term={"starts": "2022-02-09", "ends": "2031-12-31"},
        )
        found = {known["organisation"]: known["partner_id"] for known in signed["partners"]}
        story.partners[partner] = found[str(partner.id)]
    for young in (Person.YOUNG_PERSON, Person.OTHER_YOUNG_PERSON):
        await story.player.does(
            Person.COORDINATOR,
            f"{story.here}/charter/seats",
            kind="lived-experience",
            holder=young.reference,
            organisation=str(YOUTH.id),
        )
    await story.player.does(
        Person.COORDINATOR,
        f"{story.here}/champions",
        champion=Person.BAYSIDE_LEAD.reference,
        partner_id=story.partners[BAYSIDE],
    )


READY = (begins, assesses, judges, locates_first, charters, appoints, joins)
