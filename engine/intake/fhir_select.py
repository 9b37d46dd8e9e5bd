"""The first pass: which resources are worth reading. Each costs a look at its codes; the others are counted.

Afterwards: one version of each resource, one patient.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from engine.intake.fhir_codemap import Codemap, Use
from engine.intake.fhir_doubts import modified
from engine.intake.fhir_record import Record
from engine.intake.fhir_resources import (
    DEEPEST,
    Coding,
    Found,
    Walk,
    as_list,
    code_of,
    codings,
    concept_text,
    reference_key,
    text_of,
)
from engine.intake.fhir_sites import Sites
from engine.language.terminology import DrugForm

MEDICATIONS = frozenset(
    {
        "MedicationAdministration",
        "MedicationStatement",
        "MedicationUsage",
        "MedicationRequest",
        "MedicationOrder",
        "MedicationDispense",
    }
)
SOUNDS = "its code is not known, though its label sounds as if it spoke of a fact; send a known code"
ELSEWHERE = "its code is known, though not in this type of resource"
UNVERIFIED = "the code is known from memory only and not verified"
_PLACES = frozenset({"Specimen", "BodyStructure", "BodySite"})
_LATER = {"corrected": 2, "amended": 2, "final": 1}


@dataclass(frozen=True, slots=True)
class Match:
    """A code of a resource that a code map knows: how it is used, and on which element (the resource or a component)."""

    use: Use
    coding: Coding
    element: dict[str, Any]
    path: str
    label: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A resource worth reading, and why."""

    found: Found
    matches: tuple[Match, ...] = ()
    drug: tuple[str, DrugForm, Coding | None] | None = None
    unclear: bool = False  # it may tell of a treatment, and was not understood
    event: str = ""  # what it may be, where that is no drug

    @property
    def type(self) -> str:
        """Its resource type."""
        return self.found.type

    @property
    def coding(self) -> Coding | None:
        """The code it is known by."""
        return self.matches[0].coding if self.matches else self.drug[2] if self.drug else None


class Selection:
    """Takes the resources of a record one by one."""

    def __init__(self, codemap: Codemap, walk: Walk) -> None:
        self.map, self.walk = codemap, walk
        self._sites = codemap.room("sites", lambda: Sites(codemap))
        treatments = codemap.terminology.treatments
        self._plans = frozenset(treatments.plans if treatments is not None else ())
        self.count = 0
        self.not_read: Counter[str] = Counter()
        self.unmapped: Counter[tuple[str, str, str, str]] = Counter()
        self._chosen: list[Chosen] = []
        self._patients: list[Found] = []
        self._medicines: dict[str, dict[str, Any]] = {}
        self._diagnoses: dict[str, bool] = {}  # key of each Condition: is it the disease that the code maps are about?
        self._conditions: dict[str, dict[str, Any]] = {}
        self._places: dict[str, dict[str, Any]] = {}  # specimens and body structures
        self._named: list[tuple[Found, Coding | None, str]] = []  # not read, but they speak of a fact
        self._waiting: list[Found] = []  # medications, until all Medication resources were seen

    def add(self, found: Found) -> None:
        """Look at one resource."""
        self.count += 1
        kind = found.type
        if kind == "Patient":
            self._patients.append(found)
        elif kind in MEDICATIONS:
            self._waiting.append(found)
        elif kind == "Medication":
            for key in (text_of(found.resource.get("id")), reference_key(found.url)):
                if key:
                    self._medicines[key] = found.resource
        elif self.map.reads(kind):
            self._coded(found, kind)
        else:
            self.not_read[kind] += 1
            if kind in self._plans:
                self._may_treat(found)
            if kind in _PLACES:
                for key in (text_of(found.resource.get("id")), reference_key(found.url)):
                    if key:
                        self._places[key] = found.resource
            elif kind in self.map.terminology.unread:
                self._never_read(found)

    def _coded(self, found: Found, kind: str) -> None:
        resource = found.resource
        concept = self._concept(resource, "", found.path)
        known = codings(concept)
        matches = list(self._matches(kind, resource, concept, known, ""))
        components = resource.get("component")
        if components is not None:
            for index, component in enumerate(as_list(components)):
                path = f".component[{index}]"
                if isinstance(component, dict):
                    inner = self._concept(component, path, found.path)
                    matches += self._matches(kind, component, inner, codings(inner), path)
                else:
                    self.walk.warn("wrong-type", f"{found.path}{path}", "a component must be an object")
        if kind == "Condition":
            for key in (text_of(resource.get("id")), reference_key(found.url)):
                self._diagnoses[key] = self._diagnoses.get(key, False) or self._is_diagnosis(matches)
                self._conditions[key] = resource
        if matches:
            self._chosen.append(Chosen(found, tuple(matches)))
            return
        self._unknown(kind, known, found.path)
        self._may_treat(found)
        value = resource.get("valueCodeableConcept")
        texts = [concept_text(concept), *(one.display for one in known)]
        texts += [text_of(resource.get("valueString")), concept_text(value), *(one.display for one in codings(value))]
        other = next((one for one in known if self.map.reads_elsewhere(one)), None)
        if other is not None:
            self._named.append((found, other, ELSEWHERE))
        elif self.map.sounds(kind, *texts):
            self._named.append((found, known[0] if known else None, SOUNDS))

    def _may_treat(self, found: Found) -> None:
        """A plan or report of a treatment that was not understood: nothing is read from it, and nothing concluded over it."""
        treatments = self.map.terminology.treatments
        if treatments is None or found.type not in treatments.plans:
            return
        texts, known = [], []
        for concept in spoken(found.resource):
            texts += [concept_text(concept), *(one.display for one in codings(concept))]
            known += codings(concept)
        operations = treatments.operations
        if operations is not None and found.type == "Procedure" and self.map.operates(*texts):
            self._chosen.append(Chosen(found, unclear=True, event=operations.event))
        if self.map.treats(*texts) or any(self.map.speaks_of_drug(one) for one in known) or not any(texts):
            self._chosen.append(Chosen(found, unclear=True))

    def _is_diagnosis(self, matches: list[Match]) -> bool:
        """Is a Condition the disease itself? Without a word on when it begins, whatever a code map knows is."""
        episode = self.map.terminology.episode
        if episode is None:
            return bool(matches)
        readings = [match.use.reading for match in matches if match.use.reading is not None]
        return any(one.of_diagnosis or one.event == episode.begins for one in readings)

    def _never_read(self, found: Found) -> None:
        """A resource of a type that states no fact is named where it speaks of one."""
        because = self.map.terminology.unread[found.type]
        for concept in spoken(found.resource):
            known = codings(concept)
            coding = next((one for one in known if self.map.speaks(one)), None)
            if coding is not None or self.map.sounds("", concept_text(concept), *(one.display for one in known)):
                self._named.append((found, coding, because))
                return

    def _concept(self, element: dict[str, Any], path: str, where: str) -> Any:
        """The code of a resource or component; a list of codes as one."""
        concept = element.get("code")
        if isinstance(concept, list):
            concept = (
                concept[0]
                if len(concept) == 1
                else {"coding": [one for each in concept for one in as_list(_coding(each))]}
            )
        if concept is not None and not isinstance(concept, dict):
            self.walk.warn("wrong-type", f"{where}{path}.code".lstrip("."), "a code must be an object")
            return None
        return concept

    def _matches(
        self, kind: str, element: dict[str, Any], concept: Any, known: list[Coding], path: str
    ) -> Iterator[Match]:
        for coding in known:
            uses = self.map.uses(kind, coding)
            if uses:
                label = f"{coding.display} {concept_text(concept)}".casefold()
                for use in uses:
                    yield Match(use, coding, element, path, label)

    def _unknown(self, kind: str, found: list[Coding], path: str) -> None:
        if not found:
            self.unmapped[kind, "", "", ""] += 1
            return
        first = found[0]
        self.unmapped[kind, first.system, first.code, first.display] += 1
        for coding in found:
            wrong = self.map.wrong_digit(coding)
            if wrong is not None:
                self.walk.warn("check-digit", f"{path}.code", wrong)

    # ---- afterwards -------------------------------------------------------------------------------------------------
    def chosen(self, record: Record) -> list[Chosen]:
        """The resources to read: one version of each, of one patient."""
        for found in self._waiting:
            self._medication(found)
        patients = self._versions([Chosen(found) for found in self._patients], record)
        kept = self._of_one_patient(patients, self._versions(self._chosen, record), record)
        for found, coding, reason in self._named:
            record.leave(found, reason, coding)
        return self._of_one_diagnosis(kept, record)

    def _medication(self, found: Found) -> None:
        resource = found.resource
        concept = self._medicine(resource)
        known = codings(concept)
        drug = self.map.drug(known, concept_text(concept))
        reason = self._medicine_modified(resource) if drug is not None else ""
        if reason:
            self._named.append((found, drug[2] if drug else None, reason))
            if self._treats(Chosen(found, drug=drug)):
                self._chosen.append(Chosen(found, unclear=True))
        elif drug is not None:
            self._chosen.append(Chosen(found, drug=drug))
        else:
            self._unknown(found.type, known, found.path)
            if self.map.unverified_drug(known):
                self._named.append((found, known[0], UNVERIFIED))
            if self.map.terminology.treatments is not None and not self.map.another_drug(known, concept_text(concept)):
                self._chosen.append(Chosen(found, unclear=True))

    def _medicine_modified(self, resource: dict[str, Any]) -> str:
        """Why the medication that a resource points to must not be used."""
        reference = resource.get("medicationReference")
        medicine = self._medicines.get(reference_key(reference)) if reference is not None else None
        return modified(medicine) if medicine is not None else ""

    def _medicine(self, resource: dict[str, Any]) -> Any:
        """The concept of a medication, wherever it stands."""
        return next(medicines_of(resource, self._medicines), None)

    def _versions(self, chosen: list[Chosen], record: Record) -> list[Chosen]:
        """Each resource once, in its newest version."""
        groups: dict[tuple[str, str | bytes], list[Chosen]] = {}
        kept: list[Chosen] = []
        for one in chosen:
            name = one.found.resource.get("id")
            own = name if isinstance(name, str) and name else _content(one.found)
            groups.setdefault((one.type, own), []).append(one)
        for same in groups.values():
            if len(same) > 1:
                same = self._newest(list({_content(one.found): one for one in same}.values()), record)
            kept += same
        return kept

    @staticmethod
    def _newest(versions: list[Chosen], record: Record) -> list[Chosen]:
        if len(versions) == 1:
            return versions
        ranks = [_version(one.found.resource) for one in versions]
        if len(set(ranks)) == 1:
            return versions
        best = max(ranks)
        for one, rank in zip(versions, ranks, strict=True):
            if rank != best:
                record.leave(one.found, "a newer version of the same resource is used", one.coding)
        return [one for one, rank in zip(versions, ranks, strict=True) if rank == best]

    def _of_one_patient(self, patients: list[Chosen], chosen: list[Chosen], record: Record) -> list[Chosen]:
        """Resources about another patient are not used; where it is not clear who the patient is, nothing is."""
        subjects: dict[str, list[Chosen]] = {}
        for one in chosen:
            resource = one.found.resource
            key = reference_key(resource.get("subject") or resource.get("patient"))
            subjects.setdefault(key, []).append(one)
        names = {key for key in subjects if key}
        keys = [{text_of(one.found.resource.get("id")), reference_key(one.found.url)} - {""} for one in patients]
        people = {text_of(one.found.resource.get("id")) or one.found.path for one in patients}
        if len(people) > 1:
            self.walk.warn("several-patients", "", "the record holds several patients; nothing is read from it")
            for one in (*patients, *chosen):
                record.leave(one.found, "the record holds several patients", one.coding)
            return []
        if len(names) <= 1:
            return [*patients, *chosen]
        mine = {name for name in names if any(name in each for each in keys)}
        if len(mine) != 1:
            self.walk.warn(
                "several-patients", "", "the resources are about several patients; nothing is read from them"
            )
            for one in chosen:
                record.leave(one.found, "the resources are about several patients", one.coding)
            return patients
        kept = list(patients)
        for name, ones in subjects.items():
            if name in mine or not name:
                kept += ones
            else:
                for one in ones:
                    record.leave(one.found, "it is about another patient", one.coding)
        return kept

    def _of_one_diagnosis(self, chosen: list[Chosen], record: Record) -> list[Chosen]:
        """Results that name a diagnosis no code map knows are about something else."""
        kept: list[Chosen] = []
        named: set[str] = set()
        for one in chosen:
            reason = modified(one.found.resource) or _not_a_patient(one.found.resource)
            if reason:
                record.leave(one.found, reason, one.coding)
                if self._treats(one):
                    kept.append(Chosen(one.found, unclear=True))
                continue
            if one.type == "Observation" and _of_relative(one.found.resource):
                record.leave(one.found, "it is about a relative or another person", one.coding)
                continue
            if one.type != "Condition" and not self._of_diagnosis(one):
                kept.append(one)
                continue
            name = "focus" if one.type == "Observation" else "reasonReference"
            keys = [reference_key(reference) for reference in as_list(one.found.resource.get(name))]
            about = [key for key in keys if key and key in self._diagnoses]
            if about and not any(self._diagnoses[key] for key in about):
                record.leave(one.found, "it is about another diagnosis", one.coding)
                continue
            if one.type == "Observation":
                named.update(about)
            reason = self._place(one, [self._conditions[key] for key in about], record)
            if reason:
                record.leave(one.found, reason, one.coding)
            else:
                kept.append(one)
        if len(named) > 1:
            self.walk.warn(
                "several-diagnoses", "", "the results are about several diagnoses; check that they belong together"
            )
        return kept

    def _place(self, one: Chosen, about: list[dict[str, Any]], record: Record) -> str:
        """Note the side and the specimen of what a resource says; a reason where it is of another site, or of two sides at once."""
        form, resource = self.map.terminology.sites, one.found.resource
        if form is None or one.drug is not None:
            return ""
        if one.type == "Observation":
            local = any(
                use.of_diagnosis and use.local for match in one.matches if (use := match.use.reading) is not None
            )
            if local and self._sites.elsewhere(resource, self._places):
                return form.because
            sample = self._sites.sample(resource, self._places)
            if sample:
                record.sample_of[one.found.path] = sample
        code, site = self._sites.own_sides(resource, self._places)
        if code and site and not code & site:
            return form.differ
        sides = code | site
        for other in () if sides else about:
            sides |= frozenset().union(*self._sites.own_sides(other, self._places))
        if sides:
            record.side_of[one.found.path] = sides
        return ""

    def _treats(self, one: Chosen) -> bool:
        """Is it, or may it be, a drug treatment of the disease?"""
        treatments = self.map.terminology.treatments
        if treatments is None or one.unclear:
            return one.unclear
        if one.drug is not None:
            return treatments.group in one.drug[1].groups
        readings = [match.use.reading for match in one.matches if match.use.reading is not None]
        return any(reading.event in treatments.reports for reading in readings)

    def _of_diagnosis(self, one: Chosen) -> bool:
        """Does what the resource says belong to a diagnosis? A drug that is asked for by itself does not."""
        if one.unclear:
            return True
        if one.drug is not None:
            asked = {current.group for current in self.map.terminology.current}
            return not asked & set(one.drug[1].groups)
        return any(match.use.reading is not None and match.use.reading.of_diagnosis for match in one.matches)


def medicines_of(resource: Mapping[str, Any], medicines: Mapping[str, Any]) -> Iterator[Any]:
    """The concept of what an order or administration names, then those of its ingredients; `medicines`: Medication resources by id."""
    concept = resource.get("medicationCodeableConcept")
    if concept is not None:
        yield concept
        return
    medication = resource.get("medication")
    if isinstance(medication, dict) and "concept" in medication:
        yield medication["concept"]
        return
    reference = resource.get("medicationReference")
    if reference is None and isinstance(medication, dict):
        reference = medication.get("reference")
    key = reference_key(reference)
    for inner in (*as_list(resource.get("contained")), medicines.get(key)):
        if isinstance(inner, dict) and key and (inner is medicines.get(key) or inner.get("id") == key):
            yield inner.get("code")
            for one in as_list(inner.get("ingredient")):
                if isinstance(one, dict):
                    item = one.get("itemCodeableConcept") or one.get("item")
                    yield item.get("concept", item) if isinstance(item, dict) else None
            return
    if isinstance(reference, dict):
        yield {"text": text_of(reference.get("display"))}


_NO_PATIENTS = frozenset(
    {
        "Group",
        "Device",
        "Location",
        "RelatedPerson",
        "Practitioner",
        "Organization",
        "Substance",
        "Procedure",
        "Medication",
    }
)
_OF_PEOPLE = frozenset({"RelatedPerson", "FamilyMemberHistory", "Person"})


def _not_a_patient(resource: dict[str, Any]) -> str:
    """A group, a device or a relative may be a subject too."""
    for reference in as_list(resource.get("subject") or resource.get("patient")):
        if isinstance(reference, dict):
            parts = text_of(reference.get("reference")).split("/_history/")[0].split("/")
            kind = parts[-2] if len(parts) > 1 else text_of(reference.get("type"))
            if kind in _NO_PATIENTS:
                return "its subject is not a patient"
    return ""


def _of_relative(resource: dict[str, Any]) -> bool:
    """Is the result about somebody else than the patient of the record?"""
    for reference in as_list(resource.get("focus")):
        if isinstance(reference, dict):
            parts = text_of(reference.get("reference")).split("/_history/")[0].split("/")
            kind = parts[-2] if len(parts) > 1 else text_of(reference.get("type"))
            if kind in _OF_PEOPLE:
                return True
    return False


def spoken(resource: Mapping[str, Any]) -> Iterator[Any]:
    """The concepts of a resource of any type, and its title and conclusion in words."""
    for name in ("code", "medicationCodeableConcept", "conclusionCode", "reasonCode"):
        for one in as_list(resource.get(name)):
            yield one.get("concept", one) if isinstance(one, dict) else None
    for name in ("condition", "activity"):
        for one in as_list(resource.get(name)):
            inner = one.get("detail", one) if isinstance(one, dict) else None
            if isinstance(inner, dict):
                yield inner.get("code")
                yield {"text": text_of(inner.get("description"))}
    for name in ("conclusion", "title", "description"):
        if isinstance(resource.get(name), str):
            yield {"text": resource[name]}
    yield from _actions(resource.get("action"), 0)


def _actions(actions: Any, depth: int) -> Iterator[Any]:
    """What the actions of a plan are called."""
    for one in as_list(actions) if depth < DEEPEST else ():
        if isinstance(one, dict):
            yield from ({"text": one[name]} for name in ("title", "description") if isinstance(one.get(name), str))
            yield from as_list(one.get("code"))
            yield from _actions(one.get("action"), depth + 1)


def _coding(concept: Any) -> Any:
    return concept.get("coding") if isinstance(concept, dict) else None


def _content(found: Found) -> bytes:
    try:
        return orjson.dumps(found.resource, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    except TypeError:  # a value that JSON does not have, or nested too deeply
        return found.path.encode()


def _version(resource: dict[str, Any]) -> tuple[int, str, int]:
    """How new a version of a resource is, by what it says of itself."""
    meta = resource.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    number = text_of(meta.get("versionId"))
    return (
        int(number) if number.isdecimal() and len(number) < 18 else 0,
        text_of(meta.get("lastUpdated")),
        _LATER.get(code_of(resource.get("status")), 0),
    )
