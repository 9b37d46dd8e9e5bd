"""Mutants of what stands behind the rules: decision tables, contradictions and assumptions, each with one small mistake in it.

A row's answer changed, its condition changed, the row left out or in another order; a contradiction that warns instead of stopping, or is left
out; something assumed otherwise, or not at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from engine.authoring.changes import Change, changes, other_tests, step_of
from engine.language.conditions import ALWAYS, All, Clause, Condition, clause_words, clauses, words
from engine.language.facts import Assumption
from engine.language.guideline import Contradiction, Guideline
from engine.language.problems import Place
from engine.language.states import Interval, State, Test, point
from engine.language.tables import Derivation, Row, Table
from engine.language.vocabulary import Fact, Vocabulary
from engine.language.yamlfile import Route

Part = Derivation | Contradiction | Assumption
P = TypeVar("P", Derivation, Contradiction, Assumption)


@dataclass(frozen=True)
class PartMutant:
    """A part of a guideline as it would be with a mistake (None: it is left out); `what` says what was done, `near` and `route` where."""

    old: Part
    new: Part | None
    what: str
    near: Place
    route: Route = ()
    table: int = 0  # of a derivation: which of its tables changed, and its first row that did
    row: int = 0

    @property
    def part(self) -> str:
        """The fact that is derived or assumed, or the code of the contradiction."""
        return self.old.code if isinstance(self.old, Contradiction) else self.old.fact

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions that the mistake brings in, for the cells that tell it apart."""
        if self.new is None:
            return ()
        if isinstance(self.new, Derivation) and isinstance(self.old, Derivation):
            before = {id(row) for row in self.old.tables()[self.table].rows}
            return tuple(row.when for row in self.new.tables()[self.table].rows if id(row) not in before)
        assert not isinstance(self.new, Derivation)
        return tuple(_conditions(self.new))

    def applied(self, guideline: Guideline) -> Guideline:
        """The guideline with the mistake in it."""
        match self.old:
            case Derivation():
                return replace(guideline, derivations=_swapped(guideline.derivations, self.old, self.new))
            case Contradiction():
                return replace(guideline, contradictions=_swapped(guideline.contradictions, self.old, self.new))
            case Assumption(fact):
                left = _swapped(guideline.assumptions[fact], self.old, self.new)
                return replace(guideline, assumptions={**guideline.assumptions, fact: left})


def _swapped(parts: Sequence[P], old: P, new: Part | None) -> tuple[P, ...]:
    """The parts with one replaced by another of its kind, or left out."""
    found = (cast("P | None", new) if one is old else one for one in parts)
    return tuple(one for one in found if one is not None)


def _conditions(part: Contradiction | Assumption) -> Iterator[Condition]:
    """Every condition of a contradiction or an assumption; a number that is assumed counts as one."""
    match part:
        case Contradiction(when=when):
            if when is not None:
                yield when
        case Assumption(fact, state, when, unless):
            yield from (one for one in (when, unless) if one is not None)
            if isinstance(state, Interval):
                yield Clause(fact, (state,))


def part_mutants(guideline: Guideline, names: frozenset[str] | None = None) -> Iterator[PartMutant]:
    """Every mutant of the tables, contradictions and assumptions with these names (facts and codes; None: of all)."""
    vocabulary = guideline.vocabulary
    for derivation in guideline.derivations:
        if names is None or derivation.fact in names:
            yield from _of_derivation(derivation, vocabulary)
    for contradiction in guideline.contradictions:
        if names is None or contradiction.code in names:
            yield from _of_contradiction(contradiction, vocabulary)
    for fact, assumptions in guideline.assumptions.items():
        if names is None or fact in names:
            for one in assumptions:
                yield from _of_assumption(one, vocabulary)


# ---- tables -------------------------------------------------------------------------------------------------------------
def _of_derivation(one: Derivation, vocabulary: Vocabulary) -> Iterator[PartMutant]:
    for number, table in enumerate(one.tables()):
        for what, place, route, row, rows in _of_table(table, vocabulary[one.fact], vocabulary):
            changed = _with_table(one, number, replace(table, rows=rows))
            yield PartMutant(one, changed, what, place, route, number, row)


def _with_table(one: Derivation, number: int, table: Table) -> Derivation:
    """The derivation with one of its tables replaced, counted as `tables()` counts them."""
    old = one.tables()[number]
    return replace(
        one,
        rows=table if one.rows is old else one.rows,
        also=tuple(table if each is old else each for each in one.also),
        assume=table if one.assume is old else one.assume,
    )


def _of_table(
    table: Table, fact: Fact, vocabulary: Vocabulary
) -> Iterator[tuple[str, Place, Route, int, tuple[Row, ...]]]:
    rows = table.rows
    single = len(rows) == 2 and rows[0].place == rows[1].place  # one condition written under `when:`
    for index, row in enumerate(rows):
        above, below = rows[:index], rows[index + 1 :]
        if single and index:
            break
        seen = {row.when}
        for what, route, when in _of_row(row, vocabulary):
            if when not in seen:
                seen.add(when)
                yield what, row.place, route, index, (*above, replace(row, when=when), *below)
        if single:
            continue
        for what, values in _answers(row, fact):
            yield what, row.place, (), index, (*above, replace(row, values=values, same_as=None), *below)
        if below or above:
            yield "leave out this row", row.place, (), index, (*above, *below)
        if below and row.when != ALWAYS and not _apart(row.when, below[0].when) and below[0].when != ALWAYS:
            what = f"the row on line {below[0].place.line} above this one"
            yield what, row.place, (), index, (*above, below[0], row, *below[1:])


def _of_row(row: Row, vocabulary: Vocabulary) -> Iterator[Change]:
    """Every way to change a row's condition; of a row in a CSV file one cell at a time, as far as a cell can say it."""
    written = [one.route for one in clauses(row.when)]
    if written and not any(written):
        yield from _cells(row.when, vocabulary)
        return
    yield from changes(row.when, vocabulary, ())
    if row.when != ALWAYS and not isinstance(row.when, All):
        yield f"leave out `{words(row.when)}`", _first_route(row.when), ALWAYS


def _cells(when: Condition, vocabulary: Vocabulary) -> Iterator[Change]:
    parts = when.parts if isinstance(when, All) else (when,)
    for index, part in enumerate(parts):
        assert isinstance(part, Clause)
        above, below, fact = parts[:index], parts[index + 1 :], vocabulary[part.fact]
        yield f"`*` instead of `{part.words}`", (), All((*above, *below))
        tests: Iterator[Test] = other_tests(fact, part.test)
        if isinstance(part.test, frozenset):
            tests = _other_codes(fact, part.test)
        for test in tests:
            shown = clause_words(fact, test)
            yield (
                f"`{shown}` instead of `{part.words}`",
                (),
                All((*above, Clause(fact.name, test, words=shown), *below)),
            )


def _other_codes(fact: Fact, test: frozenset[str | bool]) -> Iterator[Test]:
    """One code too few, or another one."""
    for value in fact.values:
        if value in test and len(test) > 1:
            yield test - {value}
        elif value not in test and len(test) == 1:
            yield frozenset({value})


def _answers(row: Row, fact: Fact) -> Iterator[tuple[str, frozenset[str | bool] | None]]:
    """Every other answer an author could have written: another value, one too few, any value."""
    if row.values is None:
        if row.same_as:
            yield f"any value instead of the same as `{row.same_as}`", None
        else:
            yield from ((f"`{value}` instead of any value", frozenset({value})) for value in fact.values)
        return
    was = ", ".join(_value_words(value) for value in fact.values if value in row.values)
    for value in fact.values:
        if len(row.values) == 1 and value not in row.values:
            yield f"`{_value_words(value)}` instead of `{was}`", frozenset({value})
        elif len(row.values) > 1 and value in row.values:
            yield f"`{was}` without `{_value_words(value)}`", row.values - {value}
    if len(fact.values) > 2:
        yield f"any value instead of `{was}`", None


def _value_words(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else value


def _apart(one: Condition, other: Condition) -> bool:
    """Do both ask one fact for different values, so that their order cannot matter? (Seen only of clauses joined by `and`.)"""
    mine, others = _joined(one), _joined(other)
    return any(
        isinstance(test, frozenset) and isinstance(wanted := others.get(fact), frozenset) and not test & wanted
        for fact, test in mine.items()
    )


def _joined(condition: Condition) -> dict[str, Test]:
    parts = condition.parts if isinstance(condition, All) else (condition,)
    return {part.fact: part.test for part in parts if isinstance(part, Clause) and part.known is None}


def _first_route(condition: Condition) -> Route:
    return next((clause.route for clause in clauses(condition)), ())


# ---- contradictions and assumptions -------------------------------------------------------------------------------------
def _of_contradiction(one: Contradiction, vocabulary: Vocabulary) -> Iterator[PartMutant]:
    yield PartMutant(one, None, "leave it out", one.place)
    yield PartMutant(
        one, replace(one, stop=not one.stop), "warn instead of stop" if one.stop else "stop instead of warn", one.place
    )
    if one.greater:
        turned = replace(one, greater=(one.greater[1], one.greater[0]))
        yield PartMutant(one, turned, "the two numbers the other way round", one.place)
    if one.when is None:
        return
    if one.greater or one.disjoint:
        yield PartMutant(
            one, replace(one, when=None), f"leave out `{words(one.when)}`", one.place, _first_route(one.when)
        )
        alone = replace(one, greater=None, disjoint=None)
        yield PartMutant(one, alone, f"leave out `{'greater' if one.greater else 'disjoint'}`", one.place)
    seen = {one.when}
    for what, route, when in changes(one.when, vocabulary, ()):
        if when not in seen:
            seen.add(when)
            yield PartMutant(one, replace(one, when=when), what, one.place, route)


def _of_assumption(one: Assumption, vocabulary: Vocabulary) -> Iterator[PartMutant]:
    fact = vocabulary[one.fact]
    yield PartMutant(one, None, f"assume nothing of `{one.fact}`", one.place)
    for state in _other_states(one.state, fact):
        what = f"assume `{fact.words(state)}` instead of `{fact.words(one.state)}`"
        yield PartMutant(one, replace(one, state=state), what, one.place)
    if one.even_when_sent_unknown:
        what = "assume it only when the fact is not sent at all"
    else:
        what = "assume it also when the fact is sent as unknown"
    yield PartMutant(one, replace(one, even_when_sent_unknown=not one.even_when_sent_unknown), what, one.place)
    for when in _without_or_changed(one.when, vocabulary):
        yield PartMutant(one, replace(one, when=when[2]), when[0], one.place, when[1])
    for unless in _without_or_changed(one.unless, vocabulary):
        yield PartMutant(one, replace(one, unless=unless[2]), unless[0], one.place, unless[1])


def _without_or_changed(
    condition: Condition | None, vocabulary: Vocabulary
) -> Iterator[tuple[str, Route, Condition | None]]:
    if condition is not None:
        yield f"leave out `{words(condition)}`", _first_route(condition), None
        yield from changes(condition, vocabulary, ())


def _other_states(state: State, fact: Fact) -> Iterator[State]:
    if isinstance(state, Interval):
        low, high = fact.range
        for sign in (-1, 1):
            number = state.low + sign * step_of(state.low, fact.type == "integer")
            if low <= number <= high:
                yield point(int(number) if float(number).is_integer() else number)
        return
    for value in fact.values:
        if len(state) == 1 and value not in state:
            yield frozenset({value})
        elif len(state) > 1 and value in state:
            yield state - {value}


__all__ = ["Part", "PartMutant", "part_mutants"]
