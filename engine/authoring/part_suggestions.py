"""Rows for mutants of tables, contradictions and assumptions: the smallest patient for whom the fact, or the contradiction, is another one."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.authoring.examples import table
from engine.authoring.mutation import Mutation
from engine.authoring.part_mutants import PartMutant
from engine.authoring.part_trials import Retrial
from engine.authoring.trials import Bench
from engine.authoring.witness import Witness, smallest
from engine.language.guideline import Contradiction
from engine.language.problems import shortened
from engine.language.scenarios import SENT_AS_UNKNOWN, Expectation, Scenario, text_of


@dataclass(frozen=True)
class PartRow:
    """A patient (facts as written in steps), what is said of the part today, and the mistakes that this would catch."""

    part: str
    facts: tuple[tuple[str, str], ...]
    expectation: str
    kills: tuple[PartMutant, ...]


class PartSuggestions:
    """Rows for every part mutant that survives; `unanswered` are those no patient could be written for."""

    def __init__(self, mutation: Mutation) -> None:
        self.mutation, self.vocabulary = mutation, mutation.guideline.vocabulary
        day = mutation.day
        self.bench = mutation.trials.benches.get(day) or Bench(mutation.guideline, day)
        self.rows: list[PartRow] = []
        self.unanswered: list[PartMutant] = []
        left = [one for one in mutation.survivors if isinstance(one, PartMutant)]
        while left:
            first = left[0]
            row, killed = self._row(first, day, [one for one in left if one.part == first.part])
            if row is None:
                self.unanswered.append(first)
            else:
                self.rows.append(row)
            left = [one for one in left if one is not first and one not in killed]

    def _row(
        self, mutant: PartMutant, day: datetime.date, left: Sequence[PartMutant]
    ) -> tuple[PartRow | None, list[PartMutant]]:
        witness = self._patient(mutant)
        if witness is None:
            return None, []
        for expected in self._expectations(mutant, witness.facts):
            trial = self.bench.trial(Scenario("", "", 0, day, witness.facts, (Expectation("", expected),)))
            retrial = Retrial(self.bench, [trial])
            if retrial.killer(mutant) is not None:
                killed = [one for one in left if retrial.killer(one) is not None]
                return PartRow(mutant.part, self._written(witness.facts), expected, tuple(killed)), killed
        return None, []

    def _patient(self, mutant: PartMutant) -> Witness | None:
        proof = self.mutation.proof(mutant)
        if not isinstance(
            mutant.old, Contradiction
        ):  # the fact itself, which is shown too, differs for a smaller patient
            variant, formula = proof.variant(mutant), proof.formula
            pairs = zip(variant.states[mutant.part], proof.resolution.states[mutant.part], strict=True)
            differ = formula.any_of(formula.differ(*pair) for pair in pairs)
            found = smallest(proof.patients, [differ, proof.resolution.consistent], self.vocabulary)
            if found is not None:
                return found
        return proof.patient(mutant)

    def _expectations(self, mutant: PartMutant, facts: Mapping[str, Any]) -> Iterator[str]:
        resolved = self.bench.resolved(facts)[1]
        if isinstance(mutant.old, Contradiction):
            yield f"contradiction {mutant.part} is {'' if mutant.part in resolved.codes else 'not '}reported"
            yield "the status is contradiction" if resolved.stops else "no contradiction is reported"
            return
        fact, place = self.vocabulary[mutant.part], self.bench.resolver.position[mutant.part]
        bits = resolved.states[place]
        if fact.numeric:
            if resolved.sources.get(place) == "assumed":
                yield f"the fact {fact.name} is assumed"
            state = next((one.state for at, _, one in resolved.assumed if at == place), fact.everything)
        else:
            state = self.bench.cells[fact.name].back(bits)
        if state != fact.everything:
            yield f"the fact {fact.name} is {text_of(fact, fact.write(state))}"
            return
        yield f"the fact {fact.name} is unknown"
        if not fact.numeric:  # where `unknown` covers every open state
            yield f"the fact {fact.name} is {' or '.join(text_of(fact, value) for value in fact.values)}"

    def _written(self, facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        return tuple(
            (name, SENT_AS_UNKNOWN if value is None else text_of(self.vocabulary[name], value))
            for name, value in facts.items()
        )


def gherkin(rows: Sequence[PartRow]) -> str:
    """The rows as scenario outlines, one for each part and set of facts."""
    groups: dict[tuple[str, tuple[str, ...], str], list[PartRow]] = {}
    for row in rows:
        stem, _ = _split(row.expectation)
        groups.setdefault((row.part, tuple(name for name, _ in row.facts), stem), []).append(row)
    return "\n\n".join(_outline(*key, group) for key, group in groups.items())


def _split(expectation: str) -> tuple[str, str]:
    """`the fact <name> is`, `<answer>`."""
    stem, _, answer = expectation.partition(" is ")
    return f"{stem} is", answer


def _outline(part: str, names: tuple[str, ...], stem: str, rows: Sequence[PartRow]) -> str:
    lines = [
        f"  Scenario Outline: {part} at its edges: {', '.join(f'<{name}>' for name in names) or 'nothing is known'}"
    ]
    lines += ["    Given a patient", *(f"    And the patient's {name} is <{name}>" for name in names)]
    lines += ["    When the rules are evaluated", f"    Then {stem} <answer>", "", "    Examples:"]
    body = [(*(value for _, value in row.facts), _split(row.expectation)[1]) for row in rows]
    return "\n".join([*lines, *table((*names, "answer"), body, [_caught(row) for row in rows])])


def _caught(row: PartRow) -> str:
    return shortened(row.kills[0].what.replace("`", ""), 100)


__all__ = ["PartRow", "PartSuggestions", "gherkin"]
