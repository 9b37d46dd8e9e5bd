"""The description of the service (OpenAPI), with the facts of its guideline as a schema and real answers to real examples."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from api.access.roles import needed
from api.asked import MOST_KEY
from api.asked import read as read_asked
from api.cds_hooks import description as hooks
from api.cds_hooks.service import ids
from api.examples import Example
from api.health import Readiness
from api.problems import AT_THE_DOOR, MEDIA_TYPE, NOT_READY, UNAUTHORISED, Kind, Problem, Refused
from api.service import Loaded
from api.strict_json import parse
from engine import Guideline
from engine.inference.decision import Decision
from engine.language.forms import ADVICE, REMINDERS
from engine.language.vocabulary import UNKNOWN_WORDS, Fact, Vocabulary

JSON = "application/json"
NDJSON = "application/x-ndjson"
FIXED_ID = "01900000-0000-7000-8000-000000000000"  # the id of decisions shown as examples
COMPONENT = "#/components/schemas/{model}"
RECORD = "a record in FHIR in place of facts: a Bundle, a list of resources, one resource, or a map of prefetch keys"
NUMBER = r"[-+]?[0-9]+(\.[0-9]+)?"


class NotReadyProblem(Readiness, Problem):
    """Why the service cannot answer: the problem, and what /readyz says."""


class BatchDecision(BaseModel):
    """One item of a batch that was answered."""

    index: int
    key: str | None = None
    decision: Decision


class BatchProblem(BaseModel):
    """One item of a batch that was refused; places are those inside the item."""

    index: int
    key: str | None = None
    problem: Problem


def ref(name: str) -> dict[str, str]:
    """A reference to a schema of this description."""
    return {"$ref": COMPONENT.format(model=name)}


# ---- requests -------------------------------------------------------------------------------------------------------
def facts_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The facts callers may send, as a JSON Schema."""
    return {
        "type": "object",
        "description": "What is known of the patient. Leave out what is not known, or send null: it is never taken for false.",
        "properties": {
            fact.name: {"anyOf": [fact_schema(fact), ref("Conflict")]} for fact in vocabulary.values() if fact.given
        },
        "additionalProperties": False,
    }


def fact_schema(fact: Fact) -> dict[str, Any]:
    """What may be sent as one fact."""
    unknown: dict[str, Any] = {"enum": [None, *sorted(UNKNOWN_WORDS), *fact.open_values]}
    forms: list[dict[str, Any]] = []
    if fact.numeric:
        low, high = fact.range
        plain = {"type": fact.type, "minimum": low, "maximum": high}
        bound = {"type": "number"}
        span = {
            "type": "object",
            "description": "a range",
            "properties": dict.fromkeys(("lt", "le", "gt", "ge"), bound),
            "additionalProperties": False,
            "minProperties": 1,
            "not": {"anyOf": [{"required": ["lt", "le"]}, {"required": ["gt", "ge"]}]},
        }
        text = {
            "type": "string",
            "pattern": rf"^\s*((<=|>=|<|>)\s*{NUMBER}|{NUMBER}\s*\.\.\s*{NUMBER})\s*$",
            "description": "a range as text: <1, >=20, 1..10",
        }
        forms = [plain, span, text]
    elif fact.type == "boolean":
        forms = [{"type": "boolean"}, _one_of({"enum": [True, False, *unknown["enum"]]})]
    else:
        value = {"enum": [*fact.values, *fact.groups]}
        item = {"enum": [*value["enum"], *unknown["enum"]]}
        forms = [value, {"type": "array", "items": item, "minItems": 1, "description": "one of these"}, _one_of(item)]
    described = ". ".join(part.rstrip(".") for part in (fact.label, fact.help, fact.unit and f"In {fact.unit}") if part)
    return {"description": described, "anyOf": [*forms, unknown]}


def conflict_schema() -> dict[str, Any]:
    """What may be sent as any fact of which sources differ."""
    sources = {
        "type": "array",
        "items": {"type": "string", "minLength": 1, "maxLength": 500},
        "minItems": 1,
        "maxItems": 50,
    }
    side = {
        "type": "object",
        "properties": {"says": {"description": "a value of the fact"}, "sources": sources},
        "required": ["says", "sources"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "description": "sources that differ; without `use` no advice is given until it is settled",
        "properties": {
            "conflict": {"type": "array", "items": side, "minItems": 2, "maxItems": 20},
            "use": {"description": "the value to go on with; null: go on without"},
        },
        "required": ["conflict"],
        "additionalProperties": False,
    }


def _one_of(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"one_of": {"type": "array", "items": value, "minItems": 1}},
        "required": ["one_of"],
        "additionalProperties": False,
    }


def request_schema(*, keyed: bool) -> dict[str, Any]:
    """The body of a request for one decision, or one item of a batch."""
    properties: dict[str, Any] = {
        "facts": ref("Facts"),
        "as_of": {
            "anyOf": [{"type": "string", "format": "date"}, {"type": "null"}],
            "description": "the day whose rules answer; when left out, today on the clock of the service",
        },
    }
    if not keyed:
        properties["fhir"] = {"type": ["object", "array"], "description": RECORD}
        either = [{"required": ["facts"]}, {"required": ["fhir"]}]
        return {"type": "object", "properties": properties, "oneOf": either, "additionalProperties": False}
    if keyed:
        properties["key"] = {
            "anyOf": [{"type": "string", "maxLength": MOST_KEY}, {"type": "null"}],
            "description": "your own name of the item, given back with its answer; never logged. Use no name of a person",
        }
    return {"type": "object", "properties": properties, "required": ["facts"], "additionalProperties": False}


def record_body() -> dict[str, Any]:
    """The body of POST /v1/facts/from-fhir."""
    schema = request_schema(keyed=False)
    properties = {name: schema["properties"][name] for name in ("fhir", "as_of")}
    asked = {"type": "object", "properties": properties, "required": ["fhir"], "additionalProperties": False}
    shown = {"empty": {"summary": "A record that holds nothing", "value": {"fhir": {"resourceType": "Bundle"}}}}
    return {"required": True, "content": {JSON: {"schema": asked, "examples": shown}}}


def record_answer() -> dict[str, Any]:
    """The answer of POST /v1/facts/from-fhir."""
    listed = {"type": "array", "items": {"type": "object"}}
    counts = {"type": "object", "additionalProperties": {"type": "integer"}}
    properties: dict[str, Any] = {
        "as_of": {"type": "string", "format": "date"},
        "facts": {**ref("Facts"), "description": "ready to be sent to /v1/decisions"},
        "provenance": {
            "type": "object",
            "additionalProperties": listed,
            "description": "fact: the elements it was read from",
        },
        "because": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "facts that were concluded",
        },
        "unused": {**listed, "description": "resources that looked relevant and were not used, each with the reason"},
        "conflicts": {**listed, "description": "facts of which the record says different things"},
        "warnings": listed,
        "unmapped": {**listed, "description": "codes that no code map knows"},
        "not_read": {**counts, "description": "resources of types that nothing is read from"},
        "prefetch": {"type": "object", "additionalProperties": {"type": "string"}},
        "resources": {"type": "integer"},
    }
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return {"description": "The facts and the account of every resource", "content": {JSON: {"schema": schema}}}


def request_body(examples: Sequence[Example]) -> dict[str, Any]:
    """The body of POST /v1/decisions."""
    shown = {one.name: {"summary": one.title, "description": one.expect, "value": one.request} for one in examples}
    return {"required": True, "content": {JSON: {"schema": ref("DecisionRequest"), "examples": shown}}}


def batch_body(examples: Sequence[Example]) -> dict[str, Any]:
    """The body of POST /v1/decisions/batch."""
    items = [{"key": one.name, **one.request} for one in examples]
    shown = {"several": {"summary": "One item for each example", "value": items}}
    lines = {"several": {"summary": "One item a line", "value": "".join(f"{_line(item)}\n" for item in items)}}
    array = {"type": "array", "items": ref("BatchItem")}
    text = {"type": "string", "description": "one BatchItem as JSON on each line"}
    content = {JSON: {"schema": array, "examples": shown}, NDJSON: {"schema": text, "examples": lines}}
    return {"required": True, "content": content}


def _line(item: Any) -> str:
    return orjson.dumps(item).decode()


# ---- answers --------------------------------------------------------------------------------------------------------
def refusals(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """The problem documents a route may answer with, by status."""
    found: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        titles = [kind.title]
        if kind.status in found:
            titles.insert(0, found[kind.status]["description"])
        schema = ref("NotReadyProblem") if kind is NOT_READY else ref("Problem")
        found[kind.status] = {"description": ". ".join(titles), "content": {MEDIA_TYPE: {"schema": schema}}}
    return found


def batch_answer() -> dict[str, Any]:
    """The answer of POST /v1/decisions/batch."""
    array = {"type": "array", "items": {"anyOf": [ref("BatchDecision"), ref("BatchProblem")]}}
    text = {"type": "string", "description": "one BatchDecision or BatchProblem as JSON on each line"}
    description = "Every item in its order, answered or refused on its own"
    return {"description": description, "content": {JSON: {"schema": array}, NDJSON: {"schema": text}}}


def answer_to(example: Example, loaded: Loaded, today: datetime.date) -> tuple[int, dict[str, Any]]:
    """What the service answers to an example: the status, and a Decision or a problem."""
    try:
        asked = read_asked(parse(orjson.dumps(example.request)), loaded.guideline.vocabulary, today)
    except Refused as refused:
        return refused.kind.status, refused.document(FIXED_ID)
    answer = loaded.engine.decider(asked.as_of).decide(asked.given, asked.as_of, FIXED_ID)
    return 200, orjson.loads(answer)


# ---- the whole ------------------------------------------------------------------------------------------------------
def describe(app: FastAPI, loaded: Loaded, today: datetime.date) -> dict[str, Any]:
    """The description of the app with the guideline it answers from."""
    guideline, examples = loaded.guideline, loaded.examples
    found = get_openapi(
        title=guideline.about.title,
        version=app.version,
        summary="A patient's facts in, cited recommendations out.",
        description=f"{guideline.about.intended_use} {guideline.about.notice}",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        routes=app.routes,
        tags=app.openapi_tags,
    )
    schemas: dict[str, Any] = found.setdefault("components", {}).setdefault("schemas", {})
    for model in (Problem, NotReadyProblem, BatchDecision, BatchProblem):
        _add(schemas, model)
    for answer in hooks.MODELS:  # what they have nothing to say of, they leave out
        _add(schemas, answer, "validation")
    found["paths"] |= hooks.paths(ids(guideline))
    schemas["Conflict"] = conflict_schema()
    schemas["Facts"] = facts_schema(guideline.vocabulary)
    schemas["DecisionRequest"] = request_schema(keyed=False)
    schemas["BatchItem"] = request_schema(keyed=True)
    # Added to the finished description, since the framework drops every null of what it is given, those of examples too.
    one, batch = (found["paths"][path]["post"] for path in ("/v1/decisions", "/v1/decisions/batch"))
    one["requestBody"], batch["requestBody"] = request_body(examples), batch_body(examples)
    batch["responses"]["200"] = batch_answer()
    record = found["paths"]["/v1/facts/from-fhir"]["post"]
    record["requestBody"], record["responses"]["200"] = record_body(), record_answer()
    for path, parameters in parameters_of(guideline).items():
        for operation in found["paths"][path].values():
            operation["parameters"] = parameters
    _show_answers(one["responses"], examples, loaded, today)
    _ask_who(found, app.state.service.settings.auth == "on")
    return found


def _ask_who(found: dict[str, Any], known: bool) -> None:
    """What the door may answer at every address but the health checks; and, where callers must be `known`, which role a key or token needs."""
    for path, operations in found["paths"].items():
        role = needed(path)
        for operation in operations.values() if role else ():
            responses = operation["responses"]
            for status, refusal in refusals(*AT_THE_DOOR).items():
                responses.setdefault(str(status), refusal)
            operation["responses"] = dict(sorted(responses.items(), key=lambda one: str(one[0])))
            if known:
                operation["security"] = [{"bearer": [role]}]
    if known:
        scheme = {"type": "http", "scheme": "bearer", "description": UNAUTHORISED.meaning}
        found["components"]["securitySchemes"] = {"bearer": scheme}


def parameters_of(guideline: Guideline) -> dict[str, list[dict[str, Any]]]:
    """What addresses take beside bodies, with the words of the guideline."""
    filters = [
        _query("question", "rules that answer this question", [*guideline.questions]),
        _query("kind", "rules of this kind", sorted(ADVICE | REMINDERS)),
        _query("number", "rules whose number begins so"),
    ]
    rule, source = guideline.rules[0].number if guideline.rules else "", next(iter(guideline.evidence), "")
    return {
        "/v1/rules": filters,
        "/v1/rules/{id}": [_id("id or number of a rule", rule)],
        "/v1/evidence/{id}": [_id("id of a source", source)],
        "/v1/decisions/{id}": [_id("id of a decision, as the decision itself names it", FIXED_ID)],
        "/v1/decisions/{id}/replay": [_id("id of a decision, as the decision itself names it", FIXED_ID)],
    }


def _query(name: str, description: str, values: list[str] | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"} | ({"enum": values} if values else {})
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _id(description: str, example: str) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1}
    return {
        "name": "id",
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
        "example": example,
    }


def _add(
    schemas: dict[str, Any], model: type[BaseModel], mode: Literal["serialization", "validation"] = "serialization"
) -> None:
    schema = model.model_json_schema(mode=mode, ref_template=COMPONENT)
    for name, part in schema.pop("$defs", {}).items():
        schemas.setdefault(name, part)
    schemas.setdefault(model.__name__, schema)


def _show_answers(responses: dict[str, Any], examples: Iterable[Example], loaded: Loaded, today: datetime.date) -> None:
    for example in examples:
        status, answer = answer_to(example, loaded, today)
        media_type = JSON if status == 200 else MEDIA_TYPE
        content = responses[str(status)]["content"][media_type]
        content.setdefault("examples", {})[example.name] = {"summary": example.title, "value": answer}
