"""A release as JSON-LD in the Common Impact Data Standard: indicators and their reports. Pure."""

from __future__ import annotations

from typing import Any

from gateway.feeds.model import Cell, Release
from gateway.feeds.tables import pretty

CONTEXT = {
    "cids": "https://ontology.commonapproach.org/cids#",
    "i72": "http://ontology.eil.utoronto.ca/ISO21972/iso21972#",
    "org": "http://ontology.eil.utoronto.ca/tove/organization#",
    "prov": "http://www.w3.org/ns/prov#",
    "sdmx": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "hasName": "org:hasName",
    "hasLegalName": "org:hasLegalName",
    "hasDescription": "cids:hasDescription",
    "hasComment": "cids:hasComment",
    "unitDescription": "cids:unitDescription",
    "forOrganization": {"@id": "cids:forOrganization", "@type": "@id"},
    "forIndicator": {"@id": "cids:forIndicator", "@type": "@id"},
    "hasIndicator": {"@id": "cids:hasIndicator", "@type": "@id"},
    "hasIndicatorReport": {"@id": "cids:hasIndicatorReport", "@type": "@id"},
    "value": {"@id": "i72:value", "@type": "@id"},
    "hasNumericalValue": "i72:hasNumericalValue",
    "startedAtTime": {"@id": "prov:startedAtTime", "@type": "xsd:dateTime"},
    "endedAtTime": {"@id": "prov:endedAtTime", "@type": "xsd:dateTime"},
    "obsStatus": "sdmx:obsStatus",
    "confStatus": "sdmx:confStatus",
}
NOT_PUBLISHED, MISSING = "np", "missing"


def as_cids(release: Release) -> bytes:
    """The basic tier: the initiative, its indicators, a report for each cell.

    A number is text there, so every digit stays as given; a withheld one says `np`.
    """
    initiative = f"urn:uuid:{release.profile.initiative_id}"
    indicators: dict[str, dict[str, Any]] = {}
    reports = []
    for at, cell in enumerate(release.cells, start=1):
        id = f"urn:uuid:{cell['indicator_id']}:version:{cell['definition_version']}"
        report = _report(release, cell, f"urn:uuid:{release.id}:cell:{at}", initiative, id)
        reports.append(report)
        one = indicators.setdefault(id, _indicator(release, cell, id, initiative))
        one["hasIndicatorReport"].append(report["@id"])
    organisation = {
        "@id": initiative,
        "@type": "cids:Organization",
        "hasLegalName": f"Initiative {release.profile.initiative_id}",
        "hasDescription": f"Whose figures these are: {release['title']}",
        "hasIndicator": list(indicators),
    }
    return pretty({"@context": CONTEXT, "@graph": [organisation, *indicators.values(), *reports]})


def _indicator(release: Release, cell: Cell, id: str, initiative: str) -> dict[str, Any]:
    key = (cell["indicator_id"], cell["definition_version"])
    definition = release.names.get(key, {})
    return {
        "@id": id,
        "@type": "cids:Indicator",
        "hasName": f"{cell['indicator_code']}: {release.name_of(cell)}",
        "hasDescription": str(definition.get("description") or release.name_of(cell)),
        "unitDescription": cell["unit"],
        "forOrganization": initiative,
        "hasIndicatorReport": [],
    }


def _report(
    release: Release, cell: Cell, id: str, initiative: str, indicator: str
) -> dict[str, Any]:
    place, period = cell["place"], cell["period"]
    strata = "".join(f", {name}: {code}" for name, code in sorted(cell["dimensions"].items()))
    comments = [
        f"{name}: {cell[name]}"
        for name in ("numerator", "denominator", "denominator_conf", "flag")
        if cell[name] is not None
    ]
    said = NOT_PUBLISHED if cell.withheld else cell["value"] or MISSING
    return {
        "@id": id,
        "@type": "cids:IndicatorReport",
        "hasName": f"{place.get('label') or place['code']}, {period['period']}{strata}",
        "forIndicator": indicator,
        "forOrganization": initiative,
        "startedAtTime": f"{period['start']}T00:00:00Z",
        "endedAtTime": f"{period['end']}T23:59:59Z",
        "value": {"@id": f"{id}:value", "@type": "i72:Measure", "hasNumericalValue": said},
        "obsStatus": cell["obs_status"],
        "confStatus": cell["conf_status"],
        "hasComment": comments,
    }
