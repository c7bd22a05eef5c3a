"""openpyxl: no cell is a formula, numbers are numbers, and the sheet says the same."""

import sys

from openpyxl import load_workbook
from truth import FIGURES, STATUS, must, number, releases, same

for name, cells in releases(sys.argv[1]):
    book = load_workbook(f"{name}.xlsx", data_only=False)
    must(book.sheetnames == ["Figures", "Provenance"], book.sheetnames)
    every = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    ran = [cell.coordinate for cell in every if cell.data_type == "f" or cell.hyperlink]
    must(not ran, f"{name}.xlsx: formulas or links at {ran}")
    head, *rows = book["Figures"].iter_rows()
    at = {cell.value: place for place, cell in enumerate(head)}
    typed = [row[at[each]] for row in rows for each in FIGURES]
    texts = [c.value for c in typed if c.data_type == "s" and c.value != "np" and len(c.value) < 16]
    must(not texts, f"{name}.xlsx: numbers as text: {texts}")
    told = [
        (*(number(row[at[f]].value) for f in FIGURES), *(row[at[s]].value for s in STATUS))
        for row in rows
    ]
    same(told, cells, f"{name}.xlsx, {len(every)} cells and no formula,")
