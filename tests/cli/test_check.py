"""`check` and `schema`: what an author runs."""

import json
import shutil
from pathlib import Path

import pytest

from engine import GuidelineError, default_rules, load
from engine.language.schema import schemas
from tests.cli.conftest import BICYCLES, Run


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BICYCLES, tmp_path / "bicycles"))


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_clean_folder_counts_what_it_holds(run: Run) -> None:
    ran = run("check", BICYCLES)

    assert (ran.code, ran.out, ran.err) == (0, "no problems: 5 rules, 8 facts, 2 sources\n", "")


def test_the_guideline_that_is_installed_is_checked_by_default(run: Run) -> None:
    guideline = load(default_rules())

    ran = run("check")

    assert ran.code == 0
    assert ran.out.endswith(
        f"{len(guideline.rules)} rules, {len(guideline.vocabulary)} facts, {len(guideline.evidence)} sources\n"
    )


def test_every_problem_is_listed_with_its_place_and_a_count(run: Run, copy: Path) -> None:
    change(copy, "recommendations/repair/clean-rim.yaml", "kind: [rim, disc]", "kind: [rym, disc]")
    change(copy, "recommendations/repair/replace-pad.yaml", "manual#worn", "manuel#worn")
    change(copy, "derived/is_bicycle.yaml", "{le: 3}", "{le: 4}")

    ran = run("check", copy)

    with pytest.raises(GuidelineError) as error:
        load(copy)
    assert ran.code == 1
    assert [str(problem) for problem in error.value.problems if str(problem) not in ran.out] == []
    assert (
        "bicycles/recommendations/repair/clean-rim.yaml:7:33: unknown value `rym` of `kind` [unknown-value]" in ran.out
    )
    assert "bicycles/derived/is_bicycle.yaml:4:16: warning: " in ran.out
    assert ran.out.endswith("2 errors, 1 warning\n")


def test_warnings_alone_have_an_exit_code_of_their_own(run: Run, copy: Path) -> None:
    change(copy, "derived/is_bicycle.yaml", "{le: 3}", "{le: 4}")

    ran = run("check", copy)

    assert ran.code == 6
    assert ran.out.endswith("0 errors, 1 warning: 5 rules, 8 facts, 2 sources\n")


def test_problems_as_json(run: Run, copy: Path) -> None:
    clean = json.loads(run("check", copy, "--format", "json").out)
    change(copy, "recommendations/repair/clean-rim.yaml", "kind: [rim, disc]", "kind: [rym, disc]")
    broken = json.loads(run("check", copy, "--format", "json").out)

    assert clean == {"errors": 0, "warnings": 0, "problems": [], "rules": 5, "facts": 8, "sources": 2}
    assert (broken["errors"], broken["warnings"]) == (1, 0)
    (problem,) = broken["problems"]
    where = ("code", "severity", "path", "line", "column", "length")
    assert tuple(problem[key] for key in where) == (
        "unknown-value", "error", "bicycles/recommendations/repair/clean-rim.yaml", 7, 33, 3,
    )  # fmt: skip


def test_schemas_are_written_and_known_to_be_current(run: Run, copy: Path) -> None:
    before = run("schema", "--rules", copy, "--check")
    wrote = run("schema", "--rules", copy)
    after = run("schema", "--rules", copy, "--check")
    change(copy, "facts/bicycle.yaml", "rim: rim brake", "rim: rim brake, drum: drum brake")
    later = run("schema", "--rules", copy, "--check")

    assert [ran.code for ran in (before, wrote, after, later)] == [1, 0, 0, 1]
    assert before.out.count(" is not current\n") == len(schemas(load(copy)))
    assert wrote.out == f"wrote {len(schemas(load(copy)))} schemas to {copy}\n"
    assert after.out == "all schemas are current\n"
    assert "rule.schema.json is not current\n" in later.out
    assert run("check", copy).code == 0  # the schemas are no part of the guideline


def test_schemas_can_be_written_elsewhere(run: Run, copy: Path, tmp_path: Path) -> None:
    run("schema", "--rules", copy, "--out", tmp_path / "new" / "place")

    assert {path.name for path in (tmp_path / "new" / "place").iterdir()} == set(schemas(load(copy)))
    assert list(copy.glob("*.json")) == []
