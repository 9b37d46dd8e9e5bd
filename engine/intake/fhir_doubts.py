"""Why a resource does not say what its code says: an unknown modifier, or a label about a suspicion, a relative, a plan."""

import re
from typing import Any

from engine.intake.fhir_codemap import MOST_WORDS, Codemap
from engine.intake.fhir_resources import as_list, codings, concept_text, extensions, text_of
from engine.language.terminology import DoubtForm

MODIFIED = "it has an extension that may change its meaning (modifierExtension), and which is not known"
RULES = "it was made by rules of its own (implicitRules), which are not known"


def modified(resource: dict[str, Any]) -> str:
    """Why a reader who does not know every rule must not use a resource; nothing where it may be used."""
    if resource.get("implicitRules"):
        return RULES
    if resource.get("modifierExtension"):
        return MODIFIED
    for value in resource.values():
        if isinstance(value, dict | list):
            for one in as_list(value):
                if isinstance(one, dict) and one.get("modifierExtension") and "resourceType" not in one:
                    return MODIFIED
    return ""


class Doubts:
    """The doubts of one guideline's code maps."""

    def __init__(self, codemap: Codemap) -> None:
        self._of: dict[str, list[tuple[DoubtForm, re.Pattern[str] | None]]] = {}
        for form in codemap.terminology.doubts:
            pattern = (
                re.compile("|".join(f"(?:{one})" for one in form.patterns), re.IGNORECASE | re.MULTILINE)
                if form.patterns
                else None
            )
            for kind in form.from_:
                self._of.setdefault(kind, []).append((form, pattern))
        self._known: dict[tuple[str, str], DoubtForm | None] = {}

    def about(self, resource: dict[str, Any], kind: str) -> DoubtForm | None:
        """The doubt that holds for a resource."""
        if kind not in self._of:
            return None
        concepts = [resource.get("code")]
        for name in ("category", "verificationStatus", "clinicalStatus"):
            concepts += as_list(resource.get(name))
        words = [concept_text(one) for one in concepts]
        words += [word for one in concepts for coding in codings(one) for word in (coding.display, coding.code)]
        said = "\n".join(one[:MOST_WORDS] for one in words if one)
        if (kind, said) not in self._known:
            if len(self._known) > 20_000:
                self._known.clear()
            self._known[kind, said] = self._in_words(kind, said)
        return self._known[kind, said] or self._in_extensions(resource, kind)

    def _in_words(self, kind: str, said: str) -> DoubtForm | None:
        return next((form for form, pattern in self._of[kind] if pattern is not None and pattern.search(said)), None)

    def _in_extensions(self, resource: dict[str, Any], kind: str) -> DoubtForm | None:
        code = resource.get("code")
        coded = as_list(code.get("coding")) if isinstance(code, dict) else []
        holders = [one for one in (resource, code, *coded) if isinstance(one, dict) and "extension" in one]
        for form, _ in self._of[kind] if holders else ():
            for holder in holders if form.extension else ():
                for _, found in extensions(holder, form.extension or ""):
                    values = [value for name, value in found.items() if name.startswith("value")]
                    said = {text_of(value) for value in values} | {
                        one.code for value in values for one in codings(value)
                    }
                    if said & {*form.values}:
                        return form
        return None
