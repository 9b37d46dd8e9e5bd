"""The analyser's encoding says of every patient state what the definition says: states, contradictions, outcomes, what stands, what is asked."""

import datetime
import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from engine import Guideline, default_rules, load
from engine.authoring import formula as formula_module
from engine.authoring.cells import Patients, always_greater, cells_over
from engine.authoring.encoding import Encoding
from engine.authoring.formula import FALSE, TRUE, Formula
from engine.authoring.witness import sent_as, smallest
from engine.inference.decide import Decider
from engine.inference.index import Outcomes
from engine.inference.reference import Outcome, outcome, resolve
from engine.inference.standing import Composer
from engine.language.states import Interval, point
from tests.strategies import examples, guidelines, loaded, patient, rounds, some_guideline

DAY = datetime.date(2026, 11, 22)


class Twin:
    """A guideline as logic beside its definition."""

    def __init__(self, guideline: Guideline) -> None:
        self.guideline = guideline
        self.patients = Patients(Formula(), cells_over([guideline]))
        self.encoding = Encoding(guideline, self.patients)
        self.decider = Decider(guideline, "off")
        self.composer = Composer(guideline)

    def differences(self, facts: Mapping[str, Any]) -> list[str]:
        """Everything the encoding says otherwise of the patient sent as these facts."""
        encoding, guideline, formula = self.encoding, self.guideline, self.patients.formula
        if not formula.example(sent_as(self.patients, facts)):
            return ["the encoding has no such patient"]
        given = guideline.vocabulary.read(dict(facts))
        defined = resolve(guideline, given)
        found = []
        for name, bits in encoding.states.items():
            said = sum(1 << place for place, literal in enumerate(bits) if formula.holds(literal))
            cells = self.patients.cells[name]
            if said != cells.state(defined.states[name]) & cells.everything:
                found.append(f"state of {name}: {defined.states[name]} by definition, bits {said:b}")
        found += self._compare(
            "contradiction",
            encoding.contradictions,
            {code: code in defined.contradictions for code in encoding.contradictions},
        )
        stops = {one.code for one in guideline.contradictions if one.stop}
        found += self._compare(
            "",
            {"consistent": encoding.consistent},
            {"consistent": not any(code in stops or code.startswith("no-row-") for code in defined.contradictions)},
        )
        outcomes = {rule.id: outcome(rule, defined.states, guideline) for rule in guideline.rules}
        for kind, literals in (
            (Outcome.FIRM, encoding.firm),
            (Outcome.PROVISIONAL, encoding.provisional),
            (Outcome.RULED_OUT, encoding.ruled_out),
            (Outcome.UNDETERMINED, encoding.undetermined),
        ):
            found += self._compare(kind, literals, {rule: one is kind for rule, one in outcomes.items()})
        masks = {
            kind: sum(1 << place for place, rule in enumerate(guideline.rules) if outcomes[rule.id] is kind)
            for kind in Outcome
        }
        excepted_open = sum(
            1 << place
            for place, rule in enumerate(guideline.rules)
            if formula.holds(encoding.applies[rule.id])
            and rule.exception
            and formula.holds(encoding.unknown(rule.exception))
        )
        reached = Outcomes(
            masks[Outcome.FIRM],
            masks[Outcome.PROVISIONAL],
            masks[Outcome.RULED_OUT],
            masks[Outcome.UNDETERMINED],
            excepted_open,
        )
        standing = self.composer.compose(reached)
        places = {rule.id: place for place, rule in enumerate(guideline.rules)}
        found += self._compare(
            "standing", encoding.stands, {rule: bool(standing.stands >> place & 1) for rule, place in places.items()}
        )
        bits = [self.decider.resolver.cells[name].state(defined.states[name]) for name in guideline.vocabulary]
        needs, _ = self.decider.needs.of(reached, bits, standing.counted)
        named = {place for one in needs for place in one.decides}
        found += self._compare(
            "asks",
            encoding.asks,
            {rule: place in named and outcomes[rule] is Outcome.UNDETERMINED for rule, place in places.items()},
        )
        return found

    def _compare(self, what: str, literals: Mapping[str, int], expected: Mapping[str, bool]) -> list[str]:
        holds = self.patients.formula.holds
        return [
            f"{what} {name}: {expected[name]} by definition"
            for name, literal in literals.items()
            if holds(literal) != expected[name]
        ]


@examples(ci=60, thorough=2000)
@drawn(guidelines(), st.integers(0, 2**32 - 1))
def test_the_encoding_is_the_definition_on_random_guidelines(files: Mapping[str, Any], seed: int) -> None:
    guideline, rng = loaded(files), random.Random(seed)
    twin = Twin(guideline)
    for _ in range(12):
        facts = patient(guideline, rng, twin.patients.cells)
        assert twin.differences(facts) == [], facts


def test_the_encoding_is_the_definition_on_the_real_guideline() -> None:
    guideline, rng = load(default_rules()).as_of(DAY), random.Random(20261122)
    twin = Twin(guideline)
    for _ in range(rounds(ci=400, thorough=20_000)):
        facts = patient(guideline, rng, twin.patients.cells)
        assert twin.differences(facts) == [], facts


@examples(ci=40, thorough=1000)
@drawn(guidelines(), st.integers(0, 2**32 - 1))
def test_a_witness_is_what_it_was_asked_for_and_nothing_of_it_can_be_left_out(
    files: Mapping[str, Any], seed: int
) -> None:
    guideline, rng = loaded(files), random.Random(seed)
    twin = Twin(guideline)
    rule = rng.choice(guideline.rules).id
    wanted = rng.choice(
        (twin.encoding.firm, twin.encoding.stands, twin.encoding.undetermined, twin.encoding.provisional)
    )[rule]
    witness = smallest(twin.patients, [wanted], guideline.vocabulary)
    formula = twin.patients.formula
    if witness is None:
        for _ in range(20):
            assert formula.example(sent_as(twin.patients, patient(guideline, rng, twin.patients.cells)))
            assert not formula.holds(wanted)
        return
    assert formula.example(sent_as(twin.patients, witness.facts))
    assert formula.holds(wanted), witness
    assert twin.differences(witness.facts) == []
    for name in witness.facts:
        smaller = {other: value for other, value in witness.facts.items() if other != name}
        assert formula.example(sent_as(twin.patients, smaller))
        assert not formula.holds(wanted), (witness, name)


def test_a_witness_is_the_same_with_any_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for solver in ("cadical195", "minisat22"):
        monkeypatch.setattr(formula_module, "SOLVER", solver)
        rng = random.Random(5)
        guideline = loaded(some_guideline(rng))
        twin = Twin(guideline)
        found.append(
            [smallest(twin.patients, [literal], guideline.vocabulary) for literal in twin.encoding.stands.values()]
        )
    assert found[0] == found[1]
    assert any(found[0])


@examples(ci=60, thorough=2000)
@drawn(st.integers(0, 2**32 - 1))
def test_gates_are_equivalent_to_what_they_stand_for(seed: int) -> None:
    rng, formula = random.Random(seed), Formula()
    inputs = [formula.new() for _ in range(4)]
    for _ in range(10):
        some = [rng.choice((1, -1)) * rng.choice((*inputs, TRUE, FALSE)) for _ in range(rng.randint(0, 4))]
        together, either = formula.all_of(some), formula.any_of(some)
        assert formula.example([rng.choice((1, -1)) * one for one in inputs])
        assert formula.holds(together) == all(formula.holds(one) for one in some)
        assert formula.holds(either) == any(formula.holds(one) for one in some)


@examples(ci=200, thorough=5000)
@drawn(st.integers(0, 2**32 - 1))
def test_which_of_two_numbers_is_greater_is_left_open_only_where_it_is(seed: int) -> None:
    rng = random.Random(seed)
    cells = [_cell(rng) for _ in range(2)]
    seen = set()
    for _ in range(60):
        first, second = (_number(cell, rng) for cell in cells)
        seen.add(first > second)
    answer = always_greater(*cells)
    assert seen <= ({answer} if answer is not None else {True, False})


def _cell(rng: random.Random) -> Interval:
    low, high = sorted(rng.sample(range(6), 2))
    return point(low) if rng.random() < 0.4 else Interval(low, high, True, True)


def _number(cell: Interval, rng: random.Random) -> float:
    return cell.low if cell.single else rng.uniform(cell.low + 1e-9, cell.high - 1e-9)
