"""`coverage` counts what scenarios expect and what the engine does for their patients, and asks for nothing that cannot be."""

import shutil
import subprocess
from pathlib import Path

import pytest

from engine import default_rules, load
from engine.authoring.commands_tests import coverage
from engine.authoring.coverage import Coverage, problem_of
from engine.authoring.revisions import RevisionError, changed_rules, guideline_of
from engine.language.scenarios import read_scenarios, text_of, value_of
from tests.authoring.workshop import LENDING, OPEN, changed, copied, features, scenarios

FEATURES = default_rules().parent / "features"


def missing(found: Coverage) -> list[str]:
    return [f"{item.rule.number}: {item.way.text}" for item in found.missing]


def test_a_rule_with_every_way_covered_misses_nothing(tmp_path: Path) -> None:
    guideline = load(LENDING)

    assert missing(Coverage(guideline, scenarios(tmp_path, guideline, OPEN), ["LND-01"])) == []


def test_a_way_without_scenario_is_named(tmp_path: Path) -> None:
    guideline = load(LENDING)
    found = Coverage(guideline, scenarios(tmp_path, guideline), ["LND-01"])

    assert missing(found) == ["LND-01: a fact is unknown that decides it"]
    assert str(problem_of(found.missing[0], guideline)).startswith(
        "lending/recommendations/lending/lend-hand-tools.yaml:7:1: warning: no scenario of LND-01 in which"
    )


def without(folder: Path, line: str, *further: str) -> list[str]:
    """What is missing once a row of the feature is gone."""
    guideline = load(LENDING)
    where = features(folder, *further)
    path = where / "hand-tools.feature"
    assert line in path.read_text()
    path.write_text("".join(one for one in path.read_text().splitlines(keepends=True) if line not in one))
    return missing(Coverage(guideline, read_scenarios(where, guideline.vocabulary), ["LND-01"]))


def test_a_patient_who_gets_the_rule_is_asked_for(tmp_path: Path) -> None:
    assert without(tmp_path, "is firm") == ["LND-01: it applies", "LND-01: a fact is unknown that decides it"]


def test_each_side_of_a_threshold_and_each_exception_is_asked_for(tmp_path: Path) -> None:
    assert without(tmp_path, "is ruled out", OPEN) == [
        "LND-01: overdue_items >= 1",
        "LND-01: the exception is met: Overdue items: at least 1",
    ]


def test_an_expectation_that_the_engine_does_not_meet_covers_nothing(tmp_path: Path) -> None:
    guideline = load(LENDING)
    where = features(tmp_path, OPEN.replace("unknown", "0"))

    found = Coverage(guideline, read_scenarios(where, guideline.vocabulary), ["LND-01"])

    assert missing(found) == ["LND-01: a fact is unknown that decides it"]


def test_what_no_patient_can_be_is_not_asked_for() -> None:
    guideline = load(default_rules())
    found = Coverage(guideline, read_scenarios(FEATURES, guideline.vocabulary), ["DAT-01"])

    assert [item.way.kind for item in found.items if not item.possible] == ["unknown"]


def test_the_installed_guideline_has_a_scenario_for_every_way() -> None:
    guideline = load(default_rules())

    assert missing(Coverage(guideline, read_scenarios(FEATURES, guideline.vocabulary))) == []


# ---- reading --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["1", "2", "any course", "1 or 2", "unknown"])
def test_a_coded_value_is_written_as_it_is_read(text: str) -> None:
    fact = load(LENDING).vocabulary["safety_course"]

    assert text_of(fact, value_of(fact, text)) == text


@pytest.mark.parametrize("text", ["7", "2.5", "<3", ">0 <=5", "unknown"])
def test_a_number_is_written_as_it_is_read(text: str) -> None:
    fact = load(LENDING).vocabulary["member_years"]

    assert text_of(fact, value_of(fact, text)) == text


# ---- what changed since a revision --------------------------------------------------------------------------------------
def git(where: Path, *words: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *words], cwd=where, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    root = copied(tmp_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    return root


def test_only_rules_that_changed_are_asked_for(repository: Path) -> None:
    new = changed(repository, "lend-hand-tools.yaml", "tool: hand", "tool: ladder")

    assert changed_rules(guideline_of("HEAD", repository), new) == ["LND-01"]


def test_a_rule_changes_with_the_facts_behind_it(repository: Path) -> None:
    new = changed(repository, "adult.yaml", "ge: 18", "ge: 17")

    assert changed_rules(guideline_of("HEAD", repository), new) == [
        rule.number for rule in new.rules if "adult" in rule.facts() or rule.facts() & {"trained", "level"} & {"adult"}
    ]


def test_a_comment_or_another_order_of_lines_changes_no_rule(repository: Path) -> None:
    new = changed(repository, "lend-hand-tools.yaml", "when:\n", "# a remark\nwhen:\n")

    assert changed_rules(guideline_of("HEAD", repository), new) == []


@pytest.mark.parametrize("name", ["no-such-revision", "--upload-pack=x", ""])
def test_what_is_no_revision_is_said(repository: Path, name: str) -> None:
    with pytest.raises(RevisionError):
        guideline_of(name, repository)


def test_the_command_fails_while_something_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = copied(tmp_path)
    features(tmp_path)

    assert coverage(root) == 1
    assert "[missing-scenario]" in capsys.readouterr().out
    assert coverage(root, tmp_path / "nowhere") == 5
