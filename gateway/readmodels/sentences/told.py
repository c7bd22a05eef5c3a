"""How one kind of fact is told."""

from __future__ import annotations

from typing import Literal, NamedTuple

Step = Literal["plan", "do", "review", "improve"]


class Told(NamedTuple):
    """`gateway.readmodels.speech` says how the words are filled."""

    step: Step
    words: str


def plan(words: str) -> Told:
    return Told("plan", words)


def do(words: str) -> Told:
    return Told("do", words)


def review(words: str) -> Told:
    return Told("review", words)


def improve(words: str) -> Told:
    return Told("improve", words)
