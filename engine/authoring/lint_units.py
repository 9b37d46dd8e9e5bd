"""What an author would want to know of units: numbers of records that are read as another unit than the fact has, and factors that cannot be."""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from engine.authoring.lint_places import file_warning
from engine.language.guideline import Guideline
from engine.language.problems import Problem
from engine.language.yamlfile import Route, YamlFile

_PREFIXES = {"k": 3, "h": 2, "d": -1, "c": -2, "m": -3, "u": -6, "µ": -6, "n": -9, "p": -12, "": 0}
_BASES = ("mol", "eq", "IU", "g", "m", "l", "s")  # units that take a prefix
_UNIT = re.compile(rf"({'|'.join(filter(None, _PREFIXES))}|)({'|'.join(_BASES)})", re.IGNORECASE)


def unit_mismatch(guideline: Guideline) -> Iterator[Problem]:
    """A reading whose units do not hold that of its fact, units with an impossible factor, two numbers of unlike units that are compared."""
    yield from _readings(guideline)
    yield from _factors(guideline)
    yield from _compared(guideline)


def _readings(guideline: Guideline) -> Iterator[Problem]:
    for name, file in _placed(guideline, "readings"):
        form = guideline.terminology.readings.get(name)
        if form is None or form.number is None or form.number.of_limit:
            continue
        fact = guideline.vocabulary.get(form.number.fact or form.fact or "")
        units = guideline.terminology.units.get(form.number.units, {})
        if fact is None or not fact.numeric or not fact.unit or not units:
            continue
        spelt = fact.unit.split()[0]  # `% of cells`: what is counted may follow
        factor = units.get(fact.unit, units.get(spelt))
        if factor == 1:
            continue
        what = f"has no `{fact.unit}`" if factor is None else f"makes {factor:g} of 1 {fact.unit}"
        message = f"`{fact.name}` is in {fact.unit}, and `{form.number.units}` {what}"
        hint = f"add `{fact.unit}: 1` to the units, or name those of this fact"
        yield file_warning(
            "unit-mismatch", message, file, file.value_place(("readings", name, "number", "units")), hint
        )


def _factors(guideline: Guideline) -> Iterator[Problem]:
    """Two units that differ by their prefixes only have factors that differ by the same power of ten."""
    for name, file in _placed(guideline, "units"):
        known = [
            (unit, factor, one) for unit, factor in guideline.terminology.units[name].items() if (one := _parsed(unit))
        ]
        for (unit, factor, (base, power)), (other, its, (its_base, its_power)) in combinations(known, 2):
            if base != its_base or factor <= 0 or its <= 0:
                continue
            ratio, meant = factor / its, 10.0 ** (power - its_power)
            if not 0.99 < ratio / meant < 1.01:
                message = f"1 {unit} is {meant:g} {other}, and by their factors it is {ratio:g}"
                route: Route = ("units", name, unit if factor != 1 else other)
                yield file_warning(
                    "unit-mismatch",
                    message,
                    file,
                    file.value_place(route),
                    "a factor makes the unit with factor 1 of this one",
                )


def _parsed(unit: str) -> tuple[str, int] | None:
    """A unit without its prefixes, and the power of ten they stand for; None where that is not sure."""
    bases, power = [], 0
    for place, part in enumerate(unit.split("/")):
        match = _UNIT.fullmatch(part)
        if place > 1 or match is None or (match[2] not in _BASES and match[2] != "L") or match[1] not in _PREFIXES:
            return None
        bases.append(match[2].lower())
        power += _PREFIXES[match[1]] * (-1 if place else 1)
    return "/".join(bases), power


def _compared(guideline: Guideline) -> Iterator[Problem]:
    path = f"{guideline.root.name}/contradictions.yaml"
    for place, one in enumerate(guideline.contradictions):
        if one.greater is None:
            continue
        units = [guideline.vocabulary[name].unit for name in one.greater]
        if units[0] != units[1]:
            first, second = (f"`{name}` in {unit or 'no unit'}" for name, unit in zip(one.greater, units, strict=True))
            file = guideline.files[path]
            where = file.value_place(("contradictions", place, "greater"))
            yield file_warning(
                "unit-mismatch", f"{first} is compared with {second}", file, where, "compare two facts of one unit"
            )


def _placed(guideline: Guideline, part: str) -> Iterator[tuple[str, YamlFile]]:
    """The names under a part of the code maps, each with its file."""
    for path, file in guideline.files.items():
        if path.startswith(f"{guideline.root.name}/terminology/"):
            data: Any = file.data
            yield from ((name, file) for name in data.get(part) or {})
