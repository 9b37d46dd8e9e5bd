"""What may be known of a patient, as variables of a formula.

Every fact that callers send has one variable for each of its cells (engine/inference/space.py), which says: *this value is still possible*.
A state is any set of cells that is not empty; for a number, cells that stand side by side. So groups, ranges, `one_of` and unknown are all
covered, and not only patients of whom everything is known. Two more variables say how an unknown fact was sent: not at all, as null, or
as one of its open values.

Two numbers that a contradiction compares share their cut points, so that their cells tell which is greater. Only when both numbers may
lie in the same stretch is that left open, as a free variable; the witness then picks numbers to suit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.authoring.formula import TRUE, Formula
from engine.inference.space import Cells, all_conditions
from engine.language.conditions import Condition, clauses
from engine.language.guideline import Guideline
from engine.language.states import Interval, Test
from engine.language.vocabulary import Fact

Bits = tuple[int, ...]  # a literal for each cell of a fact: may it have this value?


def cells_over(guidelines: Iterable[Guideline], asked: Iterable[Condition] = ()) -> dict[str, Cells]:
    """Cells so fine that no test of any of the guidelines, and none of the conditions asked beside them, can see inside one."""
    facts: dict[str, Fact] = {}
    tests: dict[str, list[Test]] = {}
    pairs: set[tuple[str, str]] = set()
    conditions = list(asked)
    for guideline in guidelines:
        for name, fact in guideline.vocabulary.items():
            facts.setdefault(name, fact)
            tests.setdefault(name, [])
        conditions += all_conditions(guideline)
        pairs |= {one.greater for one in guideline.contradictions if one.greater}
        for assumptions in guideline.assumptions.values():
            for one in assumptions:
                if isinstance(one.state, Interval):
                    tests[one.fact].append((one.state,))
    for condition in conditions:
        for clause in clauses(condition):
            if clause.known is None:
                tests[clause.fact].append(clause.test)
    for _ in pairs:  # a chain of comparisons passes its cuts on
        for first, second in sorted(pairs):
            shared = [
                *tests[first],
                *tests[second],
                (Interval(*facts[first].range),),
                (Interval(*facts[second].range),),
            ]
            tests[first], tests[second] = _whole(facts[first], shared), _whole(facts[second], shared)
    return {name: Cells(fact, tests[name]) for name, fact in facts.items()}


def _whole(fact: Fact, tests: Iterable[Test]) -> list[Test]:
    """The tests, for an integer with whole bounds."""
    spans = [span for test in tests for span in test if isinstance(span, Interval)]
    if fact.type == "integer":
        spans = [span.closed_to_integers() for span in spans]
    return [(span,) for span in dict.fromkeys(spans)]


def sees(cells: Cells, test: Test) -> bool:
    """Do the cells tell of every number whether it passes the test?"""
    spans = [span for span in test if isinstance(span, Interval)]
    return all(
        cell.within(span) or cell.intersection(span).empty
        for span in spans
        for cell in (_closed(cells, place) for place in range(cells.width))
    )


@dataclass(frozen=True)
class Asked:
    """One fact that callers send, as variables."""

    cells: Cells
    possible: Bits
    unknown: int  # every value is possible
    exact: int  # one value is
    sent: int  # it was sent, be it as null
    opened: Mapping[str, int]  # it was sent as this open value

    @property
    def absent(self) -> tuple[int, ...]:
        """The literals that say: nothing was sent."""
        return (self.unknown, -self.sent)


class Patients:
    """All patient states of a vocabulary. Several guidelines over the same facts may be encoded on the same patients."""

    def __init__(self, formula: Formula, cells: Mapping[str, Cells]) -> None:
        self.formula, self.cells = formula, cells
        self.asked = {name: self._ask(one) for name, one in cells.items() if one.fact.given}
        self._greater: dict[tuple[str, str], int] = {}

    def _ask(self, cells: Cells) -> Asked:
        formula, width = self.formula, cells.width
        possible = tuple(formula.new(prefer=True) for _ in range(width))
        formula.add(*possible)
        if cells.fact.numeric:  # side by side
            for first in range(width - 2):
                for last in range(first + 2, width):
                    formula.add(-possible[first], possible[first + 1], -possible[last])
        unknown = formula.all_of(possible)
        exact = formula.any_of(
            [formula.all_of([literal if place == chosen else -literal for place, literal in enumerate(possible)])
             for chosen in range(width)]
        )  # fmt: skip
        sent = formula.new(prefer=False)
        formula.add(sent, unknown)
        opened = {value: formula.new(prefer=False) for value in cells.fact.open_values}
        for value, literal in opened.items():
            formula.add(-literal, unknown)
            formula.add(-literal, sent)
            for other in opened:
                if other < value:
                    formula.add(-literal, -opened[other])
        return Asked(cells, possible, unknown, exact, sent, opened)

    def bits(self, name: str) -> Bits:
        """What was sent of a fact; anything of one that callers cannot send."""
        one = self.asked.get(name)
        return one.possible if one else (TRUE,) * self.cells[name].width

    def simple(self) -> list[int]:
        """The literals that allow each fact to be exact or unknown only: patients an author reads with ease."""
        return [self.formula.any_of([one.unknown, one.exact]) for one in self.asked.values()]

    def greater(self, first: str, second: str) -> int:
        """Is the first number certainly greater than the second? True or false where the cells tell, else free."""
        found = self._greater.get((first, second))
        if found is None:
            found = self._greater[first, second] = self._compare(first, second)
        return found

    def compared(self) -> Iterable[tuple[tuple[str, str], int]]:
        """Every pair of numbers compared so far, with its literal."""
        return self._greater.items()

    def _compare(self, first: str, second: str) -> int:
        formula = self.formula
        result = formula.new(prefer=False)
        left, right = self.cells[first], self.cells[second]
        for low, lowest in enumerate(self._ends(first)):
            for high, highest in enumerate(self._ends(second, last=True)):
                answer = always_greater(_closed(left, low), _closed(right, right.width - 1 - high))
                if answer is not None:
                    formula.add(-lowest, -highest, result if answer else -result)
        return result

    def _ends(self, name: str, *, last: bool = False) -> list[int]:
        """For each cell in order the literal that says: it is the first possible one (`last`: all from the other end)."""
        bits = self.bits(name)[::-1] if last else self.bits(name)
        return [self.formula.all_of([literal, *(-one for one in bits[:place])]) for place, literal in enumerate(bits)]


def always_greater(left: Interval, right: Interval) -> bool | None:
    """Is a lower end somewhere in `left` above an upper end somewhere in `right`? None where it depends on where."""
    if left.low > right.high or (left.low == right.high and (left.low_open or right.high_open)):
        return True
    return False if left.high <= right.low else None


def _closed(cells: Cells, place: int) -> Interval:
    cell = cells.intervals[place]
    return cell.closed_to_integers() if cells.fact.type == "integer" else cell


__all__ = ["Asked", "Bits", "Patients", "always_greater", "cells_over", "sees"]
