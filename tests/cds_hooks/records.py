"""Records of made-up patients as prefetch, and calls that carry them."""

import datetime
from typing import Any

SNOMED, LOINC, RXNORM = "http://snomed.info/sct", "http://loinc.org", "http://www.nlm.nih.gov/research/umls/rxnorm"
TODAY = datetime.date(2026, 11, 22)
PATIENT = "p1"
INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"


def coded(system: str, code: str, text: str = "") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}], **({"text": text} if text else {})}


def resource(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": kind, "id": name, "subject": {"reference": f"Patient/{PATIENT}"}, **more}


def observation(name: str, code: dict[str, Any], date: str = "2026-07-01", **value: Any) -> dict[str, Any]:
    return resource("Observation", name, status="final", code=code, effectiveDateTime=date, **value)


def bundle(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in resources], **more}


NEGATIVE = {"valueCodeableConcept": coded(SNOMED, "260385009", "Negative")}
WOMAN = {"resourceType": "Patient", "id": PATIENT, "gender": "female", "birthDate": "1975-03-04"}
CANCER = resource(
    "Condition", "c1", code=coded(SNOMED, "254837009"), onsetDateTime="2026-07-01",
    clinicalStatus=coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"),
)  # fmt: skip
RECEPTORS = bundle(
    observation("er", coded(LOINC, "85337-4"), **NEGATIVE),
    observation("pr", coded(LOINC, "85339-0"), **NEGATIVE),
    observation("her2", coded(LOINC, "85318-4"), **NEGATIVE),
)
STAGE = bundle(
    observation("pt", coded(LOINC, "21899-0"), "2026-08-10", valueCodeableConcept={"text": "pT2"}),
    observation("pn", coded(LOINC, "21900-6"), "2026-08-10", valueCodeableConcept={"text": "pN1a"}),
    observation("m", coded(LOINC, "21907-1"), "2026-07-10", valueCodeableConcept={"text": "cM0"}),
)
OPERATION = resource(
    "Procedure", "op", status="completed", code=coded(SNOMED, "392021009"), performedDateTime="2026-08-01"
)
CHEMOTHERAPY = resource(
    "MedicationAdministration", "ac", status="completed", medicationCodeableConcept=coded(RXNORM, "3639"), effectiveDateTime="2026-11-10"
)  # fmt: skip
EMPTY = bundle()
AFTER_DRUGS = bundle(
    observation("ct", coded(LOINC, "21905-5"), "2026-01-10", valueCodeableConcept={"text": "cT2"}),
    observation("cn", coded(LOINC, "21906-3"), "2026-01-10", valueCodeableConcept={"text": "cN1"}),
    observation("m", coded(LOINC, "21907-1"), "2026-01-10", valueCodeableConcept={"text": "cM0"}),
    observation("ypt", coded(LOINC, "21899-0"), "2026-08-10", valueCodeableConcept={"text": "ypT1c"}),
    observation("ypn", coded(LOINC, "21900-6"), "2026-08-10", valueCodeableConcept={"text": "ypN1"}),
)
LUNG = resource(
    "Condition",
    "lung",
    code=coded(SNOMED, "233703007"),
    onsetDateTime="2026-05-01",
    clinicalStatus=coded("x", "active"),
)
GIVEN = [
    resource("MedicationAdministration", f"given-{number}", status="completed", medicationCodeableConcept=coded(RXNORM, code), effectiveDateTime=date)
    for number, (code, date) in enumerate((("583214", "2026-02-01"), ("1547545", "2026-02-01")))
]  # fmt: skip
NOTHING = {
    "patient": WOMAN, "conditions": EMPTY, "procedures": EMPTY, "medications": EMPTY, "administrations": EMPTY, "statements": None, "plans": EMPTY,
    "observations-receptors": EMPTY, "observations-tumour": EMPTY, "observations-safety": EMPTY, "observations-genetics": EMPTY,
    "observations-context": EMPTY, "observations-treatment": EMPTY, "observations-other": EMPTY,
}  # fmt: skip
WORK_UP = {**NOTHING, "conditions": bundle(CANCER), "observations-receptors": RECEPTORS}
PNEUMONITIS = {
    **NOTHING,
    "conditions": bundle({**CANCER, "onsetDateTime": "2026-01-05"}, LUNG),
    "observations-receptors": RECEPTORS,
    "observations-tumour": AFTER_DRUGS,
    "procedures": bundle(OPERATION),
    "administrations": bundle(*GIVEN),
}  # residual disease after drugs with pembrolizumab, and an interstitial lung disease since then
SURGERY_FIRST = {
    **WORK_UP,
    "observations-tumour": STAGE,
    "procedures": bundle(OPERATION),
    "administrations": bundle(CHEMOTHERAPY),
}


def drug(name: str, text: str = "", code: str = "", **more: Any) -> dict[str, Any]:
    """A draft order of a drug."""
    concept = coded(RXNORM, code, text) if code else {"text": text}
    return resource(
        "MedicationRequest", name, status="draft", intent="order", medicationCodeableConcept=concept, **more
    )


ATEZOLIZUMAB = bundle(drug("103", "atezolizumab"))


def call(hook: str = "patient-view", prefetch: Any = None, **more: Any) -> dict[str, Any]:
    """The body of a call; `more` goes into the context, except `server` and `token`."""
    server, token = more.pop("server", None), more.pop("token", None)
    context: dict[str, Any] = {"userId": "Practitioner/1", "patientId": PATIENT}
    if hook != "patient-view":
        context["draftOrders"] = ATEZOLIZUMAB
    if hook == "order-select":
        context["selections"] = ["MedicationRequest/103"]
    body: dict[str, Any] = {"hook": hook, "hookInstance": INSTANCE, "context": {**context, **more}}
    if prefetch is not None:
        body["prefetch"] = prefetch
    if server:
        body["fhirServer"] = server
    if token:
        body["fhirAuthorization"] = {
            "access_token": token, "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.read", "subject": "cds"
        }  # fmt: skip
    return body
