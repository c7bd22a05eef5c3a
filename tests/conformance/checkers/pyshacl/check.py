"""pyshacl: the JSON-LD has the shape of the Common Impact Data Standard's basic tier.

The standard's own shapes are in no package registry: `CIDS_SHAPES` may name a copy of them, which
is then held against it as well.
"""

import os
import sys
from pathlib import Path

from pyshacl import validate
from rdflib import Graph, Namespace
from truth import must, number, releases

CIDS = Namespace("https://ontology.commonapproach.org/cids#")
I72 = Namespace("http://ontology.eil.utoronto.ca/ISO21972/iso21972#")
OURS = Path(__file__).with_name("cids.ttl")
shapes = [Graph().parse(one) for one in (OURS, os.environ.get("CIDS_SHAPES")) if one]
for name, cells in releases(sys.argv[1]):
    graph = Graph().parse(f"{name}.cids.jsonld", format="json-ld")
    for each in shapes:
        holds, _, told = validate(graph, shacl_graph=each)
        must(holds, told)
    reports = list(graph.subjects(None, CIDS.IndicatorReport))
    must(len(reports) == len(cells), f"{name}: {len(reports)} reports for {len(cells)} cells")
    said = [str(one) for one in graph.objects(None, I72.hasNumericalValue)]
    told = sorted(str(number(each)) for each in said if each != "missing")
    withheld = [cell for cell in cells if cell["conf_status"] != "F"]
    values = [number(cell["value"]) for cell in cells if "value" in cell]
    must(told == sorted(map(str, [*values, *(None for _ in withheld)])), f"{name}: other numbers")
    print(f"{name}.cids.jsonld: {len(graph)} triples, {len(reports)} reports, in shape")
