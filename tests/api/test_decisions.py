"""POST /v1/decisions: facts in, the bytes of the engine out."""

import datetime

import pytest

from api import examples
from api.service import Service
from engine import Guideline, default_rules
from engine.inference.decision import Decision
from tests.api.client import Answer, Client
from tests.api.conftest import TODAY

EXAMPLES = examples.read(default_rules())
SURGERY_FIRST = next(one.request for one in EXAMPLES if one.name == "surgery-first")


def decide(client: Client, body: object) -> Answer:
    return client.post("/v1/decisions", body)


def standing(answer: Answer) -> dict[str, str]:
    return {one["number"]: one["status"] for one in answer.json()["recommendations"]}


# ---- the examples ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_every_example_is_answered_by_a_decision_or_a_problem(client: Client, example: examples.Example) -> None:
    answer = decide(client, example.request)

    if example.name == "unknown-fact":
        assert (answer.status, answer.kind) == (422, "invalid-request")
    else:
        assert answer.status == 200, answer.body
        Decision.model_validate_json(answer.body)


@pytest.mark.parametrize(
    ("name", "status", "stands"),
    [
        ("surgery-first", "provisional", {"ADJ-01": "firm"}),
        ("before-surgery", "provisional", {"NEO-01": "firm", "STR-03": "firm"}),
        ("partly-known", "needs_facts", {}),
        ("contradictory", "contradiction", {}),
    ],
)
def test_an_example_says_what_its_title_promises(
    client: Client, name: str, status: str, stands: dict[str, str]
) -> None:
    answer = decide(client, next(one.request for one in EXAMPLES if one.name == name))

    assert answer.json()["status"] == status
    assert stands.items() <= standing(answer).items()


def test_the_first_example_gives_the_trial_with_its_grade_and_citation(client: Client) -> None:
    rules = {one["number"]: one for one in decide(client, SURGERY_FIRST).json()["recommendations"]}

    rule = rules["ADJ-01"]
    assert (rule["status"], rule["strength"], rule["certainty"]) == ("firm", "strong", "high")
    assert any("JAMA 2025;333(13):1150-1160" in one["reference"] for one in rule["citations"])


def test_contradictory_facts_are_answered_with_the_facts_that_clash(client: Client) -> None:
    answer = decide(client, {"facts": {"sex": "male", "pregnant": True}})

    assert answer.status == 200
    assert answer.json()["status"] == "contradiction"
    assert {"sex", "pregnant"} <= set(answer.json()["contradictions"][0]["facts"])


def test_the_unknown_fact_example_names_both_places_and_what_is_allowed(client: Client) -> None:
    answer = decide(client, next(one.request for one in EXAMPLES if one.name == "unknown-fact"))

    errors = {one["at"]: one["hint"] for one in answer.json()["errors"]}
    assert errors.keys() == {"/facts/er_procent", "/facts/her2_ihc"}
    assert "did you mean `er_percent`?" in errors["/facts/er_procent"]
    assert "2+" in errors["/facts/her2_ihc"]


# ---- the bytes ------------------------------------------------------------------------------------------------------
def test_the_answer_is_what_the_engine_writes_byte_for_byte(client: Client, service: Service) -> None:
    answer = decide(client, SURGERY_FIRST)

    expected = service.loaded.engine.decide(SURGERY_FIRST["facts"], datetime.date(2026, 11, 22), answer.json()["id"])
    assert answer.body == expected


def test_the_id_of_a_decision_is_the_id_of_its_request_in_the_log(client: Client) -> None:
    answer = decide(client, {"facts": {}})

    assert answer.headers["x-request-id"] == answer.json()["id"]


def test_a_decision_is_never_stored_by_a_cache(client: Client) -> None:
    assert decide(client, {"facts": {}}).headers["cache-control"] == "no-store"


# ---- the day --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("body", [{"facts": {}}, {"facts": {}, "as_of": None}])
def test_without_a_day_the_rules_of_today_answer(client: Client, body: dict[str, object]) -> None:
    assert decide(client, body).json()["as_of"] == TODAY.isoformat()


def test_the_rules_of_the_day_that_was_asked_answer(client: Client) -> None:
    before = decide(client, {**SURGERY_FIRST, "as_of": "2025-01-29"})
    since = decide(client, {**SURGERY_FIRST, "as_of": "2025-01-30"})

    assert ("ADJ-01" in standing(before), "ADJ-01" in standing(since)) == (False, True)


# ---- missing is never false -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("unknown", [None, "unknown", "not done", "Unknown "])
def test_null_unknown_and_absent_are_the_same(client: Client, unknown: object) -> None:
    facts = {name: value for name, value in SURGERY_FIRST["facts"].items() if name != "pt"}

    left, right = (decide(client, {"facts": one}).json() for one in (facts, {**facts, "pt": unknown}))

    for name in ("status", "recommendations", "ruled_out", "needs"):
        assert left[name] == right[name]


@pytest.mark.parametrize("whole", ["74", "74.0", "7.4e1"])
def test_a_whole_number_may_be_written_with_a_point(client: Client, whole: str) -> None:
    assert (
        client.post("/v1/decisions", f'{{"facts": {{"age_years": {whole}}}}}').json()["facts"]["age_years"]["state"]
        == 74
    )


@pytest.mark.parametrize("wrong", [74.5, "74", True, [74], {"ge": 1, "gt": 1}, {}])
def test_what_is_not_a_whole_number_is_refused(client: Client, wrong: object) -> None:
    answer = decide(client, {"facts": {"age_years": wrong}})

    assert (answer.status, answer.places) == (422, ["/facts/age_years"])


def test_the_vocabulary_of_the_guideline_is_what_can_be_sent(client: Client, guideline: Guideline) -> None:
    for fact in guideline.vocabulary.values():
        answer = decide(client, {"facts": {fact.name: None}})
        assert answer.status == (200 if fact.given else 422), fact.name


def test_a_record_in_fhir_that_contradicts_itself_is_answered_with_both_sources(client: Client) -> None:
    def receptor(name: str, code: str, value: str) -> dict[str, object]:
        def coded(system: str, one: str) -> dict[str, object]:
            return {"coding": [{"system": system, "code": one}]}

        return {
            "resourceType": "Observation",
            "id": name,
            "status": "final",
            "effectiveDateTime": "2026-01-05",
            "code": coded("http://loinc.org", code),
            "valueCodeableConcept": coded("http://snomed.info/sct", value),
        }

    record = [receptor("one", "85337-4", "10828004"), receptor("two", "16112-5", "260385009")]
    answer = decide(client, {"fhir": record})

    decision = Decision.model_validate_json(answer.body)
    assert decision.status == "contradiction"
    (message,) = decision.contradictions
    assert [source for side in message.sides or () for source in side.sources] == [
        "Observation/one, 2026-01-05, [0].valueCodeableConcept",
        "Observation/two, 2026-01-05, [1].valueCodeableConcept",
    ]
