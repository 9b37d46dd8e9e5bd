"""What is known of every fact of every patient of a block: assumptions, derived facts, contradictions. The column twin of inference/facts.py,
whose code it calls for each combination of states that was not met before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.cohort.columns import Codes, Spans, States
from engine.cohort.combinations import Combinations
from engine.inference.derived import CompiledDerivation
from engine.inference.facts import DIFFER, Resolver
from engine.inference.needs import Needs
from engine.language.conditions import facts_of
from engine.language.guideline import Contradiction

WORD = 64
MASK = (1 << WORD) - 1
GROUP_BITS = 12  # contradictions are looked up together as long as their facts have no more combinations than this


@dataclass
class Block:
    """A few thousand patients: the number of the state of each fact as sent and as resolved, by position of the fact."""

    count: int
    sent: list[Codes]
    states: list[Codes]
    spans: dict[int, Spans]
    derived: dict[int, Codes]  # the combination that each derived fact follows from
    contradictions: Codes  # (words, patients)
    stops: Codes


def words_of(bits: int, count: int) -> tuple[int, ...]:
    """A long number as 64-bit words, lowest first."""
    return tuple(bits >> WORD * word & MASK for word in range(count))


def words_for(width: int) -> int:
    """How many words hold so many bits."""
    return max(1, -(-width // WORD))


class ColumnResolver:
    """Assumptions, derivations and contradictions of one guideline over columns."""

    def __init__(self, resolver: Resolver, needs: Needs) -> None:
        self.resolver, self.needs = resolver, needs
        self.states = [States(fact, resolver.cells[fact.name]) for fact in resolver.facts]
        self.fact_words = words_for(len(resolver.names))
        guideline, position = resolver.guideline, resolver.position
        self._assumptions = [
            (place, name, assumptions, sorted(self._assumption_reads(place, name)))
            for place, name, assumptions in resolver._assumptions
        ]
        self._assumed = [self._combinations(reads, [np.uint16]) for *_, reads in self._assumptions]
        self._flags = [
            (position[one.fact], position[one.sent[0]], one.sent[1]) for one in guideline.derivations if one.sent
        ]
        self._flagged = [self._combinations([other], [np.uint16]) for _, other, _ in self._flags]
        kinds: list[Any] = [np.uint16, np.uint64, *[np.uint64] * self.fact_words]
        self.derived = {one.position: self._combinations(one.reads, kinds) for one in resolver.derivations}
        self.codes = [one.code for one in guideline.contradictions]
        self.codes += [f"no-row-{one.name}" for one in resolver.derivations]
        self._differ = len(self.codes)  # the code of the first fact whose sources may differ
        self.codes += [f"{DIFFER}{fact.name}" for fact in resolver.facts]
        self.code_words = words_for(len(self.codes))
        self._found_words = words_of((1 << len(guideline.contradictions)) - 1, self.code_words)
        self._stop_words = words_of(
            sum(1 << place for place, one in enumerate(guideline.contradictions) if one.stop), self.code_words
        )
        plain = [one for one in guideline.contradictions if not one.greater]
        self._groups = [
            (reads, members, self._combinations(reads, [np.uint64] * self.code_words))
            for reads, members in self._grouped(plain)
        ]
        self._compared = [
            (one, reads, self._combinations(reads, [np.bool_]))
            for one in guideline.contradictions
            if one.greater
            for reads in [self._reads(one)]
        ]
        self.compared = {position[name] for one in guideline.contradictions for name in one.greater or ()}

    def _combinations(self, reads: Sequence[int], answers: Sequence[Any]) -> Combinations:
        return Combinations([self.states[place] for place in reads], answers)

    def _assumption_reads(self, place: int, name: str) -> set[int]:
        conditions = [
            part for one in self.resolver.guideline.assumptions[name] for part in (one.when, one.unless) if part
        ]
        return {place, *(self.resolver.position[other] for part in conditions for other in facts_of(part))}

    def _reads(self, one: Contradiction) -> list[int]:
        names = set(facts_of(one.when)) if one.when is not None else set()
        return sorted(self.resolver.position[name] for name in names.union(one.disjoint or ()))

    def _grouped(self, plain: Sequence[Contradiction]) -> list[tuple[list[int], list[Contradiction]]]:
        """Contradictions in groups that look at few facts together."""
        groups: list[tuple[list[int], list[Contradiction]]] = []
        for one in sorted(plain, key=self._reads):
            for reads, members in groups:
                joined = sorted({*reads, *self._reads(one)})
                if sum(len(self.states[place]).bit_length() for place in joined) <= GROUP_BITS:
                    reads[:] = joined
                    members.append(one)
                    break
            else:
                groups.append((self._reads(one), [one]))
        return groups

    @property
    def weight(self) -> int:
        """How many combinations are remembered."""
        kept = [
            *self.derived.values(),
            *self._assumed,
            *(one for *_, one in self._groups),
            *(one for *_, one in self._compared),
        ]
        return sum(map(len, kept))

    # ---- one block --------------------------------------------------------------------------------------------------
    def resolve(self, count: int, sent: list[Codes], spans: dict[int, Spans]) -> Block:
        """The states of all facts of a block, from what was sent of each."""
        block = Block(count, sent, list(sent), spans, {}, np.zeros((self.code_words, count), np.uint64), np.zeros(0))
        self._assume(block)
        for (place, other, value), combinations in zip(self._flags, self._flagged, strict=True):
            block.states[place] = self._flag(block, combinations, place, other, value)
        clashes = np.zeros((self.code_words, count), np.uint64)
        for index, derivation in enumerate(self.resolver.derivations):
            self._derive(block, derivation, clashes, len(self.resolver.guideline.contradictions) + index)
        self._contradict(block, clashes)
        return block

    def states_of(self, block: Block, row: int) -> list[int]:
        """The bits of every fact of one patient, as the code for one patient takes them."""
        return [one.bits[codes[row]] for one, codes in zip(self.states, block.states, strict=True)]

    def _some(self, columns: Sequence[Codes], reads: Sequence[int], row: int) -> list[int]:
        """The same of a few facts only."""
        found = self.resolver.nothing.copy()
        for place in reads:
            found[place] = self.states[place].bits[columns[place][row]]
        return found

    def _assume(self, block: Block) -> None:
        assumed = []
        for (place, _, assumptions, reads), combinations in zip(self._assumptions, self._assumed, strict=True):

            def learn(
                row: int, place: int = place, assumptions: Sequence[Any] = assumptions, reads: list[int] = reads
            ) -> tuple[int, ...]:
                code, sent = int(block.sent[place][row]), self._some(block.sent, reads, row)
                if sent[place] != self.resolver.nothing[place]:
                    return (code,)
                for one, bits, when, unless in assumptions:
                    if self.states[place].sent[code] and not one.even_when_sent_unknown:
                        continue
                    if (when is None or when.truth(sent) is True) and (
                        unless is None or unless.truth(sent) is not True
                    ):
                        return (self.states[place].number(bits),)
                return (code,)

            assumed.append((place, combinations.first([block.sent[one] for one in reads], learn)))
        for place, codes in assumed:
            block.states[place] = codes

    def _flag(self, block: Block, combinations: Combinations, place: int, other: int, value: str) -> Codes:
        def learn(row: int) -> tuple[int, ...]:
            said = self.states[other].open_values[block.sent[other][row]]
            return (self.states[place].number(1 if said == value else 2),)

        return combinations.first([block.sent[other]], learn)

    def _derive(self, block: Block, derivation: CompiledDerivation, clashes: Codes, code: int) -> None:
        place, reads = derivation.position, derivation.reads

        def learn(row: int) -> tuple[int, ...]:
            states = self._some(block.states, reads, row)
            answer = derivation.answer(states)
            states[place] = answer.state
            behind = sum(1 << fact for fact, _ in self.needs._direct(place, states))
            return self.states[place].number(answer.state), int(answer.clash), *words_of(behind, self.fact_words)

        combinations = self.derived[place]
        numbers = combinations.of([block.states[one] for one in reads], learn)
        if numbers.size != block.count:
            numbers = np.broadcast_to(numbers, (block.count,))
        block.derived[place] = numbers
        block.states[place] = combinations.answers[0].take(numbers, mode="clip")
        clash = combinations.answers[1]
        if clash[: len(combinations)].any():
            clashes[code // WORD] |= clash.take(numbers, mode="clip") << np.uint64(code % WORD)

    def _contradict(self, block: Block, clashes: Codes) -> None:
        seen = [
            sent if given else state
            for sent, state, given in zip(block.sent, block.states, self.resolver.given, strict=True)
        ]
        found, order = block.contradictions, self.resolver._order
        for reads, members, combinations in self._groups:

            def learn(row: int, reads: list[int] = reads, members: list[Contradiction] = members) -> tuple[int, ...]:
                states = self._some(seen, reads, row)
                held = sum(1 << order[one.code] for one in members if self.resolver._holds(one, states))
                return words_of(held, self.code_words)

            numbers = combinations.of([seen[one] for one in reads], learn)
            for word, answers in enumerate(combinations.answers):
                if answers[: len(combinations)].any():
                    found[word] |= answers.take(numbers, mode="clip")
        for one, reads, combinations in self._compared:

            def holds(row: int, one: Contradiction = one, reads: list[int] = reads) -> tuple[int, ...]:
                return (int(self.resolver._holds(one, self._some(seen, reads, row))),)

            assert one.greater is not None
            left, right = (block.spans[self.resolver.position[name]] for name in one.greater)
            where = left.greater(right)
            if where.any():
                where &= combinations.first([seen[each] for each in reads], holds)
                found[order[one.code] // WORD] |= where.astype(np.uint64) << np.uint64(order[one.code] % WORD)
        stopped, clashed = np.zeros(block.count, bool), np.zeros(block.count, bool)
        for word, stops in enumerate(self._stop_words):
            stopped |= (found[word] & np.uint64(stops)) != 0
            clashed |= clashes[word] != 0
        for word in range(self.code_words):
            found[word] |= np.where(stopped, np.uint64(0), clashes[word])
        block.stops = stopped | clashed
        for place, states in enumerate(self.states):
            if any(states.disputes):
                dispute = np.array(states.disputes, np.uint8).take(block.sent[place], mode="clip")
                code = self._differ + place
                found[code // WORD] |= (dispute > 0).astype(np.uint64) << np.uint64(code % WORD)
                block.stops |= dispute == 2
        for place in self.resolver._conflict_facts:
            yes, no = self.states[place].number(1), self.states[place].number(2)
            block.states[place] = np.where(block.stops, np.uint16(yes), np.uint16(no))
