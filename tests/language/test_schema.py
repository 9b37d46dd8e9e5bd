"""The JSON Schemas for editors: current, valid, accepting every file of the guideline, and refusing what the loader refuses."""

import copy
import datetime
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from engine import default_rules, load
from engine.language.guideline import Guideline
from engine.language.schema import DRAFT, schemas, stale, written
from engine.language.yamlfile import YamlFile

ROOT = default_rules()
HEADER = re.compile(r"^# yaml-language-server: \$schema=(\S+)\n")
FILES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.yaml"))
FOLDERS = ("facts", "derived", "evidence", "regimens", "recommendations")


@cache
def guideline() -> Guideline:
    return load(ROOT)


@cache
def validator(name: str) -> Draft7Validator:
    return Draft7Validator(json.loads((ROOT / name).read_text(encoding="utf-8")))


@cache
def data(name: str) -> Any:
    """A file as an editor sees it: dates are text."""
    return plain(YamlFile.load(ROOT, ROOT / name).data)


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def schema_of(name: str) -> str:
    """The schema of the file's folder."""
    folder = name.split("/")[0].removesuffix(".yaml")
    return f"{ {'recommendations': 'rule', 'regimens': 'regimen', 'tables': 'table'}.get(folder, folder) }.schema.json"


def refused(schema: str, value: Any) -> bool:
    return not validator(schema).is_valid(value)


def test_the_committed_schemas_are_current() -> None:
    """Otherwise run `schema` on the command line and commit what it writes."""
    assert stale(guideline(), ROOT) == []


@pytest.mark.parametrize("name", sorted(schemas(load(ROOT))))
def test_each_schema_is_a_valid_draft_07_schema(name: str) -> None:
    schema = json.loads((ROOT / name).read_text(encoding="utf-8"))

    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == DRAFT
    assert set(re.findall(r'"#/definitions/([^"]+)"', written(schema))) <= set(schema.get("definitions", {}))
    assert [word for word in ("$defs", "prefixItems") if f'"{word}"' in written(schema)] == []


@pytest.mark.parametrize("name", FILES)
def test_every_file_follows_the_schema_of_its_folder(name: str) -> None:
    found = validator(schema_of(name)).iter_errors(data(name))

    assert [f"{list(error.path)}: {error.message[:200]}" for error in found] == []


def test_every_file_names_its_schema_in_the_first_line() -> None:
    """So that an editor knows it without being told."""
    wrong = []
    for name in FILES:
        header = HEADER.match((ROOT / name).read_text(encoding="utf-8"))
        path = (ROOT / name).parent / (header[1] if header else "nowhere")
        wrong += [name] if path.resolve() != ROOT / schema_of(name) else []

    assert wrong == []


def test_the_editor_settings_give_every_file_its_schema() -> None:
    wired = json.loads((ROOT.parent / ".vscode" / "settings.json").read_text())["yaml.schemas"]
    found: dict[str, list[str]] = {}
    for schema, pattern in wired.items():
        for path in ROOT.parent.glob(pattern):
            found.setdefault(path.relative_to(ROOT).as_posix(), []).append(schema)

    assert found == {name: [f"./rules/{schema_of(name)}"] for name in FILES}


# ---- mistakes -------------------------------------------------------------------------------------------------------
def conditions_of(value: Any, route: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The routes of every `when` of a file."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "when":
                yield (*route, key)
            yield from conditions_of(item, (*route, key))
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from conditions_of(item, (*route, index))


def changed(value: Any, route: tuple[Any, ...], new: Any) -> Any:
    """A copy of the file with another value at the route."""
    other = copy.deepcopy(value)
    at = other
    for step in route[:-1]:
        at = at[step]
    at[route[-1]] = new
    return other


@pytest.mark.parametrize(
    "name",
    [name for name in FILES if name.split("/")[0] != "terminology" and any(True for _ in conditions_of(data(name)))],
)
def test_a_misspelt_fact_is_refused_in_every_condition_of_every_file(name: str) -> None:
    accepted = [
        route
        for route in conditions_of(data(name))
        if not refused(schema_of(name), changed(data(name), route, {"no_such_fact": True}))
    ]

    assert accepted == []


RULE = "recommendations/adjuvant/omit-adjuvant-checkpoint-inhibitor.yaml"
RULE_MISTAKES: dict[str, tuple[tuple[Any, ...], Any]] = {
    "an unknown key": (("strenght",), "strong"),
    "an unknown question": (("question",), "adjuvant-imunotherapy"),
    "an unknown kind": (("kind",), "recommends"),
    "an unknown strength": (("strength",), "weak"),
    "an unknown certainty": (("certainty",), "very high"),
    "a finding that is not there": (("citations",), ["alexandra-impassion030#no-such-finding"]),
    "a source that is not there": (("citations",), ["alexandra#final_idfs_hr"]),
    "a citation without a finding": (("citations",), ["alexandra-impassion030"]),
    "an unknown regimen": (("regimen",), "keynote-523"),
    "an unknown regimen in a list": (("regimen",), ["keynote-522", "keynote-523"]),
    "an unknown rule overridden": (("overrides",), [{"rule": "no-such-rule", "because": "x"}]),
    "an override without a reason": (("overrides",), [{"rule": "keynote-522-regimen"}]),
    "a date in words": (("effective",), {"from": 2026}),
    "no date": (("effective",), {}),
    "a number in another shape": (("number",), "ADJ 1"),
    "an empty text": (("text",), ""),
    "no condition": (("when",), {}),
    "a condition that is a list": (("when",), [{"in_scope": True}]),
    "an unknown value": (("when",), {"pathway": "surgery-first"}),
    "an unknown value in a list": (("when",), {"treatment_phase": ["adjuvant", "folow_up"]}),
    "an empty list": (("when",), {"treatment_phase": []}),
    "a value twice": (("when",), {"treatment_phase": ["adjuvant", "adjuvant"]}),
    "an unknown value in not_in": (("when",), {"treatment_phase": {"not_in": ["adjuvent"]}}),
    "an unknown operator": (("when",), {"tumour_size_mm": {"above": 5}}),
    "a comparison of codes": (("when",), {"pathway": {"gt": 5}}),
    "a number outside its range": (("when",), {"tumour_size_mm": {"gt": 5000}}),
    "a number in quotes": (("when",), {"tumour_size_mm": "5"}),
    "two bounds on one side": (("when",), {"tumour_size_mm": {"lt": 5, "le": 5}}),
    "a broken whole number": (("when",), {"age_years": {"ge": 17.5}}),
    "a code without quotes": (("when",), {"her2_ihc": 0}),
    "yes instead of true": (("when",), {"in_scope": "yes"}),
    "known in words": (("when",), {"in_scope": {"known": "yes"}}),
    "any that is a map": (("when",), {"any": {"in_scope": True}}),
    "not that is a list": (("when",), {"not": [{"in_scope": True}]}),
    "a mistake deep inside": (("when",), {"any": [{"all": [{"not": {"pathwy": "neoadjuvant"}}]}]}),
    "an exception without a reason": (("unless",), [{"when": {"in_scope": True}}]),
    "a misspelt exception": (("unless",), [{"when": {"in_scop": True}, "because": "x"}]),
}  # fmt: skip


@pytest.mark.parametrize("name", RULE_MISTAKES)
def test_a_mistake_in_a_rule_is_refused(name: str) -> None:
    route, value = RULE_MISTAKES[name]

    assert refused("rule.schema.json", changed(data(RULE), route, value))


RULE_WORDS: dict[str, tuple[str, Any]] = {
    "a group of codes": ("when", {"eff_stage": "II"}),
    "a group in a list": ("when", {"eff_stage": ["IA", "II"]}),
    "one value that is excluded": ("when", {"pathway": {"not_in": "neoadjuvant"}}),
    "a range": ("when", {"tumour_size_mm": {"gt": 5, "le": 10.5}}),
    "several numbers": ("when", {"grade": [1, 2]}),
    "knowledge": ("when", {"in_scope": {"known": False}, "grade": {"known": True}}),
    "combinators": ("when", {"any": [{"in_scope": True}, {"not": {"all": [{"grade": 3}, {"pregnant": True}]}}]}),
    "one regimen": ("regimen", "keynote-522"),
    "several regimens": ("regimen", ["keynote-522", "weekly-paclitaxel"]),
    "no regimen": ("regimen", None),
    "a rule overridden": ("overrides", [{"rule": "keynote-522-regimen", "because": "x"}]),
}  # fmt: skip


@pytest.mark.parametrize("name", RULE_WORDS)
def test_what_the_language_allows_is_accepted(name: str) -> None:
    key, value = RULE_WORDS[name]

    assert [error.message for error in validator("rule.schema.json").iter_errors(data(RULE) | {key: value})] == []


OTHER_MISTAKES: dict[str, tuple[str, tuple[Any, ...], Any]] = {
    "a rule of assumption on an unknown fact": ("facts/context.yaml", ("facts", "pathway", "assume", 0, "when"), {"phase": "x"}),
    "an unknown type of fact": ("facts/context.yaml", ("facts", "pathway", "type"), "codes"),
    "a fact with a capital": ("facts/context.yaml", ("facts", "Pathway"), {"label": "x", "type": "boolean"}),
    "a range of three numbers": ("facts/context.yaml", ("facts", "age_years", "range"), [0, 1, 2]),
    "a row with two answers": ("derived/tnbc.yaml", ("rows", 0), {"is": "definite", "any_value": True}),
    "a row without an answer": ("derived/tnbc.yaml", ("rows", 0), {"when": {"er_cat": "negative"}}),
    "a row that copies nothing": ("derived/eff_n.yaml", ("rows", 2), {"same_as": "n_categry"}),
    "an open value that is none": ("derived/gbrca_pending.yaml", ("sent",), {"gbrca": "waiting"}),
    "numbers that are codes": ("contradictions.yaml", ("contradictions", 0, "greater"), ["nodes_positive", "sex"]),
    "an unknown action": ("contradictions.yaml", ("contradictions", 0, "action"), "halt"),
    "an unknown fact of scope": ("guideline.yaml", ("scope", "fact"), "inscope"),
    "an unused fact that is none": ("guideline.yaml", ("unused_facts",), {"no_such_fact": "x"}),
    "an unknown kind of source": ("evidence/olympia.yaml", ("kind",), "study"),
    "a mark that is none": ("evidence/olympia.yaml", ("findings", next(iter(data("evidence/olympia.yaml")["findings"])), "mark"), "sure"),
    "a regimen that cites nothing": ("regimens/keynote-522.yaml", ("citations",), []),
    "a regimen that cites what is not there": ("regimens/keynote-522.yaml", ("citations",), ["keynote-522#nothing"]),
    "a column of an unknown fact": ("tables/metabric.yaml", ("columns", "Sample Type"), {"fact": "setting", "values": {"Primary": "new_primary"}}),
    "a column with an unknown value": ("tables/metabric.yaml", ("columns", "Sample Type", "values"), {"Primary": "primary"}),
    "a column that says nothing": ("tables/metabric.yaml", ("columns", "Sample Type"), {"fact": "disease_setting"}),
    "a number for a code": ("tables/metabric.yaml", ("columns", "Sample Type"), {"fact": "disease_setting", "number": True}),
    "a constant that is none": ("tables/metabric.yaml", ("constants", "pathway"), "surgery"),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_MISTAKES)
def test_a_mistake_in_another_file_is_refused(name: str) -> None:
    file, route, value = OTHER_MISTAKES[name]

    assert refused(schema_of(file), changed(data(file), route, value))


def test_every_fact_has_its_label_as_hover_text_and_its_values_as_choices() -> None:
    schema = json.loads((ROOT / "rule.schema.json").read_text(encoding="utf-8"))
    properties, definitions = schema["definitions"]["condition"]["properties"], schema["definitions"]

    for name, fact in guideline().vocabulary.items():
        assert properties[name]["description"].startswith(fact.label)
        if fact.type == "code":
            assert definitions[f"{name}-value"]["enum"] == [*fact.values, *fact.groups]
    assert set(properties) == {"any", "all", "not", *guideline().vocabulary}


def test_every_finding_and_every_rule_can_be_chosen() -> None:
    schema = json.loads((ROOT / "rule.schema.json").read_text(encoding="utf-8"))
    findings = {f"{source.id}#{key}" for source in guideline().evidence.values() for key in source.findings}
    choices = schema["properties"]["citations"]["items"]

    assert set(choices["enum"]) == findings
    assert len(choices["enumDescriptions"]) == len(choices["enum"])
    assert set(schema["definitions"]["OverrideForm"]["properties"]["rule"]["enum"]) == {
        rule.id for rule in guideline().rules
    }


def test_a_guideline_of_other_words_has_other_schemas(tmp_path: Path) -> None:
    bicycles = load(Path(__file__).resolve().parent.parent / "cli" / "bicycles")

    made = schemas(bicycles)

    assert set(made) == {path.name for path in ROOT.glob("*.schema.json")}
    assert set(made["rule.schema.json"]["definitions"]["condition"]["properties"]) == {
        "any",
        "all",
        "not",
        *bicycles.vocabulary,
    }
    assert "pathway" not in written(made["rule.schema.json"])
    for folder in FOLDERS:
        for path in (bicycles.root / folder).rglob("*.yaml"):
            kind = {"recommendations": "rule", "regimens": "regimen"}.get(folder, folder)
            found = Draft7Validator(made[f"{kind}.schema.json"]).iter_errors(
                plain(YamlFile.load(bicycles.root, path).data)
            )
            assert [error.message for error in found] == []


def test_a_guideline_without_evidence_has_valid_schemas(tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    folder.mkdir()
    about = (Path(__file__).resolve().parent.parent / "cli" / "bicycles" / "guideline.yaml").read_text(encoding="utf-8")
    (folder / "guideline.yaml").write_text(
        about.split("scope:")[0] + "questions:\n  brakes: {title: Which brake?}\n", encoding="utf-8"
    )

    made = schemas(load(folder))

    for schema in made.values():
        Draft7Validator.check_schema(schema)
    assert not Draft7Validator(made["regimen.schema.json"]).is_valid(data("regimens/keynote-522.yaml"))
