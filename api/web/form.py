"""Which fields the form shows, and where: first what the guideline says, then what could change the answer, the rest folded by section."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from api.web.answers import Answers, Wrong
from api.web.fields import EITHER, UNKNOWN, Choice, Field
from api.web.words import ENDED
from engine.language.conditions import truth
from engine.language.guideline import FirstFacts, Guideline
from engine.language.states import State

AT_ONCE = 4  # open questions that stand in the form at the same time


@dataclass(frozen=True, slots=True)
class Shown:
    """One field with what was entered and what is to be said about it."""

    field: Field
    text: str
    choices: tuple[Choice, ...]
    wrong: Wrong | None
    clashes: tuple[str, ...]
    open: bool  # not answered, and its answer could change the decision
    ticked: frozenset[str] | None  # asked by ticking what is possible: what is ticked; None: asked for one answer

    @property
    def number(self) -> str:
        """What was entered as a number, without the box beside it."""
        return "" if self.unknown and not self.wrong else self.text.removesuffix(f"{EITHER}{UNKNOWN}")

    @property
    def unknown(self) -> bool:
        """Was it asked, and is not known?"""
        return self.text == UNKNOWN or self.text.endswith(f"{EITHER}{UNKNOWN}")


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading."""

    id: str
    title: str
    fields: tuple[Shown, ...]
    answered: int
    open: bool  # unfolded


@dataclass(frozen=True, slots=True)
class Form:
    """The whole form."""

    first: tuple[Group, ...]
    asked: Group
    sections: tuple[Group, ...]
    several: tuple[str, ...]


class FormMaker:
    """The form of one guideline."""

    def __init__(self, guideline: Guideline) -> None:
        self.guideline = guideline
        self.fields = {fact.name: Field.of(fact) for fact in guideline.vocabulary.values() if fact.given}
        self.titles = dict(_section_titles(guideline))
        self.first = guideline.first_facts or self._first_section()

    def _first_section(self) -> tuple[FirstFacts, ...]:
        """A guideline that does not say what comes first begins with its first section."""
        section = next((field.fact.section for field in self.fields.values()), "")
        names = tuple(name for name, field in self.fields.items() if field.fact.section == section)
        return (FirstFacts(self.titles.get(section, section), names),)

    def make(self, answers: Answers, decision: Mapping[str, Any] | None, states: Mapping[str, State]) -> Form:
        """The form for these entries; `decision` is None when there is none yet."""
        needs = [one["fact"] for one in decision["needs"]] if decision and decision["status"] not in ENDED else []
        clashes = _clashes(decision) if decision else {}
        needed = set(needs)

        def group(key: str, title: str, names: list[str], unfolded: bool = True) -> Group:
            fields = tuple(self._shown(name, answers, clashes, needed) for name in names)
            return Group(key, title, fields, sum(bool(one.text) for one in fields), unfolded)

        placed: set[str] = set()
        first = []
        for index, one in enumerate(self.first):
            if one.when is None or truth(one.when, states, self.guideline.vocabulary) is True:
                placed.update(one.facts)
                first.append(group(f"first-{index}", one.title, list(one.facts)))
        asked = [
            name
            for name in answers.asked
            if name not in placed and (name in needed or name in answers.texts or not decision)
        ]
        waiting = sum(name not in answers.texts for name in asked)
        for name in needs:
            if waiting >= AT_ONCE:
                break
            if name not in placed and name not in asked and name not in answers.texts:
                asked.append(name)
                waiting += 1
        placed.update(asked)
        sections = []
        for section, title in self.titles.items():
            names = [name for name, one in self.fields.items() if one.fact.section == section and name not in placed]
            if names:
                unfolded = any(name in answers.texts for name in names)
                sections.append(group(f"section-{section}", title, names, unfolded))
        return Form(tuple(first), group("asked", "", asked), tuple(sections), answers.several)

    def _shown(self, name: str, answers: Answers, clashes: Mapping[str, list[str]], needed: set[str]) -> Shown:
        field, text = self.fields[name], answers.texts.get(name, "")
        wrong = answers.wrong.get(name)
        choices = field.choices if wrong else field.choices_for(text)
        boxes = field.ticked(text) if name in answers.several else None
        return Shown(field, text, choices, wrong, tuple(clashes.get(name, ())), not text and name in needed, boxes)


def sent_behind(decision: Mapping[str, Any], name: str) -> list[str]:
    """The facts that were sent behind a fact: itself, or those it was derived from, followed down."""
    facts = decision["facts"]
    found: dict[str, None] = {}
    waiting, seen = [name], set[str]()
    while waiting:
        one = waiting.pop(0)
        if one in seen or one not in facts:
            continue
        seen.add(one)
        if facts[one]["source"] == "given":
            found[one] = None
        waiting += facts[one]["from"]
    return list(found)


def _clashes(decision: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is said of facts that do not go together or are unusual, by the fact that was sent."""
    found: dict[str, list[str]] = {}
    for one in (*decision["contradictions"], *decision["warnings"]):
        for name in dict.fromkeys(sent for fact in one["facts"] for sent in sent_behind(decision, fact)):
            found.setdefault(name, []).append(one["text"])
    return found


def _section_titles(guideline: Guideline) -> Iterator[tuple[str, str]]:
    for path, file in guideline.files.items():
        if "/facts/" in path and isinstance(file.data, dict):
            yield file.data["section"], file.data["title"]
