"""What services read in foreign facts is there, as their contracts promise it; most of all what the
activities service reads."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
import pytest

from infra.kernel import CATALOGUE
from infra.messaging import Carried, ReadReferences, Reference
from services.activities.application.working_groups import in_sector
from services.activities.policies.known import READS
from services.agenda.policies.known import READS as AGENDA_READS
from services.measurement.policies.known import READS as MEASUREMENT_READS
from tests.callers import named
from tests.lines import heard

for _service in ("agenda", "measurement", "activities"):
    importlib.import_module(f"services.{_service}.domain")

INITIATIVE, THING, STREAM = named("i"), named("thing"), named("stream")


def carried(fact: str, data: dict[str, Any]) -> Carried:
    return heard(fact, INITIATIVE, data, stream=STREAM)


class Promised(dict[str, str]):
    """A fact's data of which only promised fields are read."""

    def __init__(self, fact: str) -> None:
        fields = set(CATALOGUE[fact].model_fields)
        super().__init__({name: str(THING) for name in fields})


ENDS = ("closed", "retired", "withdrew", "lapsed", "reversed", "revoked", "deprecated", "dropped")
ENDS += ("submission-rejected", "submission-withdrawn")


@pytest.mark.parametrize("fact", READS)
def test_each_reader_takes_one_thing_from_promised_fields(fact: str) -> None:
    references = list(READS[fact](carried(fact, Promised(fact))))
    assert len({reference.id for reference in references}) == 1
    for reference in references:
        assert reference.initiative_id == INITIATIVE
        assert reference.id in (THING, STREAM)
        assert reference.state == ("withdrawn" if fact.endswith(ENDS) else "known")


@pytest.mark.parametrize(
    ("reads", "fact"),
    [(reads, fact) for reads in (MEASUREMENT_READS, AGENDA_READS) for fact in reads],
)
def test_the_other_services_read_promised_fields_too(
    reads: Mapping[str, ReadReferences], fact: str
) -> None:
    references = list(reads[fact](carried(fact, Promised(fact))))
    assert references
    assert {reference.initiative_id for reference in references} == {INITIATIVE}


@pytest.mark.parametrize("reads", [READS, MEASUREMENT_READS], ids=["activities", "measurement"])
def test_a_closed_initiative_takes_nothing_new(reads: Mapping[str, ReadReferences]) -> None:
    (closed,) = reads["agenda.initiative-closed"](carried("agenda.initiative-closed", {}))
    assert (closed.kind, closed.state) == ("initiative", "withdrawn")


def test_a_registered_initiative_is_the_subject_itself() -> None:
    root = carried("agenda.initiative-registered", {})
    line = msgspec.structs.replace(root.line, subject=f"initiative/{INITIATIVE}")
    assert [*READS["agenda.initiative-registered"](Carried(line, ""))] == [
        Reference("initiative", INITIATIVE, INITIATIVE)
    ]


def test_a_partner_is_known_by_its_organisation_and_by_its_sector() -> None:
    harbour: UUID = named("Harbour Youth")
    data = {"partner_id": str(THING), "organisation": str(harbour), "name": "Harbour Youth"}
    data |= {"sector": "community-service"}
    assert [*READS["agenda.partner-joined"](carried("agenda.partner-joined", data))] == [
        Reference("partner", harbour, INITIATIVE, "known", "Harbour Youth"),
        Reference(in_sector("community-service"), harbour, INITIATIVE),
    ]


def test_an_outcome_carries_its_title() -> None:
    data = {"outcome_id": str(THING), "title": "Re-engaged", "wording": "…"}
    assert [*READS["agenda.outcome-defined"](carried("agenda.outcome-defined", data))] == [
        Reference("outcome", THING, INITIATIVE, "known", "Re-engaged")
    ]
