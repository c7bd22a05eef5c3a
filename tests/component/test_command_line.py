"""The `commonweal` command teaches, signs tokens, and refuses in sentences."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from uuid import UUID

import pytest

from gateway.cli import main
from gateway.cli.identity import seconds
from infra.runtime import Folder, Kind
from infra.web import Verifier
from infra.web.tokens import make_keys
from tests.bundles import SIGNER, flipped, pack
from tests.feeding import scenario

ORGANISATION = "6f1c2a34-0000-4000-8000-000000000001"
ASK = (
    "token",
    "--person",
    "p-17",
    "--role",
    "backbone-coordinator",
    "--organisation",
    ORGANISATION,
)


@pytest.fixture(autouse=True)
def settings_of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA", "TOKEN_KEYS", "TOKEN_ISSUER", "POSTGRES_OWNER"):
        monkeypatch.delenv(f"COMMONWEAL_{name}", raising=False)


def house_with_keys(data: Path, kind: Kind) -> Path:
    folder = Folder(data / kind, kind)
    make_keys(folder.path / "keys")
    return folder.path / "keys" / "jwks.json"


@pytest.mark.parametrize(
    "command",
    ["up", "down", "status", "fresh", "migrate", "keys", "token", "dead-letters", "verify"],
)
def test_help_names_every_command_and_each_explains_itself(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    assert re.search(rf"^    {command}\b", capsys.readouterr().out, re.MULTILINE)
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    assert len(capsys.readouterr().out) > 200


@pytest.mark.parametrize("verb", ["list", "show", "retry", "skip"])
def test_what_is_done_about_a_dead_letter_is_explained_as_well(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["dead-letters", verb, "--help"])
    assert len(capsys.readouterr().out) > 200


def test_a_token_says_who_asks_and_is_taken_by_the_house(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jwks = house_with_keys(tmp_path, Kind.LIVE)
    assert main([*ASK, "--role", "data-steward", "--data", str(tmp_path)]) == 0
    token = Verifier.from_file(str(jwks), "commonweal-embedded").verify(
        capsys.readouterr().out.strip()
    )
    assert (token.sub, token.client_id) == ("p-17", "commonweal-cli")
    assert (token.organisation, token.roles) == (
        UUID(ORGANISATION),
        ("backbone-coordinator", "data-steward"),
    )


def test_the_house_that_is_meant_can_be_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house_with_keys(tmp_path, Kind.LIVE)
    jwks = house_with_keys(tmp_path, Kind.DEMONSTRATION)
    main([*ASK, "--demo", "--data", str(tmp_path)])
    verifier = Verifier.from_file(str(jwks), "commonweal-embedded")
    assert verifier.verify(capsys.readouterr().out.strip()).sub == "p-17"


def test_of_two_houses_the_one_that_is_asked_is_meant_else_the_one_that_is_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    verifiers = {
        kind: Verifier.from_file(str(house_with_keys(tmp_path, kind)), "commonweal-embedded")
        for kind in Kind
    }
    live, demonstration = (Folder(tmp_path / kind, kind) for kind in Kind)

    def signed_for(kind: Kind) -> bool:
        main([*ASK, "--data", str(tmp_path)])
        return verifiers[kind].verify(capsys.readouterr().out.strip()).sub == "p-17"

    monkeypatch.delenv("COMMONWEAL_GATEWAY_URL", raising=False)
    assert signed_for(Kind.LIVE)
    with demonstration.lock():
        assert signed_for(Kind.DEMONSTRATION)
        with live.lock():
            demonstration.note({"url": "http://127.0.0.1:8081"})
            assert signed_for(Kind.LIVE)
            monkeypatch.setenv("COMMONWEAL_GATEWAY_URL", "http://127.0.0.1:8081/")
            assert signed_for(Kind.DEMONSTRATION)


def test_without_a_house_there_is_nobody_to_sign(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*ASK, "--data", str(tmp_path)]) == 1
    assert "`commonweal up` makes one" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "meant"), [("90s", 90), ("15m", 900), ("8h", 28_800), ("30d", 2_592_000)]
)
def test_spans_are_a_number_and_a_unit(text: str, meant: int) -> None:
    assert seconds(text) == meant


@pytest.mark.parametrize("text", ["", "1", "h", "-1h", "0h", "1.5h", "1w", "1h30m"])
def test_what_is_no_span_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([*ASK, f"--expires={text}"])
    assert "no span such as 15m" in capsys.readouterr().err


def test_keys_are_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["keys"]) == 1
    assert "COMMONWEAL_TOKEN_KEYS is not set" in capsys.readouterr().err
    monkeypatch.setenv("COMMONWEAL_TOKEN_KEYS", str(tmp_path / "jwks.json"))
    assert main(["keys"]) == 0
    made = json.loads((tmp_path / "jwks.json").read_text())
    assert main(["keys"]) == 0
    assert json.loads((tmp_path / "jwks.json").read_text()) == made


def test_migrate_says_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 1
    assert "COMMONWEAL_POSTGRES_OWNER is not set" in capsys.readouterr().err


def test_a_folder_of_the_other_kind_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Folder(tmp_path / "live", Kind.LIVE)
    (tmp_path / "demonstration").symlink_to(tmp_path / "live")
    assert main(["up", "--demo", "--data", str(tmp_path)]) == 1
    assert "is not opened as demonstration" in capsys.readouterr().err


def test_once_belongs_to_the_demonstration(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["up", "--once"]) == 2
    assert "belong to --demo" in capsys.readouterr().err


def test_where_no_house_is_up_status_and_down_say_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--data", str(tmp_path)]) == 1
    assert "`commonweal up` starts one" in capsys.readouterr().out
    assert main(["down", "--data", str(tmp_path)]) == 0
    assert "no house is up" in capsys.readouterr().out


def test_fresh_asks_before_it_removes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Folder(tmp_path / "live", Kind.LIVE)
    for answer in ("", "\n", "n\n", "maybe\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        assert main(["fresh", "--data", str(tmp_path)]) == 0
        assert folder.path.exists()
    with folder.lock():
        assert main(["fresh", "--yes", "--data", str(tmp_path)]) == 1
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert main(["fresh", "--data", str(tmp_path)]) == 0
    assert not folder.path.exists()
    assert "removed" in capsys.readouterr().out


def test_a_bundle_is_verified_with_the_key_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, before = tmp_path / "2.zip", tmp_path / "1.zip"
    log = scenario()
    before.write_bytes(pack(log, 1))
    bundle.write_bytes(pack(log, 2))
    ask = ["verify", str(bundle), "--key", str(SIGNER.key), "--previous", str(before)]
    assert main(ask) == 0
    assert "holds" in capsys.readouterr().out
    bundle.write_bytes(flipped(bundle.read_bytes()))
    assert main(ask) == 1
    assert "does not hold" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("up", "--port", "99999"), "is no port: give 0 (any) to 65535"),
        (("up", "--port", "٣"), "is no port"),
        ((*ASK, "--role", "nobody"), "choose from 'backbone-coordinator'"),
        (("verify", "nothing.zip", "--key", "x"), "name the bundle, a .zip"),
        (("verify", __file__, "--key", "x"), "'x' is neither a key"),
        (
            ("verify", __file__, "--key", str(SIGNER.key), "--policy", "none"),
            "the policy cannot be read",
        ),
    ],
)
def test_a_wrong_call_is_told_what_is_wrong(
    command: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(command)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("url", ["http://[::", "http://127.0.0.1:x"])
@pytest.mark.parametrize("command", [("replay", "--out"), ("import", "--guess")])
def test_an_address_that_is_none_is_told(
    command: tuple[str, ...], url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main([*command, str(tmp_path / "file"), "--token", "x", "--url", url]) == 2
    assert f"{url} is no address" in capsys.readouterr().err


def test_a_place_where_nothing_can_be_kept_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "nowhere" / "history.jsonl"
    assert main(["replay", "--token", "x", "--out", str(out)]) == 2
    assert capsys.readouterr().err == f"{out}: No such file or directory\n"


def test_a_mapping_is_utf_8(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mapping.json").write_bytes(b"\xff\xfe{")
    mapping = ("--mapping", str(tmp_path / "mapping.json"), "--initiative", ORGANISATION)
    assert main(["import", __file__, *mapping, "--token", "x"]) == 2
    assert "a mapping is JSON in UTF-8" in capsys.readouterr().err
