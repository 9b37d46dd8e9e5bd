"""The generic steps of every feature: authors write patients and expectations, never Python.

A patient is a map of facts (features/patients/*.yaml holds named ones). Words are checked against the vocabulary, so that a misspelt fact or value
fails the scenario instead of being read as unknown.
"""

import datetime
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd import given, parsers, then, when

from engine import Engine, default_rules, load
from engine.authoring import scenarios
from engine.authoring.scenarios import RULE, set_fact
from engine.inference.decide import Judgement
from engine.inference.reference import Outcome
from engine.language.rules import Rule

HERE = Path(__file__).parent


@functools.cache
def engine() -> Engine:
    """The guideline under test, both channels on."""
    return Engine(load(default_rules()))


@functools.cache
def named_patients() -> dict[str, dict[str, Any]]:
    """Every named patient; a name may be used once only."""
    return scenarios.named_patients(HERE)


def pytest_bdd_apply_tag(tag: str, function: Callable[..., object]) -> bool | None:
    """`@rule:ADJ-01` ties a scenario to a rule; coverage reads it."""
    if tag.startswith("rule:"):
        return True
    return None


class Case:
    """One patient on one day, and what the engine said."""

    def __init__(self) -> None:
        self.day = datetime.date(2026, 11, 22)
        self.facts: dict[str, Any] = {}
        self._judgement: Judgement | None = None
        self._decision: dict[str, Any] | None = None

    def evaluate(self) -> None:
        """Decide, by both channels."""
        self._judgement = engine().decider(self.day).judge(engine().read(self.facts))
        self._decision = engine().decision(self.facts, self.day)

    @property
    def judgement(self) -> Judgement:
        """Outcomes before they are written."""
        assert self._judgement is not None, "the step `When the rules are evaluated` is missing"
        return self._judgement

    @property
    def decision(self) -> dict[str, Any]:
        """The decision as sent to a caller."""
        assert self._decision is not None, "the step `When the rules are evaluated` is missing"
        return self._decision

    def rule(self, number: str) -> Rule:
        """The rule with this number."""
        return engine().decider(self.day).guideline.rule(number)

    def outcome(self, number: str) -> Outcome:
        """The rule's outcome before stops and overrides."""
        return engine().decider(self.day).outcome_of(self.judgement.outcomes)[self.rule(number).id]

    def recommendation(self, number: str) -> dict[str, Any] | None:
        """The rule among what stands."""
        return next((one for one in self.decision["recommendations"] if one["number"] == number), None)

    def state(self, fact: str) -> Any:
        """The fact's written state."""
        return self.decision["facts"].get(fact, {"state": engine().guideline.vocabulary[fact].unknown_as})["state"]


@pytest.fixture
def case() -> Case:
    """The patient of the scenario."""
    return Case()


def value_of(fact: str, text: str) -> Any:
    """A value as written in a feature: a code, true, false, a number, a range, `T1b or T1c`, `unknown`."""
    return scenarios.value_of(engine().guideline.vocabulary[fact], text)


# ---- given ----------------------------------------------------------------------------------------------------------
@given(parsers.parse("the guideline as of {day}"))
def as_of(case: Case, day: str) -> None:
    case.day = datetime.date.fromisoformat(day)


@given("a patient")
def a_patient(case: Case) -> None:
    case.facts = {}


@given(parsers.parse('the patient "{name}"'))
def named_patient(case: Case, name: str) -> None:
    assert name in named_patients(), f"no patient is called `{name}`"
    case.facts = dict(named_patients()[name])


@given(parsers.re(r"the patient's (?P<fact>[a-z0-9_]+) is (?P<value>.+)"))
def patient_fact(case: Case, fact: str, value: str) -> None:
    set_fact(case.facts, engine().guideline.vocabulary, fact, value)


@when("the rules are evaluated")
def evaluate(case: Case) -> None:
    case.evaluate()


# ---- then: outcomes -------------------------------------------------------------------------------------------------
@then(parsers.re(rf"(?P<number>{RULE}) is (?P<word>firm|provisional|ruled out|undetermined|not applicable)"))
def outcome_is(case: Case, number: str, word: str) -> None:
    assert case.outcome(number).value.replace("_", " ") == word


@then(parsers.re(rf"(?P<number>{RULE}) (?:is shown|stands)"))
def is_shown(case: Case, number: str) -> None:
    assert case.recommendation(number) is not None, f"{number} is {case.outcome(number).value}"


@then(parsers.re(rf"(?P<number>{RULE}) is not shown"))
def is_not_shown(case: Case, number: str) -> None:
    assert case.rule(number)
    assert case.recommendation(number) is None


@then(parsers.re(rf"(?P<number>{RULE}) is withdrawn by (?P<other>{RULE})"))
def is_withdrawn(case: Case, number: str, other: str) -> None:
    found = {one["number"]: one["by"] for one in case.decision["overridden"]}
    assert case.rule(other).id in found.get(number, [])


@then(parsers.re(rf"(?P<number>{RULE}) is stopped"))
def is_stopped(case: Case, number: str) -> None:
    assert case.rule(number).id in [one["rule"] for one in case.decision["stopped"]]


# ---- then: needs ----------------------------------------------------------------------------------------------------
@then(parsers.re(rf"(?P<number>{RULE}) needs (?P<fact>[a-z0-9_]+)"))
def rule_needs(case: Case, number: str, fact: str) -> None:
    found = {one["fact"]: one["decides"] for one in case.decision["needs"]}
    assert case.rule(number).id in found.get(fact, [])


@then(parsers.re(rf"(?P<number>{RULE}) asks to confirm (?P<fact>[a-z0-9_]+)"))
def asks_to_confirm(case: Case, number: str, fact: str) -> None:
    found = case.recommendation(number)
    assert found is not None, f"{number} is not shown"
    assert fact in found["confirm"]


@then(parsers.re(r"the decision needs (?P<fact>[a-z0-9_]+)"))
def decision_needs(case: Case, fact: str) -> None:
    assert fact in [one["fact"] for one in case.decision["needs"]]


@then(parsers.re(r"the decision does not need (?P<fact>[a-z0-9_]+)"))
def decision_does_not_need(case: Case, fact: str) -> None:
    assert fact in engine().guideline.vocabulary
    assert fact not in [one["fact"] for one in case.decision["needs"]]


# ---- then: facts, contradictions, status ----------------------------------------------------------------------------
@then(parsers.re(r"the fact (?P<fact>[a-z0-9_]+) is (?!assumed)(?P<value>.+)"))
def fact_is(case: Case, fact: str, value: str) -> None:
    word = engine().guideline.vocabulary[fact]
    if value.strip() in ("unknown", word.unknown_as):
        state = case.state(fact)
        assert state == word.unknown_as or (word.unknown_as != "unknown" and isinstance(state, dict))
        return
    wanted = word.read(value_of(fact, value)).state
    assert case.state(fact) == word.write(wanted)


@then(parsers.re(r"the fact (?P<fact>[a-z0-9_]+) is assumed"))
def fact_is_assumed(case: Case, fact: str) -> None:
    assert case.decision["facts"][fact]["source"] == "assumed"


@then(parsers.re(r"contradiction (?P<code>\S+) is reported"))
def contradiction(case: Case, code: str) -> None:
    assert code in [one["code"] for one in case.decision["contradictions"] + case.decision["warnings"]]


@then("no contradiction is reported")
def no_contradiction(case: Case) -> None:
    assert case.decision["contradictions"] == []


@then(parsers.re(r"the status is (?P<status>\w+)"))
def status_is(case: Case, status: str) -> None:
    assert case.decision["status"] == status


# ---- then: what is said ---------------------------------------------------------------------------------------------
@then(parsers.re(rf"(?P<number>{RULE}) cites (?P<citation>\S+#\S+)"))
def cites(case: Case, number: str, citation: str) -> None:
    found = case.recommendation(number)
    assert found is not None, f"{number} is not shown"
    assert citation in [f"{one['source']}#{one['finding']}" for one in found["citations"]]


@then(parsers.re(rf"(?P<number>{RULE}) has (?P<key>certainty|strength) (?P<value>.+)"))
def has(case: Case, number: str, key: str, value: str) -> None:
    found = case.recommendation(number)
    assert found is not None, f"{number} is not shown"
    assert str(found[key]).replace("_", " ") == value.replace("_", " ")
