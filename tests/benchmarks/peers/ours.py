"""The neutral rules as a guideline of this project, compiled as any other guideline is."""

import datetime
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

from engine.language import conditions
from engine.language.guideline import Guideline
from engine.language.rules import Rule
from engine.language.states import Interval, Test, complement, point, union
from engine.language.vocabulary import Fact, Vocabulary
from tests.benchmarks.peers.ruleset import BOOLEANS, CODES, NUMBERS, Condition

DAY = datetime.date(2026, 1, 1)


def vocabulary() -> Vocabulary:
    """The 25 facts."""
    return Vocabulary(
        [
            *(Fact(name, name, "code", values={one: one for one in values}) for name, values in CODES.items()),
            *(Fact(name, name, "integer", range=bounds) for name, bounds in NUMBERS.items()),
            *(Fact(name, name, "boolean", values={True: "yes", False: "no"}) for name in BOOLEANS),
        ]
    )


def guideline(rules: Sequence[Condition]) -> Guideline:
    """A guideline of these rules and nothing else."""
    words = vocabulary()
    empty: Any = MappingProxyType({})
    written = tuple(
        Rule(
            f"rule-{number}",
            f"R-{number}",
            "",
            "",
            "recommend",
            DAY,
            None,
            condition(one, words),
            (),
            "",
            "strong",
            None,
        )
        for number, one in enumerate(rules)
    )
    about: Any = SimpleNamespace(scope=None, notice="", unknown_population=(), id="neutral", version="1")
    return Guideline(Path(), about, "0" * 64, words, empty, (), (), written, empty, empty, empty, empty, ())


def condition(raw: Condition, words: Vocabulary) -> conditions.Condition:
    """A condition of the rule set in the language of guidelines."""
    match raw:
        case ("all", parts):
            return conditions.All(tuple(condition(part, words) for part in parts))
        case ("any", parts):
            return conditions.Any_(tuple(condition(part, words) for part in parts))
        case ("not", part):
            return conditions.Not(condition(part, words))
        case (_, name, operator, value):
            return conditions.Clause(name, _test(words[name], operator, value))
    raise AssertionError(raw)


def _test(fact: Fact, operator: str, value: Any) -> Test:
    everything = fact.everything
    if isinstance(everything, Interval):
        low, high = fact.range
        if operator in ("==", "!="):
            spans = union([point(value)], integers=True)
            return spans if operator == "==" else complement(spans, everything, integers=True)
        span = {
            "<": Interval(low, value, False, True), "<=": Interval(low, value),
            ">": Interval(value, high, True, False), ">=": Interval(value, high),
        }[operator]  # fmt: skip
        return union([span.closed_to_integers()], integers=True)
    named = frozenset(value) if operator == "in" else frozenset({value})
    return everything - named if operator == "!=" else named
