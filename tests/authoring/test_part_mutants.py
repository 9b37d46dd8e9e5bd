"""`mutate` changes tables, contradictions and assumptions too: each verdict is what the engine says of the guideline with the mistake in it."""

import datetime
import random
from pathlib import Path

import pytest

from engine import Guideline, load
from engine.authoring.mutation import EQUIVALENT, KILLED, SURVIVES, Mutation
from engine.authoring.part_mutants import PartMutant, part_mutants
from engine.authoring.part_suggestions import PartSuggestions, gherkin
from engine.authoring.part_trials import Retrial
from engine.authoring.revisions import changed_parts
from engine.authoring.trials import Trials
from engine.inference.reference import outcomes, resolve
from engine.language.scenarios import Expectation, Scenario, read_scenarios
from tests.authoring.workshop import LENDING, changed, copied, scenarios
from tests.strategies import patient

DAY = datetime.date(2026, 3, 1)
HEAD = "Feature: more\n  Background:\n    Given the guideline as of 2026-03-01\n\n"


def whats(name: str) -> list[str]:
    return [one.what for one in part_mutants(load(LENDING), frozenset({name}))]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("adult", "`Age: at least 17 years` instead of `Age: at least 18 years`"),
        ("adult", "`Age: at least 19 years` instead of `Age: at least 18 years`"),
        ("adult", "not `Age: at least 18 years`"),
        ("level", "`silver` instead of `bronze`"),
        ("level", "`silver, gold` without `gold`"),
        ("level", "leave out this row"),
        ("level", "any value instead of the same as `card_level_given`"),
        ("risk", "`*` instead of `Tool: chain saw`"),
        ("risk", "`low` instead of `high`"),
        ("C01", "the two numbers the other way round"),
        ("C01", "leave it out"),
        ("C01", "warn instead of stop"),
        ("C03", "leave out `disjoint`"),
        ("card_series", "assume nothing of `card_series`"),
        ("card_series", "assume it also when the fact is sent as unknown"),
    ],
)
def test_every_kind_of_mistake_is_made_outside_the_rules(name: str, what: str) -> None:
    assert what in whats(name)


def test_a_mutant_changes_its_part_and_nothing_else() -> None:
    guideline = load(LENDING)

    for one in part_mutants(guideline):
        other = one.applied(guideline)
        parts = [guideline.derivations != other.derivations, guideline.contradictions != other.contradictions,
                 guideline.assumptions != other.assumptions]  # fmt: skip
        assert sum(parts) == 1, one.what


def answers(guideline: Guideline, facts: dict[str, object]) -> tuple[object, ...]:
    """By the definition: the states, the contradictions, and the outcomes of a patient."""
    given = guideline.vocabulary.read(facts)
    seen = resolve(guideline, given)
    return seen.contradictions, outcomes(guideline, given)


def test_a_trial_under_a_mutant_is_what_the_definition_says_of_the_changed_guideline() -> None:
    guideline, rng = load(LENDING).as_of(DAY), random.Random(1)
    everyone = [patient(guideline, rng) for _ in range(60)]
    mutants = rng.sample(list(part_mutants(guideline)), 60)
    cases = [Scenario(str(n), "x", n, DAY, facts) for n, facts in enumerate(everyone)]
    trials = Trials(guideline, cases, [part for one in mutants for part in one.conditions])
    bench = trials.benches[DAY]
    retrial = Retrial(bench, trials.all)

    for one in mutants:
        other, resolver = one.applied(guideline), retrial.resolver(one)
        affected = {trial.scenario.line for trial in retrial.affected(one)}
        for trial in trials.all:
            facts = dict(trial.scenario.facts)
            resolved = resolver.resolve(trial.given)
            assert resolved.codes == resolve(other, other.vocabulary.read(facts)).contradictions, (one.what, facts)
            for name, outcome in outcomes(other, other.vocabulary.read(facts)).items():
                found = bench.index.match(resolved.states)
                assert bool(found.firm >> bench.place[name] & 1) == (outcome.value == "firm"), (one.what, facts)
            if trial.scenario.line not in affected:
                assert answers(other, facts) == answers(guideline, facts), (one.what, facts)


def test_what_is_called_equivalent_is_so_for_random_patients_and_what_survives_has_a_witness(tmp_path: Path) -> None:
    guideline, rng = load(LENDING), random.Random(2)
    found = Mutation(guideline, scenarios(tmp_path, guideline), ["level", "risk", "C03", "card_series", "adult"])
    today = guideline.as_of(found.day)
    everyone = [patient(today, rng) for _ in range(80)]
    assert {one.fate for one in found.verdicts} >= {EQUIVALENT, SURVIVES}

    for verdict in found.verdicts:
        mutant = verdict.mutant
        assert isinstance(mutant, PartMutant)
        other = mutant.applied(today)
        if verdict.fate == EQUIVALENT:
            assert all(
                answers(today, facts) == answers(other, facts) for facts in everyone if not refused(today, facts)
            )
        if verdict.fate == SURVIVES:
            witness = found.proof(mutant).patient(mutant)
            assert witness is not None
            assert answers(today, dict(witness.facts)) != answers(other, dict(witness.facts)), mutant.what


def refused(guideline: Guideline, facts: dict[str, object]) -> bool:
    return bool(resolve(guideline, guideline.vocabulary.read(facts)).contradictions)


def test_suggested_rows_kill_what_survived_outside_the_rules(tmp_path: Path) -> None:
    guideline, parts = load(LENDING), ["adult", "level", "C01", "C04", "card_series"]
    before = Mutation(guideline, scenarios(tmp_path, guideline), parts)
    assert before.survivors

    found = PartSuggestions(before)
    (tmp_path / "features" / "more.feature").write_text(HEAD + gherkin(found.rows))
    after = Mutation(guideline, read_scenarios(tmp_path / "features", guideline.vocabulary), parts)

    assert after.survivors == found.unanswered == []


@pytest.mark.parametrize(
    ("facts", "expected", "kills"),
    [
        ({"age_years": 18}, "the fact adult is true", "`Age: at least 19 years` instead of `Age: at least 18 years`"),
        ({"age_years": 17}, "the fact adult is false", "`Age: at least 17 years` instead of `Age: at least 18 years`"),
        ({"items_out": 3, "items_allowed": 2}, "contradiction C01 is reported", "leave it out"),
        ({"items_out": 3, "items_allowed": 2}, "the status is contradiction", "warn instead of stop"),
        ({"tool": "hand_saw", "last_test_months": 2}, "no contradiction is reported", "stop instead of warn"),
        (
            {"member_years": 2, "card_level_given": "gold"},
            "the fact card_series is assumed",
            "assume nothing of `card_series`",
        ),
    ],
)
def test_what_is_expected_of_facts_and_contradictions_kills(
    facts: dict[str, object], expected: str, kills: str
) -> None:
    guideline = load(LENDING)
    found = Mutation(guideline, [Scenario("a", "x", 1, DAY, facts, (Expectation("", expected),))])

    assert kills in [one.mutant.what for one in found.verdicts if one.fate == KILLED]


@pytest.mark.parametrize(
    ("file", "old", "new", "names"),
    [
        ("adult.yaml", "ge: 18", "ge: 17", {"adult"}),
        ("risk.csv", "drill,sound,<=24,low", "drill,sound,<=24,medium", {"risk"}),
        ("contradictions.yaml", "age_years: {lt: 14}", "age_years: {lt: 16}", {"C02"}),
        ("borrower.yaml", "member_years: {gt: 6}", "member_years: {gt: 7}", {"card_series"}),
        ("lend-hand-tools.yaml", "tool: hand\n", "tool: ladder\n", set()),
    ],
)
def test_only_parts_that_changed_or_read_what_changed_are_named(
    tmp_path: Path, file: str, old: str, new: str, names: set[str]
) -> None:
    found = changed_parts(load(LENDING), changed(copied(tmp_path), file, old, new))

    assert names <= set(found)
    assert bool(found) == bool(names)
