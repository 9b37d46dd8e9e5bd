"""`mutate`: would the scenarios notice a small mistake in a rule, a decision table, a contradiction or an assumption?

Every mutant is tried on the remembered patients of the scenarios. It is **killed** when a scenario would fail; **equivalent** when it is
proved that no patient gets another outcome of any rule or another contradiction; else it **survives**, and `suggest-tests` (suggestions.py)
looks for a patient who tells it apart.
"""

import datetime
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.authoring.cells import Patients, cells_over
from engine.authoring.formula import FALSE, Formula
from engine.authoring.mutants import Mutant, mutants
from engine.authoring.part_mutants import PartMutant, part_mutants
from engine.authoring.part_trials import Retrial
from engine.authoring.progress import Bar
from engine.authoring.resolution import Resolution
from engine.authoring.trials import Bench, Trial, Trials, outcome_at, outcome_of
from engine.authoring.variant import Variant
from engine.authoring.witness import Witness, smallest
from engine.inference.derived import CompiledCondition, memo_key
from engine.inference.reference import Outcome
from engine.language.guideline import Guideline
from engine.language.logic import Truth
from engine.language.problems import Place
from engine.language.rules import Rule
from engine.language.scenarios import Scenario

KILLED, EQUIVALENT, SURVIVES = "killed", "equivalent", "survives"
AnyMutant = Mutant | PartMutant


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant; `by` is the scenario that kills it."""

    mutant: AnyMutant
    fate: str
    by: str = ""


class Compiled:
    """The two conditions of a rule or a mutant on one bench; outcomes are remembered by the states they depend on."""

    def __init__(self, one: Rule | Mutant, rule: Rule, bench: Bench) -> None:
        self.rule = rule
        self.when = bench.compiled(one.when)
        self.exception = bench.compiled(one.exception) if one.exception is not None else None
        asked = {literal[0] for part in (self.when, self.exception) if part for row in part.rows for literal in row}
        self._key = memo_key(sorted(asked))
        self._memo: dict[Any, tuple[Outcome, bool]] = {}

    def outcome(self, states: Sequence[int]) -> tuple[Outcome, bool]:
        """The outcome, and whether an exception is open while the condition holds."""
        key = self._key(states)
        found = self._memo.get(key)
        if found is None:
            when, excepted = self.when.truth(states), _truth(self.exception, states)
            found = outcome_of(when, excepted, reminder=self.rule.reminder), when is True and excepted is None
            self._memo[key] = found
        return found


def _truth(condition: CompiledCondition | None, states: Sequence[int]) -> Truth:
    return False if condition is None else condition.truth(states)


class Mutation:
    """All mutants of what is chosen (numbers of rules, facts that are derived or assumed, codes of contradictions; None: of everything), tried on the
    scenarios; raises NoSolver where one has to be proved equivalent."""

    def __init__(
        self,
        guideline: Guideline,
        scenarios: Sequence[Scenario],
        chosen: Iterable[str] | None = None,
        bar: Bar | None = None,
    ) -> None:
        names = None if chosen is None else frozenset(chosen)
        self.guideline = guideline
        self.rules = [rule for rule in guideline.rules if names is None or rule.number in names]
        made: list[AnyMutant] = [one for rule in self.rules for one in mutants(rule, guideline.vocabulary)]
        made += part_mutants(guideline, names)
        self.parts = list(dict.fromkeys(one.part for one in made if isinstance(one, PartMutant)))
        self.trials = Trials(guideline, scenarios, [part for one in made for part in one.conditions])
        self.day = max(self.trials.benches, default=guideline.about.revised)
        self._retrials = [
            Retrial(bench, [one for one in self.trials.all if one.scenario.day == day])
            for day, bench in self.trials.benches.items()
        ]
        self.verdicts: list[Verdict] = []
        left: list[AnyMutant] = []
        for done, one in enumerate(made):
            if bar:
                bar.show(0.8 * done / len(made), f"trying {one.part}")
            by = self._killer(one.rule, one) if isinstance(one, Mutant) else self._killer_of_part(one)
            if by:
                self.verdicts.append(Verdict(one, KILLED, by))
            else:
                left.append(one)
        self._proofs: dict[str, Proof] = {}
        for part in dict.fromkeys(one.part for one in left):
            self._proofs[part] = Proof(guideline, self.day, [one for one in left if one.part == part])
        for done, one in enumerate(left):
            if bar:
                bar.show(0.8 + 0.2 * done / len(left), f"proving {one.part}")
            self.verdicts.append(Verdict(one, EQUIVALENT if self.proof(one).equivalent(one) else SURVIVES))
        if bar:
            bar.clear()

    def count(self, fate: str) -> int:
        """How many mutants met this fate."""
        return sum(one.fate == fate for one in self.verdicts)

    @property
    def survivors(self) -> list[AnyMutant]:
        """The mutants no scenario notices although some patient would get another answer."""
        return [one.mutant for one in self.verdicts if one.fate == SURVIVES]

    @property
    def score(self) -> float:
        """The share of mutants that are killed, of those that are not equivalent."""
        real = len(self.verdicts) - self.count(EQUIVALENT)
        return self.count(KILLED) / real if real else 1.0

    def proof(self, mutant: AnyMutant) -> "Proof":
        """What proves whether a mutant that no scenario kills is equivalent."""
        return self._proofs[mutant.part]

    def _killer_of_part(self, mutant: PartMutant) -> str:
        return next((found.scenario.where for one in self._retrials if (found := one.killer(mutant))), "")

    def _killer(self, rule: Rule, mutant: Mutant) -> str:
        """The first scenario that would fail: those that speak of the rule, then those it could have an effect on."""
        compiled = {day: Compiled(mutant, rule, bench) for day, bench in self.trials.benches.items()}
        for trial in self._affected(rule):
            bench = self.trials.bench(trial)
            if self._fails(trial, bench, bench.place[rule.id], compiled[bench.day]):
                return trial.scenario.where
        return ""

    def _affected(self, rule: Rule) -> Iterable[Trial]:
        yield from self.trials.of(rule)
        if rule.overrides or rule.stop:
            yield from (one for one in self.trials.all if rule.id in self.trials.bench(one).place)

    @staticmethod
    def _fails(trial: Trial, bench: Bench, place: int, mutant: Compiled) -> bool:
        outcome, is_open = mutant.outcome(trial.states)
        if outcome is outcome_at(trial.outcomes, place):
            return False
        changed = bench.with_outcome(trial.outcomes, place, outcome, is_open)
        return bench.fails(trial, bench.seen(trial.resolved, changed))


class Proof:
    """What is known of the facts, as logic, with cells that tell every one of the chosen mutants apart."""

    def __init__(self, guideline: Guideline, day: datetime.date, chosen: Sequence[AnyMutant]) -> None:
        self.guideline = guideline.as_of(day)
        self.formula = Formula()
        conditions = [part for one in chosen for part in one.conditions]
        self.patients = Patients(self.formula, cells_over([self.guideline], conditions))
        self.resolution = Resolution(self.guideline, self.patients)
        self._meant = meant_for_contradictions(self.guideline)
        self._in_force = {rule.id for rule in self.guideline.rules}
        self._differs: dict[int, int] = {}

    def differs(self, mutant: AnyMutant) -> int:
        """The literal of the patients who get another answer from the mutant, if they are patients the rule is meant for."""
        found = self._differs.get(id(mutant))
        if found is None:
            found = self._differs[id(mutant)] = (
                self._rule_differs(mutant) if isinstance(mutant, Mutant) else self.variant(mutant).differs(self._meant)
            )
        return found

    def variant(self, mutant: PartMutant) -> Variant:
        """The guideline with the mistake in it, on the same patients."""
        return Variant(self.resolution, mutant.applied(self.guideline))

    def _rule_differs(self, mutant: Mutant) -> int:
        resolution, rule = self.resolution, mutant.rule
        if rule.id not in self._in_force:
            return FALSE
        mine = resolution.outcome(rule.when, rule.exception, reminder=rule.reminder)
        others = resolution.outcome(mutant.when, mutant.exception, reminder=rule.reminder)
        different = self.formula.any_of(self.formula.differ(*pair) for pair in zip(mine, others, strict=True))
        allowed = [] if rule.facts() & self._meant else [resolution.consistent]
        return self.formula.all_of([different, *allowed])

    def equivalent(self, mutant: AnyMutant) -> bool:
        """Does every patient get the same answer?"""
        return not self.formula.possible([self.differs(mutant)])

    def patient(self, mutant: AnyMutant) -> Witness | None:
        """The smallest patient who gets another answer."""
        return smallest(self.patients, [self.differs(mutant)], self.guideline.vocabulary)


def meant_for_contradictions(guideline: Guideline) -> frozenset[str]:
    """The facts that say whether facts contradict each other, and those derived from them."""
    found = {one.fact for one in guideline.derivations if one.from_contradictions}
    for derivation in guideline.derivations:
        if derivation.facts() & found:
            found.add(derivation.fact)
    return frozenset(found)


# ---- output -------------------------------------------------------------------------------------------------------------
def place_of(mutant: AnyMutant, guideline: Guideline) -> Place:
    """Where the mutant is made."""
    return guideline.files[mutant.near.path].key_place(mutant.route) if mutant.route else mutant.near


def text(mutation: Mutation, seconds: float) -> str:
    """Every survivor with its place, then the score."""
    lines = [f"{place_of(one, mutation.guideline)}: {one.part} survives: {one.what}" for one in mutation.survivors]
    return "\n".join([*lines, *([""] if lines else []), summary(mutation, seconds)])


def summary(mutation: Mutation, seconds: float) -> str:
    """`9444 mutants of 113 rules and 63 tables, contradictions and assumptions: 9300 killed, ...; score 100 % in 9 s`."""
    rules, parts = len(mutation.rules), len(mutation.parts)
    of = [f"{rules} rule{'' if rules == 1 else 's'}"] if rules or not parts else []
    of += (
        [
            f"{parts} table{'' if parts == 1 else 's'}, contradictions and assumptions"
            if parts > 1
            else mutation.parts[0]
        ]
        if parts
        else []
    )
    counts = f"{mutation.count(KILLED)} killed, {mutation.count(EQUIVALENT)} proved equivalent, {len(mutation.survivors)} survive"
    score = f"score {math.floor(1000 * mutation.score) / 10:.1f} %"  # never rounded up to a hundred
    return f"{len(mutation.verdicts)} mutants of {' and '.join(of)}: {counts}; {score} in {seconds:.1f} s"


def data(mutation: Mutation) -> str:
    """The same as JSON, with what became of every mutant."""
    listed: list[Mapping[str, str]] = [
        {"of": one.mutant.part, "what": one.mutant.what, "place": str(place_of(one.mutant, mutation.guideline)),
         "fate": one.fate, "by": one.by}
        for one in mutation.verdicts
    ]  # fmt: skip
    body = {"score": mutation.score, "killed": mutation.count(KILLED), "equivalent": mutation.count(EQUIVALENT),
            "survive": len(mutation.survivors), "mutants": listed}  # fmt: skip
    return json.dumps(body, indent=2, ensure_ascii=False)
