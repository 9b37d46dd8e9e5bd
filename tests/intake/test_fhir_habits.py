"""What real records do, and what must come of it: one small record for each habit, in fhir_habits.yaml."""

import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine import Guideline, default_rules, load
from engine.intake import extract

TODAY = datetime.date(2026, 11, 22)
CASES = yaml.safe_load((Path(__file__).with_name("fhir_habits.yaml")).read_text(encoding="utf-8"))
FINAL = {"Condition": None, "Patient": None, "Medication": None, "Procedure": "completed", "Observation": "final"}
DATES = {
    "Observation": "effectiveDateTime",
    "Condition": "onsetDateTime",
    "Procedure": "performedDateTime",
    "MedicationRequest": "authoredOn",
    "MedicationStatement": "effectiveDateTime",
    "MedicationAdministration": "effectiveDateTime",
}
QUIET = {"no-status"}


@cache
def guideline() -> Guideline:
    return load(default_rules())


def concept(written: str | list[str]) -> dict[str, Any]:
    """`system|code|label`, or several of them, as a CodeableConcept."""
    found = []
    for one in [written] if isinstance(written, str) else written:
        system, code, *label = one.split("|")
        known = guideline().terminology.systems.get(system)
        coding = {"system": known.uris[0] if known else f"urn:{system}", "code": code}
        if not system:
            del coding["system"]
        found.append(coding | ({"display": label[0]} if label else {}))
    return {"coding": found}


def element(short: dict[str, Any]) -> dict[str, Any]:
    """The code and the values of a resource or component."""
    found: dict[str, Any] = {}
    if "code" in short:
        found["code"] = concept(short["code"])
    if "drug" in short:
        found["medicationCodeableConcept"] = concept(short["drug"])
    if "value" in short:
        found["valueCodeableConcept"] = concept(short["value"])
    if "interpretation" in short:
        found["interpretation"] = [concept(short["interpretation"])]
    if "absent" in short:
        found["dataAbsentReason"] = concept(f"data-absent|{short['absent']}")
    for key in ("quantity", "integer", "string", "ratio", "range"):
        if key in short:
            found[f"value{key.title()}"] = short[key]
    return found


def resource(short: dict[str, Any], number: int) -> dict[str, Any]:
    kind = short.get("type", "Observation")
    made = {"resourceType": kind, "id": short.get("id", f"r{number}"), **element(short)}
    status = short.get("status", FINAL.get(kind, "completed"))
    if status is not None:
        made["status"] = status
    if "date" in short:
        made[DATES[kind]] = short["date"]
    if "components" in short:
        made["component"] = [element(one) for one in short["components"]]
    return made | short.get("extra", {})


def record(case: dict[str, Any]) -> list[dict[str, Any]]:
    return [resource(short, number) for number, short in enumerate(case["record"])]


def nearly(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in facts.items()}


@pytest.mark.parametrize("case", CASES, ids=[case["habit"] for case in CASES])
def test_a_habit_gives_what_it_must(case: dict[str, Any]) -> None:
    extraction = extract(record(case), guideline(), TODAY)

    expected = {name: value for name, value in case["facts"].items() if value is not None}
    assert nearly(dict(extraction.facts)) == nearly(expected)
    assert sorted({one.fact for one in extraction.conflicts}) == case.get("conflicts", [])
    assert sorted(one.reason for one in extraction.unused) == sorted(case.get("unused", []))
    assert sorted({one.code for one in extraction.warnings} - QUIET) == case.get("warnings", [])


@pytest.mark.parametrize("case", CASES, ids=[case["habit"] for case in CASES])
def test_every_resource_with_a_known_code_is_accounted_for(case: dict[str, Any]) -> None:
    extraction = extract(record(case), guideline(), TODAY)

    named = {source.id for sources in extraction.provenance.values() for source in sources}
    named |= {one.id for one in extraction.unused}
    named |= {source.id for one in extraction.conflicts for side in one.sides for source in side.sources}
    counted = sum(one.count for one in extraction.unmapped) + sum(extraction.not_read.values())
    medicines = {one["id"] for one in record(case) if one["resourceType"] == "Medication"}
    assert len(named) + counted >= len({one["id"] for one in record(case)} - medicines)


@pytest.mark.parametrize("case", [case for case in CASES if case.get("conflicts")], ids=lambda case: case["habit"])
def test_a_conflict_names_both_resources_and_what_each_says(case: dict[str, Any]) -> None:
    for conflict in extract(record(case), guideline(), TODAY).conflicts:
        assert len(conflict.sides) >= 2
        assert len({repr(side.says) for side in conflict.sides}) == len(conflict.sides)
        assert all(side.sources for side in conflict.sides)
        assert (conflict.kept is None) is (conflict.fact not in case["facts"])


@pytest.mark.parametrize("case", CASES, ids=[case["habit"] for case in CASES])
def test_the_facts_can_be_sent(case: dict[str, Any]) -> None:
    extraction = extract(record(case), guideline(), TODAY)

    assert set(guideline().vocabulary.read(dict(extraction.facts))) == set(extraction.facts)
