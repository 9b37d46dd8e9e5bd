"""The open facts whose answer could change a decision.

A fact is **needed** when an undecided clause on it stands in a row that may still hold, of a rule that is still open: in the `when` rows of an
undetermined rule, and in the rows of the exception of a rule that is undetermined, provisional or a reminder. A derived fact stands for
the open facts of its own tables, followed down the same way. So a fact that is not named cannot change any outcome; that a named one can is
checked offline (tests, analyse). **ask_next**: the clause is the only undecided one of such a row, so that this one answer can settle the rule.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.inference.derived import MEMO, CompiledCondition, CompiledTable, literal_truth, memo_key
from engine.inference.facts import Resolver
from engine.inference.index import Index, Outcomes, places

Leaf = tuple[int, bool]  # position of a fact that can be asked, and whether its answer alone can settle something


Open = tuple[tuple[Leaf, ...], tuple[Leaf, ...], tuple[Leaf, ...]]


@dataclass(slots=True)
class Need:
    """One open fact: its position, the rules it decides (places, in order), and whether it alone can settle one of them.

    `written` is room for the writer of decisions: its place in the order of needs, and its words.
    """

    fact: int
    decides: tuple[int, ...]
    ask_next: bool
    written: tuple[tuple[int, int], bytes] | None = field(default=None, compare=False, repr=False)


CompiledRow = Sequence[tuple[int, int, int, bool | None]]


def undecided(rows: Iterable[CompiledRow], states: Sequence[int]) -> Iterator[Leaf]:
    """The facts of undecided clauses in rows that may still hold."""
    for row in rows:
        open_facts = []
        for literal in row:
            truth = literal_truth(literal, states[literal[0]])
            if truth is False:
                break
            if truth is None:
                open_facts.append(literal[0])
        else:
            alone = len(open_facts) == 1
            for fact in open_facts:
                yield fact, alone


def best(leaves: Iterable[Leaf]) -> tuple[Leaf, ...]:
    """Each fact once, `ask_next` if it is so anywhere."""
    found: dict[int, bool] = {}
    for fact, alone in leaves:
        found[fact] = found.get(fact, False) or alone
    return tuple(found.items())


class Needs:
    """The needs of one guideline, compiled."""

    def __init__(self, resolver: Resolver, index: Index) -> None:
        self._resolver = resolver
        self._places: dict[int, tuple[int, ...]] = {}
        self._needs: dict[tuple[int, int, int], Need] = {}
        self._tables = {
            one.position: [table for table in (one.rows, *one.also, one.assume) if table]
            for one in resolver.derivations
        }
        self._asked = {
            place: (1 << place, 1 << place)
            for place, given in enumerate(resolver.given)
            if given and place not in self._tables
        }
        self._reads: dict[int, tuple[Any, dict[Any, tuple[Leaf, ...]]]] = {
            one.position: (one.key, {}) for one in resolver.derivations
        }
        self._rules: list[tuple[Any, Sequence[CompiledRow], Sequence[CompiledRow], dict[Any, Open]]] = []
        for place, rule in enumerate(resolver.guideline.rules):
            facts = sorted(resolver.position[name] for name in rule.facts())
            when = CompiledCondition(rule.when, resolver.guideline, resolver.cells, resolver.position).rows
            unless: Sequence[CompiledRow] = []
            if rule.exception is not None:
                unless = CompiledCondition(rule.exception, resolver.guideline, resolver.cells, resolver.position).rows
            assert len(when) == len(index.whens[place])
            self._rules.append((memo_key(facts), when, unless, {}))

    def of_rule(self, place: int, states: Sequence[int]) -> Open:
        """The facts (derived ones included) of undecided clauses of a rule: in `when`, in the exception, and in both."""
        pick, when, unless, memo = self._rules[place]
        if len(memo) >= MEMO // 20:
            memo.clear()
        in_when, in_unless = best(undecided(when, states)), best(undecided(unless, states))
        found = memo[pick(states)] = (in_when, in_unless, best(in_when + in_unless))
        return found

    def leaves(self, fact: int, states: Sequence[int], cache: dict[int, tuple[int, int]]) -> tuple[int, int]:
        """The facts that can be asked behind an open fact (itself, or those of its tables), and those that alone can settle it: as bits."""
        found = cache.get(fact)
        if found is None:
            cache[fact] = (0, 0)  # a fact that reads itself reads what was sent
            behind = alone = 1 << fact if self._resolver.given[fact] else 0
            for inner, inner_alone in self._direct(fact, states):
                inner_behind, inner_settles = self.leaves(inner, states, cache)
                behind |= inner_behind
                if inner_alone:
                    alone |= inner_settles
            found = cache[fact] = (behind, alone)
        return found

    def _direct(self, fact: int, states: Sequence[int]) -> tuple[Leaf, ...]:
        """The open facts that stand in the tables of a derived fact."""
        if fact not in self._tables:
            return ()
        key, memo = self._reads[fact]
        picked = key(states)
        direct = memo.get(picked)
        if direct is None:
            if len(memo) >= MEMO // 20:
                memo.clear()
            direct = memo[picked] = best(leaf for table in self._tables[fact] for leaf in _open_in(table, states))
        return direct

    def of(
        self, outcomes: Outcomes, states: Sequence[int], counted: int
    ) -> tuple[list[Need], dict[int, tuple[int, ...]]]:
        """The needs of one patient, in the order of the vocabulary; and for each rule with an open exception, the facts to confirm.

        `counted`: the rules that are looked at (those a stop withdrew are not).
        """
        cache: dict[int, tuple[int, int]] = {}
        rules, remembered, asked, leaves = self._rules, self._places, self._asked, self.leaves
        asking: dict[int, int] = {}  # for each set of facts the rules that are open for want of it
        decides: dict[int, int] = {}
        next_ones = 0
        confirm: dict[int, tuple[int, ...]] = {}
        undetermined = outcomes.undetermined & counted
        left = undetermined | outcomes.excepted_open & counted
        while left:
            lowest = left & -left
            left ^= lowest
            place = lowest.bit_length() - 1
            rule = rules[place]
            open_facts = rule[3].get(rule[0](states)) or self.of_rule(place, states)
            is_undetermined = undetermined & lowest
            mine = 0
            for fact, alone in open_facts[2] if is_undetermined else open_facts[1]:
                behind = asked.get(fact) or cache.get(fact) or leaves(fact, states, cache)
                mine |= behind[0]
                if alone:
                    next_ones |= behind[1]
            asking[mine] = asking.get(mine, 0) | lowest
            if not is_undetermined:
                confirm[place] = remembered.get(mine) or self._facts(mine)
        for mine, asked_by in asking.items():
            for leaf in remembered.get(mine) or self._facts(mine):
                decides[leaf] = decides.get(leaf, 0) | asked_by
        needs = self._needs
        return [
            needs.get(key := (leaf, decides[leaf], next_ones >> leaf & 1)) or self._need(key)
            for leaf in sorted(decides)
        ], confirm

    def _facts(self, mine: int) -> tuple[int, ...]:
        """The places of a set of facts, remembered."""
        if len(self._places) >= MEMO:
            self._places.clear()
        found = self._places[mine] = tuple(places(mine))
        return found

    def _need(self, key: tuple[int, int, int]) -> Need:
        """The need of one fact, remembered."""
        if len(self._needs) >= MEMO // 5:
            self._needs.clear()
        fact, decides, alone = key
        found = self._needs[key] = Need(fact, tuple(places(decides)), bool(alone))
        return found


def _open_in(table: CompiledTable, states: Sequence[int]) -> Iterator[Leaf]:
    for condition, _, source, _ in table.rows:
        truth = condition.truth(states)
        if truth is False:
            continue
        if truth is None:
            yield from undecided(condition.rows, states)
        if source >= 0 and states[source] & (states[source] - 1):
            yield source, truth is True
        if truth is True:
            return
