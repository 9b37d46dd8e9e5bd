"""What is said of an order that is being written: when facts are open, when the draft is not understood, and when it is not ours to speak of."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from api.cds_hooks.orders import Drafts
from engine import Guideline
from engine.intake import extract
from tests.api.client import Answer
from tests.cds_hooks import conformance
from tests.cds_hooks.records import (
    CANCER,
    CHEMOTHERAPY,
    GIVEN,
    LOINC,
    NEGATIVE,
    NOTHING,
    OPERATION,
    PATIENT,
    RXNORM,
    SNOMED,
    STAGE,
    SURGERY_FIRST,
    TODAY,
    WORK_UP,
    bundle,
    call,
    coded,
    drug,
    observation,
    resource,
)  # fmt: skip
from tests.strategies import rounds

Ask = Callable[[dict[str, Any]], Answer]
ATC = "http://www.whocc.no/atc"
IF_FIRST = "no systemic therapy was given before surgery"
OPERATED = {
    **WORK_UP,
    "observations-tumour": STAGE,
    "procedures": bundle(OPERATION),
}  # pT2 pN1a M0, and no drug on record
TRANSPLANT = resource(
    "Procedure", "kidney", status="completed", code=coded(SNOMED, "70536003"), performedDateTime="2011-02-01"
)
WEAK_HEART = observation(
    "lvef", coded(LOINC, "8806-2"), "2026-11-01", valueQuantity={"value": 35, "unit": "%", "code": "%"}
)
KEYNOTE = {"coding": [{"system": "urn:hospital", "code": "R-17"}], "text": "AC-T REGIMEN (KEYNOTE-522)"}


def cards(
    ask: Ask, record: dict[str, Any], *drafts: dict[str, Any], hook: str = "order-sign", **more: Any
) -> list[dict[str, Any]]:
    answer = ask(call(hook, record, draftOrders=bundle(*drafts), **more))
    assert answer.status == 200, answer.body
    assert conformance.response(answer.json()) == []
    found: list[dict[str, Any]] = answer.json()["cards"]
    return found


def evidence(card: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = card["extension"]["org.tnbc-cds.evidence"]
    return found


def of_rule(found: list[dict[str, Any]], number: str) -> dict[str, Any]:
    (one,) = [card for card in found if number in [rule["number"] for rule in evidence(card).get("rules", [])]]
    return one


def rules(found: list[dict[str, Any]]) -> set[str]:
    return {rule["number"] for card in found for rule in evidence(card).get("rules", [])}


def deletes(found: list[dict[str, Any]]) -> list[str]:
    actions = [each for card in found for one in card.get("suggestions", []) for each in one["actions"]]
    return [one["resourceId"] for one in actions if one["type"] == "delete"]


# ---- what came first is open ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["atezolizumab", "pembrolizumab"])
@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
def test_a_checkpoint_inhibitor_after_an_operation_is_warned_of_under_its_condition(
    ask: Ask, name: str, hook: str
) -> None:
    found = cards(ask, OPERATED, drug("103", name), hook=hook)
    card = of_rule(found, "ADJ-01")

    assert card["indicator"] == "warning" and card["summary"].endswith(f" - if {IF_FIRST}")
    assert card["source"]["label"] == "ALEXANDRA/IMpassion030"
    assert evidence(card)["order"] == "MedicationRequest/103" and "MedicationRequest/103" in card["detail"]
    assert evidence(card)["if"] == IF_FIRST and evidence(card)["rules"][0]["status"] == "conditional"
    assert deletes(found) == []  # nothing is removed on a condition


def test_the_condition_of_an_open_metastatic_stage_is_named_as_well(ask: Ask) -> None:
    tumour = bundle(*(one["resource"] for one in STAGE["entry"] if one["resource"]["id"] != "m"))
    card = of_rule(cards(ask, {**OPERATED, "observations-tumour": tumour}, drug("103", "atezolizumab")), "ADJ-01")

    assert evidence(card)["if"] == f"{IF_FIRST}, and there are no distant metastases"


def test_pembrolizumab_that_was_begun_before_the_operation_goes_on_unwarned(ask: Ask) -> None:
    record = {
        **OPERATED,
        "observations-tumour": bundle(),
        "administrations": bundle(*GIVEN),
        "conditions": bundle({**CANCER, "onsetDateTime": "2026-01-05"}),
    }

    assert not rules(cards(ask, record, drug("103", "pembrolizumab"))) & {"ADJ-01", "PNA-07"}
    only = {**record, "administrations": bundle(GIVEN[1])}
    assert not rules(cards(ask, only, drug("103", "pembrolizumab"))) & {"ADJ-01", "PNA-07"}


@pytest.mark.parametrize("where", ["administrations", "plans"])
def test_a_regimen_before_the_operation_that_nobody_can_read_takes_the_advice_to_remove_the_order(
    ask: Ask, where: str
) -> None:
    """Drugs after the operation are on record, those before it only as a plan or under a code of the hospital."""
    administration = resource(
        "MedicationAdministration",
        "x",
        status="completed",
        medicationCodeableConcept=KEYNOTE,
        effectiveDateTime="2026-06-01",
    )
    plan = resource(
        "CarePlan",
        "x",
        status="completed",
        intent="plan",
        title="Neoadjuvant chemo-immunotherapy",
        period={"start": "2026-06-01"},
    )
    unclear = {"administrations": bundle(CHEMOTHERAPY, administration), "plans": bundle(plan)}[where]
    draft = drug("103", "pembrolizumab")

    before = cards(ask, SURGERY_FIRST, draft)
    assert deletes(before) == ["MedicationRequest/103"]
    after = cards(ask, {**SURGERY_FIRST, where: unclear}, draft)
    assert deletes(after) == [] and evidence(of_rule(after, "ADJ-01"))["if"] == IF_FIRST


# ---- contraindications while the phase is open ----------------------------------------------------------------------
def test_a_transplant_is_told_to_the_order_of_a_checkpoint_inhibitor_whatever_the_phase(ask: Ask) -> None:
    found = cards(ask, {**WORK_UP, "procedures": bundle(TRANSPLANT)}, drug("103", "pembrolizumab"))
    card = of_rule(found, "SAF-01")

    assert card["indicator"] == "warning" and evidence(card)["order"] == "MedicationRequest/103"
    for words in (
        "treatment has not begun",
        "systemic therapy before surgery is under way",
        "systemic therapy was given before surgery",
    ):
        assert words in evidence(card)["if"]
    assert of_rule(found, "ADJ-01")  # and what stands in the case that is left


def test_a_weak_heart_is_told_to_the_order_of_an_anthracycline_whatever_the_phase(ask: Ask) -> None:
    card = of_rule(
        cards(ask, {**WORK_UP, "observations-safety": bundle(WEAK_HEART)}, drug("1", "doxorubicin")), "SAF-03"
    )

    assert card["indicator"] == "warning" and evidence(card)["order"] == "MedicationRequest/1"
    assert "there are no distant metastases" in evidence(card)["if"]


def test_what_stands_in_every_case_that_is_left_stands_without_a_condition(ask: Ask) -> None:
    """Neoadjuvant drugs were given and the operation is not on record: the phase is open, the pathway of SAF-01 is not."""
    tumour = bundle(
        observation("ypt", coded(LOINC, "21899-0"), "2026-08-10", valueCodeableConcept={"text": "ypT1c"}),
        observation("m", coded(LOINC, "21907-1"), "2026-07-10", valueCodeableConcept={"text": "cM0"}),
    )
    record = {**WORK_UP, "observations-tumour": tumour, "procedures": bundle(TRANSPLANT)}
    card = of_rule(cards(ask, record, drug("103", "pembrolizumab")), "SAF-01")

    assert card["indicator"] == "critical" and "if" not in evidence(card)
    assert "whatever they are" in card["detail"]
    assert deletes([card]) == ["MedicationRequest/103"]


def test_a_healthy_patient_gets_no_contraindication(ask: Ask) -> None:
    assert not {"SAF-01", "SAF-03"} & rules(cards(ask, WORK_UP, drug("1", "pembrolizumab"), drug("2", "doxorubicin")))


# ---- drafts that are none -------------------------------------------------------------------------------------------
OTHERS: dict[str, dict[str, Any]] = {
    "another patient": {"subject": {"reference": "Patient/zebra"}},
    "a group of patients": {"subject": {"reference": "Group/p1"}},
    "another patient by address": {"subject": {"reference": "https://ehr.example/fhir/Patient/zebra"}},
    **{status: {"status": status} for status in ("cancelled", "entered-in-error", "completed", "stopped")},
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_draft_that_is_not_of_this_patient_or_no_draft_any_more_is_left_alone_and_said(ask: Ask, name: str) -> None:
    found = cards(ask, SURGERY_FIRST, {**drug("103", "atezolizumab"), **OTHERS[name]})

    (card,) = found
    assert card["indicator"] == "info" and "one draft order" in card["detail"]
    assert deletes(found) == [] and "zebra" not in str(found) and "MedicationRequest/103" not in str(found)
    both = cards(ask, SURGERY_FIRST, {**drug("103", "atezolizumab"), **OTHERS[name]}, drug("104", "atezolizumab"))
    assert set(deletes(both)) == {"MedicationRequest/104"}


@pytest.mark.parametrize("subject", ["Patient/p1", "https://ehr.example/fhir/Patient/p1", "Patient/p1/_history/3"])
def test_the_patient_is_known_however_the_reference_is_written(ask: Ask, subject: str) -> None:
    draft = {**drug("103", "atezolizumab"), "subject": {"reference": subject}}

    assert deletes(cards(ask, SURGERY_FIRST, draft)) == ["MedicationRequest/103"]


# ---- other diseases -------------------------------------------------------------------------------------------------
LUNG_CANCER = resource(
    "Condition", "c9", code=coded(SNOMED, "254637007", "Non-small cell lung cancer"), onsetDateTime="2026-07-01"
)
OTHER_DISEASES: dict[str, dict[str, Any]] = {
    "nothing": NOTHING,
    "lung cancer with its stage and HER2": {
        **NOTHING, "conditions": bundle(LUNG_CANCER), "observations-tumour": STAGE,
        "observations-receptors": bundle(observation("her2", coded(LOINC, "85318-4"), **NEGATIVE)),
    },
    "lung cancer with a transplant": {**NOTHING, "conditions": bundle(LUNG_CANCER), "procedures": bundle(TRANSPLANT)},
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_DISEASES)
def test_without_a_sign_of_the_disease_no_order_is_spoken_of(ask: Ask, name: str) -> None:
    drafts = (
        drug("1", "pembrolizumab"),
        drug("2", "doxorubicin"),
        drug("3", "Bag 3"),
        {**drug("4", "olaparib"), "status": "stopped"},
    )

    assert cards(ask, OTHER_DISEASES[name], *drafts) == []


def test_where_the_record_could_not_be_read_one_quiet_card_says_so(ask: Ask) -> None:
    record = {key: value for key, value in NOTHING.items() if key != "conditions"}

    (card,) = cards(ask, record, drug("1", "pembrolizumab"))
    assert card["indicator"] == "info" and "conditions: was not sent" in card["detail"]
    assert cards(ask, record, drug("1", "ibuprofen")) == []


def test_where_the_record_holds_several_patients_one_quiet_card_says_so(ask: Ask) -> None:
    other = {**CANCER, "id": "c7", "subject": {"reference": "Patient/zebra"}}

    (card,) = cards(ask, {**OPERATED, "conditions": bundle(CANCER, other), "patient": None}, drug("1", "pembrolizumab"))
    assert card["indicator"] == "info" and "several patients" in card["detail"] and "suggestions" not in card


# ---- what is understood ---------------------------------------------------------------------------------------------
PEMBROLIZUMAB: dict[str, dict[str, Any]] = {
    "ATC alone": {"medicationCodeableConcept": coded(ATC, "L01FF02")},
    "ATC as it was until 2021": {"medicationCodeableConcept": coded("urn:oid:2.16.840.1.113883.6.73", "L01XC18")},
    "short": {"medicationCodeableConcept": {"text": "pembro 200"}},
    "R5": {"medicationCodeableConcept": None, "medication": {"concept": coded(ATC, "L01FF02")}},
    "an ingredient": {
        "medicationCodeableConcept": None, "medicationReference": {"reference": "#bag"},
        "contained": [{"resourceType": "Medication", "id": "bag", "code": {"text": "Bag 3"}, "ingredient": [{"itemCodeableConcept": coded(RXNORM, "1547545")}]}],
    },
    "a request": {"resourceType": "ServiceRequest", "medicationCodeableConcept": None, "code": {"text": "Pembrolizumab 200 mg day 1, paclitaxel weekly"}},
    "a group": {
        "resourceType": "RequestGroup", "medicationCodeableConcept": None, "action": [{"title": "Day 1", "action": [{"title": "Pembrolizumab 200 mg"}]}],
    },
    "an orchestration with its orders": {
        "resourceType": "RequestOrchestration", "medicationCodeableConcept": None, "contained": [drug("in", "pembrolizumab")],
    },
}  # fmt: skip


@pytest.mark.parametrize("name", PEMBROLIZUMAB)
def test_a_draft_is_recognised_by_class_name_ingredient_or_words(ask: Ask, name: str) -> None:
    draft = {key: value for key, value in {**drug("9", ""), **PEMBROLIZUMAB[name]}.items() if value is not None}
    card = of_rule(cards(ask, SURGERY_FIRST, draft), "ADJ-01")

    assert card["summary"].startswith("Pembrolizumab: ")
    assert evidence(card)["order"] == f"{draft['resourceType']}/9"


UNKNOWN: dict[str, dict[str, Any]] = {
    "words": {"medicationCodeableConcept": {"text": "Bag 3"}},
    "a code of the hospital": {"medicationCodeableConcept": coded("urn:hospital", "4711")},
    "a drug that sounds like treatment": {"medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": "1919503", "display": "durvalumab"}]}},
    "another class against cancer": {"medicationCodeableConcept": coded(ATC, "L01FF03")},
    "a drug that is somewhere else": {"medicationCodeableConcept": None, "medicationReference": {"reference": "Medication/77"}},
    "a drug that should be inside and is not": {"medicationCodeableConcept": None, "medicationReference": {"reference": "#m"}, "contained": "x"},
    "a regimen in a request": {"resourceType": "ServiceRequest", "medicationCodeableConcept": None, "code": {"text": "KEYNOTE-522 regimen, cycle 1"}},
    "a regimen in a group": {"resourceType": "RequestGroup", "medicationCodeableConcept": None, "action": [{"title": "TC x 4"}]},
}  # fmt: skip


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_draft_that_may_be_a_treatment_and_is_not_understood_is_said(ask: Ask, name: str) -> None:
    draft = {key: value for key, value in {**drug("9", ""), **UNKNOWN[name]}.items() if value is not None}
    (card,) = cards(ask, SURGERY_FIRST, draft)

    assert card["indicator"] == "info" and card["summary"].startswith("Order not recognised")
    assert f"{draft['resourceType']}/9" in card["detail"] and "suggestions" not in card


SILENT: dict[str, dict[str, Any]] = {
    "another drug": {"medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": "5640", "display": "ibuprofen"}]}},
    "another class": {"medicationCodeableConcept": coded(ATC, "M01AE01")},
    "a test": {"resourceType": "ServiceRequest", "medicationCodeableConcept": None, "code": {"text": "DPYD genotyping before capecitabine"}},
    "an examination": {"resourceType": "ServiceRequest", "medicationCodeableConcept": None, "code": {"text": "Mammography"}},
    "a group of other things": {"resourceType": "RequestGroup", "medicationCodeableConcept": None, "action": [{"title": "Physiotherapy"}]},
}  # fmt: skip


@pytest.mark.parametrize("name", SILENT)
def test_a_draft_that_is_certainly_no_treatment_gets_no_card(ask: Ask, name: str) -> None:
    draft = {key: value for key, value in {**drug("9", ""), **SILENT[name]}.items() if value is not None}

    assert cards(ask, SURGERY_FIRST, draft) == []


HOSTILE: dict[str, dict[str, Any]] = {
    "type a list": {"resourceType": ["x"]}, "actions of nothing": {"resourceType": "RequestGroup", "action": [{"action": "x"}, 5, None], "title": 7},
    "codes of nothing": {"resourceType": "ServiceRequest", "code": [1, {"coding": {"code": 5}}]},
    "references of nothing": {"resourceType": "MedicationRequest", "medicationReference": {"reference": 5}, "subject": [], "status": {}},
    "ingredients of nothing": {
        "resourceType": "MedicationRequest", "medicationReference": {"reference": "#m"},
        "contained": [{"id": "m", "ingredient": [5, {"item": 5}, {"itemCodeableConcept": "x"}]}],
    },
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_no_draft_spoils_the_others(ask: Ask, name: str) -> None:
    assert "ADJ-01" in rules(cards(ask, SURGERY_FIRST, HOSTILE[name], drug("103", "atezolizumab")))


def test_drafts_and_plans_of_random_shape_are_read_without_an_error(guideline: Guideline) -> None:
    chance, drafts = random.Random(3), Drafts(guideline)
    names = [
        "id",
        "code",
        "text",
        "title",
        "description",
        "action",
        "activity",
        "detail",
        "contained",
        "resource",
        "reference",
        "status",
        "subject",
        "period",
        "start",
        "authoredOn",
        "coding",
        "display",
        "system",
        "medicationCodeableConcept",
        "medicationReference",
        "medication",
        "concept",
        "ingredient",
        "item",
        "itemCodeableConcept",
        "category",
        "intent",
    ]
    kinds = (
        "CarePlan",
        "RequestGroup",
        "RequestOrchestration",
        "ServiceRequest",
        "Task",
        "Procedure",
        "MedicationRequest",
        "Medication",
    )
    leaves = (
        "x",
        5,
        None,
        True,
        [],
        {},
        "2026-02-01",
        "AC-T regimen",
        SNOMED,
        "367336001",
        "Patient/p1",
        "active",
        "#x",
    )

    def anything(depth: int) -> Any:
        if depth == 0 or chance.random() < 0.35:
            return chance.choice(leaves)
        if chance.random() < 0.25:
            return [anything(depth - 1) for _ in range(chance.randint(0, 3))]
        return {chance.choice(names): anything(depth - 1) for _ in range(chance.randint(1, 5))}

    for _ in range(rounds(ci=500, thorough=20_000)):
        made = [
            {**{chance.choice(names): anything(4) for _ in range(4)}, "resourceType": chance.choice(kinds)}
            for _ in range(3)
        ]
        drafts.read(bundle(*made), ("RequestGroup/x",), PATIENT)
        assert not [one for one in extract(made, guideline, TODAY).warnings if one.code == "unreadable"], made


def test_a_selected_group_brings_its_orders_along(ask: Ask) -> None:
    group = resource(
        "RequestGroup",
        "g",
        status="draft",
        intent="order",
        action=[{"title": "KEYNOTE-522", "resource": {"reference": "MedicationRequest/103"}}],
    )
    found = cards(
        ask,
        SURGERY_FIRST,
        group,
        drug("103", "pembrolizumab"),
        drug("104", "olaparib"),
        hook="order-select",
        selections=["RequestGroup/g"],
    )

    assert {evidence(one).get("order") for one in found} == {"MedicationRequest/103"}


def test_a_stage_iv_without_an_m_category_is_not_taken_for_early_disease(ask: Ask) -> None:
    advanced = {**CANCER, "stage": [{"summary": coded("http://cancerstaging.org", "IV")}]}
    found = cards(ask, {**WORK_UP, "conditions": bundle(advanced)}, drug("103", "pembrolizumab"))

    assert rules(found) == set() and "outside the guideline" in found[-1]["summary"]
