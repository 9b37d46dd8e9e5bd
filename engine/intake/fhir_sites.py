"""Where in the body a result comes from: the disease itself, another site, or one of two sides."""

import re
from collections.abc import Mapping
from typing import Any

from engine.intake.fhir_codemap import Codemap
from engine.intake.fhir_resources import as_list, codings, concept_text, extensions, reference_key

Resource = dict[str, Any]


class Sites:
    """Reads the site of results with the code maps of one guideline."""

    def __init__(self, codemap: Codemap) -> None:
        self.map, self.form = codemap, codemap.terminology.sites
        if self.form is None:
            return
        readings = codemap.terminology.readings
        self._own = frozenset(codemap.all(self.form.own.codes)), _any_of(self.form.own.patterns)
        self._sides = {}
        for name, side in self.form.sides.items():
            keys = {*codemap.all(side.codes)}
            for reading in side.codes_of:
                keys |= {*codemap.all(readings[reading].codes)}
            self._sides[name] = frozenset(keys), _any_of(side.patterns)

    def elsewhere(self, resource: Resource, specimens: Mapping[str, Resource]) -> bool:
        """Does the resource name a site, and none that is of the disease?"""
        if self.form is None:
            return False
        named = [one for one in self._concepts(resource, specimens) if codings(one) or concept_text(one)]
        return bool(named) and not any(
            self._fits(one, self._own) or any(self._fits(one, side) for side in self._sides.values()) for one in named
        )

    def side(self, resource: Resource, specimens: Mapping[str, Resource], conditions: list[Resource]) -> str:
        """The one side that a result is of by its site, or by the diagnosis it is about; nothing when it names none or both."""
        if self.form is None:
            return ""
        concepts = self._concepts(resource, specimens)
        for one in conditions:
            concepts += [one.get("code"), *as_list(one.get("bodySite"))]
        for one in [*concepts] if self.form.side_at else ():
            concepts += [inner.get("valueCodeableConcept") for _, inner in extensions(one, self.form.side_at)]
        found = {name for name, side in self._sides.items() if any(self._fits(one, side) for one in concepts)}
        return found.pop() if len(found) == 1 else ""

    @staticmethod
    def _concepts(resource: Resource, specimens: Mapping[str, Resource]) -> list[Any]:
        found = [_concept(one) for one in as_list(resource.get("bodySite"))]
        for reference in as_list(resource.get("specimen")):
            key = reference_key(reference)
            inner = [
                one for one in as_list(resource.get("contained")) if isinstance(one, dict) and one.get("id") == key
            ]
            for specimen in inner or [specimens[key]] if inner or key in specimens else ():
                collection = specimen.get("collection")
                if isinstance(collection, dict):
                    found += [_concept(one) for one in as_list(collection.get("bodySite"))]
        return found

    def _fits(self, concept: Any, known: tuple[frozenset[tuple[str, str]], re.Pattern[str] | None]) -> bool:
        keys, pattern = known
        if not isinstance(concept, dict):
            return False
        for coding in codings(concept):
            if any(key in keys for key in self.map.keys(coding)):
                return True
            if pattern is not None and pattern.search(coding.display):
                return True
        return pattern is not None and pattern.search(concept_text(concept)) is not None


def _concept(value: Any) -> Any:
    """A concept, also where it stands inside a reference that may be coded (R5)."""
    return value["concept"] if isinstance(value, dict) and isinstance(value.get("concept"), dict) else value


def _any_of(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE) if patterns else None
