"""What every view says of the kept history, now and at earlier cuts: as earlier versions said it.

Figures and references are compared, words are not: a better sentence is no other answer. Where an
answer is meant to be another one, `make answers` writes it anew, together with the examples in the
OpenAPI document.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import jsonschema
import orjson
import pytest

from gateway.api.document import EXAMPLES, Document
from tests.component.test_gateway_document import document
from tests.conftest import Database
from tests.history import FOLDER, kept, take_kept, views
from tests.integration.gateway_house import PACKAGES, GatewayHouse, gateway_on

ANSWERS = FOLDER / "answers.json.xz"
CUTS: tuple[Mapping[str, str], ...] = (
    {"as_known_at": kept().vector},
    {"as_known_at": "2022-06-30"},
    {"as_known_at": "2023-02-20"},
    {"as_known_at": "2023-03-25"},
    {"as_known_at": "agenda:120,measurement:90,activities:60"},
    {"as_known_at": "2023-04-30", "as_at": "2022-12-31"},
)
NO_LISTS = ("/v1/head", "/v1/read-models", "/v1/feeds")
"""What is asked without a cut, or says it otherwise."""
NOT_IN_IT = ("/v1/feeds/", "/log/", "/contracts/")
"""What the kept history has none of, and what is no page of it."""
WORDS = re.compile(r"\s")
LIMIT, SHOWN = "25", 2
AS_SHOWN = "2023-04-12"
Leaves = dict[str, Any]


@pytest.fixture
async def house(database: Database) -> AsyncIterator[GatewayHouse]:
    packages = (*PACKAGES, "gateway.feeds")
    async with gateway_on(await database("gateway", packages=packages)) as house:
        await take_kept(house)
        yield house


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every figure and every reference with its place; what has words in it is left out."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}/{name}")
    elif isinstance(value, list):
        yield f"{path}#", len(value)
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{path}/{number}")
    elif not (isinstance(value, str) and WORDS.search(value)):
        yield path, value


async def said(house: GatewayHouse, view: Any, cut: Mapping[str, str]) -> Leaves:
    limit = {"limit": LIMIT} if _is_list(view.template) else {}
    answer = await house.caller.get(view.path, params={**view.query, **cut, **limit})
    if answer.status_code == 404:
        return {"status": 404}
    assert answer.status_code == 200, (view.name, answer.text)
    whole = answer.json()
    whole.pop("next", None)  # a cursor is nobody's reference
    return dict(leaves(whole))


def _is_list(template: str) -> bool:
    lists = ("initiatives", "portfolio", "search", "observations", "timeline", "decisions")
    more = ("commitment-ledger", "measure-changes", "target-changes", "stories")
    return template.rpartition("/")[2] in (*lists, *more)


async def test_figures_and_references_are_as_they_were(
    house: GatewayHouse, request: pytest.FixtureRequest
) -> None:
    told = {
        f"{view.name} {' '.join(cut.values())}": await said(house, view, cut)
        for view in views()
        if view.template not in NO_LISTS
        for cut in CUTS
    }
    if request.config.getoption("--renew-answers"):
        ANSWERS.write_bytes(lzma.compress(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)))
        return
    before: dict[str, Leaves] = orjson.loads(lzma.decompress(ANSWERS.read_bytes()))
    assert told.keys() == before.keys()
    for question, answer in before.items():
        others = {path: (was, told[question].get(path)) for path, was in answer.items()}
        changed = {path: both for path, both in others.items() if both[0] != both[1]}
        assert not changed, f"{question}: see the first lines of this file"


def test_enough_is_kept_to_notice() -> None:
    before: dict[str, Leaves] = orjson.loads(lzma.decompress(ANSWERS.read_bytes()))
    assert len(before) > 150
    assert sum(map(len, before.values())) > 20_000
    corrected = {
        value
        for answer in before.values()
        for path, value in answer.items()
        if path.endswith("latest/value")
    }
    assert {"61.3", "57.1"} <= corrected


def _short(value: Any) -> Any:
    """An example with the beginnings of its lists."""
    if isinstance(value, dict):
        return {name: _short(inner) for name, inner in value.items()}
    return [_short(inner) for inner in value[:SHOWN]] if isinstance(value, list) else value


async def test_the_examples_in_the_document_are_real_answers(
    house: GatewayHouse, request: pytest.FixtureRequest
) -> None:
    found: dict[str, Any] = {}
    for view in views():
        cut = {} if view.template in NO_LISTS else {"as_known_at": AS_SHOWN}
        answer = await house.caller.get(view.path, params={**view.query, **cut})
        fullest = len(found.get(view.template, {"text": ""})["text"])
        if answer.status_code == 200 and len(answer.text) > fullest:
            found[view.template] = {"text": answer.text}
    shown = {template: _short(orjson.loads(each["text"])) for template, each in found.items()}
    if request.config.getoption("--renew-answers"):
        options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        EXAMPLES.write_bytes(orjson.dumps(shown, option=options))
        return
    kept_examples = orjson.loads(EXAMPLES.read_bytes())
    assert kept_examples.keys() == shown.keys()
    for template, example in shown.items():
        assert example.keys() == kept_examples[template].keys(), template


def test_every_view_has_an_example_that_is_of_its_shape() -> None:
    whole = document({})
    missing, wrong = [], {}
    for path, methods in whole["paths"].items():
        content = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        shape = content.get("application/json", {})
        if shape.get("schema") in (None, {}) or path.startswith(NOT_IN_IT):
            continue
        if "example" not in shape:
            missing.append(path)
            continue
        try:
            jsonschema.validate(shape["example"], _whole(shape["schema"], whole))
        except jsonschema.ValidationError as error:
            wrong[path] = f"{list(error.absolute_path)}: {error.message[:200]}"
    assert not missing
    assert not wrong


def _whole(schema: Document, whole: Document) -> Document:
    return {**schema, "components": whole["components"]}
