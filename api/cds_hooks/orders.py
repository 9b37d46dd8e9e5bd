"""Draft orders: which of the drugs that the code maps know they order. A draft that says less than that is left alone, never refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import Guideline
from engine.intake.fhir_codemap import Codemap
from engine.intake.fhir_resources import as_list, codings, concept_text, reference_key, text_of

_ORDERS = ("MedicationRequest", "MedicationOrder")
_REFERENCE = re.compile(r"[A-Za-z]+/[A-Za-z0-9\-.]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft order of a drug: its reference (empty when it has no id) and the name of the drug in the code maps."""

    reference: str
    drug: str


class Drafts:
    """Reads drafts with the code maps of one guideline."""

    def __init__(self, guideline: Guideline) -> None:
        self._map = Codemap(guideline.terminology, guideline.vocabulary)

    def drugs(self, bundle: Mapping[str, Any], selections: tuple[str, ...]) -> list[Draft]:
        """The drugs that are ordered; only the selected drafts where selections name some that are there."""
        resources = [one for one in _resources(bundle) if one.get("doNotPerform") is not True]
        chosen = [one for one in resources if _reference(one) in selections and _reference(one)]
        medicines = {text_of(one.get("id")): one for one in resources if one.get("resourceType") == "Medication"}
        found: dict[Draft, None] = {}
        for one in chosen or resources:
            if one.get("resourceType") in _ORDERS:
                concept = _medicine(one, medicines)
                known = self._map.drug(codings(concept), concept_text(concept))
                if known is not None:
                    found[Draft(_reference(one), known[0])] = None
        return list(found)

    def codes(self, bundle: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
        """Every code of the tests that are drafted already."""
        return frozenset(
            (coding.system, coding.code)
            for one in _resources(bundle)
            if one.get("resourceType") == "ServiceRequest"
            for coding in codings(one.get("code"))
        )


def _resources(bundle: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = [one.get("resource", one) for one in as_list(bundle.get("entry")) if isinstance(one, dict)]
    return [one for one in entries if isinstance(one, dict)]


def _reference(resource: Mapping[str, Any]) -> str:
    text = f"{resource.get('resourceType')}/{text_of(resource.get('id'))}"
    return text if _REFERENCE.fullmatch(text) else ""


def _medicine(resource: Mapping[str, Any], medicines: Mapping[str, Any]) -> Any:
    concept = resource.get("medicationCodeableConcept")
    medication = resource.get("medication")
    if concept is None and isinstance(medication, dict):
        concept = medication.get("concept")
    if concept is not None:
        return concept
    reference = resource.get("medicationReference")
    key = reference_key(reference)
    for inner in as_list(resource.get("contained")):
        if isinstance(inner, dict) and key and inner.get("id") == key:
            return inner.get("code")
    if key in medicines:
        return medicines[key].get("code")
    return {"text": text_of(reference.get("display"))} if isinstance(reference, dict) else None
