"""Mistakes in code maps are told with file, line and column, like all others; a guideline without code maps reads nothing and still answers."""

import datetime
from pathlib import Path

import pytest

from engine import GuidelineError, load
from engine.intake import extract
from tests.language.test_broken import MINIMAL

MAP = """\
id: counter
title: Codes of the counter
systems:
  loinc: {uris: ["http://loinc.org"], check: mod10}
  local: {uris: ["https://town.example/codes"]}
units:
  euros: {EUR: 1}
sets:
  drill: {codes: {local: {D: Drill}}, texts: [drill]}
notations:
  shelf: {patterns: ['(?P<mark>s)?(?P<value>[dl])'], values: {d: drill, l: ladder}}
readings:
  tool:
    from: [Observation]
    codes: {loinc: {85337-4: Tool}}
    fact: tool
    answers:
      - {set: drill, is: drill}
      - {texts: [hammer], open: no rule asks for hammers}
  deposit:
    from: [Observation]
    codes: {local: {DEP: Deposit}}
    fact: deposit
    number: {units: euros}
  shelf:
    from: [Observation]
    codes: {local: {SHELF: Place}}
    notation: shelf
    marks: {"": tool}
  lent:
    from: [Procedure]
    codes: {local: {LENT: Lent}}
    event: lent
timeline:
  - {fact: member, is: true, when: {happened: [lent]}, because: Only members borrow.}
"""
# (what stands in the map, what stands there instead, what is printed)
MISTAKES = [
    ("85337-4: Tool", "85337-5: Tool", "15:21: the last digit of `85337-5` is wrong [check-digit]"),
    ("    fact: tool\n", "    fact: tol\n", "16:11: unknown fact `tol` [unknown-fact]"),
    ("{set: drill, is: drill}", "{set: drill, is: dril}", "18:26: `tool`: `dril` is not a value of this fact [unknown-value]"),
    ("{set: drill, is: drill}", "{set: drils, is: drill}", "18:15: there is no `drils` under `sets` [unknown-name]"),
    ("{set: drill, is: drill}", "{set: drill}", "18:9: say either `is` or `open` [mapping-shape]"),
    ("{set: drill, is: drill}", "{is: drill}", "18:9: this answer has no set, codes or texts [mapping-shape]"),
    ("codes: {loinc:", "codes: {lionc:", "15:13: there is no `lionc` under `systems` [unknown-name]"),
    ("{units: euros}", "{units: euro}", "24:21: there is no `euro` under `units` [unknown-name]"),
    ("fact: deposit\n", "fact: tool\n", "24:13: `tool` is a code, not a number [mapping-shape]"),
    ("    notation: shelf\n", "    notation: shelves\n", "28:15: there is no `shelves` under `notations` [unknown-name]"),
    ('    marks: {"": tool}\n', "", "26:5: a notation needs `marks` [mapping-shape]"),
    ("(?P<value>[dl])", "(?P<valu>[dl])", "11:22: the pattern has no group `value` [pattern]"),
    ("(?P<value>[dl])", "(?P<value>[dl]", "11:22: not a regular expression: missing ), unterminated subpattern [pattern]"),
    ("l: ladder}", "l: ladders}", "29:12: `tool` has no value `ladders`, which the notation may give [unknown-value]"),
    ("happened: [lent]", "happened: [lost]", "35:48: no reading reports the event `lost` [unknown-name]"),
    ("is: true, when", "is: yes, when", "35:24: `member`: `yes` must be true, false or null [unknown-value]"),
    ("    event: lent\n", "", "31:5: this reading speaks of no fact [mapping-shape]"),
    ("check: mod10", "check: mod11", "4:46: unknown value `mod11` of `check` [unknown-value]"),
    ("id: counter", "id: desk", "1:5: `desk` stands in a file called `counter.yaml` [file-name]"),
    ("timeline:", "rejected: {loinc: {85337-4: Tool}}\ntimeline:", "34:20: `85337-4` passes its check digit [check-digit]"),
    ("timeline:", "ignored:\n  - {from: [Observation], codes: {loinc: {85337-4: Tool}}, because: No.}\ntimeline:",
     "35:43: `85337-4` is `ignored` here and `read` elsewhere [duplicate-value]"),
]  # fmt: skip


def folder(path: Path, text: str) -> Path:
    for name, content in {**MINIMAL, "terminology/counter.yaml": text}.items():
        (path / "rules" / name).parent.mkdir(parents=True, exist_ok=True)
        (path / "rules" / name).write_text(content)
    return path / "rules"


def told(root: Path) -> list[str]:
    try:
        load(root)
    except GuidelineError as error:
        return [str(problem).splitlines()[0].partition("counter.yaml:")[2] for problem in error.problems]
    return []


def test_a_correct_map_is_accepted(tmp_path: Path) -> None:
    assert told(folder(tmp_path, MAP)) == []


@pytest.mark.parametrize(("right", "wrong", "printed"), MISTAKES, ids=[printed for _, _, printed in MISTAKES])
def test_a_mistake_is_told_at_its_place(tmp_path: Path, right: str, wrong: str, printed: str) -> None:
    assert MAP.count(right) >= 1

    assert printed in told(folder(tmp_path, MAP.replace(right, wrong, 1)))


@pytest.mark.parametrize(("right", "wrong", "printed"), MISTAKES, ids=[printed for _, _, printed in MISTAKES])
def test_a_mistake_says_what_to_do(tmp_path: Path, right: str, wrong: str, printed: str) -> None:
    with pytest.raises(GuidelineError) as caught:
        load(folder(tmp_path, MAP.replace(right, wrong, 1)))

    assert [str(problem) for problem in caught.value.problems if not problem.hint] == []


def test_another_trade_reads_its_records_without_a_line_of_python(tmp_path: Path) -> None:
    guideline = load(folder(tmp_path, MAP))
    observation = {"resourceType": "Observation", "status": "final"}
    records = [
        observation | {"id": "1", "code": {"coding": [{"system": "http://loinc.org", "code": "85337-4"}]}, "valueString": "Drill"},
        observation | {"id": "2", "code": {"coding": [{"system": "https://town.example/codes", "code": "DEP"}]}, "valueQuantity": {"value": 20, "unit": "EUR"}},
    ]  # fmt: skip

    extraction = extract(records, guideline, datetime.date(2026, 11, 22))

    assert dict(extraction.facts) == {"tool": "drill", "deposit": 20}


def test_a_guideline_without_code_maps_reads_nothing(tmp_path: Path) -> None:
    root = folder(tmp_path, MAP)
    (root / "terminology" / "counter.yaml").unlink()

    extraction = extract(
        [{"resourceType": "Observation", "id": "1"}, {"resourceType": "Patient"}],
        load(root),
        datetime.date(2026, 11, 22),
    )

    assert (dict(extraction.facts), extraction.resources) == ({}, 2)
