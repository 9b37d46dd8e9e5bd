"""Decisions as bytes: the same facts give the same bytes, always; and what they say follows from the outcomes and from checked evidence only."""

import datetime
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

from engine import Engine, Guideline, default_rules, load
from engine.inference.decide import Decider
from engine.inference.decision import Decision
from engine.inference.reference import Outcome, outcomes
from tests.guideline_maker import DAYS
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
    engine = Engine(load(folder))
    decider = engine.decider(AS_OF)
    draw = likely_patient if source == "installed" else patient
    patients = [draw(engine.guideline, rng, decider.resolver.cells) for _ in range(rounds(ci=200, thorough=2_000))]
    path = tmp_path / "patients.json"
    path.write_text(json.dumps(patients), encoding="utf-8")

    first = _elsewhere(folder, path, "1")
    assert len(first) == len(patients)
    assert _elsewhere(folder, path, "2") == first


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
        assert b"UNCHECKED-" not in data  # neither a figure nor a dose
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


CHAIN = ("first", "second", "third", "fourth")
LAMP = {"lamp": {"label": "Lamp", "type": "boolean"}}
LEVEL = {"level": {"label": "Level", "type": "integer", "range": [0, 15]}}


def small(facts: Mapping[str, Any], *rules: Mapping[str, Any], **derived: Mapping[str, Any]) -> Guideline:
    """A guideline of a few facts, derived facts and rules, in force since 2020."""
    about = some_guideline(random.Random(0))["guideline.yaml"]
    files: dict[str, Any] = {
        "guideline.yaml": {key: value for key, value in about.items() if key not in ("scope", "certainty_modifiers")},
        "facts/few.yaml": {"section": "few", "title": "A few facts", "facts": facts},
    }
    for name, table in derived.items():
        files[f"derived/{name}.yaml"] = {"fact": name, "label": name, **table}
    for place, rule in enumerate(rules, 1):
        form = {
            "id": f"rule-{place}", "number": f"R-{place:02}", "title": "A rule", "question": "first", "kind": "safety_alert", "text": "Do it.",
            "effective": {"from": "2020-01-01"}, "strength": "strong", "basis": "definition", **rule,
        }  # fmt: skip
        files[f"recommendations/{form['id']}.yaml"] = form
    return loaded(files)


def test_a_number_is_not_taken_for_another_state_that_was_written_before() -> None:
    """The writer remembers fragments by the states of a rule's facts: 7 is a number, and the bits of three open cells."""
    rule = {"when": {"any": [{"lamp": True}, {"level": {"gt": 5}}, {"level": {"lt": 5}}]}}
    rules = small({**LAMP, **LEVEL}, rule).as_of(AS_OF)
    levels = [None, *range(16), *({"ge": number} for number in range(16)), *({"lt": number} for number in range(1, 16))]
    patients = [{"lamp": True, "level": level} for level in levels] + [{"lamp": True}]
    expected = [decided(fresh(rules), facts) for facts in patients]

    for order in (1, -1):
        worn = fresh(rules)
        assert [decided(worn, facts) for facts in patients[::order]] == expected[::order]


def test_an_open_value_is_not_taken_for_nothing_sent_when_the_fact_has_a_table() -> None:
    colour = {
        "label": "Colour",
        "type": "code",
        "values": {"red": "red", "blue": "blue"},
        "open_values": {"pending": "pending", "lost": "lost"},
    }
    rules = small(
        {**LAMP, "colour": colour},
        {"when": {"colour": "red"}},
        colour={"also": [[{"is": "red", "when": {"lamp": True}}]]},
    ).as_of(AS_OF)
    patients = [
        {},
        {"colour": "pending"},
        {"colour": None},
        {"colour": "lost"},
        {"lamp": True, "colour": "pending"},
        {"lamp": True},
    ]
    expected = [decided(fresh(rules), facts) for facts in patients]
    worn = fresh(rules)

    assert [parsed(one)["facts"]["colour"]["state"] for one in expected] == [
        "unknown",
        "pending",
        "unknown",
        "lost",
        "red",
        "red",
    ]
    for order in (1, -1, 1):
        assert [decided(worn, facts) for facts in patients[::order]] == expected[::order]


def test_an_assumption_is_shown_with_its_own_value_and_reason() -> None:
    """Two assumptions may give the same value for different reasons, or values that no rule tells apart."""
    lamp = {
        **LAMP["lamp"],
        "assume": [
            {"is": True, "when": {"fan": True}, "because": "the fan runs"},
            {"is": True, "because": "it mostly is"},
        ],
    }
    level = {
        **LEVEL["level"],
        "assume": [{"is": 7, "when": {"fan": True}, "because": "the fan runs"}, {"is": 9, "because": "it mostly is"}],
    }
    fan = {"fan": {"label": "Fan", "type": "boolean"}}
    decider = fresh(
        small(
            {**fan, "lamp": lamp, "level": level}, {"when": {"lamp": True, "level": {"gt": 5}, "fan": [True, False]}}
        ).as_of(AS_OF)
    )

    for fan_runs, value, why in (
        (True, 7, "the fan runs"),
        (False, 9, "it mostly is"),
        (None, 9, "it mostly is"),
        (True, 7, "the fan runs"),
    ):
        decision = parsed(decided(decider, {"fan": fan_runs}))
        assert decision["facts"]["lamp"] == {"state": True, "source": "assumed", "from": [], "because": why}
        assert decision["facts"]["level"] == {"state": value, "source": "assumed", "from": [], "because": why}
        assert {one["fact"]: one["state"] for one in decision["recommendations"][0]["because"]}["level"] == str(value)


def test_a_rule_that_was_withdrawn_withdraws_nothing() -> None:
    """Four rules in a chain: the first withdraws the second, which therefore leaves the third alone; whatever their numbers are."""
    for numbers in itertools.permutations((1, 2, 3, 4)):
        rules = [
            {
                "id": name,
                "number": f"R-{number:02}",
                "when": {"lamp": True},
                "overrides": list(CHAIN[place + 1 : place + 2]),
            }
            for place, (name, number) in enumerate(zip(CHAIN, numbers, strict=True))
        ]
        decision = parsed(decided(fresh(small(LAMP, *rules).as_of(AS_OF)), {"lamp": True}))

        assert {one["rule"] for one in decision["recommendations"]} == {"first", "third"}
        assert {one["rule"]: one["by"] for one in decision["overridden"]} == {"second": ["first"], "fourth": ["third"]}


# ---- dates --------------------------------------------------------------------------------------------------------------
def test_a_rule_answers_from_its_first_day_to_its_last() -> None:
    early = {"when": {"lamp": True}, "effective": {"from": "2024-02-29", "to": "2025-01-30"}}
    late = {"when": {"lamp": True}, "effective": {"from": "2025-01-31"}, "overrides": ["rule-1"]}
    engine = Engine(small(LAMP, early, late))
    answers = {
        day: [
            one["rule"] for one in engine.decision({"lamp": True}, datetime.date.fromisoformat(day))["recommendations"]
        ]
        for day in ("2024-02-28", "2024-02-29", "2025-01-30", "2025-01-31", "2999-12-31")
    }

    assert answers == {
        "2024-02-28": [],
        "2024-02-29": ["rule-1"],
        "2025-01-30": ["rule-1"],
        "2025-01-31": ["rule-2"],
        "2999-12-31": ["rule-2"],
    }


@examples(ci=40, thorough=1000)
@given(guidelines(facts=6, derived=3), SEEDS)
def test_the_day_asked_chooses_the_rules_whatever_was_asked_before(files: Files, seed: int) -> None:
    rng = random.Random(seed)
    rules = loaded(files)
    engine = Engine(rules)
    days = [
        datetime.date.fromisoformat(day) + datetime.timedelta(rng.choice((-1, 0, 1))) for day in rng.choices(DAYS, k=6)
    ]
    facts = patient(rules, rng)
    for day in days:
        alone = Decider(rules.as_of(day))
        assert {rule.id for rule in alone.guideline.rules} == {rule.id for rule in rules.rules if rule.in_force(day)}
        assert engine.decide(facts, day, ID) == alone.decide(rules.vocabulary.read(facts), day, ID)
