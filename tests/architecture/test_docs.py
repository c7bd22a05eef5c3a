"""The docs are complete, and what they name is there."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli import main
from infra.kernel import Aggregate
from infra.kernel.line import canonical
from services.measurement.domain.tidy import Mapping
from tests.contract.pages import SERVICES, documents, web_slugs

HOUSE = Path(__file__).parents[2]
PAGES = sorted([*HOUSE.glob("*.md"), *(HOUSE / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SETTING = re.compile(r"COMMONWEAL_[A-Z]+(?:_[A-Z]+)*")
PATH = re.compile(r"/v1/[\w\-/{}$…]*[\w}…]|/v1/[\w-]+")


def text(page: Path | str) -> str:
    return (HOUSE / page).read_text("utf-8")


def name(page: Path) -> str:
    return str(page.relative_to(HOUSE))


def sources() -> Iterator[Path]:
    for room in ("services", "gateway", "infra", "tests", "bench"):
        for path in (HOUSE / room).rglob("*"):
            if path.is_file() and path.suffix in {".py", ".sh", ""} and path != Path(__file__):
                yield path
    yield from (HOUSE / file for file in ("docker-compose.yml", "Makefile"))


def fences(page: Path, language: str) -> Iterator[str]:
    return (body for kind, body in FENCE.findall(text(page)) if kind == language)


def test_each_setting_is_described() -> None:
    told = set(re.findall(r"^\| `(COMMONWEAL_\w+)`", text("docs/operations.md"), re.MULTILINE))
    used = {found for path in sources() for found in SETTING.findall(path.read_text("utf-8"))}
    urls = {f"COMMONWEAL_{part.upper()}_URL" for part in (*SERVICES, "gateway")}
    inside = {"COMMONWEAL_GATEWAY_PORT"} & used  # the tests' own word to a house of theirs
    assert (used | urls) - inside == told


def test_each_problem_of_the_door_is_explained() -> None:
    told = text("docs/problems.md")
    missing = {(slug, file) for slug, file in web_slugs() if f"| `{slug}` |" not in told}
    assert not missing


def test_each_aggregate_is_described() -> None:
    for service in SERVICES:
        importlib.import_module(f"services.{service}.domain")
    waiting, found = [Aggregate], set()
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if kind.__module__.startswith("services.") and "TOPIC" in vars(kind):
            found.add(kind.kind())
    assert found
    assert {kind for kind in found if f"| **{kind}**" not in text("docs/domain.md")} == set()


def test_the_verifier_in_the_docs_is_the_one_that_the_command_runs() -> None:
    assert text("docs/verify.py") == text("gateway/verifier/verify.py")


def test_each_decision_is_in_the_index() -> None:
    records = {path.name for path in (HOUSE / "docs/decisions").glob("0*.md")}
    index = text("docs/decisions/README.md")
    assert records == set(LINK.findall(index))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_each_link_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(FENCE.sub("", text(page))):
        file, _, anchor = target.partition("#")
        if file.startswith(("http:", "https:")):
            continue
        where = (page.parent / file).resolve() if file else page
        assert where.exists(), target
        if anchor:
            assert anchor in anchors(where), target


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_picture_is_fetched_from_elsewhere(page: Path) -> None:
    assert not re.search(r"!\[[^\]]*\]\(https?:|<img", text(page))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_each_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", text(page), re.MULTILINE)) <= targets


def commands() -> set[tuple[str, str]]:
    """Each `commonweal …` that a page shows, with the page."""
    found = set()
    for page in PAGES:
        shown = [*fences(page, "sh"), *re.findall(r"`(commonweal [^`…]+)`", text(page))]
        for block in shown:
            for line in block.replace("\\\n", " ").splitlines():
                if said := re.search(
                    r"(?<![\w./-])(?:\.venv/bin/)?commonweal ([a-z][^#>|)]*)", line
                ):
                    found.add((said[1].strip(), name(page)))
    return found


@pytest.mark.parametrize(("command", "page"), sorted(commands()))
def test_each_command_exists_with_its_options(
    command: str, page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    verbs = re.match(r"([a-z][a-z-]*(?: (?:list|show|retry|skip)\b)?)", command)
    assert verbs is not None
    with pytest.raises(SystemExit) as ended:
        main([*verbs[1].split(), "--help"])
    assert ended.value.code == 0, f"{page} shows `commonweal {command}`"
    help_ = capsys.readouterr().out
    for option in re.findall(r"--[a-z-]+", command):
        assert option in help_, f"{page} shows {option} of `commonweal {verbs[1]}`"


def test_each_path_that_a_page_names_is_a_route() -> None:
    routes = {path for document in documents().values() for path in document["paths"]}
    shapes = [re.compile(re.sub(r"\{\w+\}", r"[^/]+", route)) for route in routes]
    for page in PAGES:
        if page.name == "routes.md":
            continue
        for path in PATH.findall(text(page)):
            assert any(shape.fullmatch(path) for shape in shapes), f"{name(page)}: {path}"


def test_the_journey_passes_real_places() -> None:
    journey = text("docs/journey.md")
    steps = re.findall(r"\]\(\.\./([\w/.]+\.(?:py|sql))\)([^\[]*)", FENCE.sub("", journey))
    assert len(steps) > 20
    for file, rest in steps:
        code = text(file)
        for named in re.findall(r"`([A-Za-z_][\w.]*)`", rest.split("\n\n")[0]):
            if "/" not in named and "." not in named.replace(".", "", 1):
                assert named.rpartition(".")[2] in code or _elsewhere(named), f"{named} in {file}"


def _elsewhere(named: str) -> bool:
    """A word of a sentence that is no name of that file, but of the line or of the kernel."""
    return named in {"carry", "recordedtime", "sequence", "model_validate_json", "known_at"}


def test_the_journeys_line_is_canonical() -> None:
    (line,) = [b for b in fences(HOUSE / "docs/journey.md", "json") if b.startswith('{"corr')]
    assert canonical(json.loads(line)) == line.strip()


def test_the_mappings_that_are_shown_are_mappings() -> None:
    shown = [body for body in fences(HOUSE / "docs/import.md", "json") if '"indicator"' in body]
    assert shown
    for body in shown:
        Mapping.model_validate_json(body)
