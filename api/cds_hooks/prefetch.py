"""What is asked of a record: prefetch templates made from the code maps, so that what is asked never differs from what is read."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal
from urllib.parse import parse_qsl

from engine import Guideline
from engine.language.terminology import Codes, ReadingForm

State = Literal["missing", "failed", "partial", "absent", "here"]
PATIENT = "{{context.patientId}}"
_LISTS = {
    "conditions": "Condition",
    "procedures": "Procedure",
    "medications": "MedicationRequest",
    "administrations": "MedicationAdministration",
    "statements": "MedicationStatement",
    "plans": "CarePlan",
}


def templates(guideline: Guideline) -> dict[str, str]:
    """Key and template of everything the code maps read. Observations are asked by code, one query for each section of the vocabulary."""
    found = {"patient": f"Patient/{PATIENT}"}
    read: set[str] = {kind for reading in guideline.terminology.readings.values() for kind in reading.from_}
    treatments = guideline.terminology.treatments
    read |= {*treatments.plans} if treatments is not None else set()
    for key, kind in _LISTS.items():
        if kind in read or (guideline.terminology.drugs and kind.startswith("Medication")):
            found[key] = f"{kind}?patient={PATIENT}"
    sections: dict[str, dict[str, None]] = {}
    for section, codes in _observations(guideline):
        tokens = sections.setdefault(section, {})
        for system, known in codes.items():
            form = guideline.terminology.systems[system]
            tokens |= dict.fromkeys(f"{form.uris[0]}|{code}" for code in known)
    for section, tokens in sections.items():
        if tokens:
            found[f"observations-{section}"] = f"Observation?patient={PATIENT}&code={','.join(tokens)}"
    return found


def _observations(guideline: Guideline) -> Iterator[tuple[str, Codes]]:
    for reading in guideline.terminology.readings.values():
        if "Observation" in reading.from_:
            yield _section(guideline, _facts(reading)), reading.codes
    for panel in guideline.terminology.panels.values():
        if "Observation" in panel.from_:
            yield _section(guideline, [row.fact for row in panel.rows]), panel.codes


def _facts(reading: ReadingForm) -> list[str]:
    return [name for name in (reading.fact, *reading.marks.values()) if name]


def _section(guideline: Guideline, facts: list[str]) -> str:
    return next((guideline.vocabulary[name].section for name in facts if name in guideline.vocabulary), "") or "other"


def state(prefetch: Mapping[str, Any], key: str) -> State:
    """What became of one key: not sent, the query failed, more pages wait, nothing there, or data."""
    if key not in prefetch:
        return "missing"
    value = prefetch[key]
    if value is None:
        return "absent"
    if isinstance(value, list):
        return "here" if value else "absent"
    if value.get("resourceType") == "OperationOutcome":
        return "failed"
    if following(value):
        return "partial"
    if value.get("resourceType") == "Bundle" and not value.get("entry"):
        return "absent"
    return "here"


def following(bundle: Any) -> str:
    """The address of the next page of a search, or nothing."""
    links = bundle.get("link") if isinstance(bundle, dict) else None
    for link in links if isinstance(links, list) else [links]:
        if isinstance(link, dict) and link.get("relation") == "next" and isinstance(link.get("url"), str):
            return str(link["url"])
    return ""


def whole(value: Any) -> Any:
    """A search whose further pages are at hand, without the links to them."""
    if isinstance(value, list):
        return [whole(one) for one in value]
    return {name: one for name, one in value.items() if name != "link"} if following(value) else value


def kind_of(template: str) -> str:
    """The type of resource a template asks for."""
    return query(template, "")[0].partition("/")[0]


def query(template: str, patient: str) -> tuple[str, list[tuple[str, str]]]:
    """The path and the parameters a template asks of a FHIR server."""
    path, _, parameters = template.replace(PATIENT, patient).partition("?")
    return path, parse_qsl(parameters)
