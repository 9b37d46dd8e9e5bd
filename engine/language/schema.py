"""JSON Schemas of the files of a guideline, for editors: the shapes of forms.py with the words of one vocabulary.

schemas(guideline)          -> {"rule.schema.json": {...}, ...}, Draft-07
written(schema)             -> the text of its file
stale(guideline, folder)    -> the names of the files in the folder that are not what `schemas` says

A schema knows less than the loader: it sees one file at a time. What it refuses, the loader refuses too.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from engine.language.fact_schema import CONDITION, VALUE, Schema, definitions, labelled, names, one_of, sent
from engine.language.forms import (
    ContradictionsForm,
    DerivedForm,
    EvidenceForm,
    FactsForm,
    Form,
    GuidelineForm,
    RegimenForm,
    RuleForm,
)
from engine.language.guideline import Guideline
from engine.language.tablemaps import KINDS, TableForm
from engine.language.terminology import TerminologyForm
from engine.language.vocabulary import Fact, Vocabulary

DRAFT = "http://json-schema.org/draft-07/schema#"


class _Draft07(GenerateJsonSchema):
    """The schema of a form without the titles pydantic makes up."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schemas(guideline: Guideline) -> dict[str, Schema]:
    """Every schema by the name of its file."""
    vocabulary = guideline.vocabulary
    citations = {
        f"{source.id}#{key}": finding.text
        for source in guideline.evidence.values()
        for key, finding in source.findings.items()
    }
    made = {
        "rule": _rule(guideline, citations),
        "evidence": _form(EvidenceForm),
        "regimen": _form(RegimenForm),
        "facts": _with_conditions(_form(FactsForm), vocabulary, ("AssumeForm", "when"), ("AssumeForm", "unless")),
        "derived": _derived(vocabulary),
        "contradictions": _contradictions(vocabulary),
        "guideline": _guideline(vocabulary),
        "table": _table(vocabulary),
        "terminology": _terminology(vocabulary),
    }
    _fill(made["regimen"], "", "citations", {"type": "array", "minItems": 1, "items": labelled(citations)})
    return {f"{name}.schema.json": {"$schema": DRAFT, **schema} for name, schema in made.items()}


def written(schema: Schema) -> str:
    """The text of the schema's file."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def stale(guideline: Guideline, folder: Path) -> list[str]:
    """The names of the schema files in the folder that are missing or not current."""
    return [
        name
        for name, schema in schemas(guideline).items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != written(schema)
    ]


# ---- each file ------------------------------------------------------------------------------------------------------
def _rule(guideline: Guideline, citations: Mapping[str, str]) -> Schema:
    schema = _with_conditions(_form(RuleForm), guideline.vocabulary, ("", "when"), ("UnlessForm", "when"))
    rule_ids = labelled({rule.id: f"{rule.number} {rule.title}" for rule in guideline.rules})
    regimens = labelled({one.id: one.title for one in guideline.regimens.values()})
    _fill(schema, "", "question", labelled({name: one.title for name, one in guideline.questions.items()}))
    _fill(schema, "", "citations", {"type": "array", "items": labelled(citations), "uniqueItems": True})
    _fill(schema, "", "regimen", {"anyOf": [regimens, {"type": "array", "items": regimens}]})
    _fill(schema, "OverrideForm", "rule", rule_ids)
    override: Schema = {"anyOf": [rule_ids, {"$ref": "#/definitions/OverrideForm"}]}
    _fill(schema, "", "overrides", {"type": "array", "items": override})
    return schema


def _derived(vocabulary: Vocabulary) -> Schema:
    schema = _with_conditions(_form(DerivedForm), vocabulary, ("", "when"))
    schema["definitions"]["row"] = _row(vocabulary)
    rows: Schema = {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/row"}}
    _fill(schema, "", "rows", rows)
    _fill(schema, "", "assume", rows)
    _fill(schema, "", "also", {"type": "array", "items": rows})
    open_values = {
        fact.name: {"enum": list(fact.open_values), "description": fact.label}
        for fact in vocabulary.values()
        if fact.open_values
    }
    pending: Schema = {"type": "object", "properties": open_values, "additionalProperties": False}
    _fill(schema, "", "sent", pending | {"minProperties": 1, "maxProperties": 1})
    return schema


def _row(vocabulary: Vocabulary) -> Schema:
    value: Schema = {"type": ["string", "boolean"]}
    properties: Schema = {
        "is": {
            "description": "a value, a list of values or a group",
            "anyOf": [value, {"type": "array", "minItems": 1, "items": value}],
        },
        "same_as": {"description": "the fact whose state is copied", **one_of(names(vocabulary, "code", "boolean"))},
        "any_value": {"description": "the fact stays open", "const": True},
        "when": CONDITION,
        "because": {"type": "string", "description": "shown to the user where the row assumes something"},
    }
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "oneOf": [{"required": [key]} for key in ("is", "same_as", "any_value")],
    }


def _contradictions(vocabulary: Vocabulary) -> Schema:
    schema = _with_conditions(_form(ContradictionsForm), vocabulary, ("ContradictionForm", "when"))
    for key, types in (("greater", ("number", "integer")), ("disjoint", ("code", "boolean"))):
        pair: Schema = {"type": "array", "minItems": 2, "maxItems": 2, "items": one_of(names(vocabulary, *types))}
        _fill(schema, "ContradictionForm", key, pair)
    return schema


def _guideline(vocabulary: Vocabulary) -> Schema:
    places = (("QuestionForm", "answered_when"), ("ModifierForm", "when"), ("FirstForm", "when"))
    schema = _with_conditions(_form(GuidelineForm), vocabulary, *places)
    _fill(schema, "ScopeForm", "fact", one_of(names(vocabulary, "boolean")))
    sent = one_of([fact.name for fact in vocabulary.values() if fact.given])
    _fill(schema, "FirstForm", "facts", {"type": "array", "minItems": 1, "items": sent})
    schema["properties"]["unused_facts"]["propertyNames"] = one_of(list(vocabulary))
    return schema


def _table(vocabulary: Vocabulary) -> Schema:
    schema = _form(TableForm)
    inner = schema["definitions"]
    facts = [fact for fact in vocabulary.values() if fact.given]
    values = {fact.name: {"$ref": f"#/definitions/{fact.name}{VALUE}"} for fact in facts}
    _fill(schema, "", "constants", {"type": "object", "properties": values, "additionalProperties": False})
    _fill(schema, "CellForm", "fact", one_of(values))
    numeric = {"properties": {"fact": one_of(fact.name for fact in facts if fact.numeric)}}
    inner["CellForm"] |= {
        "oneOf": [{"required": [key]} for key in KINDS],
        "dependencies": {"round": ["number"]},
        "allOf": [{"if": {"required": ["number"]}, "then": numeric}, *(_if_fact(fact) for fact in facts)],
    }
    inner |= {f"{fact.name}{VALUE}": sent(fact) for fact in facts}
    return schema


def _if_fact(fact: Fact) -> Schema:
    """In a column that speaks of this fact, only what a caller could send of it."""
    value = {"$ref": f"#/definitions/{fact.name}{VALUE}"}
    spans = {"items": {"properties": {"is": value}}}
    return {
        "if": {"properties": {"fact": {"const": fact.name}}, "required": ["fact"]},
        "then": {"properties": {"values": {"additionalProperties": value}, "ranges": spans}},
    }


def _terminology(vocabulary: Vocabulary) -> Schema:
    schema = _form(TerminologyForm)
    facts = one_of(fact.name for fact in vocabulary.values() if fact.given)
    for name, one in schema["definitions"].items():
        if "fact" in one.get("properties", {}):
            _fill(schema, name, "fact", facts)
    return schema


# ---- pieces ---------------------------------------------------------------------------------------------------------
def _form(form: type[Form]) -> Schema:
    """The Draft-07 schema of a form."""
    schema = form.model_json_schema(ref_template="#/definitions/{model}", schema_generator=_Draft07)
    inner = schema["definitions"] = schema.pop("$defs", {})
    for one in (schema, *inner.values()):
        one.pop("title", None)
    converted = _draft_07(schema)
    assert isinstance(converted, dict)
    return converted


def _draft_07(node: Any) -> Any:
    """The same in the words of Draft-07: fixed lists, references alone, and no keys beside those a pattern allows."""
    if isinstance(node, list):
        return [_draft_07(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: _draft_07(value) for key, value in node.items() if not (key == "default" and value is None)}
    if isinstance(node.get("prefixItems"), list):
        node["items"], node["additionalItems"] = node.pop("prefixItems"), False
    if isinstance(node.get("patternProperties"), dict):
        node["additionalProperties"] = False
    if isinstance(node.get("$ref"), str) and len(node) > 1:
        node = {"allOf": [{"$ref": node.pop("$ref")}], **node}
    return node


def _with_conditions(schema: Schema, vocabulary: Vocabulary, *places: tuple[str, str]) -> Schema:
    schema["definitions"] |= definitions(vocabulary)
    for form, key in places:
        _fill(schema, form, key, CONDITION)
    return schema


def _fill(schema: Schema, form: str, key: str, new: Schema) -> None:
    """Say more of one key of a form; its description stays, and where it may be null it still may."""
    properties = (schema["definitions"][form] if form else schema)["properties"]
    old = properties[key]
    if {"type": "null"} in old.get("anyOf", ()):
        new = {"anyOf": [*(new["anyOf"] if set(new) == {"anyOf"} else [new]), {"type": "null"}]}
    elif "$ref" in new and "description" in old:
        new = {"allOf": [new]}
    properties[key] = {**({"description": old["description"]} if "description" in old else {}), **new}
