"""All findings are counted and handed on; the first thousand are kept."""

from __future__ import annotations

import json

from services.measurement.domain.tidy import Finding, Findings


def finding(line: int, reason: str = "value") -> Finding:
    return Finding(line, "Value", reason, f'"{line}\n" is no number')


def test_the_first_thousand_are_kept_and_all_are_counted_and_handed_on():
    handed: list[Finding] = []
    findings = Findings(on_each=handed.append)
    for line in range(1_500):
        findings.add(finding(line, "value" if line % 3 else "period"))
    assert findings.total == findings.refusing == 1_500
    assert findings.counts == {"value": 1_000, "period": 500}
    assert [kept.line for kept in findings.first] == list(range(1_000))
    assert [one.line for one in handed] == list(range(1_500))


def test_rows_said_twice_are_counted_but_do_not_refuse():
    findings = Findings()
    findings.add(finding(3, "duplicate-row"))
    assert (findings.total, findings.refusing) == (1, 0)


def test_a_finding_is_one_line_of_json():
    text = finding(7).to_json_line()
    assert text.count("\n") == 1
    assert text.endswith("\n")
    assert json.loads(text) == {
        "line": 7,
        "column": "Value",
        "reason": "value",
        "detail": '"7\n" is no number',
    }
