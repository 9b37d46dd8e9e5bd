"""Mutants of tables, contradictions and assumptions, tried on the scenarios' patients.

Most scenarios never meet the mistake: which do is found at the part itself, from what it reads; only their patients are evaluated again.
"""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from typing import Any

from engine.authoring.part_mutants import Part, PartMutant
from engine.authoring.trials import Bench, Trial
from engine.inference.derived import (
    Answer,
    CompiledCondition,
    CompiledDerivation,
    CompiledRow,
    CompiledTable,
    compiled_row,
    memo_key,
)
from engine.inference.facts import Resolver
from engine.language.facts import Assumption
from engine.language.guideline import Contradiction
from engine.language.logic import Truth
from engine.language.tables import Derivation, Row, Table


class Retrial:
    """The trials of one bench under guidelines that differ in one part."""

    def __init__(self, bench: Bench, trials: Sequence[Trial]) -> None:
        self.bench, self.trials = bench, trials
        self._derived: dict[str, _Derived] = {}
        self._seen: dict[str, list[list[Trial]]] = {}

    def killer(self, mutant: PartMutant) -> Trial | None:
        """A trial whose scenario would fail: those that speak of the part first."""
        affected = list(self.affected(mutant))
        if not affected:
            return None
        resolver = self.resolver(mutant)
        for trial in sorted(
            affected, key=lambda one: not any(each.of == mutant.part for each in one.scenario.expected)
        ):
            if self.bench.fails(trial, self.bench.seen(resolver.resolve(trial.given))):
                return trial
        return None

    def resolver(self, mutant: PartMutant) -> Resolver:
        """The resolver of the guideline with the mistake in it."""
        resolver = self.bench.resolver
        match mutant.old:
            case Derivation():
                return resolver.with_derivation(self._of(mutant.part).changed(mutant))
            case Contradiction():
                return resolver.with_contradictions(mutant.applied(self.bench.guideline))
            case Assumption():
                return resolver.with_assumptions(mutant.applied(self.bench.guideline))

    def affected(self, mutant: PartMutant) -> Iterable[Trial]:
        """The trials whose patients meet the mistake."""
        match mutant.old:
            case Derivation():
                return self._of(mutant.part).affected(mutant)
            case Contradiction():
                return self._contradicted(mutant.old, mutant.new)
            case Assumption(fact):
                place = self.bench.resolver.position[fact]
                nothing = self.bench.resolver.nothing[place]
                return [one for one in self.trials if one.resolved.sent[place] == nothing]

    def _contradicted(self, old: Contradiction, new: Part | None) -> Iterator[Trial]:
        assert new is None or isinstance(new, Contradiction)
        resolver = self.bench.resolver
        if old.code not in self._seen:
            pick = memo_key(sorted(resolver.position[name] for name in old.facts()))
            groups: dict[Any, list[Trial]] = {}
            for trial in self.trials:
                groups.setdefault(pick(resolver.seen_as_sent(trial.resolved)), []).append(trial)
            self._seen[old.code] = list(groups.values())
        if old.greater:  # two numbers, which the states do not tell apart
            yield from self.trials
            return
        when = self.bench.compiled(new.when) if new is not None and new.when is not None else None
        for trials in self._seen[old.code]:
            found = old.code in trials[0].resolved.codes
            seen = resolver.seen_as_sent(trials[0].resolved)
            holds = new is not None and (when is None or when.truth(seen) is True) and self._disjoint(new, seen)
            if found is not holds or (found and new is not None and new.stop is not old.stop):
                yield from trials

    def _disjoint(self, one: Contradiction, seen: Sequence[int]) -> bool:
        if one.disjoint is None:
            return True
        cells, position = self.bench.cells, self.bench.resolver.position
        left, right = (cells[name].back(seen[position[name]]) for name in one.disjoint)
        return not left & right

    def _of(self, fact: str) -> "_Derived":
        found = self._derived.get(fact)
        if found is None:
            found = self._derived[fact] = _Derived(self.bench, self.trials, fact)
        return found


class _Derived:
    """One derived fact: the trials by what its tables read."""

    def __init__(self, bench: Bench, trials: Sequence[Trial], fact: str) -> None:
        self.bench, self.fact = bench, bench.guideline.vocabulary[fact]
        self.compiled = next(one for one in bench.resolver.derivations if one.name == fact)
        self._rows: dict[tuple[int, bool], dict[int, CompiledRow]] = {}
        self._stops: dict[int, list[int]] = {}
        place = self.compiled.position
        groups: dict[Any, tuple[list[int], list[Trial]]] = {}
        for trial in trials:
            states = list(trial.states)
            states[place] = next(
                (bits for one, bits, _ in trial.resolved.assumed if one == place), trial.resolved.sent[place]
            )
            groups.setdefault(self.compiled.key(states), (states, []))[1].append(trial)
        self.states = [states for states, _ in groups.values()]
        self.trials = [found for _, found in groups.values()]
        self.answers = [self._plain(self.compiled.answer(states)) for states in self.states]

    def changed(self, mutant: PartMutant, *, remembered: bool = False) -> CompiledDerivation:
        """The derivation with the mistake; rows that did not change are not compiled again. `remembered`: to be asked of `states` only."""
        assert isinstance(mutant.new, Derivation) and isinstance(mutant.old, Derivation)
        table = copy(self._table(mutant.table))
        old, new = (part.tables()[mutant.table] for part in (mutant.old, mutant.new))
        known = self._compiled_rows(mutant.table, old, remembered=remembered)
        table.rows = [known.get(id(row)) or self._compile(row) for row in new.rows]
        return self.compiled.with_table(mutant.table, table)

    def affected(self, mutant: PartMutant) -> Iterator[Trial]:
        """The trials whose state of the fact is another one, or comes from elsewhere."""
        assert isinstance(mutant.new, Derivation)
        changed, was = self.changed(mutant, remembered=True), self._table(mutant.table).rows
        now = changed.tables()[mutant.table].rows
        assert isinstance(mutant.old, Derivation)
        written = (part.tables()[mutant.table].rows[mutant.row + 1 :] for part in (mutant.old, mutant.new))
        alone = len(was) == len(now) and _same(*written)
        for index, states in enumerate(self.states):
            if self._reached(mutant.table, index) < mutant.row:
                continue
            if alone:  # one row changed: does it answer these states otherwise?
                truth = now[mutant.row][0].truth(states)
                same = was[mutant.row][1:] == now[mutant.row][1:]
                if (same or truth is False) and truth is was[mutant.row][0].truth(states):
                    continue
            if self._plain(changed.answer(states)) != self.answers[index]:
                yield from self.trials[index]

    def _reached(self, table: int, index: int) -> int:
        """The row of a table that is true first, for the states of one group; below it nothing matters."""
        if table not in self._stops:
            rows = self._table(table).rows
            self._stops[table] = [
                next((number for number, row in enumerate(rows) if row[0].truth(states) is True), len(rows))
                for states in self.states
            ]
        return self._stops[table][index]

    def _table(self, number: int) -> CompiledTable:
        return self.compiled.tables()[number]

    def _compiled_rows(self, number: int, old: Table, *, remembered: bool) -> dict[int, CompiledRow]:
        """The rows of a table as they are compiled, by their identity."""
        if (number, remembered) not in self._rows:
            compiled = self._table(number).rows
            if remembered:
                compiled = [(_Remembered(when), *rest) for when, *rest in compiled]  # type: ignore[misc]
            self._rows[number, remembered] = {id(one): compiled[place] for place, one in enumerate(old.rows)}
        return self._rows[number, remembered]

    def _compile(self, row: Row) -> CompiledRow:
        bench = self.bench
        return compiled_row(row, self.fact, bench.guideline, bench.cells, bench.resolver.position)

    @staticmethod
    def _plain(answer: Answer) -> tuple[int, str, bool]:
        return answer.state, answer.source, answer.clash


class _Remembered(CompiledCondition):
    """A condition asked of the same lists of states again and again."""

    def __init__(self, condition: CompiledCondition) -> None:
        self.rows = condition.rows
        self._known: dict[int, Truth] = {}

    def truth(self, states: Sequence[int]) -> Truth:
        """Strong Kleene truth, remembered by the identity of the list."""
        if id(states) not in self._known:
            self._known[id(states)] = super().truth(states)
        return self._known[id(states)]


def _same(left: Sequence[Row], right: Sequence[Row]) -> bool:
    return len(left) == len(right) and all(one is other for one, other in zip(left, right, strict=True))


__all__ = ["Retrial"]
