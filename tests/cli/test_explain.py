"""`explain`: one rule for one patient, clause by clause, what its facts rest on, and what became of it."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import BICYCLES, Run

DAY = "2026-03-01"

# facts, rule -> outcome, result
CASES: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "firm": ({"cracked": True, "kind": "rim", "owner_agrees": True}, "BRK-01", "firm: everything asked for is true", "it stands"),
    "provisional": ({"cracked": True, "kind": "rim"}, "BRK-01", "provisional: everything", "it stands, once what is open"),
    "ruled out": ({"cracked": True, "owner_agrees": False}, "BRK-01", "ruled out: everything", "shown as ruled out"),
    "undetermined": ({}, "BRK-01", "undetermined: what is asked for is not yet known", "it is not shown"),
    "not applicable": ({"kind": "rim"}, "BRK-03", "not applicable: what is asked for is not so", "it is not shown"),
    "withdrawn": ({"cracked": True, "kind": "rim"}, "BRK-02", "firm", "withdrawn by BRK-01 Replace the worn pad: A worn pad comes first."),
    "withheld": ({"cracked": True, "kind": "coaster_hub"}, "BRK-03", "firm", "withheld because of DAT-01 Correct the facts"),
}  # fmt: skip


def explained(run: Run, folder: Path, facts: dict[str, Any], rule: str, *options: object) -> str:
    path = folder / "facts.yaml"
    path.write_text(yaml.safe_dump(facts))
    ran = run("explain", path, "--rule", rule, "--as-of", DAY, "--rules", BICYCLES, *options)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


@pytest.mark.parametrize("name", CASES)
def test_the_outcome_and_what_became_of_the_rule(name: str, run: Run, tmp_path: Path) -> None:
    facts, rule, outcome, result = CASES[name]

    lines = explained(run, tmp_path, facts, rule).splitlines()

    assert next(line for line in lines if line.startswith("Outcome: ")).startswith(f"Outcome: {outcome}")
    assert next(line for line in lines if line.startswith("Result:  ")).startswith(f"Result:  {result}")


def test_every_clause_with_its_truth_and_what_is_known(run: Run, tmp_path: Path) -> None:
    text = explained(run, tmp_path, {"pad_mm": {"le": 1}, "kind": "rim"}, "replace-pad")

    assert (
        text
        == """\
BRK-01 Replace the worn pad
===========================
Outcome: provisional: everything asked for is true; an exception is still open
Result:  it stands, once what is open under UNLESS is confirmed

WHEN
----
  yes all of
  yes   A bicycle: yes
  yes   Worn pad: yes

UNLESS: The owner does not agree.
  ?   Agreement of the owner: no [unknown]

UNLESS: There is no pad to replace.
  no  Kind of brake: coaster brake in the hub [rim brake]

WHAT ITS FACTS REST ON
----------------------
- A bicycle: yes (derived)
  - Wheels: 2 (assumed): A bicycle has two wheels unless it is said otherwise.
- Worn pad: yes (derived)
  - Thickness of the brake pad: at most 1 mm (given)
  - unknown: Cracked pad
"""
    )


def test_what_clashes_is_said(run: Run, tmp_path: Path) -> None:
    text = explained(run, tmp_path, {"cracked": True, "kind": "coaster_hub"}, "DAT-01")

    assert "Clash:   A coaster brake has no pad that could crack.\n" in text


def test_a_value_that_is_pending_is_said_to_be(run: Run, tmp_path: Path) -> None:
    text = explained(run, tmp_path, {"kind": "ordered"}, "BRK-02")

    assert "  ?     Kind of brake: rim brake or disc brake [unknown]\n" in text


@pytest.mark.parametrize("name", ["BRK-01", "brk-01", "replace-pad"])
def test_a_rule_is_named_by_number_or_id(name: str, run: Run, tmp_path: Path) -> None:
    assert explained(run, tmp_path, {}, name).startswith("BRK-01 ")


def test_a_rule_not_in_force_says_from_when_it_answers(run: Run, tmp_path: Path) -> None:
    text = explained(run, tmp_path, {}, "BRK-02", "--as-of", "2026-01-31")

    assert text == "BRK-02 is not in force on 2026-01-31: it answers from 2026-02-01.\n"


def test_explain_agrees_with_evaluate_on_the_real_guideline(run: Run, patients: dict[str, Any], tmp_path: Path) -> None:
    facts = patients["surgery first, stage IIB"]
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(facts))
    decision = json.loads(run("evaluate", path, "--json", "--as-of", "2026-11-22").out)

    wrong = []
    for one in decision["recommendations"]:
        text = run("explain", path, "--rule", one["rule"], "--as-of", "2026-11-22").out
        if f"Outcome: {one['status']}" not in text or "Result:  it stands" not in text:
            wrong.append(one["number"])

    assert len(decision["recommendations"]) > 5
    assert wrong == []
