"""A measurement service with three places, an agreement and a feed, and what tests say of them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tests.callers import ORGANISATION, Caller, named, token
from tests.component.measuring import House, house, indicator, verified
from tests.terms import INITIATIVE

DEPARTMENT = named("department")
H2 = "2022-07-01/2022-12-31"
WHY = {"code": "correction", "text": "Counted again."}


def place(code: str, label: str) -> dict[str, str]:
    return {"scheme": "asgs", "edition": "3", "code": code, "label": label}


BAYSIDE, GLEN_EIRA = place("20801", "Bayside"), place("20802", "Glen Eira")
KINGSTON = place("20803", "Kingston")
WHOLE = {"scheme": "commonweal", "edition": "1", "code": "bgk", "label": "BGK"}
SUPPORTED = ((BAYSIDE, 3, 5), (GLEN_EIRA, 6, 10), (KINGSTON, 10, 16))


def terms(*indicators: UUID, **otherwise: Any) -> dict[str, Any]:
    """What a feed holds."""
    return {
        "title": "BGK for the department",
        "indicators": [str(one) for one in indicators],
        "places": {
            "scheme": "asgs",
            "edition": "3",
            "wholes": [{"place": WHOLE, "parts": [BAYSIDE, GLEN_EIRA, KINGSTON]}],
        },
        "formats": ["csv", "jsonl"],
        "policy": {},
        "cadence": "half-yearly",
        **otherwise,
    }


class Feeding:
    """The service with everybody who has a hand in a release."""

    def __init__(self, house: House, stack: AsyncExitStack) -> None:
        self.house = house
        self._stack = stack
        self.people: dict[str, Caller] = {}
        self.indicator = UUID(int=0)
        self.initiative = INITIATIVE
        self.under: dict[str, str] = {}

    async def person(self, name: str, *roles: str, organisation: UUID = ORGANISATION) -> Caller:
        bearer = token(name, *roles, organisation=organisation)
        self.people[name] = await self._stack.enter_async_context(
            Caller(self.house.app, bearer=bearer)
        )
        return self.people[name]

    def __getattr__(self, name: str) -> Caller:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    async def agree(self, **otherwise: Any) -> str:
        """A data agreement in force; gives its path."""
        said = {
            "parties": [str(ORGANISATION)],
            "providers": [str(ORGANISATION)],
            "recipients": [str(DEPARTMENT)],
            "purpose": "To see whether young people stay engaged",
            "legal_basis": "Agreement of the partners",
            "min_count": 5,
            "retention": "Seven years",
            "ends": "2030-06-30",
        }
        drafted = await self.coordinator.done(
            f"/v1/initiatives/{self.initiative}/data-agreements",
            {"kind": "partner-data", "title": "Referrals", "terms": said | otherwise},
        )
        path = f"/v1/data-agreements/{drafted['id']}"
        await self.coordinator.done(f"{path}/signatures", {})
        await self.coordinator.done(f"{path}/activations", {})
        self.under = {"agreement_id": drafted["id"], "reporting_period_id": await self.round()}
        return path

    async def round(self) -> str:
        """A collection round that takes whatever is past."""
        window = {"opens": "2022-07-01", "due": "2030-06-30", "closes": "2030-06-30"}
        opened = await self.coordinator.done(
            f"/v1/initiatives/{self.initiative}/reporting-periods",
            {"kind": "backfill", "title": "What came in", **window},
        )
        return str(opened["id"])

    async def observe(
        self, figures: Iterable[tuple[dict[str, str], int, int]], period: str = H2
    ) -> list[str]:
        """Values of places, certified by another person; gives the paths of their series."""
        found = []
        if not self.under:
            await self.agree()
        for where, above, below in figures:
            said = {"period": period, "place": where, **share(above, below), **self.under}
            made = await self.coordinator.done(
                f"/v1/indicators/{self.indicator}/observations", said
            )
            found.append(f"/v1/series/{made['id']}")
            await self.verify(made["observations"][0]["submission_id"])
            await self.certifier.done(f"{found[-1]}/certifications", {})
        return found

    async def verify(self, submission: str) -> None:
        await verified(self.steward, submission)

    async def define(self, **otherwise: Any) -> str:
        """The feed; gives its path."""
        audience = {"kind": "organisation", "organisation": str(DEPARTMENT)}
        said = {"code": "bgk-department", "audience": audience, "terms": terms(self.indicator)}
        made = await self.steward.done(
            f"/v1/initiatives/{self.initiative}/feed-profiles", said | otherwise
        )
        return f"/v1/feed-profiles/{made['id']}"

    async def prepare(self, profile: str, **otherwise: Any) -> str:
        """A release of it; gives its path."""
        said = {"title": "Second half of 2022", "periods": [H2]}
        made = await self.steward.done(f"{profile}/releases", said | otherwise)
        return f"/v1/feed-releases/{made['id']}"

    async def publish(self, profile: str, **otherwise: Any) -> str:
        """A release, all the way; gives its path."""
        release = await self.prepare(profile, **otherwise)
        judged = {"purpose": "monitoring", "determination": "sufficient"}
        await self.steward.done(f"{release}/determinations", judged)
        await self.certifier.done(f"{release}/approvals", {})
        because = {"reason": WHY} if "replaces" in otherwise else {}
        await self.give_out(release, because)
        return release

    async def give_out(self, release: str, because: dict[str, Any]) -> None:
        await self.certifier.done(f"{release}/publications", because)


def share(above: int, below: int) -> dict[str, str]:
    return {
        "value": f"{above / below * 100:.1f}",
        "numerator": str(above),
        "denominator": str(below),
    }


async def feeding(stack: AsyncExitStack) -> Feeding:
    """With an indicator and everybody there, and nothing observed yet."""
    found = Feeding(house(), stack)
    found.house.clock.forward_to(datetime(2023, 1, 30, tzinfo=UTC))
    await found.person("coordinator", "backbone-coordinator")
    await found.person("steward", "data-steward")
    await found.person("certifier", "certifier")
    await found.person("officer", "funder", organisation=DEPARTMENT)
    await found.person("stranger", "funder", organisation=named("another department"))
    await found.person("auditor", "auditor", organisation=named("auditors"))
    found.indicator = await indicator(found.coordinator)
    return found
