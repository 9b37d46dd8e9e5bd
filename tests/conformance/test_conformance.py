"""One table of conditions and one of decision tables, put to every evaluator.

logic, codes, numbers, known and nested.csv: a condition (YAML), facts (JSON), whether it holds (true, false, unknown), and why. Each condition is
put where a guideline may have it: as the `when` of a reminder, as the exception of a recommendation, and as the definition of a derived fact.

tables.csv: derived facts (YAML), contradictions, facts, and the state of one fact with its source and the contradictions found.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine import Guideline
from engine.inference.decide import Decider
from engine.inference.reference import Outcome, outcome, resolve
from engine.language.conditions import truth
from engine.language.logic import Truth, word
from engine.language.yamlfile import YamlFile
from tests.inference.agreement import differences
from tests.strategies import AS_OF, Files, loaded

HERE = Path(__file__).resolve().parent
SHEETS = ("logic", "codes", "numbers", "known", "nested")
# what an outcome says of the condition in its place
AS_WHEN: dict[Outcome, Truth] = {Outcome.FIRM: True, Outcome.UNDETERMINED: None, Outcome.NOT_APPLICABLE: False}
AS_EXCEPTION: dict[Outcome, Truth] = {Outcome.RULED_OUT: True, Outcome.PROVISIONAL: None, Outcome.FIRM: False}


@dataclass(frozen=True)
class Case:
    """One row of a sheet."""

    sheet: str
    line: int
    cells: tuple[tuple[str, str], ...]

    def __getitem__(self, column: str) -> str:
        return dict(self.cells)[column]

    @property
    def facts(self) -> Any:
        return json.loads(self["facts"])

    @property
    def name(self) -> str:
        return f"{self.sheet}-{self.line}"


def cases(*sheets: str) -> Iterator[Case]:
    for sheet in sheets:
        with (HERE / f"{sheet}.csv").open(encoding="utf-8", newline="") as file:
            for line, row in enumerate(csv.DictReader(file), 2):
                yield Case(sheet, line, tuple(row.items()))


CONDITIONS = list(cases(*SHEETS))
TABLES = list(cases("tables"))


def data(path: Path) -> Any:
    return YamlFile(path.name, path.read_text(encoding="utf-8")).data


def rule(name: str, number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": name, "number": f"R-{number:04}", "title": name, "question": "care", "kind": "recommend", "text": name, "strength": "strong",
        "certainty": "low", "graded_by": "project", "effective": {"from": "2020-01-01"}, "basis": "definition", **more,
    }  # fmt: skip


def glasshouse(**files: Any) -> Files:
    return {
        "guideline.yaml": data(HERE / "guideline.yaml"),
        "facts/glasshouse.yaml": data(HERE / "vocabulary.yaml"),
        **files,
    }


@cache
def with_all_conditions() -> Decider:
    """A guideline that asks every condition of the sheets in every place."""
    found: dict[str, Any] = {
        "derived/always.yaml": {"fact": "always", "label": "Always", "type": "boolean", "rows": [{"is": True}]}
    }
    for number, case in enumerate(CONDITIONS):
        condition = YamlFile(case.name, case["condition"]).data
        when = rule(f"when-{case.name}", 2 * number, kind="safety_alert", when=condition)
        found[f"recommendations/{when['id']}.yaml"] = when
        if "known" not in case["condition"]:
            unless = [{"when": condition, "because": "the condition holds"}]
            exception = rule(f"unless-{case.name}", 2 * number + 1, when={"always": True}, unless=unless)
            found[f"recommendations/{exception['id']}.yaml"] = exception
            name = case.name.replace("-", "_")
            found[f"derived/{name}.yaml"] = {"fact": name, "label": name, "type": "boolean", "when": condition}
    return Decider(loaded(glasshouse(**found)).as_of(AS_OF))


def outcomes_by_every_evaluator(decider: Decider, facts: Any, name: str) -> dict[str, Outcome]:
    given = decider.guideline.vocabulary.read(facts)
    states = decider.resolver.resolve(given).states
    assert decider.network is not None
    return {
        "reference": outcome(decider.guideline.rule(name), resolve(decider.guideline, given).states, decider.guideline),
        "index": decider.outcome_of(decider.index.match(states))[name],
        "network": decider.outcome_of(decider.network.match(states))[name],
    }


@pytest.mark.parametrize("case", CONDITIONS, ids=lambda case: case.name)
def test_every_evaluator_gives_the_truth_the_sheet_says(case: Case) -> None:
    decider = with_all_conditions()
    guideline = decider.guideline
    given = guideline.vocabulary.read(case.facts)
    condition = guideline.rule(f"when-{case.name}").when

    found = {"definition": word(truth(condition, resolve(guideline, given).states, guideline.vocabulary))}
    for channel, said in outcomes_by_every_evaluator(decider, case.facts, f"when-{case.name}").items():
        found[f"{channel}, when"] = word(AS_WHEN[said])
    if "known" not in case["condition"]:
        for channel, said in outcomes_by_every_evaluator(decider, case.facts, f"unless-{case.name}").items():
            found[f"{channel}, unless"] = word(AS_EXCEPTION[said])
        derived = decider.resolver.resolve(given).states[decider.resolver.position[case.name.replace("-", "_")]]
        found["fast, derived"] = {1: "true", 2: "false", 3: "unknown"}[derived]

    assert found == dict.fromkeys(found, case["expected"]), f"{case['condition']} of {case['facts']}: {case['why']}"


def with_tables(case: Case) -> Guideline:
    raw = YamlFile(case.name, case["derived"]).data
    found: dict[str, Any] = {}
    for form in raw if isinstance(raw, list) else [raw]:
        if text := form.pop("csv", None):
            found[f"derived/{form['table']}"] = text
        found[f"derived/{form['fact']}.yaml"] = {"label": form["fact"].capitalize(), **form}
    if case["contradictions"]:
        found["contradictions.yaml"] = {"contradictions": YamlFile(case.name, case["contradictions"]).data}
    return loaded(glasshouse(**found)).as_of(AS_OF)


@pytest.mark.parametrize("case", TABLES, ids=lambda case: case.name)
def test_every_evaluator_derives_the_state_the_sheet_says(case: Case) -> None:
    guideline = with_tables(case)
    given = guideline.vocabulary.read(case.facts)
    resolution = resolve(guideline, given)
    fact = guideline.vocabulary[case["ask"]]
    expected = (json.loads(case["state"]), case["source"], case["codes"].split())

    found = (
        fact.write(resolution.states[fact.name]),
        resolution.sources.get(fact.name, ""),
        list(resolution.contradictions),
    )
    assert found == expected, case["why"]
    assert differences(Decider(guideline), given) == []


@pytest.mark.parametrize("sheet", [*SHEETS, "tables"])
def test_every_row_of_a_sheet_has_a_reason_of_its_own(sheet: str) -> None:
    reasons = [case["why"] for case in cases(sheet)]

    assert [why for why in reasons if len(why) < 8] == []
    assert sorted(why for why in set(reasons) if reasons.count(why) > 1) == []


def test_the_sheets_are_complete() -> None:
    assert len(CONDITIONS) + len(TABLES) >= 150
    assert {case["expected"] for case in CONDITIONS} == {"true", "false", "unknown"}
    assert yaml.safe_load((HERE / "vocabulary.yaml").read_text(encoding="utf-8"))["facts"].keys() >= {
        "pump_on",
        "colour",
        "plants",
        "heat",
    }
