"""pysdmx (BIS): SDMX-ML 2.1 is valid by SDMX's own schemas, SDMX-CSV 2.0 is read by it, and every
code in the data stands in its code list."""

import sys

from pysdmx.io import get_datasets, read_sdmx
from truth import must, number, releases, same

COLUMNS = ["OBS_VALUE", "NUMERATOR", "DENOMINATOR", "OBS_STATUS", "CONF_STATUS"]


def exact(value):
    """pysdmx keeps a number as binary floating point: what it had, to 15 digits."""
    return None if value != value or value in (None, "") else number(f"{float(value):.15g}")


def rounded(cell):
    """The cell with its numbers as pysdmx can keep them."""
    names = ("value", "numerator", "denominator")
    return cell | {n: str(exact(cell[n])) for n in names if cell.get(n) is not None}


for name, cells in releases(sys.argv[1]):
    message = read_sdmx(f"{name}.sdmx.xml", validate=True)
    (structure,) = message.get_data_structure_definitions()
    read_sdmx(f"{name}.sdmx.csv", validate=True)
    (dataset,) = get_datasets(f"{name}.sdmx.csv", f"{name}.sdmx.xml")
    rows = dataset.data.to_dict("records")
    components = [*structure.components.dimensions, *structure.components.attributes]
    listed = {one.id: one.enumeration for one in components if one.enumeration is not None}
    must({"INDICATOR", "REF_AREA", "OBS_STATUS", "CONF_STATUS"} <= set(listed), list(listed))
    for id, codes in listed.items():
        odd = {row[id] for row in rows if row[id] == row[id]} - {code.id for code in codes}
        must(not odd - {"", None}, f"{name}: {id} has {odd}, which is in no code list")
    told = [(*(exact(row[c]) for c in COLUMNS[:3]), *(row[c] for c in COLUMNS[3:])) for row in rows]
    same(told, [rounded(cell) for cell in cells], f"{name}.sdmx.csv by {structure.short_urn}")
