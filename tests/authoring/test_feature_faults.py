"""Mistakes in features and in their patients: each is told once, at its line and column, with what to do; and nothing is run."""

import re
import shutil
from pathlib import Path

import pytest

from engine import load
from engine.authoring.expectations import scenarios_of
from engine.language.problems import Problem
from engine.language.scenarios import FeatureError
from tests.authoring.workshop import LENDING
from tests.cli.conftest import Run
from tests.cli.conftest import run as run

FEATURES = LENDING.parent / "features"
FEATURE, PATIENTS = "lending.feature", "patients/borrowers.yaml"
OUTLINE = "Scenario Outline: hand tools are lent to every member, <fact> <value>"
TRAINED = '    Given the patient "trained adult, drill"\n    When the rules are evaluated\n    Then LND-02 is shown\n'
SAW = '"child with a hand saw":'

# name: (file, what stands there, what stands there instead, place and message, hint)
FAULTS = {
    "a misspelt expectation": (FEATURE, "LND-01 is not shown", "LND-01 is not show", "48:9: `LND-01 is not show` is no step [unknown-step]", "did you mean `LND-01 is not shown`?"),
    "a misspelt outcome in a row": (FEATURE, "| is ruled out      |", "| is ruld out       |", "16:35: `LND-01 is ruld out` is no step [unknown-step]", "did you mean `LND-01 is ruled out`?"),
    "a misspelt given": (FEATURE, "Given a patient\n", "Given some patient\n", "43:11: `some patient` is no step [unknown-step]", "did you mean `a patient`?"),
    "a misspelt when": (FEATURE, TRAINED, TRAINED.replace("rules are evaluated", "rules are evaluatd"), "24:10: `the rules are evaluatd` is no step [unknown-step]", "did you mean `the rules are evaluated`?"),
    "an expectation after given": (FEATURE, TRAINED, TRAINED.replace("    When the", "    And LND-02 is shown\n    When the"), "24:9: `LND-02 is shown` is no step [unknown-step]", "after `Then`"),
    "an unknown fact": (FEATURE, "patient's visit is", "patient's visitt is", "44:23: unknown fact `visitt` [unknown-fact]", "did you mean `visit`?"),
    "an unknown fact in a row": (FEATURE, "| tool          | drill", "| tol           | drill", "18:9: unknown fact `tol` [unknown-fact]", "did you mean `tool`?"),
    "an unknown value": (FEATURE, "visit is enquiry", "visit is enquirey", "44:32: unknown value `enquirey` of `visit` [unknown-value]", "did you mean `enquiry`?"),
    "a number outside its range in a row": (FEATURE, "| overdue_items | 1       |", "| overdue_items | 1000    |", "16:25: `1000` of `overdue_items` is outside the possible range [unknown-value]", "a number from"),
    "neither true nor false": (FEATURE, "member is false", "member is flase", "45:33: `member` is true or false, not `flase` [unknown-value]", "write true, false or unknown"),
    "a fact that is derived": (FEATURE, "member is false", "adult is false", "45:23: `adult` is derived and cannot be set [unknown-fact]", "set the facts it is derived from"),
    "an unknown patient": (FEATURE, 'the patient "child with a hand saw"', 'the patient "child with a saw"', "8:24: no patient is called `child with a saw` [unknown-patient]", "did you mean `child with a hand saw`?"),
    "an unknown rule": (FEATURE, "LND-02 has strength", "LND-20 has strength", "26:9: no rule has the number `LND-20` [unknown-rule]", "did you mean"),
    "a rule not in force": (FEATURE, "LND-02 has strength strong", "LND-05 is shown", "26:9: `LND-05` is not in force on 2026-03-01 [unknown-rule]", "another day"),
    "an unknown rule in a tag": (FEATURE, "@rule:LND-02", "@rule:LND-22", "21:9: no rule has the number `LND-22` [unknown-rule]", "did you mean `LND-02`?"),
    "a misspelt tag": (FEATURE, "@rule:LND-02", "@rul:LND-02", "21:3: `@rul:LND-02` is no tag of a rule [unknown-rule]", "write it as `@rule:LND-02`"),
    "a fact no step knows": (FEATURE, "the fact adult is", "the fact adlut is", "29:18: unknown fact `adlut` [unknown-fact]", "did you mean `adult`?"),
    "a value no fact has": (FEATURE, "the fact adult is true", "the fact adult is ture", "29:27: `adult` is true or false, not `ture` [unknown-value]", "write true"),
    "a finding the rule does not cite": (FEATURE, "house-rules#adults", "house-rules#adult", "27:22: `LND-02` does not cite `house-rules#adult` [unknown-citation]", "did you mean `house-rules#adults`?"),
    "a strength there is not": (FEATURE, "has strength strong", "has strength stong", "26:29: unknown value `stong` of `strength` [unknown-value]", "did you mean `strong`?"),
    "a status there is not": (FEATURE, "status is provisional", "status is provisionl", "40:23: unknown value `provisionl` of `status` [unknown-value]", "did you mean `provisional`?"),
    "a contradiction there is not": (FEATURE, "no contradiction is reported", "contradiction C99 is reported", "30:23: there is no contradiction `C99` [unknown-value]", "use one of"),
    "a day that is none": (FEATURE, "as of 2026-03-01", "as of 2026-13-01", "4:31: `2026-13-01` is no day [invalid-date]", "write it as 2026-01-31"),
    "a day in another form": (FEATURE, "as of 2026-03-01", "as of 1 March 2026", "4:31: `1 March 2026` is no day [invalid-date]", "write it as 2026-01-31"),
    "no day": (FEATURE, "  Background:\n    Given the guideline as of 2026-03-01\n", "\n\n", "7:3: the day is missing [scenario-shape]", "write `Given the guideline as of"),
    "no when": (FEATURE, TRAINED, TRAINED.replace("    When the rules are evaluated\n", ""), "22:3: the step `When the rules are evaluated` is missing [scenario-shape]", "write it between"),
    "no then": (FEATURE, "    Then the status is out_of_scope\n    And LND-01 is not shown\n", "", "42:3: the scenario expects nothing, so it cannot fail [scenario-shape]", "after `Then`"),
    "a patient changed after then": (FEATURE, "    And LND-02 has strength strong\n", "    And the patient's member is false\n", "26:9: the patient is changed after the rules were evaluated [scenario-shape]", "move it above"),
    "a patient changed after when": (FEATURE, "    Then LND-02 is shown\n", "    Given the patient's member is false\n    Then LND-02 is shown\n", "25:11: the patient is changed after the rules were evaluated [scenario-shape]", "move it above"),
    "then before when": (FEATURE, "    When the rules are evaluated\n    Then LND-02 is shown\n", "    Then LND-02 is shown\n    When the rules are evaluated\n", "24:10: this is expected before the rules are evaluated [scenario-shape]", "move it below"),
    "a column that is not there": (FEATURE, "| fact          | value   | outcome", "| fact          | vlaue   | outcome", "9:33: the examples have no column `value` [unknown-column]", "did you mean `vlaue`?"),
    "a cell too few": (FEATURE, "| overdue_items | 1       | is", "| overdue_items | is", "16:7: this row has not as many cells as its heading [feature]", "put `|`"),
    "misspelt examples": (FEATURE, "Examples:", "Exampels:", "13:5: `Exampels:` is not readable as a feature here [feature]", "did you mean `Examples:`?"),
    "a misspelt heading": (FEATURE, "Feature: Who", "Featur: Who", "1:1: `Featur: Who may borrow which tool` is not readable as a feature here [feature]", "did you mean `Feature:`?"),
    "a misspelt keyword": (FEATURE, "    And LND-02 has", "    Adn LND-02 has", "26:5: `Adn LND-02 has strength strong` is not readable as a feature here [feature]", "did you mean `And`?"),
    "a misspelt keyword in the first step": (FEATURE, "    Given a patient\n", "    Givn a patient\n", "43:5: `Givn` begins no step, so this line would be passed over [feature]", "did you mean `Given`?"),
    "a merge that was not finished": (FEATURE, "    Given a patient\n", "<<<<<<< HEAD\n    Given a patient\n=======\n", "43:1: a merge was not finished: `<<<<<<< HEAD` stands here [merge-conflict]", "keep one of the two versions"),
    "a patient with an unknown fact": (PATIENTS, SAW, SAW + ' {membr: true}\n"other":', "4:27: unknown fact `membr` [unknown-fact]", "did you mean `member`?"),
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(LENDING, tmp_path / "lending")
    shutil.copytree(FEATURES, tmp_path / "features")
    return tmp_path


def swap(home: Path, name: str, old: str, new: str) -> None:
    path = home / "features" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(home: Path) -> tuple[Problem, ...]:
    with pytest.raises(FeatureError) as caught:
        scenarios_of(home / "features", load(home / "lending"))
    return caught.value.problems


@pytest.mark.parametrize("name", FAULTS)
def test_a_mistake_in_a_feature_is_told_once_at_its_place(name: str, home: Path) -> None:
    file, old, new, first, hint = FAULTS[name]
    swap(home, file, old, new)
    found = problems(home)

    assert str(found[0]).startswith(f"features/{file}:{first}"), str(found[0])
    assert hint in found[0].hint
    assert len(found) == (4 if name == "no day" else 1)  # that of each scenario
    assert found[0].source_line


SHAPES = {
    "no rows": (
        "Outline: one, <a>\n    Given the patient's visit is <a>\n    Examples:\n      | a |\n",
        "the examples have no rows",
    ),
    "no examples": (
        ": one\n    Given the patient's visit is <a>\n",
        "`<a>` stands for a column, and there are no examples",
    ),
    "a column that nothing uses": (
        "Outline: one, <a>\n    Examples:\n      | a | b |\n      | 1 | 2 |\n",
        "no step uses the column `b`",
    ),
    "two columns of one name": (
        "Outline: one, <a>\n    Examples:\n      | a | a |\n      | 1 | 2 |\n",
        "two columns are called `a`",
    ),
    "no steps": (": one\n", "the scenario has no steps"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_an_outline_that_cannot_be_meant_is_told(name: str, home: Path) -> None:
    text, said = SHAPES[name]
    (home / "features" / "other.feature").write_text(
        f"Feature: one\n  Scenario{text if text[0] == ':' else f' {text}'}"
    )

    assert any(said in one.message and one.hint and one.place.line > 1 for one in problems(home))


def test_every_mistake_of_every_feature_is_told_at_once_and_nothing_is_run(run: Run, home: Path) -> None:
    for name in ("a misspelt given", "an unknown rule", "an unknown rule in a tag"):
        swap(home, *FAULTS[name][:3])
    ran = run("test", "--rules", home / "lending")

    assert (ran.code, ran.out) == (1, "")
    assert re.findall(r"^features/lending\.feature:(\d+):\d+: .* \[", ran.err, re.MULTILINE) == ["21", "26", "43"]
    assert "error: 3 problems in the features, so none was run" in ran.err


def test_a_mistake_in_a_background_or_outline_is_not_repeated_for_each_row(home: Path) -> None:
    swap(home, FEATURE, "as of 2026-03-01", "as of 2026-02-30")

    assert [str(one.place) for one in problems(home)] == ["features/lending.feature:4:31"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("member: true", "membr: true", r"\d+:\d+: unknown fact `membr` \[unknown-fact\]"),
        ("member: true", "member: yes", r"\d+:\d+: `yes` of `member` must be true, false or null \[unknown-value\]"),
        ("tool: drill", "tool: dril", r"\d+:\d+: unknown value `dril` of `tool` \[unknown-value\]"),
        ("tool: drill", "adult: true", r"\d+:\d+: `adult` is derived and cannot be sent \[unknown-fact\]"),
        ("member: true,", "member: true, member: true,", r"\d+:\d+: `member` is written twice here"),
        (
            "member: true",
            "member: [true",
            r"\d+:\d+: not readable as YAML: a list lacks a comma or its closing `\]` \[yaml\]",
        ),
    ],
)
def test_a_mistake_in_a_named_patient_is_told_at_its_place(home: Path, old: str, new: str, said: str) -> None:
    name = next(path.name for path in (home / "features" / "patients").glob("*.yaml") if old in path.read_text())
    swap(home, f"patients/{name}", old, new)

    assert re.match(rf"features/patients/{name}:{said}", str(problems(home)[0]))


def test_a_file_of_another_encoding_is_told_at_the_character(home: Path) -> None:
    path = home / "features" / FEATURE
    path.write_bytes(path.read_bytes().replace(b"a powered tool", b"a p\xf6wered tool"))

    assert str(problems(home)[0]).startswith("features/lending.feature:22:16: not UTF-8 text")
