"""Pages of docs/ that are written from the code: they say what is so, and cannot fall behind.

Each is a template with a marked middle. `make contracts` fills it in; test_pages.py compares.
"""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gateway.app import Parts, create_app
from gateway.clients import Services
from infra.kernel import DomainError, SystemClock
from infra.web.problems import of_domain
from tests.callers import verifier

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
ROOMS = ("services", "gateway", "infra")
SERVICES = ("agenda", "measurement", "activities")
MIDDLE = re.compile(r"(<!-- written by `make contracts` -->\n).*(<!-- end -->\n)", re.DOTALL)
Schema = dict[str, Any]


def filled(page: str, middle: str) -> str:
    """The page as it stands, with this middle."""
    text = (DOCS / page).read_text("utf-8")
    assert MIDDLE.search(text), f"docs/{page} has lost its marks"
    return MIDDLE.sub(lambda marks: f"{marks[1]}\n{middle}\n{marks[2]}", text)


def pages() -> dict[str, str]:
    """Every such page as it should stand."""
    middles = {"events.md": events(), "problems.md": refusals(), "routes.md": routes()}
    return {page: filled(page, middle) for page, middle in middles.items()}


def events() -> str:
    """All facts by service, as their contracts promise them."""
    parts = []
    for service in SERVICES:
        contracts = sorted((ROOT / "services" / service / "contracts").glob("*.v*.json"))
        found = [path for path in contracts if path.name != "import-mapping.v1.json"]
        parts.append(f"## {service.capitalize()} ({len(found)})\n")
        parts.append("| fact | what it says |\n| --- | --- |")
        for path in found:
            link = f"../services/{service}/contracts/{path.name}"
            parts.append(f"| [`{path.stem}`]({link}) | {_fact(json.loads(path.read_text()))} |")
        parts.append("")
    return "\n".join(parts)


def _fact(contract: Schema) -> str:
    required = set(contract["required"])
    fields = [
        f"`{name}`{'' if name in required else '?'} {kind(shape, contract['$defs'])}"
        for name, shape in contract["properties"].items()
        if name != "provenance"
    ]
    about = " ".join(contract.get("description", "").split())
    return cell(". ".join(filter(None, (about.rstrip("."), ", ".join(fields) or "nothing more"))))


def kind(shape: Schema, definitions: Schema) -> str:
    """A short word for a JSON Schema: `uuid`, `date`, `Period`, `text[]`."""
    if "$ref" in shape:
        return str(shape["$ref"]).rpartition("/")[2]
    if "anyOf" in shape:
        inner = [kind(each, definitions) for each in shape["anyOf"] if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(inner))
    if "enum" in shape or "const" in shape:
        return " or ".join(f'"{value}"' for value in shape.get("enum", [shape.get("const")]))
    if shape.get("type") == "array":
        inner = shape.get("items") or next(iter(shape.get("prefixItems", [{}])))
        return f"{kind(inner, definitions)}[]"
    words = {"string": "text", "integer": "number", "object": "table"}
    plain = str(shape.get("type", "anything"))
    return str(shape.get("format") or words.get(plain, plain))


def refusals() -> str:
    """Every refusal of the domain, with its status and the sentence that the caller reads."""
    parts = []
    for room in (*(f"services.{service}" for service in SERVICES), "gateway", "infra"):
        found = [each for each in domain_errors() if each.__module__.startswith(f"{room}.")]
        if not found:
            continue
        parts.append(f"### {room.rpartition('.')[2].capitalize()}\n")
        parts.append("| type | status | it says |\n| --- | --- | --- |")
        for error in sorted(found, key=lambda each: each.slug):
            said = " ".join((error.__doc__ or "").split())
            parts.append(f"| `{error.slug}` | {status_of(error)} | {cell(said)} |")
        parts.append("")
    return "\n".join(parts)


def status_of(error: type[DomainError]) -> int:
    shown = error.__new__(error)
    Exception.__init__(shown, "")
    shown.details = {}
    return of_domain(shown).status


KINDS = ("DomainError", "StateForbids", "RuleForbids")
"""What is never raised itself: it only says of what kind a refusal is."""


SILENT = ("infra.runtime", "gateway.cli", "gateway.demonstration")
"""Rooms that answer no request; some of their modules run when they are imported."""


def domain_errors() -> list[type[DomainError]]:
    """All refusals of all rooms."""
    for room in ROOMS:
        for module in pkgutil.walk_packages([str(ROOT / room)], f"{room}."):
            if not module.name.startswith(SILENT) and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found: list[type[DomainError]] = []
    waiting: list[type[DomainError]] = [DomainError]
    while waiting:
        error = waiting.pop()
        waiting.extend(error.__subclasses__())
        if error.__module__.split(".")[0] in ROOMS and error.__name__ not in KINDS:
            found.append(error)
    return found


def web_slugs() -> Iterator[tuple[str, str]]:
    """Every problem type that is named where it is raised, and the file that names it."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                match node:
                    case ast.Call(
                        func=ast.Name(id="Problem" | "retry_later"),
                        args=[_, ast.Constant(value=str(slug)), *_],
                    ):
                        yield slug, str(path.relative_to(ROOT))


def documents() -> dict[str, Schema]:
    """The OpenAPI documents: the door's own paths, which win, then each service's."""
    found = {"gateway": the_doors_own()}
    for service in SERVICES:
        path = ROOT / "services" / service / "openapi.json"
        found[service] = json.loads(path.read_text("utf-8"))
    return found


def the_doors_own() -> Schema:
    """The paths that the gateway answers itself."""
    nowhere = Services.at({service: "http://127.0.0.1:1" for service in SERVICES})
    parts = Parts(SystemClock(), verifier(), ZoneInfo("UTC"), nowhere, documents={})
    return create_app(parts).openapi()


def routes() -> str:
    """Every route under whoever answers it."""
    parts: list[str] = []
    told: set[tuple[str, str]] = set()
    for owner, document in documents().items():
        parts.append(f"## {owner.capitalize()}\n")
        parts.append("| route | takes | does |\n| --- | --- | --- |")
        for path, operations in sorted(document["paths"].items()):
            for method, operation in operations.items():
                if (method, path) not in told:
                    parts.append(_route(method, path, operation))
                told.add((method, path))
        parts.append("")
    return "\n".join(parts)


def _route(method: str, path: str, operation: Schema) -> str:
    takes = f"`{operation['x-command']}`" if "x-command" in operation else ""
    about = operation.get("description") or operation.get("summary") or ""
    first = " ".join(about.split("\n\n")[0].split())
    return f"| `{method.upper()} {path}` | {takes} | {cell(first)} |"


def cell(text: str) -> str:
    """Text that may stand in a cell of a table."""
    return text.replace("|", "\\|").replace("<", "&lt;")
