"""The demonstration checks what it released: R1 and R2 as they went out, proven to the department,
and no figure that it was not given, at no instant."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.demonstration.cast import Person
from gateway.demonstration.player import Player
from gateway.demonstration.releases import FEED
from gateway.verifier import verify as verifier

verify: Any = verifier
"""It shares no types with the house either."""

AT = f"/v1/feeds/{FEED}"
FIRST = {
    "20801": (None, None, "5", "N"),
    "20802": (None, None, "10", "D"),
    "20803": ("62.5", "10", "16", "F"),
    "bgk": ("61.3", "19", "31", "F"),
}
SECOND = {
    "20801": (None, None, None, "N"),
    "20802": (None, None, None, "D"),
    "20803": (None, None, None, "D"),
    "bgk": ("57.1", "16", "28", "F"),
}
SEEN = (
    ("2023-01-29", None),
    ("2023-02-20", "61.3"),
    ("2023-03-21", "61.3"),
    ("2023-03-25", "57.1"),
    ("", "57.1"),
)
"""As known at the end of that day: what the department sees of I4. On 21 March the truth is 57.1
already, and it has not been released."""


async def released(reading: Player, noted: Mapping[str, Any]) -> list[str]:
    """What is wrong, as sentences."""
    return [
        *await _catalogue(reading),
        *await _cells(reading, 1, FIRST),
        *await _cells(reading, 2, SECOND),
        *await _outside(reading, noted["initiative"]),
        *await _superseded(reading, noted["decision"]),
        *await _proven(reading),
    ]


async def _catalogue(reading: Player) -> list[str]:
    page = await reading.reads(Person.OFFICER, AT, includeHistory="true")
    told = [
        (
            one["number"],
            one["replaced_by"],
            one["withheld"],
            one["note"],
            [each["determination"] for each in one["reliability"]],
        )
        for one in page["releases"]
    ]
    wanted = [
        (2, None, {"primary": 1, "secondary": 2}, "3 duplicates removed", ["sufficient"]),
        (1, 2, {"primary": 1, "secondary": 1}, None, ["sufficient"]),
    ]
    return [] if told == wanted else [f"the department's feed: {told}, not {wanted}"]


async def _cells(reading: Player, number: int, wanted: Mapping[str, Any]) -> list[str]:
    """What a release says of I4, and that I3 stands in it as it was measured."""
    body = await reading.fetches(Person.OFFICER, f"{AT}/releases/{number}.jsonl")
    cells = [json.loads(line) for line in body.splitlines()]
    told = {
        one["place"]["code"]: (
            one.get("value"),
            one.get("numerator"),
            one.get("denominator"),
            one["conf_status"],
        )
        for one in cells
        if one["indicator_code"] == "I4"
    }
    days = [one.get("value") for one in cells if one["indicator_code"] == "I3"]
    wrong = [] if told == wanted else [f"R{number} says of I4 {told}, not {wanted}"]
    return wrong if days == ["12"] else [*wrong, f"R{number} says of I3 {days}, not 12 days"]


async def _outside(reading: Player, initiative: str) -> list[str]:
    """The department sees what it was given by then, and the evaluator what was so."""
    wrong = []
    for day, value in SEEN:
        query = {"as_known_at": day} if day else {}
        path = f"/v1/initiatives/{initiative}/progress"
        page = await reading.reads(Person.OFFICER, path, **query)
        latest = next(one for one in page["indicators"] if one["code"] == "I4")["latest"]
        seen = latest and latest["value"]
        if seen != value:
            wrong.append(f"the department sees {seen} of I4 as known {day}, not {value}")
    return wrong


async def _superseded(reading: Player, decision: str) -> list[str]:
    """Row 41: what D-7 stood on was superseded by the de-duplication, and then by R2."""
    dossier = await reading.reads(Person.EVALUATOR, f"/v1/decisions/{decision}")
    causes = [one["cause"] for one in dossier["superseded"]["causes"]]
    facts = []
    for cause in causes:
        path = f"/v1/events/{cause['source']}/{cause['sequence']}"
        line = json.loads(await reading.fetches(Person.EVALUATOR, path))
        facts.append(line["type"].split(".")[2])
    if facts == ["observation-deduplicated", "feed-restated"]:
        return []
    return [f"the evidence of D-7 was superseded by {facts}"]


async def _proven(reading: Player) -> list[str]:
    """Both bundles come twice as the same bytes and prove themselves; with one byte changed they do
    not."""
    keys = (await reading.fetches(Person.OFFICER, "/log/keys")).decode().split()
    key = verify.Key(next(one for one in keys if "/log/measurement+" in one))
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, f"{number}.zip") for number in (1, 2)]
        for number, file in enumerate(files, 1):
            path = f"{AT}/releases/{number}.zip"
            file.write_bytes(await reading.fetches(Person.OFFICER, path))
            if file.read_bytes() != await reading.fetches(Person.OFFICER, path):
                wrong.append(f"R{number} does not come twice as the same bytes")
        for previous, file in ((None, files[0]), (str(files[0]), files[1])):
            rows = verify.verified(str(file), key, previous)
            false = [claim for claim, verdict, _ in rows if verdict == verify.FAILS]
            wrong += [f"{file.name} does not prove: {claim}" for claim in false]
        body = files[1].read_bytes()
        middle = len(body) // 2
        files[1].write_bytes(body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :])
        rows = verify.verified(str(files[1]), key)
        if all(verdict != verify.FAILS for _, verdict, _ in rows):
            wrong.append("R2 with one byte changed passes for proven")
    return wrong
