"""Draft orders: which drugs they order, which of them say nothing that is known here, and which are not looked at.

A draft is never refused. What is not understood and may be a treatment is counted, so that nobody takes silence for approval.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine import Guideline
from engine.intake.fhir import codemap_of
from engine.intake.fhir_resources import (
    DEEPEST,
    Coding,
    as_list,
    code_of,
    codings,
    concept_text,
    reference_key,
    text_of,
)
from engine.intake.fhir_select import medicines_of, spoken

_DRUGS = frozenset({"MedicationRequest", "MedicationOrder"})
_PLANS = frozenset({"RequestGroup", "RequestOrchestration", "CarePlan"})
_OTHERS = frozenset({"ServiceRequest", "ProcedureRequest"})
_OVER = frozenset({"cancelled", "entered-in-error", "completed", "stopped", "revoked", "ended"})
_REFERENCE = re.compile(r"[A-Za-z]+/[A-Za-z0-9\-.]{1,64}", re.ASCII)
OTHER_PATIENT = "for another patient"
NOT_A_DRAFT = "by its status no draft any more"


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft order of a drug: its reference (empty when it has no id) and the name of the drug in the code maps."""

    reference: str
    drug: str


@dataclass(frozen=True, slots=True)
class Orders:
    """What the drafts of one call order."""

    drafts: tuple[Draft, ...] = ()
    unknown: tuple[str, ...] = ()  # references of drafts that may order a treatment and were not understood
    ignored: tuple[str, ...] = ()  # why, for each draft that is not looked at


class Drafts:
    """Reads drafts with the code maps of one guideline."""

    def __init__(self, guideline: Guideline) -> None:
        self._map = codemap_of(guideline)

    def read(self, bundle: Mapping[str, Any], selections: Sequence[str], patient: str) -> Orders:
        """What is ordered for the patient; only by the selected drafts where selections name some that are there."""
        resources = [one for one in _resources(bundle) if one.get("doNotPerform") is not True]
        medicines = {text_of(one.get("id")): one for one in resources if one.get("resourceType") == "Medication"}
        drafts: dict[Draft, None] = {}
        unknown: list[str] = []
        ignored: list[str] = []
        for one in _chosen(resources, selections):
            names, understood = self._drugs(one, medicines, resources)
            if understood and not names:
                continue
            reason = _reason(one, patient)
            if reason:
                ignored.append(reason)
            elif not understood:
                unknown.append(_reference(one))
            for name in names if not reason else ():
                drafts[Draft(_reference(one), name)] = None
        return Orders(tuple(drafts), tuple(unknown), tuple(ignored))

    def codes(self, bundle: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
        """Every code of the tests that are drafted already."""
        return frozenset(
            (coding.system, coding.code)
            for one in _resources(bundle)
            if one.get("resourceType") == "ServiceRequest"
            for coding in codings(one.get("code"))
        )

    def _drugs(
        self, draft: Mapping[str, Any], medicines: Mapping[str, Any], resources: Sequence[dict[str, Any]]
    ) -> tuple[list[str], bool]:
        """The drugs that a draft orders, and whether it was understood. One that says nothing yet is not finished, and no reason for a word."""
        kind = text_of(draft.get("resourceType"))
        if kind in _DRUGS:
            concepts = list(medicines_of(draft, medicines))
            known = [coding for concept in concepts for coding in codings(concept)]
            texts = [concept_text(concept) for concept in concepts]
            names = self._map.drugs(known, texts)
            said = bool(known) or any(texts) or bool(_points(draft))
            return names, bool(names) or not said or self._map.another_drug(known, " ".join(texts))
        if kind in _OTHERS:
            return self._in_words(list(spoken(draft)))
        if kind in _PLANS:
            inner = [one for one in as_list(draft.get("contained")) if isinstance(one, dict)]
            parts = [
                self._drugs(one, medicines, []) for one in inner if text_of(one.get("resourceType")) in _DRUGS | _OTHERS
            ]
            names, understood = self._in_words(list(spoken(draft)))
            names += [name for found, _ in parts for name in found]
            pointed = _pointed(draft)
            beside = any(
                text_of(one.get("id")) in pointed for one in resources
            )  # its orders stand in the Bundle: those are read
            return list(dict.fromkeys(names)), bool(names) or beside or (understood and all(good for _, good in parts))
        return [], True

    def _in_words(self, concepts: Sequence[Any]) -> tuple[list[str], bool]:
        """The drugs that the codes and words of a request of another kind name, unless it asks for a test."""
        known: list[Coding] = [coding for concept in concepts for coding in codings(concept)]
        texts = [concept_text(concept) for concept in concepts]
        labels = [*texts, *(one.display for one in known)]
        if self._map.tests(*labels):
            return [], True
        names = self._map.drugs(known, texts)
        return names, bool(names) or not self._map.treats(*labels)


def _chosen(resources: Sequence[dict[str, Any]], selections: Sequence[str]) -> list[dict[str, Any]]:
    """The drafts that are selected, with the parts of selected plans; all, where none of the selections is there."""
    chosen = [one for one in resources if _reference(one) in selections and _reference(one)]
    if not chosen:
        return list(resources)
    pointed = {name for one in chosen for name in _pointed(one)}
    return chosen + [one for one in resources if text_of(one.get("id")) in pointed and one not in chosen]


def _pointed(plan: Mapping[str, Any]) -> frozenset[str]:
    """The ids of what the actions of a plan point at."""

    def targets(actions: Any, depth: int) -> Iterator[str]:
        for one in as_list(actions) if depth < DEEPEST else ():
            if isinstance(one, dict):
                yield reference_key(one.get("resource"))
                yield from targets(one.get("action"), depth + 1)

    return frozenset(targets(plan.get("action"), 0)) - {""}


def _points(draft: Mapping[str, Any]) -> str:
    """Where the medication of a draft stands, when it names a place."""
    medication = draft.get("medication")
    inner = medication.get("reference") if isinstance(medication, dict) else None
    return reference_key(draft.get("medicationReference") or inner)


def _reason(draft: Mapping[str, Any], patient: str) -> str:
    """Why a draft is not looked at; nothing when it is."""
    if code_of(draft.get("status")) in _OVER:
        return NOT_A_DRAFT
    subject = draft.get("subject") or draft.get("patient")
    written = text_of(subject.get("reference") if isinstance(subject, dict) else subject).split("/_history/")[0]
    kind, _, _ = written.rpartition("/")
    of_patient = not kind or kind.rpartition("/")[2] == "Patient"
    return OTHER_PATIENT if written and not (of_patient and reference_key(subject) == patient) else ""


def _resources(bundle: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = [one.get("resource", one) for one in as_list(bundle.get("entry")) if isinstance(one, dict)]
    return [one for one in entries if isinstance(one, dict)]


def _reference(resource: Mapping[str, Any]) -> str:
    text = f"{resource.get('resourceType')}/{text_of(resource.get('id'))}"
    return text if _REFERENCE.fullmatch(text) else ""
