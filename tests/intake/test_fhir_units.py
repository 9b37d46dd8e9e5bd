"""Units as records write them: one table of spellings, and what must not be read over."""

from functools import cache
from typing import Any

import pytest

from engine import Guideline, default_rules, load
from engine.intake.fhir_units import Units, plain
from tests.intake.test_fhir_conflicts import read

UCUM = "http://unitsofmeasure.org"
COUNTS = "10*9/L 10^9/L x10^9/L 10E9/L 10(9)/L x10E9/L G/L 10*3/uL 10^3/uL 10**3/uL x10(3)/uL x10E3/uL X10E3/UL 10e3/ul x10³/µL 10³/μL 10*3{cells}/uL K/uL K/UL k/uL thou/uL thou/mcL 10*3/mm3 x10^3/mm^3 x10*3/cumm"
SMALL = "/uL {cells}/uL cells/uL cells/mcL /mm3 /mm^3 /µL 10*6/L"
ANNOTATED = "{copies} {copies}/{cell} {#} {signals}/{nucleus} {HER2}/{cell} {ratio} 1{copies} 1"


@cache
def guideline() -> Guideline:
    return load(default_rules())


def units(name: str) -> Units:
    every = guideline().terminology.units
    return Units(every[name], every)


@pytest.mark.parametrize("unit", COUNTS.split())
def test_every_spelling_of_a_thousand_per_microlitre_is_read(unit: str) -> None:
    assert units("cells-10e9-per-litre").factor(unit) == 1


@pytest.mark.parametrize("unit", SMALL.split())
def test_every_spelling_of_one_per_microlitre_is_read(unit: str) -> None:
    assert units("cells-10e9-per-litre").factor(unit) == 0.001


@pytest.mark.parametrize("unit", ["10*6/uL", "10*12/L", "/L", "10*3", "10", "11/uL", "x/uL", "", "mg/dL", "10*3/dL"])
def test_another_power_or_volume_is_not_read(unit: str) -> None:
    assert units("cells-10e9-per-litre").factor(unit) is None


@pytest.mark.parametrize("unit", ANNOTATED.split())
def test_an_annotation_changes_no_number(unit: str) -> None:
    assert units("copies").factor(unit) == 1


@pytest.mark.parametrize(
    ("name", "unit"),
    [("ratio", "{copies}"), ("copies", "{score}"), ("percent", "{score}"), ("percent", "{cells}"), ("copies", "%"), ("copies", "11"), ("copies", "10")],
)  # fmt: skip
def test_an_annotation_of_another_quantity_is_not_read_over(name: str, unit: str) -> None:
    assert units(name).factor(unit) is None


@pytest.mark.parametrize(
    ("unit", "code", "system", "read"),
    [
        ("cm", "cm", UCUM, 10), ("centimeters", "cm", UCUM, 10), ("cm", "", "", 10), ("", "cm", UCUM, 10), ("cm", "local", "urn:x", 10),
        ("cm", "mm", UCUM, None), ("mm", "cm", "", None), ("cm", "g", UCUM, None), ("", "", "", None), ("cm2", "cm2", UCUM, None),
    ],
)  # fmt: skip
def test_a_unit_and_its_code_must_fit_together(unit: str, code: str, system: str, read: float | None) -> None:
    quantity = {"value": 1, "unit": unit, "code": code, "system": system}

    assert units("millimetres").of(quantity)[0] == read


def test_a_size_whose_unit_and_code_differ_is_named_and_not_used() -> None:
    found = read({"code": "loinc|33728-7", "quantity": {"value": 2.5, "unit": "cm", "code": "mm", "system": UCUM}})

    assert dict(found.facts) == {}
    assert [(one.fact, one.reason) for one in found.unused] == [
        ("tumour_size_mm", "its unit and the code of its unit differ")
    ]


@pytest.mark.parametrize("where", ["value", "limit"])
def test_a_mixed_unit_makes_no_multiple_of_the_limit(where: str) -> None:
    good: dict[str, Any] = {"unit": "mg/dL", "code": "mg/dL"}
    mixed = {"unit": "umol/L", "code": "mg/dL"}
    value, limit = (mixed, good) if where == "value" else (good, mixed)
    found = read(
        {
            "code": "loinc|1975-2",
            "quantity": {"value": 2, **value},
            "extra": {"referenceRange": [{"high": {"value": 1, **limit}}]},
        }
    )

    assert dict(found.facts) == {}


@pytest.mark.parametrize("unit", (COUNTS + " " + SMALL).split())
def test_one_spelling_is_its_own(unit: str) -> None:
    assert plain(plain(unit)) == plain(unit)
