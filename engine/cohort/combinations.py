"""Patients repeat where few columns are looked at: what follows from a combination of states is worked out once, by the code that answers for one
patient, and then only looked up.

    numbers = combinations.of(columns, learn)       # a number for each row; the same for rows that are alike
    combinations.answers[0].take(numbers)           # the first of the things that `learn` said of each; `first` does both

`learn(row)` is called for one row of each combination that was not met before.
"""

from collections.abc import Callable, Sequence, Sized
from typing import Any

import numpy as np

from engine.cohort.columns import Codes

Learn = Callable[[int], tuple[int, ...]]


class Combinations:
    """The combinations of a few columns of small numbers that were met so far, each with its answers."""

    DENSE_BITS = 18  # combinations that may exist have a table of up to this many bits

    def __init__(self, sizes: Sequence[Sized], answers: Sequence[Any]) -> None:
        """`sizes`: for each column, what has as many members as it has numbers; `answers`: the numpy types of the answers."""
        self._sizes = sizes
        self._known: dict[tuple[int, ...], int] = {}
        self._widths: list[int] = []
        self._dense: Codes | None = None
        self._steps: tuple[int, Combinations, Combinations] | None = None
        self._room = 64
        self.answers = [np.zeros(self._room, kind) for kind in answers]

    def __len__(self) -> int:
        return len(self._known)

    def first(self, columns: Sequence[Codes], learn: Learn) -> Codes:
        """The first answer for each row."""
        numbers = self.of(columns, learn)
        found: Codes = self.answers[0].take(numbers, mode="clip")
        return found

    def of(self, columns: Sequence[Codes], learn: Learn) -> Codes:
        """The number of each row's combination, from 0."""
        if not columns:
            return self._single(learn)
        widths = [max(1, (len(size) - 1).bit_length()) for size in self._sizes]
        if sum(widths) > self.DENSE_BITS and len(widths) > 2:
            return self._in_two_steps(columns, widths, learn)
        if widths != self._widths:
            self._widths = widths
            self._dense = self._table() if sum(widths) <= self.DENSE_BITS else None
        if self._dense is None:
            return self._listed(columns, learn)
        keys = self._keys(columns)
        numbers = self._dense.take(keys, mode="clip")
        if numbers.size and numbers.min() < 0:
            rows = np.flatnonzero(numbers < 0)
            _, first = np.unique(keys[rows], return_index=True)
            for row in rows[first].tolist():
                self._dense[keys[row]] = self._number(columns, row, learn)
            numbers = self._dense.take(keys, mode="clip")
        return numbers

    def _in_two_steps(self, columns: Sequence[Codes], widths: Sequence[int], learn: Learn) -> Codes:
        """First the combinations of a few columns, of which there are fewer than there may be; then these with the rest."""
        if self._steps is None:
            split = max(2, next((n for n in range(len(widths)) if sum(widths[: n + 1]) > self.DENSE_BITS - 2), 0))
            head = Combinations(self._sizes[:split], [])
            self._steps = split, head, Combinations([head, *self._sizes[split:]], [np.int32])
        split, head, rest = self._steps
        numbers = head.of(columns[:split], lambda row: ())

        def number(row: int) -> tuple[int, ...]:
            return (self._number(columns, row, learn),)

        return rest.first([numbers, *columns[split:]], number)

    def _single(self, learn: Learn) -> Codes:
        """Of no columns there is one combination."""
        if not self._known:
            self._number((), 0, learn)
        return np.zeros(1, np.intp)

    def _keys(self, columns: Sequence[Codes]) -> Codes:
        bits = sum(self._widths)
        kind = np.uint16 if bits <= 16 else np.int64
        keys = columns[0].astype(kind)
        for column, width in zip(columns[1:], self._widths[1:], strict=True):
            np.left_shift(keys, kind(width), out=keys)
            np.bitwise_or(keys, column, out=keys, casting="unsafe")
        return keys

    def _table(self) -> Codes:
        table = np.full(1 << sum(self._widths), -1, np.int32)
        if self._known and self._widths:
            known = np.array(list(self._known), np.int64)
            keys = self._keys([known[:, index] for index in range(known.shape[1])])
            table[keys] = np.arange(len(known))
        return table

    def _listed(self, columns: Sequence[Codes], learn: Learn) -> Codes:
        """The same where a table of all that may exist would be too long."""
        if sum(self._widths) <= 62:
            keys = self._keys(columns)
            _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        else:
            stacked = np.stack([column.astype(np.int32) for column in columns], axis=1)
            _, first, inverse = np.unique(stacked, axis=0, return_index=True, return_inverse=True)
        numbers = np.array([self._number(columns, row, learn) for row in first.tolist()], np.int32)
        return numbers.take(inverse.reshape(-1), mode="clip")

    def _number(self, columns: Sequence[Codes], row: int, learn: Learn) -> int:
        key = tuple(int(column[row]) for column in columns)
        found = self._known.get(key)
        if found is None:
            found = len(self._known)
            said = learn(row)
            if found >= self._room:
                self._room *= 2
                self.answers = [np.resize(one, self._room) for one in self.answers]
            for one, answer in zip(self.answers, said, strict=True):
                one[found] = answer
            self._known[key] = found
        return found
