"""Conditions as rows and facts as cells: the two steps every fast evaluator rests on, against the definition."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Guideline
from engine.inference.rows import MOST_ROWS, TooManyRows, rows
from engine.inference.space import Cells, all_conditions, cells_of
from engine.language.conditions import ALWAYS, All, Any_, Clause, Condition, Not, clauses, truth
from engine.language.logic import all_of, any_of
from engine.language.states import Interval, State, Test, complement, passes, point, union
from engine.language.vocabulary import Fact, Vocabulary
from tests.strategies import Files, examples, guidelines, loaded

LAMP = Fact("lamp", "Lamp", "boolean", values={True: "yes", False: "no"})
COLOUR = Fact("colour", "Colour", "code", values=dict.fromkeys(("red", "green", "blue"), ""))
PLANTS = Fact("plants", "Plants", "integer", range=(0, 9))
HEAT = Fact("heat", "Heat", "number", range=(0, 4))
VOCABULARY = Vocabulary([LAMP, COLOUR, PLANTS, HEAT])

whole = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda pair: Interval(min(pair), max(pair)))
halves = st.builds(
    Interval, st.sampled_from([0, 0.5, 1, 2]), st.sampled_from([2, 3, 3.5, 4]), st.booleans(), st.booleans()
).filter(lambda one: not one.empty)
tests = {
    "lamp": st.frozensets(st.booleans(), min_size=1),
    "colour": st.frozensets(st.sampled_from(["red", "green", "blue"]), min_size=1),
    "plants": st.lists(whole, min_size=1, max_size=2).map(lambda some: union(some, integers=True)),
    "heat": st.lists(halves, min_size=1, max_size=2).map(lambda some: union(some, integers=False)),
}
known = st.builds(
    lambda name, is_known: Clause(name, (Interval(0, 4),), known=is_known), st.just("heat"), st.booleans()
)
leaves = st.one_of(*(st.builds(Clause, st.just(name), test) for name, test in tests.items()), known)
conditions: st.SearchStrategy[Condition] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Any_(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=8,
)
states = st.fixed_dictionaries({"lamp": tests["lamp"], "colour": tests["colour"], "plants": whole, "heat": halves})


@examples(ci=600, thorough=20_000)
@given(conditions, states)
def test_a_condition_is_true_when_a_row_is_and_unknown_when_one_may_be(
    condition: Condition, known_states: dict[str, State]
) -> None:
    found = any_of(
        all_of(truth(Clause(one.fact, one.test, one.known), known_states, VOCABULARY) for one in row)
        for row in rows(condition, VOCABULARY)
    )

    assert found is truth(condition, known_states, VOCABULARY)


@examples(ci=200, thorough=5_000)
@given(conditions)
def test_no_row_holds_whenever_another_does(condition: Condition) -> None:
    found = rows(condition, VOCABULARY)

    assert [row for row in found if any(other < row for other in found)] == []
    assert len(set(found)) == len(found)


@examples(ci=200, thorough=5_000)
@given(conditions)
def test_rows_come_in_the_same_order_however_the_condition_is_written(condition: Condition) -> None:
    def turned(one: Condition) -> Condition:
        match one:
            case All(parts):
                return All(tuple(turned(part) for part in reversed(parts)))
            case Any_(parts):
                return Any_(tuple(turned(part) for part in reversed(parts)))
            case Not(part):
                return Not(turned(part))
        return one

    assert rows(turned(condition), VOCABULARY) == rows(condition, VOCABULARY)


def test_what_always_holds_has_one_empty_row_and_its_opposite_none() -> None:
    assert rows(ALWAYS, VOCABULARY) == (frozenset(),)
    assert rows(Not(ALWAYS), VOCABULARY) == ()


def test_a_condition_with_too_many_rows_is_refused() -> None:
    either = [Any_((Clause("plants", (point(number),)), Clause("heat", (point(number / 4),)))) for number in range(10)]

    with pytest.raises(TooManyRows, match=str(MOST_ROWS)):
        rows(All(tuple(either)), VOCABULARY)


# ---- cells --------------------------------------------------------------------------------------------------------------
def _negated(fact: Fact, test: Test) -> Test:
    everything = fact.everything
    if isinstance(everything, Interval):
        assert isinstance(test, tuple)
        return complement(test, everything, integers=fact.type == "integer")
    assert isinstance(test, frozenset)
    return everything - test


def _check_cells(guideline: Guideline) -> None:
    cells = cells_of(guideline)
    asked: dict[str, list[Test]] = {name: [] for name in guideline.vocabulary}
    for condition in all_conditions(guideline):
        for clause in clauses(condition):
            asked[clause.fact] += [clause.test, _negated(guideline.vocabulary[clause.fact], clause.test)]
    for name, fact in guideline.vocabulary.items():
        mine = cells[name]
        samples = mine.samples()
        assert len(samples) == mine.width
        assert [mine.state(sample) & mine.everything for sample in samples] == [
            1 << place for place in range(mine.width)
        ]
        for test in asked[name]:  # no test, nor its opposite, sees the inside of a cell
            assert [passes(sample, test) for sample in samples] == [
                bool(mine.test(test) >> place & 1) for place in range(mine.width)
            ], (name, test)
        for left, right in zip(mine.intervals, mine.intervals[1:], strict=False):
            assert left.intersection(right).empty
        if fact.numeric:
            joined = union(mine.intervals, integers=fact.type == "integer")
            assert [(one.low, one.high) for one in joined] == [fact.range]


@examples(ci=60, thorough=2_000)
@given(guidelines())
def test_cells_cover_a_fact_and_no_test_sees_inside_them(files: Files) -> None:
    _check_cells(loaded(files))


def test_cells_of_the_guideline_cover_its_facts(guideline: Guideline) -> None:
    _check_cells(guideline)


@given(st.integers(0, 2**32 - 1))
def test_a_state_and_a_test_meet_in_cells_as_they_do_in_values(seed: int) -> None:
    rng = random.Random(seed)
    for fact in (PLANTS, HEAT):
        spans = [Interval(*sorted((rng.randint(*fact.range), rng.randint(*fact.range)))) for _ in range(4)]  # type: ignore[arg-type]
        test, state = union(spans[:2], integers=fact is PLANTS), spans[2]
        mine = Cells(fact, [test, spans[2:3] and (spans[2],), (spans[3],)])
        bits, passing = mine.state(state) & mine.everything, mine.test(test)
        expected = True if not bits & ~passing else False if not bits & passing else None

        assert passes(state, test) is expected


def test_a_range_that_touches_every_cell_is_still_known() -> None:
    cells = Cells(HEAT, [(Interval(1, 3),)])
    everything = cells.state(Interval(0, 4))
    said = cells.state(Interval(0, 4, low_open=True))

    assert not cells.is_known(everything)
    assert cells.is_known(said)
