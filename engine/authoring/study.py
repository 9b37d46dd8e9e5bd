"""One guideline under study: its encoding, questions asked of it in the words of the vocabulary, and the engine that checks every answer."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.authoring.cells import Patients, cells_over, sees
from engine.authoring.encoding import Encoding
from engine.authoring.formula import TRUE, Formula
from engine.authoring.witness import Witness, smallest
from engine.inference.decide import CrossCheck, Decider, Judgement
from engine.language.conditions import All, Any_, Condition, ConditionReader, Not, clauses
from engine.language.guideline import Guideline
from engine.language.problems import Place
from engine.language.rules import Rule
from engine.language.yamlfile import Route, YamlFile


class AnalyserDisagrees(RuntimeError):
    """The engine does not confirm what the solver found of a patient: a fault of this program, not of the guideline."""


class Study:
    """The rules in force on a day. Conditions that will be asked beside those of the guideline are named at the start."""

    def __init__(
        self,
        guideline: Guideline,
        day: datetime.date,
        asked: Iterable[Mapping[str, Any]] = (),
        cross_check: CrossCheck = "always",
    ) -> None:
        self.guideline, self.day, self._cross_check = guideline.as_of(day), day, cross_check
        self._conditions = {str(raw): read_condition(raw, guideline) for raw in asked}
        self.formula = Formula()
        self.patients = Patients(self.formula, cells_over([self.guideline], self._conditions.values()))
        self.encoding = Encoding(self.guideline, self.patients)
        self._decider: Decider | None = None
        knowing = {one.fact for one in self.guideline.derivations if one.from_contradictions}
        for derivation in self.guideline.derivations:
            if derivation.facts() & knowing:
                knowing.add(derivation.fact)
        self._knowing = knowing

    # ---- questions ----------------------------------------------------------------------------------------------
    def when(self, raw: Mapping[str, Any]) -> int:
        """The literal that says: this condition, written as in a rule file, is definitely true."""
        return self.encoding.true(self._asked(raw))

    def _asked(self, raw: Mapping[str, Any]) -> Condition:
        key = str(raw)
        if key not in self._conditions:
            condition = read_condition(raw, self.guideline)
            if not all(sees(self.patients.cells[clause.fact], clause.test) for clause in clauses(condition)):
                raise ValueError(f"`{key}` asks more finely than the guideline; name it when the study begins")
            self._conditions[key] = condition
        return self._conditions[key]

    def rule(self, name: str) -> str:
        """The id of the rule with this id or number."""
        return self.guideline.rule(name).id

    def possible(self, *literals: int) -> bool:
        """Is there a patient for whom all of these are true?"""
        return self.formula.possible(literals)

    def patient(self, *literals: int) -> Witness | None:
        """The smallest patient for whom all of these are true."""
        return smallest(self.patients, literals, self.guideline.vocabulary)

    def allowed(self, rule: Rule) -> int:
        """The literal of patients a rule is meant for: those without contradiction, unless the rule asks for contradictions."""
        return TRUE if rule.facts() & self._knowing else self.encoding.consistent

    # ---- the engine ---------------------------------------------------------------------------------------------
    def judged(self, witness: Witness) -> Judgement:
        """What the engine decides on a witness, by default computed by both of its channels."""
        if self._decider is None:
            self._decider = Decider(self.guideline, self._cross_check)
        return self._decider.judge(self.guideline.vocabulary.read(dict(witness.facts)))

    def standing(self, witness: Witness) -> frozenset[str]:
        """The ids of the rules that stand for a witness, as the engine says."""
        bits = self.judged(witness).standing.stands
        return frozenset(rule.id for place, rule in enumerate(self.guideline.rules) if bits >> place & 1)

    def confirmed(self, good: bool, what: str) -> None:
        """Refuse to report what the engine does not confirm."""
        if not good:
            raise AnalyserDisagrees(f"the engine does not confirm {what}")

    # ---- places -------------------------------------------------------------------------------------------------
    def place(self, rule: Rule, route: Route) -> Place:
        """Where a part of a rule stands in its file."""
        return self.guideline.files[rule.place.path].key_place(route)

    def about(self, route: Route) -> Place:
        """Where a part of guideline.yaml stands."""
        return self.guideline.files[f"{self.guideline.root.name}/guideline.yaml"].key_place(route)


def read_condition(raw: Mapping[str, Any], guideline: Guideline) -> Condition:
    """A condition written as in a rule file; raises ValueError with what is wrong."""
    file = YamlFile("condition", "asked: here")
    condition = ConditionReader(file, guideline.vocabulary).read(dict(raw), ())
    errors = [problem.message for problem in file.problems if problem.severity == "error"]
    if errors:
        raise ValueError("; ".join(errors))
    return condition


def route_of(condition: Condition) -> Route:
    """Where a condition begins in its file: its first clause."""
    return next((clause.route for clause in clauses(condition)), ())


def child(condition: Condition, place: int) -> Condition:
    """A part of a condition."""
    match condition:
        case All(parts) | Any_(parts):
            return parts[place]
        case Not(part):
            return part
    raise IndexError(place)


def nodes(condition: Condition, path: Sequence[int] = ()) -> Iterable[tuple[tuple[int, ...], Condition]]:
    """Every part of a condition that has others beside it, each with the way to it, outer parts first."""
    match condition:
        case All(parts) | Any_(parts):
            for place, part in enumerate(parts):
                if len(parts) > 1:
                    yield (*path, place), part
                yield from nodes(part, (*path, place))
        case Not(part):
            yield from nodes(part, (*path, 0))


def without(condition: Condition, path: Sequence[int]) -> Condition:
    """The condition with one part left out that has others beside it."""
    first, *rest = path
    match condition:
        case Not(part):
            return Not(without(part, rest))
        case All(parts) | Any_(parts):
            inner = (without(parts[first], rest),) if rest else ()
            return type(condition)((*parts[:first], *inner, *parts[first + 1 :]))
    raise IndexError(first)
