"""What an open fact may turn out to be, and whether that changes anything a patient is told.

`Completions` answers for one guideline: the values an open fact may still have, one for each cell that some rule can tell apart; and what
changes when it has one of them. Two outcomes count as one where nobody is told anything else: a rule whose exception holds does not stand,
whether or not its `when` is known.
"""

import random
from collections.abc import Mapping

from engine.inference.decide import Decider, Judgement
from engine.inference.needs import Need
from engine.language.states import Interval, State
from engine.language.vocabulary import Given
from tests.inference.narrowing import Account, Patient, examined


class Completions:
    """Completions of patients of one guideline."""

    def __init__(self, decider: Decider) -> None:
        self.decider, self.resolver = decider, decider.resolver
        self.account = Account(decider)
        self.vocabulary = decider.guideline.vocabulary
        self.samples = {
            name: self.resolver.cells[name].samples() for name, fact in self.vocabulary.items() if fact.given
        }

    def values(self, given: Mapping[str, Given], name: str) -> list[State]:
        """One state for each cell the fact may still lie in; none when it is settled."""
        if name not in given:
            return self.samples[name]
        state = given[name].state
        if isinstance(state, Interval):
            inside = [one for one in self.samples[name] if isinstance(one, Interval) and one.within(state)]
            edges = [
                Interval(bound, bound)
                for bound, is_open in ((state.low, state.low_open), (state.high, state.high_open))
                if not is_open
            ]
            return [] if state.single else [*inside, *edges]
        return [frozenset({value}) for value in state] if len(state) > 1 else []

    def open_facts(self, given: Mapping[str, Given]) -> list[str]:
        """The facts that could still be sent, or sent more precisely."""
        return [name for name in self.samples if self.values(given, name)]

    def unnamed(self, judgement: Judgement) -> list[str]:
        """The open facts that the decision does not name in needs."""
        named = {self.resolver.names[one.fact] for one in judgement.needs}
        return [name for name in self.open_facts(judgement.given) if name not in named]

    def with_answer(self, given: Mapping[str, Given], name: str, state: State) -> dict[str, Given]:
        """The same patient with one more answer."""
        return {**given, name: Given(state)}

    def joined(self, given: Mapping[str, Given], names: list[str], rng: random.Random) -> dict[str, Given]:
        """The patient with an answer for each of the facts, leaving out answers that contradict the rest."""
        found, codes = dict(given), set(self.resolver.resolve(given).codes)
        for name in names:
            tried = self.with_answer(found, name, rng.choice(self.values(found, name)))
            if set(self.resolver.resolve(tried).codes) <= codes:
                found = tried
        return found

    def changed(self, judgement: Judgement, given: Mapping[str, Given]) -> list[str]:
        """The rules that a stop left in place and whose outcome differs for the completed patient, as far as nothing excuses it."""
        before, after = self._patient(judgement), examined(self.decider, given)
        loose = self._readers(self.account.widened(before, after) | self._newly_assumed(before, after))
        one, other = (self._told(patient) for patient in (before, after))
        return [
            f"{rule.number}: {one[place]} became {other[place]}"
            for place, (rule, facts, asks) in enumerate(self.account.rules)
            if judgement.standing.counted >> place & 1
            and one[place] != other[place]
            and not asks
            and not loose.intersection(facts)
        ]

    def differs(self, judgement: Judgement, given: Mapping[str, Given]) -> bool:
        """Is anything told otherwise to the completed patient, for whatever reason?"""
        counted = judgement.standing.counted
        return any(
            one != other and counted >> place & 1
            for place, (one, other) in enumerate(
                zip(self._told(self._patient(judgement)), self._told(examined(self.decider, given)), strict=True)
            )
        )

    @staticmethod
    def _patient(judgement: Judgement) -> Patient:
        return Patient(judgement.given, judgement.resolved, judgement.outcomes)

    def _told(self, patient: Patient) -> list[str]:
        masks = patient.outcomes
        return [
            next(
                (
                    word
                    for word, mask in (
                        ("firm", masks.firm),
                        ("provisional", masks.provisional),
                        ("open", masks.undetermined),
                    )
                    if mask >> place & 1
                ),
                "no",
            )
            for place in range(len(self.account.rules))
        ]

    @staticmethod
    def _newly_assumed(before: Patient, after: Patient) -> set[int]:
        """Facts that are assumed only now: an answer met the condition of an assumption."""
        old, new = before.resolved.sources, after.resolved.sources
        return {place for place, source in new.items() if source == "assumed" and old.get(place) != "assumed"}

    def _readers(self, facts: set[int]) -> set[int]:
        """The facts and all that is derived from them."""
        for place in self.account.order:
            if facts & set(self.account.derivations[place].reads):
                facts.add(place)
        return facts

    def witness(self, judgement: Judgement, need: Need, rng: random.Random, walks: int) -> dict[str, Given] | None:
        """A completion that shows a needed fact to matter, or None: for one of the rules it decides, other open facts are settled one after the
        other, each so that this rule still asks for the fact, until its answer alone changes something."""
        name = self.resolver.names[need.fact]
        for _ in range(walks):
            rule = rng.choice(need.decides)
            current: Judgement | None = judgement
            while current is not None:
                for state in self.values(current.given, name):
                    completed = self.with_answer(current.given, name, state)
                    if self.differs(current, completed):
                        return completed
                current = self._step(current, need.fact, rule, rng)
        return None

    def _step(self, judgement: Judgement, fact: int, rule: int, rng: random.Random) -> Judgement | None:
        """One more of the facts the rule asks for settled, in a way that leaves it asking for this fact."""
        others = [one for one in judgement.needs if one.fact != fact and rule in one.decides]
        rng.shuffle(others)
        if rng.random() < 0.7:  # first what most rules ask for, so that alternatives are chosen last
            others.sort(key=lambda one: -len(one.decides))
        for other in (self.resolver.names[one.fact] for one in others):
            values = self.values(judgement.given, other)
            for state in rng.sample(values, len(values)):
                after = self.decider.judge(self.with_answer(judgement.given, other, state))
                if any(one.fact == fact and rule in one.decides for one in after.needs):
                    return after
        return None
