"""Every mistake an author can make, each in a file of tests/broken beside what is printed for it.

A case changes a tiny valid guideline (MINIMAL) and lists every problem that must be printed, in order, and no other:

    about: what the author did
    base: minimal
    files:
      facts/borrower.yaml:                       one of
        replace: text that stands there once, and   by: what stands there instead   (a list of such pairs is possible)
        add: text at the end of the file
      evidence/new.yaml: |                       the whole content of a file
      regimens/kit.yaml: null                    the file is removed
      derived/risk.csv: {bytes: "ff fe"}         content that is not text
    expect:
      - problem: "rules/facts/borrower.yaml:5:3: message [code]"
        hint: what to do
        see: [other places]                      if there are any

Warnings stand there as they are printed, with `warning:` before the message.
"""

import ast
import copy
import datetime
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine import Engine, GuidelineError, Problem, load
from engine.authoring.check import check
from engine.authoring.lint import LINTS
from engine.language.yamlfile import YamlFile

HERE = Path(__file__).resolve().parent.parent
CASES = sorted((HERE / "broken").glob("*.yaml"))
ENGINE = HERE.parent / "engine"
REPORTS = re.compile(r"(?:^|_)(?:report|problem|warning|complain)(?:_key|_at)?$", re.IGNORECASE)
FEATURES = {"feature", "scenario-shape", "unknown-patient", "unknown-step"}  # see authoring/test_feature_faults.py
CODE = re.compile(r"[a-z]+(?:-[a-z]+)*$")

MINIMAL = {
    "guideline.yaml": """\
id: tool-library
title: Who may borrow which tool
version: 1.0.0
released: 2026-01-05
revised: 2026-01-05
review_due: 2027-01-05
publisher: The tool library
funding: None
intended_use: To answer who may borrow what.
intended_users: Volunteers at the counter.
not_for: [People outside the town.]
notice: The volunteer at the counter decides.
scope: {fact: member, outside: Only members borrow.}
questions:
  lending:
    title: May the tool be lent?
    single: true
    answered_when: {member: true}
  counter: {title: What must the counter ask?}
certainty_modifiers:
  - when: {risk: high}
    kinds: [recommend]
    reason: Accidents were rarely counted.
""",
    "facts/borrower.yaml": """\
section: borrower
title: The borrower
facts:
  member:
    label: Member
    type: boolean
  age_years:
    label: Age
    type: integer
    unit: years
    range: [0, 120]
  deposit:
    label: Deposit
    type: number
    unit: EUR
    range: [0, 500]
    usual_range: [5, 100]
    assume:
      - is: 20
        when: {member: true}
        because: Members pay the usual deposit.
  tool:
    label: Tool
    type: code
    values: {drill: drill, saw: circular saw, ladder: ladder}
    groups:
      powered: [drill, saw]
  course:
    label: Safety course
    type: code
    values: {"0": none, "1": basic, "2": full}
    open_values: {booked: booked}
""",
    "derived/adult.yaml": """\
fact: adult
label: Adult
type: boolean
when: {age_years: {ge: 18}}
""",
    "derived/risk.yaml": """\
fact: risk
label: Risk
type: code
values: {low: low, high: high}
table: risk.csv
""",
    "derived/risk.csv": """\
tool,course,is,note
powered,0|1,high,the course says how to hold it
ladder,*,low,
*,*,low,
""",
    "derived/trained.yaml": """\
fact: trained
label: Trained
type: boolean
rows:
  - is: true
    when: {course: ["1", "2"]}
  - is: false
assume:
  - is: true
    when: {course: {known: false}, risk: low}
    because: Nobody needs a course for a ladder.
""",
    "contradictions.yaml": """\
contradictions:
  - code: C1
    text: A child cannot have done the full course.
    action: stop
    when: {course: "2", age_years: {lt: 12}}
""",
    "evidence/house-rules.yaml": """\
id: house-rules
title: House rules
kind: guideline
cite: {title: House rules, published: 2020, checked: true}
no_identifier: printed by the library itself
findings:
  adults:
    text: Powered tools are lent to adults.
    checked: true
    mark: seen
  accidents:
    text: Accidents were halved.
    effect: {measure: risk_ratio, value: 0.5, interval: [0.3, 0.8]}
    checked: true
    mark: seen
""",
    "regimens/drill-kit.yaml": """\
id: drill-kit
title: Drill kit
parts:
  - {drug: drill}
citations: [house-rules#adults]
checked: true
""",
    "recommendations/lend-drill.yaml": """\
id: lend-drill
number: LND-01
title: Lend the tool
question: lending
kind: recommend
effective: {from: 2026-01-05}
when:
  member: true
  tool: powered
  deposit: {ge: 20}
unless:
  - when: {adult: false}
    because: Powered tools are for adults.
text: Lend it.
strength: strong
certainty: high
graded_by: project
citations: [house-rules#adults]
regimen: drill-kit
overrides: [lend-ladder]
""",
    "recommendations/lend-ladder.yaml": """\
id: lend-ladder
number: LND-02
title: Lend a ladder
question: lending
kind: recommend
effective: {from: 2026-01-05}
when: {member: true, trained: true}
text: Lend it.
strength: conditional
certainty: low
graded_by: project
citations: [house-rules#accidents]
""",
    "recommendations/ask-course.yaml": """\
id: ask-course
number: DAT-01
title: Ask for the course
question: counter
kind: request_data
effective: {from: 2026-01-05}
when: {course: {known: false}}
text: Ask which course was done.
strength: strong
basis: definition
""",
}


# ---- the cases --------------------------------------------------------------------------------------------------------
def _folder(root: Path, changes: dict[str, Any]) -> Path:
    for name, text in MINIMAL.items():
        _write(root / name, text.encode())
    for name, change in changes.items():
        path = root / name
        if change is None:
            path.unlink()
        elif isinstance(change, str):
            _write(path, change.encode())
        elif isinstance(change, dict) and "bytes" in change:
            _write(path, bytes.fromhex(change["bytes"]))
        else:
            for one in change if isinstance(change, list) else [change]:
                _write(path, _changed(path.read_text(), name, one).encode())
    return root


def _changed(text: str, name: str, change: dict[str, str]) -> str:
    if "add" in change:
        return text + change["add"]
    assert text.count(change["replace"]) == 1, (
        f"{change['replace']!r} stands {text.count(change['replace'])} times in {name}"
    )
    return text.replace(change["replace"], change["by"])


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _reported(root: Path) -> tuple[Problem, ...]:
    return check(root).problems


def _printed(problem: Problem, root: Path) -> dict[str, Any]:
    lines = str(problem).replace(f"{root.parent}/", "").splitlines()
    one: dict[str, Any] = {"problem": lines[0]}
    if problem.hint:
        one["hint"] = lines[-1].strip()
    if problem.related:
        one["see"] = [str(place) for place in problem.related]
    return one


def _case(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = yaml.safe_load(path.read_text())
    return case


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_mistake_is_told_at_its_place_with_what_to_do(path: Path, tmp_path: Path) -> None:
    case = _case(path)
    assert case["base"] == "minimal" and case["about"]

    root = _folder(tmp_path / "rules", case["files"])

    assert [_printed(problem, root) for problem in _reported(root)] == case["expect"]


# ---- the codes --------------------------------------------------------------------------------------------------------
@cache
def codes(folder: Path) -> frozenset[str]:
    """Every code that the Python files below a folder can report."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and REPORTS.search(getattr(node.func, "attr", getattr(node.func, "id", ""))):
                words = [one.value for one in node.args[:2] if isinstance(one, ast.Constant)]
                found |= {word for word in words[:1] if isinstance(word, str) and CODE.match(word)}
    return frozenset(found)


def _told() -> dict[str, str]:
    """Every problem of every case: what is printed, and its hint."""
    return {one["problem"]: one.get("hint", "") for path in CASES for one in _case(path)["expect"]}


def test_every_code_of_check_has_a_case() -> None:
    told = {line.rpartition("[")[2].removesuffix("]") for line in _told()}

    assert told == codes(ENGINE / "language") - FEATURES | LINTS.keys() | {"stale-waiver"}


def test_every_problem_says_what_to_do() -> None:
    assert [line for line, hint in _told().items() if not hint] == []


def test_no_problem_speaks_of_python() -> None:
    jargon = re.compile(
        r"pydantic|\bdict\b|\bstr\b|(?<!!!)\bint\b|\bNone\b|\bTrue\b|\bFalse\b|Form\b|[Ii]nput should|traceback|Error\b"
    )

    assert [line for line, hint in _told().items() if jargon.search(f"{line} {hint}")] == []


def test_the_tiny_guideline_has_no_mistake(tmp_path: Path) -> None:
    assert _reported(_folder(tmp_path / "rules", {})) == ()


# ---- any mistake at all -----------------------------------------------------------------------------------------------
SIGNS = "abz019 \t\n:-#'\"[]{},&*!|>%@`?.<=\\~\u00e9\u00a0\x07"
VALUES = [
    None, True, False, 0, -1, 10**30, 0.5, 1e308, "", " ", "unknown", "known", "any", "*", "a|b", "1", "drill", "x" * 300,
    "house-rules#adults", datetime.date(2026, 1, 5), [], {}, [None], [[1]], {"any": []}, {"gt": 1}, {"one_of": [1]},
]  # fmt: skip
Slip = Callable[[bytes, random.Random], bytes]


def slip_of_the_hand(content: bytes, chance: random.Random) -> bytes:
    """A character or a line is lost, doubled, changed, moved or cut off."""
    text = content.decode()
    place, lines = chance.randrange(len(text) + 1), text.splitlines(keepends=True) or [""]
    index = chance.randrange(len(lines))
    match chance.randrange(9):
        case 0:
            return (text[:place] + text[place + 1 :]).encode()
        case 1 | 2:
            return (text[:place] + chance.choice(SIGNS) + text[place:]).encode()
        case 3:
            return (text[:place] + chance.choice(SIGNS) + text[place + 1 :]).encode()
        case 4:
            del lines[index]
        case 5:
            lines.insert(chance.randrange(len(lines)), lines[index])
        case 6:
            lines[index] = chance.choice(["  ", " ", "\t", "- "]) + lines[index]
        case 7:
            lines[index] = lines[index].lstrip(" -") or "\n"
        case _:
            return text[:place].encode()
    return "".join(lines).encode()


def wrong_value(content: bytes, chance: random.Random) -> bytes:
    """A value anywhere in the file is another one, of any type; or it is gone."""
    whole = {"": YamlFile("any.yaml", content.decode()).data}
    places = list(_places(whole))
    inside, key = chance.choice(places)
    if chance.random() < 0.2:
        del inside[key]
    else:
        inside[key] = copy.deepcopy(chance.choice(VALUES) if chance.random() < 0.7 else chance.choice(places)[0])
    return yaml.safe_dump(whole.get(""), sort_keys=False, allow_unicode=True).encode()


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    for key, value in [*(data.items() if isinstance(data, dict) else enumerate(data))]:
        yield data, key
        if isinstance(value, dict | list):
            yield from _places(value)


def try_mistakes(
    source: Path, folder: Path, slip: Slip, number: int, seed: int, kinds: tuple[str, ...]
) -> Counter[str]:
    """Make so many mistakes, one after another, each in one file; how often each end was met. Any other end is raised."""
    shutil.copytree(source, folder)
    paths = sorted(path for path in folder.rglob("*") if path.suffix in kinds)
    chance, ends = random.Random(seed), Counter[str]()
    for _ in range(number):
        path = chance.choice(paths)
        sound = path.read_bytes()
        path.write_bytes(slip(sound, chance))
        try:
            Engine(load(folder), cross_check="off").decide({}, datetime.date(2026, 11, 22))
            ends["loaded"] += 1
        except GuidelineError as error:
            ends["refused" if str(error) else "in silence"] += 1
        finally:
            path.write_bytes(sound)
    return ends


@pytest.mark.parametrize(
    ("slip", "kinds"), [(slip_of_the_hand, (".yaml", ".csv")), (wrong_value, (".yaml",))], ids=["slip", "wrong-value"]
)
def test_any_mistake_is_refused_or_understood(tmp_path: Path, slip: Slip, kinds: tuple[str, ...]) -> None:
    ends = try_mistakes(HERE / "guidelines" / "lending", tmp_path / "rules", slip, 150, 522, kinds)

    assert ends.keys() == {"refused", "loaded"}
