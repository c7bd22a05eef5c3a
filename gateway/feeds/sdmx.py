"""A release as SDMX: SDMX-CSV 2.0, and its structure as SDMX-ML 2.1. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from gateway.feeds.model import TOTAL, Cell, Release
from gateway.feeds.tables import CONF_STATUS, OBS_STATUS

AGENCY = "COMMONWEAL"
SCHEMAS = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
YES_NO = {"Y": "Yes", "N": "No"}
FLAGS = {"volatile": "A rate of few events"}
KNOWN = {"%": "PT"}
"""SDMX's codes for texts that have no letter in them."""
WITHHELD = {code: CONF_STATUS[code] for code in ("N", "D")}


class Codes(NamedTuple):
    """A code list, or a text where `codes` is None; `attribute` is one that a cell may lack."""

    id: str
    name: str
    codes: Mapping[str, str] | None
    """What stands in the data, by what it means."""
    kind: str = "dimension"

    def code(self, text: str) -> str:
        return text if self.codes is None else self.codes[text]


def coded(texts: Iterable[str]) -> dict[str, str]:
    """A code for each text: the text itself where SDMX allows it; no two share one."""
    return {text: KNOWN.get(text) or _code(text) for text in sorted(set(texts))}


def _code(text: str) -> str:
    """Whatever SDMX has no letter for is told by its number, between dollars."""
    return re.sub(r"[^A-Za-z0-9_@-]", lambda one: f"${ord(one[0]):X}$", text) or "_"


class Structure(NamedTuple):
    """What the data of a release are structured by."""

    dimensions: tuple[Codes, ...]
    attributes: tuple[Codes, ...]

    @classmethod
    def of(cls, release: Release) -> Structure:
        cells = release.cells
        strata = tuple(
            Codes(
                _code(f"D_{name}").replace("$", "_"),
                name,
                {TOTAL: TOTAL}
                | coded({cell["dimensions"].get(name, TOTAL) for cell in cells} - {TOTAL}),
            )
            for name in release.dimensions
        )
        fixed = (
            Codes("INDICATOR", "Indicator", coded(cell["indicator_code"] for cell in cells)),
            Codes("DEFINITION", "Version of the definition", coded(map(_version, cells))),
            Codes("REF_AREA", "Place", coded(map(_area, cells))),
        )
        return cls((*fixed, *strata), _attributes(release))


def _attributes(release: Release) -> tuple[Codes, ...]:
    same = {code: code for code in (*OBS_STATUS, *CONF_STATUS, *YES_NO, *FLAGS)}
    units = coded(cell["unit"] for cell in release.cells)
    return (
        Codes("NUMERATOR", "What is counted", None, "attribute"),
        Codes("DENOMINATOR", "Out of what", None, "attribute"),
        Codes("UNIT_MEASURE", "Unit", units, "mandatory"),
        Codes("OBS_STATUS", "Status of the value", {c: same[c] for c in OBS_STATUS}, "mandatory"),
        Codes("CONF_STATUS", "Confidentiality", {c: same[c] for c in CONF_STATUS}, "mandatory"),
        Codes("DENOMINATOR_CONF", "Its denominator's", {c: same[c] for c in WITHHELD}, "attribute"),
        Codes("FLAG", "Reliability", {c: same[c] for c in FLAGS}, "attribute"),
        Codes("COMPUTED", "A sum nobody submitted", {c: same[c] for c in YES_NO}, "mandatory"),
    )


def _identifier(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", text).upper()


def _version(cell: Cell) -> str:
    return str(cell["definition_version"])


def _area(cell: Cell) -> str:
    """A place's code behind its classification, for a release may use several."""
    return "-".join(cell.place)


def names(release: Release) -> tuple[str, str]:
    """The id and the version of a release's structure."""
    code = _identifier(release.profile.code)
    return f"FEED_{code}", f"{release['profile_version']}.{release.number}"


def as_sdmx_csv(release: Release) -> bytes:
    """SDMX-CSV 2.0. A withheld value is empty, and CONF_STATUS says so."""
    structure = Structure.of(release)
    id, version = names(release)
    text = io.StringIO()
    writer = csv.writer(text)
    dimensions = [each.id for each in structure.dimensions]
    attributes = [each.id for each in structure.attributes]
    head = ["STRUCTURE", "STRUCTURE_ID", "ACTION", *dimensions, "TIME_PERIOD", "OBS_VALUE"]
    writer.writerow([*head, *attributes])
    for cell in release.cells:
        strata = [cell["dimensions"].get(name, TOTAL) for name in release.dimensions]
        key = [cell["indicator_code"], _version(cell), _area(cell), *strata]
        codes = [each.code(text) for each, text in zip(structure.dimensions, key, strict=True)]
        said = [
            cell["numerator"],
            cell["denominator"],
            cell["unit"],
            cell["obs_status"],
            cell["conf_status"],
            cell["denominator_conf"],
            cell["flag"],
            "Y" if cell["computed"] else "N",
        ]
        told = [
            "" if text is None else each.code(text)
            for each, text in zip(structure.attributes, said, strict=True)
        ]
        named = ["dataflow", f"{AGENCY}:{id}({version})", "I"]
        writer.writerow([*named, *codes, time_period(cell), cell["value"] or "", *told])
    return text.getvalue().encode()


def time_period(cell: Cell) -> str:
    """SDMX's ObservationalTimePeriod: a month, quarter, half or year, or a range of days."""
    period = cell["period"]
    start, end = date.fromisoformat(period["start"]), date.fromisoformat(period["end"])
    following = end + timedelta(days=1)
    months = (following.year - start.year) * 12 + following.month - start.month
    if start.day == following.day == 1 and (start.month - 1) % max(months, 1) == 0:
        at = (start.month - 1) // months + 1 if months else 0
        named = {12: f"{start.year}", 6: f"{start.year}-S{at}", 3: f"{start.year}-Q{at}"}
        if months in named:
            return named[months]
        if months == 1:
            return f"{start.year}-{start.month:02}"
    return f"{start}/P{(following - start).days}D"


def as_structure(release: Release) -> bytes:
    """The structure as SDMX-ML 2.1: code lists, concepts, data structure, dataflow."""
    structure = Structure.of(release)
    id, version = names(release)
    title = _named(release["title"])
    lists = [_codelist(release, each) for each in (*structure.dimensions, *structure.attributes)]
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<mes:Structure xmlns:mes="{SCHEMAS}/message" xmlns:str="{SCHEMAS}/structure"\
 xmlns:com="{SCHEMAS}/common">
<mes:Header><mes:ID>R{release.id}</mes:ID><mes:Test>false</mes:Test>\
<mes:Prepared>{release.at}</mes:Prepared><mes:Sender id="{AGENCY}"/></mes:Header>
<mes:Structures>
<str:Dataflows><str:Dataflow id="{id}" agencyID="{AGENCY}" version="{version}">{title}\
<str:Structure>{_ref("DataStructure", "datastructure", id, version)}</str:Structure>\
</str:Dataflow></str:Dataflows>
<str:Codelists>
{"".join(lists)}</str:Codelists>
<str:Concepts><str:ConceptScheme id="CONCEPTS" agencyID="{AGENCY}" version="{version}">\
{_named("Concepts")}
{"".join(_concepts(structure))}</str:ConceptScheme></str:Concepts>
<str:DataStructures><str:DataStructure id="{id}" agencyID="{AGENCY}" version="{version}">{title}
<str:DataStructureComponents>
{_components(structure, version)}
</str:DataStructureComponents></str:DataStructure></str:DataStructures>
</mes:Structures>
</mes:Structure>
""".encode()


def _named(text: str) -> str:
    return f'<com:Name xml:lang="en">{escape(text)}</com:Name>'


def _ref(kind: str, package: str, id: str, version: str) -> str:
    return (
        f'<Ref id="{id}" version="{version}" agencyID="{AGENCY}"'
        f' package="{package}" class="{kind}"/>'
    )


def _codelist(release: Release, each: Codes) -> str:
    if each.codes is None:
        return ""
    version = names(release)[1]
    meanings = _meanings(release, each)
    codes = "".join(
        f"<str:Code id={quoteattr(code)}>{_named(meanings.get(text, text))}</str:Code>\n"
        for text, code in each.codes.items()
    )
    return (
        f'<str:Codelist id="CL_{each.id}" agencyID="{AGENCY}" version="{version}">'
        f"{_named(each.name)}\n{codes}</str:Codelist>\n"
    )


def _meanings(release: Release, each: Codes) -> Mapping[str, str]:
    known: dict[str, Mapping[str, str]] = {
        "OBS_STATUS": OBS_STATUS,
        "CONF_STATUS": CONF_STATUS,
        "DENOMINATOR_CONF": WITHHELD,
        "FLAG": FLAGS,
        "COMPUTED": YES_NO,
        "INDICATOR": {c["indicator_code"]: release.name_of(c) for c in release.cells},
        "REF_AREA": {_area(c): c["place"].get("label") or _area(c) for c in release.cells},
    }
    return known.get(each.id, {TOTAL: "Total"})


def _concepts(structure: Structure) -> Iterable[str]:
    named = [(each.id, each.name) for each in (*structure.dimensions, *structure.attributes)]
    for id, name in [*named, ("TIME_PERIOD", "Period"), ("OBS_VALUE", "Value")]:
        yield f'<str:Concept id="{id}">{_named(name)}</str:Concept>\n'


def _components(structure: Structure, version: str) -> str:
    def identity(id: str) -> str:
        return (
            f'<str:ConceptIdentity><Ref id="{id}" maintainableParentID="CONCEPTS"'
            f' maintainableParentVersion="{version}" agencyID="{AGENCY}"'
            ' package="conceptscheme" class="Concept"/></str:ConceptIdentity>'
        )

    def represented(each: Codes) -> str:
        if each.codes is None:
            return (
                "<str:LocalRepresentation>"
                '<str:TextFormat textType="Decimal"/></str:LocalRepresentation>'
            )
        listed = _ref("Codelist", "codelist", f"CL_{each.id}", version)
        return (
            f"<str:LocalRepresentation><str:Enumeration>{listed}</str:Enumeration>"
            "</str:LocalRepresentation>"
        )

    dimensions = "".join(
        f'<str:Dimension id="{each.id}" position="{at}">{identity(each.id)}{represented(each)}'
        "</str:Dimension>\n"
        for at, each in enumerate(structure.dimensions, start=1)
    )
    attributes = "".join(
        f'<str:Attribute id="{each.id}" assignmentStatus='
        f'"{"Mandatory" if each.kind == "mandatory" else "Conditional"}">'
        f"{identity(each.id)}{represented(each)}<str:AttributeRelationship>"
        '<str:PrimaryMeasure><Ref id="OBS_VALUE"/></str:PrimaryMeasure>'
        "</str:AttributeRelationship></str:Attribute>\n"
        for each in structure.attributes
    )
    return (
        f'<str:DimensionList id="DimensionDescriptor">\n{dimensions}'
        f'<str:TimeDimension id="TIME_PERIOD" position="{len(structure.dimensions) + 1}">'
        f"{identity('TIME_PERIOD')}<str:LocalRepresentation>"
        '<str:TextFormat textType="ObservationalTimePeriod"/></str:LocalRepresentation>'
        "</str:TimeDimension>\n</str:DimensionList>\n"
        f'<str:AttributeList id="AttributeDescriptor">\n{attributes}</str:AttributeList>\n'
        '<str:MeasureList id="MeasureDescriptor"><str:PrimaryMeasure id="OBS_VALUE">'
        f"{identity('OBS_VALUE')}<str:LocalRepresentation>"
        '<str:TextFormat textType="Decimal"/></str:LocalRepresentation>'
        "</str:PrimaryMeasure></str:MeasureList>"
    )
