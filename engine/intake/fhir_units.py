"""Units as records write them: UCUM, its annotations in braces, and the spellings of powers of ten.

An annotation says what is counted and changes no number. One that a guideline lists for another quantity does not fit, and is not read over.
"""

import re
from collections.abc import Mapping
from typing import Any

from engine.intake.fhir_resources import text_of

UCUM = frozenset({"http://unitsofmeasure.org", "urn:oid:2.16.840.1.113883.6.8"})
_NOTE = re.compile(r"\{[^{}]*\}")
_ONE = frozenset({"1", "/", "1/", "/1", "1/1"})  # what is left of `{copies}/{cell}`
_TIMES = re.compile(r"^[xX×*]\s*(?=10)")
_POWER = re.compile(r"^10\s*(?:\*\*|[*^eE])?\s*\(?([0-9]{1,2})\)?(?=\s*/)")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_VOLUME = re.compile(r"/\s*(?:(u|µ|μ|mc|m|d)?l|(cu\s*mm|mm\^?3|mm³))$", re.IGNORECASE)


class Units:
    """The units of one quantity and their factors."""

    def __init__(self, factors: Mapping[str, float], every: Mapping[str, Mapping[str, float]]) -> None:
        self._factors = factors
        self._plain = {plain(unit): factor for unit, factor in factors.items()}
        self._others = {unit for one in every.values() for unit in one if _NOTE.fullmatch(unit)} - factors.keys()
        self._known: dict[str, float | None] = {}

    def __contains__(self, unit: str) -> bool:
        return unit in self._factors

    def factor(self, unit: str) -> float | None:
        """What a number in this unit is multiplied by; None when the unit is not known."""
        if unit not in self._known:
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[unit] = self._find(unit)
        return self._known[unit]

    def _find(self, unit: str) -> float | None:
        exact = self._factors.get(unit, self._factors.get(unit.strip()))
        if exact is not None:
            return exact
        if any(note in self._others for note in _NOTE.findall(unit)):
            return None
        return self._plain.get(plain(unit))

    def of(self, quantity: Any) -> tuple[float | None, str]:
        """The factor of a quantity, or why it has none: its code, its unit in words, and both must fit together."""
        if not isinstance(quantity, dict):
            return self.factor(""), "the unit is missing"
        code, unit = text_of(quantity.get("code")), text_of(quantity.get("unit"))
        if not code and not unit:
            return self.factor(""), "the unit is missing"
        coded = self.factor(code) if code else None
        said = self.factor(unit) if unit else None
        if coded is not None and said is not None and coded != said:
            return None, "its unit and the code of its unit differ"
        if code and coded is None and text_of(quantity.get("system")) in UCUM:
            return None, "the unit is not known"
        return (coded if coded is not None else said), "the unit is not known"


def plain(unit: str) -> str:
    """A unit without annotations, its powers and volumes in one spelling: `x10(3){cells}/mcL` is `10*3/uL`."""
    found = _TIMES.sub("", _NOTE.sub("", unit.translate(_RAISED)).strip())
    if found in _ONE:
        return ""
    found = _POWER.sub(r"10*\1", found)
    return _VOLUME.sub(_volume, found)


def _volume(match: re.Match[str]) -> str:
    if match[2]:
        return "/mm3"
    small = (match[1] or "").lower()
    return f"/{'u' if small in ('u', 'µ', 'μ', 'mc') else small}L"
