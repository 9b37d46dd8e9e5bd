"""Decisions as bytes: the same facts give the same bytes, always; and what they say follows from the outcomes and from checked evidence only."""

import itertools
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Engine, Guideline, default_rules
from engine.inference.decide import Decider
from engine.inference.decision import Decision
from engine.inference.reference import Outcome, outcomes
from tests.inference.patients import likely_patient
from tests.inference.standing import standing
from tests.strategies import AS_OF, Files, examples, guidelines, loaded, patient, rounds, some_guideline, written

SEEDS = st.integers(0, 2**32 - 1)
ID = "01890000-0000-7000-8000-000000000000"


def decided(decider: Decider, facts: Mapping[str, Any]) -> bytes:
    return decider.decide(decider.guideline.vocabulary.read(dict(facts)), AS_OF, ID)


def parsed(data: bytes) -> dict[str, Any]:
    """The JSON, refusing a key that is written twice."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _ in pairs}) == len(pairs), [
            key for key, count in Counter(key for key, _ in pairs).items() if count > 1
        ]
        return dict(pairs)

    found: dict[str, Any] = json.loads(data, object_pairs_hook=once)
    return found


def fresh(guideline: Guideline) -> Decider:
    """A decider that has seen no patient yet."""
    return Decider(guideline, "off")


# ---- the same facts, the same bytes -------------------------------------------------------------------------------------
@examples(ci=100, thorough=2000)
@given(guidelines(facts=8, derived=5, rules=10), SEEDS)
def test_what_was_decided_before_changes_no_byte(files: Files, seed: int) -> None:
    rng = random.Random(seed)
    rules = loaded(files).as_of(AS_OF)
    worn = fresh(rules)
    patients = [patient(rules, rng, worn.resolver.cells) for _ in range(30)]
    first = [decided(worn, facts) for facts in patients]

    assert [decided(worn, facts) for facts in patients] == first
    for facts, before in zip(patients[-4:], first[-4:], strict=True):
        assert decided(fresh(rules), facts) == before, facts


def test_what_was_decided_before_changes_no_byte_of_the_guideline(decider: Decider) -> None:
    rng = random.Random(11)
    patients = [
        likely_patient(decider.guideline, rng, decider.resolver.cells) for _ in range(rounds(ci=1_500, thorough=20_000))
    ]
    first = [decided(decider, facts) for facts in patients]

    assert [decided(decider, facts) for facts in patients] == first
    for place in rng.sample(range(len(patients)), rounds(ci=25, thorough=500)):
        assert decided(fresh(decider.guideline), patients[place]) == first[place], patients[place]


@examples(ci=60, thorough=1000)
@given(guidelines(), SEEDS)
def test_the_order_of_the_facts_does_not_matter(files: Files, seed: int) -> None:
    rng = random.Random(seed)
    rules = loaded(files).as_of(AS_OF)
    for _ in range(5):
        facts = patient(rules, rng, silence=0.1)
        shuffled = dict(rng.sample(list(facts.items()), len(facts)))

        assert decided(fresh(rules), shuffled) == decided(fresh(rules), facts)


PROCESS = """
import datetime, hashlib, json, sys
from engine import Engine, load
folder, patients = sys.argv[1:]
engine = Engine(load(folder))
for facts in json.load(open(patients)):
    print(hashlib.sha256(engine.decide(facts, datetime.date.fromisoformat("{day}"), "{id}")).hexdigest())
"""


def _elsewhere(folder: Path, patients: Path, hash_seed: str) -> list[str]:
    script = PROCESS.format(day=AS_OF.isoformat(), id=ID)
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder), str(patients)],
        capture_output=True, text=True, cwd=root, env={**os.environ, "PYTHONHASHSEED": hash_seed}, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("source", ["installed", "generated", "generated again"])
def test_every_process_gives_the_same_bytes(source: str, tmp_path: Path) -> None:
    rng = random.Random(source)
    folder = default_rules() if source == "installed" else written(some_guideline(rng), tmp_path / "rules")
    engine = Engine(loaded_from(folder))
    decider = engine.decider(AS_OF)
    draw = likely_patient if source == "installed" else patient
    patients = [draw(engine.guideline, rng, decider.resolver.cells) for _ in range(rounds(ci=200, thorough=2_000))]
    path = tmp_path / "patients.json"
    path.write_text(json.dumps(patients), encoding="utf-8")

    first = _elsewhere(folder, path, "1")
    assert len(first) == len(patients)
    assert _elsewhere(folder, path, "2") == first


def loaded_from(folder: Path) -> Guideline:
    from engine import load

    return load(folder)


# ---- replay -------------------------------------------------------------------------------------------------------------
def _as_given(decision: Mapping[str, Any]) -> dict[str, Any]:
    """The facts a decision says it was given."""
    return {name: one["state"] for name, one in decision["facts"].items() if one["source"] == "given"}


def _kept_as_sent(decider: Decider, facts: Mapping[str, Any], decision: Mapping[str, Any]) -> bool:
    """Does the decision still show every fact as it was sent? (A table may narrow what was sent, an assumption may take the place of null.)"""
    return all(decision["facts"][name]["source"] == "given" for name in facts)


@examples(ci=60, thorough=1000)
@given(guidelines(), SEEDS)
def test_a_decision_is_replayed_from_the_facts_it_was_given(files: Files, seed: int) -> None:
    rng = random.Random(seed)
    rules = loaded(files).as_of(AS_OF)
    decider = fresh(rules)
    for _ in range(15):
        facts = patient(rules, rng, decider.resolver.cells)
        first = decided(decider, facts)
        if _kept_as_sent(decider, facts, parsed(first)):
            assert decided(decider, _as_given(parsed(first))) == first, facts


def test_decisions_of_the_guideline_are_replayed_from_the_facts_they_were_given(decider: Decider) -> None:
    rng = random.Random(12)
    replayed = 0
    for _ in range(rounds(ci=600, thorough=20_000)):
        facts = likely_patient(decider.guideline, rng, decider.resolver.cells)
        first = decided(decider, facts)
        if _kept_as_sent(decider, facts, parsed(first)):
            replayed += 1
            assert decided(decider, _as_given(parsed(first))) == first, facts
    assert replayed > rounds(ci=300, thorough=10_000)


# ---- what a decision says -----------------------------------------------------------------------------------------------
def _follows(decider: Decider, facts: Mapping[str, Any], decision: Mapping[str, Any]) -> None:
    """The lists of a decision are what the reference's outcomes leave after stops and overrides."""
    rules = decider.guideline
    found = outcomes(rules, rules.vocabulary.read(dict(facts)))
    expected = standing(rules, found)

    assert {one["rule"]: one["status"] for one in decision["recommendations"]} == expected.stands
    assert {one["rule"]: set(one["by"]) for one in decision["stopped"]} == expected.stopped
    assert {one["rule"]: set(one["by"]) for one in decision["overridden"]} == expected.overridden
    assert {one["rule"] for one in decision["ruled_out"]} == expected.ruled_out
    for one in decision["overridden"]:
        assert one["fallback"] is all(found[rule] is Outcome.PROVISIONAL for rule in one["by"])
    for one in decision["recommendations"]:
        assert one["citations"] or rules.rule(one["rule"]).basis == "definition"
        assert bool(one["confirm"]) <= (one["status"] == "provisional")
    for one in decision["needs"]:
        assert one["decides"]
        assert rules.vocabulary[one["fact"]].given


def _shows_only_checked_figures(rules: Guideline, decision: Mapping[str, Any]) -> None:
    for one in decision["recommendations"]:
        for cited in one["citations"]:
            finding = rules.evidence[cited["source"]].findings[cited["finding"]]
            assert cited["checked"] is finding.checked
            assert cited.get("value") == (finding.value if finding.checked else None) or not finding.value


@examples(ci=60, thorough=1000)
@given(guidelines(), SEEDS)
def test_a_decision_says_what_follows_from_the_outcomes(files: Files, seed: int) -> None:
    rng = random.Random(seed)
    rules = loaded(files).as_of(AS_OF)
    decider = fresh(rules)
    for _ in range(10):
        facts = patient(rules, rng, decider.resolver.cells)
        data = decided(decider, facts)
        decision = parsed(data)

        Decision.model_validate(decision)
        _follows(decider, facts, decision)
        assert b"UNCHECKED-" not in data
        assert b"0.123456" not in data


def test_a_decision_of_the_guideline_says_what_follows_from_the_outcomes(decider: Decider) -> None:
    rng = random.Random(13)
    for _ in range(rounds(ci=400, thorough=20_000)):
        facts = likely_patient(decider.guideline, rng, decider.resolver.cells)
        decision = parsed(decided(decider, facts))

        Decision.model_validate(decision)
        _follows(decider, facts, decision)
        _shows_only_checked_figures(decider.guideline, decision)


def test_no_single_question_of_the_guideline_gets_two_answers(decider: Decider) -> None:
    rng = random.Random(14)
    single = {name for name, question in decider.guideline.questions.items() if question.single}
    places = {
        place: rule
        for place, rule in enumerate(decider.guideline.rules)
        if rule.question in single and rule.kind in ("recommend", "consider")
    }
    answered: Counter[str] = Counter()
    for _ in range(rounds(ci=15_000, thorough=400_000)):
        facts = likely_patient(decider.guideline, rng, decider.resolver.cells)
        judgement = decider.judge(decider.guideline.vocabulary.read(facts))
        standing_rules = [rule for place, rule in places.items() if judgement.standing.stands >> place & 1]
        count = Counter(rule.question for rule in standing_rules)
        answered.update(count)
        assert [question for question, number in count.items() if number > 1] == [], (
            [rule.number for rule in standing_rules],
            facts,
        )
    assert answered.keys() == single


def test_a_rule_that_was_withdrawn_withdraws_nothing() -> None:
    """Four rules in a chain: the first withdraws the second, which therefore leaves the third alone; whatever their numbers are."""
    chain = ("first", "second", "third", "fourth")
    template = some_guideline(random.Random(0))
    about = {
        "guideline.yaml": {
            key: value
            for key, value in template["guideline.yaml"].items()
            if key not in ("scope", "certainty_modifiers")
        }
    }
    facts = {"section": "only", "title": "The only fact", "facts": {"lamp": {"label": "Lamp", "type": "boolean"}}}
    for numbers in itertools.permutations((1, 2, 3, 4)):
        rules = {
            f"recommendations/{name}.yaml": {
                "id": name, "number": f"R-{number:02}", "title": name, "question": "first", "kind": "safety_alert", "text": name,
                "effective": {"from": "2020-01-01"}, "strength": "strong", "basis": "definition", "when": {"lamp": True},
                "overrides": list(chain[place + 1 : place + 2]),
            }
            for place, (name, number) in enumerate(zip(chain, numbers, strict=True))
        }  # fmt: skip
        decision = parsed(
            decided(fresh(loaded({**about, "facts/only.yaml": facts, **rules}).as_of(AS_OF)), {"lamp": True})
        )

        assert {one["rule"] for one in decision["recommendations"]} == {"first", "third"}
        assert {one["rule"]: one["by"] for one in decision["overridden"]} == {"second": ["first"], "fourth": ["third"]}
