"""`suggest-tests`: for every mutant that survives, a patient who tells it apart from the rule, as rows ready for a feature.

A patient an author already knows is best: first a named patient as it is, then one or two facts changed of the patients whose scenarios speak
of the rule, then any named patient with one fact changed, and only then the smallest patient the solver finds. The outcome printed is today's:
the author confirms that it is meant before the rows go into a feature.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.authoring.examples import table
from engine.authoring.mutants import Mutant
from engine.authoring.mutation import AnyMutant, Compiled, Mutation, meant_for_contradictions
from engine.authoring.part_suggestions import PartSuggestions
from engine.authoring.part_suggestions import gherkin as gherkin_of_parts
from engine.authoring.progress import Bar
from engine.authoring.trials import Bench
from engine.authoring.witness import state_of
from engine.inference.explain import reasons
from engine.inference.reference import Outcome, resolve
from engine.language.conditions import ALWAYS, clauses, truth
from engine.language.problems import shortened
from engine.language.rules import Rule
from engine.language.scenarios import SENT_AS_UNKNOWN, set_fact, text_of
from engine.language.vocabulary import FactsError

CLEAR = (Outcome.FIRM, Outcome.RULED_OUT, Outcome.NOT_APPLICABLE, Outcome.PROVISIONAL, Outcome.UNDETERMINED)
Changes = tuple[tuple[str, str], ...]  # facts and what they are changed to, as written in a step


@dataclass(frozen=True)
class Row:
    """A patient who tells mutants of a rule apart: a named patient (or none) with facts changed, and today's outcome."""

    rule: Rule
    patient: str
    changes: Changes
    outcome: Outcome
    kills: tuple[Mutant, ...]
    why: str = ""  # the clauses that decide

    @property
    def expectation(self) -> str:
        """`is not applicable`."""
        return f"is {self.outcome.value.replace('_', ' ')}"

    @property
    def mistake(self) -> str:
        """What would go unnoticed without it."""
        return _cell(self.kills[0].what)


class Suggestions:
    """Rows for every survivor of a mutation run; `unanswered` are those no patient could be written for."""

    def __init__(self, mutation: Mutation, named: Mapping[str, Mapping[str, Any]], bar: Bar | None = None) -> None:
        self.mutation, self.named = mutation, named
        self.vocabulary = mutation.guideline.vocabulary
        benches = mutation.trials.benches
        self.bench: Bench = benches[mutation.day] if benches else Bench(mutation.guideline, mutation.day)
        self._values: dict[str, list[str]] = {}
        self._sources = _behind(mutation)
        self._meant = meant_for_contradictions(mutation.guideline)
        self.rows: list[Row] = []
        self.unanswered: list[Mutant] = []
        survivors = [one for one in mutation.survivors if isinstance(one, Mutant)]
        for done, rule in enumerate(mutation.rules):
            if bar:
                bar.show(done / len(mutation.rules), f"patients for {rule.number}")
            left = [one for one in survivors if one.rule is rule]
            if left and rule.id in self.bench.place:
                self._cover(rule, left)
        self.parts = PartSuggestions(mutation)
        if bar:
            bar.clear()

    # ---- one rule -------------------------------------------------------------------------------------------------------
    def _cover(self, rule: Rule, left: list[Mutant]) -> None:
        mine = Compiled(rule_as_mutant(rule), rule, self.bench)
        others = [(one, Compiled(one, rule, self.bench)) for one in left]
        for candidates in self._tiers(rule):
            found: list[tuple[str, Changes, Outcome, frozenset[int]]] = []
            for patient, changes in candidates:
                states = self._states(rule, patient, changes)
                if states is None:
                    continue
                outcome = mine.outcome(states)[0]
                told = frozenset(
                    place for place, (_, one) in enumerate(others) if one.outcome(states)[0] is not outcome
                )
                if told:
                    found.append((patient, changes, outcome, told))
            found.sort(key=lambda one: (len(one[1]), CLEAR.index(one[2])))
            others = self._choose(rule, found, others)
            if not others:
                return
        for mutant, _ in others:
            self._solve(rule, mutant, mine)

    def _choose(
        self,
        rule: Rule,
        found: Sequence[tuple[str, Changes, Outcome, frozenset[int]]],
        others: list[tuple[Mutant, Compiled]],
    ) -> list[tuple[Mutant, Compiled]]:
        """Take the patients that tell most apart until none tells more; what is left."""
        open_ = set(range(len(others)))
        while open_:
            best = max(found, key=lambda one: len(one[3] & open_), default=None)
            if best is None or not best[3] & open_:
                break
            patient, changes, outcome, told = best
            kills = tuple(others[place][0] for place in sorted(told & open_))
            self.rows.append(Row(rule, patient, changes, outcome, kills, self._why(rule, patient, changes, outcome)))
            open_ -= told
        return [others[place] for place in sorted(open_)]

    def _solve(self, rule: Rule, mutant: Mutant, mine: Compiled) -> None:
        witness = self.mutation.proof(mutant).patient(mutant)
        if witness is None:
            self.unanswered.append(mutant)
            return
        changes = tuple(
            (name, SENT_AS_UNKNOWN if value is None else text_of(self.vocabulary[name], value))
            for name, value in witness.facts.items()
        )
        states = self._states(rule, "", changes)
        if states is None:
            self.unanswered.append(mutant)
            return
        outcome = mine.outcome(states)[0]
        self.rows.append(Row(rule, "", changes, outcome, (mutant,), self._why(rule, "", changes, outcome)))

    def _why(self, rule: Rule, patient: str, changes: Changes, outcome: Outcome) -> str:
        """The clauses that decide, in the words of the vocabulary."""
        states = resolve(self.bench.guideline, self.vocabulary.read(self._facts(patient, changes))).states
        exception = rule.exception or ALWAYS
        if outcome is Outcome.NOT_APPLICABLE:
            tests = [one.test for one in reasons(rule.when, states, self.vocabulary, wanted=False)]
            if not tests:  # what is asked for is open, and an exception is met
                return _cell("never: " + "; ".join(one.test for one in reasons(exception, states, self.vocabulary)))
            return _cell(
                "only if " + "; ".join(test.removeprefix("not (").removesuffix(")") for test in dict.fromkeys(tests))
            )
        if outcome is Outcome.RULED_OUT:
            return _cell("; ".join(one.test for one in reasons(exception, states, self.vocabulary)))
        if outcome in (Outcome.UNDETERMINED, Outcome.PROVISIONAL):
            asked = [*clauses(rule.when), *clauses(exception)]
            open_ = [one.words for one in asked if truth(one, states, self.vocabulary) is None]
            return _cell("open: " + "; ".join(dict.fromkeys(open_)))
        changed = [f"{self.vocabulary[name].label} {value}" for name, value in changes]
        return _cell("also with " + "; ".join(changed) if changed else "everything asked is so")

    # ---- patients -------------------------------------------------------------------------------------------------------
    def _tiers(self, rule: Rule) -> Iterator[Iterable[tuple[str, Changes]]]:
        """Patients to try, those an author knows best first."""
        speaking = [one.scenario for one in self.mutation.trials.of(rule) if one.scenario.patient]
        own = list(dict.fromkeys(one.patient for one in speaking))
        facts = [name for name in self.vocabulary if name in self._sources[rule.id] and self.vocabulary[name].given]
        yield [(name, ()) for name in own]
        yield self._neighbours([(name, ()) for name in own], facts)
        changed = list(
            dict.fromkeys((one.patient, tuple(one.changed.items())) for one in speaking if len(one.changed) == 1)
        )
        yield self._neighbours(changed, facts)
        yield self._neighbours([(name, ()) for name in self.named if name not in own], facts)

    def _neighbours(self, bases: Iterable[tuple[str, Changes]], facts: Sequence[str]) -> Iterator[tuple[str, Changes]]:
        for patient, changes in bases:
            settled = dict(changes)
            for fact in facts:
                for value in self._values_of(fact):
                    if settled.get(fact) != value:
                        yield patient, tuple({**settled, fact: value}.items())

    def _values_of(self, fact: str) -> list[str]:
        """One value for each cell of a fact, as written in a step, and `unknown`."""
        found = self._values.get(fact)
        if found is None:
            cells, word = self.bench.cells[fact], self.vocabulary[fact]
            states = [state_of(cells, [place]) for place in range(cells.width)]
            found = self._values[fact] = [text_of(word, word.write(state)) for state in states] + ["unknown"]
        return found

    def _states(self, rule: Rule, patient: str, changes: Changes) -> tuple[int, ...] | None:
        """The resolved states, or None for facts that cannot be or that contradict each other."""
        try:
            resolved = self.bench.resolved(self._facts(patient, changes))[1]
        except (FactsError, ValueError):
            return None
        return None if resolved.stops and not rule.facts() & self._meant else tuple(resolved.states)

    def _facts(self, patient: str, changes: Changes) -> dict[str, Any]:
        facts = dict(self.named[patient]) if patient else {}
        for name, value in changes:
            set_fact(facts, self.vocabulary, name, value)
        return facts


def _cell(text: str) -> str:
    """The text as a cell of a Gherkin table, cut when it is long."""
    return shortened(text.replace("`", "").replace("|", "/").replace("<", "below "), 100)


def rule_as_mutant(rule: Rule) -> Mutant:
    """The rule itself, unchanged."""
    return Mutant(rule, "unchanged", ("when",), rule.when, rule.exception)


def _behind(mutation: Mutation) -> dict[str, frozenset[str]]:
    """For each rule the facts it asks and those they are derived from."""
    reads = {one.fact: one.facts() for one in mutation.guideline.derivations}

    def all_behind(names: Iterable[str]) -> frozenset[str]:
        found, waiting = set[str](), set(names)
        while waiting:
            name = waiting.pop()
            found.add(name)
            waiting |= reads.get(name, frozenset()) - found
        return frozenset(found)

    return {rule.id: all_behind(rule.facts()) for rule in mutation.rules}


# ---- output -------------------------------------------------------------------------------------------------------------
def gherkin(rows: Sequence[Row], *, title: str = "at its edges", mistakes: bool = False) -> str:
    """The rows as scenario outlines, one for each rule and number of changed facts; patients the solver wrote as scenarios of their own.

    With `mistakes` a comment above each row says what it would catch, so that the rows can be put into a feature as they are.
    """
    groups: dict[tuple[str, int], list[Row]] = {}
    for row in rows:
        if row.patient:
            groups.setdefault((row.rule.number, len(row.changes)), []).append(row)
    blocks = [_outline(group, title, mistakes) for group in groups.values()]
    blocks += [_scenario(row, title) for row in rows if not row.patient]
    return "\n\n".join(blocks) + ("\n" if blocks else "")


def _outline(rows: Sequence[Row], title: str, mistakes: bool) -> str:
    number, count = rows[0].rule.number, len(rows[0].changes)
    several = count > 1
    names = [(f"fact {place + 1}", f"value {place + 1}") if several else ("fact", "value") for place in range(count)]
    lines = [f"  @rule:{number}", f"  Scenario Outline: {number} {title}: <why>", '    Given the patient "<patient>"']
    lines += [f"    And the patient's <{fact}> is <{value}>" for fact, value in names]
    lines += ["    When the rules are evaluated", f"    Then {number} <outcome>", "", "    Examples:"]
    header = ["patient", *(word for pair in names for word in pair), "outcome", "why"]
    body = [[row.patient, *(word for pair in row.changes for word in pair), row.expectation, row.why] for row in rows]
    return "\n".join([*lines, *table(header, body, [row.mistake for row in rows] if mistakes else ())])


def _scenario(row: Row, title: str) -> str:
    lines = [f"  @rule:{row.rule.number}", f"  Scenario: {row.rule.number} {title}: {row.why}", "    Given a patient"]
    lines += [f"    And the patient's {fact} is {value}" for fact, value in row.changes]
    lines += ["    When the rules are evaluated", f"    Then {row.rule.number} {row.expectation}"]
    return "\n".join(lines)


def text(suggestions: Suggestions) -> str:
    """The rows, and how many mutants they would kill."""
    rows, parts = suggestions.rows, suggestions.parts.rows
    mutants = sum(len(row.kills) for row in rows) + sum(len(one.kills) for one in parts)
    lines = [block for block in (gherkin(rows, mistakes=True), gherkin_of_parts(parts)) if block]
    lines.append(
        f"\n# {len(rows) + len(parts)} rows tell {mutants} of {len(suggestions.mutation.survivors)} surviving mutants apart; "
        "confirm each outcome before it goes into a feature"
    )
    unanswered: list[AnyMutant] = [*suggestions.unanswered, *suggestions.parts.unanswered]
    lines += [f"# no patient could be written for {one.part}: {one.what}" for one in unanswered]
    return "\n".join(lines)


__all__ = ["Row", "Suggestions", "gherkin", "text"]
