"""Columns of facts as small numbers: for every cell, the number of what it says in the list of all that was said of this fact so far.

A column is named as a fact that may be sent. What its cells may be:

    null, empty text            nothing was sent
    a value of the column's type, or text
    text of a code              a code, a group, an open value, several of them with `|` between, `unknown`
    text of a number            digits, a range (`<1`, `>=20`, `1..10`, `>1 <=5`), `unknown`
    text of true or false       `true`, `false`, `unknown`
    lists, structs, text {...}  as a caller sends them in JSON: several codes, bounds of a range, sources that differ

A cell that cannot be read leaves its fact unknown, and is told with its row.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from engine.inference.space import Cells
from engine.language.states import Interval
from engine.language.vocabulary import Fact, Given

Codes = np.ndarray[Any, np.dtype[Any]]
NOT_SENT, SENT_UNKNOWN = 0, 1
BAD = 65_535
MOST = 60_000  # states of one fact, and texts that are remembered
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_BETWEEN = re.compile(rf"(>=?)({_NUMBER.pattern})\s+(<=?)({_NUMBER.pattern})")
_TRUTH = {"true": True, "false": False}


class TooManyStates(ValueError):
    """A fact has more states in one run than can be told apart."""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that could not be read: the row of the batch, the column, why, and what is allowed. Never what the cell says."""

    row: int
    column: str
    reason: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Spans:
    """Numbers as they were sent, for contradictions that compare two facts."""

    low: Codes
    high: Codes
    low_open: Codes
    high_open: Codes

    @classmethod
    def of(cls, spans: Sequence[Interval]) -> "Spans":
        """The same as columns."""
        return cls(
            np.array([one.low for one in spans], np.float64),
            np.array([one.high for one in spans], np.float64),
            np.array([one.low_open for one in spans], bool),
            np.array([one.high_open for one in spans], bool),
        )

    def take(self, places: Codes | slice) -> "Spans":
        """Some of them."""
        return Spans(self.low[places], self.high[places], self.low_open[places], self.high_open[places])

    def greater(self, other: "Spans") -> Codes:
        """Where every number of this side is greater than every one of the other."""
        touching = (self.low == other.high) & (self.low_open | other.high_open)
        found: Codes = (self.low > other.high) | touching
        return found


class States:
    """What has been said of one fact so far, each with a number: the bits of the state, the open value, and whether it was sent at all."""

    def __init__(self, fact: Fact, cells: Cells) -> None:
        self.fact, self.cells = fact, cells
        self.bits: list[int] = []
        self.sent: list[bool] = []
        self.open_values: list[str | None] = []
        self.disputes: list[int] = []  # 1: sources differ and it is said what to go on with; 2: they differ
        self._number: dict[tuple[int, str | None, bool, int], int] = {}
        self.number(cells.everything, None, False)
        self.number(cells.everything, None, True)
        self.exact = [
            self.number(1 << index | cells.said) for index in range(cells.width)
        ]  # one value, one cell of numbers

    def __len__(self) -> int:
        return len(self.bits)

    def number(self, bits: int, open_value: str | None = None, sent: bool = True, dispute: int = 0) -> int:
        """The number of a state; a new one when it was not met before."""
        key = (bits, open_value, sent, dispute)
        found = self._number.get(key)
        if found is None:
            found = self._number[key] = len(self.bits)
            if found >= MOST:
                raise TooManyStates(f"`{self.fact.name}` has more than {MOST:,} different states")
            self.bits.append(bits)
            self.sent.append(sent)
            self.open_values.append(open_value)
            self.disputes.append(dispute)
        return found

    def of(self, given: Given) -> int:
        """The number of what a caller sent."""
        dispute = 0 if given.dispute is None else 1 if given.dispute.settled else 2
        return self.number(self.cells.state(given.state), given.open_value, True, dispute)


class ColumnReader:
    """Reads columns of one fact."""

    def __init__(self, states: States, *, compared: bool = False) -> None:
        self.states, self.fact, self.compared = states, states.fact, compared
        self._remembered: dict[Any, tuple[int, Given | None]] = {}
        if self.fact.numeric:
            self._bounds = [cell.low for cell in states.cells.intervals if cell.single]
            self._cell_at = np.array(list(self._cells_by_place()), np.uint16)
            low, high = self.fact.range
            whole = self.fact.type == "integer" and high - low <= 100_000
            self._by_value = self._codes_of(np.arange(low, high + 1)) if whole else None

    def _cells_by_place(self) -> Iterator[int]:
        """For 2 x the bounds below a number + 1 where it is a bound: the number of its state."""
        bounds, cells = self._bounds, self.states.cells.intervals
        yield BAD
        for index, bound in enumerate(bounds):
            yield self.states.exact[next(n for n, cell in enumerate(cells) if cell.single and cell.low == bound)]
            between = Interval(bound, bounds[index + 1], True, True) if index + 1 < len(bounds) else Interval(1, 0)
            inside = [n for n, cell in enumerate(cells) if not cell.single and not cell.intersection(between).empty]
            yield self.states.exact[inside[0]] if inside else BAD

    # ---- whole columns ----------------------------------------------------------------------------------------------
    def read(self, column: pa.Array, problems: list[CellProblem]) -> tuple[Codes, Spans | None]:
        """The numbers of the cells' states (and the numbers themselves, of facts that are compared)."""
        spans: Spans | None = None
        if pa.types.is_decimal(column.type):
            column = column.cast(pa.float64())
        elif pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            column = _as_words(column)
        kind = column.type
        if pa.types.is_null(kind):
            codes = np.zeros(len(column), np.uint16)
        elif pa.types.is_integer(kind) or pa.types.is_floating(kind):
            codes, spans = self._numbers(column)
        elif pa.types.is_boolean(kind) and self.fact.type == "boolean":
            codes = self._booleans(column)
        elif pa.types.is_dictionary(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
            codes, spans = self._texts(column)
        else:
            codes, spans = self._gathered([self._value(one) for one in column.to_pylist()])
        if codes.size and codes.max() == BAD:
            codes = self._without_bad(column, codes, problems)
        if self.compared and spans is None:
            low, high = self.fact.range
            spans = Spans.of([Interval(low, high)]).take(np.zeros(len(column), np.intp))
        return codes, spans

    def _without_bad(self, column: pa.Array, codes: Codes, problems: list[CellProblem]) -> Codes:
        for row in np.flatnonzero(codes == BAD):
            try:
                self._given(column[int(row)].as_py())
                reason, hint = "cannot be read", ""
            except ValueError as error:
                reason, hint = (*error.args, "")[:2]
            problems.append(CellProblem(int(row), self.fact.name, reason, hint))
        return np.where(codes == BAD, np.uint16(SENT_UNKNOWN), codes)

    def _numbers(self, column: pa.Array) -> tuple[Codes, Spans | None]:
        if not self.fact.numeric:
            return self._gathered([self._value(one) for one in column.to_pylist()])
        values, present = _buffers(column)
        if self._by_value is not None and values.dtype.kind in "iu":
            low, high = int(self.fact.range[0]), int(self.fact.range[1])
            inside = np.clip(values, low, high)
            codes = self._by_value.take((inside - low).astype(np.intp), mode="clip")
            if not np.array_equal(inside, values):
                codes[inside != values] = BAD
        else:
            codes = self._codes_of(values)
        codes = _silenced(codes, present)
        if not self.compared:
            return codes, None
        numbers = values.astype(np.float64)
        silent = (codes == NOT_SENT) | (codes == BAD)
        closed = np.zeros(len(numbers), bool)
        low_end, high_end = self.fact.range
        return codes, Spans(np.where(silent, low_end, numbers), np.where(silent, high_end, numbers), closed, closed)

    def _codes_of(self, values: Codes) -> Codes:
        place: Codes = np.zeros(len(values), np.uint8 if len(self._bounds) < 120 else np.uint16)
        for bound in self._bounds:
            np.add(place, (values > bound).view(np.uint8), out=place)
            np.add(place, (values >= bound).view(np.uint8), out=place)
        codes: Codes = self._cell_at.take(place.astype(np.intp), mode="clip")
        if self.fact.type == "integer" and values.dtype.kind == "f":
            codes[np.floor(values) != values] = BAD
        return codes

    def _booleans(self, column: pa.Array) -> Codes:
        table = np.array([self._value(False)[0], self._value(True)[0]], np.uint16)
        found: Codes = table.take(_bits(column.buffers()[1], column.offset, len(column)), mode="clip")
        return _silenced(found, _present(column))

    def _texts(self, column: pa.Array) -> tuple[Codes, Spans | None]:
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        read: Callable[[Any], tuple[int, Given | None]] = self._value
        if pa.types.is_string(column.type.value_type) or pa.types.is_large_string(column.type.value_type):
            read = self._text
        found = [read(one) for one in column.dictionary.to_pylist()]
        table = np.array([code for code, _ in found] or [0], np.uint16)
        places, present = _buffers(column.indices)
        codes = _silenced(table.take(places, mode="clip"), present)
        if not self.compared:
            return codes, None
        if present is not None:
            places = np.where(present == 0, len(found), places)
        givens = [given for _, given in found] + [None]
        return codes, Spans.of([self._span(given) for given in givens]).take(places)

    def _gathered(self, found: list[tuple[int, Given | None]]) -> tuple[Codes, Spans | None]:
        codes = np.array([code for code, _ in found], np.uint16)
        return codes, Spans.of([self._span(given) for _, given in found]) if self.compared else None

    def _span(self, given: Given | None) -> Interval:
        if given is None or not isinstance(given.state, Interval):
            return Interval(*self.fact.range)
        return given.state

    # ---- single cells -----------------------------------------------------------------------------------------------
    def _text(self, text: str | None) -> tuple[int, Given | None]:
        return self._found(("text", text), text) if text is not None else (NOT_SENT, None)

    def _value(self, value: Any) -> tuple[int, Given | None]:
        return self._found((value.__class__, repr(value)), value) if value is not None else (NOT_SENT, None)

    def _found(self, key: Any, value: Any) -> tuple[int, Given | None]:
        found = self._remembered.get(key)
        if found is None:
            if len(self._remembered) >= MOST:
                self._remembered.clear()
            try:
                given = self._given(value)
            except ValueError:
                found = BAD, None
            else:
                found = (self.states.of(given), given) if given is not None else (NOT_SENT, None)
            self._remembered[key] = found
        return found

    def _given(self, value: Any) -> Given | None:
        """What a cell says; None where it says nothing; ValueError (reason, hint) where it cannot be read."""
        return self.fact.read(sent_value(self.fact, value)) if value is not None and not _blank(value) else None


def _bits(buffer: Any, offset: int, count: int) -> Codes:
    """The bits of a buffer of Arrow, one a row."""
    octets = np.frombuffer(buffer, np.uint8)[offset // 8 : (offset + count + 7) // 8]
    return np.unpackbits(octets, bitorder="little")[offset % 8 : offset % 8 + count]


def _present(column: pa.Array) -> Codes | None:
    """1 for rows that say something, 0 for the others; None where all say something."""
    return _bits(column.buffers()[0], column.offset, len(column)) if column.null_count else None


def _silenced(codes: Codes, present: Codes | None) -> Codes:
    """Nothing was sent (NOT_SENT is 0) where nothing is present."""
    return codes if present is None else np.multiply(codes, present, dtype=np.uint16)


def _buffers(column: pa.Array) -> tuple[Codes, Codes | None]:
    """The numbers of a column as they lie in memory (anything where nothing is said), and which rows hold anything."""
    kind: Any = column.type.to_pandas_dtype()
    values: Codes = np.frombuffer(column.buffers()[1], kind) if len(column) else np.zeros(0, np.int64)
    return values[column.offset : column.offset + len(column)], _present(column)


def _as_words(column: pa.Array) -> pa.Array:
    """Text that was stored as bytes; as it is where it is none."""
    try:
        return column.cast(pa.string())
    except pa.ArrowInvalid:
        return column


def _blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def sent_value(fact: Fact, value: Any) -> Any:
    """The value of a cell as a caller would send it in JSON."""
    if isinstance(value, dict) and "conflict" not in value:
        return {key: one for key, one in value.items() if one is not None}
    if isinstance(value, float) and fact.type == "integer" and value.is_integer():
        return int(value)
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.startswith("{"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    if fact.numeric and _NUMBER.fullmatch(text):
        return float(text)
    if fact.numeric and (between := _BETWEEN.fullmatch(text)):
        low, high = ("ge" if between[1] == ">=" else "gt"), ("le" if between[3] == "<=" else "lt")
        return {low: float(between[2]), high: float(between[4])}
    if fact.type == "boolean" and text.lower() in _TRUTH:
        return _TRUTH[text.lower()]
    if fact.type == "code" and "|" in text:
        return {"one_of": [part.strip() for part in text.split("|")]}
    return text


__all__ = ["BAD", "NOT_SENT", "SENT_UNKNOWN", "CellProblem", "Codes", "ColumnReader", "Spans", "States", "sent_value"]
