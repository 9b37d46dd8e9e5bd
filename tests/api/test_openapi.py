"""The description of the service: complete, true to what the service takes and answers, readable without a network."""

import json
import re
from typing import Any

import jsonschema
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import openapi
from engine import FactsError, Guideline
from engine.inference.decision import Decision
from tests.api.client import JSON, PROBLEM, Client
from tests.cds_hooks.records import PNEUMONITIS, SURGERY_FIRST, WORK_UP, call


@pytest.fixture
def description(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def whole(description: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A schema of the description that stands alone."""
    text = json.dumps({**schema, "$defs": description["components"]["schemas"]})
    found: dict[str, Any] = json.loads(text.replace("#/components/schemas/", "#/$defs/"))
    return found


def test_the_description_is_served_as_it_is_made(client: Client, app: FastAPI) -> None:
    assert client.get("/openapi.json").json() == json.loads(json.dumps(app.openapi()))


def test_every_address_of_the_issue_is_described(description: dict[str, Any]) -> None:
    assert {(path, method) for path, operations in description["paths"].items() for method in operations} == {
        ("/v1/decisions", "post"), ("/v1/decisions/batch", "post"), ("/v1/facts/from-fhir", "post"), ("/v1/guideline", "get"), ("/v1/facts", "get"), ("/v1/rules", "get"),
        ("/v1/rules/{id}", "get"), ("/v1/evidence", "get"), ("/v1/evidence/{id}", "get"), ("/healthz", "get"), ("/readyz", "get"), ("/v1/decisions/{id}", "get"), ("/v1/decisions/{id}/replay", "post"),
        ("/cds-services", "get"), ("/cds-services/{id}", "post"), ("/cds-services/{id}/feedback", "post"),
    }  # fmt: skip


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(description)))

    assert names <= description["components"]["schemas"].keys()


def test_every_refusal_is_described_as_a_problem(description: dict[str, Any]) -> None:
    for path, operations in description["paths"].items():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    # Hooks refuse in the words of FHIR; what does not get as far as a hook (a token, a limit) is a problem everywhere.
                    hooks = path.startswith("/cds-services") and "application/fhir+json" in answer["content"]
                    assert list(answer["content"]) == (["application/fhir+json", PROBLEM] if hooks else [PROBLEM])
                    assert answer["description"]


def test_every_schema_is_a_json_schema(description: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(whole(description, {}))


# ---- examples -------------------------------------------------------------------------------------------------------
def test_every_request_example_is_answered_as_its_answer_example_says(
    client: Client, description: dict[str, Any]
) -> None:
    operation = description["paths"]["/v1/decisions"]["post"]
    requests = operation["requestBody"]["content"][JSON]["examples"]
    answers = (
        operation["responses"]["200"]["content"][JSON]["examples"]
        | operation["responses"]["422"]["content"][PROBLEM]["examples"]
    )

    assert requests.keys() == answers.keys()
    assert len(requests) >= 4
    for name, example in requests.items():
        answer = client.post("/v1/decisions", example["value"]).json()
        expected = answers[name]["value"]
        for changing in ("id", "instance"):
            answer.pop(changing, None), expected.pop(changing, None)
        assert answer == expected, name


def test_every_answer_example_is_a_decision_or_a_problem(description: dict[str, Any]) -> None:
    responses = description["paths"]["/v1/decisions"]["post"]["responses"]

    for example in responses["200"]["content"][JSON]["examples"].values():
        Decision.model_validate(example["value"])
        jsonschema.validate(example["value"], whole(description, responses["200"]["content"][JSON]["schema"]))
    for example in responses["422"]["content"][PROBLEM]["examples"].values():
        jsonschema.validate(example["value"], whole(description, responses["422"]["content"][PROBLEM]["schema"]))


def test_an_example_keeps_to_the_schema_unless_it_shows_a_mistake(description: dict[str, Any]) -> None:
    content = description["paths"]["/v1/decisions"]["post"]["requestBody"]["content"][JSON]
    validator = jsonschema.Draft202012Validator(whole(description, content["schema"]))

    keeps = {name for name, example in content["examples"].items() if validator.is_valid(example["value"])}

    assert content["examples"].keys() - keeps == {"unknown-fact"}


@pytest.mark.parametrize("media_type", ["application/json", "application/x-ndjson"])
def test_every_batch_example_is_answered(client: Client, description: dict[str, Any], media_type: str) -> None:
    content = description["paths"]["/v1/decisions/batch"]["post"]["requestBody"]["content"][media_type]

    for example in content["examples"].values():
        answer = client.post("/v1/decisions/batch", example["value"], media_type)
        answers = answer.json() if media_type == JSON else [json.loads(line) for line in answer.body.splitlines()]
        assert ["decision" in one for one in answers] == [True, True, True, True, False]


# ---- answers keep to their schemas ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/v1/guideline", "/v1/guideline"), ("/v1/facts", "/v1/facts"), ("/v1/rules", "/v1/rules"), ("/v1/rules/{id}", "/v1/rules/NEO-01"),
        ("/v1/evidence", "/v1/evidence"), ("/v1/evidence/{id}", "/v1/evidence/keynote-522"), ("/healthz", "/healthz"), ("/readyz", "/readyz"),
    ],
)  # fmt: skip
def test_a_document_keeps_to_its_schema(client: Client, description: dict[str, Any], path: str, address: str) -> None:
    schema = description["paths"][path]["get"]["responses"]["200"]["content"][JSON]["schema"]

    jsonschema.validate(client.get(address).json(), whole(description, schema))


def test_a_batch_keeps_to_its_schema(client: Client, description: dict[str, Any]) -> None:
    schema = description["paths"]["/v1/decisions/batch"]["post"]["responses"]["200"]["content"][JSON]["schema"]
    answer = client.post("/v1/decisions/batch", [{"key": "a", "facts": {}}, {"key": "b"}, 1]).json()

    jsonschema.validate(answer, whole(description, schema))


# ---- the schema of the facts is the vocabulary ----------------------------------------------------------------------
def test_the_schema_names_the_facts_that_can_be_sent_and_no_others(
    description: dict[str, Any], guideline: Guideline
) -> None:
    schema = description["components"]["schemas"]["Facts"]

    assert list(schema["properties"]) == [fact.name for fact in guideline.vocabulary.values() if fact.given]
    assert schema["additionalProperties"] is False


def refusal(guideline: Guideline, name: str, value: Any) -> str | None:
    """Why the value of a fact is not read; None when it is."""
    try:
        guideline.vocabulary.read({name: value})
    except FactsError as error:
        return error.problems[0].message
    return None


def fitting(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that keep to one of the schemas of facts (the part of JSON Schema these use)."""
    if "anyOf" in schema:
        return st.one_of([fitting(one) for one in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema["type"]:
        case "boolean":
            return st.booleans()
        case "integer":
            whole = st.integers(schema["minimum"], schema["maximum"])
            return whole | whole.map(float)
        case "number":
            return st.floats(schema.get("minimum"), schema.get("maximum"), allow_nan=False, allow_infinity=False)
        case "string":
            return st.from_regex(re.compile(schema["pattern"], re.ASCII), fullmatch=True)
        case "array":
            return st.lists(fitting(schema["items"]), min_size=schema["minItems"], max_size=3)
        case "object":
            parts = {name: fitting(one) for name, one in schema["properties"].items()}
            required = {name: parts.pop(name) for name in schema.get("required", ())}
            found = st.fixed_dictionaries(required, optional=parts)
            return found.filter(lambda value: jsonschema.Draft202012Validator(schema).is_valid(value))
    raise AssertionError(schema)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_keeps_to_the_schema_of_a_fact_is_read(guideline: Guideline, data: st.DataObject) -> None:
    fact = data.draw(st.sampled_from([one for one in guideline.vocabulary.values() if one.given]))
    value = data.draw(fitting(openapi.fact_schema(fact)))

    refused = refusal(guideline, fact.name, value)
    if refused is not None:
        # No JSON Schema can say that two bounds leave room between them, or that a bound lies inside the range of the fact.
        assert fact.numeric and isinstance(value, dict | str), (fact.name, value)
        assert refused in ("is an impossible range", "is outside the possible range")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_read_keeps_to_the_schema_of_the_fact(guideline: Guideline, data: st.DataObject) -> None:
    fact = data.draw(st.sampled_from([one for one in guideline.vocabulary.values() if one.given]))
    words = st.sampled_from(
        [
            *fact.values,
            *fact.groups,
            *fact.open_values,
            "",
            "T1",
            "<5",
            "1 .. 2",
            "5",
            True,
            False,
            None,
            0,
            1,
            0.5,
            74.0,
        ]
    )
    value = data.draw(
        words
        | st.lists(words, max_size=3)
        | st.builds(lambda one: {"one_of": one}, st.lists(words, max_size=2))
        | st.dictionaries(st.sampled_from(["lt", "ge", "x"]), words, max_size=2)
    )

    if refusal(guideline, fact.name, value) is None:
        jsonschema.validate(value, openapi.fact_schema(fact))


# ---- hooks and tokens -------------------------------------------------------------------------------------------------
def test_every_address_but_the_health_checks_may_ask_for_a_token(description: dict[str, Any]) -> None:
    asking = {path for path, operations in description["paths"].items() for one in operations.values() if "401" in one["responses"]}  # fmt: skip

    assert description["paths"].keys() - asking == {"/healthz", "/readyz"}
    assert "412" in description["paths"]["/cds-services/{id}"]["post"]["responses"]


@pytest.mark.parametrize("hook", ["patient-view", "order-select", "order-sign"])
@pytest.mark.parametrize("prefetch", [SURGERY_FIRST, WORK_UP, PNEUMONITIS])
def test_a_call_and_its_cards_keep_to_their_schemas(
    client: Client, description: dict[str, Any], hook: str, prefetch: dict[str, Any]
) -> None:
    operation = description["paths"]["/cds-services/{id}"]["post"]
    sent = call(hook, prefetch)
    jsonschema.validate(sent, whole(description, operation["requestBody"]["content"][JSON]["schema"]))
    answer = client.post(f"/cds-services/early-tnbc-{hook}", sent)

    assert answer.status == 200
    jsonschema.validate(answer.json(), whole(description, operation["responses"]["200"]["content"][JSON]["schema"]))


def test_a_call_without_data_is_refused_in_the_words_of_its_schema(client: Client, description: dict[str, Any]) -> None:
    operation = description["paths"]["/cds-services/{id}"]["post"]
    answer = client.post("/cds-services/early-tnbc-patient-view", call("patient-view"))

    assert answer.status == 412
    jsonschema.validate(
        answer.json(), whole(description, operation["responses"]["412"]["content"]["application/fhir+json"]["schema"])
    )


def test_the_discovery_keeps_to_its_schema(client: Client, description: dict[str, Any]) -> None:
    schema = description["paths"]["/cds-services"]["get"]["responses"]["200"]["content"][JSON]["schema"]

    jsonschema.validate(client.get("/cds-services").json(), whole(description, schema))


@pytest.mark.parametrize("path", ["/cds-services/{id}", "/cds-services/{id}/feedback"])
def test_the_examples_of_hooks_are_answered(client: Client, description: dict[str, Any], path: str) -> None:
    operation = description["paths"][path]["post"]
    address = path.replace("{id}", operation["parameters"][0]["example"])

    examples = operation["requestBody"]["content"][JSON]["examples"]
    assert [client.post(address, one["value"]).status for one in examples.values()] == [200]
