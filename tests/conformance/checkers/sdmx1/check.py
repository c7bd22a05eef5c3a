"""sdmx1 (pandaSDMX's successor): reads the structure and, by it, every observation of the data."""

import sys

import sdmx
from truth import must, number, releases, same


def said(observation, id):
    """What an observation's attribute says; None where it has none."""
    found = observation.attached_attribute.get(id)
    return found and found.value


for name, cells in releases(sys.argv[1]):
    message = sdmx.read_sdmx(f"{name}.sdmx.xml")
    (flow,) = message.dataflow.values()
    (structure,) = message.structure.values()
    must(flow.structure is structure, f"{name}: the dataflow names another structure")
    (dataset,) = sdmx.read_sdmx(f"{name}.sdmx.csv", structure=flow).data
    keys = {str(one.key) for one in dataset.obs}
    must(len(keys) == len(dataset.obs), f"{name}: a key stands twice")
    told = [
        (
            number(one.value),
            *(number(said(one, id)) for id in ("NUMERATOR", "DENOMINATOR")),
            *(said(one, id) for id in ("OBS_STATUS", "CONF_STATUS")),
        )
        for one in dataset.obs
    ]
    same(told, cells, f"{name}.sdmx.csv by {flow.id}({flow.version})")
