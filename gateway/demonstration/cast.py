"""Who plays in the scenario. All partners and persons are invented; persons are references only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from uuid import UUID, uuid5

HOUSE = UUID("6f1c2f0e-7d53-5d0a-9c1b-0b3f5a1d2e77")


@dataclass(frozen=True)
class Organisation:
    """A partner of the initiative, under the name that the scenario gives it."""

    name: str
    sector: str

    @property
    def id(self) -> UUID:
        """The same in every run, so that two runs can be compared."""
        return uuid5(HOUSE, self.name)


LLEN = Organisation("Southern Bay LLEN", "education")
BAYSIDE = Organisation("Bayside youth services", "local-government")
GLEN_EIRA = Organisation("Glen Eira youth services", "local-government")
KINGSTON = Organisation("Kingston youth services", "local-government")
SCHOOLS = Organisation("Kingston Secondary Cluster", "education")
HARBOUR = Organisation("Harbour Youth", "community-service")
SKILLS = Organisation("Moorabbin Skills Institute", "vocational-education")
HEALTH = Organisation("Bayside Health Alliance", "health")
INDUSTRY = Organisation("Industry Link Kingston", "employers")
YOUTH = Organisation("Youth Voice Panel", "lived-experience")
DEPARTMENT = Organisation("State education department area office", "state-government")
BUNURONG = Organisation("Bunurong data circle", "indigenous-community")

PARTNERS = (
    LLEN, BAYSIDE, GLEN_EIRA, KINGSTON, SCHOOLS, HARBOUR,
    SKILLS, HEALTH, INDUSTRY, YOUTH, DEPARTMENT, BUNURONG,
)  # fmt: skip


class Person(Enum):
    """One token each: (reference, role, organisation)."""

    COORDINATOR = ("p-coordinator", "backbone-coordinator", LLEN)
    CHAIR = ("p-chair", "backbone-coordinator", LLEN)
    BAYSIDE_LEAD = ("p-bayside", "partner-representative", BAYSIDE)
    GLEN_EIRA_LEAD = ("p-glen-eira", "partner-representative", GLEN_EIRA)
    KINGSTON_LEAD = ("p-kingston", "partner-representative", KINGSTON)
    SCHOOLS_DATA_LEAD = ("p-schools-data", "data-provider", SCHOOLS)
    HARBOUR_LEAD = ("p-harbour", "partner-representative", HARBOUR)
    SKILLS_LEAD = ("p-skills", "partner-representative", SKILLS)
    HEALTH_LEAD = ("p-health", "partner-representative", HEALTH)
    INDUSTRY_LEAD = ("p-industry", "partner-representative", INDUSTRY)
    YOUNG_PERSON = ("p-youth-voice-1", "community-representative", YOUTH)
    OTHER_YOUNG_PERSON = ("p-youth-voice-2", "community-representative", YOUTH)
    OFFICER = ("p-area-office", "funder", DEPARTMENT)
    DATA_AUTHORITY = ("p-data-circle", "indigenous-data-authority", BUNURONG)
    STEWARD = ("p-steward", "data-steward", LLEN)
    INDICATOR_OWNER = ("p-indicator-owner", "indicator-owner", LLEN)
    CERTIFIER = ("p-certifier", "certifier", KINGSTON)
    EVALUATOR = ("p-evaluator", "evaluator", DEPARTMENT)

    @property
    def reference(self) -> str:
        return self.value[0]

    @property
    def role(self) -> str:
        return self.value[1]

    @property
    def organisation(self) -> Organisation:
        return self.value[2]
