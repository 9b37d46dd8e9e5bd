"""What may change when a patient's facts become more precise, and what may not.

`narrower` is the same patient with more known. Strong Kleene logic is monotone, so nothing that was settled may change, save through the five
things that look at knowledge itself or at disagreement. `excused` names them for a pair of patients:

    assumed      a fact (or the answer of a table) was taken for granted, and is no longer
    sent         a fact says that another was sent as an open value
    clash        what was sent leaves no row of a table, or facts contradict each other
    left aside   a further source (`also`) disagrees with what is known by now, or a copied fact has a value this fact has not
    read         it reads a fact of which one of these is true

A rule is held to account unless it reads an excused fact or asks `known`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.inference.decide import Decider
from engine.inference.facts import Resolved
from engine.inference.index import Outcomes
from engine.inference.reference import Outcome
from engine.language.conditions import clauses
from engine.language.rules import Rule
from engine.language.vocabulary import Given

NOT_APPLICABLE, RULED_OUT, FIRM = Outcome.NOT_APPLICABLE, Outcome.RULED_OUT, Outcome.FIRM
PROVISIONAL, UNDETERMINED = Outcome.PROVISIONAL, Outcome.UNDETERMINED

# what an outcome may become when more is known: a settled one stays, an open one settles
MAY_BECOME: Mapping[Outcome, frozenset[Outcome]] = {
    FIRM: frozenset({FIRM}),
    RULED_OUT: frozenset({RULED_OUT}),
    NOT_APPLICABLE: frozenset({NOT_APPLICABLE, RULED_OUT}),  # ruled out: the exception held before `when` was known
    PROVISIONAL: frozenset({PROVISIONAL, FIRM, RULED_OUT}),
    UNDETERMINED: frozenset(Outcome),
}
OPEN_REMINDER = frozenset({FIRM, RULED_OUT})  # a reminder is firm although an exception is open


@dataclass(frozen=True)
class Patient:
    """One patient resolved and matched by the fast path."""

    given: Mapping[str, Given]
    resolved: Resolved
    outcomes: Outcomes


def examined(decider: Decider, given: Mapping[str, Given]) -> Patient:
    """The patient's states and outcomes."""
    resolved = decider.resolver.resolve(given)
    return Patient(given, resolved, decider.index.match(resolved.states))


class Account:
    """Which facts and rules of a guideline may change, and why."""

    def __init__(self, decider: Decider) -> None:
        self.decider, self.resolver = decider, decider.resolver
        self.derivations = {one.position: one for one in self.resolver.derivations}
        self.flags = {
            self.resolver.position[one.fact]
            for one in decider.guideline.derivations
            if one.sent or one.from_contradictions
        }
        self.order = [one.position for one in self.resolver.derivations]
        self.rules = [
            (rule, [self.resolver.position[name] for name in rule.facts()], self._asks_knowledge(rule))
            for rule in decider.guideline.rules
        ]

    @staticmethod
    def _asks_knowledge(rule: Rule) -> bool:
        return any(
            clause.known is not None
            for part in (rule.when, *(one.when for one in rule.unless))
            for clause in clauses(part)
        )

    def widened(self, wider: Patient, narrower: Patient) -> set[int]:
        """Facts that have a value with more known which they had lost with less known."""
        everything = self.resolver.nothing
        pairs = zip(wider.resolved.states, narrower.resolved.states, everything, strict=True)
        return {place for place, (before, after, whole) in enumerate(pairs) if after & whole & ~before}

    def without_excuse(self, wider: Patient, narrower: Patient) -> set[int]:
        """Facts whose state grew although nothing excuses it."""
        grown = self.widened(wider, narrower)
        return {place for place in grown if not self._excused(place, grown, wider, narrower)}

    def _excused(self, place: int, grown: set[int], wider: Patient, narrower: Patient) -> bool:
        if place in self.flags or wider.resolved.sources.get(place) == "assumed":
            return True
        derivation = self.derivations.get(place)
        if derivation is None:
            return False
        if grown & set(derivation.reads) - {place}:
            return True
        states = self._as_read(place, narrower)
        answer = derivation.answer(states)
        return answer.clash or self._left_aside(place, states)

    def _as_read(self, place: int, patient: Patient) -> list[int]:
        """The states a derivation saw: its own fact as it was sent."""
        states = patient.resolved.states.copy()
        states[place] = patient.resolved.sent[place]
        return states

    def _left_aside(self, place: int, states: list[int]) -> bool:
        derivation = self.derivations[place]
        tables = [table for table in (derivation.rows, *derivation.also) if table is not None]
        copied = [(source, mapping) for table in tables for _, _, source, mapping in table.rows if source >= 0]
        if any(not states[source] & sum(mapping) for source, mapping in copied):
            return True
        state = derivation.rows.outputs(states) if derivation.rows else derivation.everything
        state = state & states[place] or states[place]
        for table in derivation.also:
            if not state & table.outputs(states):
                return True
            state &= table.outputs(states)
        return False

    def flipped(self, wider: Patient, narrower: Patient, loose: set[int]) -> tuple[list[str], int]:
        """Rules whose outcome changed as it may not, and how many rules were held to account; rules that read a `loose` fact are not."""
        before, after = (self.decider.outcome_of(one.outcomes) for one in (wider, narrower))
        found, held = [], 0
        for place, (rule, facts, asks) in enumerate(self.rules):
            if asks or loose.intersection(facts):
                continue
            held += 1
            allowed = MAY_BECOME[before[rule.id]]
            if before[rule.id] is FIRM and wider.outcomes.excepted_open >> place & 1:
                allowed = OPEN_REMINDER
            if after[rule.id] not in allowed:
                found.append(f"{rule.number}: {before[rule.id]} became {after[rule.id]}")
        return found, held
