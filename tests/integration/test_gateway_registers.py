"""Registers and dossiers through HTTP: as they are now, and as they were known before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import networkx
import pytest

from gateway.api.answers import Answer
from gateway.api.decision_views import DecisionDossier, DecisionRegister
from gateway.api.finding import FoundList
from gateway.api.number_views import MeasureChanges, NumberDossier, TargetChanges
from gateway.api.overview_views import Overview, Portfolio, ProcessMetrics
from gateway.api.standing_views import CommitmentLedger, ReinforcementGraph, Scorecard
from tests.callers import named
from tests.conftest import Database
from tests.integration.gateway_house import (
    INDICATOR,
    PACKAGES,
    PARTNER,
    PLACES,
    ROOT,
    GatewayHouse,
    definition,
    founded,
    gateway_on,
    observed,
    of_series,
    series,
)
from tests.integration.gateway_registered import (
    DECIDED,
    LATER,
    ROOT_PATH,
    counted,
    decided,
    everything,
    worked,
)

OBSERVATIONS = f"/v1/indicators/{INDICATOR}/observations"


@pytest.fixture
async def house(database: Database) -> AsyncIterator[GatewayHouse]:
    async with gateway_on(await database("gateway", packages=PACKAGES)) as house:
        yield house


def the_one(found: list[dict[str, Any]], id: Any) -> dict[str, Any]:
    return next(one for one in found if one["id"] == str(id))


async def test_the_register_says_what_was_decided_and_whether_it_still_holds(
    house: GatewayHouse,
) -> None:
    await house.take(decided())
    found = await house.get(f"{ROOT_PATH}/decisions")
    first, later = found["decisions"]
    assert (first["status"], later["status"]) == ("reversed", "decided")
    assert first["sectors"] == ["education", "local-government"]
    assert first["superseded"] == first["superseded"] | {
        "flag": True,
        "was": "61.3 %",
        "now": "57.1 %",
    }
    assert first["reversed_by"]["id"] == str(LATER)


async def test_a_decision_as_known_before_it_was_reversed_says_nothing_of_that(
    house: GatewayHouse,
) -> None:
    told = decided()
    await house.take(told)
    made = next(line for line in told.lines["agenda"] if line.fact == "agenda.decision-made")
    then = await house.get(f"/v1/decisions/{DECIDED}", as_known_at=f"agenda:{made.sequence}")
    assert (then["status"], then["superseded"]["flag"], then["reversed_by"]) == (
        "decided",
        False,
        None,
    )
    assert then["known_at"]["vector"].startswith(f"agenda:{made.sequence},")
    now = await house.get(f"/v1/decisions/{DECIDED}")
    assert now["status"] == "reversed"


async def test_a_dossier_holds_rule_people_objections_evidence_and_consequences(
    house: GatewayHouse,
) -> None:
    await house.take(decided())
    one = await house.get(f"/v1/decisions/{DECIDED}")
    assert (one["rule"]["method"], one["rule"]["charter"]["type"]) == (
        "consent",
        "agenda.charter-adopted",
    )
    assert [(each["sector"], each["counted"]) for each in one["people"]] == [
        ("education", 1),
        ("local-government", 1),
    ]
    assert [each["outcome"] for each in one["objections"]] == ["integrated"]
    assert one["evidence"]["refs"][0]["seen"].endswith("as_known_at=agenda:1,measurement:3")
    assert [each["state"] for each in one["changed"]["adaptations"]] == ["enacted"]
    assert [(each["was"], each["now"]) for each in one["changed"]["targets"]] == [("60", "65")]


async def test_the_register_is_filtered_paged_and_cut_to_fields(house: GatewayHouse) -> None:
    await house.take(decided())
    path = f"{ROOT_PATH}/decisions"
    reversed_ones = await house.caller.get(path, params={"status": "reversed"})
    assert [one["id"] for one in reversed_ones.json()["decisions"]] == [str(DECIDED)]
    assert (await house.get(path, sector="health"))["decisions"] == []
    assert len((await house.get(path, superseded="true"))["decisions"]) == 1
    page = await house.get(path, limit=1, fields="title")
    assert page["decisions"] == [{"id": str(DECIDED), "title": "Scale"}]
    rest = await house.get(path, limit=1, cursor=page["next"], fields="title")
    assert (rest["decisions"][0]["id"], "next" in rest) == (str(LATER), False)


async def test_what_is_not_known_is_not_found_and_what_has_not_changed_is_not_sent(
    house: GatewayHouse,
) -> None:
    await house.take(decided())
    await house.get(f"/v1/decisions/{named('nothing')}", status=404)
    await house.get(f"/v1/decisions/{DECIDED}", status=404, as_known_at="agenda:1")
    answer = await house.caller.get(f"/v1/decisions/{DECIDED}")
    again = await house.caller.get(
        f"/v1/decisions/{DECIDED}", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


async def test_a_number_is_traced_both_ways_and_each_citation_says_what_it_saw(
    house: GatewayHouse,
) -> None:
    await house.take(counted())
    series_id = series(PLACES[2]).rpartition("/")[2]
    cell = f"{OBSERVATIONS}/{series_id}/2022-07-01/2022-12-31"
    one = await house.get(cell)
    assert [(each["value"], each["numerator"]) for each in one["versions"]] == [
        ("62.5", "10"),
        ("60.0", "9"),
    ]
    assert (one["now"]["value"], one["now"]["removed"]) == ("60.0", 1)
    assert (one["definition"]["version"], one["definition"]["present"]) == (2, True)
    assert [each["type"] for each in one["submissions"]] == [
        "measurement.submission-received",
        "measurement.submission-accepted",
    ]
    assert [each["name"] for each in one["outcomes"]] == ["Re-engaged"]
    cited = next(each for each in one["cited_by"] if each["type"] == "agenda.decision-made")
    assert (cited["saw"], cited["superseded"], cited["by"]["name"]) == ("62.5", True, "Keep on")
    await house.get(f"{OBSERVATIONS}/{series_id}/2021-07-01/2021-12-31", status=404)
    early = await house.get(cell, as_known_at=cited["known_at"])
    assert (early["now"]["value"], early["cited_by"]) == ("62.5", [])


async def test_of_a_number_that_was_withdrawn_nothing_stands_and_its_citations_are_superseded(
    house: GatewayHouse,
) -> None:
    told = counted()
    was = {"was": observed("60.0", 9, 15)}
    told.tell("measurement.observation-withdrawn", series(PLACES[2]), of_series(PLACES[2]) | was)
    await house.take(told)
    series_id = series(PLACES[2]).rpartition("/")[2]
    one = await house.get(f"{OBSERVATIONS}/{series_id}/2022-07-01/2022-12-31")
    assert (one["now"], one["certified"], len(one["versions"])) == (None, None, 3)
    cited = next(each for each in one["cited_by"] if each["type"] == "agenda.decision-made")
    assert (cited["saw"], cited["superseded"]) == ("62.5", True)


async def test_changed_measures_and_targets_are_listed_with_what_was_and_why(
    house: GatewayHouse,
) -> None:
    await house.take(decided())
    (measure,) = (await house.get(f"{ROOT_PATH}/measure-changes"))["changes"]
    assert (measure["break"], measure["comparable"]) == (True, False)
    assert measure["fields"] == [
        {
            "field": "name",
            "was": "Still engaged after 10 weeks",
            "now": "Still engaged after 13 weeks",
        }
    ]
    targets = (await house.get(f"{ROOT_PATH}/target-changes"))["changes"]
    assert [(each["change"], each["was"], each["now"]) for each in targets] == [
        ("set", None, "60"),
        ("carried-over", "60", "60"),
        ("revised", "60", "65"),
    ]
    assert targets[-1]["decision"]["name"] == "Scale"
    other = await house.get(f"{ROOT_PATH}/target-changes", indicator_id=str(named("I5")))
    assert other["changes"] == []


async def test_the_ledger_sets_what_was_kept_against_what_was_promised(
    house: GatewayHouse,
) -> None:
    await house.take(worked())
    ledger = await house.get(f"{ROOT_PATH}/commitment-ledger")
    (one,) = ledger["commitments"]
    assert (one["state"], one["fulfilled"], one["overdue"]) == ("renegotiated", "22", True)
    assert (one["promised"]["quantity"], one["amount"]["quantity"]) == ("40", "18")
    (partner,) = ledger["partners"]
    assert {name: partner[name] for name in ("made", "kept", "partly_kept", "renegotiated")} == {
        "made": 1,
        "kept": 0,
        "partly_kept": 1,
        "renegotiated": 1,
    }
    none = await house.get(f"{ROOT_PATH}/commitment-ledger", overdue="false")
    assert (none["commitments"], none["partners"]) == ([], ledger["partners"])


async def test_the_ledger_says_which_promises_wait_to_be_settled(house: GatewayHouse) -> None:
    told = worked()
    promise = f"{ROOT}/commitment/{named('promise')}"
    left = {"partner_id": str(PARTNER)}
    told.tell("activities.commitment-to-renegotiate", promise, left)
    marked = told.vector
    told.tell(
        "activities.commitment-renegotiated",
        promise,
        left | {"promise": "18 placements", "due": "2022-02-01", "amount": None},
    )
    await house.take(told)
    for known_at, waits in ((marked, True), (told.vector, False)):
        ledger = await house.get(f"{ROOT_PATH}/commitment-ledger", as_known_at=known_at)
        (one,), (partner,) = ledger["commitments"], ledger["partners"]
        assert (one["state"], one["to_renegotiate"]) == ("renegotiated", waits)
        assert partner["to_renegotiate"] == waits


async def test_the_graph_says_what_stands_alone_and_what_goes_in_a_circle(
    house: GatewayHouse,
) -> None:
    await house.take(worked())
    answer = await house.get(f"{ROOT_PATH}/reinforcement-graph")
    assert sorted(node["label"] for node in answer["graph"]["nodes"].values()) == [
        "Desk",
        "Line",
        "Protocol",
    ]
    assert sorted(edge["relation"] for edge in answer["graph"]["edges"]) == [
        "prerequisite_of",
        "refers_to",
    ]
    said = answer["measures"]
    assert [one["name"] for one in said["isolated"]] == ["Line"]
    assert (said["confirmed"], said["circles"]) == (1, [])
    path = f"{ROOT_PATH}/reinforcement-graph"
    alone = await house.caller.get(path, params={"format": "jgf"})
    assert alone.headers["content-type"] == "application/vnd.jgf+json"
    assert alone.json() == {"graph": answer["graph"]}
    _is_json_graph(alone.json())
    drawn = await house.caller.get(path, params={"format": "graphml"})
    read = networkx.parse_graphml(drawn.text)
    assert (len(read), read.number_of_edges()) == (3, 2)


def _is_json_graph(document: dict[str, Any]) -> None:
    """What version 2 of JSON Graph Format allows in a document, and nothing else."""
    assert document.keys() == {"graph"}
    graph = document["graph"]
    assert graph.keys() <= {"id", "label", "directed", "type", "metadata", "nodes", "edges"}
    for node in graph["nodes"].values():
        assert node.keys() <= {"label", "metadata"}
        assert isinstance(node["label"], str)
        assert isinstance(node["metadata"], dict)
    for edge in graph["edges"]:
        assert {"source", "target"} <= edge.keys()
        assert edge.keys() <= {"id", "source", "target", "relation", "directed", "metadata"}
        assert {edge["source"], edge["target"]} <= graph["nodes"].keys()


async def test_a_scorecard_says_that_there_are_too_few_points(house: GatewayHouse) -> None:
    await house.take(counted())
    (one,) = (await house.get(f"{ROOT_PATH}/scorecard"))["indicators"]
    assert (one["latest"]["value"], one["status"]) == ("57.1", "below-target")
    assert (one["trend"]["meaning"], len(one["trend"]["points"])) == ("too few points", 1)
    assert "measurement.observation-deduplicated" in {each["type"] for each in one["story"]}


async def test_the_page_of_an_initiative_says_which_conditions_are_in_place_and_why(
    house: GatewayHouse,
) -> None:
    await house.take(worked())
    page = await house.get(f"{ROOT_PATH}/overview")
    assert {one["condition"]: one["state"] for one in page["conditions"]} == {
        "common agenda": "forming",
        "shared measurement": "forming",
        "mutually reinforcing activities": "forming",
        "continuous communication": "missing",
        "backbone support": "missing",
    }
    agenda = page["conditions"][0]
    assert [fact["type"] for fact in agenda["facts"]] == ["agenda.outcome-defined"]
    assert (page["cycle"]["phase"], page["readiness"]) == ("plan", None)
    assert [(due["on"], due["overdue"]) for due in page["due"]] == [
        ("2022-01-01", True),
        ("2023-02-15", False),
    ]


async def test_process_metrics_come_with_the_facts_they_were_computed_from(
    house: GatewayHouse,
) -> None:
    await house.take(decided())
    answer = await house.get(f"{ROOT_PATH}/process-metrics")
    found = {one["metric"]: one for one in answer["metrics"]}
    assert [one["sectors"] for one in found["cross-sector"]["figures"]["decisions"]] == [2, 2]
    assert found["power"]["figures"]["objections_integrated"] == {
        "count": 1,
        "of": 1,
        "percent": "100.0",
    }
    assert found["learning-latency"]["figures"]["median_days"] == "0"
    types = [fact["type"] for fact in found["learning-latency"]["facts"]]
    assert types == ["agenda.review-opened", "measurement.target-revised"]
    assert found["data"]["figures"]["decisions_citing_data"]["count"] == 1
    assert len(found) == 9


async def test_initiatives_that_measure_the_same_stand_side_by_side(house: GatewayHouse) -> None:
    told = founded()
    elsewhere = f"initiative/{named('elsewhere')}"
    told.tell("agenda.initiative-registered", elsewhere, {"name": "Other", "places": PLACES})
    other = f"{elsewhere}/indicator/{named('their own')}"
    told.tell("measurement.indicator-proposed", other, {"code": "X", "name": "Theirs"})
    data = {"version": 1, "definition": definition(13)}
    told.tell("measurement.indicator-defined", other, data)
    before = told.vector
    for subject in (other, f"{ROOT}/indicator/{INDICATOR}"):
        mapped = {"scheme": "sdg", "code": "8.6.1"}
        told.tell("measurement.indicator-mapped", subject, mapped)
    await house.take(told)
    assert (await house.get("/v1/portfolio", as_known_at=before))["indicators"] == []
    (one,) = (await house.get("/v1/portfolio"))["indicators"]
    held = one["units"][0]["initiatives"]
    assert sorted(each["initiative"]["name"] for each in held) == ["BGK", "Other"]
    assert (one["id"], one["units"][0]["comparable"]) == ("sdg/8.6.1", True)
    for wanted, count in (({"scheme": "sdg"}, 1), ({"code": "8.6.1"}, 1), ({"code": "8.6"}, 0)):
        assert len((await house.get("/v1/portfolio", **wanted))["indicators"]) == count
    said = {"scheme": "sdg", "code": "8.6.1", "comparable": False, "again": True}
    told.tell("measurement.indicator-mapped", other, said)
    await house.take(told)
    assert (await house.get("/v1/portfolio"))["indicators"] == []


PAGES: list[tuple[type[Answer], str]] = [
    (Overview, f"{ROOT_PATH}/overview"),
    (ProcessMetrics, f"{ROOT_PATH}/process-metrics"),
    (Portfolio, "/v1/portfolio"),
    (DecisionRegister, f"{ROOT_PATH}/decisions"),
    (DecisionDossier, f"/v1/decisions/{DECIDED}"),
    (MeasureChanges, f"{ROOT_PATH}/measure-changes"),
    (TargetChanges, f"{ROOT_PATH}/target-changes"),
    (Scorecard, f"{ROOT_PATH}/scorecard"),
    (CommitmentLedger, f"{ROOT_PATH}/commitment-ledger"),
    (ReinforcementGraph, f"{ROOT_PATH}/reinforcement-graph"),
    (FoundList, "/v1/search?q=scale"),
    (
        NumberDossier,
        f"{OBSERVATIONS}/{series(PLACES[0]).rpartition('/')[2]}/2022-07-01/2022-12-31",
    ),
]


async def test_every_page_is_as_the_document_says_and_is_asked_for_at_its_own_cut_again(
    house: GatewayHouse,
) -> None:
    await house.take(everything())
    for view, path in PAGES:
        answer = await house.caller.get(path)
        assert answer.status_code == 200, answer.text
        shown = answer.json()
        strict = view.model_validate(shown)
        said = strict.model_dump(mode="json", by_alias=True, exclude_unset=True)
        assert _names(said) == _names(shown), path
        known_at = {"as_known_at": shown["known_at"]["vector"]}
        again = await house.caller.get(path.partition("?")[0], params=known_at | _query(path))
        assert again.headers["etag"] == answer.headers["etag"], path


def _names(value: Any) -> Any:
    """The shape of an answer: which fields it has, however deep."""
    if isinstance(value, dict):
        return {name: _names(inner) for name, inner in value.items()}
    return [_names(inner) for inner in value] if isinstance(value, list) else None


def _query(path: str) -> dict[str, str]:
    return dict([path.partition("?")[2].split("=")]) if "?" in path else {}
