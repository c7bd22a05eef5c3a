"""The plumbing of the machine that asks the agenda's use cases at random."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
)

from infra.eventstore import MemoryEventStore, Receipt, Repository
from infra.kernel import Act, Command, DomainError, Provenance, Reason
from infra.kernel.clock import ManualClock
from infra.kernel.values import moment
from infra.messaging import MemoryReferences, Reference
from services.agenda.application import (
    Agenda,
    agendas,
    charters,
    cycles,
    initiatives,
)
from services.agenda.domain.attendance import Present
from services.agenda.domain.charter import Provisions
from services.agenda.domain.values import Citations, Cited
from tests.callers import named
from tests.component.agenda_auditor import Auditor
from tests.spec.agenda_cast import BAYSIDE, founder, provisions

SECTORS = ("education", "health", "lived-experience", "local-government")
PEOPLE = {f"person-{n}": named(f"house {n % 4}") for n in range(8)}
VOICES = frozenset({"person-2", "person-6"})
GROUP = tuple(
    founder(person, house, SECTORS[n % 4], voice=person in VOICES)
    for n, (person, house) in enumerate(PEOPLE.items())
)
CLASSES = ("agenda", "charter", "backbone", "adaptation")
WHY = Reason(code="other", text="Because.")
SEEN = Citations(known_at="agenda:1", refs=(Cited(source="agenda", sequence=1),))

people = st.sampled_from(sorted(PEOPLE))
houses = st.sampled_from(sorted(set(PEOPLE.values())))
tables = st.lists(
    st.builds(
        lambda person, position: Present(
            person=person, organisation=PEOPLE[person], position=position
        ),
        people,
        st.sampled_from(["for", "for", "for", "against", "aside"]),
    ),
    min_size=3,
    max_size=8,
    unique_by=lambda one: one.person,
)
rules_ = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["consent", "consent", "majority", "consensus", "delegated"]),
        "quorum": st.integers(3, 5),
        "minimum_sectors": st.integers(1, 3),
        "minimum_lived_experience": st.integers(0, 2),
        "conflict_excludes": st.sampled_from(["person", "organisation"]),
        "majority_percent": st.sampled_from([50, 66]),
    }
)
charters_ = st.dictionaries(st.sampled_from(CLASSES), rules_).map(lambda said: provisions(**said))


class Machine(RuleBasedStateMachine):
    """Eight people of four houses, with a charter in force and a review that is open."""

    @initialize(said=charters_)
    def begin(self, said: Provisions) -> None:
        self.loop = asyncio.new_event_loop()
        clock = ManualClock(moment("2022-01-01T00:00:00Z"))
        self.store = MemoryEventStore(clock)
        known = MemoryReferences()
        self.agenda = Agenda(Repository(self.store, clock), clock, known)
        self.auditor, self.audited, self.kept = Auditor(), 0, dict[UUID, Any]()
        self.drafted = 1
        register = initiatives.RegisterInitiative(name="BGK", places=(BAYSIDE,))
        self.do(lambda by: self.agenda.register_initiative(command=register, by=by))
        self.initiative = self.stream()
        self.ask(self.agenda.draft_charter, charters.DraftCharter(provisions=said))
        adopt = charters.AdoptCharter(founding_group=GROUP, founding_until=date(2030, 1, 1))
        self.ask(self.agenda.adopt_charter, adopt)
        self.ask(self.agenda.state_problem, agendas.StateProblem(text="Lost."))
        self.ask(self.agenda.state_vision, agendas.StateVision(text="Found."))
        self.ask(self.agenda.define_outcome, agendas.DefineOutcome(title="A", wording="B"))
        opened = cycles.OpenCycle(
            number=1, title="One", questions=("Why?",), review_on=date(2022, 1, 1)
        )
        self.ask(self.agenda.open_cycle, opened)
        self.cycle = self.stream()
        known.add(Reference(cycles.FRAMEWORK, self.initiative, self.initiative))
        known.add(Reference(cycles.PLANNED, self.cycle, self.initiative))
        for step, command in (
            (self.agenda.approve_plan, cycles.ApprovePlan()),
            (self.agenda.start_doing, cycles.StartDoing()),
            (self.agenda.open_review, cycles.OpenReview()),
            (self.agenda.freeze_evidence, cycles.FreezeEvidence(title="E", cites=SEEN)),
            (self.agenda.agree_finding, cycles.AgreeFinding(text="So.")),
        ):
            self.ask(step, command, at=self.cycle)

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.loop.close()

    def stream(self) -> UUID:
        """The stream of the last line."""
        return UUID(self.auditor_line()["subject"].rpartition("/")[2])

    def auditor_line(self) -> Any:
        (last,) = self.loop.run_until_complete(self.store.replay(after=self.head() - 1))
        return orjson.loads(last.line)

    def head(self) -> int:
        return self.loop.run_until_complete(self.store.mark()).sequence

    def do(
        self, ask: Callable[[Act], Awaitable[Receipt]], person: str = "person-0"
    ) -> Receipt | None:
        """The receipt, or None where a rule said no."""
        who = Provenance(
            actor=person,
            role="partner-representative",
            organisation=PEOPLE[person],
            client="machine",
            authority="role:partner-representative",
        )

        async def asked() -> Receipt | None:
            try:
                return await ask(Act(who))
            except DomainError:
                return None

        return self.loop.run_until_complete(asked())

    def ask(
        self,
        use_case: Any,
        command: Command,
        *more: UUID,
        at: UUID | None = None,
        person: str = "person-0",
    ) -> bool:
        where = at or self.initiative
        call = lambda by: use_case(where, *more, command=command, by=by)  # noqa: E731
        return self.do(call, person) is not None
