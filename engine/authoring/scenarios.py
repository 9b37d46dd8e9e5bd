"""The scenarios of features/ under the name that authors' commands use; see engine.language.scenarios."""

from engine.language.scenarios import (
    OUTCOMES,
    RULE,
    Expectation,
    FeatureError,
    NoGherkin,
    Scenario,
    named_patients,
    read_scenarios,
    set_fact,
    text_of,
    value_of,
)

__all__ = [
    "OUTCOMES", "RULE", "Expectation", "FeatureError", "NoGherkin", "Scenario",
    "named_patients", "read_scenarios", "set_fact", "text_of", "value_of",
]  # fmt: skip
