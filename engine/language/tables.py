"""Decision tables: how a fact is derived from others.

A table's rows are read from the top; the **first row that holds** gives the answer. With facts partly known, a row may hold unless its
condition is false or a row above it is true; the derived fact's state is then everything the rows that may hold can give. So the state only
narrows when more becomes known, and it narrows as far as the rows allow.

A derived fact has up to three kinds of table, used in this order:

    rows      the definition. When no row can hold, the facts contradict each other.
    also      further sources of the same fact (a stage that was sent beside T, N and M): each narrows the state while it agrees with it, and is
              left aside where it disagrees (a contradiction may say so).
    assume    what is taken for granted while the state is still open; the answer is shown as `assumed`. Only here may `known` be asked.

`is` names a value, a list of values or a group; `same_as` copies another fact's state; `any_value` leaves the fact open.
A fact that callers may send and that has a table keeps what was sent: `rows` must agree with it, `also` and `assume` only fill it in.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.language.conditions import ALWAYS, All, Clause, Condition, ConditionReader, clause_words, facts_of, truth
from engine.language.logic import Truth
from engine.language.problems import Place, did_you_mean
from engine.language.states import Interval, State, Value
from engine.language.vocabulary import Fact, Vocabulary
from engine.language.yamlfile import Route, YamlFile

NUMBER = re.compile(r"^[-+]?[0-9]+(\.[0-9]+)?$")


@dataclass(frozen=True)
class Row:
    """If `when` holds, the fact has one of `values`; or whatever `same_as` has; or, with neither, any value."""

    when: Condition
    values: frozenset[Value] | None = None
    same_as: str | None = None
    because: str = ""
    place: Place = Place("")


@dataclass(frozen=True)
class Table:
    """Rows in order; a table that is `partial` ends with an unwritten row that leaves the fact open."""

    rows: tuple[Row, ...]
    partial: bool = False

    def facts(self) -> frozenset[str]:
        """Every fact the table reads."""
        names = {row.same_as for row in self.rows if row.same_as}
        return frozenset(names).union(*(facts_of(row.when) for row in self.rows))


@dataclass(frozen=True)
class Derivation:
    """How one fact is derived. `sent` and `from_contradictions` are the two facts no table can express."""

    fact: str
    rows: Table | None = None
    also: tuple[Table, ...] = ()
    assume: Table | None = None
    sent: tuple[str, str] | None = None  # true when the named fact was sent as the named open value
    from_contradictions: bool = False  # true when a contradiction that stops was found
    place: Place = Place("")

    def tables(self) -> tuple[Table, ...]:
        """All tables of the fact in the order they are used."""
        return tuple(table for table in (self.rows, *self.also, self.assume) if table)

    def facts(self) -> frozenset[str]:
        """Every fact the derivation reads."""
        return frozenset().union(*(table.facts() for table in self.tables()))


def outputs(table: Table, fact: Fact, states: Mapping[str, State], vocabulary: Vocabulary) -> frozenset[Value]:
    """The values the rows that may hold can give; empty when no row can hold."""
    everything = fact.everything
    assert isinstance(everything, frozenset)
    found: frozenset[Value] = frozenset()
    for row, holds in possible_rows(table, states, vocabulary):
        found |= row_values(row, everything, states, vocabulary)
        if holds is True:
            return found
    return found | everything if table.partial else found


def possible_rows(table: Table, states: Mapping[str, State], vocabulary: Vocabulary) -> Iterator[tuple[Row, Truth]]:
    """The rows that may be the first to hold, with whether they do."""
    for row in table.rows:
        holds = truth(row.when, states, vocabulary)
        if holds is not False:
            yield row, holds
        if holds is True:
            return


def row_values(
    row: Row, everything: frozenset[Value], states: Mapping[str, State], vocabulary: Vocabulary
) -> frozenset[Value]:
    """The values one row gives; copying a fact of which nothing is known leaves the fact open."""
    if row.same_as:
        state = states[row.same_as]
        assert isinstance(state, frozenset)
        return everything if state == vocabulary[row.same_as].everything else state & everything or everything
    return everything if row.values is None else row.values


class TableReader:
    """Reads the tables of one derived fact, reporting every mistake at its place."""

    def __init__(self, file: YamlFile, vocabulary: Vocabulary, fact: Fact) -> None:
        self.file, self.vocabulary, self.fact = file, vocabulary, fact
        self.conditions = ConditionReader(file, vocabulary)

    def table(self, raw: Any, route: Route, *, partial: bool) -> Table:
        """The table written as a list of rows at `route`."""
        items = raw if isinstance(raw, list) else []
        if not items:
            self.file.report(
                "table-shape", "a table is a list of rows", self.file.value_place(route), "start each row with `- `"
            )
        rows = [row for index, item in enumerate(items) if (row := self._row(item, (*route, index)))]
        for index, row in enumerate(rows[:-1]):
            if row.when == ALWAYS:
                self.file.report(
                    "unreachable-row",
                    "rows below this one are never reached",
                    row.place,
                    "only the last row may be without `when`",
                )
                rows = rows[: index + 1]
                break
        return Table(tuple(rows), partial)

    def boolean(self, raw: Any, route: Route) -> Table:
        """The table of a true-or-false fact written as one condition."""
        if self.fact.type != "boolean":
            self.file.report(
                "table-shape", "`when` defines true-or-false facts; write `rows` for codes", self.file.key_place(route)
            )
        place = self.file.value_place(route)
        condition = self.conditions.read(raw, route)
        return Table((Row(condition, frozenset({True}), place=place), Row(ALWAYS, frozenset({False}), place=place)))

    def _row(self, raw: Any, route: Route) -> Row | None:
        place = self.file.value_place(route)
        if not isinstance(raw, dict):
            self.file.report("table-shape", "a row is a map with `is` and `when`", place)
            return None
        for key in raw:
            if key not in ("when", "is", "same_as", "any_value", "because"):
                hint = did_you_mean(key, ["when", "is", "same_as", "any_value", "because"])
                self.file.report("unknown-key", f"unknown key `{key}`", self.file.key_place((*route, key)), hint)
        if sum(key in raw for key in ("is", "same_as", "any_value")) != 1:
            self.file.report("table-shape", "a row has exactly one of `is`, `same_as` and `any_value: true`", place)
            return None
        when = self.conditions.read(raw["when"], (*route, "when")) if "when" in raw else ALWAYS
        because = raw.get("because", "")
        if "same_as" in raw:
            return self._same_as(raw["same_as"], when, str(because), place, (*route, "same_as"))
        values = self.values(raw["is"], (*route, "is")) if "is" in raw else None
        return Row(when, values, because=str(because), place=place)

    def _same_as(self, name: Any, when: Condition, because: str, place: Place, route: Route) -> Row | None:
        other = self.vocabulary.get(name) if isinstance(name, str) else None
        if other is None:
            self.file.report(
                "unknown-fact",
                f"unknown fact `{name}`",
                self.file.value_place(route),
                did_you_mean(name, self.vocabulary),
            )
            return None
        if other.numeric or not set(other.values) & set(self.fact.values):
            self.file.report(
                "unknown-value", f"`{name}` shares no value with `{self.fact.name}`", self.file.value_place(route)
            )
            return None
        return Row(when, same_as=name, because=because, place=place)

    def values(self, raw: Any, route: Route) -> frozenset[Value] | None:
        """The values named at `route`: one, a list, or groups."""
        return self.conditions._values(self.fact, raw, route)

    # ---- CSV ----------------------------------------------------------------------------------------------------
    def csv(self, path: str, text: str) -> Table:
        """The table in a CSV file: a column for each fact, the last one `is`; `*` any value, `A|B` either; columns named `note` are skipped."""
        reader = csv.reader(io.StringIO(text))
        header = next(reader, [])
        columns = [self.vocabulary.get(name) for name in header]
        for index, name in enumerate(header):
            if columns[index] is None and name not in ("is", "note"):
                self._csv_problem(
                    "unknown-fact",
                    f"unknown fact `{name}` in the heading",
                    path,
                    1,
                    text,
                    name,
                    did_you_mean(name, self.vocabulary),
                )
        if "is" not in header:
            self._csv_problem(
                "table-shape", "the heading has no column `is`", path, 1, text, "", "name the column of answers `is`"
            )
            return Table(())
        rows = []
        for cells in reader:
            line = reader.line_num
            if len(cells) != len(header):
                self._csv_problem(
                    "table-shape", f"{len(cells)} cells under {len(header)} headings", path, line, text, "", ""
                )
                continue
            rows.append(self._csv_row(header, columns, cells, path, line, text))
        return Table(tuple(rows))

    def _csv_row(
        self, header: list[str], columns: list[Fact | None], cells: list[str], path: str, line: int, text: str
    ) -> Row:
        parts: list[Condition] = []
        values: frozenset[Value] | None = None
        for name, fact, cell in zip(header, columns, cells, strict=True):
            if name == "is":
                values = self._csv_values(self.fact, cell, path, line, text)
            elif fact is not None and cell.strip() != "*":
                test = (
                    self._csv_number(fact, cell, path, line, text)
                    if fact.numeric
                    else self._csv_values(fact, cell, path, line, text)
                )
                if test:
                    parts.append(Clause(fact.name, test, words=clause_words(fact, test)))
        return Row(All(tuple(parts)), values, place=Place(path, line))

    def _csv_values(self, fact: Fact, cell: str, path: str, line: int, text: str) -> frozenset[Value] | None:
        if cell.strip() == "*":
            return None
        found: set[Value] = set()
        for word in (part.strip() for part in cell.split("|")):
            if fact.type == "boolean" and word in ("true", "false"):
                found.add(word == "true")
            elif word in fact.groups:
                found |= fact.groups[word]
            elif word in fact.values:
                found.add(word)
            else:
                hint = did_you_mean(word, [*fact.values, *fact.groups])
                self._csv_problem(
                    "unknown-value", f"unknown value `{word}` of `{fact.name}`", path, line, text, word, hint
                )
        return frozenset(found)

    def _csv_number(self, fact: Fact, cell: str, path: str, line: int, text: str) -> tuple[Interval, ...] | None:
        """A number, `<5`, `>=20` or `5..10`."""
        try:
            state = fact.read(float(cell) if NUMBER.match(cell.strip()) else cell).state
        except ValueError as error:
            self._csv_problem(
                "unknown-value", f"`{cell}` as `{fact.name}` {error.args[0]}", path, line, text, cell, error.args[1]
            )
            return None
        assert isinstance(state, Interval)
        return (state,)

    def _csv_problem(self, code: str, message: str, path: str, line: int, text: str, word: str, hint: str) -> None:
        source = text.splitlines()[line - 1] if text else ""
        column = source.find(word) + 1 if word else 1
        place = Place(path, line, max(1, column), max(1, len(word)))
        problem = self.file.problem(code, message, place, hint)
        self.file.problems.append(type(problem)(code, message, place, hint, source))


def order_of_derivation(derivations: Iterable[Derivation]) -> tuple[list[Derivation], list[list[str]]]:
    """The derivations so that each comes after those it reads; and the circles that make this impossible.

    A derivation that reads its own fact reads what was sent, which is no circle.
    """
    waiting = {one.fact: (one.facts() - {one.fact}) for one in derivations}
    by_name = {one.fact: one for one in derivations}
    done: list[Derivation] = []
    while waiting:
        ready = [name for name, reads in waiting.items() if not reads & waiting.keys()]
        if not ready:
            return done, [_circle(waiting)]
        for name in ready:
            del waiting[name]
            done.append(by_name[name])
    return done, []


def _circle(waiting: Mapping[str, frozenset[str]]) -> list[str]:
    name = next(iter(waiting))
    seen: list[str] = []
    while name not in seen:
        seen.append(name)
        name = sorted(waiting[name] & waiting.keys())[0]
    return seen[seen.index(name) :]
