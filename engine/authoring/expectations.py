"""What features expect, word by word: a step that is none, and rules, facts, findings and values that do not exist.

    scenarios_of(folder, guideline)     -> every scenario; raises FeatureError with all that is wrong in its features, NoGherkin

A misspelt expectation is a mistake of the feature, not a scenario that fails: it is told at its place, once, and nothing is run.
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import get_args

from engine.authoring.steps import FORMS, LEVELS, STEPS
from engine.inference.decision import Status
from engine.language.guideline import Guideline
from engine.language.patients import refused
from engine.language.problems import Place, Problem, did_you_mean, shortened
from engine.language.scenarios import (
    OUTCOMES,
    RULE,
    FeatureError,
    Scenario,
    nearest_step,
    read_features,
    set_fact,
)
from engine.language.yamlfile import read_text

Mistake = tuple[str, str, str, str]  # the word, the code, the message, the hint
_LIST = "the steps are listed in docs/authoring.md"


def scenarios_of(folder: Path, guideline: Guideline) -> list[Scenario]:
    """Every scenario of the features in a folder; raises FeatureError with everything that is wrong in them, NoGherkin."""
    scenarios, problems = read_features(folder, guideline.vocabulary)
    problems += Words(folder, guideline).problems(scenarios)
    if problems:
        raise FeatureError(problems)
    return scenarios


class Words:
    """The words that expectations may use: those of one guideline."""

    def __init__(self, folder: Path, guideline: Guideline) -> None:
        self.folder, self.guideline = folder, guideline
        self._lines: dict[str, list[str]] = {}
        self._known: dict[tuple[str, datetime.date], list[Mistake]] = {}

    def problems(self, scenarios: list[Scenario]) -> list[Problem]:
        """Everything that is wrong with what the scenarios expect, and with their tags."""
        found: dict[tuple[Place, str], Problem] = {}
        for one in scenarios:
            for expectation in one.expected:
                for mistake in self._mistakes(f"{expectation.rule} {expectation.what}".strip(), one.day):
                    problem = self._problem(expectation.place, *mistake)
                    found[problem.place, problem.message] = problem
            for tag, place in one.tags:
                for mistake in self._tag(tag):
                    problem = self._problem(place, *mistake)
                    found[problem.place, problem.message] = problem
        return list(found.values())

    # ---- one step -----------------------------------------------------------------------------------------------
    @cached_property
    def _numbers(self) -> frozenset[str]:
        return frozenset(rule.number for rule in self.guideline.rules)

    def _tag(self, tag: str) -> Iterator[Mistake]:
        """`@rule:ABC-01` ties a scenario to a rule; other tags are the author's own, unless they look like one of these."""
        number = tag.removeprefix("@rule:")
        if number == tag and (match := re.search(rf"{RULE}$", tag)):
            yield tag, "unknown-rule", f"`{tag}` is no tag of a rule", f"write it as `@rule:{match[0]}`"
        elif number != tag and number not in self._numbers:
            hint = did_you_mean(number, self._numbers)
            yield number, "unknown-rule", f"no rule has the number `{number}`", hint

    def _mistakes(self, text: str, day: datetime.date) -> list[Mistake]:
        found = self._known.get((text, day))
        if found is None:
            found = self._known[text, day] = list(self._step(text, day))
        return found

    def _step(self, text: str, day: datetime.date) -> Iterator[Mistake]:
        for pattern, _ in STEPS:
            match = pattern.fullmatch(text)
            if match:
                words = _names(FORMS[pattern])
                yield from self._checked(dict(zip(words, match.groups(), strict=True)), day)
                return
        yield "", "unknown-step", f"`{shortened(text, 80)}` is no step", nearest_step(text, _spelt()) or _LIST

    def _checked(self, words: dict[str, str], day: datetime.date) -> Iterator[Mistake]:
        known = True
        for name, word in words.items():
            for mistake in self._word(name.rstrip("2"), word, words, day) if known else ():
                known = False
                yield mistake

    def _word(self, name: str, word: str, words: dict[str, str], day: datetime.date) -> Iterator[Mistake]:
        vocabulary = self.guideline.vocabulary
        match name:
            case "RULE" if word not in self._numbers:
                hint = did_you_mean(word, self._numbers)
                yield word, "unknown-rule", f"no rule has the number `{word}`", hint
            case "RULE" if not self.guideline.rule(word).in_force(day):
                hint = "give the scenario another day, or expect another rule"
                yield word, "unknown-rule", f"`{word}` is not in force on {day}", hint
            case "FACT" if word not in vocabulary:
                yield word, "unknown-fact", f"unknown fact `{word}`", did_you_mean(word, vocabulary)
            case "FINDING":
                cited = [f"{one.source}#{one.finding}" for one in self.guideline.rule(words["RULE"]).citations]
                if word not in cited:
                    yield (
                        word,
                        "unknown-citation",
                        f"`{words['RULE']}` does not cite `{word}`",
                        did_you_mean(word, cited),
                    )
            case "CODE":
                codes = [one.code for one in self.guideline.contradictions]
                if word not in codes:
                    yield word, "unknown-value", f"there is no contradiction `{word}`", did_you_mean(word, codes)
            case "STATUS" if word not in get_args(Status):
                yield word, "unknown-value", f"unknown value `{word}` of `status`", did_you_mean(word, get_args(Status))
            case "LEVEL":
                levels = [one.replace("_", " ") for one in LEVELS[words["GRADE"]]]
                if word.replace("_", " ") not in levels:
                    message = f"unknown value `{word}` of `{words['GRADE']}`"
                    yield word, "unknown-value", message, did_you_mean(word, levels)
            case "VALUE":
                yield from self._value(words["FACT"], word)

    def _value(self, name: str, word: str) -> Iterator[Mistake]:
        fact, facts = self.guideline.vocabulary[name], dict[str, object]()
        if word.strip() in ("unknown", fact.unknown_as):
            return
        try:
            set_fact(facts, self.guideline.vocabulary, name, word)
        except ValueError as error:
            yield word, "unknown-value", str(error), "write true, false or unknown"
            return
        if name in facts and (wrong := refused(fact, facts[name])):
            yield word, "unknown-value", *wrong

    # ---- places -------------------------------------------------------------------------------------------------
    def _problem(self, place: Place, word: str, code: str, message: str, hint: str) -> Problem:
        """At the word, if it stands where the step does."""
        if place.path not in self._lines:
            text, _ = read_text(self.folder.parent / place.path, place.path)
            self._lines[place.path] = text.splitlines()
        lines = self._lines[place.path]
        line = lines[place.line - 1] if place.line <= len(lines) else ""
        at = line.find(word, place.column - 1, place.column - 1 + place.length) if word else -1
        place = replace(place, column=at + 1, length=len(word)) if at >= 0 else place
        return Problem(code, message, place, hint, line)


def _names(form: str) -> Iterator[str]:
    """The words in capitals of a form; the second of one name has a 2."""
    seen: set[str] = set()
    for word in form.replace("(?:is shown|stands)", "").split():
        if word.isupper():
            yield f"{word}2" if word in seen else word
            seen.add(word)


def _spelt() -> list[str]:
    """Every form as an author would write it."""
    forms = [form.replace("(?:is shown|stands)", "is shown") for form in FORMS.values()]
    return [
        one
        for form in forms
        for one in ([form.replace("OUTCOME", word) for word in OUTCOMES] if "OUTCOME" in form else [form])
    ]


__all__ = ["scenarios_of"]
