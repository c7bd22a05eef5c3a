"""What a series is asked once values stand in it: which may be used outside, and which not."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import StateForbids
from services.measurement.domain.certification_facts import (
    Anomaly,
    AnomalyFlagged,
    ObservationDecertified,
    ObservationsCertified,
    ObservationStatusChanged,
    ObservationWithdrawn,
)
from services.measurement.domain.origins import Origins
from services.measurement.domain.series_facts import Said
from services.measurement.domain.soundness import lines_of, shown, sound
from services.measurement.domain.standing import Standing
from services.measurement.domain.tidy.statuses import ObsStatus
from services.measurement.domain.values import Amount, Observation, Stated


class NothingObserved(StateForbids):
    """{period} has no observation in this series; record one first."""


class CertifiedAlready(StateForbids):
    """{period} is certified already, with the value that stands."""


class NotCertified(StateForbids):
    """{period} is not certified; there is no certification to end."""


class SameStatus(StateForbids):
    """{period} has the status {status} already."""


class StandsDifferently(StateForbids):
    """{period} stands at {present}, not at {stated}: read the series again, and withdraw that."""


class FlaggedAlready(StateForbids):
    """{period} was flagged by the rule {rule} already, with the value that stands."""


class NothingToCertify(StateForbids):
    """This series has no value that is not certified already."""


class Certifying(Standing):
    """A certification holds for a value as it stands; whatever changes the value ends it."""

    anomalies: list[Anomaly]

    @property
    def uncertified(self) -> list[Stated]:
        """The periods whose value is not certified, in order."""
        return [said.observation for _, said in sorted(self.live.items()) if not said.certified]

    def certify(self, periods: Sequence[Stated], *, certifier: str, origins: Origins) -> None:
        """Let the values of these periods be used outside."""
        if not periods:
            raise NothingToCertify
        brought: dict[UUID | None, list[Observation]] = {}
        for period in {one.span: one for one in periods}.values():
            said = self._observed(period)
            if said.certified:
                raise CertifiedAlready(period=period.period)
            origins.require_third(certifier, period)
            brought.setdefault(said.submission_id, []).append(said.observation)
        for submission_id, observations in brought.items():
            for part in lines_of(observations):
                self.tell(ObservationsCertified, submission_id=submission_id, observations=part)

    def decertify(self, period: Stated) -> None:
        """Let a value stand, but no longer be used outside."""
        said = self._observed(period)
        if not said.certified:
            raise NotCertified(period=period.period)
        self.tell(
            ObservationDecertified,
            submission_id=said.submission_id,
            observation=said.observation,
            supersedes=self.lines_saying(said.observation),
        )

    def change_status(self, period: Stated, status: ObsStatus) -> None:
        """Say that a value is provisional, final, or what else SDMX knows."""
        said = self._observed(period)
        if said.observation.status == status:
            raise SameStatus(period=period.period, status=status)
        now = said.observation.model_copy(update={"status": status})
        sound([now])
        self.tell(
            ObservationStatusChanged,
            submission_id=said.submission_id,
            was=said.observation,
            now=now,
        )

    def withdraw(self, period: Stated, was: Amount) -> None:
        """Let nothing stand for a period, stating what stood."""
        said = self._observed(period)
        if not said.observation.says(was):
            raise StandsDifferently(
                period=period.period, present=shown(said.observation), stated=shown(was)
            )
        self.tell(
            ObservationWithdrawn,
            was=said.observation,
            supersedes=self.lines_saying(said.observation),
        )

    def flag(self, period: Stated, *, rule: str, finding: str) -> None:
        """Say that a rule finds the value odd."""
        observation = self._observed(period).observation
        if any(one[:2] == (observation, rule) for one in self.anomalies):
            raise FlaggedAlready(period=period.period, rule=rule)
        self.tell(AnomalyFlagged, observation=observation, rule=rule, finding=finding)

    def _observed(self, period: Stated) -> Said:
        self.refuse_pending(period)
        said = self.live.get(period.span)
        if said is None:
            raise NothingObserved(period=period.period)
        return said
