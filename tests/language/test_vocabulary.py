"""What a caller may send of a fact, what it means, and what is said of anything else."""

import inspect
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.inference.space import Cells
from engine.language.states import Interval, State, point
from engine.language.vocabulary import Fact, FactsError, Given, Vocabulary
from tests.strategies import answer

TRUTH = frozenset({True, False})
LAMP = Fact("lamp", "Lamp", "boolean", values={True: "yes", False: "no"}, open_values={"pending": "not looked at"})
COLOUR = Fact(
    "colour", "Colour", "code", values={"red": "red", "amber": "amber", "green": "green", "0": "none"},
    groups={"warm": frozenset({"red", "amber"}), "heated": frozenset({"red", "amber"})}, open_values={"sent off": "at the laboratory"},
)  # fmt: skip
HEAT = Fact("heat", "Heat", "number", unit="degrees", range=(0, 50), usual_range=(5, 40))
PLANTS = Fact("plants", "Plants", "integer", range=(-2, 10))
WARMTH = Fact("warmth", "Warmth", "code", values={"hot": "hot", "cold": "cold"}, given=False, derived=True)
FACTS = {fact.name: fact for fact in (LAMP, COLOUR, HEAT, PLANTS, WARMTH)}
VOCABULARY = Vocabulary(FACTS.values())

ACCEPTED: list[tuple[str, Any, State]] = [
    ("lamp", True, frozenset({True})),
    ("lamp", False, frozenset({False})),
    ("lamp", None, TRUTH),
    ("lamp", "unknown", TRUTH),
    ("lamp", "not done", TRUTH),
    ("lamp", "  Unknown ", TRUTH),
    ("lamp", "NOT DONE", TRUTH),
    ("lamp", "pending", TRUTH),
    ("lamp", {"one_of": [True]}, frozenset({True})),
    ("lamp", {"one_of": [True, False]}, TRUTH),
    ("lamp", {"one_of": [True, None]}, TRUTH),
    ("colour", "red", frozenset({"red"})),
    ("colour", "0", frozenset({"0"})),
    ("colour", "warm", frozenset({"red", "amber"})),
    ("colour", "sent off", frozenset(COLOUR.values)),
    ("colour", None, frozenset(COLOUR.values)),
    ("colour", ["red"], frozenset({"red"})),
    ("colour", ["red", "green"], frozenset({"red", "green"})),
    ("colour", {"one_of": ["warm", "green"]}, frozenset({"red", "amber", "green"})),
    ("colour", {"one_of": ["red", "red"]}, frozenset({"red"})),
    ("colour", {"one_of": ["red", "sent off"]}, frozenset(COLOUR.values)),
    ("colour", {"one_of": ["red", "unknown"]}, frozenset(COLOUR.values)),
    ("heat", 20, point(20)),
    ("heat", 20.0, point(20)),
    ("heat", 20.25, point(20.25)),
    ("heat", 0, point(0)),
    ("heat", -0.0, point(0)),
    ("heat", 50, point(50)),
    ("heat", None, Interval(0, 50)),
    ("heat", "unknown", Interval(0, 50)),
    ("heat", {"lt": 20}, Interval(0, 20, False, True)),
    ("heat", {"le": 20}, Interval(0, 20)),
    ("heat", {"gt": 20}, Interval(20, 50, True, False)),
    ("heat", {"ge": 20}, Interval(20, 50)),
    ("heat", {"gt": 20, "lt": 30}, Interval(20, 30, True, True)),
    ("heat", {"ge": 20, "le": 20}, point(20)),
    ("heat", {"ge": -5}, Interval(0, 50)),
    ("heat", {"lt": 60}, Interval(0, 50)),
    ("heat", {"ge": 50}, point(50)),
    ("heat", "<20", Interval(0, 20, False, True)),
    ("heat", " <= 20 ", Interval(0, 20)),
    ("heat", ">20.5", Interval(20.5, 50, True, False)),
    ("heat", ">=+20", Interval(20, 50)),
    ("heat", "10..20", Interval(10, 20)),
    ("heat", " 10 .. 20.5", Interval(10, 20.5)),
    ("heat", "20..20", point(20)),
    ("plants", 3, point(3)),
    ("plants", 3.0, point(3)),
    ("plants", -2, point(-2)),
    ("plants", {"lt": 3}, Interval(-2, 2)),
    ("plants", {"gt": 3}, Interval(4, 10)),
    ("plants", {"gt": 3, "lt": 5}, point(4)),
    ("plants", {"gt": 2.5}, Interval(3, 10)),
    ("plants", {"gt": -3}, Interval(-2, 10)),
    ("plants", "-1..1", Interval(-1, 1)),
    ("plants", "<-1", point(-2)),
]

CONFLICT = 'write {"conflict": [{"says": value, "sources": ["where, when"]}, ...]} with at least two sides, and perhaps "use": value'
RANGE_HEAT = "a number from 0 to 50 degrees"
RANGE_PLANTS = "a number from -2 to 10"
REFUSED: list[tuple[str, Any, str, str]] = [
    ("lamp", "true", "must be true, false or null", ""),
    ("lamp", "yes", "must be true, false or null", ""),
    ("lamp", 1, "must be true, false or null", ""),
    ("lamp", 0.0, "must be true, false or null", ""),
    ("lamp", [True], "must be true, false or null", ""),
    ("lamp", {}, "must be true, false or null", ""),
    ("lamp", {"one_of": [1]}, "must be true, false or null", ""),
    (
        "colour",
        "purple",
        "is not a value of this fact",
        "use one of red, amber, green, 0, warm, heated, sent off, or null",
    ),
    (
        "colour",
        "Red",
        "is not a value of this fact",
        "use one of red, amber, green, 0, warm, heated, sent off, or null",
    ),
    ("colour", "", "is not a value of this fact", "use one of red, amber, green, 0, warm, heated, sent off, or null"),
    ("colour", True, "is not a value of this fact", "use one of red, amber, green, 0, warm, heated, sent off, or null"),
    ("colour", 5, "is not a value of this fact", "use one of red, amber, green, 0, warm, heated, sent off, or null"),
    (
        "colour",
        0,
        "is a code and must be in quotes",
        "use one of red, amber, green, 0, warm, heated, sent off, or null",
    ),
    (
        "colour",
        {"lt": 5},
        "is not a value of this fact",
        "use one of red, amber, green, 0, warm, heated, sent off, or null",
    ),
    ("colour", [], "`one_of` must be a list of values of a coded fact, alone", ""),
    ("colour", {"one_of": []}, "`one_of` must be a list of values of a coded fact, alone", ""),
    ("colour", {"one_of": "red"}, "`one_of` must be a list of values of a coded fact, alone", ""),
    ("colour", {"one_of": ["red"], "lt": 3}, "`one_of` must be a list of values of a coded fact, alone", ""),
    ("colour", {"one_of": [["red"]]}, "`one_of` must be a list of values of a coded fact, alone", ""),
    ("colour", {"one_of": [{"one_of": ["red"]}]}, "`one_of` must be a list of values of a coded fact, alone", ""),
    (
        "colour",
        ["red", "purple"],
        "is not a value of this fact",
        "use one of red, amber, green, 0, warm, heated, sent off, or null",
    ),
    ("heat", {"one_of": [1]}, "`one_of` must be a list of values of a coded fact, alone", ""),
    ("heat", True, "must be a number", f'{RANGE_HEAT}, a range such as {{"lt": 1}}, or null'),
    ("heat", [20], "must be a number", f'{RANGE_HEAT}, a range such as {{"lt": 1}}, or null'),
    ("heat", "20", "must be a number, not text", f'{RANGE_HEAT}, a range such as "<1" or "1..10", or null'),
    ("heat", "warm", "must be a number, not text", f'{RANGE_HEAT}, a range such as "<1" or "1..10", or null'),
    ("heat", "<1e2", "must be a number, not text", f'{RANGE_HEAT}, a range such as "<1" or "1..10", or null'),
    ("heat", "1...3", "must be a number, not text", f'{RANGE_HEAT}, a range such as "<1" or "1..10", or null'),
    ("heat", "1..", "must be a number, not text", f'{RANGE_HEAT}, a range such as "<1" or "1..10", or null'),
    ("heat", "<1;>0", "must be a number, not text", f'{RANGE_HEAT}, a range such as "<1" or "1..10", or null'),
    ("heat", 50.1, "is outside the possible range", RANGE_HEAT),
    ("heat", -1, "is outside the possible range", RANGE_HEAT),
    ("heat", 1e308, "is outside the possible range", RANGE_HEAT),
    ("heat", {"gt": 50}, "is outside the possible range", RANGE_HEAT),
    ("heat", {"lt": 0}, "is outside the possible range", RANGE_HEAT),
    ("heat", "60..70", "is outside the possible range", RANGE_HEAT),
    ("heat", float("nan"), "must be a finite number", RANGE_HEAT),
    ("heat", float("inf"), "must be a finite number", RANGE_HEAT),
    ("heat", 10**400, "must be a finite number", RANGE_HEAT),
    ("colour", {"conflict": []}, "is not a conflict", CONFLICT),
    ("colour", {"conflict": [{"says": None, "sources": ["a"]}] * 2, "because": 1}, "is not a conflict", CONFLICT),
    ("colour", {"conflict": [{"says": None, "sources": ["a"]}] * 21}, "is not a conflict", CONFLICT),
    ("colour", {"conflict": [{"says": None, "sources": ["a"]}, None]}, "has a side that is not one", CONFLICT),
    (
        "colour",
        {"conflict": [{"says": None, "sources": ["a"]}, {"says": None, "sources": []}]},
        "has a side that is not one",
        CONFLICT,
    ),
    (
        "colour",
        {"conflict": [{"says": None, "sources": ["a"]}, {"says": None, "sources": ["x" * 501]}]},
        "has a side that is not one",
        CONFLICT,
    ),
    (
        "heat",
        {"conflict": [{"says": {"conflict": []}, "sources": ["a"]}] * 2},
        "has a conflict inside a conflict",
        CONFLICT,
    ),
    ("heat", {}, "is not a range", "a range has the keys lt, le, gt, ge"),
    ("heat", {"below": 5}, "is not a range", "a range has the keys lt, le, gt, ge"),
    ("heat", {"lt": 5, "unit": "K"}, "is not a range", "a range has the keys lt, le, gt, ge"),
    ("heat", {"lt": "5"}, "has a bound that is not a number", RANGE_HEAT),
    ("heat", {"lt": None}, "has a bound that is not a number", RANGE_HEAT),
    ("heat", {"lt": True}, "has a bound that is not a number", RANGE_HEAT),
    ("heat", {"lt": float("nan")}, "has a bound that is not a number", RANGE_HEAT),
    ("heat", {"ge": float("-inf")}, "has a bound that is not a number", RANGE_HEAT),
    ("heat", {"lt": 10**400}, "has a bound that is not a number", RANGE_HEAT),
    ("heat", "<" + "9" * 400, "has a bound that is not a number", RANGE_HEAT),
    ("heat", {"lt": 5, "le": 5}, "has two bounds on one side", "use lt or le, and gt or ge"),
    ("heat", {"gt": 5, "ge": 5}, "has two bounds on one side", "use lt or le, and gt or ge"),
    ("heat", {"gt": 5, "lt": 5}, "is an impossible range", "the lower bound must be below the upper one"),
    ("heat", {"ge": 6, "le": 5}, "is an impossible range", "the lower bound must be below the upper one"),
    ("heat", "6..5", "is an impossible range", "the lower bound must be below the upper one"),
    ("plants", 2.5, "must be a whole number", RANGE_PLANTS),
    ("plants", 11, "is outside the possible range", RANGE_PLANTS),
    ("plants", {"gt": 2, "lt": 3}, "is an impossible range", RANGE_PLANTS),
    ("plants", "2.2..2.8", "is an impossible range", RANGE_PLANTS),
    ("warmth", "hot", "is derived and cannot be sent", ""),
    ("warmth", None, "is derived and cannot be sent", ""),
    ("colur", "red", "is not a fact of this guideline", "did you mean `colour`? use one of colour, heat, lamp, plants"),
    ("", 1, "is not a fact of this guideline", "use one of colour, heat, lamp, plants"),
]


def named(value: Any) -> str:
    return repr(sorted(value, key=str) if isinstance(value, frozenset) else value)[:30]  # the same name in every worker


@pytest.mark.parametrize(("name", "raw", "state"), ACCEPTED, ids=named)
def test_what_is_accepted_means_a_set_of_values(name: str, raw: Any, state: State) -> None:
    assert VOCABULARY.read({name: raw})[name].state == state


@pytest.mark.parametrize(("name", "raw", "message", "hint"), REFUSED, ids=named)
def test_what_is_refused_is_named_with_what_is_allowed(name: str, raw: Any, message: str, hint: str) -> None:
    with pytest.raises(FactsError) as caught:
        VOCABULARY.read({name: raw})

    (problem,) = caught.value.problems
    assert (problem.fact, problem.message) == (name, message)
    assert problem.hint == hint or name == "warmth"


def test_the_table_leaves_out_no_message() -> None:
    source = Path(inspect.getfile(Fact)).read_text(encoding="utf-8")
    messages = set(re.findall(r'raise ValueError\("([^"]+)"', source))

    assert len(messages) > 10
    assert messages - {message for _, _, message, _ in REFUSED} == set()


@pytest.mark.parametrize("raw", [None, [], "lamp", 5, [["lamp", True]]])
def test_facts_are_an_object(raw: Any) -> None:
    with pytest.raises(FactsError) as caught:
        VOCABULARY.read(raw)

    assert [str(one) for one in caught.value.problems] == ["facts: must be an object of fact names and values"]


def test_everything_wrong_is_reported_at_once_and_no_value_is_quoted() -> None:
    secret = "Mrs Miller"
    with pytest.raises(FactsError) as caught:
        VOCABULARY.read({"lamp": secret, "colour": secret, "heat": secret, "plants": secret, "tank": secret})

    assert [one.fact for one in caught.value.problems] == ["lamp", "colour", "heat", "plants", "tank"]
    assert secret not in str(caught.value) + repr(caught.value) + "".join(map(str, caught.value.problems))


def test_ten_thousand_unknown_names_are_refused_with_a_hundred_problems() -> None:
    with pytest.raises(FactsError) as caught:
        VOCABULARY.read({f"name_{number}": number for number in range(10_000)})

    assert len(caught.value.problems) == 100


@pytest.mark.parametrize(
    ("raw", "open_value"), [("sent off", "sent off"), ("red", None), (None, None), ({"one_of": ["sent off"]}, None)]
)
def test_an_open_value_is_kept_beside_the_unknown_state(raw: Any, open_value: str | None) -> None:
    assert VOCABULARY.read({"colour": raw})["colour"].open_value == open_value


@pytest.mark.parametrize(
    ("raw", "unusual"),
    [(20, False), (4, True), (41, True), (5, False), ({"lt": 5}, True), ({"lt": 6}, False), (None, False)],
)
def test_a_number_outside_its_usual_range_is_marked(raw: Any, unusual: bool) -> None:
    assert VOCABULARY.read({"heat": raw})["heat"].unusual is unusual


def test_reading_is_remembered_by_type_as_well_as_value() -> None:
    """1, 1.0 and true are equal in Python and not here."""
    vocabulary = Vocabulary(FACTS.values())
    assert vocabulary.read({"plants": 1})["plants"] == Given(point(1))

    with pytest.raises(FactsError):
        vocabulary.read({"plants": True})
    assert vocabulary.read({"plants": 1.0})["plants"] == Given(point(1))
    assert vocabulary.read({"lamp": True})["lamp"] == Given(frozenset({True}))
    with pytest.raises(FactsError):
        vocabulary.read({"lamp": 1})


@given(st.sampled_from([LAMP, COLOUR, HEAT, PLANTS]), st.integers(0, 2**32 - 1))
def test_a_state_that_was_written_is_read_back_the_same(fact: Fact, seed: int) -> None:
    cells = Cells(
        fact, [(Interval(1, 2.5), point(7))] if fact.type == "number" else [(Interval(1, 2),)] if fact.numeric else []
    )
    state = fact.read(answer(fact, cells, random.Random(seed))).state
    written = json.loads(json.dumps(fact.write(state)))

    assert fact.read(written).state == state


@pytest.mark.parametrize(
    ("name", "state", "written"),
    [
        ("lamp", TRUTH, "unknown"),
        ("lamp", frozenset({False}), False),
        ("colour", frozenset({"red"}), "red"),
        ("colour", frozenset({"red", "amber"}), "warm"),  # the first of two groups with the same members
        ("colour", frozenset({"green", "red"}), {"one_of": ["red", "green"]}),  # in the order of the vocabulary
        ("heat", Interval(0, 50), "unknown"),
        ("heat", point(20.0), 20),
        ("heat", Interval(0, 20, True, False), {"gt": 0, "le": 20}),
        ("heat", Interval(20, 50), {"ge": 20}),
        ("heat", Interval(0, 50, False, True), {"lt": 50}),
        ("plants", Interval(-2, 3), {"le": 3}),
    ],
)
def test_a_state_is_written_as_short_as_it_can_be_sent(name: str, state: State, written: Any) -> None:
    assert FACTS[name].write(state) == written
    assert type(FACTS[name].write(state)) is type(written)
