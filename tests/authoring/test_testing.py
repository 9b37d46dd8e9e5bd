"""`test`: features run without pytest, and every failure says where, of whom, what was expected and what was got."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import Engine, default_rules, load
from engine.authoring.steps import STEPS, Case, StepError, unmet
from engine.authoring.testing import tried
from engine.language.scenarios import read_scenarios
from tests.authoring.workshop import LENDING
from tests.cli.conftest import Run
from tests.cli.conftest import run as run

FEATURES = LENDING.parent / "features"
ROOT = default_rules().parent
Change = Callable[[str, str, str], None]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A second guideline with its features beside it."""
    shutil.copytree(LENDING, tmp_path / "lending")
    shutil.copytree(FEATURES, tmp_path / "features")
    return tmp_path


@pytest.fixture
def change(home: Path) -> Change:
    def changed(name: str, old: str, new: str) -> None:
        path = next(home.rglob(name))
        text = path.read_text()
        assert text.count(old) == 1
        path.write_text(text.replace(old, new))

    return changed


# ---- the command ----------------------------------------------------------------------------------------------------
def test_features_beside_a_second_guideline_pass(run: Run, home: Path) -> None:
    ran = run("test", "--rules", home / "lending")

    assert ran.code == 0
    assert re.fullmatch(r"8 scenarios pass, in \d+\.\d s\n", ran.out)
    assert ran.err == ""  # the bar is for terminals


def test_a_failure_names_the_row_the_patient_and_both_sides(run: Run, home: Path, change: Change) -> None:
    change("lend-hand-tools.yaml", "overdue_items: {gt: 0}", "overdue_items: {gt: 1}")
    ran = run("test", "--rules", home / "lending")

    assert ran.code == 7
    assert ran.out.startswith(
        "features/lending.feature:16: hand tools are lent to every member, overdue_items 1\n"
        "  16 | | overdue_items | 1       | is ruled out      |\n"
        '  patient:  "child with a hand saw", overdue_items 1; as of 2026-03-01\n'
        "  expected: LND-01 is ruled out\n"
        "  got:      firm\n"
    )
    assert "1 of 8 scenarios fails, in " in ran.out


WORDS = [
    ("tool_state is broken", "LND-01 is firm", "not applicable: it asks for Tool ready to leave the shop: yes, and here it is no"),
    ("overdue_items is unknown", "LND-01 is firm", "provisional: still open: Overdue items"),
    ("overdue_items is 2", "LND-01 is shown", "ruled out: Something is overdue."),
    ("tool is unknown", "LND-01 is firm", "undetermined: not known: Tool; Tool ready to leave the shop"),
    ("tool is unknown", "LND-01 needs member_years", "it needs tool, last_test_months, tool_ready"),
    ("member is true", "LND-01 has strength strong", "strength conditional"),
    ("member is true", "LND-01 cites house-rules#adults", "it cites house-rules#members, house-rules#overdue"),
    ("member is true", "the status is contradiction", "the status is provisional"),
    ("member is true", "the fact adult is true", "it is false"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected", "got"), WORDS)
def test_what_was_got_is_said_in_the_words_of_the_guideline(given: str, expected: str, got: str) -> None:
    feature = f"""\
Feature: one
  Scenario: one
    Given the guideline as of 2026-03-01
    And the patient "child with a hand saw"
    And the patient's {given}
    When the rules are evaluated
    Then {expected}
"""
    assert failure(feature) == (expected, got)


def failure(feature: str, folder: Path = LENDING) -> tuple[str, str]:
    import tempfile

    guideline = load(folder)
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(FEATURES / "patients", Path(scratch) / "features" / "patients")
        (Path(scratch) / "features" / "one.feature").write_text(feature)
        (found,) = tried(guideline, read_scenarios(Path(scratch) / "features", guideline.vocabulary)).failures
    return found.expected, found.got


def test_one_file_or_one_rule_can_be_asked_for(run: Run, home: Path) -> None:
    (home / "features" / "other.feature").write_text(
        'Feature: other\n  Scenario: other\n    Given the guideline as of 2026-03-01\n    And the patient "trained adult, drill"\n'
        "    When the rules are evaluated\n    Then LND-02 is shown\n"
    )

    def number(*arguments: object) -> str:
        return run("test", *arguments, "--rules", home / "lending").out.split()[0]

    assert number() == "9"
    assert number(home / "features") == "9"
    assert number(home / "features" / "other.feature") == "1"
    assert number("--rule", "LND-02") == number("--rule", "lend-powered-tools-to-trained") == "3"
    assert number("--rule", "LND-02", home / "features" / "other.feature") == "1"


def test_the_exit_codes_tell_what_is_wrong(run: Run, home: Path, change: Change) -> None:
    lending = home / "lending"
    assert run("test", "--rules", lending, "--rule", "LND-99").code == 2
    assert run("test", home / "nowhere", "--rules", lending).code == 5
    assert run("test", "--rules", lending, "--rule", "SAF-02").code == 5  # no scenario speaks of it
    change("lend-hand-tools.yaml", "tool: hand", "tool: hands")
    ran = run("test", "--rules", lending)
    assert (ran.code, "see `check`" in ran.err) == (1, True)


# ---- the steps ------------------------------------------------------------------------------------------------------
def test_every_step_is_listed_for_authors() -> None:
    text = (ROOT / "docs" / "authoring.md").read_text()
    table = text.partition("\n## What a feature may say\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    engine = Engine(load(default_rules()))
    case = Case(engine, {}, load(default_rules()).about.revised)

    for one in listed:
        if not one.startswith(("the guideline as of", "the patient", "a patient", "the rules")):
            unmet(case, one)  # raises for what is no step
    matched = {pattern for pattern, _ in STEPS if any(pattern.fullmatch(one) for one in listed)}
    assert [pattern.pattern for pattern, _ in STEPS if pattern not in matched] == []


def test_a_rule_that_is_not_in_force_cannot_be_expected() -> None:
    engine = Engine(load(LENDING))
    rule = engine.guideline.rule("LND-05")
    assert rule.effective_to is not None

    with pytest.raises(StepError, match="LND-05 is not in force on 2026-03-01"):
        unmet(Case(engine, {}, rule.effective_to.replace(year=2026, month=3, day=1)), "LND-05 is firm")
