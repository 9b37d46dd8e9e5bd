"""In whatever form a record comes, the same resources give the same facts; what cannot be read is told and never raises."""

import datetime
from functools import cache
from typing import Any

import orjson
import pytest

from engine import Guideline, default_rules, load
from engine.intake import Extraction, extract

TODAY = datetime.date(2026, 11, 22)
PATIENT = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1970-01-01"}
RECEPTOR = {
    "resourceType": "Observation",
    "id": "er",
    "status": "final",
    "subject": {"reference": "Patient/p"},
    "code": {"coding": [{"system": "http://loinc.org", "code": "85337-4"}]},
    "valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA6577-6"}]},
}
RESOURCES = [PATIENT, RECEPTOR]
FACTS = {"sex": "female", "age_years": 56, "er_category": "negative"}


@cache
def guideline() -> Guideline:
    return load(default_rules())


def read(data: Any) -> Extraction:
    return extract(data, guideline(), TODAY)


def bundle(resources: list[Any], **more: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources], **more}


SHAPES: dict[str, Any] = {
    "collection": bundle(RESOURCES, type="collection"),
    "searchset": bundle(RESOURCES, type="searchset"),
    "transaction": bundle(RESOURCES, type="transaction"),
    "bundle without a type": bundle(RESOURCES),
    "bundle without a resource type": {"entry": [{"resource": one} for one in RESOURCES]},
    "entries that are the resources": {"resourceType": "Bundle", "entry": RESOURCES},
    "a Bundle inside a Bundle": bundle([bundle(RESOURCES)]),
    "a list": RESOURCES,
    "a list of entries": [{"resource": one} for one in RESOURCES],
    "a prefetch map": {"patient": PATIENT, "observations": bundle([RECEPTOR])},
    "text": orjson.dumps(bundle(RESOURCES)).decode(),
    "bytes": orjson.dumps(bundle(RESOURCES)),
    "lines": b"\n".join(orjson.dumps(one) for one in RESOURCES),
    "lines with an empty one": "\n\n".join(orjson.dumps(one).decode() for one in RESOURCES) + "\n",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_facts(shape: str) -> None:
    extraction = read(SHAPES[shape])

    assert dict(extraction.facts) == FACTS
    assert extraction.resources == 2
    assert extraction.warnings == ()


def test_a_single_resource_is_a_record() -> None:
    assert dict(read(RECEPTOR).facts) == {"er_category": "negative"}


def test_prefetch_values_are_told_apart() -> None:
    extraction = read(
        {
            "patient": PATIENT,
            "conditions": bundle([]),
            "procedures": None,
            "observations": bundle([RECEPTOR]),
            "medications": {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]},
            "labs": "none",
        }
    )

    assert extraction.prefetch == {
        "patient": "resource",
        "conditions": "empty",
        "procedures": "null",
        "observations": "bundle",
        "medications": "outcome",
        "labs": "unreadable",
    }
    assert dict(extraction.facts) == FACTS
    assert {one.path: one.code for one in extraction.warnings} == {"medications": "outcome", "labs": "wrong-type"}


def test_an_error_among_search_results_is_told() -> None:
    outcome = {"resourceType": "OperationOutcome", "issue": []}

    extraction = read(bundle([*RESOURCES, outcome]))

    assert dict(extraction.facts) == FACTS
    assert [(one.code, one.path) for one in extraction.warnings] == [("outcome", "entry[2].resource")]


def test_a_next_page_is_told() -> None:
    extraction = read(bundle(RESOURCES, link=[{"relation": "next", "url": "https://ehr.example/next"}]))

    assert [one.code for one in extraction.warnings] == ["more-pages"]


NOTHING: dict[str, Any] = {
    "nothing": None,
    "an empty list": [],
    "an empty object": {},
    "an empty Bundle": bundle([]),
    "a number": 3,
    "a text that is no JSON": "not json at all",
    "bytes that are no text": b"\xff\xfe\x00",
    "a JSON text": '"hello"',
    "entry is a text": {"resourceType": "Bundle", "entry": "x"},
    "entry is an object": {"resourceType": "Bundle", "entry": {}},
    "entries of nothing": {"resourceType": "Bundle", "entry": [None, 1, "x", [], {}]},
    "resource is a text": {"resourceType": "Bundle", "entry": [{"resource": "x"}, {"resource": None}]},
    "a type that is no text": [{"resourceType": ["Observation"]}, {"resourceType": 1}],
    "lists in lists": [[[[[[[[[[RECEPTOR]]]]]]]]]],
}


@pytest.mark.parametrize("shape", NOTHING)
def test_what_is_no_record_gives_no_fact_and_never_raises(shape: str) -> None:
    extraction = read(NOTHING[shape])

    assert dict(extraction.facts) == {}
    assert orjson.dumps(extraction.as_json())


def test_a_broken_line_is_named_and_the_others_are_read() -> None:
    extraction = read(orjson.dumps(PATIENT) + b"\n{broken\n" + orjson.dumps(RECEPTOR))

    assert dict(extraction.facts) == FACTS
    assert [(one.code, one.path) for one in extraction.warnings] == [("not-json", "line 2")]


# ---- shapes of elements -----------------------------------------------------------------------------------------------
OLDER: dict[str, dict[str, Any]] = {
    "a coding that is no list": RECEPTOR | {"code": {"coding": {"system": "http://loinc.org", "code": "85337-4"}}},
    "a code that is a list of one": RECEPTOR | {"code": [RECEPTOR["code"]]},
    "a code that is a Coding": RECEPTOR | {"code": {"system": "http://loinc.org", "code": "85337-4"}},
    "a value that is a Coding": RECEPTOR | {"valueCodeableConcept": {"system": "http://loinc.org", "code": "LA6577-6"}},
    "an interpretation that is an object": RECEPTOR | {"interpretation": {"coding": [{"code": "NEG"}]}},
    "an empty text beside the value": RECEPTOR | {"valueString": ""},
    "a category that is an object": RECEPTOR | {"category": {"coding": []}},
}  # fmt: skip


@pytest.mark.parametrize("shape", OLDER)
def test_older_and_looser_shapes_are_read(shape: str) -> None:
    assert dict(read([PATIENT, OLDER[shape]]).facts) == FACTS


def test_a_condition_of_an_older_version_is_read() -> None:
    condition = {
        "resourceType": "Condition",
        "patient": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "254837009"}]},
        "verificationStatus": "confirmed",
        "clinicalStatus": "active",
        "dateRecorded": "2020-01-05",
    }

    (source,) = read(condition).provenance["invasive_cancer"]

    assert (source.date, source.status) == ("2020-01-05", "confirmed")


@pytest.mark.parametrize("value", [3, True, None, [], ["x"], "x", {"a": 1}, 1e400, 10**400, [[[["x"]]]]])
@pytest.mark.parametrize(
    "name",
    [
        "code",
        "valueCodeableConcept",
        "valueQuantity",
        "status",
        "component",
        "subject",
        "effectiveDateTime",
        "meta",
        "id",
    ],
)
def test_an_element_of_the_wrong_type_never_raises(name: str, value: Any) -> None:
    extraction = read([PATIENT, RECEPTOR | {name: value}])

    assert extraction.facts["sex"] == "female"
    assert "unreadable" not in {one.code for one in extraction.warnings}


# ---- whose record -----------------------------------------------------------------------------------------------------
def test_resources_about_another_patient_are_not_used() -> None:
    other = RECEPTOR | {"id": "other", "subject": {"reference": "Patient/q"}, "valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA6576-8"}]}}  # fmt: skip

    extraction = read([PATIENT, RECEPTOR, other])

    assert dict(extraction.facts) == FACTS
    assert [(one.id, one.reason) for one in extraction.unused] == [("other", "it is about another patient")]


def test_a_record_of_several_patients_gives_no_fact() -> None:
    extraction = read([PATIENT, PATIENT | {"id": "q", "gender": "male"}, RECEPTOR])

    assert dict(extraction.facts) == {}
    assert [one.code for one in extraction.warnings] == ["several-patients"]
    assert {one.id for one in extraction.unused} == {"p", "q", "er"}


def test_resources_of_two_patients_without_a_patient_give_no_fact() -> None:
    extraction = read([RECEPTOR, RECEPTOR | {"id": "other", "subject": {"reference": "urn:uuid:q"}}])

    assert dict(extraction.facts) == {}
    assert [one.code for one in extraction.warnings] == ["several-patients"]


@pytest.mark.parametrize(
    "reference", ["Patient/p", "https://ehr.example/fhir/Patient/p", "Patient/p/_history/3", "urn:uuid:p"]
)
def test_a_patient_is_known_by_any_form_of_reference(reference: str) -> None:
    other = RECEPTOR | {"id": "other", "subject": {"reference": "Patient/q"}}

    extraction = read([PATIENT, RECEPTOR | {"subject": {"reference": reference}}, other])

    assert dict(extraction.facts) == FACTS


def test_a_record_without_any_patient_is_read() -> None:
    assert dict(read([RECEPTOR]).facts) == {"er_category": "negative"}
