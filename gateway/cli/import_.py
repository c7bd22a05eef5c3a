"""`commonweal import`: a statistical office's file, sent to the gateway with its mapping."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import httpx

from infra.kernel import uuid7

SAMPLE_BYTES = 512 * 1024
CHUNK = 256 * 1024
ANSWER_SECONDS = 600.0
SHOWN = 20

IMPORT = """\
Sends a tidy CSV file with a mapping that says what its columns mean, under a data agreement and in
a reporting period. All rows are taken, or none, unless --mode rows; the same file again changes
nothing. Which agreements and periods there are, a refusal says.

  commonweal import neet.csv --guess > neet.mapping.json      then correct the mapping
  commonweal import neet.csv --mapping neet.mapping.json --initiative 3f0c… \\
      --agreement 91ab… --reporting-period 7c2e… --dry-run
  and the same without --dry-run

Who asks is said by a token (--token, else COMMONWEAL_TOKEN); see `commonweal token`."""


class Refused(Exception):
    """The gateway said no, or there is nobody who could."""


def add(commands: Any) -> None:
    """Add this family's subcommands."""
    parser = commands.add_parser(
        "import",
        help="take in a file of observations",
        description=IMPORT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "file", type=Path, help="CSV, JSON Lines or Parquet; at most 100,000 rows and 64 MiB"
    )
    parser.add_argument("--mapping", type=Path, help="what the columns mean, as JSON")
    parser.add_argument("--initiative", type=UUID, help="whose observations these are")
    parser.add_argument("--agreement", type=UUID, help="the data agreement under which they come")
    parser.add_argument(
        "--reporting-period", type=UUID, help="the collection round that takes them"
    )
    parser.add_argument("--reference", default="", help="what you call this file, if anything")
    parser.add_argument(
        "--mode",
        choices=("all", "rows"),
        default="all",
        help="rows: those that break no rule count at once, also where others do",
    )
    parser.add_argument("--guess", action="store_true", help="propose a mapping, send nothing")
    parser.add_argument("--indicator", help="with --guess: the code or UUID of the indicator")
    parser.add_argument("--dry-run", action="store_true", help="check and report, write nothing")
    parser.add_argument(
        "--revisions",
        choices=("refuse", "correct"),
        default="refuse",
        help="what a changed value is: a finding, or a correction (with --reason)",
    )
    parser.add_argument("--reason", default="", help="why values were revised, in a sentence")
    parser.add_argument("--key", default="", help="idempotency key; the same to repeat a request")
    parser.add_argument(
        "--url",
        default=os.environ.get("COMMONWEAL_GATEWAY_URL") or "http://127.0.0.1:8080",
        help="of the gateway (COMMONWEAL_GATEWAY_URL, else http://127.0.0.1:8080)",
    )
    parser.add_argument(
        "--token",
        default=os.environ.get("COMMONWEAL_TOKEN", ""),
        help="who asks (COMMONWEAL_TOKEN)",
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """0 when it was taken, or nothing was to be done; 1 when it was refused; 2 for a wrong call;
    3 when it waits for a person's decision."""
    try:
        with _client(chosen) as client:
            return propose(client, chosen) if chosen.guess else send(client, chosen)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or chosen.file}: {error.strerror}", file=sys.stderr)
        return 2
    except UnicodeDecodeError:
        print(f"{chosen.mapping}: a mapping is JSON in UTF-8, and this is not.", file=sys.stderr)
        return 2
    except httpx.InvalidURL as error:
        print(f"{chosen.url} is no address: {error}", file=sys.stderr)
        return 2


def propose(client: httpx.Client, chosen: argparse.Namespace) -> int:
    """The mapping goes to standard output, what is unsure in it to standard error."""
    with chosen.file.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    answer = _asked(
        lambda: client.post(
            "/v1/mapping-proposals",
            content=sample,
            params={"indicator": chosen.indicator} if chosen.indicator else {},
            headers={"Content-Type": "text/csv"},
        )
    )
    proposed = answer.json()
    print(json.dumps(proposed["mapping"], indent=2, ensure_ascii=False))
    for note in proposed["notes"]:
        print(f"check: {note}", file=sys.stderr)
    return 0


def send(client: httpx.Client, chosen: argparse.Namespace) -> int:
    """Progress and findings go to standard error, the report to standard output."""
    if chosen.mapping is None or chosen.initiative is None:
        print("An import takes --mapping and --initiative; --guess proposes a mapping.",
              file=sys.stderr)  # fmt: skip
        return 2
    fields = _fields(chosen)
    key = chosen.key or str(uuid7())
    boundary = uuid7().hex
    before, after = _around(boundary, fields)
    with chosen.file.open("rb") as file:
        size = len(before) + os.fstat(file.fileno()).st_size + len(after)
        answer = _asked(
            lambda: client.post(
                f"/v1/initiatives/{chosen.initiative}/submissions",
                content=chain([before], _counted(file), [after]),
                headers={
                    "Content-Type": f"multipart/form-data; boundary={boundary}",
                    "Content-Length": str(size),
                    "Idempotency-Key": key,
                },
            ),
            key=key,
        )
    report = answer.json()
    print(json.dumps(report, indent=2, ensure_ascii=False))
    print("\n".join(_sentences(report)), file=sys.stderr)
    return 3 if report["outcome"] == "waiting" else 0


def _fields(chosen: argparse.Namespace) -> dict[str, str]:
    """The parts of the form beside the file; what was not said is left out."""
    said = {
        "mapping": chosen.mapping.read_text(encoding="utf-8"),
        "agreement_id": chosen.agreement,
        "reporting_period_id": chosen.reporting_period,
        "provider_reference": chosen.reference,
        "mode": chosen.mode,
        "revisions": chosen.revisions,
        "reason": chosen.reason,
        "dry_run": "true" if chosen.dry_run else "false",
    }
    return {name: str(value) for name, value in said.items() if value}


@contextmanager
def _client(chosen: argparse.Namespace) -> Iterator[httpx.Client]:
    if not chosen.token:
        raise Refused("Say who asks: --token or COMMONWEAL_TOKEN; see `commonweal token --help`.")
    with httpx.Client(
        base_url=chosen.url,
        headers={"Authorization": f"Bearer {chosen.token}"},
        timeout=ANSWER_SECONDS,
    ) as client:
        yield client


def _asked(ask: Any, key: str = "") -> httpx.Response:
    """The answer, if it is a good one; else the refusal in words."""
    try:
        answer: httpx.Response = ask()
    except httpx.TransportError as error:
        again = f" It may have been taken: repeat it with --key {key}." if key else ""
        raise Refused(f"The gateway gave no answer: {error}.{again}") from error
    if answer.is_success:
        return answer
    try:
        problem = answer.json()
    except ValueError as error:
        raise Refused(f"The gateway answered {answer.status_code}.") from error
    raise Refused("\n".join(_told(problem)))


def _told(problem: Mapping[str, Any]) -> Iterator[str]:
    yield str(problem.get("detail", problem))
    for error in problem.get("errors", ()):
        yield f"  {error['pointer']}: {error['detail']}"
    findings = problem.get("findings", ())
    for found in findings[:SHOWN]:
        column = f", {found['column']}" if found.get("column") else ""
        yield f"  line {found['line']}{column}: {found['detail']} ({found['reason']})"
    if problem.get("total", 0) > SHOWN:
        yield f"  … and {problem['total'] - SHOWN:,} more"


def _sentences(report: Mapping[str, Any]) -> Iterator[str]:
    counted = ("new", "unchanged", "corrected", "missing", "skipped", "repeated", "left_out")
    numbers = ", ".join(f"{report[name]:,} {name}" for name in counted if report[name])
    yield f"{report['message']} {report['rows']:,} rows: {numbers or 'none'}."
    first = report.get("validation", {}).get("first", ())
    for found in first[:SHOWN]:
        yield f"  line {found['line']}: {found['detail']} ({found['rule']}, {found['severity']})"
    if len(first) > SHOWN:
        yield f"  … see /v1/submissions/{report['submission_id']}/findings"


def _around(boundary: str, fields: Mapping[str, str]) -> tuple[bytes, bytes]:
    """What stands before and after the file in the multipart body; httpx would read it whole."""
    parts = [f'name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
    parts.append('name="file"; filename="file.csv"\r\nContent-Type: text/csv\r\n\r\n')
    start = "\r\n".join(f"--{boundary}\r\nContent-Disposition: form-data; {p}" for p in parts)
    return start.encode(), f"\r\n--{boundary}--\r\n".encode()


def _counted(file: IO[bytes]) -> Iterator[bytes]:
    """The file's pieces; how far it is goes to standard error, where somebody looks at it."""
    size, done, since = os.fstat(file.fileno()).st_size, 0, time.monotonic()
    watched = sys.stderr.isatty()
    while chunk := file.read(CHUNK):
        yield chunk
        done += len(chunk)
        if watched and (done == size or time.monotonic() - since > 0.1):
            since = time.monotonic()
            print(f"\r{done / max(size, 1):4.0%} sent", end="", file=sys.stderr, flush=True)
    if watched:
        print("\r           \r", end="", file=sys.stderr, flush=True)
