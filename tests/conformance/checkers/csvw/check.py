"""csvw: the metadata describe the CSV (CSV on the Web), whose rows are read as typed values."""

import decimal
import sys
import warnings

from csvw import CSVW
from truth import FIGURES, STATUS, must, number, releases, same

decimal.getcontext().prec = 60  # else it rounds to 28 digits
for name, cells in releases(sys.argv[1]):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read = CSVW(f"{name}.csv-metadata.json", validate=True)
        must(read.is_valid, f"{name}.csv-metadata.json is not valid")
    (table,) = read.tables
    told = [
        (*(number(row[each]) for each in FIGURES), *(row[each] for each in STATUS))
        for row in table.iterdicts(strict=True)
    ]
    same(told, cells, f"{name}.csv by its metadata")
