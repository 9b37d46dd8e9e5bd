"""The open facts whose answer could change a decision.

A fact is **needed** when an undecided clause on it stands in a row that may still hold, of a rule that is still open: in the `when` rows of an
undetermined rule, and in the rows of the exception of a rule that is undetermined, provisional or a reminder. A derived fact stands for
the open facts of its own tables, followed down the same way. So a fact that is not named cannot change any outcome; that a named one can is
checked offline (tests, analyse). **ask_next**: the clause is the only undecided one of such a row, so that this one answer can settle the rule.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.inference.facts import MEMO, CompiledCondition, CompiledTable, Resolver, literal_truth, memo_key
from engine.inference.index import Index, Outcomes

Leaf = tuple[int, bool]  # position of a fact that can be asked, and whether its answer alone can settle something


@dataclass(frozen=True, slots=True)
class Need:
    """One open fact: its position, the rules it decides (places, in order), and whether it alone can settle one of them."""

    fact: int
    decides: tuple[int, ...]
    ask_next: bool


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
        self._tables = {
            one.position: [table for table in (one.rows, *one.also, one.assume) if table]
            for one in resolver.derivations
        }
        self._reads: dict[int, tuple[Any, dict[Any, tuple[Leaf, ...]]]] = {
            one.position: (one.key, {}) for one in resolver.derivations
        }
        self._rules: list[
            tuple[
                Any, Sequence[CompiledRow], Sequence[CompiledRow], dict[Any, tuple[tuple[Leaf, ...], tuple[Leaf, ...]]]
            ]
        ] = []
        for place, rule in enumerate(resolver.guideline.rules):
            facts = sorted(resolver.position[name] for name in rule.facts())
            when = CompiledCondition(rule.when, resolver.guideline, resolver.cells, resolver.position).rows
            unless: Sequence[CompiledRow] = []
            if rule.exception is not None:
                unless = CompiledCondition(rule.exception, resolver.guideline, resolver.cells, resolver.position).rows
            assert len(when) == len(index.whens[place])
            self._rules.append((memo_key(facts), when, unless, {}))

    def of_rule(self, place: int, states: Sequence[int]) -> tuple[tuple[Leaf, ...], tuple[Leaf, ...]]:
        """The facts (derived ones included) of undecided clauses of a rule: in `when`, and in the exception."""
        pick, when, unless, memo = self._rules[place]
        key = pick(states)
        found = memo.get(key)
        if found is None:
            if len(memo) >= MEMO // 20:
                memo.clear()
            found = memo[key] = (best(undecided(when, states)), best(undecided(unless, states)))
        return found

    def leaves(self, fact: int, states: Sequence[int], cache: dict[int, tuple[Leaf, ...]]) -> tuple[Leaf, ...]:
        """The facts that can be asked behind an open fact: itself, or those of its tables."""
        found = cache.get(fact)
        if found is None:
            cache[fact] = ()  # a fact that reads itself reads what was sent
            found = cache[fact] = best(self._behind(fact, states, cache))
        return found

    def _behind(self, fact: int, states: Sequence[int], cache: dict[int, tuple[Leaf, ...]]) -> Iterator[Leaf]:
        if self._resolver.given[fact]:
            yield fact, True
        if fact not in self._tables:
            return
        key, memo = self._reads[fact]
        picked = key(states)
        direct = memo.get(picked)
        if direct is None:
            if len(memo) >= MEMO // 20:
                memo.clear()
            direct = memo[picked] = best(leaf for table in self._tables[fact] for leaf in _open_in(table, states))
        for inner, alone in direct:
            for leaf, inner_alone in self.leaves(inner, states, cache):
                yield leaf, alone and inner_alone

    def of(
        self, outcomes: Outcomes, states: Sequence[int], counted: int
    ) -> tuple[list[Need], dict[int, tuple[int, ...]]]:
        """The needs of one patient, in the order of the vocabulary, and for each rule with an open exception the facts to confirm.

        `counted`: the rules that are looked at (those a stop withdrew are not).
        """
        cache: dict[int, tuple[Leaf, ...]] = {}
        decides: dict[int, list[int]] = {}
        next_ones: set[int] = set()
        confirm: dict[int, tuple[int, ...]] = {}
        undetermined = outcomes.undetermined & counted
        open_rules = undetermined | outcomes.excepted_open & counted
        while open_rules:
            lowest = open_rules & -open_rules
            open_rules ^= lowest
            place = lowest.bit_length() - 1
            in_when, in_unless = self.of_rule(place, states)
            mine: dict[int, bool] = {}
            for fact, alone in in_unless:
                for leaf, inner_alone in self.leaves(fact, states, cache):
                    mine[leaf] = mine.get(leaf, False) or (alone and inner_alone)
            if undetermined & lowest:
                for fact, alone in in_when:
                    for leaf, inner_alone in self.leaves(fact, states, cache):
                        mine[leaf] = mine.get(leaf, False) or (alone and inner_alone)
            else:
                confirm[place] = tuple(sorted(mine))
            for leaf, alone in mine.items():
                decides.setdefault(leaf, []).append(place)
                if alone:
                    next_ones.add(leaf)
        return [Need(fact, tuple(places), fact in next_ones) for fact, places in sorted(decides.items())], confirm


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
