"""What the registers read of each fact is in its owner's contract."""

from __future__ import annotations

import pytest

from tests.contract.examples import contract, facts
from tests.integration.gateway_registers import KINDS

KNOWN = list(facts())


@pytest.mark.parametrize("fact", sorted(KINDS))
def test_a_register_reads_only_what_the_contract_promises(fact: str) -> None:
    assert fact in KNOWN
    assert set(KINDS[fact]) <= set(contract(fact)["properties"])
