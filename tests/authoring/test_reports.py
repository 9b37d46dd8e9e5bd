"""What `check` tells other programs: SARIF for code scanning, workflow commands for GitHub Actions, JSON for scripts."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest

from engine.authoring.reports import as_github, as_sarif
from engine.language.problems import Place, Problem
from tests.authoring.workshop import LENDING
from tests.cli.conftest import Run
from tests.cli.conftest import run as run

HAND = "lending/recommendations/lending/lend-hand-tools.yaml"
# What SARIF 2.1.0 requires of the parts that are written (sections 3.13 to 3.30 of the standard); the whole schema is not part of the project.
MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "id": {"type": "integer", "minimum": 0},
        "physicalLocation": {
            "type": "object",
            "additionalProperties": False,
            "required": ["artifactLocation", "region"],
            "properties": {
                "artifactLocation": {"type": "object", "required": ["uri"], "additionalProperties": False,
                                     "properties": {"uri": {"type": "string", "format": "uri-reference"}}},
                "region": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["startLine", "startColumn", "endColumn"],
                    "properties": {
                        "startLine": {"type": "integer", "minimum": 1},
                        "startColumn": {"type": "integer", "minimum": 1},
                        "endColumn": {"type": "integer", "minimum": 2},
                        "snippet": {"type": "object", "required": ["text"]},
                    },
                },
            },
        },
    },
}  # fmt: skip
RULE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "helpUri", "shortDescription", "help"],
    "properties": {
        "id": {"type": "string", "pattern": "^[a-z]+(-[a-z]+)*$"},
        "helpUri": {"type": "string", "pattern": "^(https|file)://"},
        "shortDescription": MESSAGE,
        "help": {"type": "object", "required": ["text", "markdown"]},
    },
}
RESULT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["ruleId", "ruleIndex", "level", "message", "locations"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": MESSAGE,
        "locations": {"type": "array", "minItems": 1, "items": LOCATION},
        "relatedLocations": {"type": "array", "items": LOCATION},
    },
}
SARIF = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "runs", "$schema"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["tool", "results", "columnKind"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": RESULT},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "additionalProperties": False,
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "version": {"type": "string"},
                                    "rules": {"type": "array", "uniqueItems": True, "items": RULE},
                                },
                            }
                        },
                    },
                },
            },
        },
    },
}


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A guideline with an error, a warning and a pair of places, below the working folder."""
    monkeypatch.chdir(tmp_path)
    folder = Path(shutil.copytree(LENDING, tmp_path / "lending"))
    path = tmp_path / HAND
    path.write_text(path.read_text().replace("number: LND-01", "number: LND-02").replace("tool: hand", "tool: händ"))
    return folder


def sarif(run: Run, *arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("check", *arguments, "--format", "sarif").out)
    jsonschema.Draft7Validator(SARIF, format_checker=jsonschema.FormatChecker()).validate(found)
    return found


def test_sarif_has_a_rule_and_a_region_for_every_problem(run: Run, broken: Path) -> None:
    listed = json.loads(run("check", broken, "--format", "json").out)["problems"]
    (one,) = sarif(run, broken)["runs"]

    assert len(one["results"]) == len(listed) == 2
    for problem, result in zip(listed, one["results"], strict=True):
        place = result["locations"][0]["physicalLocation"]
        assert result["ruleId"] == problem["code"] == one["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]
        assert unquote(place["artifactLocation"]["uri"]) == problem["path"]
        assert (place["region"]["startLine"], place["region"]["startColumn"]) == (problem["line"], problem["column"])
        assert place["region"]["endColumn"] - place["region"]["startColumn"] == problem["length"]


def test_every_rule_of_sarif_leads_to_its_page(run: Run, broken: Path) -> None:
    here = sarif(run, broken)["runs"][0]["tool"]["driver"]["rules"]
    published = sarif(run, broken, "--pages", "https://example.org/lint/")["runs"][0]["tool"]["driver"]["rules"]

    assert all(Path(unquote(one["helpUri"].removeprefix("file://"))).is_file() for one in here)
    assert [one["helpUri"] for one in published] == [f"https://example.org/lint/{one['id']}.md" for one in published]


def test_sarif_of_a_clean_guideline_is_one_run_without_results(run: Run) -> None:
    assert sarif(run, LENDING)["runs"][0]["results"] == []


def test_a_guideline_elsewhere_is_named_by_its_whole_address(
    run: Run, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (broken.parent / "elsewhere").mkdir()
    monkeypatch.chdir(broken.parent / "elsewhere")

    result = sarif(run, broken)["runs"][0]["results"][0]

    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].startswith("file:///")


def test_github_gets_one_annotation_a_problem_at_its_place(run: Run, broken: Path) -> None:
    ran = run("check", broken, "--format", "github")

    lines = ran.out.splitlines()
    assert ran.code == 1
    assert [line for line in lines if not line.startswith("::")] == ["2 errors, 0 warnings"]
    assert lines[0] == (
        f"::error file={HAND},line=9,endLine=9,col=9,endColumn=13,title=unknown-value::"
        "unknown value `händ` of `tool`%0Adid you mean `hand`? use one of chain_saw, circular_saw, cutting, drill, hand, hand_saw, ladder, powered"
    )


def test_annotations_name_files_as_the_checkout_does_wherever_the_command_runs(
    run: Run, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (broken.parent / ".git").mkdir()
    (broken.parent / "elsewhere").mkdir()
    monkeypatch.chdir(broken.parent / "elsewhere")

    assert run("check", broken, "--format", "github").out.startswith(f"::error file={HAND},line=9,")


def test_an_annotation_names_the_other_place_too() -> None:
    (line,) = as_github([replace(AWKWARD, related=(Place("rules/b.yaml", 7),))], Path("rules")).splitlines()

    assert "%0Asee rules/b.yaml:7%0Aline" in line


AWKWARD = Problem("a-code", "100 % of a: b, c\r\nand more", Place("rules/a,b:c.yaml", 3, 7, 0), "line\nline", "x: y")


def test_github_annotations_escape_what_would_end_them() -> None:
    (line,) = as_github([AWKWARD], Path("rules")).splitlines()

    assert line.startswith("::error file=rules/a%2Cb%3Ac.yaml,line=3,endLine=3,col=7,endColumn=8,title=a-code::")
    assert line.endswith("::100 %25 of a: b, c%0D%0Aand more%0Aline%0Aline")
    assert re.fullmatch(r"::\w+ [^:]*::[^\r\n]*", line)


def test_sarif_quotes_what_no_address_may_hold() -> None:
    found = json.loads(as_sarif([AWKWARD, AWKWARD], Path("rules")))
    result = found["runs"][0]["results"][0]

    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "rules/a%2Cb%3Ac.yaml"
    assert result["locations"][0]["physicalLocation"]["region"]["endColumn"] == 8
    assert [one["id"] for one in found["runs"][0]["tool"]["driver"]["rules"]] == ["a-code"]
