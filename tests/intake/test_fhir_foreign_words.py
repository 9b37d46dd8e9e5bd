"""Results, metastases and operations in words and codes of other houses: what speaks against triple-negative, early or drugs-first is not passed over."""

import datetime
from functools import cache
from typing import Any

import pytest

from engine import Guideline, default_rules, load
from engine.intake import Extraction, extract

TODAY = datetime.date(2026, 11, 22)
SNOMED, LOINC, RXNORM = "http://snomed.info/sct", "http://loinc.org", "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD10CM, ICD10GM = "http://hl7.org/fhir/sid/icd-10-cm", "http://fhir.de/CodeSystem/bfarm/icd-10-gm"
OPS, CPT = "http://fhir.de/CodeSystem/bfarm/ops", "http://www.ama-assn.org/go/cpt"
ER, FISH, M = "85337-4", "85318-4", "21907-1"


@cache
def guideline() -> Guideline:
    return load(default_rules())


def coded(system: str, code: str, text: str = "") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}], **({"text": text} if text else {})}


def result(code: str, value: str, date: str = "2026-07-01") -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": f"{code}-{date}", "status": "final", "code": coded(LOINC, code),
        "effectiveDateTime": date, "valueString": value,
    }  # fmt: skip


def diagnosis(code: dict[str, Any], date: str = "2026-01-10", **more: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "id": "c", "code": code, "onsetDateTime": date, **more}


def operation(code: dict[str, Any], date: str) -> dict[str, Any]:
    return {
        "resourceType": "Procedure", "id": f"op-{date}", "status": "completed", "code": code, "performedDateTime": date
    }  # fmt: skip


CANCER = diagnosis(coded(SNOMED, "254837009"))
MASTECTOMY = operation(coded(SNOMED, "172043006"), "2026-08-01")
DOXORUBICIN = {
    "resourceType": "MedicationAdministration", "id": "ac", "status": "completed", "effectiveDateTime": "2026-03-10",
    "medicationCodeableConcept": coded(RXNORM, "3639"),
}  # fmt: skip


def read(*resources: dict[str, Any]) -> Extraction:
    return extract(list(resources), guideline(), TODAY)


def in_conflict(found: Extraction) -> set[str]:
    return {one.fact for one in found.conflicts}


# ---- receptors ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("words", ["Positive (Allred 8/8)", "moderately positive in 40% of tumor nuclei", "positiv"])
def test_a_positive_receptor_in_other_words_contradicts_a_negative_one(words: str) -> None:
    found = read(CANCER, result(ER, "Negative"), result(ER, words, "2026-07-20"))

    assert "er_category" not in found.facts and in_conflict(found) == {"er_category"}


@pytest.mark.parametrize("words", ["Positive for amplification", "Amplified (HER2/CEP17 4.1, copies 9)"])
def test_a_positive_her2_in_other_words_contradicts_a_negative_one(words: str) -> None:
    found = read(CANCER, result(FISH, "Negative"), result(FISH, words, "2026-07-20"))

    assert "her2_ish" not in found.facts and in_conflict(found) == {"her2_ish"}


@pytest.mark.parametrize(
    "words",
    [
        "Negative (Allred score 0/8)",
        "Negative (H-score 0)",
        "Negative - 0%",
        "Less than 1% (Negative)",
        "No staining",
        "negativ",
    ],
)
def test_a_negative_receptor_in_the_words_of_reports_is_read(words: str) -> None:
    assert read(CANCER, result(ER, words)).facts["er_category"] == "negative"


@pytest.mark.parametrize("words", ["not positive", "No positive control", "Positive control negative", "Positive?"])
def test_no_other_sentence_with_the_word_is_a_result(words: str) -> None:
    assert read(CANCER, result(ER, words)).facts.get("er_category") != "negative"


# ---- metastases -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("code", ["C78.0", "C78.7", "C79.3", "C79.5"])
def test_distant_metastases_are_read_from_icd_10_outside_the_united_states(code: str) -> None:
    metastasis = {**diagnosis(coded(ICD10GM, code), "2026-10-01"), "id": "m"}

    assert read(CANCER, metastasis).facts["m_category"] == "M1"
    assert in_conflict(read(CANCER, metastasis, result(M, "cM0"))) == {"m_category"}


@pytest.mark.parametrize("code", ["94493005", "94161006", "94381002"])
def test_distant_metastases_are_read_from_snomed_ct(code: str) -> None:
    metastasis = {**diagnosis(coded(SNOMED, code), "2026-10-01"), "id": "m"}

    assert in_conflict(read(CANCER, metastasis, result(M, "cM0"))) == {"m_category"}


@pytest.mark.parametrize("words", ["M1 (bone)", "cM1 OSS", "cM1b PUL, HEP", "pM1 (liver)"])
def test_a_metastatic_category_with_its_site_is_read(words: str) -> None:
    assert read(CANCER, result(M, words)).facts["m_category"] == "M1"
    assert in_conflict(read(CANCER, result(M, "cM0"), result(M, words, "2026-10-01"))) == {"m_category"}


@pytest.mark.parametrize(
    "name", ["Breast cancer metastatic to bone, left (HCC)", "Metastatic breast cancer (HCC)", "Mamma-Ca, Metastasen in Liver"]
)  # fmt: skip
def test_a_diagnosis_that_names_its_metastasis_is_not_early(name: str) -> None:
    found = read(diagnosis(coded(ICD10CM, "C50.912", name)), result(M, "cM0"))

    assert found.facts["invasive_cancer"] is True and in_conflict(found) == {"m_category"}


@pytest.mark.parametrize(
    "name",
    [
        "Carcinoma of left breast metastatic to axillary lymph node (HCC)",
        "Left breast cancer, no evidence of metastasis",
        "Malignant neoplasm of left breast, high risk for recurrence",
        "Triple negative breast cancer, negative for BRCA mutation",
        "Mammakarzinom links, Ausschluss Fernmetastasen",
    ],
)
def test_a_diagnosis_that_denies_something_else_is_still_the_diagnosis(name: str) -> None:
    found = read(diagnosis(coded(ICD10CM, "C50.912", name)), result(M, "cM0"))

    assert found.facts["invasive_cancer"] is True and found.facts["m_category"] == "M0"
    assert not found.conflicts and not found.unused


@pytest.mark.parametrize(
    "name", ["No evidence of breast cancer", "At risk for breast cancer", "Negative for malignancy"]
)
def test_a_diagnosis_that_is_denied_is_none(name: str) -> None:
    assert "invasive_cancer" not in read(diagnosis(coded(ICD10CM, "C50.912", name))).facts


# ---- an operation that is not understood ----------------------------------------------------------------------------
UNREAD = [
    coded(CPT, "19301", "PARTIAL MASTECTOMY LEFT"),
    coded(OPS, "5-870.a1", "Partielle (brusterhaltende) Exzision der Mamma und Destruktion von Mammagewebe"),
    {"text": "Segmentektomie Mamma links"},
]


@pytest.mark.parametrize("code", UNREAD)
def test_an_operation_before_the_drugs_that_is_not_understood_leaves_open_what_came_first(code: dict[str, Any]) -> None:
    assert read(CANCER, DOXORUBICIN, MASTECTOMY).facts["pathway"] == "neoadjuvant"
    found = read(CANCER, operation(code, "2026-02-01"), DOXORUBICIN, MASTECTOMY)

    assert "pathway" not in found.facts
    assert [one.resource for one in found.unused if one.fact == "pathway"] == ["Procedure"]


@pytest.mark.parametrize("date", ["2026-08-01", "2026-07-30", "2024-02-01"])
def test_the_same_operation_in_other_codes_and_one_of_years_ago_leave_nothing_open(date: str) -> None:
    assert read(CANCER, operation(UNREAD[0], date), DOXORUBICIN, MASTECTOMY).facts["pathway"] == "neoadjuvant"


@pytest.mark.parametrize("text", ["Biopsy of breast, core needle", "Consultation breast surgery", "Port insertion"])
def test_no_other_procedure_before_the_drugs_leaves_it_open(text: str) -> None:
    found = read(CANCER, operation({"text": text}, "2026-02-01"), DOXORUBICIN, MASTECTOMY)

    assert found.facts["pathway"] == "neoadjuvant"


def test_a_pathologic_category_before_the_drugs_tells_of_an_operation_before_them() -> None:
    early = read(CANCER, result("21899-0", "pT2", "2026-02-05"), DOXORUBICIN, MASTECTOMY)
    late = read(CANCER, result("21899-0", "pT2", "2026-08-05"), DOXORUBICIN, MASTECTOMY)

    assert "pathway" not in early.facts and late.facts["pathway"] == "neoadjuvant"
    y = read(CANCER, result("21899-0", "ypT2", "2026-08-05"), DOXORUBICIN, MASTECTOMY)
    assert y.facts["pathway"] == "neoadjuvant"


@pytest.mark.parametrize(
    "words", ["M1 " + "bone " * 3000 + "!", "M1" + " ," * 3000 + "!", "neg" + " (-" * 3000, "metastatic " * 3000]
)
def test_long_words_are_answered(words: str) -> None:
    found = read(diagnosis(coded(ICD10CM, "C50.912", words)), result(M, words), result(ER, words), result(FISH, words))

    assert "m_category" not in found.facts and "er_category" not in found.facts


@pytest.mark.parametrize(
    "gap", [" " * 5000, "\t \n" * 2000, "\u00a0" * 5000], ids=["blanks", "lines", "no-break blanks"]
)
def test_a_long_gap_in_a_text_is_one_blank(gap: str) -> None:
    assert read(CANCER, result(ER, f"{gap}Negative{gap}")).facts["er_category"] == "negative"
    assert "er_category" not in read(CANCER, result(ER, f"neg{gap}x")).facts
