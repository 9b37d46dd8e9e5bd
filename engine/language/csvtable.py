"""A decision table in a CSV file, as a spreadsheet saves it: a column for each fact, one column `is`, a row a line.

In a cell: a value, a group, `A|B` for either, a number, `<5`, `>=20`, `5..10`, or `*` for any value. Columns named `note` are skipped.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.language.conditions import All, Clause, Condition, clause_words
from engine.language.problems import Place, Problem, did_you_mean
from engine.language.states import Interval, Test, Value
from engine.language.tables import Row, Table, unreachable
from engine.language.vocabulary import UNKNOWN_WORDS, Fact, Vocabulary
from engine.language.yamlfile import YamlFile

NUMBER = re.compile(r"^[-+]?[0-9]+(\.[0-9]+)?$")
_CELL = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^,"]*))\s*(,|$)')


@dataclass(frozen=True)
class Cell:
    """One cell: its text, and where it begins."""

    text: str
    place: Place


class CsvTable:
    """Reads one file, reporting every mistake at its cell."""

    def __init__(self, file: YamlFile, vocabulary: Vocabulary, fact: Fact, path: str, text: str) -> None:
        self.file, self.vocabulary, self.fact, self.path = file, vocabulary, fact, path
        self.lines = text.splitlines()

    def read(self) -> Table:
        """The table; broken rows are reported and left out."""
        lines = [(number, line) for number, line in enumerate(self.lines, 1) if line.strip(", \t")]
        if not lines:
            self._report("table-shape", "the file is empty", Place(self.path), "write a heading and at least one row")
            return Table(())
        heading = self._cells(*lines[0])
        if heading is None or not self._heading(heading):
            return Table(())
        rows = []
        for number, line in lines[1:]:
            before, cells = len(self.file.problems), self._cells(number, line)
            if cells is None:
                continue
            if len(cells) != len(heading):
                message = f"{len(cells)} cells under {len(heading)} headings"
                few = len(cells) < len(heading)
                hint = "write `*` for any value" if few else "remove the rest, or put text that holds a comma in quotes"
                self._report("table-shape", message, cells[-1 if few else len(heading)].place, hint)
                continue
            row = self._row(heading, cells, Place(self.path, number, 1, len(line)))
            if len(self.file.problems) == before:
                rows.append(row)
        if len(lines) == 1:
            self._report(
                "table-shape", "there are no rows below the heading", heading[0].place, "write at least one row"
            )
        judged = rows if all(cell.text in (*self.vocabulary, "is", "note") for cell in heading) else []
        for row, above in unreachable(judged):
            message = f"this row is never reached: line {above.place.line} holds whenever it does"
            self._report("unreachable-row", message, row.place, "remove it, or move it up", (above.place,))
        return Table(tuple(rows))

    def _cells(self, number: int, line: str) -> list[Cell] | None:
        cells, position = [], 0
        while True:
            match = _CELL.match(line, position)
            if match is None:
                place = Place(self.path, number, position + 1, len(line) - position)
                self._report(
                    "table-shape",
                    "a quote is not closed, or text stands beside it",
                    place,
                    "close the quote, or remove it",
                )
                return None
            group = 1 if match[1] is not None else 2
            text = match[group].replace('""', '"').strip()
            blank = len(match[group]) - len(match[group].lstrip())
            start = match.start(group) + (blank if text else 0)
            cells.append(Cell(text, Place(self.path, number, start + 1, max(1, len(text)))))
            if not match[3]:
                return cells
            position = match.end()

    def _heading(self, heading: list[Cell]) -> bool:
        good = True
        for index, cell in enumerate(heading):
            if ";" in cell.text:
                self._report("table-shape", "the cells are separated by `;`", cell.place, "save the file with commas")
                return False
            if cell.text not in self.vocabulary and cell.text not in ("is", "note"):
                message, hint = f"unknown fact `{cell.text}`", did_you_mean(cell.text, [*self.vocabulary, "is", "note"])
                self._report("unknown-fact", f"{message} in the heading", cell.place, hint)
            if cell.text != "note" and any(cell.text == other.text for other in heading[:index]):
                self._report("table-shape", f"a second column `{cell.text}`", cell.place, "keep one of them")
                good = False
        if not any(cell.text == "is" for cell in heading):
            hint = "name the column of answers `is`"
            self._report("table-shape", "the heading has no column `is`", heading[0].place, hint)
            good = False
        return good

    def _row(self, heading: list[Cell], cells: list[Cell], place: Place) -> Row:
        parts: list[Condition] = []
        values: frozenset[Value] | None = None
        for head, cell in zip(heading, cells, strict=True):
            fact = self.vocabulary.get(head.text)
            if head.text == "note" or (head.text != "is" and fact is None):
                continue
            if not cell.text:
                self._report(
                    "table-shape", f"the cell under `{head.text}` is empty", cell.place, "write `*` for any value"
                )
            elif head.text == "is":
                values = self._values(self.fact, cell) if cell.text != "*" else None
            elif fact is not None and cell.text != "*":
                test: Test | None = self._number(fact, cell) if fact.numeric else self._values(fact, cell)
                if test:
                    parts.append(Clause(fact.name, test, words=clause_words(fact, test)))
        return Row(All(tuple(parts)), values, place=place)

    def _values(self, fact: Fact, cell: Cell) -> frozenset[Value]:
        found: set[Value] = set()
        for word, place in self._words(cell):
            if fact.type == "boolean" and word.lower() in ("true", "false"):
                found.add(word.lower() == "true")  # spreadsheets write TRUE
            elif word in fact.groups:
                found |= fact.groups[word]
            elif word in fact.values:
                found.add(word)
            else:
                known = ("true", "false") if fact.type == "boolean" else (*map(str, fact.values), *fact.groups)
                hint = "write `*` for any value" if word.lower() in UNKNOWN_WORDS else did_you_mean(word, known)
                self._report("unknown-value", f"unknown value `{word}` of `{fact.name}`", place, hint)
        return frozenset(found)

    @staticmethod
    def _words(cell: Cell) -> Iterator[tuple[str, Place]]:
        position = 0
        for part in cell.text.split("|"):
            word = part.strip()
            column = cell.place.column + position + len(part) - len(part.lstrip())
            yield word, Place(cell.place.path, cell.place.line, column, max(1, len(word)))
            position += len(part) + 1

    def _number(self, fact: Fact, cell: Cell) -> tuple[Interval, ...] | None:
        try:
            if cell.text.lower() in UNKNOWN_WORDS:
                raise ValueError("is not a number", "write `*` for any value")
            state = fact.read(float(cell.text) if NUMBER.match(cell.text) else cell.text).state
        except ValueError as error:
            code = "out-of-range" if "possible range" in error.args[0] else "unknown-value"
            hint = error.args[1].removesuffix(", or null")
            self._report(code, f"`{cell.text}` under `{fact.name}` {error.args[0]}", cell.place, hint)
            return None
        assert isinstance(state, Interval)
        return (state,)

    def _report(self, code: str, message: str, place: Place, hint: str = "", related: tuple[Place, ...] = ()) -> None:
        line = self.lines[place.line - 1] if place.line <= len(self.lines) else ""
        self.file.problems.append(Problem(code, message, place, hint, line, related))
