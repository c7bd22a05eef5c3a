"""What data agreements let a feed hold: every one that binds its figures has a say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from infra.kernel import StateForbids
from services.measurement.domain.agreement import DataAgreement
from services.measurement.domain.feed_terms import Audience


class NoAgreementInForce(StateForbids):
    """No data agreement in force covers indicator {indicator}, so nobody has agreed that it is
    released; have one signed and activated, or leave the indicator out."""


class AgreementWithholds(StateForbids):
    """Data agreement {agreement} covers indicator {indicator} and does not name {audience} among
    its recipients; have its terms varied, or leave the indicator out."""


def agreed_minimum(
    audience: Audience, indicators: Iterable[UUID], agreements: Sequence[DataAgreement]
) -> int:
    """The largest minimum count that any agreement asks for, ended ones among them: they still
    bind what came under them. Refuses what one of those in force withholds from this audience."""
    return max((_minimum(audience, one, agreements) for one in indicators), default=0)


def _minimum(audience: Audience, indicator: UUID, agreements: Sequence[DataAgreement]) -> int:
    binding = [one for one in agreements if one.was_active and _covers(one, indicator)]
    if not any(one.state == "active" for one in binding):
        raise NoAgreementInForce(indicator=indicator)
    for one in binding:
        if one.state in ("active", "suspended") and not one.lets_receive(audience.organisation):
            raise AgreementWithholds(agreement=one.id, indicator=indicator, audience=audience.key)
    return max(one.terms.min_count or 0 for one in binding)


def _covers(agreement: DataAgreement, indicator: UUID) -> bool:
    return agreement.terms.indicators is None or indicator in agreement.terms.indicators
