"""The words of a Decision: what is known of its facts, strength and certainty, doses and dates."""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.inference.explain import reasons
from engine.language.guideline import Guideline
from engine.language.states import State
from engine.language.vocabulary import Fact

Part = Mapping[str, Any]


class Known:
    """What a Decision knows of facts, in words."""

    def __init__(self, decision: Part, guideline: Guideline) -> None:
        self.facts: Mapping[str, Part] = decision["facts"]
        self.vocabulary = guideline.vocabulary
        self._scope = guideline.about.scope.fact if guideline.about.scope else ""
        self._rows = {one.fact: one.rows.rows for one in guideline.derivations if one.rows}
        self._states = {name: self._state(fact) for name, fact in guideline.vocabulary.items()}

    def label(self, name: str) -> str:
        """The label of a fact."""
        return self.vocabulary[name].label

    def state(self, name: str) -> str:
        """`Size: 12 mm`."""
        fact, known = self.vocabulary[name], self.facts.get(name)
        return f"{fact.label}: {state_words(fact, known['state']) if known else 'unknown'}"

    def says(self, name: str) -> bool:
        """Something worth saying is known: neither nothing nor a mere no."""
        state = self.facts[name]["state"]
        return state is not False and state != self.vocabulary[name].unknown_as

    def because(self, clauses: Iterable[Part]) -> str:
        """The clauses that count, with what made a derived one true; whether the guideline covers the patient goes without saying."""
        return "; ".join(self._clause(one) for one in clauses if one["fact"] != self._scope)

    def roots(self, clauses: Iterable[Part]) -> list[str]:
        """The derived facts among the clauses, each followed back to where several facts meet, in words."""
        asked = [one["fact"] for one in clauses if one["fact"] != self._scope]
        derived = [name for name in asked if self.facts.get(name, {}).get("source") == "derived"]
        found = {self._root(name) for name in derived}
        return [self.state(name) for name in self.facts if name in found and self.says(name)]

    def _clause(self, clause: Part) -> str:
        why = "; ".join(self._made_true(clause["fact"]))
        return f"{self.label(clause['fact'])}: {clause['state']}{f' [{why}]' if why else ''}"

    def _made_true(self, name: str) -> Iterator[str]:
        """The clauses that made a true-or-false fact true."""
        if self.facts.get(name, {}).get("state") is True and name in self._rows:
            for one in reasons(self._rows[name][0].when, self._states, self.vocabulary):
                yield f"{self.label(one.fact)}: {one.state}"

    def _root(self, name: str) -> str:
        while len(origin := self.facts[name]["from"]) == 1 and self.facts[origin[0]]["source"] == "derived":
            name = origin[0]
        return name

    def _state(self, fact: Fact) -> State:
        written = self.facts[fact.name]["state"] if fact.name in self.facts else None
        return fact.everything if written == fact.unknown_as else fact.read(written).state


def bulleted(texts: Sequence[str]) -> list[str | tuple[str, str]]:
    """One text as it is, several each after a dash."""
    return list(texts) if len(texts) == 1 else [("- ", text) for text in texts]


def state_words(fact: Fact, written: Any) -> str:
    """A state as a Decision writes it, for a reader."""
    if isinstance(written, str):
        if written == fact.unknown_as:
            return written
        if written in fact.open_values:
            return fact.open_values[written]
    return fact.words(fact.read(written).state)


def grade(recommendation: Part) -> str:
    """Strength and certainty in the words of GRADE; nothing for a note of scope."""
    if recommendation["kind"] == "out_of_scope":
        return ""
    against = " against" if recommendation["kind"] == "recommend_against" else ""
    words = f": {recommendation['strength']} recommendation{against}"
    certainty = recommendation["certainty"]
    return f"{words}, {certainty.replace('_', ' ')} certainty of evidence" if certainty else words


def cycle_words(cycles: str) -> str:
    """`4` as `4 cycles`; what already says what it counts stays as it is."""
    return re.sub(
        r"^((?:up to )?\d+(?:-\d+)?)(?=$| \()", lambda found: f"{found[1]} cycle{'s' * (found[1] != '1')}", cycles
    )


def figures(text: str) -> bool:
    """Does the text hold a number?"""
    return any(sign.isdigit() for sign in text)


def long_date(day: datetime.date) -> str:
    """`22 November 2026`."""
    return f"{day.day} {day:%B} {day.year}"
