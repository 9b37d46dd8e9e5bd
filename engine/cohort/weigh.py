"""From outcomes to what stands, what is needed and the status, for every patient of a block: inference/standing.py and needs.py over columns."""

from collections.abc import Sized
from dataclasses import dataclass

import numpy as np

from engine.cohort.columns import Codes
from engine.cohort.combinations import Combinations
from engine.cohort.masks import BYTE, Masks, Matched
from engine.cohort.outcomes import STATUSES
from engine.cohort.resolve import MASK, WORD, Block, ColumnResolver, words_of
from engine.inference.index import places
from engine.inference.standing import Composer
from engine.language.conditions import facts_of
from engine.language.forms import ADVICE
from engine.language.guideline import Guideline


@dataclass(frozen=True)
class Weighed:
    """By patient: rules that stand, facts that are needed (words of bits), the status; and what to confirm of provisional rules."""

    stands: Codes
    needs: Codes
    status: Codes
    confirm: tuple[Codes, Codes, Codes]  # patient, rule, number of a list of facts


class Scales:
    """Stops, overrides, needs and status of one guideline, compiled for columns."""

    def __init__(self, guideline: Guideline, columns: ColumnResolver, masks: Masks) -> None:
        self.columns, self.masks = columns, masks
        composer = Composer(guideline)
        words = masks.rule_words
        self._stops = np.array(words_of(composer._stops, words), np.uint64)
        self._exempt = np.array(words_of(composer._exempt, words), np.uint64)
        self._overrides = [
            (place, [(word, np.uint64(bits)) for word, bits in enumerate(words_of(mask, words)) if bits])
            for place, targets in composer._overrides
            for mask in [sum(1 << target for target in set(targets))]
        ]
        rules = list(enumerate(guideline.rules))
        self._advice = masks.mask(place for place, rule in rules if rule.kind in ADVICE)
        self._scope_rules = masks.mask(place for place, rule in rules if rule.kind == "out_of_scope")
        resolver = columns.resolver
        self._scope_fact = resolver.position[guideline.about.scope.fact] if guideline.about.scope else -1
        given = sum(1 << place for place, one in enumerate(resolver.given) if one)
        self._askable = [np.uint64(word) for word in words_of(given, columns.fact_words)]
        self.lists: list[tuple[int, ...]] = []  # of facts behind open ones
        self._number_of: dict[int, int] = {}
        self._views: dict[int, View] = {}
        self._confirm = {
            place: (reads, Combinations([self._size(fact) for fact in reads], [np.int32]))
            for place, rule in rules
            if rule.exception is not None and not rule.reminder
            for reads in [sorted(resolver.position[name] for name in facts_of(rule.exception))]
        }

    def weigh(self, block: Block, matched: Matched) -> Weighed:
        """What stands, what is needed, and the status."""
        stands, counted = self._standing(matched)
        undetermined, open_exception = matched.undetermined, matched.open_exception
        if counted is not None:
            undetermined, open_exception = undetermined & counted, open_exception & counted
        needs = self._needs(block, matched.possible, undetermined, open_exception)
        status = self._status(block, matched, stands, needs)
        return Weighed(stands, needs, status, self._to_confirm(block, stands & matched.provisional))

    @property
    def weight(self) -> int:
        """How many combinations are remembered."""
        return (
            len(self.lists) + sum(len(one) for _, one in self._confirm.values()) + sum(map(len, self._views.values()))
        )

    # ---- what stands ------------------------------------------------------------------------------------------------
    def _standing(self, matched: Matched) -> tuple[Codes, Codes | None]:
        shown = matched.firm | matched.provisional
        stopping: Codes = np.any(matched.firm & self._stops, axis=1)
        counted: Codes | None = None
        if stopping.any():
            counted = np.where(stopping[:, None], self._exempt, np.uint64(MASK))
            shown = shown & counted
        stands = np.ascontiguousarray(shown.T)
        one = np.uint64(1)
        for place, targets in self._overrides:
            overriding = stands[place // WORD] >> np.uint64(place % WORD) & one
            for word, mask in targets:
                stands[word] &= ~(overriding * mask)
        return np.ascontiguousarray(stands.T), counted

    def _status(self, block: Block, matched: Matched, stands: Codes, needs: Codes) -> Codes:
        number = {name: np.uint8(place) for place, name in enumerate(STATUSES)}
        advised = (stands & self._advice).any(axis=1)
        status = np.where(advised, number["provisional"], number["needs_facts"])
        status[~needs.any(axis=0)] = number["complete"]
        outside = (matched.firm & self._scope_rules).any(axis=1)
        if self._scope_fact >= 0:
            states = self.columns.states[self._scope_fact]
            outside |= np.array([bits == 2 for bits in states.bits])[block.states[self._scope_fact]]
        status[outside] = number["out_of_scope"]
        status[block.stops] = number["contradiction"]
        return status

    # ---- needs ------------------------------------------------------------------------------------------------------
    def _needs(self, block: Block, possible: Codes, undetermined: Codes, open_exception: Codes) -> Codes:
        """The facts that can be asked behind every undecided clause of a row that may hold, of a rule that is open: words by patient."""
        masks, one = self.masks, np.uint64(1)
        live = masks.spread(undetermined, masks.spread_both)
        np.bitwise_or(live, masks.spread(open_exception, masks.spread_unless), out=live)
        np.bitwise_and(live, possible, out=live)
        live = np.ascontiguousarray(live.T)
        asked = np.zeros((self.columns.fact_words * BYTE, block.count), np.uint8)
        for place, fact in masks.facts.items():
            fact.grow()
            octet = asked[place // BYTE]
            found = fact.asked(block.states[place], live).view(np.uint8)
            np.bitwise_or(octet, np.left_shift(found, place % BYTE), out=octet)
        needs = np.ascontiguousarray(np.ascontiguousarray(asked.T).view(np.uint64).T)
        for derivation in reversed(self.columns.resolver.derivations):
            place = derivation.position
            wanted = needs[place // WORD] >> np.uint64(place % WORD) & one
            if wanted.any():
                combinations, numbers = self.columns.derived[place], block.derived[place]
                for word, direct in enumerate(combinations.answers[2:]):
                    if direct[: len(combinations)].any():
                        needs[word] |= direct.take(numbers, mode="clip") * wanted
        for word, askable in enumerate(self._askable):
            needs[word] &= askable
        return needs

    # ---- what to confirm --------------------------------------------------------------------------------------------
    def _to_confirm(self, block: Block, provisional: Codes) -> tuple[Codes, Codes, Codes]:
        """For every provisional rule that stands, the number of the list of facts behind its open exceptions."""
        needs, found, seen = self.columns.needs, list[tuple[Codes, Codes, Codes]](), dict[int, Codes]()
        concerned = np.flatnonzero(provisional.any(axis=1))
        few = Some(block, concerned, self.columns)
        provisional = provisional[concerned]
        for place, (reads, combinations) in self._confirm.items():
            rows = np.flatnonzero(provisional[:, place // WORD] & np.uint64(1 << place % WORD))
            if not rows.size:
                continue

            def learn(row: int, place: int = place, rows: Codes = rows) -> tuple[int, ...]:
                states, mine = few.states_of(rows[row]), 0
                for fact, _ in needs.of_rule(place, states)[1]:
                    mine |= needs.leaves(fact, states, {})[0]
                return (self._list(mine),)

            columns = [self._seen(few, fact, seen).take(rows) for fact in reads]
            numbers = combinations.first(columns, learn)
            found.append((concerned[rows], np.full(len(rows), place, np.int32), numbers))
        if not found:
            nothing = np.zeros(0, np.int32)
            return nothing, nothing, nothing
        patient, rule, which = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return patient, rule, which

    def _list(self, facts: int) -> int:
        number = self._number_of.get(facts)
        if number is None:
            number = self._number_of[facts] = len(self.lists)
            self.lists.append(tuple(places(facts)))
        return number

    def _seen(self, few: "Some", fact: int, seen: dict[int, Codes]) -> Codes:
        """A column that tells a fact's state, and of a derived one also which facts that can be asked lie behind it."""
        if fact not in self.columns.derived:
            return few.codes(fact)
        found = seen.get(fact)
        if found is None:
            view = self._view(fact)
            found = seen[fact] = view.of(few, [self._seen(few, one, seen) for one in view.reads])
        return found

    def _view(self, fact: int) -> "View":
        view = self._views.get(fact)
        if view is None:
            derivation = next(one for one in self.columns.resolver.derivations if one.position == fact)
            reads = [one for one in derivation.reads if one != fact]
            sizes = [self._size(one) for one in reads]
            view = self._views[fact] = View(fact, reads, Combinations([*sizes, self.columns.states[fact]], [np.int32]))
        return view

    def _size(self, fact: int) -> Sized:
        return self._view(fact).kinds if fact in self.columns.derived else self.columns.states[fact]


class Some:
    """Some of the patients of a block."""

    def __init__(self, block: Block, rows: Codes, resolver: ColumnResolver) -> None:
        self.block, self.rows, self.resolver = block, rows, resolver
        self._codes: dict[int, Codes] = {}

    def codes(self, fact: int) -> Codes:
        """The states of a fact."""
        found = self._codes.get(fact)
        if found is None:
            found = self._codes[fact] = self.block.states[fact].take(self.rows)
        return found

    def states_of(self, row: int) -> list[int]:
        """The bits of every fact of one of them."""
        return self.resolver.states_of(self.block, int(self.rows[row]))


class View:
    """A derived fact as it is seen by who asks what to confirm: its state together with the facts behind it."""

    def __init__(self, fact: int, reads: list[int], combinations: Combinations) -> None:
        self.fact, self.reads, self._combinations = fact, reads, combinations
        self.kinds: dict[tuple[int, int], int] = {}

    def __len__(self) -> int:
        return len(self._combinations)

    def of(self, few: Some, columns: list[Codes]) -> Codes:
        """The number of what is seen in each row; `columns` are those of `reads`."""

        def learn(row: int) -> tuple[int, ...]:
            behind = few.resolver.needs.leaves(self.fact, few.states_of(row), {})[0]
            return (self.kinds.setdefault((int(few.codes(self.fact)[row]), behind), len(self.kinds)),)

        return self._combinations.first([*columns, few.codes(self.fact)], learn)
