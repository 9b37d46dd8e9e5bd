"""What holds for every record: it never raises, the order and repetition of resources change nothing, and leaving resources out adds no fact."""

import copy
import datetime
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from engine import Guideline, default_rules, load
from engine.intake import Extraction, extract
from tests.intake.test_fhir_habits import CASES, record
from tests.strategies import rounds

TODAY = datetime.date(2026, 11, 22)
RECORDS = Path(__file__).resolve().parents[3] / "shared" / "data" / "fhir"
MARKER = "zebra-4711"
VALUES: list[Any] = [None, True, 0, -1, 1.5, 10**30, "", "x", [], {}, ["x"], {"coding": "x"}, {"value": "x"}, [[{}]]]


@cache
def guideline() -> Guideline:
    return load(default_rules())


def read(resources: list[Any]) -> Extraction:
    return extract(resources, guideline(), TODAY)


@cache
def texts() -> dict[str, bytes]:
    """The public records without what nothing is read from, and all habits in one record each."""
    found = {}
    for path in sorted(RECORDS.glob("*.json")) if RECORDS.is_dir() else ():
        entries = [entry["resource"] for entry in orjson.loads(path.read_bytes())["entry"]]
        skipped = {"Claim", "ExplanationOfBenefit", "Encounter", "Immunization"}
        found[path.stem] = orjson.dumps([one for one in entries if one["resourceType"] not in skipped])
    for number, case in enumerate(CASES):
        if len(case["record"]) > 1 or number % 7 == 0:
            found[case["habit"]] = orjson.dumps(record(case))
    return found


def resources(name: str) -> list[Any]:
    loaded: list[Any] = orjson.loads(texts()[name])
    return loaded


def account(extraction: Extraction) -> Any:
    """The answer without the places, which follow the order of the input."""
    return (
        dict(extraction.facts),
        sorted(
            (one.fact, sorted(repr(side.says) for side in one.sides), repr(one.kept)) for one in extraction.conflicts
        ),
        sorted({(one.resource, one.id, one.code, one.reason, one.fact) for one in extraction.unused}),
        {
            fact: {(one.resource, one.id, one.code) for one in sources}
            for fact, sources in extraction.provenance.items()
        },
        sorted(one.code for one in extraction.warnings),
    )


@pytest.mark.parametrize("name", texts())
def test_the_order_of_resources_changes_nothing(name: str) -> None:
    expected = account(read(resources(name)))
    rng = random.Random(name)

    for _ in range(rounds(4, 60)):
        shuffled = resources(name)
        rng.shuffle(shuffled)
        assert account(read(shuffled)) == expected


@pytest.mark.parametrize("name", texts())
def test_repeating_resources_changes_nothing(name: str) -> None:
    expected = account(read(resources(name)))
    rng = random.Random(name)

    for _ in range(rounds(3, 40)):
        repeated = resources(name)
        for one in rng.choices(repeated, k=3):
            repeated.insert(rng.randrange(len(repeated) + 1), copy.deepcopy(one))
        assert account(read(repeated))[:4] == expected[:4]


@pytest.mark.parametrize("name", texts())
def test_every_part_of_a_record_can_be_read_alone(name: str) -> None:
    """Leaving resources out may settle a conflict or lose a fact; it never raises, and every fact is one that can be sent."""
    rng = random.Random(name)

    for _ in range(rounds(5, 80)):
        kept = [one for one in resources(name) if rng.random() < 0.6]
        extraction = read(kept)
        assert set(guideline().vocabulary.read(dict(extraction.facts))) == set(extraction.facts)
        assert set(extraction.provenance) == set(extraction.facts)


def places(node: Any, parent: Any = None, key: Any = None) -> Iterator[tuple[Any, Any]]:
    """Every place in a record where a value can be changed."""
    if parent is not None:
        yield parent, key
    if isinstance(node, dict):
        for name, inner in list(node.items()):
            yield from places(inner, node, name)
    elif isinstance(node, list):
        for index, inner in enumerate(node):
            yield from places(inner, node, index)


@pytest.mark.parametrize("name", texts())
def test_no_value_of_a_wrong_type_raises(name: str) -> None:
    rng = random.Random(name)

    for _ in range(rounds(6, 150)):
        broken = resources(name)
        spots = list(places(broken))
        for parent, key in rng.choices(spots, k=min(8, len(spots))):
            parent[key] = copy.deepcopy(rng.choice(VALUES))
        extraction = read(broken)
        assert "unreadable" not in {one.code for one in extraction.warnings}  # caught, but nobody thought of it
        assert orjson.dumps(extraction.as_json(), option=orjson.OPT_NON_STR_KEYS)


@pytest.mark.parametrize("name", texts())
def test_no_value_of_a_record_stands_in_a_warning_or_a_reason(name: str) -> None:
    """Warnings and reasons may be logged; texts, ids and numbers of the record stand only in provenance, conflicts and the text of `unused`."""
    marked = resources(name)
    for parent, key in list(places(marked)):
        if isinstance(parent[key], str) and key in (
            "valueString",
            "display",
            "text",
            "id",
            "unit",
            "birthDate",
            "value",
        ):
            parent[key] = MARKER

    extraction = read(marked)

    told = [one.text for one in extraction.warnings] + [one.reason for one in extraction.unused]
    assert not [one for one in told if MARKER in one]


@pytest.mark.parametrize("name", texts())
def test_the_same_record_gives_the_same_answer_every_time(name: str) -> None:
    assert read(resources(name)).as_json() == read(resources(name)).as_json()


def test_the_habits_are_named_once() -> None:
    names = [case["habit"] for case in CASES]

    assert sorted(names) == sorted(set(names))
    assert yaml.safe_dump(names)
