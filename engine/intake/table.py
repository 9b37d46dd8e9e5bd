"""Reads a known table row by row: cells into facts as a caller would send them, and what could not be taken from each row.

    for row in read_file(path, guideline.tables["name"], guideline.vocabulary):
        engine.decide(row.facts, as_of)          # row.problems and row.open say what is not in the facts, and why

A cell speaks, says nothing (missing), settles nothing (open) or cannot be read. A fact is taken from a row only if every cell that speaks of it
could be read and they allow a value in common; else it is sent as unknown, and the row says so. No text of a cell is in any message.
"""

import csv
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from engine.language.problems import did_you_mean, shorten
from engine.language.states import Interval, State, point
from engine.language.tablemaps import DELIMITERS, CellMap, TableMap
from engine.language.vocabulary import Fact, Given, Vocabulary

NAMES = {sign: name for name, sign in DELIMITERS.items()}
CONSTANTS = "constants"  # named as the column of what the mapping says of every row
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?")
_NUMBER_WITH_COMMA = re.compile(r"[-+]?[0-9]+(?:,[0-9]*)?")  # a point might group thousands, so none is taken
_CODE = re.compile(r"0*(?:77+|88+|9[0-9]+)(?:[.,][09]*)?")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What was not taken from a row. `input`: a cell (or the row) cannot be read; `conflict`: columns that cannot all be right."""

    kind: Literal["input", "conflict"]
    columns: tuple[str, ...]
    reason: str
    fact: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class OpenCell:
    """A cell that speaks of a fact and settles nothing about it."""

    column: str
    fact: str
    reason: str


@dataclass(frozen=True, slots=True)
class MappedRow:
    """One row: its facts as a caller would send them, and everything in it that is not among them."""

    line: int  # of the file; 0 for a row that was not read from one
    identifier: str = field(repr=False)
    facts: Mapping[str, Any] = field(repr=False)
    problems: tuple[RowProblem, ...] = ()
    open: tuple[OpenCell, ...] = ()


@dataclass(frozen=True, slots=True)
class TableProblem:
    """Why a file is not the table it should be."""

    line: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" + (f" ({self.hint})" if self.hint else "")


class TableError(ValueError):
    """A file is not the table that the mapping describes; `problems` says all that is wrong with it."""

    def __init__(self, problems: Iterable[TableProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class _Unreadable(ValueError):
    """The cell cannot be read: (reason, hint), without its text."""


class RowReader:
    """Turns rows of one table into facts."""

    def __init__(self, table: TableMap, vocabulary: Vocabulary) -> None:
        self.table = table
        self._columns = frozenset(table.columns)
        self._facts = {cell.fact: vocabulary[cell.fact] for cell in table.cells}
        self._facts |= {name: vocabulary[name] for name in table.constants}

    def read(self, row: Mapping[str, str], line: int = 0) -> MappedRow:
        """The facts of a row given as column: text of the cell."""
        table, problems, open_cells = self.table, list(self._strange(row)), list[OpenCell]()
        said: dict[str, list[tuple[str, Given]]] = {
            name: [(CONSTANTS, value)] for name, value in table.constants.items()
        }
        unreadable: set[str] = set()
        for cell in table.cells:
            text = row.get(cell.column)
            if text is None:
                unreadable.add(cell.fact)  # reported by _strange
                continue
            if text in table.missing:
                continue
            if text in cell.open:
                open_cells.append(OpenCell(cell.column, cell.fact, cell.open[text]))
                continue
            try:
                meaning = self._meaning(cell, text)
            except _Unreadable as error:
                reason, hint = error.args
                problems.append(RowProblem("input", (cell.column,), reason, cell.fact, hint))
                unreadable.add(cell.fact)
                continue
            said.setdefault(cell.fact, []).append((cell.column, meaning))
        facts: dict[str, Any] = {}
        for name, sources in said.items():
            value = joined(self._facts[name], [given for _, given in sources])
            if value is None:
                columns = tuple(column for column, _ in sources)
                problems.append(RowProblem("conflict", columns, "they allow no value in common", name))
            facts[name] = value
        facts |= dict.fromkeys(sorted(unreadable))
        return MappedRow(line, row.get(table.identifier) or "", facts, tuple(problems), tuple(open_cells))

    def _strange(self, row: Mapping[str, str]) -> Iterator[RowProblem]:
        """A row that has other columns than the table, or that names nobody."""
        if row.keys() != self._columns:
            for column in sorted(self._columns - row.keys()):
                yield RowProblem("input", (column,), "the row lacks this column")
            for column in sorted(row.keys() - self._columns):
                yield RowProblem("input", (str(column),), "the mapping does not name this column")
        if row.get(self.table.identifier, "") in self.table.missing | {""}:
            yield RowProblem("input", (self.table.identifier,), "the row has no identifier")

    def _meaning(self, cell: CellMap, text: str) -> Given:
        """What the cell says; raises _Unreadable."""
        if not cell.number and not cell.spans:
            if text in cell.texts:
                return cell.texts[text]
            known = shorten([*cell.texts, *cell.open])
            spaces = "it has spaces around it; " if text.strip() in cell.texts else ""
            raise _Unreadable("the text is none of those that are mapped", f"{spaces}mapped are {known}")
        number = _number(text, self.table.decimal)
        if cell.number:
            try:
                return self._facts[cell.fact].read(float(math.floor(number)) if cell.round_down else number)
            except ValueError as error:
                raise _Unreadable(*(*error.args, "")[:2]) from None
        for span in cell.spans:
            if not span.numbers.intersection(point(number)).empty:
                if math.isinf(span.numbers.high) and _CODE.fullmatch(text):
                    reason = (
                        "a number such as 88, 95 or 999 in a range without an upper bound may be a code for unknown"
                    )
                    raise _Unreadable(reason, "name it under `open`, or give the range an upper bound")
                return span.meaning
        raise _Unreadable("the number is in none of the ranges", "")


def _number(text: str, decimal: str = ".") -> float:
    if decimal == "," and not _NUMBER_WITH_COMMA.fullmatch(text):
        raise _Unreadable("the text is not a number", "digits with a comma, such as 12 or 12,5")
    text = text.replace(decimal, ".")
    if not _NUMBER.fullmatch(text):
        hint = "digits with a point, such as 12 or 12.5"
        comma = "; a mapping may say `decimal: comma`" if _NUMBER_WITH_COMMA.fullmatch(text) else ""
        raise _Unreadable("the text is not a number", hint + comma)
    number = float(text)
    if not math.isfinite(number):
        raise _Unreadable("the number is too large", "")
    return number


def joined(fact: Fact, said: Sequence[Given]) -> Any:
    """The value of a fact that all of what was said allows, as a caller would send it; None when there is none in common."""
    state: State = fact.everything
    for one in said:
        if isinstance(state, Interval):
            assert isinstance(one.state, Interval)
            state = state.intersection(one.state)
        else:
            assert isinstance(one.state, frozenset)
            state = state & one.state
    if state.empty if isinstance(state, Interval) else not state:
        return None
    if state != fact.everything:
        return fact.write(state)
    words = {one.open_value for one in said}
    return words.pop() if len(words) == 1 else None


# ---- files ----------------------------------------------------------------------------------------------------------
def read_file(path: str | Path, table: TableMap, vocabulary: Vocabulary) -> Iterator[MappedRow]:
    """The rows of a file, one at a time, however long it is; raises TableError (when the first row is asked for, or later)."""
    encoding = "utf-8-sig" if table.encoding == "utf-8" else table.encoding
    with Path(path).open(encoding=encoding, newline="") as lines:
        yield from read_rows(lines, table, vocabulary)


def read_rows(lines: Iterable[str], table: TableMap, vocabulary: Vocabulary) -> Iterator[MappedRow]:
    """The rows of lines of text, the first of which is the header; blank lines are passed over. Raises TableError."""
    reader = RowReader(table, vocabulary)
    cells = csv.reader(lines, delimiter=table.delimiter, strict=True)
    header: list[str] | None = None
    try:
        for row in cells:
            if not row:
                continue
            if header is None:
                row[0] = row[0].removeprefix("\ufeff")
                header = row
                check_header(header, table, cells.line_num)
            elif len(row) == len(header):
                yield reader.read(dict(zip(header, row, strict=True)), cells.line_num)
            else:
                reason = f"the row has {len(row)} cells and the header {len(header)}; nothing is taken from it"
                yield MappedRow(cells.line_num, "", {}, (RowProblem("input", (), reason),))
    except UnicodeDecodeError:
        hint = "save the file as UTF-8, or say in the mapping what it is: `encoding: latin-1`"
        raise TableError([TableProblem(cells.line_num + 1, f"not {table.encoding.upper()} text", hint)]) from None
    except csv.Error as error:
        raise TableError([TableProblem(cells.line_num, f"not readable: {error}", "check the quotes")]) from None
    if header is None:
        raise TableError([TableProblem(1, "the file is empty")])


def check_header(header: Sequence[str], table: TableMap, line: int = 1) -> None:
    """Raises TableError when the columns are not exactly those the mapping names."""
    known = table.columns
    if not set(header) & set(known):
        hint = f"its columns are {shorten(known)}, with a {NAMES[table.delimiter]} between them"
        raise TableError([TableProblem(line, f"the first line is not the header of `{table.id}`", hint)])
    problems = []
    for place, column in enumerate(header):
        if column in header[:place]:
            problems.append(TableProblem(line, f"the column `{column}` stands twice in the header"))
        elif column not in known:
            hint = did_you_mean(column, set(known) - set(header)) or "name it under `columns` or `unused`"
            problems.append(TableProblem(line, f"the mapping does not name the column `{column}`", hint))
    problems += [TableProblem(line, f"the column `{column}` is missing") for column in known if column not in header]
    if problems:
        raise TableError(problems)
