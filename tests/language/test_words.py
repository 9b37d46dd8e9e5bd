"""Facts and clauses in words: what a reader sees instead of codes."""

import math
from typing import Any

import pytest

from engine import default_rules, load
from engine.language.conditions import Clause, clause_words, clauses
from engine.language.states import Interval, union
from engine.language.vocabulary import Fact, either

BRAKE = Fact(
    "brake",
    "Brake",
    "code",
    values={
        "rim": "rim brake",
        "disc_small": "disc brake (up to 160 mm)",
        "disc_large": "disc brake (above 160 mm)",
        "hub": "hub brake (in the wheel)",
        "T1": "first type",
        "3+": "three or more",
        "very_long_code": "a label that is much too long to be read in the middle of a sentence",
        "other": "another, of wood",
    },
    groups={"disc": frozenset({"disc_small", "disc_large"})},
)
PAD = Fact("pad", "Pad", "number", unit="mm (worn side)", range=(0, 20))
COUNT = Fact("count", "Wheels", "integer", range=(1, 4))
BELL = Fact("bell", "Bell", "boolean", values={True: "yes", False: "no"})

WORDS: dict[str, tuple[Fact, Any, str]] = {
    "a plain word is its label": (BRAKE, "rim", "rim brake"),
    "what stands in brackets is left out": (BRAKE, "hub", "hub brake"),
    "unless two values would then be the same": (BRAKE, "disc_small", "disc brake (up to 160 mm)"),
    "a code that speaks for itself stays": (BRAKE, "T1", "T1"),
    "so does a score": (BRAKE, "3+", "3+"),
    "a long label is not read out": (BRAKE, "very_long_code", "very long code"),
    "two": (BRAKE, ["rim", "T1"], "rim brake or T1"),
    "three": (BRAKE, ["rim", "T1", "3+"], "rim brake, T1 or 3+"),
    "values with commas are kept apart": (BRAKE, ["rim", "T1", "other"], "rim brake; T1; or another, of wood"),
    "a whole group by its name": (BRAKE, "disc", "disc"),
    "a whole group among others, in the order of the vocabulary": (
        BRAKE,
        ["T1", "disc", "rim"],
        "rim brake, disc or T1",
    ),
    "nothing": (BRAKE, None, "unknown"),
    "yes": (BELL, True, "yes"),
    "no": (BELL, False, "no"),
    "a number with its unit": (PAD, 4.5, "4.5 mm"),
    "a whole number": (COUNT, 2, "2"),
    "below": (PAD, {"lt": 5}, "below 5 mm"),
    "at most": (PAD, {"le": 5}, "at most 5 mm"),
    "above": (PAD, {"gt": 5}, "above 5 mm"),
    "from to": (PAD, {"ge": 1, "le": 10}, "1 to 10 mm"),
    "open below": (PAD, {"gt": 1, "le": 10}, "above 1 and at most 10 mm"),
}


@pytest.mark.parametrize("name", WORDS)
def test_a_state_in_words(name: str) -> None:
    fact, raw, expected = WORDS[name]

    assert fact.words(fact.read(raw).state) == expected


TESTS: dict[str, tuple[Fact, Any, str]] = {
    "yes": (BELL, frozenset({True}), "Bell: yes"),
    "no": (BELL, frozenset({False}), "Bell: no"),
    "either": (BELL, frozenset({True, False}), "Bell: yes or no"),
    "some values": (BRAKE, frozenset({"rim", "hub"}), "Brake: rim brake or hub brake"),
    "all but one": (BRAKE, frozenset(BRAKE.values) - {"hub"}, "Brake: any except hub brake"),
    "all": (BRAKE, frozenset(BRAKE.values), "Brake: any value"),
    "numbers": (PAD, (Interval(5, 20, True),), "Pad: above 5 mm"),
    "numbers on both sides": (
        PAD,
        union([Interval(0, 2, False, True), Interval(8, 20, True)], integers=False),
        "Pad: below 2 mm or above 8 mm",
    ),
    "every number": (PAD, (Interval(0, 20),), "Pad: any value"),
}


@pytest.mark.parametrize("name", TESTS)
def test_a_clause_in_words(name: str) -> None:
    fact, test, expected = TESTS[name]

    assert clause_words(fact, test) == expected


def test_one_item_is_itself_and_an_or_inside_keeps_items_apart() -> None:
    assert either(["a"]) == "a"
    assert either(["a", "b or c"]) == "a; or b or c"


def test_an_unlimited_number_is_unknown() -> None:
    free = Fact("free", "Free", "number", range=(-math.inf, math.inf))

    assert free.words(free.everything) == "unknown"


def test_no_clause_of_the_guideline_shows_a_code_of_the_vocabulary() -> None:
    guideline = load(default_rules())
    found: list[Clause] = []
    for rule in guideline.rules:
        found += clauses(rule.when)
        for one in rule.unless:
            found += clauses(one.when)
    for derivation in guideline.derivations:
        for table in derivation.tables():
            for row in table.rows:
                found += clauses(row.when)

    assert len(found) > 500
    assert [one.words for one in found if "_" in one.words] == []
    assert [one.words for one in found if not one.words.startswith(f"{guideline.vocabulary[one.fact].label}: ")] == []
