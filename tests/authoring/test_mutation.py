"""`mutate` notices which mistakes scenarios would not; `suggest-tests` writes scenarios that would."""

import os
import random
from dataclasses import replace
from pathlib import Path

import pytest

from engine import default_rules, load
from engine.authoring.changes import step_of
from engine.authoring.commands_tests import mutate, suggest
from engine.authoring.expectations import scenarios_of
from engine.authoring.mutants import mutants
from engine.authoring.mutation import EQUIVALENT, KILLED, SURVIVES, Mutation
from engine.authoring.suggestions import Suggestions, gherkin
from engine.inference.reference import outcome, resolve
from engine.language.conditions import Any_
from engine.language.rules import Unless
from engine.language.scenarios import named_patients, read_scenarios
from tests.authoring.workshop import LENDING, OPEN, copied, features, scenarios

FEATURES = default_rules().parent / "features"


def whats(number: str) -> list[str]:
    guideline = load(LENDING)
    return [one.what for one in mutants(guideline.rule(number), guideline.vocabulary)]


def test_every_kind_of_mistake_is_made() -> None:
    found = whats("LND-02")

    for part in (
        "`any` instead of `all`",
        "leave out `",
        "not `",
        "leave out the exception `",
        "in an exception `Overdue items: at least 2`",
    ):
        assert any(part in one for one in found), part


def test_a_code_too_many_too_few_and_another_one() -> None:
    found = [one for one in whats("LND-03") if one.startswith("`Risk")]

    assert len(found) == len(set(found)) > 0


@pytest.mark.parametrize(("bound", "step"), [(20, 1), (1.5, 0.1), (0.25, 0.01), (7, 1)])
def test_a_step_is_one_in_the_last_digit(bound: float, step: float) -> None:
    assert step_of(bound, integers=False) == step
    assert step_of(bound, integers=True) == 1


def test_a_mutant_is_killed_when_its_scenario_is_there_and_survives_without(tmp_path: Path) -> None:
    guideline = load(LENDING)

    def survivors(*further: str) -> set[str]:
        return {one.what for one in Mutation(guideline, scenarios(tmp_path, guideline, *further), ["LND-01"]).survivors}

    assert "in an exception `Overdue items: at least 2` instead of `Overdue items: at least 1`" not in survivors()
    assert survivors(OPEN) <= survivors()


def test_without_scenarios_nothing_is_killed() -> None:
    guideline = load(LENDING)
    found = Mutation(guideline, [], ["LND-01"])

    assert found.count(KILLED) == 0
    assert found.score == 0


def test_what_is_called_equivalent_is_so_for_every_scenario_and_what_survives_is_not() -> None:
    """The definition, asked of whole rules with the mutant's conditions, agrees with every verdict."""
    guideline = load(default_rules())
    known = read_scenarios(FEATURES, guideline.vocabulary)
    found = Mutation(guideline, known, ["NEO-10", "STR-03", "SAF-08"])
    states = [resolve(guideline, guideline.vocabulary.read(dict(one.facts))) for one in known[::9]]

    for verdict in found.verdicts:
        mutant = verdict.mutant
        parts = () if mutant.exception is None else (Unless(mutant.exception, ""),)
        rule = replace(mutant.rule, when=mutant.when, unless=parts)
        differ = [
            one
            for one in states
            if outcome(rule, one.states, guideline) is not outcome(mutant.rule, one.states, guideline)
        ]
        if verdict.fate == EQUIVALENT:
            assert [one for one in differ if not one.contradictions] == []
        if verdict.fate == SURVIVES:
            witness = found.proof(mutant).patient(mutant)
            assert witness is not None
            seen = resolve(guideline, guideline.vocabulary.read(dict(witness.facts))).states
            assert outcome(rule, seen, guideline) is not outcome(mutant.rule, seen, guideline)


def test_an_equivalent_mutant_is_proved_so(tmp_path: Path) -> None:
    """Two alternatives of which one implies the other: leaving that one out changes nothing."""
    guideline = load(LENDING)
    rule = guideline.rule("DEP-02")
    clause = rule.when.parts[-1]  # type: ignore[union-attr]
    wider = replace(rule, when=Any_((rule.when, replace_all(rule.when, clause))))
    guideline = replace(guideline, rules=tuple(wider if one.id == rule.id else one for one in guideline.rules))

    found = Mutation(guideline, scenarios(tmp_path, guideline), ["DEP-02"])

    assert EQUIVALENT in {one.fate for one in found.verdicts}


def replace_all(when: object, clause: object) -> object:
    """The same condition with one clause said twice."""
    from engine.language.conditions import All

    assert isinstance(when, All)
    return All((*when.parts, clause))  # type: ignore[arg-type]


def test_suggested_rows_kill_what_survived(tmp_path: Path) -> None:
    guideline = load(LENDING)
    before = Mutation(guideline, scenarios(tmp_path, guideline), ["LND-01"])
    assert before.survivors != []

    rows = Suggestions(before, named_patients(tmp_path / "features")).rows
    further = "Feature: more\n  Background:\n    Given the guideline as of 2026-03-01\n\n" + gherkin(rows)
    (tmp_path / "features" / "more.feature").write_text(further)

    after = Mutation(guideline, read_scenarios(tmp_path / "features", guideline.vocabulary), ["LND-01"])
    assert after.survivors == []


def test_what_suggest_tests_prints_can_be_put_into_a_feature_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    guideline, root = load(LENDING), copied(tmp_path)
    features(tmp_path)
    assert suggest(root) == 0
    printed = capsys.readouterr().out
    assert "# catches: " in printed and "only if\n" not in printed

    head = "Feature: more\n  Background:\n    Given the guideline as of 2026-03-01\n\n"
    (tmp_path / "features" / "more.feature").write_text(head + printed)

    after = Mutation(guideline, scenarios_of(tmp_path / "features", guideline))
    assert len(after.survivors) == printed.count("# no patient could be written")


def test_no_mistake_in_the_installed_guideline_goes_unnoticed() -> None:
    """A sample of it; the whole guideline with TNBC_TEST_PROFILE=thorough, and by `tnbc-cds mutate`."""
    guideline = load(default_rules())
    whole = os.environ.get("TNBC_TEST_PROFILE") == "thorough"
    chance = random.Random(20261122)
    rules = sorted(one.number for one in guideline.rules)
    parts = sorted({one.fact for one in guideline.derivations} | {one.code for one in guideline.contradictions})
    chosen = None if whole else [*chance.sample(rules, 25), *chance.sample(parts, 12)]

    found = Mutation(guideline, read_scenarios(FEATURES, guideline.vocabulary), chosen)

    assert len(found.verdicts) > (9000 if whole else 1000)
    assert [f"{one.part}: {one.what}" for one in found.survivors] == []


def test_the_commands_name_what_survives_and_refuse_unknown_rules(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = copied(tmp_path)
    features(tmp_path)

    assert mutate(root, names=["lnd-01"]) == 1
    assert "LND-01 survives" in capsys.readouterr().out
    assert suggest(root, names=["LND-01"]) == 0
    assert "Scenario Outline: LND-01 at its edges" in capsys.readouterr().out
    assert mutate(root, names=["LND-99"]) == 2
    assert "there is no rule, derived fact or contradiction `LND-99`" in capsys.readouterr().err
