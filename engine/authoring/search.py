"""For whom two versions of a guideline differ: proved by the solver, or searched for where the solver cannot compare them."""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.authoring.cells import Patients, cells_over
from engine.authoring.encoding import Encoding
from engine.authoring.formula import FALSE, Formula
from engine.authoring.mutation import meant_for_contradictions
from engine.authoring.progress import Bar
from engine.authoring.study import AnalyserDisagrees
from engine.authoring.witness import smallest
from engine.inference.decide import Decider
from engine.inference.reference import Outcome
from engine.inference.space import Cells, cells_of
from engine.language.guideline import Guideline
from engine.language.scenarios import Scenario
from engine.language.vocabulary import Fact, FactsError

GAINS, LOSES, STATUS = "gains", "loses", "changes status"
ABSENT = "not in force"
TRIES = 3000  # random patients where the solver cannot compare


class Unsolvable(Exception):
    """The two guidelines ask different kinds of facts."""


@dataclass(frozen=True)
class Patient:
    """A patient as facts (JSON) and in words."""

    facts: Mapping[str, Any]
    words: tuple[str, ...]

    @property
    def json(self) -> str:
        """The facts as a caller sends them."""
        return json.dumps(dict(self.facts), ensure_ascii=False)


@dataclass(frozen=True)
class Change:
    """One way in which a rule (its id; empty: the whole guideline) acts otherwise, and a patient for whom it does."""

    rule: str
    what: str
    known: bool  # both versions are certain of the patient
    was: str
    now: str
    witness: Patient


# ---- by the solver ------------------------------------------------------------------------------------------------------
def changes_by_solver(old: Guideline, new: Guideline, bar: Bar | None = None) -> Iterator[Change]:
    """Every kind of change of every rule, each with its smallest patient; raises Unsolvable, or AnalyserDisagrees.

    Equal parts of both guidelines are the same literals, so that a rule that did not change costs nothing.
    """
    if any(
        _kind(old.vocabulary[name]) != _kind(new.vocabulary[name]) for name in set(old.vocabulary) & set(new.vocabulary)
    ):
        raise Unsolvable
    if set(old.vocabulary) != set(new.vocabulary):
        raise Unsolvable
    yield from _Solved(old, new).changes(bar)


def _kind(fact: Fact) -> tuple[Any, ...]:
    return fact.type, tuple(fact.values), fact.range, tuple(fact.open_values), fact.given, fact.usual_range


class _Solved:
    def __init__(self, old: Guideline, new: Guideline) -> None:
        self.old, self.new = old, new
        self.formula = Formula()
        self.patients = Patients(self.formula, cells_over([old, new]))
        self.before, self.after = Encoding(old, self.patients), Encoding(new, self.patients)
        self.both_meant = self.formula.all_of([self.before.consistent, self.after.consistent])
        self.meant = meant_for_contradictions(old) | meant_for_contradictions(new)
        self.views = Views(old, new)

    def changes(self, bar: Bar | None = None) -> Iterator[Change]:
        formula = self.formula
        for what, left, right in ((LOSES, self.before, self.after), (GAINS, self.after, self.before)):
            literal = formula.all_of([left.consistent, -right.consistent])
            yield from self._change("", "now refused" if what == LOSES else "no longer refused", True, literal)
        rules = {rule.id: rule for rule in (*self.old.rules, *self.new.rules)}
        for done, (name, rule) in enumerate(rules.items()):
            if bar:
                bar.show(done / len(rules), f"comparing {rule.number}")
            allowed = [] if rule.facts() & self.meant else [self.both_meant]
            known = list(self._of_rule(name, allowed, known=True))
            yield from known or self._of_rule(name, allowed, known=False)

    def _of_rule(self, name: str, allowed: list[int], *, known: bool) -> Iterator[Change]:
        formula, before, after = self.formula, self.before, self.after
        old_stands, new_stands = before.stands.get(name, FALSE), after.stands.get(name, FALSE)
        if known:
            old_stands, new_stands = (
                formula.all_of([old_stands, before.firm.get(name, FALSE)]),
                formula.all_of([new_stands, after.firm.get(name, FALSE)]),
            )
            gains = [self._certainly_not(before, name), new_stands]
            loses = [old_stands, self._certainly_not(after, name)]
        else:
            gains, loses = [-old_stands, new_stands], [old_stands, -new_stands]
        yield from self._change(name, GAINS, known, formula.all_of([*gains, *allowed]))
        yield from self._change(name, LOSES, known, formula.all_of([*loses, *allowed]))
        if known:
            pairs = ((before, after), (after, before))
            excluded = [formula.all_of([one.ruled_out[name], self._false(other, name)])
                        for one, other in pairs if name in one.firm and name in other.firm]  # fmt: skip
            yield from self._change(name, STATUS, known, formula.all_of([formula.any_of(excluded), *allowed]))
        else:
            differs = formula.any_of(
                [
                    formula.differ(getattr(before, one).get(name, FALSE), getattr(after, one).get(name, FALSE))
                    for one in ("firm", "provisional", "ruled_out", "undetermined")
                ]
            )
            same = -formula.differ(old_stands, new_stands)
            yield from self._change(name, STATUS, known, formula.all_of([differs, same, *allowed]))

    def _certainly_not(self, encoding: Encoding, name: str) -> int:
        """The rule does not stand and no further fact can change that."""
        if name not in encoding.firm:
            return 1
        formula = self.formula
        rule = encoding.guideline.rule(name)
        overridden = [formula.all_of([encoding.stands[one], encoding.firm[one]]) for one in encoding.overriders[name]]
        return formula.any_of(
            [encoding.false(rule.when), encoding.excepted[name], -encoding.counted[name], *overridden]
        )

    def _false(self, encoding: Encoding, name: str) -> int:
        return encoding.false(encoding.guideline.rule(name).when)

    def _change(self, rule: str, what: str, known: bool, literal: int) -> Iterator[Change]:
        found = smallest(self.patients, [literal], self.new.vocabulary) if literal != FALSE else None
        if found is None:
            return
        was, now = self.views.of(rule, found.facts)
        if was == now:
            raise AnalyserDisagrees(f"the engine does not confirm the change of `{rule or 'the guideline'}`")
        yield Change(rule, what, known, was, now, Patient(found.facts, found.words))


# ---- what both versions say of a patient --------------------------------------------------------------------------------
class Views:
    """Both versions as engines; `of` tells what each says of a rule for a patient."""

    def __init__(self, old: Guideline, new: Guideline) -> None:
        self.deciders = (Decider(old, "off"), Decider(new, "off"))

    def of(self, rule: str, facts: Mapping[str, Any]) -> tuple[str, str]:
        """In words; raises FactsError when a version cannot read the facts."""
        was, now = (self._view(decider, rule, facts) for decider in self.deciders)
        return was, now

    @staticmethod
    def _view(decider: Decider, rule: str, facts: Mapping[str, Any]) -> str:
        judgement = decider.judge(decider.guideline.vocabulary.read(dict(facts)))
        if not rule:
            return "refused" if judgement.resolved.stops else "accepted"
        outcome = decider.outcome_of(judgement.outcomes).get(rule)
        if outcome is None:
            return ABSENT
        word = outcome.value.replace("_", " ")
        place = next(index for index, one in enumerate(decider.guideline.rules) if one.id == rule)
        if outcome in (Outcome.FIRM, Outcome.PROVISIONAL) and not judgement.standing.stands >> place & 1:
            return f"{word} but stopped" if judgement.standing.stopped >> place & 1 else f"{word} but withdrawn"
        return word

    def all(self, facts: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
        """Every rule of either version that both do not see alike; empty when a version cannot read or refuses the facts."""
        sides: list[dict[str, str]] = []
        for decider in self.deciders:
            try:
                judgement = decider.judge(decider.guideline.vocabulary.read(dict(facts)))
            except FactsError:
                return {}
            if judgement.resolved.stops:
                return {}
            found = {}
            outcomes = decider.outcome_of(judgement.outcomes)
            for place, rule in enumerate(decider.guideline.rules):
                outcome = outcomes[rule.id]
                shown = outcome in (Outcome.FIRM, Outcome.PROVISIONAL)
                hidden = shown and not judgement.standing.stands >> place & 1
                found[rule.id] = outcome.value.replace("_", " ") + (" but withdrawn" if hidden else "")
            sides.append(found)
        names = {*sides[0], *sides[1]}
        pairs = {name: (sides[0].get(name, ABSENT), sides[1].get(name, ABSENT)) for name in names}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


# ---- by search ----------------------------------------------------------------------------------------------------------
def changes_by_search(
    old: Guideline, new: Guideline, scenarios: Sequence[Scenario], bar: Bar | None = None
) -> Iterator[Change]:
    """Changes that the scenarios' patients show, and patients made at random from them; at most one a rule and kind."""
    views = Views(old, new)
    cells = cells_of(new)
    found: dict[tuple[str, str, bool], Change] = {}
    for done, facts in enumerate(_candidates(new, scenarios, cells)):
        if bar:
            bar.show(done / (len(scenarios) + TRIES), "trying patients")
        for name, (was, now) in views.all(facts).items():
            what, known = _named(was, now)
            if not what or (name, what, known) in found:
                continue

            def same(smaller: Mapping[str, Any], name: str = name, kind: tuple[str, bool] = (what, known)) -> bool:
                pair = views.all(smaller).get(name)
                return pair is not None and _named(*pair) == kind

            small = shrunk(facts, same)
            was, now = views.all(small)[name]
            found[name, what, known] = Change(name, what, known, was, now, _patient(small, new))
    certain = {one.rule for one in found.values() if one.known}
    yield from (one for one in found.values() if one.known or one.rule not in certain)


def _named(was: str, now: str) -> tuple[str, bool]:
    """The kind of a change, and whether both versions are certain."""
    standing = ("firm", "provisional")
    if was not in standing and now in standing:
        return GAINS, now == "firm" and was != "undetermined"
    if was in standing and now not in standing:
        return LOSES, was == "firm" and now != "undetermined"
    return STATUS, {was, now} == {"ruled out", "not applicable"}


def shrunk(facts: Mapping[str, Any], holds: Callable[[Mapping[str, Any]], bool]) -> dict[str, Any]:
    """The facts without any that can be left out while `holds` stays true."""
    left = dict(facts)
    for name in facts:
        smaller = {key: value for key, value in left.items() if key != name}
        if holds(smaller):
            left = smaller
    return left


def _candidates(
    guideline: Guideline, scenarios: Sequence[Scenario], cells: Mapping[str, Cells]
) -> Iterator[dict[str, Any]]:
    bases = [dict(one.facts) for one in scenarios]
    yield from bases
    rng = random.Random(0)
    given = [fact for fact in guideline.vocabulary.values() if fact.given]
    samples = {fact.name: [fact.write(state) for state in cells[fact.name].samples()] for fact in given}
    for _ in range(TRIES):
        facts = dict(rng.choice(bases)) if bases else {}
        for fact in rng.sample(given, rng.randint(1, min(len(given), 3 if bases else 8))):
            facts[fact.name] = rng.choice(samples[fact.name])
        yield facts


def _patient(facts: Mapping[str, Any], guideline: Guideline) -> Patient:
    given = guideline.vocabulary.read(dict(facts))
    lines = (
        f"{guideline.vocabulary[name].label}: {guideline.vocabulary[name].words(one.state)}"
        for name, one in given.items()
    )
    return Patient(dict(facts), tuple(lines))


__all__ = ["Change", "Patient", "Unsolvable", "Views", "changes_by_search", "changes_by_solver", "shrunk"]
