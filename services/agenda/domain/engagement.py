"""An engagement: people were asked, they said something, and they are told what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from eventsourcing.domain import event

from infra.kernel import Aggregate, Day, RuleForbids, StateForbids, Text, Title
from infra.kernel.provenance import Code
from infra.kernel.values import instant
from services.agenda.domain.code_lists import code_list
from services.agenda.domain.engaging import (
    CommunityThemeCaptured,
    EngagementHeld,
    EngagementPlanned,
    FeedbackOverdue,
    FeedbackReturned,
    Groups,
    Response,
    Responses,
    Theme,
)

ANSWERED = frozenset({"involve", "collaborate", "empower"})
"""At these levels people help to decide, so they are owed an answer."""


class NotHeldYet(StateForbids):
    """This engagement is planned only; record that it was held, and with how many, first."""


class HeldAlready(StateForbids):
    """This engagement is recorded as held already; plan another one for another day."""


class GroupTwice(RuleForbids):
    """The group {group} is counted more than once; give one number for each group."""


class NoSuchGroup(RuleForbids):
    """No group {group} took part in this engagement; there were: {groups}."""


class NoSuchTheme(RuleForbids):
    """This engagement has no theme {theme}; name one that was captured in it."""


class NotOverdue(StateForbids):
    """No answer to this engagement is overdue: {why}."""


class Engagement(Aggregate):
    TOPIC = "agenda.engagement"

    @event(EngagementPlanned)
    def __init__(
        self,
        initiative_id: UUID,
        title: Title,
        level: Code,
        audience: Title,
        purpose: Text,
        planned_for: Day | None = None,
    ) -> None:
        self.initiative_id = initiative_id
        self.title = title
        self.level = level
        self.audience = audience
        self.purpose = purpose
        self.planned_for = planned_for
        self.held: EngagementHeld | None = None
        self.themes: dict[UUID, Theme] = {}
        self.feedback: list[FeedbackReturned] = []
        self.responses: dict[UUID, Response] = {}
        self.overdue: FeedbackOverdue | None = None

    @classmethod
    def plan(
        cls,
        *,
        initiative_id: UUID,
        title: Title,
        level: Code,
        audience: Title,
        purpose: Text,
        planned_for: Day | None,
    ) -> Engagement:
        code_list("engagement-levels").require(level)
        return cls(
            initiative_id=initiative_id,
            title=title,
            level=level,
            audience=audience,
            purpose=purpose,
            planned_for=planned_for,
        )

    @property
    def unanswered(self) -> tuple[UUID, ...]:
        """The themes that nobody has been given an answer to."""
        return tuple(theme for theme in self.themes if theme not in self.responses)

    @property
    def answered(self) -> bool:
        return bool(self.feedback) and not self.unanswered

    def hold(
        self, *, groups: Groups, charter_version: int | None, days: int | None, at: datetime
    ) -> None:
        """`days` are those in which the charter in force promises an answer; None without one."""
        if self.held is not None:
            raise HeldAlready
        names = [group.group for group in groups]
        for name in names:
            if names.count(name) > 1:
                raise GroupTwice(group=name)
        owed = days is not None and self.level in ANSWERED
        self.trigger_event(
            EngagementHeld,
            groups=groups,
            charter_version=charter_version,
            answer_due=at + timedelta(days=days) if owed and days is not None else None,
        )

    def capture(self, *, theme_id: UUID, text: Text, group: Title | None) -> None:
        groups = [known.group for known in self._require_held().groups]
        if group is not None and group not in groups:
            raise NoSuchGroup(group=group, groups=", ".join(groups))
        self.trigger_event(CommunityThemeCaptured, theme_id=theme_id, text=text, group=group)

    def answer(self, *, text: Text, channel: Code, responses: Responses) -> None:
        """Tell those who took part what changed because of it, and what did not and why."""
        self._require_held()
        code_list("update-channels").require(channel)
        for response in responses:
            if response.theme_id not in self.themes:
                raise NoSuchTheme(theme=response.theme_id)
        self.trigger_event(FeedbackReturned, text=text, channel=channel, responses=responses)

    def find_overdue(self, *, at: datetime) -> None:
        """What the timer asks when the charter's days are over."""
        due = self._require_held().answer_due
        if due is None:
            raise NotOverdue(why=f"at level {self.level} none is owed, or no charter promised one")
        if self.answered:
            raise NotOverdue(why="every theme has been answered")
        if self.overdue is not None:
            raise NotOverdue(why="it was found overdue before")
        if at < due:
            raise NotOverdue(why=f"it is due on {instant(due)}")
        self.trigger_event(
            FeedbackOverdue,
            answer_due=due,
            charter_version=self._require_held().charter_version,
            unanswered=self.unanswered,
        )

    def _require_held(self) -> EngagementHeld:
        if self.held is None:
            raise NotHeldYet
        return self.held
