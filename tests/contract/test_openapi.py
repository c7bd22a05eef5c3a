"""Each service's OpenAPI document is checked in beside it; `make contracts` writes it."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from infra.eventstore import MemoryEventStore
from infra.kernel import SystemClock
from infra.messaging import MemoryReferences
from infra.web import Parts
from tests.callers import verifier

SERVICES = Path(__file__).parents[2] / "services"
NAMES = sorted(app.parent.name for app in SERVICES.glob("*/app.py"))


def document(name: str) -> dict[str, Any]:
    clock = SystemClock()
    parts = Parts(MemoryEventStore(clock), clock, verifier(), MemoryReferences())
    app = importlib.import_module(f"services.{name}.app").create_app(parts)
    shown: dict[str, Any] = json.loads(json.dumps(app.openapi()))
    return shown


@pytest.mark.parametrize("name", NAMES)
def test_the_checked_in_document_is_what_the_service_answers(
    name: str, request: pytest.FixtureRequest
) -> None:
    path = SERVICES / name / "openapi.json"
    if request.config.getoption("--publish-contracts"):
        text = json.dumps(document(name), indent=2, sort_keys=True, ensure_ascii=False)
        path.write_text(f"{text}\n", encoding="utf-8")
    published = json.loads(path.read_text("utf-8"))
    assert published == document(name), "run `make contracts` and review the difference"
    validate(published)


def test_every_write_takes_an_idempotency_key() -> None:
    for name in NAMES:
        for path, operations in document(name)["paths"].items():
            for method, operation in operations.items():
                if method != "get":
                    keys = [p["name"] for p in operation["parameters"] if p["required"]]
                    assert "Idempotency-Key" in keys, f"{method} {path}"
