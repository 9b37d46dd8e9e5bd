"""The scenarios' patients as the engine sees them: each resolved once and remembered, so that rules and variants of rules can be tried on all.

trials = Trials(guideline, scenarios, further_conditions)
for one in trials.of(rule): one.outcomes, one.states
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.authoring.cells import cells_over
from engine.authoring.scenarios import Expectation, Scenario
from engine.inference.facts import CompiledCondition, Resolver
from engine.inference.index import Index, Outcomes
from engine.inference.reference import Outcome
from engine.inference.standing import Composer, Standing
from engine.language.conditions import Condition
from engine.language.guideline import Guideline
from engine.language.logic import Truth
from engine.language.rules import Rule
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
    states: tuple[int, ...]  # resolved, by position
    stops: bool  # its facts contradict each other
    outcomes: Outcomes


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

    def resolved(self, facts: Mapping[str, Any]) -> tuple[Mapping[str, Given], tuple[int, ...], bool]:
        """What was sent, the states of a patient, and whether the facts contradict each other; raises FactsError."""
        given = self.guideline.vocabulary.read(dict(facts))
        found = self.resolver.resolve(given)
        return given, tuple(found.states), found.stops

    def trial(self, scenario: Scenario) -> Trial:
        """One scenario, evaluated; raises FactsError."""
        given, states, stops = self.resolved(scenario.facts)
        return Trial(scenario, given, states, stops, self.index.match(states))

    def with_outcome(self, outcomes: Outcomes, place: int, outcome: Outcome, open_exception: bool) -> Outcomes:
        """The outcomes with one rule's replaced."""
        bit = 1 << place
        changed = {
            name: getattr(outcomes, name) | bit if outcome is which else getattr(outcomes, name) & ~bit
            for which, name in FIELDS.items()
        }
        changed["excepted_open"] = outcomes.excepted_open | bit if open_exception else outcomes.excepted_open & ~bit
        return outcomes._replace(**changed)

    def holds(self, expected: Expectation, outcomes: Outcomes, standing: Standing) -> bool | None:
        """Does what is expected of a rule hold? None for what cannot be told from outcomes and what stands."""
        place = self.numbers.get(expected.rule)
        if place is None:
            return None
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
            for number in {one.rule for one in trial.scenario.expected}:
                self._of.setdefault(number, []).append(trial)

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


__all__ = ["SHOWN", "Bench", "Trial", "Trials", "outcome_at", "outcome_of"]
