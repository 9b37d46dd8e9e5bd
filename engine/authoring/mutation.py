"""`mutate`: would the scenarios notice a small mistake in a rule?

Every mutant is tried on the remembered patients of the scenarios. It is **killed** when a scenario would fail; **equivalent** when it is proved
that no patient gets another outcome; else it **survives**, and `suggest-tests` (suggestions.py) looks for a patient who tells it apart.
"""

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.authoring.analysis import Bar
from engine.authoring.cells import Patients, cells_over
from engine.authoring.encoding import Encoding
from engine.authoring.formula import FALSE, Formula
from engine.authoring.mutants import Mutant, mutants
from engine.authoring.trials import Bench, Trial, Trials, outcome_at, outcome_of
from engine.authoring.witness import Witness, smallest
from engine.inference.facts import CompiledCondition, memo_key
from engine.inference.reference import Outcome
from engine.language.guideline import Guideline
from engine.language.logic import Truth
from engine.language.problems import Place
from engine.language.rules import Rule
from engine.language.scenarios import Scenario

KILLED, EQUIVALENT, SURVIVES = "killed", "equivalent", "survives"


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant; `by` is the scenario that kills it."""

    mutant: Mutant
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
    """All mutants of the chosen rules (None: all), tried on the scenarios; raises NoSolver where one has to be proved equivalent."""

    def __init__(
        self,
        guideline: Guideline,
        scenarios: Sequence[Scenario],
        numbers: Iterable[str] | None = None,
        bar: Bar | None = None,
    ) -> None:
        chosen = None if numbers is None else set(numbers)
        self.guideline = guideline
        self.rules = [rule for rule in guideline.rules if chosen is None or rule.number in chosen]
        self.mutants = {rule.id: list(mutants(rule, guideline.vocabulary)) for rule in self.rules}
        conditions = [part for found in self.mutants.values() for one in found for part in one.conditions]
        self.trials = Trials(guideline, scenarios, conditions)
        self.day = max(self.trials.benches, default=guideline.about.revised)
        self.verdicts: list[Verdict] = []
        left: list[Mutant] = []
        for done, rule in enumerate(self.rules):
            if bar:
                bar.show(done / len(self.rules), f"trying {rule.number}")
            for one in self.mutants[rule.id]:
                by = self._killer(rule, one)
                if by:
                    self.verdicts.append(Verdict(one, KILLED, by))
                else:
                    left.append(one)
        self.proof = Proof(guideline, self.day, left) if left else None
        for done, one in enumerate(left):
            assert self.proof is not None
            if bar:
                bar.show(done / len(left), f"proving {one.rule.number}")
            self.verdicts.append(Verdict(one, EQUIVALENT if self.proof.equivalent(one) else SURVIVES))
        if bar:
            bar.clear()

    def count(self, fate: str) -> int:
        """How many mutants met this fate."""
        return sum(one.fate == fate for one in self.verdicts)

    @property
    def survivors(self) -> list[Mutant]:
        """The mutants no scenario notices although some patient would get another outcome."""
        return [one.mutant for one in self.verdicts if one.fate == SURVIVES]

    @property
    def score(self) -> float:
        """The share of mutants that are killed, of those that are not equivalent."""
        real = len(self.verdicts) - self.count(EQUIVALENT)
        return self.count(KILLED) / real if real else 1.0

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
        before, after = bench.composer.compose(trial.outcomes), bench.composer.compose(changed)
        return any(
            bench.holds(one, trial.outcomes, before) is True and bench.holds(one, changed, after) is False
            for one in trial.scenario.expected
        )


class Proof:
    """One encoding of the guideline whose cells tell every mutant apart."""

    def __init__(self, guideline: Guideline, day: datetime.date, chosen: Sequence[Mutant]) -> None:
        self.guideline = guideline.as_of(day)
        self.formula = Formula()
        conditions = [part for one in chosen for part in one.conditions]
        self.patients = Patients(self.formula, cells_over([self.guideline], conditions))
        self.encoding = Encoding(self.guideline, self.patients)
        self._meant = meant_for_contradictions(self.guideline)
        self._differs: dict[int, int] = {}

    def differs(self, mutant: Mutant) -> int:
        """The literal of the patients who get another outcome from the mutant, if they are patients the rule is meant for."""
        found = self._differs.get(id(mutant))
        if found is None:
            encoding, rule = self.encoding, mutant.rule
            if rule.id not in encoding.firm:
                return FALSE
            mine = (
                encoding.firm[rule.id],
                encoding.provisional[rule.id],
                encoding.undetermined[rule.id],
                encoding.ruled_out[rule.id],
            )
            firm, provisional, undetermined = encoding.outcome(mutant.when, mutant.exception, rule.reminder)
            excepted = encoding.true(mutant.exception) if mutant.exception is not None else FALSE
            ruled_out = self.formula.all_of([encoding.true(mutant.when), excepted])
            others = (firm, provisional, undetermined, ruled_out)
            different = self.formula.any_of(self.formula.differ(*pair) for pair in zip(mine, others, strict=True))
            allowed = [] if rule.facts() & self._meant else [encoding.consistent]
            found = self._differs[id(mutant)] = self.formula.all_of([different, *allowed])
        return found

    def equivalent(self, mutant: Mutant) -> bool:
        """Does every patient get the same outcome?"""
        return not self.formula.possible([self.differs(mutant)])

    def patient(self, mutant: Mutant) -> Witness | None:
        """The smallest patient who gets another outcome."""
        return smallest(self.patients, [self.differs(mutant)], self.guideline.vocabulary)


def meant_for_contradictions(guideline: Guideline) -> frozenset[str]:
    """The facts that say whether facts contradict each other, and those derived from them."""
    found = {one.fact for one in guideline.derivations if one.from_contradictions}
    for derivation in guideline.derivations:
        if derivation.facts() & found:
            found.add(derivation.fact)
    return frozenset(found)


# ---- output -------------------------------------------------------------------------------------------------------------
def place_of(mutant: Mutant, guideline: Guideline) -> Place:
    """Where the mutant is made."""
    return guideline.files[mutant.rule.place.path].key_place(mutant.route)


def text(mutation: Mutation, seconds: float) -> str:
    """Every survivor with its place, then the score."""
    lines = [
        f"{place_of(one, mutation.guideline)}: {one.rule.number} survives: {one.what}" for one in mutation.survivors
    ]
    return "\n".join([*lines, *([""] if lines else []), summary(mutation, seconds)])


def summary(mutation: Mutation, seconds: float) -> str:
    """`3424 mutants of 113 rules: 3300 killed, 100 equivalent, 24 survive; score 99.3 % in 9 s`."""
    counts = f"{mutation.count(KILLED)} killed, {mutation.count(EQUIVALENT)} proved equivalent, {len(mutation.survivors)} survive"
    return (
        f"{len(mutation.verdicts)} mutants of {len(mutation.rules)} rules: {counts}; "
        f"score {100 * mutation.score:.1f} % in {seconds:.1f} s"
    )


def data(mutation: Mutation) -> str:
    """The same as JSON, with what became of every mutant."""
    listed: list[Mapping[str, str]] = [
        {"rule": one.mutant.rule.number, "what": one.mutant.what, "place": str(place_of(one.mutant, mutation.guideline)),
         "fate": one.fate, "by": one.by}
        for one in mutation.verdicts
    ]  # fmt: skip
    body = {"score": mutation.score, "killed": mutation.count(KILLED), "equivalent": mutation.count(EQUIVALENT),
            "survive": len(mutation.survivors), "mutants": listed}  # fmt: skip
    return json.dumps(body, indent=2, ensure_ascii=False)
