"""A small guideline and its scenarios on disk, to be changed by tests."""

import shutil
from pathlib import Path

from engine import Guideline, load
from engine.language.scenarios import Scenario, read_scenarios

LENDING = Path(__file__).resolve().parent.parent / "guidelines" / "lending"
PATIENTS = """\
"trained adult, drill":
  {visit: collection, member: true, age_years: 34, tool: drill, tool_state: sound, last_test_months: 8,
   safety_course: "1", overdue_items: 0, member_years: 3}
"""
FEATURE = """\
Feature: Hand tools
  Background:
    Given the guideline as of 2026-03-01
  @rule:LND-01
  Scenario Outline: hand tools, <fact> <value>
    Given the patient "trained adult, drill"
    And the patient's tool is ladder
    And the patient's <fact> is <value>
    When the rules are evaluated
    Then LND-01 <outcome>

    Examples:
      | fact          | value | outcome           |
      | overdue_items | 0     | is firm           |
      | overdue_items | 1     | is ruled out      |
      | tool          | drill | is not applicable |
      | member        | false | is not applicable |
"""
OPEN = """\
      | overdue_items | unknown | is provisional |
"""


def copied(folder: Path) -> Path:
    """The guideline of the tool library, to be changed."""
    return Path(shutil.copytree(LENDING, folder / "rules"))


def changed(root: Path, name: str, old: str, new: str) -> Guideline:
    """The guideline with one text of one file replaced."""
    path = next(root.rglob(name))
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    return load(root)


def features(folder: Path, *further: str) -> Path:
    """The scenarios beside the guideline."""
    where = folder / "features"
    (where / "patients").mkdir(parents=True, exist_ok=True)
    (where / "patients" / "borrowers.yaml").write_text(PATIENTS)
    (where / "hand-tools.feature").write_text("".join((FEATURE, *further)))
    return where


def scenarios(folder: Path, guideline: Guideline, *further: str) -> list[Scenario]:
    """The same, read."""
    return read_scenarios(features(folder, *further), guideline.vocabulary)
