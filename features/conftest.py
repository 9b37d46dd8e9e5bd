"""Features under pytest: authors write patients and expectations, never Python.

What the steps mean stands in engine/language/scenarios.py (who the patient is) and engine/authoring/steps.py (what is expected), where
`tnbc-cds test` finds it too. Words are checked against the vocabulary, so that a misspelt fact or value fails the scenario instead of being
read as unknown.
"""

import datetime
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd import given, parsers, then, when

from engine import Engine, default_rules, load
from engine.authoring import steps
from engine.language import scenarios

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


def pytest_bdd_before_scenario(scenario: Any) -> None:
    """A scenario that evaluates nothing, or expects nothing, cannot fail."""
    kinds = {step.type for step in scenario.steps}
    assert "when" in kinds, f"the step `When {scenarios.EVALUATED}` is missing in `{scenario.name}`"
    assert "then" in kinds, f"`{scenario.name}` expects nothing"


class Patient:
    """The patient of a scenario, and once the rules are evaluated the case."""

    def __init__(self) -> None:
        self.day: datetime.date | None = None
        self.facts: dict[str, Any] = {}
        self.case: steps.Case | None = None

    def set(self, facts: dict[str, Any]) -> None:
        """Who it is: only before the rules are evaluated."""
        assert self.case is None, "the patient is changed after the rules were evaluated"
        self.facts = facts


@pytest.fixture
def patient() -> Patient:
    """The patient of the scenario."""
    return Patient()


@given(parsers.parse("the guideline as of {day}"))
def as_of(patient: Patient, day: str) -> None:
    patient.set(patient.facts)
    patient.day = datetime.date.fromisoformat(day)


@given("a patient")
def a_patient(patient: Patient) -> None:
    patient.set({})


@given(parsers.parse('the patient "{name}"'))
def named_patient(patient: Patient, name: str) -> None:
    assert name in named_patients(), f"no patient is called `{name}`"
    patient.set(dict(named_patients()[name]))


@given(parsers.re(r"the patient's (?P<fact>[a-z0-9_]+) is (?P<value>.+)"))
def patient_fact(patient: Patient, fact: str, value: str) -> None:
    patient.set(patient.facts)
    scenarios.set_fact(patient.facts, engine().guideline.vocabulary, fact, value)


@when("the rules are evaluated")
def evaluate(patient: Patient) -> None:
    assert patient.day is not None, "the day is missing: write `Given the guideline as of 2026-01-31`"
    patient.case = steps.Case(engine(), patient.facts, patient.day)


@then(parsers.re(r"(?P<expectation>.+)"))
def expected(patient: Patient, expectation: str) -> None:
    assert patient.case is not None, "the step `When the rules are evaluated` is missing"
    assert steps.unmet(patient.case, expectation) is None
