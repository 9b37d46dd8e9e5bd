"""The outcome of every rule for every patient of a block: the matching index (inference/index.py) over columns.

Every row of every rule is a bit, once for "proven" and once for "not refuted". Facts are looked up a few at a time: for each combination of
their states, which rows they leave. The AND over all groups of facts is the answer; rows are folded into rules a byte at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.cohort.columns import Codes, States
from engine.cohort.resolve import Block, words_for
from engine.inference.derived import compiled_literal, literal_truth
from engine.inference.index import Index
from engine.inference.rows import Row
from engine.inference.space import Cells
from engine.language.guideline import Guideline

BYTE = 8
CompiledLiteral = tuple[int, int, int, bool | None]


@dataclass(frozen=True)
class Matched:
    """Words of bits, by patient: rules in the order of the guideline; rows as laid out by Masks."""

    firm: Codes
    provisional: Codes
    ruled_out: Codes
    undetermined: Codes
    open_exception: Codes
    possible: Codes  # rows that may hold


class FactMasks:
    """For each state of one fact, the rows it leaves proven and possible, and those in which its clause is undecided."""

    def __init__(self, states: States, asking: Sequence[tuple[int, CompiledLiteral]], words: int, base: Codes) -> None:
        self.states, self._asking, self._words, self._base = states, asking, words, base
        self.left = np.zeros((0, 2 * words), np.uint64)
        self.undecided = np.zeros((0, words), np.uint64)
        self.touched = sorted({row // 64 for row, _ in asking})
        self.open_rows: list[tuple[int, Codes]] = []  # of words that are touched: the rows undecided in each state
        self.all_or_none: Codes | None = None  # where a state leaves all rows undecided or none: which states do

    @property
    def width(self) -> int:
        """Bits that number the states."""
        return max(1, (len(self.states) - 1).bit_length())

    def grow(self) -> bool:
        """Add the states that are new; were there any?"""
        if len(self.left) == len(self.states):
            return False
        new = self.states.bits[len(self.left) :]
        left = np.repeat(self._base[None, :], len(new), axis=0)
        undecided = np.zeros((len(new), self._words), np.uint64)
        for number, bits in enumerate(new):
            for row, literal in self._asking:
                word, bit = row // 64, np.uint64(1 << row % 64)
                truth = literal_truth(literal, bits)
                if truth is not True:
                    left[number, word] &= ~bit
                if truth is False:
                    left[number, self._words + word] &= ~bit
                if truth is None:
                    undecided[number, word] |= bit
        self.left = np.concatenate([self.left, left])
        self.undecided = np.concatenate([self.undecided, undecided])
        self.open_rows = [(word, np.ascontiguousarray(self.undecided[:, word])) for word in self.touched]
        undecided = self.undecided != 0
        whole = self.undecided == np.bitwise_or.reduce(self.undecided, axis=0)
        self.all_or_none = undecided.any(axis=1) if (whole.all(axis=1) | ~undecided.any(axis=1)).all() else None
        return True

    def asked(self, codes: Codes, live: Codes) -> Codes:
        """Who has an undecided row among those that are live (words by patient)?"""
        found: Codes | None = None
        if self.all_or_none is not None:
            for word, table in self.open_rows:
                rows = live[word] & np.bitwise_or.reduce(table)
                found = rows if found is None else np.bitwise_or(found, rows, out=found)
            assert found is not None
            asked: Codes = (found != 0) & self.all_or_none.take(codes, mode="clip")
            return asked
        places = codes.astype(np.intp)
        for word, table in self.open_rows:
            rows = table.take(places, mode="clip")
            np.bitwise_and(rows, live[word], out=rows)
            found = rows if found is None else np.bitwise_or(found, rows, out=found)
        assert found is not None
        answer: Codes = found != 0
        return answer


class Group:
    """A few facts that are looked up together."""

    BITS = 10  # of the combinations of its facts, when it is made
    MOST = 14  # the same, before facts are grouped anew

    def __init__(self) -> None:
        self.places: list[int] = []
        self.members: list[FactMasks] = []
        self.widths: list[int] = []
        self.table = np.zeros((0, 0), np.uint64)

    @property
    def width(self) -> int:
        """Bits of the combinations that may exist by now."""
        return sum(one.width for one in self.members)

    def refresh(self) -> None:
        """Take up states that are new."""
        grown = [one.grow() for one in self.members]
        if not any(grown) and self.widths:
            return
        self.widths = [one.width for one in self.members]
        table: Codes | None = None
        for one, width in zip(self.members, self.widths, strict=True):
            padded = np.zeros((1 << width, one.left.shape[1]), np.uint64)
            padded[: len(one.left)] = one.left
            table = padded if table is None else (table[:, None, :] & padded[None, :, :]).reshape(-1, padded.shape[1])
        assert table is not None
        self.table = np.ascontiguousarray(table)

    def keys(self, columns: Sequence[Codes]) -> Codes:
        """The line of the table for each patient."""
        keys = columns[self.places[0]].astype(np.intp)
        for place, width in zip(self.places[1:], self.widths[1:], strict=True):
            np.left_shift(keys, width, out=keys)
            np.bitwise_or(keys, columns[place], out=keys)
        return keys


class Masks:
    """All rules of a guideline as masks over columns."""

    def __init__(
        self,
        guideline: Guideline,
        index: Index,
        cells: Mapping[str, Cells],
        position: Mapping[str, int],
        states: Sequence[States],
    ) -> None:
        self.count = len(guideline.rules)
        self.rule_words = words_for(self.count)
        owners: list[int] = []  # the rule of each row
        asking: dict[int, list[tuple[int, CompiledLiteral]]] = {}

        def lay(place: int, row: Row, at: int) -> None:
            for literal in row:
                compiled = compiled_literal(literal, cells, position)
                asking.setdefault(compiled[0], []).append((at, compiled))
            owners[at] = place

        def append(place: int, rows: Sequence[Row]) -> None:
            for row in rows:
                owners.append(-1)
                lay(place, row, len(owners) - 1)

        owners += [-1] * (self.rule_words * 64)  # the first row of a rule stands where the rule does
        for place, rows in enumerate(index.whens):
            for row in rows[:1]:
                lay(place, row, place)
        for place, rows in enumerate(index.whens):
            append(place, rows[1:])
        owners += [-1] * (-len(owners) % BYTE)  # exceptions begin at a byte of their own
        self._split = len(owners) // BYTE
        for place, rows in enumerate(index.unlesses):
            append(place, rows)
        self.words = words_for(len(owners))
        self._bytes = -(-len(owners) // BYTE)
        self._fold = self._folding(owners)
        self.spread_both, self.spread_unless = self._spreading(owners)
        base = np.zeros(2 * self.words, np.uint64)
        for at, owner in enumerate(owners):
            if owner >= 0:
                base[[at // 64, self.words + at // 64]] |= np.uint64(1 << at % 64)
        self._base = base
        self.facts = {place: FactMasks(states[place], rows, self.words, base) for place, rows in sorted(asking.items())}
        self._groups = self._grouped()
        self.reminders = self.mask(place for place, rule in enumerate(guideline.rules) if rule.reminder)

    def mask(self, rules: Any) -> Codes:
        """Rules as words."""
        found = np.zeros(self.rule_words, np.uint64)
        for place in rules:
            found[place // 64] |= np.uint64(1 << place % 64)
        return found

    def _folding(self, owners: Sequence[int]) -> Codes:
        """For each byte of rows and each of its 256 values, the rules of these rows."""
        table = np.zeros((self._bytes, 256, self.rule_words), np.uint64)
        for row, owner in enumerate(owners):
            if owner >= 0:
                values = np.flatnonzero(np.arange(256) >> row % BYTE & 1)
                table[row // BYTE, values, owner // 64] |= np.uint64(1 << owner % 64)
        return table

    def _spreading(self, owners: Sequence[int]) -> tuple[Codes, Codes]:
        """For each byte of rules and each of its values, the rows of these rules; and those of their exceptions alone."""
        both = np.zeros((-(-self.count // BYTE) or 1, 256, self.words), np.uint64)
        unless = both.copy()
        for row, owner in enumerate(owners):
            if owner >= 0:
                values = np.flatnonzero(np.arange(256) >> owner % BYTE & 1)
                for table in (both, unless) if row >= self._split * BYTE else (both,):
                    table[owner // BYTE, values, row // 64] |= np.uint64(1 << row % 64)
        return both, unless

    def _grouped(self) -> list[Group]:
        """Facts that are asked in the same places, together as long as their states have few combinations."""
        groups: list[Group] = []
        room: list[int] = []
        for place, one in sorted(self.facts.items(), key=lambda item: (item[1].touched, item[0])):
            width = one.width
            fitting = [number for number, left in enumerate(room) if left >= width]
            number = fitting[0] if fitting else len(groups)
            if not fitting:
                groups.append(Group())
                room.append(max(Group.BITS, width))
            groups[number].places.append(place)
            groups[number].members.append(one)
            room[number] -= width
        return groups

    # ---- one block --------------------------------------------------------------------------------------------------
    def match(self, block: Block) -> Matched:
        """The outcome of every rule."""
        if any(len(group.members) > 1 and group.width > Group.MOST for group in self._groups):
            self._groups = self._grouped()
        left = np.empty((block.count, 2 * self.words), np.uint64)
        left[:] = self._base
        one = np.empty_like(left)
        for group in self._groups:
            group.refresh()
            group.table.take(group.keys(block.states), axis=0, out=one, mode="clip")
            np.bitwise_and(left, one, out=left)
        proven, possible = self._folded(left[:, : self.words]), self._folded(left[:, self.words :])
        holds, excepted = proven
        may, may_be_excepted = possible
        open_exception = holds & may_be_excepted & ~excepted
        return Matched(
            firm=holds & ~may_be_excepted | open_exception & self.reminders,
            provisional=open_exception & ~self.reminders,
            ruled_out=holds & excepted,
            undetermined=may & ~holds & ~excepted,
            open_exception=open_exception,
            possible=left[:, self.words :],
        )

    def _folded(self, rows: Codes) -> tuple[Codes, Codes]:
        """Rows as rules: of what applies, and of exceptions."""
        octets = rows.view(np.uint8)
        found = np.zeros((2, len(rows), self.rule_words), np.uint64)
        found[0] = rows[:, : self.rule_words]
        for number in range(self.rule_words * BYTE, self._bytes):
            side = found[int(number >= self._split)]
            np.bitwise_or(side, self._fold[number].take(octets[:, number], axis=0, mode="clip"), out=side)
        return found[0], found[1]

    def spread(self, rules: Codes, table: Codes) -> Codes:
        """Rules as their rows."""
        octets = np.ascontiguousarray(rules).view(np.uint8)
        found: Codes = table[0].take(octets[:, 0], axis=0, mode="clip")
        for number in range(1, len(table)):
            np.bitwise_or(found, table[number].take(octets[:, number], axis=0, mode="clip"), out=found)
        return found
