"""The index: the outcome of every rule at once, by AND over bit masks.

Every rule's `when` and exception are rows (rows.py). The k-th rows of every rule lie in layer k, at the rule's own place, twice: once for
"proven" and once for "not refuted". For each state of each fact one integer says which rows it leaves proven and which it leaves possible;
their AND is the answer for the patient, and folding the layers over each other gives four masks with a bit for each rule. Technique: bit-vector
packet classification (Lakshman and Stiliadis, SIGCOMM 1998), made three-valued.

Facts are taken in groups: the AND over a group is remembered for each combination of its states, so that a patient costs one step a group.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from engine.inference.derived import compiled_literal, literal_truth
from engine.inference.rows import Row, rows
from engine.inference.space import Cells
from engine.language.guideline import Guideline
from engine.language.rules import Rule

Asking = Sequence[tuple[int, int, tuple[int, int, int, bool | None]]]  # (bit when proven, bit when possible, literal)
GROUP_BYTES = 400_000  # that the remembered masks of one group may take
LARGEST_GROUP = 4096  # combinations of states that are usual in one group


class Outcomes(NamedTuple):
    """A bit for each rule, in the order of the guideline's rules."""

    firm: int
    provisional: int
    ruled_out: int
    undetermined: int
    excepted_open: int  # rules whose exception is still open while `when` holds: provisional ones and firm reminders


class States(dict[Any, int]):
    """For each state of one fact, the rows it leaves proven and possible; filled when a state is first met."""

    def __init__(self, everything_mask: int, rows_asking: Asking) -> None:
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


class Group(dict[Any, int]):
    """For each combination of states of a few facts, the AND of their masks. The key of a single fact is its state, else a tuple of states."""

    def __init__(self, tables: Sequence[States], most: int) -> None:
        super().__init__()
        self._tables = tables
        self._most = most

    def __missing__(self, key: Any) -> int:
        if len(self._tables) == 1:
            mask = self._tables[0][key]
        else:
            mask = -1
            for table, state in zip(self._tables, key, strict=True):
                mask &= table[state]
        if len(self) >= self._most:
            self.clear()
        self[key] = mask
        return mask


def groups(
    tables: Mapping[Any, States], sizes: Mapping[Any, int], base: int
) -> Iterator[tuple[tuple[Any, ...], Group]]:
    """The facts in groups, small ones together, so that a group has few combinations. `sizes`: how many states of each fact are usual."""
    most = min(max(GROUP_BYTES // (base.bit_length() // 7 + 100), 16), LARGEST_GROUP)
    facts: tuple[Any, ...] = ()
    combinations = 1
    for fact in sorted(tables, key=lambda one: (sizes[one], one)):
        if facts and combinations * sizes[fact] > most:
            yield facts, Group([tables[one] for one in facts], most)
            facts, combinations = (), 1
        facts, combinations = (*facts, fact), combinations * sizes[fact]
    if facts:
        yield facts, Group([tables[one] for one in facts], most)


class Index:
    """All rules of a guideline as masks. `match` takes the resolved states of one patient."""

    def __init__(self, guideline: Guideline, cells: Mapping[str, Cells], position: Mapping[str, int]) -> None:
        self.count = len(guideline.rules)
        self.whens = [rows(rule.when, guideline.vocabulary) for rule in guideline.rules]
        self.unlesses = [self._exception(rule, guideline) for rule in guideline.rules]
        self.ones = (1 << self.count) - 1
        self.reminders = sum(1 << place for place, rule in enumerate(guideline.rules) if rule.reminder)
        self.excepted = any(self.unlesses)
        layers = max((len(one) for one in (*self.whens, *self.unlesses)), default=1) or 1
        width = (4 if self.excepted else 2) * self.count
        asking: dict[int, list[tuple[int, int, tuple[int, int, int, bool | None]]]] = {}
        base = 0
        for segment, rows_of in ((0, self.whens), (2 * self.count, self.unlesses)):
            for place, found in enumerate(rows_of):
                for layer, row in enumerate(found):
                    proven = 1 << (layer * width + segment + place)
                    possible = proven << self.count
                    base |= proven | possible
                    for literal in row:
                        compiled = compiled_literal(literal, cells, position)
                        asking.setdefault(compiled[0], []).append((proven, possible, compiled))
        self.base = base
        self.tables = {fact: States(base, rows_asking) for fact, rows_asking in sorted(asking.items())}
        names = {place: name for name, place in position.items()}
        self._steps: list[tuple[Callable[[Sequence[int]], Any], Group]] = [
            (itemgetter(*facts), group)
            for facts, group in groups(self.tables, {fact: cells[names[fact]].width + 1 for fact in self.tables}, base)
        ]
        self._shifts = []
        while layers > 1:  # fold the upper half of the layers over the lower one
            layers = (layers + 1) // 2
            self._shifts.append(layers * width)

    @staticmethod
    def _exception(rule: Rule, guideline: Guideline) -> tuple[Row, ...]:
        return rows(rule.exception, guideline.vocabulary) if rule.exception is not None else ()

    def match(self, states: Sequence[int]) -> Outcomes:
        """The outcome of every rule for resolved states."""
        left = self.base
        for pick, table in self._steps:
            left &= table[pick(states)]
        return self.folded(left)

    def folded(self, left: int) -> Outcomes:
        """The outcomes, from the rows that are left."""
        for shift in self._shifts:
            left |= left >> shift
        ones, count = self.ones, self.count
        holds, may = left & ones, left >> count & ones
        if not self.excepted:
            return Outcomes(holds, 0, 0, may ^ holds, 0)
        excepted, may_be_excepted = left >> 2 * count & ones, left >> 3 * count & ones
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
    if bits.bit_length() > 200:  # peeling bits off a long number copies it each time
        text = bin(bits)[:1:-1]
        place = text.find("1")
        while place >= 0:
            found.append(place)
            place = text.find("1", place + 1)
        return found
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found
