"""Intervals and tests against brute force: whatever is said of a set of numbers is said of every number in it."""

import itertools

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.language.logic import Truth
from engine.language.states import Interval, Test, complement, number_text, passes, point, union

WHOLE = Interval(0, 8)
NUMBERS = [step / 8 for step in range(-8, 73)]  # every bound that can be drawn, and numbers between and around them
INTEGERS = [number for number in NUMBERS if number.is_integer()]


def has(interval: Interval, number: float) -> bool:
    above = number > interval.low or (number == interval.low and not interval.low_open)
    below = number < interval.high or (number == interval.high and not interval.high_open)
    return above and below


def numbers_of(*intervals: Interval, among: list[float] = NUMBERS) -> set[float]:
    return {number for number in among if any(has(one, number) for one in intervals)}


bounds = st.integers(0, 16).map(lambda step: step / 2)
intervals = st.builds(Interval, bounds, bounds, st.booleans(), st.booleans())
proper = intervals.filter(lambda one: not one.empty)
integer_intervals = st.tuples(st.integers(0, 8), st.integers(0, 8)).map(lambda pair: Interval(min(pair), max(pair)))


@given(intervals)
def test_an_interval_is_empty_when_no_number_is_inside(one: Interval) -> None:
    assert one.empty == (numbers_of(one) == set())


@given(intervals)
def test_an_interval_is_single_when_one_number_is_inside(one: Interval) -> None:
    assert one.single == (len(numbers_of(one)) == 1)


@given(intervals, intervals)
def test_an_intersection_holds_the_numbers_inside_both(one: Interval, other: Interval) -> None:
    assert numbers_of(one.intersection(other)) == numbers_of(one) & numbers_of(other)
    assert one.intersection(other).empty == (not numbers_of(one) & numbers_of(other))


@given(proper, proper)
def test_an_interval_is_within_another_that_holds_all_its_numbers(one: Interval, other: Interval) -> None:
    assert one.within(other) == (numbers_of(one) <= numbers_of(other))


@given(intervals)
def test_closing_to_integers_keeps_the_integers(one: Interval) -> None:
    closed = one.closed_to_integers()

    assert numbers_of(closed, among=INTEGERS) == numbers_of(one, among=INTEGERS)
    assert not closed.low_open
    assert not closed.high_open
    assert closed.closed_to_integers() == closed


@given(st.lists(intervals, max_size=5))
def test_a_union_holds_the_same_numbers_apart_and_in_order(some: list[Interval]) -> None:
    joined = union(some, integers=False)

    assert numbers_of(*joined) == numbers_of(*some)
    assert not any(one.empty for one in joined)
    for one, following in itertools.pairwise(joined):
        touching = one.high == following.low and not (one.high_open and following.low_open)
        assert one.high <= following.low
        assert not touching


@given(st.lists(integer_intervals, max_size=5))
def test_a_union_of_integers_joins_neighbours(some: list[Interval]) -> None:
    joined = union(some, integers=True)

    assert numbers_of(*joined, among=INTEGERS) == numbers_of(*some, among=INTEGERS)
    assert all(following.low - one.high > 1 for one, following in itertools.pairwise(joined))


@given(st.lists(intervals, max_size=4))
def test_a_complement_holds_the_other_numbers(some: list[Interval]) -> None:
    rest = complement(union(some, integers=False), WHOLE, integers=False)

    assert numbers_of(*rest) == numbers_of(WHOLE) - numbers_of(*some)
    assert union(rest, integers=False) == rest


@given(st.lists(integer_intervals, max_size=4))
def test_a_complement_of_integers_holds_the_other_integers(some: list[Interval]) -> None:
    spans = union(some, integers=True)
    rest = complement(spans, WHOLE, integers=True)

    assert numbers_of(*rest, among=INTEGERS) == numbers_of(WHOLE, among=INTEGERS) - numbers_of(*some, among=INTEGERS)
    assert complement(rest, WHOLE, integers=True) == tuple(Interval(one.low, one.high) for one in spans)


def brute_force(values: set[float], passing: set[float]) -> Truth:
    return True if values <= passing else False if not values & passing else None


@given(proper, st.lists(intervals, max_size=4))
def test_a_range_passes_as_its_numbers_do(state: Interval, some: list[Interval]) -> None:
    test = union(some, integers=False)

    assert passes(state, test) is brute_force(numbers_of(state), numbers_of(*some))


@given(integer_intervals, st.lists(integer_intervals, max_size=4))
def test_a_range_of_integers_passes_as_its_integers_do(state: Interval, some: list[Interval]) -> None:
    test = union(some, integers=True)

    assert passes(state, test) is brute_force(numbers_of(state, among=INTEGERS), numbers_of(*some, among=INTEGERS))


@given(st.frozensets(st.sampled_from("abcd"), min_size=1), st.frozensets(st.sampled_from("abcd"), min_size=1))
def test_a_code_passes_as_its_values_do(state: frozenset[str], test: frozenset[str]) -> None:
    assert passes(state, test) is (True if state <= test else None if state & test else False)


@given(proper, proper, st.lists(intervals, max_size=3))
def test_knowing_more_never_undoes_a_truth(state: Interval, narrower: Interval, some: list[Interval]) -> None:
    inside, test = state.intersection(narrower), union(some, integers=False)
    assume(not inside.empty)

    assert passes(state, test) in (None, passes(inside, test))


@pytest.mark.parametrize(
    ("state", "test", "expected"),
    [
        (point(5), (Interval(0, 5),), True),
        (point(5), (Interval(0, 5, high_open=True),), False),
        (Interval(0, 5), (Interval(0, 5, high_open=True),), None),
        (Interval(0, 5), (Interval(0, 2), Interval(3, 5)), None),  # a gap between the spans
        (Interval(3, 5), (Interval(0, 2), Interval(3, 5)), True),
        (Interval(0, 8), (), False),
    ],
)
def test_what_passes_at_the_edges(state: Interval, test: Test, expected: Truth) -> None:
    assert passes(state, test) is expected


@pytest.mark.parametrize(("number", "text"), [(5, "5"), (5.0, "5"), (5.5, "5.5"), (-0.25, "-0.25"), (0, "0")])
def test_a_number_is_written_without_needless_zeros(number: float, text: str) -> None:
    assert number_text(number) == text


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (point(5), "5"),
        (Interval(1, 2.5), ">=1 <=2.5"),
        (Interval(1, 2, True, True), ">1 <2"),
        (Interval(0, 2, high_open=True), ">=0 <2"),
    ],
)
def test_an_interval_is_written_with_its_bounds(interval: Interval, text: str) -> None:
    assert str(interval) == text
