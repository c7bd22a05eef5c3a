"""All rows in the order of their days."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from gateway.demonstration import act, learn, measure, plan, ready
from gateway.demonstration.story import Story

Row = Callable[[Story], Awaitable[None]]

ROWS: tuple[Row, ...] = (
    *ready.READY,
    plan.agrees,
    measure.defines,
    plan.opens_cycle,
    act.plans,
    plan.starts_doing,
    act.works,
    measure.counts_longer,
    measure.first_numbers,
    act.adjusts,
    measure.second_numbers,
    learn.reviews,
    learn.scales,
    learn.finds_the_mistake,
    learn.reverses,
    learn.closes,
)
