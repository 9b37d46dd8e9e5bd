"""The scenarios' patients as the engine sees them: each resolved once and remembered, so that rules and variants of rules can be tried on all.

trials = Trials(guideline, scenarios, further_conditions)
for one in trials.of(rule): one.outcomes, one.states
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.authoring.cells import cells_over
from engine.inference.derived import CompiledCondition
from engine.inference.facts import Resolved, Resolver
from engine.inference.index import Index, Outcomes
from engine.inference.reference import Outcome
from engine.inference.standing import Composer, Standing
from engine.language.conditions import Condition
from engine.language.guideline import Guideline
from engine.language.logic import Truth
from engine.language.rules import Rule
from engine.language.scenarios import Expectation, Scenario, fact_is, value_of
from engine.language.vocabulary import FactsError, Given

FIELDS = {
    Outcome.FIRM: "firm",
    Outcome.PROVISIONAL: "provisional",
    Outcome.RULED_OUT: "ruled_out",
    Outcome.UNDETERMINED: "undetermined",
}
SHOWN = frozenset({Outcome.FIRM, Outcome.PROVISIONAL})


@dataclass(frozen=True)
class Trial:
    """One scenario and what the engine makes of its patient."""

    scenario: Scenario
    given: Mapping[str, Given]
    resolved: Resolved
    states: tuple[int, ...]  # resolved, by position
    outcomes: Outcomes


@dataclass(frozen=True)
class Seen:
    """What a decision says of a patient, as far as expectations ask it."""

    resolved: Resolved
    outcomes: Outcomes
    standing: Standing


class Bench:
    """The rules in force on one day, over cells that no condition tried on them can see inside."""

    def __init__(self, guideline: Guideline, day: datetime.date, further: Iterable[Condition] = ()) -> None:
        self.guideline, self.day = guideline.as_of(day), day
        self.cells = cells_over([guideline], further)
        self.resolver = Resolver(self.guideline, self.cells)
        self.index = Index(self.guideline, self.cells, self.resolver.position)
        self.composer = Composer(self.guideline)
        self.place = {rule.id: place for place, rule in enumerate(self.guideline.rules)}
        self.numbers = {rule.number: place for place, rule in enumerate(self.guideline.rules)}

    def compiled(self, condition: Condition) -> CompiledCondition:
        """The condition, ready to be asked of states."""
        return CompiledCondition(condition, self.guideline, self.cells, self.resolver.position)

    def resolved(self, facts: Mapping[str, Any]) -> tuple[Mapping[str, Given], Resolved]:
        """What was sent, and the states of a patient with their contradictions; raises FactsError."""
        given = self.guideline.vocabulary.read(dict(facts))
        return given, self.resolver.resolve(given)

    def trial(self, scenario: Scenario) -> Trial:
        """One scenario, evaluated; raises FactsError."""
        given, resolved = self.resolved(scenario.facts)
        return Trial(scenario, given, resolved, tuple(resolved.states), self.index.match(resolved.states))

    def seen(self, resolved: Resolved, outcomes: Outcomes | None = None) -> Seen:
        """What a decision says, given the states and (else computed) the outcomes."""
        outcomes = outcomes or self.index.match(resolved.states)
        return Seen(resolved, outcomes, self.composer.compose(outcomes))

    def with_outcome(self, outcomes: Outcomes, place: int, outcome: Outcome, open_exception: bool) -> Outcomes:
        """The outcomes with one rule's replaced."""
        bit = 1 << place
        changed = {
            name: getattr(outcomes, name) | bit if outcome is which else getattr(outcomes, name) & ~bit
            for which, name in FIELDS.items()
        }
        changed["excepted_open"] = outcomes.excepted_open | bit if open_exception else outcomes.excepted_open & ~bit
        return outcomes._replace(**changed)

    def fails(self, trial: Trial, seen: Seen) -> bool:
        """Would the scenario, which passes now, fail if this were seen of its patient?"""
        before = self.seen(trial.resolved, trial.outcomes)
        return any(
            self.holds(one, before) is True and self.holds(one, seen) is False for one in trial.scenario.expected
        )

    def holds(self, expected: Expectation, seen: Seen) -> bool | None:
        """Does what is expected hold? None for what cannot be told from the states, the outcomes and what stands."""
        if not expected.rule:
            return self._holds_of_decision(expected, seen)
        place = self.numbers.get(expected.rule)
        if place is None:
            return None
        outcomes, standing = seen.outcomes, seen.standing
        bit, what = 1 << place, expected.what
        if what.startswith("is ") and (word := what[3:].replace(" ", "_")) in Outcome.__members__.values():
            return outcome_at(outcomes, place).value == word
        if what in ("is shown", "stands") or what.startswith(("asks to confirm ", "has ", "cites ")):
            return bool(standing.stands & bit)
        if what == "is not shown":
            return not standing.stands & bit
        if what == "is stopped":
            return bool(standing.stopped & bit)
        if what.startswith("is withdrawn by "):
            other = self.numbers.get(what.removeprefix("is withdrawn by ").strip())
            return any(one == place and other in by for one, by in standing.overridden)
        if what.startswith("needs "):  # it is open; which facts settle it is not asked here
            return bool((outcomes.undetermined | outcomes.excepted_open) & standing.counted & bit)
        return None

    def _holds_of_decision(self, expected: Expectation, seen: Seen) -> bool | None:
        resolved, name = seen.resolved, expected.of
        if expected.what == "no contradiction is reported":
            return not resolved.stops
        if expected.what == "the status is contradiction":
            return resolved.stops
        if expected.what.startswith("contradiction "):
            return (name in resolved.codes) is not expected.what.endswith("is not reported")
        if name not in self.resolver.position:
            return None
        place, fact = self.resolver.position[name], self.guideline.vocabulary[name]
        text = expected.what.removeprefix(f"the fact {name} is ")
        if text == "assumed":
            return resolved.sources.get(place) == "assumed"
        bits = resolved.states[place]
        if fact.numeric:
            return bits == self.cells[name].state(fact.read(value_of(fact, text)).state)
        return fact_is(fact, fact.write(self.cells[name].back(bits)), text)


class Trials:
    """Every scenario, evaluated on its own day. Scenarios whose facts cannot be read are left out: the features themselves fail on them."""

    def __init__(self, guideline: Guideline, scenarios: Sequence[Scenario], further: Iterable[Condition] = ()) -> None:
        self.guideline = guideline
        conditions = list(further)
        self.benches = {day: Bench(guideline, day, conditions) for day in sorted({one.day for one in scenarios})}
        self.all: list[Trial] = []
        for one in scenarios:
            try:
                self.all.append(self.benches[one.day].trial(one))
            except FactsError:
                continue
        self._of: dict[str, list[Trial]] = {}
        for trial in self.all:
            for name in {one.of for one in trial.scenario.expected}:
                self._of.setdefault(name, []).append(trial)

    def bench(self, trial: Trial) -> Bench:
        """The bench of a trial's day."""
        return self.benches[trial.scenario.day]

    def of(self, rule: Rule) -> list[Trial]:
        """The trials whose scenarios expect something of a rule."""
        return [one for one in self._of.get(rule.number, []) if rule.id in self.bench(one).place]

    def outcome(self, trial: Trial, rule: Rule) -> Outcome:
        """The outcome of a rule in a trial."""
        return outcome_at(trial.outcomes, self.bench(trial).place[rule.id])


def outcome_at(outcomes: Outcomes, place: int) -> Outcome:
    """The outcome of the rule at a place."""
    for which, name in FIELDS.items():
        if getattr(outcomes, name) >> place & 1:
            return which
    return Outcome.NOT_APPLICABLE


def outcome_of(when: Truth, excepted: Truth, *, reminder: bool) -> Outcome:
    """The outcome of a rule from the truths of its condition and its exceptions (inference/reference.py has the table)."""
    if when is True:
        if excepted is True:
            return Outcome.RULED_OUT
        return Outcome.PROVISIONAL if excepted is None and not reminder else Outcome.FIRM
    return Outcome.UNDETERMINED if when is None and excepted is not True else Outcome.NOT_APPLICABLE


__all__ = ["SHOWN", "Bench", "Seen", "Trial", "Trials", "outcome_at", "outcome_of"]
