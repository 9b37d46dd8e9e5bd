"""The cells of every fact: the coarsest cut of its values that no test of the guideline can see inside. States and tests become bit masks.

Codes and booleans have one cell a value. A number is cut at every bound some test uses, into points and open intervals between them;
cells that hold no whole number are dropped for integers. A number's state has one more bit, `said`, because a range can be narrower than
everything and still touch every cell.
"""

from collections.abc import Iterable, Iterator

from engine.language.conditions import Condition, clauses
from engine.language.guideline import Guideline
from engine.language.states import Interval, State, Test, Value, point
from engine.language.vocabulary import Fact


class Cells:
    """The cells of one fact."""

    def __init__(self, fact: Fact, tests: Iterable[Test]) -> None:
        self.fact = fact
        self.intervals: tuple[Interval, ...] = ()
        self.values: tuple[Value, ...] = tuple(fact.values)
        if fact.numeric:
            self.intervals = tuple(_cut(fact, tests))
            self.width = len(self.intervals)
            self.said = 1 << self.width
        else:
            self.width = len(self.values)
            self.said = 0
        self._bit = {value: 1 << index for index, value in enumerate(self.values)}
        self.everything = (1 << self.width) - 1

    def state(self, state: State) -> int:
        """The bits of a state."""
        if isinstance(state, Interval):
            bits = sum(1 << index for index, cell in enumerate(self.intervals) if not cell.intersection(state).empty)
            return bits | (0 if state == self.fact.everything else self.said)
        return sum(self._bit[value] for value in state)

    def test(self, test: Test) -> int:
        """The bits of the cells whose values pass."""
        if isinstance(test, frozenset):
            return sum(self._bit[value] for value in test)
        return sum(1 << index for index, cell in enumerate(self.intervals) if any(cell.within(span) for span in test))

    def is_known(self, bits: int) -> bool:
        """Has anything been said of the fact?"""
        return bool(bits & self.said) if self.fact.numeric else bits != self.everything

    def back(self, bits: int) -> frozenset[Value]:
        """The values of a coded state."""
        return frozenset(value for value in self.values if bits & self._bit[value])

    def samples(self) -> list[State]:
        """One state for each cell."""
        if not self.fact.numeric:
            return [frozenset({value}) for value in self.values]
        return [point(_inside(cell)) for cell in self.intervals]


def _inside(cell: Interval) -> float:
    if cell.single or not cell.low_open:
        return cell.low
    if not cell.high_open:
        return cell.high
    return (cell.low + cell.high) / 2


def _cut(fact: Fact, tests: Iterable[Test]) -> Iterator[Interval]:
    low, high = fact.range
    bounds = {low, high}
    for test in tests:
        for span in test:
            assert isinstance(span, Interval)
            bounds |= {span.low, span.high}
    ordered = sorted(bound for bound in bounds if low <= bound <= high)
    for index, bound in enumerate(ordered):
        yield point(bound)
        if index + 1 < len(ordered):
            between = Interval(bound, ordered[index + 1], True, True)
            if (
                fact.type == "integer"
            ):  # closed, so that the complement of a test sees whole cells too: not 7 is <=6 or >=8
                between = between.closed_to_integers()
            if not between.empty:
                yield between


def all_conditions(guideline: Guideline) -> Iterator[Condition]:
    """Every condition of the guideline: rules, exceptions, tables, assumptions, contradictions, modifiers, questions."""
    for rule in guideline.rules:
        yield rule.when
        yield from (one.when for one in rule.unless)
    for derivation in guideline.derivations:
        for table in derivation.tables():
            yield from (row.when for row in table.rows)
    for assumptions in guideline.assumptions.values():
        for one in assumptions:
            yield from (part for part in (one.when, one.unless) if part is not None)
    yield from (one.when for one in guideline.contradictions if one.when is not None)
    yield from (one.when for one in guideline.modifiers)
    yield from guideline.answered_when.values()


def cells_of(guideline: Guideline) -> dict[str, Cells]:
    """The cells of every fact of the guideline."""
    tests: dict[str, list[Test]] = {name: [] for name in guideline.vocabulary}
    for condition in all_conditions(guideline):
        for clause in clauses(condition):
            if clause.known is None:
                tests[clause.fact].append(clause.test)
    return {name: Cells(fact, tests[name]) for name, fact in guideline.vocabulary.items()}
