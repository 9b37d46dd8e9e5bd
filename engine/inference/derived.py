"""Conditions, decision tables and derived facts over the bits of states: what the resolver and the needs are made of."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from operator import itemgetter
from typing import Any

from engine.inference.rows import Literal, rows
from engine.inference.space import Cells
from engine.language.conditions import Condition
from engine.language.guideline import Guideline
from engine.language.logic import Truth
from engine.language.tables import Derivation, Row, Table
from engine.language.vocabulary import Fact

MEMO = 20_000  # entries a memo may hold before it starts again


def memo_key(positions: Sequence[int]) -> Callable[[Sequence[int]], Any]:
    """A function that picks these positions of a list, as something that can be a key."""
    if not positions:
        return lambda states: None
    return itemgetter(*positions)


class CompiledCondition:
    """A condition over state bits."""

    def __init__(
        self, condition: Condition, guideline: Guideline, cells: Mapping[str, Cells], position: Mapping[str, int]
    ) -> None:
        self.rows: list[list[tuple[int, int, int, bool | None]]] = [
            [compiled_literal(literal, cells, position) for literal in sorted(row, key=lambda one: position[one.fact])]
            for row in rows(condition, guideline.vocabulary)
        ]

    def truth(self, states: Sequence[int]) -> Truth:
        """Strong Kleene truth: a row true, else a row unknown, else false."""
        answer: Truth = False
        for row in self.rows:
            row_truth = row_of_truth(row, states)
            if row_truth is True:
                return True
            if row_truth is None:
                answer = None
        return answer


def compiled_literal(
    literal: Literal, cells: Mapping[str, Cells], position: Mapping[str, int]
) -> tuple[int, int, int, bool | None]:
    """(position of the fact, bits that pass, bits of everything, known?)."""
    cell = cells[literal.fact]
    return position[literal.fact], cell.test(literal.test), cell.everything, literal.known


def literal_truth(literal: tuple[int, int, int, bool | None], state: int) -> Truth:
    """One clause over one state."""
    _, passing, everything, known = literal
    if known is not None:
        said = state > everything or (state != everything and not state >> everything.bit_length())
        return said == known
    if not state & passing:
        return False
    return None if state & everything & ~passing else True


def row_of_truth(row: Sequence[tuple[int, int, int, bool | None]], states: Sequence[int]) -> Truth:
    """All literals of a row."""
    answer: Truth = True
    for literal in row:
        truth = literal_truth(literal, states[literal[0]])
        if truth is False:
            return False
        if truth is None:
            answer = None
    return answer


CompiledRow = tuple[
    CompiledCondition, int, int, dict[int, int]
]  # when, what it gives; or whose state it copies, and how


def compiled_row(
    row: Row, fact: Fact, guideline: Guideline, cells: Mapping[str, Cells], position: Mapping[str, int]
) -> CompiledRow:
    """One row of a decision table over state bits."""
    own = cells[fact.name]
    condition = CompiledCondition(row.when, guideline, cells, position)
    output = own.everything if row.values is None else own.state(row.values)
    if not row.same_as:
        return condition, output, -1, {}
    other = cells[row.same_as]
    mapping = {
        1 << index: own.state(frozenset({value})) for index, value in enumerate(other.values) if value in own.values
    }
    return condition, output, position[row.same_as], mapping


class CompiledTable:
    """A decision table over state bits."""

    def __init__(
        self, table: Table, fact: Fact, guideline: Guideline, cells: Mapping[str, Cells], position: Mapping[str, int]
    ) -> None:
        own = cells[fact.name]
        self.everything = own.everything
        self.partial = table.partial
        self._everything_of = {
            position[row.same_as]: cells[row.same_as].everything for row in table.rows if row.same_as
        }
        self.rows = [compiled_row(row, fact, guideline, cells, position) for row in table.rows]

    def outputs(self, states: Sequence[int]) -> int:
        """The bits of every value the rows that may hold can give."""
        found = 0
        for condition, output, source, mapping in self.rows:
            truth = condition.truth(states)
            if truth is False:
                continue
            if source >= 0:
                copied = states[source]
                nothing_known = copied == self._everything_of[source]
                output = 0 if nothing_known else sum(bit for mask, bit in mapping.items() if copied & mask)
                output = output or self.everything
            found |= output
            if truth is True:
                return found
        return found | self.everything if self.partial else found


class Answer:
    """What a derivation gives: the state, where it comes from (empty: nothing known), whether what was sent leaves no row.

    `written` is room for the writer of decisions: the same states give the same words.
    """

    __slots__ = ("clash", "position", "source", "state", "written")

    def __init__(self, position: int, state: int, source: str, clash: bool) -> None:
        self.position, self.state, self.source, self.clash = position, state, source, clash
        self.written: bytes | None = None


class CompiledDerivation:
    """One derived fact: a remembered function of the states it reads."""

    def __init__(
        self, derivation: Derivation, guideline: Guideline, cells: Mapping[str, Cells], position: Mapping[str, int]
    ) -> None:
        self.name = derivation.fact
        self.position = position[derivation.fact]
        fact = guideline.vocabulary[derivation.fact]
        self.everything = cells[fact.name].everything

        def compile_table(table: Table) -> CompiledTable:
            return CompiledTable(table, fact, guideline, cells, position)

        self.rows = compile_table(derivation.rows) if derivation.rows else None
        self.also = [compile_table(table) for table in derivation.also]
        self.assume = compile_table(derivation.assume) if derivation.assume else None
        self.reads = sorted({position[name] for name in derivation.facts()} | {self.position})
        self.key = memo_key(self.reads)
        self.memo: dict[Any, Answer] = {}

    def tables(self) -> list[CompiledTable]:
        """Its tables, in the order of Derivation.tables."""
        return [table for table in (self.rows, *self.also, self.assume) if table]

    def with_table(self, number: int, table: CompiledTable) -> "CompiledDerivation":
        """The same with one of its tables replaced, remembering nothing."""
        other, old = copy(self), self.tables()[number]
        other.memo = {}
        other.rows = table if other.rows is old else other.rows
        other.also = [table if one is old else one for one in other.also]
        other.assume = table if other.assume is old else other.assume
        return other

    def answer(self, states: Sequence[int]) -> Answer:
        """The answer for these states, remembered."""
        if len(self.memo) >= MEMO:
            self.memo.clear()
        found = self.memo[self.key(states)] = self._answer(states)
        return found

    def _answer(self, states: Sequence[int]) -> Answer:
        said, clash = states[self.position], False
        state = self.rows.outputs(states) if self.rows else self.everything
        if not state:
            state, clash = self.everything, True
        if said != self.everything:
            clash = clash or not state & said
            state = state & said or said
        for table in self.also:
            state = state & table.outputs(states) or state
        source = "given" if state == said else "derived"
        if self.assume and state & (state - 1):
            assumed = state & self.assume.outputs(states)
            if assumed and assumed != state:
                state, source = assumed, "assumed"
        return Answer(self.position, state, source if state != self.everything else "", clash)
