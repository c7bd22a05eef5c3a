"""One house, played once, for all end-to-end tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.standing import Standing


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """A demonstration that has been played, with everything up."""
    standing = Standing(tmp_path_factory.mktemp("house") / "data")
    said = standing.up()
    assert "the demonstration is played" in said
    yield standing
    standing.down()
