"""A log of measurement with a feed's releases in it, as its lines stand there."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from infra.audit.merkle import leaf_hash
from infra.audit.tiles import Growth
from infra.kernel import Act, Provenance
from infra.kernel.line import canonical, draft
from infra.kernel.values import instant
from infra.messaging import Carried
from tests.callers import named

INITIATIVE, INDICATOR, PROFILE = named("initiative"), named("I4"), named("profile")
DEPARTMENT, BACKBONE = named("department"), named("backbone")
ORIGIN = "tests.example/log/measurement"
ROOT = f"initiative/{INITIATIVE}"
BEGIN = datetime(2022, 1, 1, tzinfo=UTC)
H2 = {"start": "2022-07-01", "end": "2022-12-31", "period": "2022-S2"}
POLICY = {
    "version": "small-numbers/1",
    "min_count": 5,
    "show_zero": False,
    "protect_complement": False,
    "min_population": 300,
    "rate_min_numerator": 20,
    "volatile_rates": "flag",
    "k": 3,
}
FORMATS = ["csv", "sdmx-csv", "parquet", "xlsx", "jsonl", "cids"]


def place(code: str, label: str) -> dict[str, str]:
    return {"scheme": "asgs-sa3", "edition": "3", "code": code, "label": label}


BAYSIDE, GLEN_EIRA = place("20801", "Bayside"), place("20802", "Glen Eira")
KINGSTON = place("20803", "Kingston")
PARTS = [BAYSIDE, GLEN_EIRA, KINGSTON]
WHOLE = {"scheme": "commonweal", "edition": "1", "code": "BGK", "label": "=BGK together"}


class Log:
    """One service's log that grows, line by line; each stream's versions count by themselves."""

    def __init__(self, source: str = "measurement") -> None:
        self.source = source
        self.now = BEGIN
        self.lines: list[str] = []
        self._versions: dict[str, int] = {}

    def tell(
        self,
        fact: str,
        subject: str,
        data: dict[str, Any],
        *,
        actor: str = "person-1",
        reason: str = "",
    ) -> int:
        """Record a fact a minute after the one before; gives its sequence."""
        self.now += timedelta(minutes=1)
        said = Provenance(
            actor=actor,
            role="data-steward",
            organisation=BACKBONE,
            client="tests",
            authority="role:data-steward",
        ).as_data()
        if reason:
            said["reason"] = {"code": "test", "text": reason}
        version = self._versions[subject] = self._versions.get(subject, 0) + 1
        sequence = len(self.lines) + 1
        self.lines.append(
            draft(
                source=self.source,
                fact=fact,
                contract_version=1,
                subject=subject,
                stream_id=UUID(subject.rpartition("/")[2]),
                stream_version=version,
                initiative_id=INITIATIVE,
                data={**data, "provenance": said},
                by=Act(Provenance.model_validate(said)),
                now=self.now,
            ).line(recordedtime=self.now, sequence=sequence)
        )
        return sequence

    @property
    def leaves(self) -> bytes:
        return b"".join(leaf_hash(line.encode()) for line in self.lines)

    def root(self, size: int | None = None) -> bytes:
        tree = Growth()
        tree.add(self.leaves[: (len(self.lines) if size is None else size) * 32])
        return tree.root()

    @property
    def carried(self) -> list[Carried]:
        return [Carried.read(line) for line in self.lines]

    def checkpoint(self) -> dict[str, Any]:
        """As a release names it: what was signed last."""
        root = base64.b64encode(self.root()).decode()
        return {"origin": ORIGIN, "size": len(self.lines), "root": root}


def cell(where: dict[str, str], **said: Any) -> dict[str, Any]:
    found = {
        "indicator_id": str(INDICATOR),
        "indicator_code": "I4",
        "definition_version": 2,
        "unit": "%",
        "place": where,
        "dimensions": {},
        "period": H2,
        "obs_status": "A",
        "conf_status": "F",
        "computed": False,
        "inputs": [],
        **said,
    }
    return {name: value for name, value in found.items() if value is not None}


def free(
    where: dict[str, str], numerator: int, denominator: int, inputs: Sequence[int], **said: Any
) -> dict[str, Any]:
    value = f"{numerator / denominator * 100:.1f}"
    volatile = {"flag": "volatile"} if numerator < 20 else {}
    figures = {"value": value, "numerator": str(numerator), "denominator": str(denominator)}
    return cell(where, **figures, **volatile, inputs=list(inputs), **said)


def withheld(
    where: dict[str, str], code: str, denominator: int | None, **said: Any
) -> dict[str, Any]:
    known = (
        {"denominator": str(denominator)} if denominator is not None else {"denominator_conf": code}
    )
    return cell(where, conf_status=code, **known, **said)


def define(log: Log, *, audience: UUID | None = DEPARTMENT) -> None:
    """The indicator, its definition and target, and the profile."""
    indicator = f"{ROOT}/indicator/{INDICATOR}"
    log.tell(
        "indicator-proposed",
        indicator,
        {"code": "I4", "name": "Engaged", "initiative_id": str(INITIATIVE)},
    )
    terms = {
        "name": "Still engaged after 13 weeks",
        "unit": "%",
        "level": "performance",
        "polarity": "higher-is-better",
        "strata": [],
    }
    log.tell(
        "indicator-defined",
        indicator,
        {"version": 1, "definition": terms | {"name": "After 10 weeks"}},
    )
    changed = {"version": 2, "definition": terms, "comparable": False, "series_version": 2}
    log.tell("indicator-definition-changed", indicator, changed, reason="As funders do")
    kind = (
        {"kind": "organisation", "organisation": str(audience)} if audience else {"kind": "public"}
    )
    log.tell(
        "feed-profile-defined",
        f"{ROOT}/feed-profile/{PROFILE}",
        {
            "initiative_id": str(INITIATIVE),
            "code": "bgk-department",
            "audience": kind,
            "title": "BGK for the department",
            "indicators": [str(INDICATOR)],
            "places": {
                "scheme": "asgs-sa3",
                "edition": "3",
                "wholes": [{"place": WHOLE, "parts": PARTS}],
            },
            "strata": [],
            "formats": FORMATS,
            "policy": POLICY,
            "cadence": "half-yearly",
        },
    )


def measure(log: Log, figures: Iterable[tuple[dict[str, str], int, int]]) -> list[int]:
    """Values of places, recorded and certified; gives the sequences of the certified lines."""
    submission, found = str(named("submission")), []
    for where, numerator, denominator in figures:
        subject = f"{ROOT}/series/{named('series ' + where['code'])}"
        observed = {
            **H2,
            "numerator": str(numerator),
            "denominator": str(denominator),
            "status": "A",
        }
        observed["value"] = f"{numerator / denominator * 100:.1f}"
        data = {
            "initiative_id": str(INITIATIVE),
            "indicator_id": str(INDICATOR),
            "definition_version": 2,
            "place": where,
            "dimensions": {},
            "submission_id": submission,
            "observations": [observed],
        }
        log.tell("observations-recorded", subject, data)
        found.append(log.tell("observations-certified", subject, data))
    return found


def release(
    log: Log,
    cells: Sequence[dict[str, Any]],
    *,
    number: int = 1,
    replaces: UUID | None = None,
    audience: UUID | None = DEPARTMENT,
    revisions: Sequence[dict[str, Any]] = (),
    **instead: Any,
) -> UUID:
    """A release from its preparation to its publication; gives its id. What `instead` says of a
    fact, by its name, stands in its line in the place of what is right; None leaves it out."""
    id = named(f"release {number}")
    subject = f"{ROOT}/feed-release/{id}"

    def told(fact: str, data: dict[str, Any], **by: str) -> None:
        wrong = instead.get(fact.replace("-", "_"), {})
        if wrong is not None:
            log.tell(fact, subject, {**data, **wrong}, **{**by, **wrong.pop("by", {})})

    kind = (
        {"kind": "organisation", "organisation": str(audience)} if audience else {"kind": "public"}
    )
    prepared = {
        "initiative_id": str(INITIATIVE),
        "profile_id": str(PROFILE),
        "profile_version": 1,
        "audience": kind,
        "number": number,
        "title": f"BGK for the department, {number}",
        "positions": f"agenda:0,measurement:{len(log.lines)},activities:0",
        "periods": [H2],
    } | ({"replaces": str(replaces)} if replaces else {})
    told("feed-release-prepared", prepared, actor="person-preparer")
    ordered = sorted(cells, key=order)
    counts = counted(ordered)
    control = {
        "policy_version": POLICY["version"],
        "policy": POLICY,
        **counts,
        "k": 3,
        "compared": number - 1,
        "revisions": list(revisions),
    }
    told("disclosure-control-applied", control)
    half = max(1, (len(ordered) + 1) // 2)
    for page, start in enumerate(range(0, len(ordered), half), start=1):
        told("released-cells-frozen", {"page": page, "cells": ordered[start : start + half]})
    told("reliability-determined", {"purpose": "monitoring", "determination": "sufficient"})
    digest = content_sha256(ordered)
    told("feed-release-approved", {"content_sha256": digest}, actor="person-approver")
    note = {"note": "3 duplicates removed"} if replaces else {}
    said = {
        "initiative_id": str(INITIATIVE),
        "profile_id": str(PROFILE),
        "number": number,
        "ordinal": number,
        "content_sha256": digest,
        "checkpoint": log.checkpoint(),
        **note,
    }
    told("feed-released", said)
    if replaces:
        restated = {"initiative_id": str(INITIATIVE), "replaces": str(replaces), **note}
        told("feed-restated", restated, reason="Three were counted twice")
    return id


def order(one: dict[str, Any]) -> tuple[Any, ...]:
    where, period = one["place"], one["period"]
    return (
        one["indicator_code"],
        one["definition_version"],
        (period["start"], period["end"]),
        (where["scheme"], where["edition"], where["code"]),
        canonical(one["dimensions"]),
    )


def content_sha256(cells: Iterable[dict[str, Any]]) -> str:
    return hashlib.sha256("".join(f"{canonical(one)}\n" for one in cells).encode()).hexdigest()


def first(inputs: Sequence[int]) -> list[dict[str, Any]]:
    """The demonstration's R1: two places withheld, the third and the total shown."""
    return [
        withheld(BAYSIDE, "N", 5),
        withheld(GLEN_EIRA, "D", 10),
        free(KINGSTON, 10, 16, inputs[2:3]),
        free(WHOLE, 19, 31, inputs, computed=True),
    ]


def counted(cells: Sequence[dict[str, Any]]) -> dict[str, int]:
    """How many cells there are, and how many are withheld."""
    statuses = [one["conf_status"] for one in cells]
    primary, secondary = statuses.count("N"), statuses.count("D")
    return {"cells": len(cells), "primary": primary, "secondary": secondary}


def three_fewer(since: UUID) -> dict[str, Any]:
    """What the second release tells of how it differs from the first: three were counted twice."""
    shift = {"fewer": 3, "more": 0}
    told = {"indicator_id": str(INDICATOR), "definition_version": 2, "period": H2}
    return told | {"since": str(since), "numerator": shift, "denominator": shift}


def second(inputs: Sequence[int]) -> list[dict[str, Any]]:
    """R2: the total only."""
    return [
        withheld(BAYSIDE, "N", None),
        withheld(GLEN_EIRA, "D", None),
        withheld(KINGSTON, "D", None),
        free(WHOLE, 16, 28, inputs, computed=True),
    ]


def scenario(*, restated: bool = True) -> Log:
    """The demonstration's two releases, among lines that the department may not read."""
    log = Log()
    define(log)
    log.tell(
        "data-agreement-proposed", f"{ROOT}/data-agreement/{named('agreement')}", {"note": "secret"}
    )
    inputs = measure(log, [(BAYSIDE, 3, 5), (GLEN_EIRA, 6, 10), (KINGSTON, 10, 16)])
    one = release(log, first(inputs))
    if restated:
        inputs = measure(log, [(BAYSIDE, 2, 4), (GLEN_EIRA, 5, 9), (KINGSTON, 9, 15)])
        release(log, second(inputs), number=2, replaces=one, revisions=[three_fewer(one)])
    log.tell(
        "data-agreement-proposed", f"{ROOT}/data-agreement/{named('another')}", {"note": "secret"}
    )
    return log


def known(log: Log) -> str:
    return instant(log.now)
