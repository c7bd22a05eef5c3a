"""A release in which everything is odd that a cell may be, for whoever reads or writes formats."""

from __future__ import annotations

from typing import Any

from gateway.feeds.model import Release
from tests.bundles import all_releases
from tests.feeding import BAYSIDE, Log, cell, define, release

RUNS = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1", '"=1+1', "'=1+1", "\ufeff=1+1"),
    *("\uff1d1+1", "\u200b=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")'),
)
"""Texts that one spreadsheet or another would run."""
PLAIN = ("Frankston & Mornington", "na\u00efve \U0001f33e", 'a "quoted", text', "two\nlines", "<b>")
YEAR = {"start": "2022-01-01", "end": "2022-12-31", "period": "2022"}
MARCH = {"start": "2022-03-01", "end": "2022-03-31", "period": "2022-03"}
DAYS = {"start": "2022-03-02", "end": "2022-04-05", "period": "2022-03-02/2022-04-05"}
LONG = "12345678901234567890.123456789"
"""More digits than a workbook's number keeps."""


def cells() -> list[dict[str, Any]]:
    named = [
        cell(_place(f"P{at}", text), **_figures("3.50", "7", "200"), computed=True)
        for at, text in enumerate((*RUNS, *PLAIN))
    ]
    strata = [
        cell(BAYSIDE, **_figures(value, "40", "80"), dimensions={"sex": sex, "unit": "=x"})
        for value, sex in (("50.0", "F"), ("50.00", "M"), ("-0.5", "_O"))
    ]
    odd = [
        cell(BAYSIDE, **_figures(LONG, None, None), unit="AUD", period=YEAR),
        cell(BAYSIDE, **_figures("0", "0", "1"), period=MARCH, flag="volatile"),
        cell(BAYSIDE, **_figures("1000000", None, None), unit="people", period=DAYS),
        cell(BAYSIDE, obs_status="M", indicator_code="I9"),
        cell(BAYSIDE, conf_status="N", denominator_conf="D", indicator_code="I/7 b"),
    ]
    return [*named, *strata, *odd]


def odd_release(number: int = 3) -> Release:
    log = Log()
    define(log)
    release(log, cells(), number=number)
    return all_releases(log)[0]


def _place(code: str, label: str) -> dict[str, str]:
    return {"scheme": "com=mon", "edition": "1", "code": code, "label": label}


def _figures(value: str, numerator: str | None, denominator: str | None) -> dict[str, Any]:
    return {"value": value, "numerator": numerator, "denominator": denominator}
