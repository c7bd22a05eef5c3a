"""A data folder knows what it holds, who has it, and where its house listens."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from infra.runtime import LOOPBACK, Folder, Kind, Ports
from infra.runtime.folder import AlreadyUp, NotOurs, WrongKind


def test_a_folder_stays_of_the_kind_it_was_made(tmp_path: Path):
    Folder(tmp_path / "data", Kind.DEMONSTRATION)
    Folder(tmp_path / "data", Kind.DEMONSTRATION)
    with pytest.raises(WrongKind, match="holds demonstration data and is not"):
        Folder(tmp_path / "data", Kind.LIVE)


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(NotOurs):
        Folder(tmp_path, Kind.LIVE)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_one_house_at_a_time_has_a_folder(tmp_path: Path):
    folder = Folder(tmp_path / "data", Kind.LIVE)
    assert folder.holder() is None
    with folder.lock():
        assert folder.holder() is not None
        with pytest.raises(AlreadyUp, match="commonweal down"), folder.lock():
            pass
    assert folder.holder() is None


def test_a_secret_stays_the_same_and_is_the_owners_alone(tmp_path: Path):
    folder = Folder(tmp_path / "data", Kind.LIVE)
    secret = folder.secret("app")
    assert len(secret) >= 32
    assert folder.secret("app") == secret != folder.secret("owner")
    assert stat.S_IMODE((folder.path / "secrets" / "app").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder.path / "secrets").stat().st_mode) == 0o700


def test_ports_are_remembered_and_never_given_twice(tmp_path: Path):
    ports = Ports(tmp_path / "ports.json")
    one, two = ports.claim("one"), ports.claim("two")
    assert one != two
    again = Ports(tmp_path / "ports.json")
    assert (again.claim("one"), again.claim("two")) == (one, two)


def test_a_taken_port_is_passed_over(tmp_path: Path):
    with socket.create_server((LOOPBACK, 0)) as taken:
        wished = taken.getsockname()[1]
        port = Ports(tmp_path / "ports.json").claim("gateway", wished=wished)
        assert port != wished
    assert Ports(tmp_path / "other.json").claim("gateway", wished=wished) == wished
