"""What may be known of one fact: its **state**, the set of values it may still have.

    coded and boolean facts   frozenset of values
    numbers                   Interval (a single number is an interval of one point)

A **test** is the set of values that pass: a frozenset, or for numbers a tuple of disjoint intervals in order.
Integer intervals are kept closed (`<5` is `<=4`), so that two of them are equal when they hold the same numbers.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from engine.language.logic import Truth


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers between `low` and `high`; an open end leaves out the bound itself."""

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    @property
    def empty(self) -> bool:
        """No number is inside."""
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    @property
    def single(self) -> bool:
        """Exactly one number is inside."""
        return self.low == self.high and not self.empty

    def closed_to_integers(self) -> "Interval":
        """The same integers, with closed whole-number bounds."""
        low = math.floor(self.low) + 1 if self.low_open else math.ceil(self.low)
        high = math.ceil(self.high) - 1 if self.high_open else math.floor(self.high)
        return Interval(low, high)

    def intersection(self, other: "Interval") -> "Interval":
        """The numbers inside both (possibly empty)."""
        if self.low == other.low:
            low, low_open = self.low, self.low_open or other.low_open
        else:
            low, low_open = max((self.low, self.low_open), (other.low, other.low_open))
        if self.high == other.high:
            high, high_open = self.high, self.high_open or other.high_open
        else:
            high, high_open = min((self.high, self.high_open), (other.high, other.high_open))
        return Interval(low, high, low_open, high_open)

    def within(self, other: "Interval") -> bool:
        """Every number inside this one is inside `other`."""
        return self.intersection(other) == self

    def __str__(self) -> str:
        if self.single:
            return number_text(self.low)
        return f"{'>' if self.low_open else '>='}{number_text(self.low)} {'<' if self.high_open else '<='}{number_text(self.high)}"


Value = str | bool
State = frozenset[Value] | Interval
Test = frozenset[Value] | tuple[Interval, ...]


def number_text(number: float) -> str:
    """The number without a needless `.0`."""
    return str(int(number)) if float(number).is_integer() else str(number)


def point(number: float) -> Interval:
    """The interval that holds one number."""
    return Interval(number, number)


def union(intervals: Iterable[Interval], *, integers: bool) -> tuple[Interval, ...]:
    """The same numbers as disjoint intervals in order, joined where they touch."""
    joined: list[Interval] = []
    for part in sorted((one for one in intervals if not one.empty), key=lambda one: (one.low, one.low_open)):
        if not joined:
            joined.append(part)
            continue
        last = joined[-1]
        gap = part.low > last.high or (part.low == last.high and part.low_open and last.high_open)
        if integers and part.low == last.high + 1:
            gap = False
        if gap:
            joined.append(part)
        elif (part.high, not part.high_open) > (last.high, not last.high_open):
            joined[-1] = Interval(last.low, part.high, last.low_open, part.high_open)
    return tuple(joined)


def complement(intervals: tuple[Interval, ...], whole: Interval, *, integers: bool) -> tuple[Interval, ...]:
    """The numbers of `whole` that are in none of the (disjoint, ordered) intervals."""
    left, parts = whole, []
    for one in intervals:
        parts.append(left.intersection(Interval(whole.low, one.low, whole.low_open, not one.low_open)))
        left = left.intersection(Interval(one.high, whole.high, not one.high_open, whole.high_open))
    parts.append(left)
    if integers:
        parts = [part.closed_to_integers() for part in parts if not part.empty]
    return union(parts, integers=integers)


def passes(state: State, test: Test) -> Truth:
    """True when every value of the state passes the test, false when none does, else unknown."""
    if isinstance(state, Interval):
        assert isinstance(test, tuple)
        inside = [span for span in test if not state.intersection(span).empty]
        if not inside:
            return False
        return True if any(state.within(span) for span in inside) else None
    assert isinstance(test, frozenset)
    if state <= test:
        return True
    return False if state.isdisjoint(test) else None
