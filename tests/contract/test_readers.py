"""What foreign readers need is in the owners' contracts: by name, and by an example of each."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import jsonschema
import msgspec
import pytest

from gateway.readers import READERS, Reader
from gateway.readmodels import MODELS, Model
from gateway.readmodels.names import NAMINGS
from gateway.readmodels.sentences import FACTS
from gateway.readmodels.speech import fields, sentence
from infra.kernel.values import instant
from infra.messaging import Carried, ReadReferences
from tests import lines
from tests.callers import named
from tests.contract.examples import SERVICES, contract, example, facts, field

ALL = list(facts())
INITIATIVE, STREAM = named("initiative"), named("stream")
NOW = datetime(2022, 4, 27, tzinfo=UTC)
OF_THE_LINE = {"it", "initiative"}


def heard() -> dict[str, Mapping[str, ReadReferences]]:
    """By service: the foreign facts that it listens to."""
    return {
        name: importlib.import_module(f"services.{name}.policies.known").READS
        for name in ("agenda", "measurement", "activities")
    }


def carried(fact: str, data: dict[str, Any]) -> Carried:
    return lines.heard(fact, INITIATIVE, data, stream=STREAM)


@pytest.mark.parametrize("fact", ALL)
def test_the_examples_are_what_the_contracts_allow(fact: str) -> None:
    for whole in (True, False):
        jsonschema.validate(example(fact, whole=whole), contract(fact))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_a_reader_needs_only_what_the_contract_promises(reader: type[Reader]) -> None:
    promised = contract(reader.FACT)
    read = msgspec.structs.fields(reader)
    assert {each.name for each in read if each.required} <= set(promised["required"])
    assert {each.name for each in read} <= set(promised["properties"])


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_a_reader_takes_the_example_and_a_field_that_is_new(reader: type[Reader]) -> None:
    for whole in (True, False):
        assert msgspec.convert(example(reader.FACT, whole=whole) | {"new": "field"}, reader)


@pytest.mark.parametrize("fact", ALL)
def test_every_read_model_folds_every_fact(fact: str) -> None:
    for whole in (True, False):
        line = carried(fact, example(fact, whole=whole))
        for model in MODELS:
            for row in model.rows(line.source, [line]):
                assert len(row) == 2 + len(model.columns)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_a_read_model_hears_facts_of_its_sources(model: Model) -> None:
    assert model.hears <= set(ALL)
    assert {fact.partition(".")[0] for fact in model.hears} == set(model.sources)


@pytest.mark.parametrize("fact", ALL)
def test_every_fact_has_a_sentence(fact: str) -> None:
    spoken = {path for path in fields(FACTS[fact].words) if path not in OF_THE_LINE}
    assert [path for path in spoken if not field(fact, path)] == []


@pytest.mark.parametrize("fact", ALL)
def test_a_sentence_is_whole_however_little_the_fact_says(fact: str) -> None:
    for whole in (True, False):
        data = example(fact, whole=whole)
        line = {
            "subject": f"initiative/{INITIATIVE}/thing/{STREAM}",
            "partitionkey": str(INITIATIVE),
            "time": instant(NOW),
            "data": data,
        }
        said = sentence(fact, line, {str(STREAM): "the thing"})
        assert said[0].isupper() or said[0] in "“0123456789x"
        assert not re.search(r"[{}\[\]]|\.\.$|  ", said), said


def test_nothing_is_told_that_no_contract_knows() -> None:
    assert FACTS.keys() - set(ALL) == set()


@pytest.mark.parametrize("fact", NAMINGS)
def test_names_are_taken_from_fields_that_there_are(fact: str) -> None:
    naming = NAMINGS[fact]
    assert all(field(fact, path) for path in (naming.field, *naming.of))


@pytest.mark.parametrize(
    ("service", "fact"), [(name, fact) for name, heard_ in heard().items() for fact in heard_]
)
def test_a_service_hears_only_facts_that_there_are(service: str, fact: str) -> None:
    read = heard()[service][fact]
    assert not fact.startswith(f"{service}.")
    for whole in (True, False):
        data = example(fact, whole=whole)
        for reference in read(carried(fact, data | {"new": "field"})):
            assert reference.initiative_id == INITIATIVE


def test_the_contracts_lie_where_the_gateway_serves_them() -> None:
    assert all(
        (SERVICES / source / "contracts").is_dir() for model in MODELS for source in model.sources
    )
