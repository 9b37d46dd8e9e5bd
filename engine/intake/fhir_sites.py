"""Where in the body a result comes from: the disease itself, another site, or one of two sides; and from which kind of specimen."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.intake.fhir_codemap import Codemap
from engine.intake.fhir_resources import as_list, codings, concept_text, extensions, reference_key
from engine.language.terminology import SetForm

Resource = dict[str, Any]
Known = tuple[frozenset[tuple[str, str]], re.Pattern[str] | None]
_BODY = "http://hl7.org/fhir/StructureDefinition/bodySite"
_DEEPEST = 5  # specimens made of specimens


class Sites:
    """Reads the site of results with the code maps of one guideline. `places` are the specimens and body structures of the record."""

    def __init__(self, codemap: Codemap) -> None:
        self.map, self.form = codemap, codemap.terminology.sites
        if self.form is None:
            return
        readings = codemap.terminology.readings
        self._own, self._elsewhere = self._known(self.form.own), self._known(self.form.elsewhere)
        self._samples = {name: self._known(one) for name, one in self.form.samples.items()}
        self._sides = {}
        for name, side in self.form.sides.items():
            keys, pattern = self._known(side)
            for reading in side.codes_of:
                keys |= {*codemap.all(readings[reading].codes)}
            self._sides[name] = keys, pattern

    def _known(self, form: SetForm) -> Known:
        return frozenset(self.map.all(form.codes)), _any_of(form.patterns)

    def elsewhere(self, resource: Resource, places: Mapping[str, Resource]) -> bool:
        """Does the resource name another site than that of the disease, by itself or by its specimen?"""
        if self.form is None:
            return False
        specimens = list(_specimens(resource, places))
        for specimen in specimens:
            if any(self._fits(one, self._elsewhere) for one in _kinds(specimen)):
                return True
        for group in (_body(resource, places), *(_taken_from(one) for one in specimens)):
            named = [one for one in group if codings(one) or concept_text(one)]
            if any(self._fits(one, self._elsewhere) for one in named):
                return True
            if named and not any(
                self._fits(one, self._own) or any(self._fits(one, side) for side in self._sides.values())
                for one in named
            ):
                return True
        return False

    def own_sides(self, resource: Resource, places: Mapping[str, Resource]) -> tuple[frozenset[str], frozenset[str]]:
        """The sides that its code names, and those that its site or specimen names."""
        if self.form is None or not self._sides:
            return frozenset(), frozenset()
        site = [*_body(resource, places)]
        for specimen in _specimens(resource, places):
            site += [*_taken_from(specimen), *_kinds(specimen)]
        code = [resource.get("code")]
        return self._of([*code, *self._extended(code)]), self._of([*site, *self._extended(site)])

    def _extended(self, concepts: list[Any]) -> Iterator[Any]:
        """The sides that stand in extensions of concepts or of their codes."""
        assert self.form is not None
        for concept in concepts:
            coded = as_list(concept.get("coding")) if isinstance(concept, dict) else []
            for holder in (concept, *coded):
                if not isinstance(holder, dict) or "extension" not in holder:
                    continue
                for url in self.form.side_at:
                    for _, inner in extensions(holder, url):
                        yield inner.get("valueCodeableConcept")
                        yield {"coding": [inner.get("valueCoding")]}

    def sample(self, resource: Resource, places: Mapping[str, Resource]) -> str:
        """The one kind of specimen that the result was got from; nothing where none or several are named."""
        if self.form is None or not self._samples:
            return ""
        said = [resource.get("method")]
        for specimen in _specimens(resource, places):
            said += _kinds(specimen)
        found = [name for name, known in self._samples.items() if any(self._fits(one, known) for one in said)]
        return found[0] if len(found) == 1 else ""

    def _of(self, concepts: list[Any]) -> frozenset[str]:
        return frozenset(
            name for name, side in self._sides.items() if any(self._fits(one, side) for one in concepts if one)
        )

    def _fits(self, concept: Any, known: Known) -> bool:
        keys, pattern = known
        if not isinstance(concept, dict):
            return False
        for coding in codings(concept):
            if any(key in keys for key in self.map.keys(coding)):
                return True
            if pattern is not None and pattern.search(coding.display):
                return True
        return pattern is not None and pattern.search(concept_text(concept)) is not None


def _body(resource: Resource, places: Mapping[str, Resource]) -> list[Any]:
    """The body sites of a resource, also those of a body structure it points to."""
    found: list[Any] = []
    pointers = [inner.get("valueReference") for _, inner in extensions(resource, _BODY)]
    pointers += as_list(resource.get("bodyStructure"))
    for one in as_list(resource.get("bodySite")):
        found.append(_concept(one))
        if isinstance(one, dict):
            pointers += [inner.get("valueReference") for _, inner in extensions(one, _BODY)]
            pointers += [one["reference"]] if isinstance(one.get("reference"), dict) else []
    for pointer in pointers:
        found += [{"text": pointer["display"]}] if isinstance(pointer, dict) and pointer.get("display") else []
        for place in _pointed(pointer, resource, places):
            found += [*as_list(place.get("location")), *as_list(place.get("locationQualifier"))]
            for part in as_list(place.get("includedStructure")):
                if isinstance(part, dict):
                    found += [part.get("structure"), part.get("laterality")]
    return found


def _specimens(resource: Resource, places: Mapping[str, Resource]) -> Iterator[Resource]:
    """The specimens of a resource, and those they were made of; one that is not there is known by the label of its reference."""
    waiting = [(one, resource, 0) for one in as_list(resource.get("specimen"))]
    while waiting:
        reference, owner, depth = waiting.pop()
        if isinstance(reference, dict) and reference.get("display"):
            yield {"type": {"text": reference["display"]}}
        for specimen in _pointed(reference, owner, places):
            yield specimen
            if depth < _DEEPEST:
                waiting += [(one, specimen, depth + 1) for one in as_list(specimen.get("parent"))]


def _pointed(reference: Any, owner: Resource, places: Mapping[str, Resource]) -> list[Resource]:
    key = reference_key(reference)
    inner = [one for one in as_list(owner.get("contained")) if isinstance(one, dict) and key and one.get("id") == key]
    return inner or ([places[key]] if key in places else [])


def _taken_from(specimen: Resource) -> list[Any]:
    collection = specimen.get("collection")
    return [_concept(one) for one in as_list(collection.get("bodySite"))] if isinstance(collection, dict) else []


def _kinds(specimen: Resource) -> list[Any]:
    """What kind of specimen it is, and how it was got."""
    collection = specimen.get("collection")
    found = [specimen.get("type")]
    return [*found, collection.get("method")] if isinstance(collection, dict) else found


def _concept(value: Any) -> Any:
    """A concept, also where it stands inside a reference that may be coded (R5)."""
    return value["concept"] if isinstance(value, dict) and isinstance(value.get("concept"), dict) else value


def _any_of(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE) if patterns else None
