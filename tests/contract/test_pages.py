"""Pages of docs/ that are written from the code still say what is so."""

from __future__ import annotations

import pytest

from tests.contract.pages import DOCS, pages


@pytest.mark.parametrize("page", ["events.md", "problems.md", "routes.md"])
def test_the_page_says_what_the_code_says(page: str, request: pytest.FixtureRequest) -> None:
    wanted = pages()[page]
    if request.config.getoption("--publish-contracts"):
        (DOCS / page).write_text(wanted, "utf-8")
    assert (DOCS / page).read_text("utf-8") == wanted, "run `make contracts`, review the difference"
