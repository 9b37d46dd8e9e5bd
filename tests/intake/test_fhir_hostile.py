"""Resources inside resources, R5 shapes, hostile depth and size: what is inside is read once with what it belongs to, and nothing raises."""

import datetime
import random
from functools import cache
from typing import Any

import orjson
import pytest

from engine import Guideline, default_rules, load
from engine.intake import Extraction, extract
from tests.intake.test_fhir_habits import concept, resource
from tests.strategies import rounds

TODAY = datetime.date(2026, 11, 22)
PATIENT = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1970-01-01"}
ABOUT = {"subject": {"reference": "Patient/p"}}


@cache
def guideline() -> Guideline:
    return load(default_rules())


def read(*resources: Any) -> Extraction:
    return extract(list(resources), guideline(), TODAY)


def receptor(name: str = "er", code: str = "85337-4", value: str = "LA6577-6", **more: Any) -> dict[str, Any]:
    return resource({"id": name, "code": f"loinc|{code}", "value": f"loinc|{value}", "extra": more}, 0)


def report(status: str = "final", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "DiagnosticReport",
        "id": "d",
        "status": status,
        "code": {"text": "Pathology"},
        **ABOUT,
        **more,
    }


def tumour_facts(found: Extraction) -> dict[str, Any]:
    return {name: value for name, value in found.facts.items() if name not in ("sex", "age_years")}


# ---- contained --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("carrier", ["DiagnosticReport", "Observation"])
def test_results_contained_in_a_report_or_panel_are_read(carrier: str) -> None:
    outer = {**report(), "resourceType": carrier, "contained": [receptor()], "effectiveDateTime": "2026-07-01"}
    found = read(PATIENT, outer)

    assert tumour_facts(found) == {"er_category": "negative"}
    (source,) = found.provenance["er_category"]
    assert (source.id, source.path, source.date) == ("d#er", "[1].contained[0].valueCodeableConcept", "2026-07-01")


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "registered"])
def test_a_contained_result_is_no_better_than_its_report(status: str) -> None:
    found = read(PATIENT, report(status, contained=[receptor()]))

    assert tumour_facts(found) == {}
    assert [one.id for one in found.unused] == ["d#er"]


def test_contained_results_of_another_patient_are_not_used() -> None:
    other = report(contained=[receptor()], subject={"reference": "Patient/q"})
    found = read(PATIENT, receptor("pr", "85339-0", subject={"reference": "Patient/p"}), other)

    assert tumour_facts(found) == {"pr_category": "negative"}
    assert [one.reason for one in found.unused] == ["it is about another patient"]


def test_two_reports_may_use_the_same_name_inside() -> None:
    one = report(contained=[receptor()])
    other = {**report(contained=[receptor("er", value="LA6576-8")]), "id": "e"}
    found = read(PATIENT, one, other)

    assert [conflict.fact for conflict in found.conflicts] == ["er_category"]


def test_the_conclusion_of_a_report_is_named_and_not_read() -> None:
    found = read(PATIENT, report(conclusion="Triple-negative carcinoma of the breast"))

    assert tumour_facts(found) == {}
    assert [one.resource for one in found.unused] == ["DiagnosticReport"]


def test_a_panel_whose_members_stand_beside_it_is_read_once() -> None:
    panel = {"resourceType": "Observation", "id": "panel", "status": "final", "code": {"text": "Markers"}, "hasMember": [{"reference": "Observation/er"}]}  # fmt: skip

    assert tumour_facts(read(PATIENT, panel, receptor())) == {"er_category": "negative"}


# ---- R5 ---------------------------------------------------------------------------------------------------------------
def test_a_drug_and_an_operation_in_the_shapes_of_r5_are_read() -> None:
    drug = {
        "resourceType": "MedicationAdministration",
        "id": "m",
        "status": "completed",
        "medication": {"concept": concept("rxnorm|583214")},
        "occurenceDateTime": "2026-07-05",
    }
    operation = {
        "resourceType": "Procedure",
        "id": "op",
        "status": "completed",
        "code": concept("snomed|392021009"),
        "occurrenceDateTime": "2026-08-01",
    }

    assert tumour_facts(read(PATIENT, drug, operation))["pathway"] == "neoadjuvant"


# ---- references -------------------------------------------------------------------------------------------------------
UUID = "11111111-1111-4111-8111-111111111111"


@pytest.mark.parametrize("written", [f"urn:uuid:{UUID}", f"Patient/{UUID}", f"https://ehr.example/fhir/Patient/{UUID}"])
def test_a_patient_that_has_only_an_address_is_found_by_every_reference(written: str) -> None:
    patient = {
        "fullUrl": f"urn:uuid:{UUID}",
        "resource": {name: value for name, value in PATIENT.items() if name != "id"},
    }
    mine = {"resource": {**receptor(), "subject": {"reference": written}}}
    other = {"resource": {**receptor("x", value="LA6576-8"), "subject": {"reference": "Patient/q"}}}
    found = extract({"resourceType": "Bundle", "entry": [patient, mine, other]}, guideline(), TODAY)

    assert tumour_facts(found) == {"er_category": "negative"}


# ---- size and depth -----------------------------------------------------------------------------------------------------
def test_bundles_in_bundles_and_deep_values_end_without_a_fault() -> None:
    deep: Any = PATIENT
    value: Any = {}
    for _ in range(3000):
        deep = {"resourceType": "Bundle", "entry": [{"resource": deep}]}
        value = {"coding": [value]}

    assert [one.code for one in extract(deep, guideline(), TODAY).warnings] == ["too-deep"]
    assert tumour_facts(read(PATIENT, {**receptor(), "valueCodeableConcept": value})) == {}
    assert [one.code for one in extract("[" * 50_000, guideline(), TODAY).warnings] == ["not-json"]


def test_lines_of_which_some_are_broken_are_read_as_far_as_they_go() -> None:
    lines = [orjson.dumps(PATIENT), b"{", b"\xff\xfe", b"", orjson.dumps(receptor()), b'"text"']
    found = extract(b"\n".join(lines), guideline(), TODAY)

    assert tumour_facts(found) == {"er_category": "negative"}
    assert [one.path for one in found.warnings if one.code == "not-json"] == ["line 2", "line 3"]


# ---- nothing is ever made up ----------------------------------------------------------------------------------------------
SILENT: list[dict[str, Any]] = [
    {"status": "entered-in-error"},
    {"status": "cancelled"},
    {"status": "unknown"},
    {"dataAbsentReason": {"coding": [{"code": "unknown"}]}},
    {"effectiveDateTime": "2031-01-01"},
    {"effectiveDateTime": "1901-01-01"},
    {"focus": [{"reference": "RelatedPerson/r"}]},
    {"bodySite": {"text": "Liver"}},
    {"valueCodeableConcept": {"text": "see report"}},
    {"valueCodeableConcept": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "code": "UNK"}]}},
    {"valueCodeableConcept": {"extension": [{"url": "urn:x", "valueString": "negative"}]}},
]  # fmt: skip


@pytest.mark.parametrize("change", SILENT, ids=[str(one)[:60] for one in SILENT])
def test_a_result_that_does_not_count_is_named_and_never_becomes_a_negative(change: dict[str, Any]) -> None:
    found = read(PATIENT, {**receptor(), **change})

    assert tumour_facts(found) == {}
    assert [one.id for one in found.unused] == ["er"]


def test_a_negative_is_only_read_where_a_negative_stands() -> None:
    """However codes, statuses and values are combined, a receptor is negative only when one of its results says so."""
    rng = random.Random("negative")
    values = ["LA6577-6", "LA6576-8", "LA9634-2", "LA4489-6", "260385009", "X"]
    for _ in range(rounds(60, 2000)):
        made = []
        for number in range(rng.randrange(1, 4)):
            one = receptor(f"r{number}", rng.choice(["85337-4", "16112-5", "40556-3"]), rng.choice(values))
            made.append({**one, **(rng.choice(SILENT) if rng.random() < 0.5 else {})})
        found = read(PATIENT, *made)
        if found.facts.get("er_category") == "negative":
            good = [one for one in made if one["valueCodeableConcept"].get("coding", [{}])[0].get("code") == "LA6577-6" and one["status"] == "final"]  # fmt: skip
            assert good
        named = {source.id for sources in found.provenance.values() for source in sources}
        named |= {one.id for one in found.unused}
        named |= {source.id for one in found.conflicts for side in one.sides for source in side.sources}
        assert named >= {one["id"] for one in made}
