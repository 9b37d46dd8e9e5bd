"""The guideline that is installed, compiled once for all tests of inference."""

import pytest

from engine import Engine, Guideline, default_rules, load
from engine.inference.decide import Decider
from tests.inference.completions import Completions
from tests.strategies import AS_OF


@pytest.fixture(scope="session")
def guideline() -> Guideline:
    return load(default_rules())


@pytest.fixture(scope="session")
def engine(guideline: Guideline) -> Engine:
    return Engine(guideline)


@pytest.fixture(scope="session")
def decider(engine: Engine) -> Decider:
    """The rules in force, with both channels."""
    return engine.decider(AS_OF)


@pytest.fixture(scope="session")
def completions(guideline: Guideline) -> Completions:
    """The same rules without the network, which these many questions do not need."""
    return Completions(Decider(guideline.as_of(AS_OF), "off"))
