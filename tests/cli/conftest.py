"""Runs the command line inside the test process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.cli import main

HERE = Path(__file__).resolve().parent
BICYCLES = HERE / "bicycles"
PATIENTS = HERE.parent.parent / "features" / "patients"


@dataclass(frozen=True)
class Ran:
    """What one run left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run one command with these arguments."""

    def ran(*arguments: object) -> Ran:
        code = main([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        return Ran(code, out.decode(), err.decode())

    return ran


@pytest.fixture(scope="session")
def patients() -> dict[str, Any]:
    """Every named patient of the features."""
    found: dict[str, Any] = {}
    for path in sorted(PATIENTS.glob("*.yaml")):
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


@pytest.fixture
def bicycles() -> Path:
    """A guideline without medicine."""
    return BICYCLES
