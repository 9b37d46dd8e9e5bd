"""Trying every value of an open fact says what each of them leads to, and no more."""

import random
from typing import Any

import pytest

from engine import Guideline
from engine.inference.cases import Cases
from engine.inference.decide import Decider
from engine.inference.index import places
from engine.language.states import State
from engine.language.vocabulary import Given
from tests.inference.patients import likely_patient
from tests.strategies import rounds


@pytest.fixture(scope="session")
def cases(guideline: Guideline) -> Cases:
    assert guideline.about.hooks is not None
    return Cases(guideline, guideline.about.hooks.suppose)


def standing(decider: Decider, given: dict[str, Given]) -> set[str]:
    return {decider.guideline.rules[place].id for place in places(decider.judge(given).standing.stands)}


def one_of(values: Any) -> Given:
    state: State = frozenset(values)
    return Given(state)


def test_what_stands_in_every_case_stands_once_the_facts_are_known(
    decider: Decider, cases: Cases, guideline: Guideline
) -> None:
    """Whatever of the tried values turns out to be so, a rule that stood in all cases stands, unless facts contradict each other then."""
    assert guideline.about.hooks is not None
    forms = guideline.about.hooks.suppose
    rng = random.Random(7)
    compared = 0
    for _ in range(rounds(ci=150, thorough=5_000)):
        facts = likely_patient(decider.guideline, rng, decider.resolver.cells)
        for form in forms:
            if rng.random() < 0.7:
                facts.pop(form.fact, None)
        facts.pop("pathway", None)
        given = dict(decider.guideline.vocabulary.read(facts))
        found = cases.of(decider, given)
        if not found:
            continue
        always = set.intersection(
            *({decider.guideline.rules[place].id for place in places(one.judgement.standing.stands)} for one in found)
        )
        assert len({one.words for one in found}) == len(found)
        known = dict(given)
        for form in forms:
            value = rng.choice(sorted(form.cases))
            if form.fact not in facts:
                known |= decider.guideline.vocabulary.read({form.fact: value, **form.cases[value].also})
        if not decider.judge(known).resolved.stops:
            compared += 1
            assert always <= standing(decider, known), facts
    assert compared > 20


def test_nothing_is_tried_where_nothing_is_open_or_the_facts_contradict_each_other(
    decider: Decider, cases: Cases
) -> None:
    read = decider.guideline.vocabulary.read

    assert cases.of(decider, read({"treatment_phase": "work_up", "m_category": "M0"})) == []
    assert cases.of(decider, read({"nodes_positive": 5, "nodes_examined": 2})) == []


def test_what_is_known_in_part_leaves_only_the_cases_that_fit_it(decider: Decider, cases: Cases) -> None:
    given = decider.guideline.vocabulary.read(
        {"treatment_phase": {"one_of": ["adjuvant", "post_neoadjuvant"]}, "m_category": "M0"}
    )

    assert len(cases.of(decider, given)) == 2
    assert len(cases.of(decider, {**given, "pathway": one_of(["surgery_first"])})) == 1
