"""How a cell is written once it is known what of it is withheld."""

from __future__ import annotations

from services.measurement.domain.disclosure.asked import Candidate
from services.measurement.domain.disclosure.counts import Small, small, volatile
from services.measurement.domain.feed_cells import Confidentiality, ReleasedCell
from services.measurement.domain.feed_terms import Policy


def written(of: Candidate, policy: Policy, *, withheld: Small) -> ReleasedCell:
    """The cell without what is withheld: N what is small itself, D what protects another."""
    own, cell = small(of, policy), of.cell
    if not withheld.numerator and not withheld.denominator:
        return _shown(of, policy)
    status: Confidentiality = "N" if any(own) else "D"
    bare = {"value": None, "numerator": None, "inputs": (), "flag": None, "conf_status": status}
    if withheld.denominator:
        bare |= {"denominator": None, "denominator_conf": "N" if own.denominator else "D"}
    return cell.model_copy(update=bare)


def _shown(of: Candidate, policy: Policy) -> ReleasedCell:
    if not volatile(of, policy):
        return of.cell
    flagged = {"flag": "volatile"}
    return of.cell.model_copy(
        update=flagged | ({"value": None} if policy.volatile_rates == "hide" else {})
    )
