"""What a feature expects, and whether it is so: the meaning of every step that begins with `Then`.

    case = Case(engine, facts, day)
    unmet(case, "ADJ-01 is firm")    -> None, or what was expected and what was got instead, in words

Features run by `tnbc-cds test` and by pytest (features/conftest.py) have the same meaning, because both ask here.
"""

import datetime
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args

from engine.inference.decide import Decider, Engine, Judgement
from engine.inference.reference import Outcome, resolve
from engine.language.conditions import Condition, clauses, truth
from engine.language.forms import Certainty, Strength
from engine.language.problems import did_you_mean, written
from engine.language.rules import Rule
from engine.language.scenarios import OUTCOMES, RULE, fact_is
from engine.language.vocabulary import Fact, FactsError

MOST = 3  # clauses that are named where more decide


class StepError(ValueError):
    """A step that says nothing: it is misspelt, or names what does not exist. The text says what and what to do."""


@dataclass(frozen=True)
class Unmet:
    """An expectation that does not hold."""

    expected: str
    got: str

    def __str__(self) -> str:
        return f"expected {self.expected}, got {self.got}"


class Case:
    """One patient on one day, and what the engine says, by both of its channels."""

    def __init__(self, engine: Engine, facts: Mapping[str, Any], day: datetime.date) -> None:
        self.engine, self.facts, self.day = engine, dict(facts), day

    @property
    def decider(self) -> Decider:
        """The rules in force on the day."""
        return self.engine.decider(self.day)

    @cached_property
    def judgement(self) -> Judgement:
        """Outcomes before they are written; raises FactsError."""
        return self.decider.judge(self.engine.read(self.facts))

    @cached_property
    def decision(self) -> dict[str, Any]:
        """The decision as sent to a caller; raises FactsError."""
        return self.engine.decision(self.facts, self.day)

    def rule(self, number: str) -> Rule:
        """The rule with this number."""
        try:
            return self.decider.guideline.rule(number)
        except KeyError:
            rules = self.engine.guideline.rules
            if any(rule.number == number for rule in rules):
                raise StepError(f"{number} is not in force on {self.day}") from None
            raise StepError(
                f"there is no rule {number}; {did_you_mean(number, [one.number for one in rules])}"
            ) from None

    def fact(self, name: str) -> Fact:
        """The fact with this name."""
        vocabulary = self.engine.guideline.vocabulary
        if name not in vocabulary:
            raise StepError(f"there is no fact `{name}`; {did_you_mean(name, vocabulary)}")
        return vocabulary[name]

    def outcome(self, rule: Rule) -> Outcome:
        """The rule's outcome before stops and overrides."""
        return self.decider.outcome_of(self.judgement.outcomes)[rule.id]

    def shown(self, rule: Rule) -> dict[str, Any] | None:
        """The rule among what stands."""
        return next((one for one in self.decision["recommendations"] if one["rule"] == rule.id), None)

    # ---- in words -----------------------------------------------------------------------------------------------
    def outcome_words(self, rule: Rule) -> str:
        """`not applicable: it asks for Age: at least 18 years, and here it is 12 years`."""
        found = self.outcome(rule)
        why = "; ".join(self._why(rule, found))
        return found.replace("_", " ") + (f": {why}" if why else "")

    def fate_words(self, rule: Rule) -> str:
        """The same, and what became of the rule beside the others."""
        decision = self.decision
        by = next((one["by"] for one in decision["overridden"] if one["rule"] == rule.id), ())
        if by:
            return f"withdrawn by {', '.join(self.decider.guideline.rule(one).number for one in by)}"
        if any(one["rule"] == rule.id for one in decision["stopped"]):
            return "stopped by another rule"
        return self.outcome_words(rule)

    def _why(self, rule: Rule, found: Outcome) -> Iterator[str]:
        states = resolve(self.decider.guideline, self.judgement.given).states
        vocabulary = self.engine.guideline.vocabulary

        def deciding(condition: Condition, wanted: bool | None) -> list[str]:
            those = [one for one in clauses(condition) if truth(one, states, vocabulary) is wanted]
            said = [
                f"{vocabulary[one.fact].label}"
                if wanted is None
                else f"it asks for {one.words}, and here it is {vocabulary[one.fact].words(states[one.fact])}"
                for one in those
            ]
            return list(dict.fromkeys(said))[:MOST]

        match found:
            case Outcome.NOT_APPLICABLE:
                yield from deciding(rule.when, False)
            case Outcome.UNDETERMINED:
                yield f"not known: {'; '.join(deciding(rule.when, None))}"
            case Outcome.PROVISIONAL if rule.exception:
                yield f"still open: {'; '.join(deciding(rule.exception, None))}"
            case Outcome.RULED_OUT:
                yield from (one.because for one in rule.unless if truth(one.when, states, vocabulary) is True)


# ---- steps --------------------------------------------------------------------------------------------------------------
Step = Callable[..., "tuple[bool, str]"]  # does it hold, and what was got
STEPS: list[tuple[re.Pattern[str], Step]] = []
FORMS: dict[re.Pattern[str], str] = {}  # each as an author reads it, with the names of its words in capitals
WORDS = {
    "RULE": f"({RULE})", "FACT": r"([a-z0-9_]+)", "FINDING": r"(\S+#\S+)", "CODE": r"(\S+)",
    "OUTCOME": f"({'|'.join(OUTCOMES)})", "STATUS": r"(\w+)",
    "GRADE": "(certainty|strength)", "LEVEL": "(.+)", "VALUE": "(.+)",
}  # fmt: skip
LEVELS = {"certainty": get_args(Certainty), "strength": get_args(Strength)}


def _then(form: str) -> Callable[[Step], Step]:
    def add(step: Step) -> Step:
        pattern = form
        for word, group in WORDS.items():
            pattern = re.sub(rf"\b{word}\b", lambda _, by=group: by, pattern)  # type: ignore[misc]
        STEPS.append((re.compile(pattern), step))
        FORMS[STEPS[-1][0]] = form
        return step

    return add


def unmet(case: Case, text: str) -> Unmet | None:
    """What is expected and not so, or None; raises StepError for a step that says nothing, FactsError for facts that cannot be read."""
    for pattern, step in STEPS:
        match = pattern.fullmatch(text.strip())
        if match:
            holds, got = step(case, *match.groups())
            return None if holds else Unmet(text.strip(), got)
    raise StepError(f"`{text}` is no step; the steps are listed in docs/authoring.md")


@_then("RULE is OUTCOME")
def _outcome(case: Case, number: str, word: str) -> tuple[bool, str]:
    rule = case.rule(number)
    if case.outcome(rule).replace("_", " ") == word:
        return True, ""
    return False, case.outcome_words(rule)


@_then("RULE (?:is shown|stands)")
def _is_shown(case: Case, number: str) -> tuple[bool, str]:
    rule = case.rule(number)
    return (True, "") if case.shown(rule) else (False, case.fate_words(rule))


@_then("RULE is not shown")
def _is_not_shown(case: Case, number: str) -> tuple[bool, str]:
    rule = case.rule(number)
    return (False, case.outcome_words(rule)) if case.shown(rule) else (True, "")


@_then("RULE is withdrawn by RULE")
def _is_withdrawn(case: Case, number: str, other: str) -> tuple[bool, str]:
    rule, by = case.rule(number), case.rule(other)
    found = {one["rule"]: one["by"] for one in case.decision["overridden"]}
    return (True, "") if by.id in found.get(rule.id, ()) else (False, case.fate_words(rule))


@_then("RULE is stopped")
def _is_stopped(case: Case, number: str) -> tuple[bool, str]:
    rule = case.rule(number)
    return any(one["rule"] == rule.id for one in case.decision["stopped"]), case.fate_words(rule)


@_then("RULE needs FACT")
def _rule_needs(case: Case, number: str, name: str) -> tuple[bool, str]:
    rule, _ = case.rule(number), case.fact(name)
    needs = [one["fact"] for one in case.decision["needs"] if rule.id in one["decides"]]
    return name in needs, f"it needs {', '.join(needs)}" if needs else f"it needs nothing ({case.fate_words(rule)})"


@_then("RULE asks to confirm FACT")
def _asks_to_confirm(case: Case, number: str, name: str) -> tuple[bool, str]:
    rule, _ = case.rule(number), case.fact(name)
    shown = case.shown(rule)
    if shown is None:
        return False, f"it is not shown ({case.fate_words(rule)})"
    return name in shown["confirm"], f"it asks to confirm {', '.join(shown['confirm']) or 'nothing'}"


@_then("RULE cites FINDING")
def _cites(case: Case, number: str, citation: str) -> tuple[bool, str]:
    rule = case.rule(number)
    shown = case.shown(rule)
    if shown is None:
        return False, f"it is not shown ({case.fate_words(rule)})"
    found = [f"{one['source']}#{one['finding']}" for one in shown["citations"]]
    return citation in found, f"it cites {', '.join(found) or 'nothing'}"


@_then("RULE has GRADE LEVEL")
def _has(case: Case, number: str, key: str, value: str) -> tuple[bool, str]:
    rule = case.rule(number)
    shown = case.shown(rule)
    if shown is None:
        return False, f"it is not shown ({case.fate_words(rule)})"
    found = str(shown[key]).replace("_", " ")
    return found == value.replace("_", " "), f"{key} {found}"


@_then("the decision needs FACT")
def _decision_needs(case: Case, name: str) -> tuple[bool, str]:
    case.fact(name)
    needs = [one["fact"] for one in case.decision["needs"]]
    return name in needs, f"it needs {', '.join(needs) or 'nothing'}"


@_then("the decision does not need FACT")
def _decision_does_not_need(case: Case, name: str) -> tuple[bool, str]:
    case.fact(name)
    found = next((one for one in case.decision["needs"] if one["fact"] == name), None)
    return found is None, f"it needs it: {found['why']}" if found else ""


@_then("the fact FACT is assumed")
def _is_assumed(case: Case, name: str) -> tuple[bool, str]:
    case.fact(name)
    found = case.decision["facts"].get(name)
    return bool(found and found["source"] == "assumed"), f"it is {found['source']}" if found else "it is unknown"


@_then("the fact FACT is VALUE")
def _fact_is(case: Case, name: str, value: str) -> tuple[bool, str]:
    fact = case.fact(name)
    state = case.decision["facts"].get(name, {"state": fact.unknown_as})["state"]
    try:
        return fact_is(fact, state, value), f"it is {_written(state)}"
    except (ValueError, FactsError) as error:
        raise StepError(str(error)) from None


@_then("contradiction CODE is reported")
def _is_reported(case: Case, code: str) -> tuple[bool, str]:
    found = _codes(case)
    return code in found, f"reported: {', '.join(found) or 'none'}"


@_then("contradiction CODE is not reported")
def _is_not_reported(case: Case, code: str) -> tuple[bool, str]:
    known = [one.code for one in case.engine.guideline.contradictions]
    if code not in known:
        raise StepError(f"there is no contradiction {code}; {did_you_mean(code, known)}")
    return code not in _codes(case), "it is reported"


@_then("no contradiction is reported")
def _none_is_reported(case: Case) -> tuple[bool, str]:
    found = [one["code"] for one in case.decision["contradictions"]]
    return not found, f"reported: {', '.join(found)}"


@_then("the status is STATUS")
def _status(case: Case, status: str) -> tuple[bool, str]:
    return case.decision["status"] == status, f"the status is {case.decision['status']}"


def _written(state: Any) -> str:
    return written(state) if not isinstance(state, dict) else json.dumps(state, ensure_ascii=False)


def _codes(case: Case) -> list[str]:
    return [one["code"] for one in case.decision["contradictions"] + case.decision["warnings"]]


__all__ = ["Case", "StepError", "Unmet", "unmet"]
