"""`commonweal import` against the service itself, which answers the same paths as the gateway."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from gateway.cli import main
from infra.runtime.ports import free_port
from infra.web.shell import Shell
from tests.callers import Caller, token
from tests.component.measuring import MAPPING, indicator, service, table
from tests.terms import AGREEMENT, INITIATIVE, ROUND

FILE = table("2021,Bayside,20801,,13.9", "2021,Bayside,20801,Female,..")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    app, _ = service()

    async def prepare() -> None:
        async with Caller(app) as caller:
            await indicator(caller)

    asyncio.run(prepare())
    port = free_port()
    config = uvicorn.Config(Shell(app), port=port, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "mapping.json").write_text(json.dumps(MAPPING))
    file = tmp_path / "file.csv"
    file.write_text(FILE)
    return file


def command(url: str, file: Path, *more: str) -> list[str]:
    mapping = str(file.with_name("mapping.json"))
    where = ("--url", url, "--token", token(), "--initiative", str(INITIATIVE))
    under = ("--agreement", str(AGREEMENT), "--reporting-period", str(ROUND))
    return ["import", str(file), "--mapping", mapping, *where, *under, *more]


def test_a_file_is_tried_taken_and_known(url: str, file: Path, capsys: pytest.CaptureFixture[str]):
    outcomes = []
    for more in (("--dry-run",), (), ()):
        assert main(command(url, file, *more)) == 0
        outcomes.append(json.loads(capsys.readouterr().out)["outcome"])
    assert outcomes == ["dry-run", "accepted", "nothing-changed"]


def test_a_revised_value_is_told_by_its_line_and_taken_with_a_reason(
    url: str, file: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(command(url, file)) == 0
    file.write_text(FILE.replace("13.9", "14.0"))
    capsys.readouterr()
    assert main(command(url, file)) == 3
    assert "line 2: 2021 is known as 13.9" in capsys.readouterr().err
    assert main(command(url, file, "--revisions", "correct", "--reason", "Revised.")) == 0
    assert json.loads(capsys.readouterr().out)["corrected"] == 1


def test_a_repeated_key_is_told_the_same(url: str, file: Path, capsys: pytest.CaptureFixture[str]):
    file.write_text(FILE.replace("2021", "2011"))
    told = []
    for _ in range(2):
        assert main(command(url, file, "--key", "the-same")) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]


def test_which_agreements_there_are_is_said_where_none_is_named(
    url: str, file: Path, capsys: pytest.CaptureFixture[str]
):
    asked = command(url, file)
    del asked[asked.index("--agreement") : asked.index("--agreement") + 2]
    assert main(asked) == 1
    assert f"Published figures ({AGREEMENT})" in capsys.readouterr().err


def test_row_by_row_the_others_go_in(url: str, file: Path, capsys: pytest.CaptureFixture[str]):
    assert main(command(url, file)) == 0
    capsys.readouterr()
    file.write_text(FILE.replace("13.9", "13.7") + "2014,Bayside,20801,,1\n")
    assert main(command(url, file, "--mode", "rows", "--reference", "H1")) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["new"], report["left_out"], report["outcome"]) == (1, 1, "accepted")


def test_a_guess_is_a_mapping_to_correct(url: str, file: Path, capsys: pytest.CaptureFixture[str]):
    asked = ["import", str(file), "--guess", "--indicator", "I4", "--url", url, "--token", token()]
    assert main(asked) == 0
    told = capsys.readouterr()
    guessed = json.loads(told.out)
    assert guessed["indicator"] == {"constant": "I4"}
    assert guessed["value"]["column"] == "Value"
    assert "check: place" in told.err


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (("--token", ""), 1, "COMMONWEAL_TOKEN"),
        (("--url", "http://127.0.0.1:9"), 1, "repeat it with --key"),
        (("--mapping", "nowhere.json"), 2, "nowhere.json"),
        (("--token", "forged"), 1, "token"),
    ],
)
def test_what_is_refused_is_said_in_a_sentence(
    url: str,
    file: Path,
    capsys: pytest.CaptureFixture[str],
    more: tuple[str, ...],
    code: int,
    said: str,
):
    assert main(command(url, file, *more)) == code
    assert said in capsys.readouterr().err


def test_a_spreadsheet_is_told_what_to_do(url: str, file: Path, capsys: pytest.CaptureFixture[str]):
    file.write_bytes(b"PK\x03\x04[Content_Types].xml" + b"\x00" * 1_000)
    for more in ((), ("--guess",)):
        assert main(command(url, file, *more)) == 1
        assert "export" in capsys.readouterr().err


def test_an_import_says_what_it_takes(file: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["import", str(file), "--token", token()]) == 2
    assert "--mapping" in capsys.readouterr().err
