"""Conditions as rows: negation normal form, then disjunctive normal form. Each row is a set of literals that must all hold.

Both steps are valid in strong Kleene logic (De Morgan and distribution hold there), so a condition is true exactly when one of its rows is
true and unknown exactly when no row is true and one is not false. A row that holds whenever another does is dropped (absorption).
"""

from dataclasses import dataclass
from itertools import product

from engine.language.conditions import All, Any_, Clause, Condition, Not
from engine.language.rowcount import MOST_ROWS
from engine.language.states import Interval, Test, complement
from engine.language.vocabulary import Vocabulary


class TooManyRows(ValueError):
    """The condition has more than MOST_ROWS rows; a guideline that was loaded has none such (rowcount.py)."""


@dataclass(frozen=True)
class Literal:
    """A clause without the words: the values of the fact that pass, or a question about knowledge."""

    fact: str
    test: Test
    known: bool | None = None


Row = frozenset[Literal]


def rows(condition: Condition, vocabulary: Vocabulary) -> tuple[Row, ...]:
    """The rows of the condition in a fixed order; no rows for a condition that never holds, one empty row for one that always does."""
    found = _rows(condition, vocabulary, wanted=True)
    kept = [row for row in found if not any(other < row for other in found)]
    return tuple(sorted(kept, key=_order))


def _order(row: Row) -> list[tuple[str, str]]:
    return sorted((literal.fact, str(sorted(map(str, literal.test))) + str(literal.known)) for literal in row)


def _rows(condition: Condition, vocabulary: Vocabulary, wanted: bool) -> set[Row]:
    match condition:
        case Clause():
            return {frozenset({_literal(condition, vocabulary, wanted)})}
        case Not(part):
            return _rows(part, vocabulary, not wanted)
        case All(parts) if wanted:
            return _product([_rows(part, vocabulary, wanted) for part in parts])
        case Any_(parts) if not wanted:
            return _product([_rows(part, vocabulary, wanted) for part in parts])
        case All(parts) | Any_(parts):
            return set().union(*(_rows(part, vocabulary, wanted) for part in parts))


def _product(alternatives: list[set[Row]]) -> set[Row]:
    rows: set[Row] = {frozenset()}
    for one in alternatives:
        rows = {left | right for left, right in product(rows, one)}
        rows = {row for row in rows if not any(other < row for other in rows)} if len(rows) > 8 else rows
        if len(rows) > MOST_ROWS:
            raise TooManyRows(f"more than {MOST_ROWS} rows")
    return rows


def _literal(clause: Clause, vocabulary: Vocabulary, wanted: bool) -> Literal:
    if clause.known is not None:
        return Literal(clause.fact, clause.test, clause.known == wanted)
    if wanted:
        return Literal(clause.fact, clause.test)
    fact = vocabulary[clause.fact]
    everything = fact.everything
    if isinstance(everything, Interval):
        assert isinstance(clause.test, tuple)
        return Literal(clause.fact, complement(clause.test, everything, integers=fact.type == "integer"))
    assert isinstance(clause.test, frozenset)
    return Literal(clause.fact, everything - clause.test)
