"""The outcome of every rule straight from values, where every rule asks only facts that callers send and nothing is assumed of them.

A value is its own key into the masks of the index, so that no states are made in between. Most guidelines derive facts and cannot use it;
screening lists and rule sets of other engines can: `Decider.match` uses it for them.
"""

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any

from engine.inference.index import Group, Index, Outcomes, States, groups
from engine.inference.space import Cells
from engine.language.guideline import Guideline
from engine.language.vocabulary import Fact, FactProblem, FactsError


class _Values(States):
    """For each value of one fact, the mask of its state."""

    def __init__(self, fact: Fact, cells: Cells, states: States) -> None:
        super().__init__(0, ())
        self._fact, self._cells, self._states = fact, cells, states

    def __missing__(self, value: Any) -> int:
        try:
            state = self._cells.state(self._fact.read(value).state)
        except ValueError as error:
            raise FactsError([FactProblem(self._fact.name, *error.args)]) from None
        if len(self) >= 50_000:
            self.clear()
        mask = self[value] = self._states[state]
        return mask


class Direct:
    """An index that is asked with values: `Direct(...).match({"age": 50, "grade": None})`. Raises ValueError where rules ask other facts."""

    def __init__(
        self, guideline: Guideline, index: Index, cells: Mapping[str, Cells], position: Mapping[str, int]
    ) -> None:
        if others := sorted(asked_otherwise(guideline, index, position)):
            raise ValueError(f"rules ask facts that are derived or assumed: {', '.join(others)}")
        names = {place: name for name, place in position.items()}
        asked = {names[place] for place in index.tables}
        self._vocabulary, self._index, self._count = guideline.vocabulary, index, len(asked)
        tables = {
            name: _Values(guideline.vocabulary[name], cells[name], index.tables[position[name]]) for name in asked
        }
        sizes = {name: _size(guideline.vocabulary[name]) for name in asked}
        self._steps: list[tuple[Callable[[Mapping[str, Any]], Any], tuple[str, ...], Group]] = [
            (itemgetter(*facts), facts, group) for facts, group in groups(tables, sizes, index.base)
        ]

    def match(self, values: Mapping[str, Any]) -> Outcomes:
        """The outcome of every rule for values that are each of the type of their fact; None or a fact left out is unknown.

        Raises FactsError for a value that the vocabulary does not have.
        """
        left = self._index.base
        try:
            for pick, _, table in self._steps:
                left &= table[pick(values)]
            if len(values) != self._count:  # all that rules ask are there, and others beside
                self._vocabulary.read(values)
        except KeyError:  # a fact is left out
            self._vocabulary.read(values)
            left = self._index.base
            for _, facts, table in self._steps:
                left &= table[self._key(facts, values)]
        return self._index.folded(left)

    @staticmethod
    def _key(facts: Iterable[str], values: Mapping[str, Any]) -> Any:
        key = tuple(values.get(name) for name in facts)
        return key if len(key) > 1 else key[0]


def asked_otherwise(guideline: Guideline, index: Index, position: Mapping[str, int]) -> set[str]:
    """The facts that rules ask and that are not simply what a caller sends."""
    asked = {name for name, place in position.items() if place in index.tables}
    sent = {name for name in asked if guideline.vocabulary[name].given and name not in guideline.assumptions}
    return asked - sent | asked & {one.fact for one in guideline.derivations}


def _size(fact: Fact) -> int:
    """How many values of a fact are usual."""
    if not fact.numeric:
        return len(fact.values) + 1
    low, high = fact.range
    return min(int(high - low) + 2, 1000) if fact.type == "integer" else 1000
