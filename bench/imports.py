"""A whole office's file through HTTP: 10,000 series of 10 periods, while others go on working."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator, Sequence
from uuid import UUID

from bench import house
from bench.paired import Figure, at_least, at_most, keep, percentile, say
from bench.submitting import Service, service
from services.measurement.domain.values import Place, series_id

SERIES, PERIODS = 10_000, 10
ROUNDS = 5
ROWS_PER_SECOND, WITH_RULES, P99_MS, PEAK_MIB = 25_000, 20_000, 250, 300
CERTIFIED, AT_ONCE, CERTIFY_SECONDS = 10_000, 1_000, 2


def cell(series: int) -> tuple[str, str, str]:
    """Place, sex and age group of a series."""
    sex, age = ("Female", "Male")[series % 2], f"{15 + series // 2 % 4} years"
    return str(20_000 + series // 8), sex, age


def table() -> bytes:
    """100,000 rows as an office would write them."""
    rows = ["Year,Code,Sex,Age group,Value"]
    for series in range(SERIES):
        place, sex, age = cell(series)
        for period in range(PERIODS):
            value = ".." if (series + period) % 97 == 0 else f"{(series * 7 + period) % 1000 / 10}"
            rows.append(f"{2012 + period},{place},{sex},{age},{value}")
    return ("\n".join(rows) + "\n").encode()


async def main() -> list[Figure]:
    """As in every benchmark here, a miss is run once more: the machine may be somebody else's."""
    for attempt in ("first", "second"):
        say(f"imports: {attempt} run, {ROUNDS} files of {SERIES * PERIODS:,} rows")
        figures = await measured()
        if all(figure.ok for figure in figures):
            break
    keep("imports", figures)
    return figures


async def measured() -> list[Figure]:
    file = table()
    rates: list[float] = []
    async with (
        house.postgres() as server,
        house.database(server, "commonweal_imports") as dsn,
        service(dsn) as asked,
    ):
        await asked.agree()
        others = await asked.indicator("OTHERS")
        for number in range(ROUNDS):
            rates.append(await sent(asked, f"I{number}", file, others))
        await asked.rule()
        ruled = [await sent(asked, f"R{number}", file, others) for number in range(ROUNDS)]
        certifying = await certified(asked)
        whole = await certified_whole(asked)
        since = time.perf_counter()
        again = await asked.send("I0", file)
        assert again["outcome"] == "nothing-changed", again
        say(f"  the same file again: {time.perf_counter() - since:.1f} s")
        p99 = 1000 * percentile(asked.latencies, 0.99)
        peak = asked.peak_mib()
    return [
        at_least("imports.rate", median(rates), ROWS_PER_SECOND, "rows/s"),
        at_least("imports.with-20-rules", median(ruled), WITH_RULES, "rows/s"),
        at_most("imports.certify-10000", certifying, CERTIFY_SECONDS, "s"),
        at_most("imports.certify-whole", whole, CERTIFY_SECONDS, "s"),
        at_most("imports.others-p99", p99, P99_MS, "ms"),
        at_most("imports.peak", peak, PEAK_MIB, "MiB"),
    ]


async def sent(asked: Service, code: str, file: bytes, others: UUID) -> float:
    """Rows a second of one file, from the first byte to the answer, while others ask."""
    await asked.indicator(code)
    asking = asyncio.create_task(asked.keep_asking(others))
    since, worked = time.perf_counter(), asked.cpu_seconds()
    report = await asked.send(code, file)
    seconds, worked = time.perf_counter() - since, asked.cpu_seconds() - worked
    asking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asking
    assert (report["new"], report["outcome"]) == (SERIES * PERIODS, "accepted"), report
    rate = SERIES * PERIODS / seconds
    say(f"  {rate:10.0f} rows/s; {worked:.1f} s of a processor in {seconds:.1f} s")
    return rate


async def certified(asked: Service) -> float:
    """Seconds in which a third person certifies 10,000 observations, their series named."""
    id, _ = await verified(asked, "CERTIFIED")
    series = [str(one) for one in series_of(id, CERTIFIED // PERIODS)]
    since = time.perf_counter()
    for start in range(0, len(series), AT_ONCE):
        named = [{"series_id": each} for each in series[start : start + AT_ONCE]]
        path = f"/v1/indicators/{id}/certifications"
        await asked.by("certifier", path, {"series": named})
    seconds = time.perf_counter() - since
    say(f"  {CERTIFIED:,} observations of {len(series):,} series certified in {seconds:.2f} s")
    return seconds


async def certified_whole(asked: Service) -> float:
    """The same, by naming the submission that brought them; others are served between batches."""
    _, submission = await verified(asked, "WHOLE")
    since, worked = time.perf_counter(), asked.cpu_seconds()
    done = await asked.by("certifier", f"{submission}/certifications", {})
    seconds, worked = time.perf_counter() - since, asked.cpu_seconds() - worked
    assert int(done["observations"]) == CERTIFIED, done
    say(f"  a submission of {CERTIFIED:,} certified in {seconds:.2f} s, {worked:.2f} s worked")
    return seconds


async def verified(asked: Service, code: str) -> tuple[UUID, str]:
    """An indicator with an accepted submission of 10,000 observations, and where that is."""
    id = await asked.indicator(code)
    rows = b"\n".join(table().splitlines()[: CERTIFIED + 1]) + b"\n"
    report = await asked.send(code, rows)
    submission = f"/v1/submissions/{report['submission_id']}"
    sample = {"method": "None: a benchmark", "sample": 1}
    await asked.by("data-steward", f"{submission}/verifications", sample)
    return id, submission


def series_of(indicator: UUID, count: int) -> Iterator[UUID]:
    """The first series of the table."""
    for number in range(count):
        place, sex, age = cell(number)
        where = Place(scheme="bench", edition="1", code=place)
        yield series_id(indicator, 1, where, {"Sex": sex, "Age group": age})


def median(figures: Sequence[float]) -> float:
    return sorted(figures)[len(figures) // 2]
