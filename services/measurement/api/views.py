"""What the service shows of its aggregates."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.measurement.domain import Indicator, Series
from services.measurement.domain.aim import Baseline, Target
from services.measurement.domain.definition import Check, Definition
from services.measurement.domain.values import Observation, Place


class BaselineView(Baseline):
    version: int


class IndicatorView(BaseModel):
    """`series_version` is the definition version under whose series values are recorded now; a
    target of another version is to be carried over or withdrawn."""

    id: UUID
    version: int
    initiative_id: UUID
    code: str
    name: str
    state: str
    definition_version: int
    series_version: int
    definition: Definition | None
    codes: dict[str, str]
    not_comparable: list[str] = Field(
        description="The schemes by whose code it is found, but not compared."
    )
    design: dict[str, tuple[Check, ...]]
    baselines: list[BaselineView]
    targets: list[Target]
    revisions_asked: dict[UUID, str] = Field(
        description="By adaptation: what a learning cycle asks to be changed."
    )

    @classmethod
    def of(cls, indicator: Indicator) -> Self:
        return cls(
            id=indicator.id,
            version=indicator.version,
            initiative_id=indicator.initiative_id,
            code=indicator.code,
            name=indicator.definition.name if indicator.definition else indicator.name,
            state=indicator.state,
            definition_version=indicator.definition_version,
            series_version=indicator.series_version,
            definition=indicator.definition,
            codes=indicator.codes,
            not_comparable=sorted(indicator.apart),
            design=indicator.assessed,
            baselines=[
                BaselineView(**dict(baseline), version=stretch[0])
                for stretch, baseline in indicator.baselines.items()
            ],
            targets=list(indicator.targets.values()),
            revisions_asked=indicator.asked,
        )


class IndicatorOutside(IndicatorView):
    """As funders and the public see it: of the baselines only those of everybody in the whole
    place, for one of a place or a stratum tells a figure that nobody has released."""

    @classmethod
    def of(cls, indicator: Indicator) -> Self:
        view = super().of(indicator)
        view.baselines = [one for one in view.baselines if not one.place and not one.dimensions]
        return view


class ObservationView(Observation):
    """The live value of a period; `submission_id` names the submission that brought it."""

    submission_id: UUID | None = None
    certified: bool


class PendingView(BaseModel):
    """A period that a submission holds which is not decided yet."""

    start: date
    end: date
    submission_id: UUID


class AnomalyView(BaseModel):
    """What a rule found odd: the value as it stood then."""

    observation: Observation
    rule: str
    finding: str


class SeriesView(BaseModel):
    id: UUID
    version: int
    initiative_id: UUID
    indicator_id: UUID
    definition_version: int
    place: Place
    dimensions: dict[str, str]
    observations: list[ObservationView]
    anomalies: list[AnomalyView]
    pending: list[PendingView] = Field(
        description="What waits to be accepted: it counts as little as if it were not there."
    )

    @classmethod
    def of(cls, series: Series) -> Self:
        return cls(
            id=series.id,
            version=series.version,
            initiative_id=series.initiative_id,
            indicator_id=series.indicator_id,
            definition_version=series.definition_version,
            place=series.place,
            dimensions=series.dimensions,
            observations=[
                ObservationView(
                    **dict(said.observation),
                    submission_id=said.submission_id,
                    certified=said.certified,
                )
                for _, said in sorted(series.live.items())
            ],
            anomalies=[AnomalyView(**one._asdict()) for one in series.anomalies],
            pending=[
                PendingView(start=start, end=end, submission_id=id)
                for (start, end), id in sorted(series.pending.items())
            ],
        )
