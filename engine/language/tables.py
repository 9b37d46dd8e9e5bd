"""Decision tables: how a fact is derived from others.

A table's rows are read from the top; the **first row that holds** gives the answer. With facts partly known, a row may hold unless its
condition is false or a row above it is true; the derived fact's state is then everything the rows that may hold can give. So the state only
narrows when more becomes known, and it narrows as far as the rows allow.

A derived fact has up to three kinds of table, used in this order:

    rows      the definition. When no row can hold, the facts contradict each other.
    also      further sources of the same fact (a grade sent beside what it is made of): each narrows the state while it agrees with it, and is
              left aside where it disagrees (a contradiction may say so).
    assume    what is taken for granted while the state is still open; the answer is shown as `assumed`. Only here may `known` be asked.

`is` names a value, a list of values or a group; `same_as` copies another fact's state; `any_value` leaves the fact open.
A fact that callers may send and that has a table keeps what was sent: `rows` must agree with it, `also` and `assume` only fill it in.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.language.conditions import ALWAYS, All, Clause, Condition, ConditionReader, facts_of, truth
from engine.language.logic import Truth
from engine.language.problems import Place, did_you_mean, written
from engine.language.rowcount import read_condition
from engine.language.states import State, Test, Value
from engine.language.vocabulary import Fact, Vocabulary
from engine.language.yamlfile import Route, YamlFile

ROW_KEYS = ("when", "is", "same_as", "any_value", "because")


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
            place = self.file.value_place(route)
            self.file.report("table-shape", "a table is a list of rows", place, "start each row with `- `")
        rows, sound = [], []
        for index, item in enumerate(items):
            before = len(self.file.problems)
            row = self._row(item, (*route, index))
            if row is None:
                continue
            rows.append(row)
            if len(self.file.problems) == before:
                sound.append(row)
            if item.keys() <= set(ROW_KEYS) and "when" not in item and index + 1 < len(items):
                below = self.file.value_place((*route, index + 1))
                hint = "only the last row may be without `when`"
                self.file.report("unreachable-row", "rows below this one are never reached", row.place, hint, (below,))
                return Table(tuple(rows), partial)
        for row, above in unreachable(sound):
            message = f"this row is never reached: the row on line {above.place.line} holds whenever it does"
            self.file.report("unreachable-row", message, row.place, "remove it, or move it up", (above.place,))
        return Table(tuple(rows), partial)

    def boolean(self, raw: Any, route: Route) -> Table:
        """The table of a true-or-false fact written as one condition."""
        if self.fact.type != "boolean":
            hint = "write `rows`, each with `is` and `when`"
            self.file.report(
                "table-shape", "`when` alone defines true-or-false facts only", self.file.key_place(route), hint
            )
        place = self.file.value_place(route)
        condition = read_condition(self.conditions, raw, route)
        return Table((Row(condition, frozenset({True}), place=place), Row(ALWAYS, frozenset({False}), place=place)))

    def _row(self, raw: Any, route: Route) -> Row | None:
        place = self.file.value_place(route)
        if not isinstance(raw, dict):
            hint = "write `is:` with the answer and `when:` with the condition"
            self.file.report("table-shape", "a row is a map with `is` and `when`", place, hint)
            return None
        for key in raw:
            if key not in ROW_KEYS:
                self._report_key("unknown-key", f"unknown key `{key}`", (*route, key), did_you_mean(key, ROW_KEYS))
        when = read_condition(self.conditions, raw["when"], (*route, "when")) if "when" in raw else ALWAYS
        because = raw.get("because", "")
        if not isinstance(because, str):
            hint = f'put it in quotes: "{written(because)}"'
            self.file.report("wrong-type", "`because` must be text", self.file.value_place((*route, "because")), hint)
        answers = [key for key in ("is", "same_as", "any_value") if key in raw]
        if len(answers) != 1:
            what = f"two answers, `{answers[0]}` and `{answers[1]}`" if answers else "no answer"
            place = self.file.key_place((*route, answers[1])) if answers else place
            hint = "a row has exactly one of `is`, `same_as` and `any_value: true`"
            self.file.report("table-shape", f"this row has {what}", place, hint)
            return None
        if "same_as" in raw:
            return self._same_as(raw["same_as"], when, str(because), place, (*route, "same_as"))
        if "any_value" in raw and raw["any_value"] is not True:
            place = self.file.value_place((*route, "any_value"))
            self.file.report(
                "table-shape", "`any_value` can only be true", place, "write `is:` with the answer instead"
            )
            return None
        values = self.values(raw["is"], (*route, "is")) if "is" in raw else None
        return Row(when, values, because=str(because), place=place)

    def _same_as(self, name: Any, when: Condition, because: str, place: Place, route: Route) -> Row | None:
        other = self.vocabulary.get(name) if isinstance(name, str) else None
        where = self.file.value_place(route)
        if other is None:
            hint = did_you_mean(name, self.vocabulary)
            self.file.report("unknown-fact", f"unknown fact `{written(name)}`", where, hint)
            return None
        if other.numeric or not set(other.values) & set(self.fact.values):
            hint = "name a fact with the same codes"
            self.file.report("unknown-value", f"`{name}` shares no value with `{self.fact.name}`", where, hint)
            return None
        return Row(when, same_as=name, because=because, place=place)

    def _report_key(self, code: str, message: str, route: Route, hint: str) -> None:
        self.file.report(code, message, self.file.key_place(route), hint)

    def values(self, raw: Any, route: Route) -> frozenset[Value] | None:
        """The values named at `route`: one, a list, or groups."""
        return self.conditions._values(self.fact, raw, route)


def unreachable(rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Rows that can never be the first to hold, each with a row above that holds whenever it does (plain rows only)."""
    tests = [_tests(row.when) for row in rows]
    for index, mine in enumerate(tests):
        for row, others in zip(rows[:index], tests, strict=False):
            if mine is not None and others is not None and _implies(mine, others):
                yield rows[index], row
                break


def _tests(condition: Condition) -> dict[str, Test] | None:
    """The tests of a condition that only joins clauses on different facts by `and`."""
    parts = condition.parts if isinstance(condition, All) else (condition,)
    found = {part.fact: part.test for part in parts if isinstance(part, Clause) and part.known is None}
    return found if len(found) == len(parts) else None


def _implies(mine: Mapping[str, Test], others: Mapping[str, Test]) -> bool:
    for fact, test in others.items():
        my_test = mine.get(fact)
        if isinstance(my_test, frozenset) and isinstance(test, frozenset):
            if not my_test <= test:
                return False
        elif isinstance(my_test, tuple) and isinstance(test, tuple):
            if not all(any(span.within(other) for other in test) for span in my_test):
                return False
        else:
            return False
    return True


def order_of_derivation(derivations: Iterable[Derivation]) -> tuple[list[Derivation], dict[str, list[str]]]:
    """The derivations so that each comes after those it reads; and what the rest read of each other, when circles make that impossible.

    A derivation that reads its own fact reads what was sent, which is no circle.
    """
    waiting = {one.fact: (one.facts() - {one.fact}) for one in derivations}
    by_name = {one.fact: one for one in derivations}
    done: list[Derivation] = []
    while waiting:
        ready = [name for name, reads in waiting.items() if not reads & waiting.keys()]
        if not ready:
            return done, {name: sorted(reads & waiting.keys()) for name, reads in waiting.items()}
        for name in ready:
            del waiting[name]
            done.append(by_name[name])
    return done, {}
