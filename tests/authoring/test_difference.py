"""`diff` says what changed and for whom: every change is one when both versions evaluate its patient, and a rewrite with the same meaning is none."""

import datetime
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from engine import Guideline, default_rules, load
from engine.authoring.commands_diff import diff
from engine.authoring.difference import Difference, Edit, _edit_line, difference, report
from engine.authoring.search import (
    ABSENT,
    GAINS,
    LOSES,
    STATUS,
    Views,
    changes_by_search,
    changes_by_solver,
)
from engine.inference.reference import outcomes
from engine.language.conditions import All, Any_, Clause, Condition, Not
from engine.language.scenarios import Scenario
from tests.authoring.workshop import LENDING, changed, copied
from tests.strategies import examples, guidelines, loaded, patient

DAY = datetime.date(2026, 3, 1)
TAUTOLOGY = "tool_ready: true\n  any:\n    - age_years: {lt: 50}\n    - age_years: {ge: 50}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copied(tmp_path)


def compare(new: Guideline, day: datetime.date = DAY) -> Difference:
    return difference(load(LENDING), new, day)


def kinds(found: Difference) -> list[tuple[str, str, bool, str, str]]:
    return [(one.rule.number, each.what, each.known, each.was, each.now) for one in found.rules for each in one.changes]


def test_a_guideline_does_not_differ_from_itself() -> None:
    found = compare(load(LENDING))

    assert found.empty
    assert report(found) == "no differences"


def test_the_installed_guideline_does_not_differ_from_itself() -> None:
    guideline = load(default_rules())

    assert difference(guideline, load(default_rules()), datetime.date(2026, 11, 22)).empty


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("lend-hand-tools.yaml", "tool: hand\n", "tool: [hand_saw, ladder]\n"),
        ("lend-hand-tools.yaml", "tool: hand\n", "tool: {not_in: powered}\n"),
        ("lend-hand-tools.yaml", "{overdue_items: {gt: 0}}", "{overdue_items: {ge: 1}}"),
        ("lend-hand-tools.yaml", "{overdue_items: {gt: 0}}", "{not: {overdue_items: 0}}"),
        ("lend-hand-tools.yaml", "tool: hand\n  tool_ready: true", "all:\n    - tool_ready: true\n    - tool: hand"),
        ("lend-hand-tools.yaml", "tool_ready: true", "tool_ready: true\n  age_years: {le: 120}"),
        ("adult.yaml", "{age_years: {ge: 18}}", "{not: {age_years: {le: 17}}}"),
    ],
)
def test_a_rewrite_with_the_same_meaning_acts_for_nobody_otherwise(root: Path, name: str, old: str, new: str) -> None:
    assert kinds(compare(changed(root, name, old, new))) == []


def test_a_narrower_rule_loses_patients_for_certain(root: Path) -> None:
    found = compare(changed(root, "lend-hand-tools.yaml", "tool: hand\n", "tool: ladder\n"))

    assert kinds(found) == [
        ("LND-01", LOSES, True, "firm", "not applicable"),
        ("LND-01", STATUS, True, "ruled out", "not applicable"),
    ]
    change = found.rules[0].changes[0]
    assert change.witness.facts["tool"] == "hand_saw"


def test_a_bound_moved_by_one_is_shown_at_that_one(root: Path) -> None:
    found = compare(changed(root, "adult.yaml", "ge: 18", "ge: 17"))

    witnesses = {change.witness.facts["age_years"] for one in found.rules for change in one.changes if change.known}
    assert witnesses == {17}


def test_an_exception_left_out_gives_the_rule_to_those_it_excluded(root: Path) -> None:
    text = "unless:\n  - when: {overdue_items: {gt: 0}}\n    because: Something is overdue.\n"
    found = compare(changed(root, "lend-hand-tools.yaml", text, ""))

    assert kinds(found) == [("LND-01", GAINS, True, "ruled out", "firm")]


def test_a_clause_that_is_always_true_is_a_change_for_the_unknown_only(root: Path) -> None:
    found = compare(changed(root, "lend-hand-tools.yaml", "tool_ready: true", TAUTOLOGY))

    assert [one[:3] for one in kinds(found)] == [("LND-01", LOSES, False), ("LND-01", STATUS, False)]
    assert "unknown-aware" in report(found)


def test_rules_added_removed_and_retired_are_told(root: Path) -> None:
    (root / "recommendations/care/say-goggles.yaml").unlink()
    changed(root, "lend-hand-tools.yaml", "from: 2024-03-01", "from: 2024-03-01, to: 2026-02-01")
    path = root / "recommendations/lending/lend-hand-tools.yaml"
    twin = (
        path.read_text()
        .replace("lend-hand-tools", "lend-by-hand")
        .replace("LND-01", "LND-09")
        .replace(", to: 2026-02-01", "")
    )
    (path.parent / "lend-by-hand.yaml").write_text(twin)

    found = compare(load(root))

    assert {one.rule.id: one.how for one in found.rules} == {
        "say-goggles": "removed", "lend-hand-tools": "retired", "lend-by-hand": "added",
    }  # fmt: skip
    assert {one.rule.id: [each.what for each in one.changes] for one in found.rules} == {
        "say-goggles": [LOSES], "lend-hand-tools": [LOSES], "lend-by-hand": [GAINS],
    }  # fmt: skip
    assert all(ABSENT in (each.was, each.now) for one in found.rules for each in one.changes)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("strength: strong", "strength: conditional", "strength: strong -> conditional"),
        ("certainty: moderate", "certainty: low", "certainty: moderate -> low"),
        ("one week", "two weeks", "text: Lend the tool for up to one week. -> Lend the tool for up to two weeks."),
        (", house-rules#overdue]", "]", "citation: - house-rules#overdue"),
        ("from: 2024-03-01", "from: 2024-05-01", "effective from: 2024-03-01 -> 2024-05-01"),
        ("Something is overdue.", "Things are late.", "Something is overdue. -> "),
    ],
)
def test_what_a_rule_says_otherwise_is_told(root: Path, old: str, new: str, what: str) -> None:
    found = compare(changed(root, "lend-hand-tools.yaml", old, new))

    assert kinds(found) == []
    assert what in report(found)


def test_facts_that_are_refused_in_one_version_only_are_shown(root: Path) -> None:
    found = compare(changed(root, "contradictions.yaml", "age_years: {lt: 14}", "age_years: {lt: 16}"))

    assert [(one.was, one.now) for one in found.refused] == [("accepted", "refused")]
    assert found.refused[0].witness.facts == {"age_years": 14, "safety_course": "2"}


def test_evidence_and_facts_are_told_outside_the_rules(root: Path) -> None:
    changed(root, "borrower.yaml", "label: Member\n", "label: Paid member\n")

    assert [edit.what for edit in compare(load(root)).edits] == ["fact member"]


def test_no_fact_of_a_witness_can_be_left_out(root: Path) -> None:
    old, new = load(LENDING), changed(root, "lend-hand-tools.yaml", "tool: hand\n", "tool: ladder\n")
    views = Views(old.as_of(DAY), new.as_of(DAY))
    change = compare(new).rules[0].changes[0]

    for name in change.witness.facts:
        smaller = {key: value for key, value in change.witness.facts.items() if key != name}
        assert views.of("lend-hand-tools", smaller) != (change.was, change.now)


# ---- without the solver ---------------------------------------------------------------------------------------------
def test_another_vocabulary_is_searched_from_the_scenarios(root: Path) -> None:
    changed(root, "tool.yaml", "chain_saw: chain saw\n", "chain_saw: chain saw\n      rasp: rasp\n")
    new = changed(root, "lend-hand-tools.yaml", "tool: hand\n", "tool: ladder\n")
    facts = {"member": True, "tool": "hand_saw", "tool_state": "sound", "overdue_items": 0, "age_years": 40}

    found = difference(load(LENDING), new, DAY, [Scenario("a saw", "x.feature", 1, DAY, facts)])

    assert not found.proved
    assert ("LND-01", LOSES, True, "firm", "not applicable") in kinds(found)
    assert "other changes may exist" in report(found)


def test_the_search_agrees_with_the_solver(root: Path) -> None:
    old, new = (
        load(LENDING).as_of(DAY),
        changed(root, "lend-hand-tools.yaml", "tool: hand\n", "tool: ladder\n").as_of(DAY),
    )
    facts = {"member": True, "tool": "hand_saw", "tool_state": "sound", "overdue_items": 0, "age_years": 40}

    searched = {(one.rule, one.what) for one in changes_by_search(old, new, [Scenario("a", "x", 1, DAY, facts)])}

    assert searched == {(one.rule, one.what) for one in changes_by_solver(old, new)}


# ---- any guideline --------------------------------------------------------------------------------------------------
def mutated(condition: Condition, rng: random.Random, vocabulary: object) -> Condition:
    """The condition with one clause negated, or as it was."""
    match condition:
        case Clause():
            return Not(condition)
        case All(parts) | Any_(parts) if parts:
            place = rng.randrange(len(parts))
            return type(condition)((*parts[:place], mutated(parts[place], rng, vocabulary), *parts[place + 1 :]))
        case Not(part):
            return part
    return condition


@examples(ci=25, thorough=400)
@drawn(guidelines(), st.integers(0, 10**6))
def test_what_is_proved_equal_is_equal_and_every_change_is_one(files: dict[str, object], seed: int) -> None:
    rng = random.Random(seed)
    old = loaded(files)
    if not old.rules:
        return
    chosen = rng.choice(old.rules)
    new = replace(old, rules=tuple(
        replace(one, when=mutated(one.when, rng, old.vocabulary)) if one is chosen else one for one in old.rules
    ))  # fmt: skip
    day = datetime.date(2026, 11, 22)
    found = difference(old, new, day)
    views = Views(old.as_of(day), new.as_of(day))

    for one in found.rules:
        for change in one.changes:
            assert views.of(one.rule.id, change.witness.facts) == (change.was, change.now)
            assert change.was != change.now
    acting = {one.rule.id for one in found.rules if one.changes}
    for _ in range(30):
        facts = patient(old, rng)
        if any(view == "refused" for view in views.of("", facts)):
            continue
        given = old.vocabulary.read(facts)
        before, after = outcomes(old.as_of(day), given), outcomes(new.as_of(day), given)
        assert {name for name in before if before[name] is not after[name]} <= acting


def test_the_command_compares_folders(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed(root, "lend-hand-tools.yaml", "tool: hand\n", "tool: ladder\n")

    assert diff(str(LENDING), str(root), LENDING, DAY, form="markdown") == 0
    out = capsys.readouterr().out
    assert "### LND-01 Lend hand tools to every member (changed)" in out
    assert "- **loses**: was firm, is not applicable, for example for" in out
    assert diff("no-such-thing", str(root), LENDING, DAY) == 5


def test_of_a_long_text_only_what_changed_is_shown() -> None:
    words = [f"word{place}" for place in range(60)]
    edit = Edit("text", " ".join(words), " ".join([*words[:30], "other", *words[31:]]))

    shown = _edit_line(edit, "text")

    assert shown.endswith(
        "... word25 word26 word27 word28 word29 word30 word31 word32 word33 word34 word35 ..."
        " -> ... word25 word26 word27 word28 word29 other word31 word32 word33 word34 word35 ..."
    )


@pytest.mark.parametrize(("old", "new"), [("a " * 30, "a " * 31), ("b " + "a " * 30, "a " * 30), ("x " * 25, "y")])
def test_a_long_text_made_shorter_or_longer_is_shown_as_two_different_texts(old: str, new: str) -> None:
    left, _, right = _edit_line(Edit("text", old.strip(), new.strip()), "text").partition(" -> ")

    assert left.removeprefix("  text: ") != right
