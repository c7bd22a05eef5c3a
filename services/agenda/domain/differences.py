"""What one version of the common agenda says otherwise than another, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal
from uuid import UUID

from services.agenda.domain.agreeing import AgendaVersion
from services.agenda.domain.values import Value

About = Literal["problem", "vision", "principle", "outcome"]
WORD = re.compile(r"\S+\s*")


class Words(Value):
    """Some words in their order; all that are not removed make up the later text."""

    change: Literal["kept", "added", "removed"]
    text: str


class Difference(Value):
    """One thing that the agenda says, and what became of its wording."""

    about: About
    change: Literal["added", "removed", "reworded"]
    outcome_id: UUID | None = None
    title: str | None = None
    words: tuple[Words, ...]

    @property
    def readable(self) -> str:
        """On one line: `They [-return to school.-] {+re-engage.+}`"""
        marks = {"kept": "{}", "added": "{{+{}+}}", "removed": "[-{}-]"}
        return " ".join(marks[words.change].format(words.text.strip()) for words in self.words)


def differences(earlier: AgendaVersion | None, later: AgendaVersion) -> tuple[Difference, ...]:
    """All that is said otherwise; against nothing everything is new."""
    return tuple(_differences(earlier, later))


def _differences(earlier: AgendaVersion | None, later: AgendaVersion) -> Iterator[Difference]:
    yield from _text("problem", earlier.problem if earlier else None, later.problem)
    yield from _text("vision", earlier.vision if earlier else None, later.vision)
    yield from _principles(earlier.principles if earlier else (), later.principles)
    before = {one.outcome_id: one for one in earlier.outcomes} if earlier else {}
    after = {one.outcome_id: one for one in later.outcomes}
    for id in dict.fromkeys((*before, *after)):
        was, now = (side[id].wording if id in side else None for side in (before, after))
        title = after[id].title if id in after else before[id].title
        yield from _text("outcome", was, now, id=id, title=title)


def _principles(was: tuple[str, ...], now: tuple[str, ...]) -> Iterator[Difference]:
    """Principles have no ids: what stands in the place of another is that one, reworded."""
    for change, a, b, c, d in SequenceMatcher(None, was, now).get_opcodes():
        if change != "equal":
            for gone, come in zip_longest(was[a:b], now[c:d]):
                yield from _text("principle", gone, come)


def _text(
    about: About, was: str | None, now: str | None, *, id: UUID | None = None, title: str = ""
) -> Iterator[Difference]:
    if was == now:
        return
    yield Difference(
        about=about,
        change="added" if was is None else "removed" if now is None else "reworded",
        outcome_id=id,
        title=title or None,
        words=tuple(_words(WORD.findall(was or ""), WORD.findall(now or ""))),
    )


def _words(was: list[str], now: list[str]) -> Iterator[Words]:
    for change, a, b, c, d in SequenceMatcher(None, was, now).get_opcodes():
        if change == "equal":
            yield Words(change="kept", text="".join(now[c:d]))
            continue
        if a < b:
            yield Words(change="removed", text="".join(was[a:b]))
        if c < d:
            yield Words(change="added", text="".join(now[c:d]))
