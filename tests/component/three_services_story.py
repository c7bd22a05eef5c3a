"""What people do in a house of three services, and how all stands afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from infra.kernel import Aggregate, Reason
from services.activities.application.commands import ProposeStrategy, RevisePlan
from services.activities.domain import (
    Activity,
    Commitment,
    ContributionClaim,
    LearningEntry,
    PlanOfAction,
    Strategy,
)
from services.activities.domain.learning import ContextShift
from services.activities.domain.period import Period
from services.agenda.domain import (
    Backbone,
    CommonAgenda,
    Engagement,
    Initiative,
    LearningCycle,
    Partnership,
    Proposal,
)
from services.agenda.domain.charter import DecisionRule
from services.agenda.domain.cycling import Change
from services.agenda.domain.deciding import DecisionMade
from services.agenda.domain.engaging import Group
from services.agenda.domain.supporting import BackboneAppointed, Paid
from services.agenda.domain.values import Citations, Cited, Place, Term
from services.measurement.application.commands import ReviseTarget
from services.measurement.domain import (
    DataAgreement,
    FeedProfile,
    Indicator,
    MeasurementFramework,
    ReportingPeriod,
    Series,
    Submission,
)
from services.measurement.domain.aim import Aim
from services.measurement.domain.certification_facts import ObservationsCertified
from services.measurement.domain.definition import Definition
from services.measurement.domain.feed_profile import FeedTerms
from services.measurement.domain.feed_terms import Audience, Policy, Scope
from services.measurement.domain.submission_values import Counts
from services.measurement.domain.terms import Terms
from services.measurement.domain.values import Amount, Observation, Stated
from services.measurement.domain.values import Place as Where
from tests.callers import named
from tests.component.measuring import DEFINITION
from tests.component.three_services import BY, START, House

PARTNERS, OUTCOMES, INDICATORS, TWICE = 3, 2, 3, 2
"""The last indicator is the one that is redefined; the others are corrected and aimed at."""
LLEN, SCHOOL = named("llen"), named("school")
YEAR = Period(starts=date(2022, 5, 1), ends=date(2023, 4, 30))
PLACES = tuple(Where(scheme="asgs", edition="3", code=code) for code in ("20801", "20802"))
WHY = Reason(code="other", text="It was found out.")
NO_ROWS = Counts(new=0, unchanged=0, corrected=0, missing=0)
LONG_AFTER = START + timedelta(days=365)
OUTSIDE = Place(scheme="asgs-sa3", edition="3", code="20801")


class Happening(NamedTuple):
    """What people do, and to which thing it is done."""

    what: str
    which: int


def year(number: int, value: str) -> Observation:
    days = {"start": date(number, 1, 1), "end": date(number, 12, 31), "period": str(number)}
    return Observation.model_validate({**days, "value": value})


class Story:
    """One initiative in one house."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.done: set[Happening] = set()

    def repository(self, service: str) -> Any:
        return self.house.sides[service].repository

    async def begin(self) -> None:
        initiative = Initiative.register(name="BGK", places=(OUTSIDE,))
        self.id = initiative.id
        await self.house.save("agenda", initiative)
        await self._partners()
        await self._measures()
        await self.house.settle()
        await self._agrees()
        await self._promises_the_community()
        await self.house.settle()
        await self._works()
        await self._learns()
        await self.house.settle()

    async def _partners(self) -> None:
        partnership = Partnership.of(self.id)
        who = {f"membership {n}": named(f"partner {n}") for n in range(PARTNERS)}
        for membership, organisation in (who | {"of the school": SCHOOL}).items():
            partnership.invite(
                partner_id=named(membership),
                kind="organisation",
                organisation=organisation,
                name=membership,
                person=None,
            )
            partnership.sign(
                organisation=organisation,
                sector="education",
                role="core",
                agreement_version="1",
                term=Term(starts=date(2022, 1, 1)),
            )
        await self.house.save("agenda", partnership, name="partnership")

    async def _measures(self) -> None:
        """Indicators with a target and two series each; agreements, a feed, and rounds."""
        save = self.house.save
        self.indicators, self.series = [], []
        for number in range(INDICATORS):
            indicator = Indicator(self.id, f"I{number}", "Engaged")
            indicator.define(definition=_definition())
            aim = Aim(value="60", place=PLACES[0])
            indicator.set_target(aim, decision_id=named("D-0"), no_baseline_yet=True)
            await save("measurement", indicator, name=f"indicator {number}")
            self.indicators.append(indicator.id)
            for place in PLACES:
                series = Series.begin(
                    initiative_id=self.id,
                    indicator_id=indicator.id,
                    definition_version=1,
                    place=place,
                    dimensions={},
                    submission_id=named("submission"),
                    observations=[year(2000, "50")],
                )
                _certified(series, year(2000, "50"))
                await save("measurement", series, name=f"series {number} {place.code}")
                self.series.append(series.id)
        for number in range(PARTNERS):
            terms = Terms(parties=(named(f"partner {number}"), LLEN))
            await self._agreement(f"agreement with {number}", "open-data", terms)
        self.revocable = [
            await self._agreement(f"revocable {n}", "open-data", Terms(parties=(LLEN,)))
            for n in range(TWICE)
        ]
        await self._collects()

    async def _collects(self) -> None:
        terms = Terms(
            parties=(SCHOOL,),
            providers=(SCHOOL,),
            recipients=(LLEN,),
            purpose="See.",
            legal_basis="Consent.",
            min_count=5,
            retention="Seven years.",
            ends=date(2030, 1, 1),
        )
        await self._agreement("agreement with the school", "partner-data", terms, active=True)
        self.rounds = []
        for number in range(TWICE):
            half = Stated(start=date(2022, 7, 1), end=date(2022, 12, 31), period="2022-S2")
            opens, closes = date(2023, 1, 1), date(2024, 1, 1)
            period = ReportingPeriod.open(
                self.id,
                kind="regular",
                title=f"Round {number}",
                opens=opens,
                due=closes,
                closes=closes,
                periods=(half,),
            )
            await self.house.save("measurement", period, name=f"round {number}")
            self.rounds.append(period.id)
        await self._sends()
        feed = FeedTerms(
            title="For all",
            indicators=tuple(self.indicators),
            places=Scope(scheme="asgs", edition="3"),
            formats=("csv",),
            policy=Policy(),
            cadence="yearly",
        )
        profile = FeedProfile.define(
            self.id, code="for-all", audience=Audience(kind="public"), terms=feed
        )
        await self.house.save("measurement", profile, name="feed")

    async def _sends(self) -> None:
        """Two submissions of the school in one round, which wait for a decision."""
        self.waiting = []
        for number in range(TWICE):
            submission = Submission(
                initiative_id=self.id,
                provider=SCHOOL,
                agreement_id=named("agreement"),
                reporting_period_id=self.rounds[0],
                submitted_by="p-1",
                mode="all",
                indicators=(),
                series=1,
                rows=1,
                revisions="refuse",
            )
            submission.validate(blocked=1, unsound=1, counts=NO_ROWS, rules=())
            await self.house.save("measurement", submission, name=f"submission {number}")
            self.waiting.append(submission.id)

    async def _agreement(self, name: str, kind: Any, terms: Terms, *, active: bool = False) -> UUID:
        agreement = DataAgreement.draft(self.id, kind=kind, title=name, terms=terms)
        if active:
            agreement.sign(SCHOOL)
            agreement.activate(today=START.date())
        await self.house.save("measurement", agreement, name=name)
        return agreement.id

    async def _agrees(self) -> None:
        """The common agenda in force, and decisions that cite an indicator or a line of it."""
        agenda = CommonAgenda.of(self.id)
        agenda.state_problem(text="Lost.", cites=None)
        agenda.state_vision(text="Found.", principles=())
        for number in range(OUTCOMES):
            agenda.define(outcome_id=named(f"outcome {number}"), title=f"O{number}", wording="So.")
        agenda.adopt(decision_id=named("D-0"), approved=agenda.draft_sha256)
        await self.house.save("agenda", agenda, name="agenda")
        lines = await self.house.sides["measurement"].log()
        (self.recorded, *_) = [each for each in lines if each.fact.endswith("ns-recorded")]
        for number, thing in enumerate(
            (Cited(source="measurement", id=str(self.indicators[1])), self._line())
        ):
            cites = Citations(known_at=f"measurement:{len(lines)}", refs=(thing,))
            await self._decided(f"decision {number}", cites)

    async def _promises_the_community(self) -> None:
        """An answer to who was asked, and a backbone whose money comes to an end."""
        engagement = Engagement.plan(
            initiative_id=self.id,
            title="Asked",
            level="collaborate",
            audience="Young people",
            purpose="To hear.",
            planned_for=None,
        )
        asked = (Group(group="Young people", count=41),)
        engagement.hold(groups=asked, charter_version=1, days=1, at=START)
        await self.house.save("agenda", engagement, name="engagement")
        self.engagement = engagement.id
        backbone = Backbone.of(self.id)
        backbone.trigger_event(
            BackboneAppointed,
            initiative_id=self.id,
            appointment_id=LLEN,
            host=LLEN,
            functions=("mobilise-funding",),
            decision_id=named("D-0"),
        )
        backbone.secure(
            appointment_id=LLEN,
            funding_id=named("funding"),
            amount=Decimal(210_000),
            currency="AUD",
            fte=Decimal("1.6"),
            paid=Paid(starts=date(2022, 1, 1), ends=date(2023, 12, 31)),
            payer="Department",
            warning_months=6,
        )
        await self.house.save("agenda", backbone, name="backbone")

    def _line(self) -> Cited:
        return Cited(source="measurement", sequence=self.recorded.sequence, sha256="a" * 64)

    async def _decided(self, name: str, cites: Citations | None) -> UUID:
        proposal = Proposal(self.id, "adaptation", name, "So.", cites=cites)
        proposal.trigger_event(
            DecisionMade,
            decision_class="adaptation",
            wording=1,
            charter_version=1,
            rule=DecisionRule(decision_class="adaptation", method="consent", quorum=1),
            attendees=(),
            sectors=(),
            voices=0,
            result="So.",
            option=None,
            objections=(),
            dissent=(),
            cites=cites,
            draft=None,
            decided_at=START,
        )
        await self.house.save("agenda", proposal, name=name)
        return proposal.id

    async def _works(self) -> None:
        """What partners lead, promise and claim; and what is linked to each outcome."""
        framework = await self.repository("measurement").get(
            MeasurementFramework, MeasurementFramework.create_id(self.id)
        )
        for number in range(OUTCOMES):
            framework.link(
                outcome_id=named(f"outcome {number}"),
                indicator_id=self.indicators[number],
                level="population",
            )
            way = Strategy.propose(
                initiative_id=self.id,
                title=f"Strategy {number}",
                kind="system",
                outcomes=(named(f"outcome {number}"),),
            )
            await self.house.save("activities", way, name=f"strategy {number}")
        await self.house.save("measurement", framework, name="framework")
        self.stoppable = [await self._leads(f"other {n}", SCHOOL) for n in range(TWICE)]
        for number in range(PARTNERS):
            await self._leads(str(number), named(f"partner {number}"))
            await self._promises(f"promise {number}", named(f"partner {number}"), "policy")
        for number in range(TWICE):
            await self._promises(f"data {number}", SCHOOL, "data")

    async def _leads(self, name: str, lead: UUID) -> UUID:
        activity = Activity(self.id, f"Activity {name}", None, ())
        activity.commit(lead=lead, dates=YEAR)
        await self.house.save("activities", activity, name=f"activity {name}")
        for number, indicator in enumerate(self.indicators):
            claim = ContributionClaim(self.id, activity.id, indicator, "Calls", None, "low")
            await self.house.save("activities", claim, name=f"claim {name} {number}")
        return activity.id

    async def _promises(self, name: str, partner: UUID, kind: Any) -> None:
        promise = Commitment.pledge(
            initiative_id=self.id,
            partner_id=partner,
            kind=kind,
            promise=name,
            due=date(2023, 1, 1),
            grace_days=366,
        )
        await self.house.save("activities", promise, name=name)

    async def _learns(self) -> None:
        """One cycle that is being done; and others whose review has found something."""
        doing = _cycle(self.id, 1)
        await self.house.save("agenda", doing, name="doing")
        self.cycles, self.plans = [], []
        for number in range(TWICE):
            cycle = _cycle(self.id, 10 + number)
            cycle.trigger_review(cause="So.", cites=None)
            known_at = f"measurement:{self.recorded.sequence}"
            cites = Citations(known_at=known_at, refs=(self._line(),))
            cycle.freeze(pack_id=named(f"pack {number}"), title="E", cites=cites)
            cycle.agree_finding(
                finding_id=named(f"finding {number}"),
                text="So.",
                hypothesis_id=None,
                verdict=None,
                packs=(),
                dissent=(),
            )
            await self.house.save("agenda", cycle, name=f"cycle {number}")
            self.cycles.append(cycle.id)
            plan = PlanOfAction.draft(initiative_id=self.id, cycle_id=cycle.id, dates=YEAR)
            activity = self.stoppable[0]
            plan.include(activity)
            plan.adopt(decision_id=named("D-0"), led={activity}, contributing={activity})
            await self.house.save("activities", plan, name=f"plan {number}")
            self.plans.append(plan.id)

    async def happens(self, happening: Happening) -> None:
        """Each thing happens once, but for what may happen again and again."""
        repeated = happening.what in ("redefine", "correct", "certify", "shift")
        if happening in self.done and not repeated:
            return
        self.done.add(happening)
        await getattr(self, f"_{happening.what}")(happening.which)

    async def _change(self, service: str, kind: type[Aggregate], id: UUID, ask: Any) -> None:
        aggregate = await self.repository(service).get(kind, id)
        ask(aggregate)
        await self.house.save(service, aggregate)

    async def _withdraw(self, which: int) -> None:
        await self._change(
            "agenda",
            Partnership,
            Partnership.id_of(self.id),
            lambda p: p.withdraw(partner_id=named(f"membership {which}")),
        )

    async def _retire(self, which: int) -> None:
        await self._change(
            "agenda",
            CommonAgenda,
            CommonAgenda.id_of(self.id),
            lambda a: a.retire(outcome_id=named(f"outcome {which}")),
        )

    async def _revise(self, which: int) -> None:
        """A new outcome, which comes into force; somebody proposes a strategy for it at once."""
        new = named(f"new outcome {which}")

        def revises(agenda: CommonAgenda) -> None:
            agenda.define(outcome_id=new, title="New", wording="So.")
            decision = named(f"D-new {which}")
            agenda.revise(decision_id=decision, approved=agenda.draft_sha256)

        await self._change("agenda", CommonAgenda, CommonAgenda.id_of(self.id), revises)
        command = ProposeStrategy(title="Towards it", kind="program", outcomes=(new,))
        activities = self.house.sides["activities"].commands
        await self.house.command(
            lambda: activities.propose_strategy(self.id, command=command, by=BY)
        )

    async def _redefine(self, _: int) -> None:
        def redefines(indicator: Indicator) -> None:
            name = f"Version {indicator.definition_version + 1}"
            indicator.change_definition(_definition(name=name), comparable=False)

        await self._change("measurement", Indicator, self.indicators[-1], redefines)

    async def _correct(self, which: int) -> None:
        """One act that corrects the first value in two places."""
        found = [
            await self.repository("measurement").get(Series, id)
            for id in self.series[2 * which : 2 * which + 2]
        ]
        for series in found:
            was = series.live[year(2000, "1").span].observation
            now = year(2000, str(int(was.value or 0) + 1))
            series.correct(Amount(value=was.value), now)
        await self.house.save("measurement", *found)

    async def _certify(self, which: int) -> None:
        """The next year's value in one place, now below and now above the target."""

        def certifies(series: Series) -> None:
            number = 2000 + len(series.live)
            value = year(number, str(50 + 20 * (number % 2)))
            series.record(named("submission"), [value])
            _certified(series, value)

        await self._change("measurement", Series, self.series[2 * which], certifies)

    async def _revoke(self, which: int) -> None:
        await self._change(
            "measurement", DataAgreement, self.revocable[which], DataAgreement.revoke
        )

    async def _close(self, which: int) -> None:
        await self._change(
            "measurement", ReportingPeriod, self.rounds[which], ReportingPeriod.close
        )

    async def _refuse(self, which: int) -> None:
        await self._change("measurement", Submission, self.waiting[which], Submission.decline)

    async def _forget(self, _: int) -> None:
        """Nobody told those who were asked what became of it, and the day has come."""
        await self._change(
            "agenda", Engagement, self.engagement, lambda e: e.find_overdue(at=LONG_AFTER)
        )

    async def _run_out(self, _: int) -> None:
        """The day has come on which the end of the backbone's money is to be seen."""
        await self._change(
            "agenda",
            Backbone,
            Backbone.id_of(self.id),
            lambda b: b.find_gap(appointment_id=LLEN, at=LONG_AFTER),
        )

    async def _shift(self, which: int) -> None:
        shift = ContextShift(shift="All buses stop", weight=("minor", "major")[which])
        await self.house.save("activities", LearningEntry.shift(self.id, shift))

    async def _stop(self, which: int) -> None:
        await self._change(
            "activities",
            Activity,
            self.stoppable[which],
            lambda a: a.stop(learning="A state line does it.", when=self.house.clock.now()),
        )

    async def _adapt(self, which: int) -> None:
        """A cycle decides to change plan, target and theory; plan and target are changed at once,
        as soon as it is known there."""
        adaptation, decision = named(f"adaptation {which}"), await self._decided("D", None)
        target = next(iter((await self._indicator(which)).targets))

        def decides(cycle: LearningCycle) -> None:
            cycle.decide_adaptation(
                adaptation_id=adaptation,
                decision_id=decision,
                kind="scale",
                text="More.",
                changes=(
                    Change(what="All", service="activities"),
                    Change(what="65", service="measurement", id=str(self.indicators[which])),
                    Change(what="H1", service="agenda"),
                ),
            )

        await self._change("agenda", LearningCycle, self.cycles[which], decides)
        activities = self.house.sides["activities"].commands
        revision = RevisePlan(adaptation_id=adaptation, reason=WHY)
        await self.house.command(
            lambda: activities.revise_plan(self.plans[which], command=revision, by=BY)
        )
        measurement = self.house.sides["measurement"].commands
        aim = ReviseTarget(value="65", decision_id=decision, adaptation_id=adaptation, reason=WHY)
        await self.house.command(
            lambda: measurement.revise_target(self.indicators[which], target, command=aim, by=BY)
        )

    async def _indicator(self, which: int) -> Indicator:
        found: Indicator = await self.repository("measurement").get(
            Indicator, self.indicators[which]
        )
        return found


def _cycle(initiative: UUID, number: int) -> LearningCycle:
    cycle = LearningCycle(initiative, number, "C", ("Why?",), date(2023, 2, 15))
    cycle.approve_plan(plan_id=None, decision_id=None, note=None)
    cycle.start_doing()
    return cycle


def _certified(series: Series, value: Observation) -> None:
    """By somebody else, after somebody else has verified it."""
    submission = named("submission")
    series.tell(ObservationsCertified, submission_id=submission, observations=(value,))


def _definition(**terms: Any) -> Definition:
    return Definition.model_validate(DEFINITION | terms)
