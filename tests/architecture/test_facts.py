"""What no type checker sees: every fact is triggered with the fields it needs and no others."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.kernel import Event
from infra.kernel.aggregate import ENVELOPE

SERVICES = Path(__file__).parents[2] / "services"
MODULES = sorted(SERVICES.glob("*/domain/**/*.py"))


def name(module: Path) -> str:
    return ".".join(module.relative_to(SERVICES.parent).with_suffix("").parts)


def triggers(source: str) -> Iterator[tuple[str, set[str]]]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr="trigger_event"), args=[ast.Name(id=event)]):
                yield event, {keyword.arg or "**" for keyword in node.keywords}


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_facts_are_complete(module: Path) -> None:
    scope = vars(importlib.import_module(name(module)))
    for event, given in triggers(module.read_text()):
        if event not in scope:  # handed in: whoever names the class hands in the fields too
            continue
        fields = {n: f for n, f in scope[event].model_fields.items() if n not in ENVELOPE}
        needed = {name for name, field in fields.items() if field.is_required()}
        assert needed <= given <= fields.keys(), event


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_facts_carry_their_service_in_their_name(module: Path) -> None:
    service = module.relative_to(SERVICES).parts[0]
    for thing in vars(importlib.import_module(name(module))).values():
        if isinstance(thing, type) and issubclass(thing, Event) and "TOPIC" in vars(thing):
            assert thing.TOPIC.startswith(f"{service}.")
