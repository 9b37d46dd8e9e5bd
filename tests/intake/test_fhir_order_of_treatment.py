"""What came first, the operation or drugs: only evidence settles it, and silence is none."""

import datetime
from functools import cache
from typing import Any

import pytest

from engine import Guideline, default_rules, load
from engine.intake import Extraction, extract

TODAY = datetime.date(2026, 11, 22)
RXNORM, SNOMED, LOINC, ATC = (
    "http://www.nlm.nih.gov/research/umls/rxnorm", "http://snomed.info/sct", "http://loinc.org", "http://www.whocc.no/atc",
)  # fmt: skip
BEFORE, DAY, AFTER = "2026-06-01", "2026-08-01", "2026-09-01"


@cache
def guideline() -> Guideline:
    return load(default_rules())


def coded(system: str, code: str, display: str = "") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}


def medication(
    kind: str, drug: dict[str, Any], date: str = "", status: str = "completed", **more: Any
) -> dict[str, Any]:
    when = {"MedicationRequest": "authoredOn", "MedicationDispense": "whenHandedOver"}.get(kind, "effectiveDateTime")
    dated = {when: date} if date else {}
    return {"resourceType": kind, "id": "m", "status": status, "medicationCodeableConcept": drug, **dated, **more}


OPERATION = {
    "resourceType": "Procedure", "id": "op", "status": "completed", "code": coded(SNOMED, "392021009"), "performedDateTime": DAY,
}  # fmt: skip
PATHOLOGY = {
    "resourceType": "Observation", "id": "pt", "status": "final", "code": coded(LOINC, "21899-0"), "valueString": "pT2", "effectiveDateTime": DAY,
}  # fmt: skip
DOXORUBICIN = coded(RXNORM, "3639", "DOXOrubicin")
FIRST_AFTER = {**medication("MedicationAdministration", DOXORUBICIN, AFTER), "id": "first"}
SURGERY_FIRST = [OPERATION, PATHOLOGY, FIRST_AFTER]
LOCAL = {"coding": [{"system": "urn:hospital", "code": "R-17"}], "text": "AC-T REGIMEN (KEYNOTE-522)"}
PACLITAXEL = coded(RXNORM, "56946", "PACLitaxel")


def read(*resources: dict[str, Any], **more: Any) -> Extraction:
    return extract(list(resources), guideline(), TODAY, **more)


def pathway(*resources: dict[str, Any], **more: Any) -> Any:
    return read(*resources, **more).facts.get("pathway")


def plan(kind: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": kind, "id": "plan", "status": "active", "intent": "plan", **more}


def test_an_operation_a_pathologic_category_and_a_first_drug_that_begins_treatment_are_surgery_first() -> None:
    assert pathway(*SURGERY_FIRST) == "surgery_first"


UNCLEAR: dict[str, dict[str, Any]] = {
    "a regimen under a local code": medication("MedicationAdministration", LOCAL, BEFORE),
    "a regimen in words, on the day itself": medication("MedicationAdministration", {"text": "EC-T"}, DAY),
    "a drug under a local code that sounds like nothing": medication("MedicationAdministration", coded("urn:hospital", "4711", "Bag 3"), BEFORE),
    "a drug that nobody named": medication("MedicationStatement", {"coding": [{"code": "1"}]}, BEFORE),
    "a regimen without a date": medication("MedicationAdministration", LOCAL),
    "a statement without a date": medication("MedicationStatement", PACLITAXEL),
    "a drug of a standard system that sounds like treatment": medication("MedicationRequest", coded(RXNORM, "1919503", "durvalumab 50 MG/ML"), BEFORE),
    "a drug of a class against cancer": medication("MedicationRequest", coded(ATC, "L01FF03"), BEFORE),
    "a plan of a known drug": medication("MedicationRequest", PACLITAXEL, BEFORE, "active", intent="plan"),
    "an order of a known drug that was stopped": medication("MedicationRequest", PACLITAXEL, BEFORE, "stopped"),
    "an administration that was broken off": medication("MedicationAdministration", PACLITAXEL, BEFORE, "stopped"),
    "an order shortly before, carried out some time": medication("MedicationRequest", PACLITAXEL, "2026-07-28"),
    "a dispense": medication("MedicationDispense", LOCAL, BEFORE),
    "a care plan": plan("CarePlan", title="Neoadjuvant chemotherapy", period={"start": BEFORE}),
    "a care plan without a date": plan("CarePlan", activity=[{"detail": {"code": {"text": "AC-T, KEYNOTE-522"}}}]),
    "a care plan that says nothing": plan("CarePlan", period={"start": BEFORE}),
    "a group of requests": plan("RequestGroup", authoredOn=BEFORE, action=[{"action": [{"title": "Pembrolizumab 200 mg"}]}]),
    "an orchestration of requests": plan("RequestOrchestration", authoredOn=BEFORE, action=[{"title": "ddAC"}]),
    "a service request": plan("ServiceRequest", authoredOn=BEFORE, code={"text": "Cycle 1 paclitaxel + carboplatin"}),
    "a procedure under a local code": {"resourceType": "Procedure", "id": "p", "status": "completed", "code": {"text": "Cytotoxic infusion"}, "performedDateTime": BEFORE},
    "a chemotherapy that was broken off": {"resourceType": "Procedure", "id": "p", "status": "stopped", "code": coded(SNOMED, "367336001"), "performedDateTime": BEFORE},
}  # fmt: skip


@pytest.mark.parametrize("name", UNCLEAR)
def test_what_may_be_treatment_before_the_operation_leaves_open_what_came_first(name: str) -> None:
    found = read(*SURGERY_FIRST, UNCLEAR[name])

    assert "pathway" not in found.facts
    reasons = [one.reason for one in found.unused if one.id == UNCLEAR[name]["id"] and one.fact == "pathway"]
    assert reasons and all(one.endswith("what came first") for one in reasons)


CLEAR: dict[str, dict[str, Any]] = {
    "another drug": medication("MedicationRequest", coded(RXNORM, "197361", "amLODIPine 5 MG Oral Tablet"), BEFORE, "active"),
    "another class of drugs": medication("MedicationStatement", coded(ATC, "N02BE01"), BEFORE, "active"),
    "a regimen after the operation": medication("MedicationAdministration", LOCAL, "2026-10-01"),
    "a regimen long before": medication("MedicationAdministration", LOCAL, "2019-10-01"),
    "a regimen that was not given": medication("MedicationAdministration", LOCAL, BEFORE, "not-done"),
    "an order that was withdrawn": medication("MedicationRequest", PACLITAXEL, BEFORE, "cancelled"),
    "a drug that must not be given": medication("MedicationRequest", LOCAL, BEFORE, "active", doNotPerform=True),
    "another plan": plan("CarePlan", title="Physiotherapy of the shoulder", period={"start": BEFORE}),
    "a plan that was revoked": {**UNCLEAR["a care plan"], "status": "revoked"},
    "a request of a test": plan("ServiceRequest", authoredOn=BEFORE, code=coded(LOINC, "58410-2", "CBC panel")),
}  # fmt: skip


@pytest.mark.parametrize("name", CLEAR)
def test_what_is_certainly_no_treatment_before_the_operation_changes_nothing(name: str) -> None:
    assert pathway(*SURGERY_FIRST, CLEAR[name]) == "surgery_first"


@pytest.mark.parametrize("code", ["194000", "1597582", "1547545", "1792776", "40048", "12574"])
def test_a_first_drug_that_is_given_only_after_others_leaves_open_what_came_first(code: str) -> None:
    """Capecitabine, olaparib, pembrolizumab, atezolizumab, carboplatin, gemcitabine."""
    first = medication("MedicationAdministration", coded(RXNORM, code), AFTER)
    later = {**FIRST_AFTER, "effectiveDateTime": "2026-11-01"}

    assert pathway(OPERATION, PATHOLOGY, first) is None
    found = read(OPERATION, PATHOLOGY, first, later)
    assert "pathway" not in found.facts
    assert [one.id for one in found.unused if one.fact == "pathway"] == ["m"]
    assert pathway(OPERATION, PATHOLOGY, first, {**FIRST_AFTER, "effectiveDateTime": AFTER}) == "surgery_first"


@pytest.mark.parametrize("missing", range(3))
def test_without_any_one_of_the_three_nothing_is_concluded(missing: int) -> None:
    assert pathway(*(one for place, one in enumerate(SURGERY_FIRST) if place != missing)) is None


def test_a_first_drug_long_after_the_operation_is_no_part_of_it() -> None:
    operation = {**OPERATION, "performedDateTime": "2026-01-10"}

    assert pathway(operation, PATHOLOGY, FIRST_AFTER) is None


def test_a_record_that_was_not_received_in_full_proves_no_absence() -> None:
    found = read(*SURGERY_FIRST, unseen=["MedicationAdministration"])
    paged = {
        "resourceType": "Bundle", "entry": [{"resource": one} for one in SURGERY_FIRST], "link": [{"relation": "next", "url": "x"}],
    }  # fmt: skip

    assert "pathway" not in found.facts and "left-open" in {one.code for one in found.warnings}
    assert pathway(paged) is None
    assert pathway(*SURGERY_FIRST, unseen=["CarePlan"]) == "surgery_first"


def test_a_drug_given_before_the_operation_is_neoadjuvant_and_needs_no_more() -> None:
    pembrolizumab = medication("MedicationAdministration", coded(RXNORM, "1547545"), BEFORE)

    assert pathway(OPERATION, pembrolizumab) == "neoadjuvant"
    assert pathway(OPERATION, medication("MedicationRequest", PACLITAXEL, BEFORE)) == "neoadjuvant"
    assert pathway(OPERATION, medication("MedicationRequest", PACLITAXEL, BEFORE, "active")) is None
    assert pathway(OPERATION, {**pembrolizumab, "effectiveDateTime": DAY}) is None
