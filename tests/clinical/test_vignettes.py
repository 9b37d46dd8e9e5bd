"""The vignettes written beside the decision table: what each patient must and must not be told.

The vignettes stand in the clinical input that lies beside the project; where it is absent these tests are skipped. Where the engine's sharper reading
rightly differs from a vignette, the difference and its reason stand in DIFFERENCES.
"""

import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine import Engine, default_rules, load

VIGNETTES = Path(__file__).resolve().parents[3] / "shared" / "clinical" / "vignettes.yaml"
AS_OF = datetime.date(2026, 11, 22)

# (vignette, key, expected thing) -> why the engine rightly differs
DIFFERENCES: dict[tuple[str, str, str], str] = {}

if not VIGNETTES.is_file():
    pytest.skip("the clinical input is not beside this project", allow_module_level=True)

CASES = {case["id"]: case for case in yaml.safe_load(VIGNETTES.read_text(encoding="utf-8"))}
ENGINE = Engine(load(default_rules()))


def answer(facts: dict[str, object]) -> dict[str, set[str]]:
    """What the decision says, by the keys of a vignette."""
    decision = ENGINE.decision(facts, AS_OF)
    decider = ENGINE.decider(AS_OF)
    numbers = {rule.id: rule.number for rule in decider.guideline.rules}
    firm = {one["number"] for one in decision["recommendations"] if one["status"] == "firm"}
    provisional = {one["number"] for one in decision["recommendations"] if one["status"] == "provisional"}
    withdrawn = {one["number"] for one in decision["overridden"]}
    blocked = {one["number"] for one in decision["ruled_out"]} | withdrawn
    return {
        "firm": firm,
        "provisional": provisional,
        "shown": firm | provisional,
        "blocked": blocked,
        "absent": set(numbers.values()) - firm - provisional,
        "missing": {one["fact"] for one in decision["needs"]},
        "conflict": {one["code"] for one in decision["contradictions"] + decision["warnings"]},
        "tnbc": {settled(decision, "tnbc", "undetermined")},
        "stage": {settled(decision, "eff_stage", "unknown")},
    }


def settled(decision: dict[str, Any], fact: str, unknown: str) -> str:
    """The value of a fact; a state that is only narrowed counts as not known in a vignette."""
    state = decision["facts"][fact]["state"]
    return state if isinstance(state, str) else unknown


@pytest.mark.parametrize("name", CASES)
def test_the_vignette_gets_what_was_expected(name: str) -> None:
    case = CASES[name]
    found = answer(case["facts"])

    wrong = []
    for key, expected in case["expect"].items():
        wanted = expected if isinstance(expected, list) else [expected]
        wrong += [(name, key, one) for one in wanted if one not in found[key]]

    assert [one for one in wrong if one not in DIFFERENCES] == []
    assert [
        one for one in DIFFERENCES if one[0] == name and one not in wrong
    ] == []  # a difference that is gone must leave the list


def test_every_difference_is_explained() -> None:
    assert all(len(reason) > 20 for reason in DIFFERENCES.values())
