"""The matching index: the outcome of every rule at once, by AND over bit masks.

Every rule's `when` and exception are rows (rows.py). The k-th row of every rule lies in layer k, at the rule's own place, twice: once for
"proven" and once for "not refuted". For each state of each fact one integer says which rows it leaves proven and which it leaves possible;
their AND is the answer for the patient, and folding the layers over each other gives four masks with a bit for each rule. Technique: bit-vector
packet classification (Lakshman and Stiliadis, SIGCOMM 1998), made three-valued.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.inference.facts import compiled_literal, literal_truth
from engine.inference.rows import Row, rows
from engine.inference.space import Cells
from engine.language.guideline import Guideline
from engine.language.rules import Rule


class Outcomes(NamedTuple):
    """A bit for each rule, in the order of the guideline's rules."""

    firm: int
    provisional: int
    ruled_out: int
    undetermined: int
    excepted_open: int  # rules whose exception is still open while `when` holds: provisional ones and firm reminders


class _States(dict[int, int]):
    """For each state of one fact, the rows it leaves proven and possible; filled when a state is first met."""

    def __init__(
        self, everything_mask: int, rows_asking: Sequence[tuple[int, int, tuple[int, int, int, bool | None]]]
    ) -> None:
        super().__init__()
        self._all = everything_mask
        self._rows = rows_asking

    def __missing__(self, state: int) -> int:
        mask = self._all
        for proven, possible, literal in self._rows:
            truth = literal_truth(literal, state)
            if truth is not True:
                mask &= ~proven
            if truth is False:
                mask &= ~possible
        if len(self) >= 50_000:
            self.clear()
        self[state] = mask
        return mask


class Index:
    """All rules of a guideline as masks. `match` takes the resolved states of one patient."""

    def __init__(self, guideline: Guideline, cells: Mapping[str, Cells], position: Mapping[str, int]) -> None:
        self.count = len(guideline.rules)
        self.whens = [rows(rule.when, guideline.vocabulary) for rule in guideline.rules]
        self.unlesses = [self._exception(rule, guideline) for rule in guideline.rules]
        self.when_layers = max((len(one) for one in self.whens), default=1) or 1
        self.unless_layers = max((len(one) for one in self.unlesses), default=0)
        self.ones = (1 << self.count) - 1
        self.reminders = sum(1 << place for place, rule in enumerate(guideline.rules) if rule.reminder)
        asking: dict[int, list[tuple[int, int, tuple[int, int, int, bool | None]]]] = {}
        base = 0
        for place in range(self.count):
            layered = [*enumerate(self.whens[place]), *enumerate(self.unlesses[place], self.when_layers)]
            for layer, row in layered:
                proven = 1 << (2 * layer * self.count + place)
                possible = proven << self.count
                base |= proven | possible
                for literal in row:
                    compiled = compiled_literal(literal, cells, position)
                    asking.setdefault(compiled[0], []).append((proven, possible, compiled))
        self.base = base
        self.tables = [(fact, _States(base, rows_asking)) for fact, rows_asking in sorted(asking.items())]
        self._when_shifts = [2 * layer * self.count for layer in range(1, self.when_layers)]
        self._unless_shifts = [2 * (self.when_layers + layer) * self.count for layer in range(self.unless_layers)]

    @staticmethod
    def _exception(rule: Rule, guideline: Guideline) -> tuple[Row, ...]:
        return rows(rule.exception, guideline.vocabulary) if rule.exception is not None else ()

    def match(self, states: Sequence[int]) -> Outcomes:
        """The outcome of every rule for resolved states."""
        left = self.base
        for fact, table in self.tables:
            left &= table[states[fact]]
        when = left
        for shift in self._when_shifts:
            when |= left >> shift
        unless = 0
        for shift in self._unless_shifts:
            unless |= left >> shift
        ones, count = self.ones, self.count
        holds, may = when & ones, (when >> count) & ones
        excepted, may_be_excepted = unless & ones, (unless >> count) & ones
        open_exception = holds & may_be_excepted & ~excepted
        return Outcomes(
            firm=holds & ~may_be_excepted | open_exception & self.reminders,
            provisional=open_exception & ~self.reminders,
            ruled_out=holds & excepted,
            undetermined=may & ~holds & ~excepted,
            excepted_open=open_exception,
        )


def places(bits: int) -> list[int]:
    """The positions of the set bits, lowest first."""
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found
