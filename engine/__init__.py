"""The engine: logic and no medicine. Give it a guideline folder and a patient's facts; it answers with a Decision.

    guideline = load(default_rules())
    engine = Engine(guideline)
    answer = engine.decide(facts, as_of=datetime.date(2026, 11, 22))   # JSON bytes

Everything listed in `__all__` is public; the rest may change.
"""

from pathlib import Path

from engine.inference.decide import Engine, EvaluatorsDisagree, new_id
from engine.language.guideline import Guideline, load
from engine.language.problems import GuidelineError, Problem
from engine.language.vocabulary import FactsError

__all__ = [
    "Engine",
    "EvaluatorsDisagree",
    "FactsError",
    "Guideline",
    "GuidelineError",
    "Problem",
    "default_rules",
    "load",
    "new_id",
]


def default_rules() -> Path:
    """The folder of the guideline that is installed beside the engine."""
    return Path(__file__).resolve().parent.parent / "rules"
