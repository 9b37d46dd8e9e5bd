"""On random guidelines: what the analyser says never happens, never happens; what it prints, does."""

import copy
import datetime
import random
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

from hypothesis import given as drawn
from hypothesis import strategies as st

from engine import Guideline
from engine.authoring import questions, reach, redundancy
from engine.authoring.study import Study, nodes, without
from engine.inference.decide import Decider
from engine.inference.reference import Outcome, outcome, resolve
from engine.language.conditions import words
from tests.inference.standing import standing as reference_standing
from tests.strategies import examples, guidelines, loaded, patient

DAY = datetime.date(2026, 11, 22)
PATIENTS = 25


def study_of(files: Mapping[str, Any], rng: random.Random) -> Study:
    """The guideline with every question single, and one of them to be answered for some patients."""
    changed = copy.deepcopy(dict(files))
    about = changed["guideline.yaml"]["questions"]
    conditions = [
        data["when"]
        for name, data in changed.items()
        if name.startswith("recommendations/") and data["kind"] in ("recommend", "consider")
    ]
    for form in about.values():
        form["single"] = True
    if conditions:
        about[rng.choice(sorted(about))]["answered_when"] = rng.choice(conditions)
    return Study(loaded(changed), DAY, cross_check="off")


def patients(study: Study, rng: random.Random) -> list[dict[str, Any]]:
    return [patient(study.guideline, rng, study.patients.cells) for _ in range(PATIENTS)]


def standing(guideline: Guideline, decider: Decider, facts: Mapping[str, Any]) -> tuple[set[str], bool]:
    """The rules that stand, and whether the facts are free of contradiction."""
    judgement = decider.judge(guideline.vocabulary.read(dict(facts)))
    bits = judgement.standing.stands
    return {rule.id for place, rule in enumerate(guideline.rules) if bits >> place & 1}, not judgement.resolved.stops


@examples(ci=40, thorough=1500)
@drawn(guidelines(), st.integers(0, 2**32 - 1))
def test_two_rules_that_stand_together_are_a_conflict_that_was_printed(files: Mapping[str, Any], seed: int) -> None:
    rng = random.Random(seed)
    study = study_of(files, rng)
    printed = {
        frozenset(one.rules) for one in questions.conflicts(study)
    }  # each confirmed by the engine, or it would raise
    decider = Decider(study.guideline, "off")
    for facts in patients(study, rng):
        stands, consistent = standing(study.guideline, decider, facts)
        advice = [
            rule for rule in study.guideline.rules if rule.id in stands and rule.kind in ("recommend", "consider")
        ]
        for one, other in combinations(advice, 2):
            if consistent and one.question == other.question:
                assert frozenset({one.number, other.number}) in printed, facts


@examples(ci=40, thorough=1500)
@drawn(guidelines(), st.integers(0, 2**32 - 1))
def test_a_patient_without_answer_is_a_gap_that_was_printed(files: Mapping[str, Any], seed: int) -> None:
    rng = random.Random(seed)
    study = study_of(files, rng)
    printed = {one.message.split("`")[1] for one in questions.gaps(study) if one.code == "gap"}
    decider = Decider(study.guideline, "off")
    for question, condition in study.guideline.answered_when.items():
        for facts in patients(study, rng):
            given = study.guideline.vocabulary.read(dict(facts))
            states = resolve(study.guideline, given).states
            if questions.is_silent(study, [question], decider.judge(given)) and _true(
                study.guideline, condition, states
            ):
                assert question in printed, facts


def _true(guideline: Guideline, condition: Any, states: Any) -> bool:
    from engine.language.conditions import truth

    return truth(condition, states, guideline.vocabulary) is True


@examples(ci=40, thorough=1500)
@drawn(guidelines(), st.integers(0, 2**32 - 1))
def test_what_is_printed_is_so_when_the_reference_decides(files: Mapping[str, Any], seed: int) -> None:
    """Of a conflict two rules stand, of a gap no advice does, of a missing row the table is the contradiction: for the patient that is shown."""
    study = study_of(files, random.Random(seed))
    for one in (*questions.conflicts(study), *questions.gaps(study), *reach.missing_rows(study)):
        if one.witness is None:  # `answered_when` that nobody meets
            continue
        given = study.guideline.vocabulary.read(dict(one.witness.facts))
        resolution = resolve(study.guideline, given)
        decided = {rule.id: outcome(rule, resolution.states, study.guideline) for rule in study.guideline.rules}
        stands = {study.guideline.rule(name).number for name in reference_standing(study.guideline, decided).stands}
        name = one.message.split("`")[1]
        match one.code:
            case "conflict":
                stopping = [
                    code for code in resolution.contradictions if code[:7] == "no-row-" or _stops(study.guideline, code)
                ]
                assert set(one.rules) <= stands and not stopping, one.witness
            case "gap":
                advice = {rule.number for rule in questions.advice_of(study, [name])}
                assert not advice & stands, one.witness
                assert _true(study.guideline, study.guideline.answered_when[name], resolution.states), one.witness
            case "missing-row":
                assert f"no-row-{name}" in resolution.contradictions, one.witness


@examples(ci=40, thorough=1500)
@drawn(guidelines(), st.integers(0, 2**32 - 1))
def test_no_patient_gets_an_unreachable_rule(files: Mapping[str, Any], seed: int) -> None:
    rng = random.Random(seed)
    study = study_of(files, rng)
    dead = {number for one in reach.unreachable_rules(study) for number in one.rules}
    decider = Decider(study.guideline, "off")
    for facts in patients(study, rng):
        stands, consistent = standing(study.guideline, decider, facts)
        for rule in study.guideline.rules:
            assert not (rule.id in stands and consistent and rule.number in dead), (rule.number, facts)
    for rule in study.guideline.rules:  # and every other rule has a patient who gets it
        if rule.number not in dead:
            witness = study.patient(study.encoding.stands[rule.id], study.allowed(rule))
            assert witness is not None
            assert rule.id in study.standing(witness), witness


@examples(ci=40, thorough=1500)
@drawn(guidelines(), st.integers(0, 2**32 - 1))
def test_leaving_out_a_redundant_part_changes_no_outcome(files: Mapping[str, Any], seed: int) -> None:
    rng = random.Random(seed)
    study = study_of(files, rng)
    guideline = study.guideline
    messages = [one.message for one in redundancy.clauses(study) if one.code == "redundant-clause"]
    redundant = [
        (rule, replace(rule, when=without(rule.when, path)))
        for rule in guideline.rules
        for path, part in nodes(rule.when)
        if any(message.startswith(f"this makes no difference in `{rule.id}`: {words(part)} (") for message in messages)
        and not any(study.possible(*change, study.allowed(rule)) for change in _changes(study, rule, path))
    ]
    for facts in patients(study, rng):
        resolution = resolve(guideline, guideline.vocabulary.read(dict(facts)))
        if any(one.startswith("no-row-") or _stops(guideline, one) for one in resolution.contradictions):
            continue
        for rule, shorter in redundant:
            assert outcome(rule, resolution.states, guideline) is outcome(shorter, resolution.states, guideline), facts


def _changes(study: Study, rule: Any, path: tuple[int, ...]) -> list[tuple[int, ...]]:
    return [
        change
        for one in redundancy._candidates(study)
        if one.rule is rule and one.within == ("when",) and one.path == path
        for change in one.differs
    ]


def _stops(guideline: Guideline, code: str) -> bool:
    return any(one.code == code and one.stop for one in guideline.contradictions)


@examples(ci=40, thorough=1500)
@drawn(guidelines(), st.integers(0, 2**32 - 1))
def test_a_part_that_is_not_redundant_has_a_patient_for_whom_it_matters(files: Mapping[str, Any], seed: int) -> None:
    rng = random.Random(seed)
    study = study_of(files, rng)
    guideline = study.guideline
    for one in rng.sample(redundancy._candidates(study), k=min(6, len(redundancy._candidates(study)))):
        for change in one.differs:
            witness = study.patient(*change, study.allowed(one.rule))
            if witness is None:
                continue
            left = without(one.condition, one.path)
            if one.within == ("when",):
                shorter = replace(one.rule, when=left)
            else:
                index = int(one.within[1])
                unless = (
                    *one.rule.unless[:index],
                    replace(one.rule.unless[index], when=left),
                    *one.rule.unless[index + 1 :],
                )
                shorter = replace(one.rule, unless=unless)
            states = resolve(guideline, guideline.vocabulary.read(dict(witness.facts))).states
            assert outcome(one.rule, states, guideline) is not outcome(shorter, states, guideline), (one.path, witness)


@examples(ci=40, thorough=1500)
@drawn(guidelines(), st.integers(0, 2**32 - 1))
def test_exceptions_and_overrides_said_to_be_idle_never_matter(files: Mapping[str, Any], seed: int) -> None:
    rng = random.Random(seed)
    study = study_of(files, rng)
    guideline = study.guideline
    unmet = {(one.rules[0], one.place) for one in reach.exceptions(study)}
    idle = {(one.rules[0], one.message.split("`")[1]) for one in reach.overrides(study)}
    decider = Decider(guideline, "off")
    for facts in patients(study, rng):
        given = guideline.vocabulary.read(dict(facts))
        judgement = decider.judge(given)
        if judgement.resolved.stops:
            continue
        states = resolve(guideline, given).states
        overridden = {
            (guideline.rules[by].number, guideline.rules[place].id)
            for place, others in judgement.standing.overridden
            for by in others
        }
        assert not overridden & idle, facts
        for rule in guideline.rules:
            for index, one in enumerate(rule.unless):
                if (rule.number, study.place(rule, ("unless", index, "when"))) in unmet:
                    met = outcome(replace(rule, unless=(one,)), states, guideline) is Outcome.RULED_OUT
                    assert not met, facts
