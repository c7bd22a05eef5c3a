"""The API speaks of contribution: many hands move a population, and people are no targets."""

from __future__ import annotations

import json
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway.api.document import checked_in
from gateway.app import Parts, create_app
from gateway.clients import Services
from infra.kernel import SystemClock
from tests.callers import verifier

HOUSE = Path(__file__).parents[2]
NEVER = re.compile(r"attribution|beneficiar|target[ _-]?group", re.IGNORECASE)
PROMISED = sorted(HOUSE.glob("services/*/contracts/*.json"))


@pytest.mark.parametrize("service", ["agenda", "measurement", "activities"])
def test_no_route_of_a_service_says_them(service: str) -> None:
    text = (HOUSE / "services" / service / "openapi.json").read_text("utf-8")
    assert NEVER.findall(text) == []


def test_the_door_does_not_say_them() -> None:
    parts = Parts(
        clock=SystemClock(),
        verifier=verifier(),
        timezone=ZoneInfo("Australia/Melbourne"),
        services=Services({}),
        documents=checked_in(),
    )
    assert NEVER.findall(json.dumps(create_app(parts).openapi())) == []


def test_no_fact_and_no_refusal_says_them() -> None:
    assert len(PROMISED) > 150
    pages = [*PROMISED, HOUSE / "docs" / "problems.md"]
    assert [page.name for page in pages if NEVER.search(page.read_text("utf-8"))] == []
