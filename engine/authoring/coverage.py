"""`coverage`: which ways each rule can go have a scenario, by what is expected and by evaluating its patient.

For every rule: it applies; it does not; it is open while a fact is unknown; each exception is met; each side of each number it names is
taken. A way counts when a scenario expects something fitting of the rule **and** the engine goes that way for its patient. A way that no
patient can go is proved to be so and not asked for.
"""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.authoring.formula import TRUE
from engine.authoring.study import Study
from engine.authoring.trials import Trial, Trials
from engine.inference.reference import Outcome
from engine.language.conditions import ALWAYS, Clause, Condition, clauses, words
from engine.language.guideline import Guideline
from engine.language.problems import Place, Problem
from engine.language.rules import Rule
from engine.language.scenarios import Scenario
from engine.language.states import Interval, number_text
from engine.language.yamlfile import Route

POSITIVE = (
    "is firm",
    "is provisional",
    "is shown",
    "stands",
    "is withdrawn",
    "is stopped",
    "asks to confirm",
    "has ",
    "cites ",
)
NEGATIVE = ("is not applicable", "is not shown")
OPEN = ("is undetermined", "is provisional", "needs ", "asks to confirm")
EXCEPTED = ("is ruled out", "is not shown")
COLUMNS = ("applies", "does not apply", "unknown", "threshold", "exception")


@dataclass(frozen=True)
class Way:
    """One way a rule can go: of which kind, in words, with which outcomes, where what holds, and what a scenario may expect then."""

    kind: str
    text: str
    route: Route
    expected: tuple[str, ...]
    outcomes: frozenset[Outcome] = frozenset(Outcome)
    where: Condition = ALWAYS


@dataclass(frozen=True)
class Item:
    """A way and the scenarios that go it; `possible` is False when it is proved that no patient can."""

    rule: Rule
    way: Way
    scenarios: tuple[str, ...] = ()
    possible: bool = True

    @property
    def missing(self) -> bool:
        """Patients can go this way and no scenario does."""
        return self.possible and not self.scenarios


def ways(rule: Rule) -> Iterator[Way]:
    """Every way a rule can go, in the order of its file."""
    shown = frozenset({Outcome.FIRM, Outcome.PROVISIONAL})
    yield Way("applies", "it applies", ("when",), POSITIVE, shown)
    yield Way("does not apply", "it does not apply", ("when",), NEGATIVE, frozenset({Outcome.NOT_APPLICABLE}))
    unknown = frozenset({Outcome.UNDETERMINED, Outcome.PROVISIONAL})
    yield Way("unknown", "a fact is unknown that decides it", ("when",), OPEN, unknown)
    seen: set[tuple[str, Interval]] = set()
    for condition in (rule.when, *(one.when for one in rule.unless)):
        for clause in clauses(condition):
            for text, side in sides(clause):
                if (clause.fact, side) not in seen:
                    seen.add((clause.fact, side))
                    yield Way("threshold", text, clause.route, ("",), where=Clause(clause.fact, (side,)))
    for index, one in enumerate(rule.unless):
        route = ("unless", index, "when")
        yield Way("exception", f"the exception is met: {words(one.when)}", route, EXCEPTED,
                  frozenset({Outcome.RULED_OUT}), one.when)  # fmt: skip


def sides(clause: Clause) -> Iterator[tuple[str, Interval]]:
    """Both sides of each bound a clause sets for a number, in words."""
    if clause.known is not None or not isinstance(clause.test, tuple):
        return
    for span in clause.test:
        for bound, is_open, upwards in ((span.low, span.low_open, True), (span.high, span.high_open, False)):
            strict = is_open == upwards  # does the number itself belong to the lower side?
            shown = number_text(bound)
            yield f"{clause.fact} {'<=' if strict else '<'} {shown}", Interval(-math.inf, bound, False, not strict)
            yield f"{clause.fact} {'>' if strict else '>='} {shown}", Interval(bound, math.inf, strict, False)


class Coverage:
    """What the scenarios cover of a guideline."""

    def __init__(
        self, guideline: Guideline, scenarios: Sequence[Scenario], numbers: Iterable[str] | None = None
    ) -> None:
        self.guideline = guideline
        chosen = set(numbers) if numbers is not None else {rule.number for rule in guideline.rules}
        self.rules = [rule for rule in guideline.rules if rule.number in chosen]
        self.trials = Trials(guideline, scenarios)
        days = sorted(self.trials.benches)
        self._study: Study | None = None
        self._day = days[-1] if days else guideline.about.revised
        self.items = [item for rule in self.rules for item in self._of(rule)]

    @property
    def missing(self) -> list[Item]:
        """The ways that have no scenario and could have one."""
        return [item for item in self.items if item.missing]

    def _of(self, rule: Rule) -> Iterator[Item]:
        trials = self.trials.of(rule)
        for way in ways(rule):
            if not self._both_sides(way):
                continue
            asked = {day: bench.compiled(way.where) for day, bench in self.trials.benches.items()}
            found = tuple(
                one.scenario.where
                for one in trials
                if self._fits(one, rule, way) and asked[one.scenario.day].truth(one.states) is True
            )
            yield Item(rule, way, found, bool(found) or self._possible(rule, way))

    def _both_sides(self, way: Way) -> bool:
        """A bound at the end of a fact's range has one side only."""
        if way.kind != "threshold" or not isinstance(way.where, Clause):
            return True
        fact = self.guideline.vocabulary[way.where.fact]
        span = way.where.test[0] if isinstance(way.where.test, tuple) else None
        inside = span.intersection(Interval(*fact.range)) if span else Interval(0, 0)
        return not inside.empty and inside != Interval(*fact.range)

    def _fits(self, trial: Trial, rule: Rule, way: Way) -> bool:
        expected = (one.what for one in trial.scenario.expected if one.rule == rule.number)
        return self.trials.outcome(trial, rule) in way.outcomes and any(
            one.startswith(way.expected) for one in expected
        )

    def _possible(self, rule: Rule, way: Way) -> bool:
        """Can a patient without contradictions go this way?"""
        if self._study is None:
            self._study = Study(self.guideline, self._day)
        study, encoding = self._study, self._study.encoding
        if rule.id not in encoding.firm:
            return True
        literals = {
            "applies": encoding.formula.any_of([encoding.firm[rule.id], encoding.provisional[rule.id]]),
            "does not apply": encoding.false(rule.when),
            "unknown": encoding.formula.any_of([encoding.undetermined[rule.id], encoding.provisional[rule.id]]),
            "exception": encoding.applies[rule.id],
        }
        return study.possible(literals.get(way.kind, TRUE), encoding.true(way.where), study.allowed(rule))


# ---- output -------------------------------------------------------------------------------------------------------------
def table(coverage: Coverage) -> str:
    """One line a rule: scenarios that go each way; thresholds and exceptions as covered of all; `-` where there is nothing to cover."""
    lines = [f"{'rule':<8} {'applies':>8} {'does not':>9} {'unknown':>8} {'thresholds':>11} {'exceptions':>11}"]
    for rule in coverage.rules:
        items = [item for item in coverage.items if item.rule is rule]
        cells = [_count([one for one in items if one.way.kind == kind]) for kind in COLUMNS[:3]]
        cells += [_share([one for one in items if one.way.kind == kind]) for kind in COLUMNS[3:]]
        mark = "  missing" if any(one.missing for one in items) else ""
        widths = zip(cells, (8, 9, 8, 11, 11), strict=True)
        lines.append(f"{rule.number:<8} " + " ".join(f"{cell:>{width}}" for cell, width in widths) + mark)
    return "\n".join(lines)


def _count(items: Sequence[Item]) -> str:
    return "-" if not items[0].possible else str(len(items[0].scenarios))


def _share(items: Sequence[Item]) -> str:
    real = [one for one in items if one.possible]
    return f"{sum(bool(one.scenarios) for one in real)}/{len(real)}" if real else "-"


def place_of(item: Item, guideline: Guideline) -> Place:
    """Where the way is written in the rule's file."""
    return guideline.files[item.rule.place.path].key_place(item.way.route)


def text(coverage: Coverage) -> str:
    """The table, every way that has no scenario with its place, and a summary."""
    lines = [table(coverage)] if coverage.rules else []
    if coverage.missing:
        lines.append("")
    lines += [str(problem_of(item, coverage.guideline)) for item in coverage.missing]
    possible = [item for item in coverage.items if item.possible]
    covered = len(possible) - len(coverage.missing)
    never = len(coverage.items) - len(possible)
    lines += ["", f"{covered} of {len(possible)} ways of {len(coverage.rules)} rules have a scenario"
              + (f"; {never} more are proved impossible" if never else "")]  # fmt: skip
    return "\n".join(lines)


def problem_of(item: Item, guideline: Guideline) -> Problem:
    """A way without scenario as a problem of the rule's file."""
    what = f"{item.way.text} for certain" if item.way.kind == "threshold" else item.way.text
    message = f"no scenario of {item.rule.number} in which {what}"
    hint = "add one that expects something of the rule; `suggest-tests` writes rows"
    file = guideline.files[item.rule.place.path]
    return file.problem("missing-scenario", message, place_of(item, guideline), hint, severity="warning")


def data(coverage: Coverage) -> str:
    """The same as JSON."""
    rules: list[dict[str, Any]] = []
    for rule in coverage.rules:
        listed = [
            {"kind": item.way.kind, "what": item.way.text, "place": str(place_of(item, coverage.guideline)),
             "possible": item.possible, "scenarios": list(item.scenarios)}
            for item in coverage.items if item.rule is rule
        ]  # fmt: skip
        rules.append({"rule": rule.id, "number": rule.number, "ways": listed})
    return json.dumps({"missing": len(coverage.missing), "rules": rules}, indent=2, ensure_ascii=False)
