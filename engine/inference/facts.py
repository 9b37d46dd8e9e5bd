"""From what a caller sent to the state bits of every fact: assumptions, derived facts, contradictions. The fast twin of reference.resolve.

Each step is a function of a few states, so its answer is remembered under those states; the memos are bounded.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from types import MappingProxyType
from typing import Any

from engine.inference.derived import MEMO, Answer, CompiledCondition, CompiledDerivation, memo_key
from engine.inference.space import Cells
from engine.language.conditions import Condition, facts_of
from engine.language.facts import Assumption
from engine.language.guideline import Contradiction, Guideline
from engine.language.states import Interval, State
from engine.language.vocabulary import Given

SENT_KEPT = 256  # values of one fact, as callers sent them, that are remembered
DIFFER = "sources-differ-"  # and the name of a fact: the code of a dispute


Assumed = tuple[int, int, Assumption]  # a fact taken for granted: its position, its bits, and what was assumed of it


class Resolved:
    """The states of all facts of one patient as bits, as sent and as resolved; where each came from; and the contradictions."""

    __slots__ = ("_flags", "answers", "assumed", "codes", "remarkable", "sent", "states", "stops")

    def __init__(self, sent: list[int], flags: Mapping[int, str] = MappingProxyType({})) -> None:
        self.sent = sent
        self.states = sent.copy()
        self._flags = flags  # facts that are always derived
        self.remarkable: list[int] = []  # facts of which sources differ, and those outside their usual range
        self.assumed: tuple[Assumed, ...] = ()  # facts taken for granted
        self.answers: list[Answer] = []  # of the resolver's derivations, in their order
        self.codes: tuple[str, ...] = ()
        self.stops = False

    @property
    def sources(self) -> dict[int, str]:
        """Where assumed and derived facts come from, by position; the others were given."""
        return {
            **{place: "assumed" for place, _, _ in self.assumed},
            **self._flags,
            **{one.position: one.source for one in self.answers if one.source},
        }


class Resolver:
    """Assumptions, derivations and contradictions of one guideline, compiled."""

    def __init__(self, guideline: Guideline, cells: Mapping[str, Cells]) -> None:
        self.guideline, self.cells = guideline, cells
        self.names = tuple(guideline.vocabulary)
        self.facts = tuple(guideline.vocabulary.values())
        self.position = {name: index for index, name in enumerate(self.names)}
        self.nothing = [cells[name].everything for name in self.names]
        self.given = [fact.given for fact in guideline.vocabulary.values()]
        self._bits: list[dict[int, tuple[Given, int]]] = [{} for _ in self.names]  # by id; what is kept keeps its id
        self._read_assumptions(guideline)
        self._sent_flags = [(self.position[one.fact], one.sent) for one in guideline.derivations if one.sent]
        self.derivations = [
            CompiledDerivation(one, guideline, cells, self.position)
            for one in guideline.derivations
            if not one.sent and not one.from_contradictions
        ]
        self._steps = [(one.position, one.key, one.memo, one) for one in self.derivations]
        self._conflict_facts = [self.position[one.fact] for one in guideline.derivations if one.from_contradictions]
        self._flags = dict.fromkeys([*(place for place, _ in self._sent_flags), *self._conflict_facts], "derived")
        self._read_contradictions(guideline)

    def with_derivation(self, changed: CompiledDerivation) -> "Resolver":
        """The same with one fact derived otherwise; what the others remember is shared."""
        other = copy(self)
        other.derivations = [changed if one.name == changed.name else one for one in self.derivations]
        other._steps = [(one.position, one.key, one.memo, one) for one in other.derivations]
        return other

    def with_assumptions(self, guideline: Guideline) -> "Resolver":
        """The same with the assumptions of another guideline over the same facts."""
        other = copy(self)
        other._read_assumptions(guideline)
        return other

    def with_contradictions(self, guideline: Guideline) -> "Resolver":
        """The same with the contradictions of another guideline over the same facts."""
        other = copy(self)
        other._read_contradictions(guideline)
        return other

    def _read_assumptions(self, guideline: Guideline) -> None:
        self._assumptions = [
            (self.position[name], name, [self._assumption(one) for one in assumptions])
            for name, assumptions in guideline.assumptions.items()
        ]
        read = {self.position[name] for name in guideline.assumptions}
        for assumptions in guideline.assumptions.values():
            for one in assumptions:
                read |= {
                    self.position[name]
                    for part in (one.when, one.unless)
                    if part is not None
                    for name in facts_of(part)
                }
        self._assumption_key = memo_key(sorted(read))
        self._keeps_unknown = [
            name
            for name, items in guideline.assumptions.items()
            if any(not one.even_when_sent_unknown for one in items)
        ]
        self._assumption_memo: dict[Any, tuple[Assumed, ...]] = {}

    def _read_contradictions(self, guideline: Guideline) -> None:
        self._conditions = {
            one.code: self._condition(one.when) for one in guideline.contradictions if one.when is not None
        }
        self._plain = [one for one in guideline.contradictions if not one.greater]
        compared = sorted({self.position[name] for one in self._plain for name in one.facts()})
        self._plain_sent = memo_key([one for one in compared if self.given[one]])
        self._plain_derived = memo_key([one for one in compared if not self.given[one]])
        self._plain_memo: dict[Any, tuple[Contradiction, ...]] = {}
        self._compared = [one for one in guideline.contradictions if one.greater]
        self._always_greater = {
            one.code
            for one in self._compared
            if one.greater and _surely_greater(*(guideline.vocabulary[name].everything for name in one.greater))
        }  # whatever is sent
        self._order = {one.code: index for index, one in enumerate(guideline.contradictions)}

    def _condition(self, condition: Condition) -> CompiledCondition:
        return CompiledCondition(condition, self.guideline, self.cells, self.position)

    def _assumption(
        self, one: Assumption
    ) -> tuple[Assumption, int, CompiledCondition | None, CompiledCondition | None]:
        when = self._condition(one.when) if one.when is not None else None
        unless = self._condition(one.unless) if one.unless is not None else None
        return one, self.cells[one.fact].state(one.state), when, unless

    def resolve(self, given: Mapping[str, Given]) -> Resolved:
        """The states of all facts. `given` must come from the vocabulary (checked names and values)."""
        sent, position, remembered_bits = self.nothing.copy(), self.position, self._bits
        remarkable: list[int] = []
        for name, one in given.items():
            place = position[name]
            known = remembered_bits[place].get(id(one))
            sent[place] = known[1] if known is not None else self._read(place, one, remarkable)
        resolved = Resolved(sent, self._flags)
        resolved.remarkable = sorted(remarkable)
        states = resolved.states
        key = (self._assumption_key(sent), tuple([name in given for name in self._keeps_unknown]))
        assumed = self._assumption_memo.get(key)
        if assumed is None:
            if len(self._assumption_memo) >= MEMO:
                self._assumption_memo.clear()
            assumed = self._assumption_memo[key] = tuple(self._assumed(sent, given))
        resolved.assumed = assumed
        for place, taken, _ in assumed:
            states[place] = taken
        for place, (name, value) in self._sent_flags:
            states[place] = 1 if name in given and given[name].open_value == value else 2
        clashes: list[str] = []
        answers = resolved.answers
        for place, pick, remembered, derivation in self._steps:
            answer = remembered.get(pick(states)) or derivation.answer(states)
            states[place] = answer.state
            answers.append(answer)
            if answer.clash:
                clashes.append(f"no-row-{derivation.name}")
        self._contradict(resolved, given, clashes)
        return resolved

    def _read(self, place: int, one: Given, remarkable: list[int]) -> int:
        """The bits of a fact as sent; remembered unless it is remarkable."""
        bits = self.cells[self.names[place]].state(one.state)
        if one.unusual or one.dispute is not None:
            remarkable.append(place)
            return bits
        memo = self._bits[place]
        if len(memo) >= SENT_KEPT:
            memo.clear()
        memo[id(one)] = (one, bits)
        return bits

    def _assumed(self, sent: Sequence[int], given: Mapping[str, Given]) -> Iterator[Assumed]:
        for place, name, assumptions in self._assumptions:
            if sent[place] != self.nothing[place]:
                continue
            for one, bits, when, unless in assumptions:
                if name in given and not one.even_when_sent_unknown:
                    continue
                if (when is None or when.truth(sent) is True) and (unless is None or unless.truth(sent) is not True):
                    yield place, bits, one
                    break

    def _contradict(self, resolved: Resolved, given: Mapping[str, Given], clashes: list[str]) -> None:
        key = (self._plain_sent(resolved.sent), self._plain_derived(resolved.states))
        found = self._plain_memo.get(key)
        if found is None:
            if len(self._plain_memo) >= MEMO:
                self._plain_memo.clear()
            seen = self.seen_as_sent(resolved)
            found = self._plain_memo[key] = tuple(one for one in self._plain if self._holds(one, seen))
        for one in self._compared:
            if self._greater(one, given) and self._holds(one, self.seen_as_sent(resolved)):
                found = tuple(sorted((*found, one), key=lambda each: self._order[each.code]))
        if found or clashes:
            stops = any(one.stop for one in found)
            resolved.codes = tuple(one.code for one in found) + (() if stops else tuple(clashes))
            resolved.stops = stops or bool(clashes)
        for place in resolved.remarkable:
            dispute = given[self.names[place]].dispute
            if dispute is not None:
                resolved.codes += (f"{DIFFER}{self.names[place]}",)
                resolved.stops = resolved.stops or not dispute.settled
        for place in self._conflict_facts:
            resolved.states[place] = 1 if resolved.stops else 2

    def seen_as_sent(self, resolved: Resolved) -> list[int]:
        """What contradictions look at: facts callers send as sent, derived facts as derived."""
        return [
            sent if given else state
            for sent, state, given in zip(resolved.sent, resolved.states, self.given, strict=True)
        ]

    def _holds(self, one: Contradiction, seen: Sequence[int]) -> bool:
        if one.when is not None and self._conditions[one.code].truth(seen) is not True:
            return False
        if one.disjoint is not None:
            left, right = (self.cells[name].back(seen[self.position[name]]) for name in one.disjoint)
            return not left & right
        return True

    def _greater(self, one: Contradiction, given: Mapping[str, Given]) -> bool:
        assert one.greater is not None
        first, second = (given.get(name) for name in one.greater)
        if first is None and second is None and one.code not in self._always_greater:
            return False
        left = first.state if first else self.guideline.vocabulary[one.greater[0]].everything
        right = second.state if second else self.guideline.vocabulary[one.greater[1]].everything
        return _surely_greater(left, right)


def _surely_greater(left: State, right: State) -> bool:
    assert isinstance(left, Interval) and isinstance(right, Interval)
    return left.low > right.high or (left.low == right.high and (left.low_open or right.high_open))
