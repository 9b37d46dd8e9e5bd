"""The index beyond what test_invariants.py holds of it: long masks, many combinations, and answers straight from values."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import FactsError, default_rules, load
from engine.inference import index as index_module
from engine.inference.decide import Decider
from engine.inference.direct import Direct
from engine.inference.facts import Resolver
from engine.inference.index import Index, places
from engine.inference.space import cells_of
from tests.benchmarks.peers import ours, ruleset


@given(st.sets(st.integers(0, 5000)))
def test_places_are_the_set_bits_however_long_the_mask(expected: set[int]) -> None:
    assert places(sum(1 << place for place in expected)) == sorted(expected)


def _direct(count: int) -> tuple[list[ruleset.Condition], Decider]:
    rules = ruleset.rules(count)
    return rules, Decider(ours.guideline(rules), "off")


@pytest.mark.parametrize("count", [1, 40, 400])
def test_values_give_the_truth_of_every_rule_and_a_fact_left_out_is_unknown(count: int) -> None:
    rules, direct = _direct(count)
    for unknown in (0.0, 0.3):
        patients = ruleset.patients(100, seed=3, unknown=unknown)
        for patient, (holds, undecided) in zip(patients, ruleset.reference(rules, patients), strict=True):
            spoken = {name: value for name, value in patient.items() if value is not None}
            for form in (patient, spoken):
                found = direct.match(form)
                assert (places(found.firm), places(found.undetermined)) == (holds, undecided)


def test_answers_stay_right_when_more_combinations_come_than_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "LARGEST_GROUP", 20)
    rules, direct = _direct(40)
    patients = ruleset.patients(500, seed=4, unknown=0.2)
    random.Random(1).shuffle(patients)

    found = [places(direct.match(patient).firm) for patient in patients]

    assert found == [holds for holds, _ in ruleset.reference(rules, patients)]


def test_a_value_the_vocabulary_does_not_have_is_refused_by_its_fact() -> None:
    _, direct = _direct(40)
    with pytest.raises(FactsError) as caught:
        direct.match({"code_a": "nothing of the kind"})
    assert [problem.fact for problem in caught.value.problems] == ["code_a"]
    assert "nothing of the kind" not in str(caught.value.problems[0])


@pytest.mark.parametrize("complete", [True, False])
def test_a_name_the_vocabulary_does_not_have_is_refused(complete: bool) -> None:
    _, direct = _direct(40)
    facts = ruleset.patients(1, seed=3)[0] if complete else {}
    with pytest.raises(FactsError) as caught:
        direct.match({**facts, "code_aa": "x"})
    assert [problem.fact for problem in caught.value.problems] == ["code_aa"]


def test_outcomes_by_the_index_alone_are_those_of_a_decision_where_facts_are_derived() -> None:
    decider = Decider(load(default_rules()))
    facts = {"er_percent": 0, "pr_percent": 0, "her2_ihc": "0", "ct": "T2", "cn": "N1", "m_category": "M0"}

    found = decider.match(facts)

    assert found == decider.judge(decider.guideline.vocabulary.read(facts)).outcomes
    assert found.undetermined


def test_rules_that_ask_derived_or_assumed_facts_are_refused() -> None:
    guideline = load(default_rules())
    cells = cells_of(guideline)
    position = Resolver(guideline, cells).position
    with pytest.raises(ValueError, match="derived or assumed"):
        Direct(guideline, Index(guideline, cells, position), cells, position)
