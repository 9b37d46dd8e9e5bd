"""What a conformant client gets: the right cards, in order, and nothing that breaks the specification."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import Guideline
from tests.api.client import Answer, Client
from tests.cds_hooks import conformance
from tests.cds_hooks.conftest import address
from tests.cds_hooks.records import (
    ATEZOLIZUMAB,
    EMPTY,
    LOINC,
    NEGATIVE,
    NOTHING,
    PATIENT,
    PNEUMONITIS,
    RECEPTORS,
    SNOMED,
    SURGERY_FIRST,
    WORK_UP,
    bundle,
    call,
    coded,
    drug,
    observation,
)  # fmt: skip

HOOKS = ("patient-view", "order-select", "order-sign")
SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "fhir"
CAPECITABINE = bundle(drug("104", code="200327"))
DPD = {**SURGERY_FIRST, "observations-receptors": bundle(
    *(one["resource"] for one in RECEPTORS["entry"]), observation("er2", coded(LOINC, "16112-5"), **NEGATIVE)
)}  # fmt: skip
CONTRADICTORY = {**SURGERY_FIRST, "observations-genetics": bundle(observation("er3", coded(LOINC, "85337-4"), valueQuantity={"value": 90, "unit": "%", "code": "%"}))}  # fmt: skip
PATIENTS: dict[str, Any] = {
    "nothing": NOTHING, "work-up": WORK_UP, "surgery first": SURGERY_FIRST, "two receptor codes": DPD, "contradictory": CONTRADICTORY, "pneumonitis": PNEUMONITIS,
    "er positive": {**WORK_UP, "observations-receptors": bundle(observation("er", coded(LOINC, "85329-1"), valueQuantity={"value": 90, "unit": "%", "code": "%"}))},
    "child": {**WORK_UP, "patient": {"resourceType": "Patient", "id": PATIENT, "birthDate": "2015-01-01"}},
}  # fmt: skip
DRAFTS: dict[str, Any] = {
    "atezolizumab": ATEZOLIZUMAB, "capecitabine": CAPECITABINE, "no orders": EMPTY,
    "several": bundle(drug("1", "pembrolizumab"), drug("2", "doxorubicin"), drug("3", "olaparib"), drug("4", "carboplatin"), drug("5", "ibuprofen")),
}  # fmt: skip

Ask = Callable[[dict[str, Any]], Answer]


def cards(answer: Answer) -> list[dict[str, Any]]:
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.json()["cards"]
    return found


def evidence(card: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = card["extension"]["org.tnbc-cds.evidence"]
    return found


def numbers(card: dict[str, Any]) -> list[str]:
    return [one["number"] for one in evidence(card).get("rules", [])]


# ---- conformance ----------------------------------------------------------------------------------------------------
def test_discovery_conforms_and_lists_every_hook(client: Client) -> None:
    body = client.get("/cds-services").json()

    assert conformance.discovery(body) == []
    assert {one["hook"]: one["id"] for one in body["services"]} == {hook: f"early-tnbc-{hook}" for hook in HOOKS}


@pytest.mark.parametrize("patient", PATIENTS)
@pytest.mark.parametrize("hook", HOOKS)
def test_every_answer_conforms(ask: Ask, hook: str, patient: str) -> None:
    for drafts in [None] if hook == "patient-view" else DRAFTS.values():
        more = {} if drafts is None else {"draftOrders": drafts}
        assert conformance.response({"cards": cards(ask(call(hook, PATIENTS[patient], **more)))}) == []


@pytest.mark.parametrize("path", sorted(SHARED.glob("*.json")), ids=lambda path: path.stem)
@pytest.mark.parametrize("hook", HOOKS)
def test_every_answer_to_a_public_record_conforms(ask: Ask, hook: str, path: Path) -> None:
    record = json.loads(path.read_text())
    entries = [one["resource"] for one in record["entry"]] if isinstance(record, dict) else record
    patient = next(one["id"] for one in entries if one["resourceType"] == "Patient")

    found = cards(ask(call(hook, {"record": record}, patientId=patient)))

    assert conformance.response({"cards": found}) == []
    assert found or hook != "patient-view"


BROKEN: dict[str, tuple[Any, ...]] = {
    "summary": ("summary", "x" * 140), "indicator": ("indicator", "high"), "source": ("source", {"url": "https://a.example"}),
    "html": ("detail", "<b>x</b>"), "null": ("detail", None), "behaviour": ("selectionBehavior", "any"), "uuid": ("uuid", "1"),
    "reason": ("overrideReasons", [{"code": "a"}]), "link": ("links", [{"label": "a", "url": "/x", "type": "absolute"}]),
    "extension": ("extension", {"evidence": 1}), "suggestion": ("suggestions", [{"label": "a"}]),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_the_checker_finds_what_breaks_the_specification(ask: Ask, name: str) -> None:
    good = cards(ask(call("patient-view", SURGERY_FIRST)))[0]
    member, value = BROKEN[name]

    assert conformance.response({"cards": [good]}) == []
    assert conformance.response({"cards": [{**good, member: value}]}) != []


# ---- the chart is opened --------------------------------------------------------------------------------------------
def test_a_chart_without_the_disease_is_left_alone(ask: Ask) -> None:
    assert cards(ask(call("patient-view", NOTHING))) == []


def test_advice_after_surgery_first_comes_first_and_says_how_sure_it_is(ask: Ask) -> None:
    first = cards(ask(call("patient-view", SURGERY_FIRST)))[0]

    assert numbers(first) == ["ADJ-01"]
    assert first["indicator"] == "warning"
    assert first["source"] == {"label": "ALEXANDRA/IMpassion030", "url": "https://doi.org/10.1001/jama.2024.26886"}
    for words in (
        "Strong recommendation, high certainty",
        "**HR 1.11",
        "Why:",
        "https://doi.org/10.1001/jama.2024.26886",
    ):
        assert words in first["detail"]
    assert [one["display"][:27] for one in first["overrideReasons"]] == ["Pembrolizumab was begun bef"]


def test_there_is_one_card_for_each_question_and_no_figure_that_was_not_checked(ask: Ask, guideline: Guideline) -> None:
    found = cards(ask(call("patient-view", SURGERY_FIRST)))
    questions = [{guideline.rule(one).question for one in numbers(card)} for card in found]

    assert all(len(each) <= 1 for each in questions)
    assert len([each for each in questions if each]) == len(set().union(*questions))
    for card in found:
        for rule in evidence(card).get("rules", []):
            for cited in rule.get("citations", []):
                finding = guideline.evidence[cited["source"]].findings[cited["finding"]]
                assert cited.get("value") == (finding.value if finding.checked and finding.value else None)


def test_a_missing_test_can_be_drafted(ask: Ask) -> None:
    found = cards(ask(call("patient-view", SURGERY_FIRST, encounterId="e1")))
    (card,) = [one for one in found if "WUP-01" in numbers(one)]
    (action,) = card["suggestions"][0]["actions"]

    assert action["type"] == "create"
    assert action["resource"] == {
        "resourceType": "ServiceRequest", "status": "draft", "intent": "proposal", "code": {"text": "Germline BRCA1 and BRCA2 testing"},
        "subject": {"reference": "Patient/p1"}, "encounter": {"reference": "Encounter/e1"},
    }  # fmt: skip


def test_the_last_card_says_what_is_missing(ask: Ask) -> None:
    last = cards(ask(call("patient-view", WORK_UP)))[-1]

    assert last["summary"].startswith("No advice yet: facts are missing: ")
    assert "needs" in evidence(last) and evidence(last)["needs"]
    assert "Not known, and could change the advice:" in last["detail"]


def test_a_patient_outside_the_guideline_is_told_why_there_is_no_advice(ask: Ask) -> None:
    found = cards(ask(call("patient-view", PATIENTS["child"])))

    assert evidence(found[0])["status"] == "out_of_scope"
    assert "No advice: this patient is outside the guideline" in [one["summary"] for one in found]


def test_a_record_that_contradicts_itself_is_told_so(ask: Ask) -> None:
    found = cards(ask(call("patient-view", CONTRADICTORY)))

    assert any("contradict" in one["summary"] for one in found), [one["summary"] for one in found]
    assert not any(number.startswith("ADJ") for one in found for number in numbers(one))


def test_the_same_patient_and_question_keep_their_id_and_another_patient_has_another(ask: Ask) -> None:
    first, again = (cards(ask(call("patient-view", SURGERY_FIRST))) for _ in range(2))
    other = json.loads(json.dumps(SURGERY_FIRST).replace('"p1"', '"p2"').replace("Patient/p1", "Patient/p2"))
    second = cards(ask(call("patient-view", other, patientId="p2")))
    select, sign = (cards(ask(call(hook, SURGERY_FIRST))) for hook in HOOKS[1:])

    assert [one["uuid"] for one in first] == [one["uuid"] for one in again]
    assert [one["uuid"] for one in select] == [one["uuid"] for one in sign]
    assert not {one["uuid"] for one in first} & {one["uuid"] for one in second}


# ---- an order is written --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("hook", HOOKS[1:])
@pytest.mark.parametrize("name", ["atezolizumab", "pembrolizumab", "Keytruda 100 mg"])
def test_ordering_a_checkpoint_inhibitor_after_surgery_first_warns_and_names_the_order(
    ask: Ask, hook: str, name: str
) -> None:
    first = cards(ask(call(hook, SURGERY_FIRST, draftOrders=bundle(drug("103", name)))))[0]

    drug_name = "Atezolizumab" if "atezo" in name else "Pembrolizumab"
    assert first["indicator"] == "warning"
    assert first["summary"].startswith(f"{drug_name}: ")
    assert numbers(first) == ["ADJ-01"] and evidence(first)["order"] == "MedicationRequest/103"
    assert "MedicationRequest/103" in first["detail"]
    assert first["source"]["label"] == "ALEXANDRA/IMpassion030"
    assert first["suggestions"][0]["actions"][0] | {"description": ""} == {
        "type": "delete", "description": "", "resourceId": "MedicationRequest/103"
    }  # fmt: skip


def test_a_drug_that_no_rule_speaks_of_is_let_through(ask: Ask) -> None:
    ibuprofen = drug("9", code="5640", text="ibuprofen")

    assert cards(ask(call("order-sign", SURGERY_FIRST, draftOrders=bundle(ibuprofen)))) == []


def test_only_selected_drafts_are_answered(ask: Ask) -> None:
    drafts = bundle(drug("1", "atezolizumab"), drug("2", code="200327"))
    found = cards(ask(call("order-select", SURGERY_FIRST, draftOrders=drafts, selections=["MedicationRequest/2"])))

    assert found and {evidence(one)["order"] for one in found} == {"MedicationRequest/2"}


def test_an_order_is_not_passed_over_in_silence_when_its_rules_wait_for_facts(ask: Ask) -> None:
    found = cards(ask(call("order-sign", WORK_UP)))

    assert [one["summary"] for one in found if "not all checks are possible" in one["summary"]]


@pytest.mark.parametrize("hook", HOOKS[1:])
def test_a_hard_contraindication_of_an_order_is_critical_and_nothing_else_is(ask: Ask, hook: str) -> None:
    """Pembrolizumab before and after surgery, and a lung disease in between: ordering the next dose must be stopped."""
    drafts = bundle(drug("103", "pembrolizumab"), drug("104", "ibuprofen"), drug("105", code="200327"))
    found = cards(ask(call(hook, PNEUMONITIS, draftOrders=drafts, selections=[])))

    assert numbers(found[0]) == ["SAF-01"]
    assert {number for one in found if one["indicator"] == "critical" for number in numbers(one)} == {"SAF-01"}
    assert found[0]["suggestions"][0]["label"] == "Remove the order of pembrolizumab, keep the others"
    assert found[0]["suggestions"][0]["actions"][0]["resourceId"] == "MedicationRequest/103"
    assert "critical" not in {one["indicator"] for one in cards(ask(call("patient-view", PNEUMONITIS)))}


def test_tests_that_an_order_waits_for_can_be_drafted_from_its_card(ask: Ask) -> None:
    found = cards(ask(call("order-sign", SURGERY_FIRST, draftOrders=CAPECITABINE)))

    labels = {suggestion["label"] for one in found for suggestion in one.get("suggestions", [])}
    assert "Order a DPYD test" in labels
    for one in found:
        rules = evidence(one).get("rules", [])
        assert all(rule["status"] in ("firm", "provisional") for rule in rules)


def test_the_address_of_a_service_is_its_id(client: Client) -> None:
    for one in client.get("/cds-services").json()["services"]:
        assert address(one["hook"]).endswith(one["id"])


def test_a_record_that_contradicts_itself_gives_no_advice_and_names_both_sources(ask: Ask) -> None:
    positive = observation("other", coded(LOINC, "16112-5"), valueCodeableConcept=coded(SNOMED, "10828004"))
    receptors = bundle(*(entry["resource"] for entry in RECEPTORS["entry"]), positive)

    cards = ask(call("patient-view", {**SURGERY_FIRST, "observations-receptors": receptors})).json()["cards"]

    (missing,) = [card for card in cards if card["summary"].startswith("No advice: the record contradicts itself")]
    assert "Observation/er, 2026-07-01" in missing["detail"] and "Observation/other, 2026-07-01" in missing["detail"]
    kinds = {rule["kind"] for card in cards for rule in card["extension"]["org.tnbc-cds.evidence"].get("rules", [])}
    assert kinds <= {"request_data", "safety_alert", "out_of_scope"}
