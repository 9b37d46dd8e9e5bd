"""A Decision as the page shows it: made from the same bytes that the API answers with, never from anything else."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.web import evidence as ev
from api.web.form import sent_behind
from api.web.words import ENDED, KINDS, STATUS, Grade, Kind, capital, grade, status_line
from engine.inference.text import A_FIGURE
from engine.inference.wording import Known, cycle_words, figures, long_date
from engine.language.guideline import Guideline

Part = Mapping[str, Any]
# In short: what is certainly dangerous comes before what to do, and that before what to watch, to prepare and to find out.
# Questions stand in the same order.
_ALERTS, _CONFIRM = "Safety", "Safety, once confirmed"
_SHORT = {
    _ALERTS: ("safety_alert",),
    "Scope": ("out_of_scope",),
    "Treatment and care": ("recommend", "recommend_against", "consider"),
    _CONFIRM: ("safety_alert",),
    "Do first": ("required_workup",),
    "Find out": ("request_data",),
}
_PLACES = {title: place for place, title in enumerate(_SHORT)}


@dataclass(frozen=True)
class Linked:
    """A fact with its label and its field; what is known of it."""

    name: str
    label: str
    words: str = ""
    asked: bool = True  # it has a field; a derived fact has not

    @property
    def href(self) -> str:
        """Its field, or what the vocabulary says of it."""
        return f"#f-{self.name}" if self.asked else f"/vocabulary#{self.name}"


@dataclass(frozen=True)
class Said:
    """A cited finding: the number of its source, its sentence, whether its figure was checked."""

    number: int
    text: str
    checked: bool


@dataclass(frozen=True)
class Advice:
    """One recommendation that stands."""

    part: Part
    kind: Kind
    grade: Grade | None
    provisional: bool
    confirm: tuple[Linked, ...]
    because: tuple[str, ...]
    regimens: tuple[Part, ...]
    said: tuple[Said, ...]
    sources: tuple[int, ...]
    plots: tuple[ev.Plot, ...]
    shares: tuple[ev.Share, ...]

    @property
    def place(self) -> int:
        """Its place among the headings of what stands, in short."""
        if self.provisional and self.part["kind"] in _SHORT[_CONFIRM]:
            return _PLACES[_CONFIRM]
        return next(place for place, kinds in enumerate(_SHORT.values()) if self.part["kind"] in kinds)

    @property
    def brief(self) -> str:
        """Its kind in words; how weak it is, and that it is provisional, where it is."""
        kind, words = self.part["kind"], [self.kind.words]
        if kind in ("required_workup", "request_data"):  # the heading says it
            words = []
        if kind in ("recommend", "recommend_against") and self.part["strength"] == "conditional":
            words.append("conditional")
        return capital(", ".join([*words, "provisional"] if self.provisional else words))


@dataclass(frozen=True)
class Question:
    """The recommendations that answer one question."""

    id: str
    title: str
    advice: tuple[Advice, ...]


@dataclass(frozen=True)
class Next:
    """An open fact and what its answer could settle."""

    fact: Linked
    settles: bool
    rules: tuple[tuple[str, str], ...]  # number, title
    more: int


@dataclass(frozen=True)
class Message:
    """What does not go together, with every fact that has a part in it."""

    text: str
    facts: tuple[Linked, ...]


@dataclass(frozen=True)
class Withdrawn:
    """A rule that does not stand, and why."""

    number: str
    title: str
    reasons: tuple[tuple[str, str], ...]
    fallback: bool = False


@dataclass(frozen=True)
class Result:
    """Everything the page says about one Decision."""

    decision: Part
    status: str
    status_line: str
    read: tuple[str, ...]
    next: Next | None
    others: tuple[Next, ...]
    asked: tuple[Linked, ...]  # asked and not known, and still able to change the answer
    short: tuple[tuple[str, tuple[Advice, ...]], ...]  # what stands, by what it asks of the reader
    questions: tuple[Question, ...]
    contradictions: tuple[Message, ...]
    warnings: tuple[Message, ...]
    ruled_out: tuple[Withdrawn, ...]
    overridden: tuple[Withdrawn, ...]
    stopped: tuple[str, ...]
    assumed: tuple[tuple[Linked, str], ...]
    sent: tuple[Linked, ...]
    references: tuple[Part, ...]  # the citations, each publication once
    timeline: ev.Timeline | None
    day: str
    overdue: str
    graders: str

    @property
    def count(self) -> int:
        """How many recommendations stand."""
        return sum(len(one.advice) for one in self.questions)

    @property
    def spoken(self) -> str:
        """What a screen reader says when the answer changes."""
        stand = "1 recommendation" if self.count == 1 else f"{self.count} recommendations"
        ask = f" Next question: {self.next.fact.label}." if self.next else ""
        return f"{self.status}. {stand}.{ask}"


class ResultMaker:
    """The results of one guideline."""

    def __init__(self, guideline: Guideline) -> None:
        self.guideline = guideline
        self.rules = {rule.id: rule for rule in guideline.rules}
        self._pictures: dict[str, tuple[tuple[ev.Plot, ...], tuple[ev.Share, ...]]] = {}
        self._timeline = ev.trials_by_timing(guideline, "timeline")
        self._timed = {one.id for one, _, _ in self._timeline.trials} if self._timeline else set[str]()

    def make(self, decision: Part, first: Collection[str] = ()) -> Result:
        """The page's view of a Decision; an open fact among `first`, which the form asks before all others, is the next question."""
        guideline, known = self.guideline, Known(decision, self.guideline)
        numbers: dict[tuple[str, str], int] = {}
        questions: dict[str, list[Advice]] = {}
        for part in decision["recommendations"]:
            questions.setdefault(part["question"], []).append(self._advice(part, known, numbers))
        unknown = {name for name, one in decision["facts"].items() if self._unknown(name, one)}
        open_ = [one for one in decision["needs"] if one["fact"] not in unknown]
        needs = [self._next(one) for one in sorted(open_, key=lambda one: one["fact"] not in first)]
        if decision["status"] in ENDED:
            needs = []
        for some in questions.values():
            some.sort(key=lambda one: one.place != _PLACES[_ALERTS])
        ordered = sorted(questions.items(), key=lambda one: min(each.place for each in one[1]))
        scope = guideline.about.scope
        day = datetime.date.fromisoformat(decision["as_of"])
        due = guideline.about.review_due
        facts = decision["facts"]
        because = [each for one in decision["recommendations"] for each in one["because"]]
        graders = sorted({one["graded_by"] for one in decision["recommendations"] if one["graded_by"]})
        return Result(
            decision=decision,
            status=STATUS[decision["status"]],
            status_line=status_line(decision, scope.outside if scope else ""),
            read=tuple(known.roots(because)) if decision["status"] != "contradiction" else (),
            next=needs[0] if needs else None,
            others=tuple(needs[1:]),
            asked=tuple(self._linked(one["fact"], known) for one in decision["needs"] if one["fact"] in unknown),
            short=tuple(
                (title, found)
                for title, place in _PLACES.items()
                if (found := tuple(each for _, some in ordered for each in some if each.place == place))
            ),
            questions=tuple(Question(name, guideline.questions[name].title, tuple(advice)) for name, advice in ordered),
            contradictions=self._messages(decision, decision["contradictions"], known),
            warnings=self._messages(decision, decision["warnings"], known),
            ruled_out=tuple(self._ruled_out(one, known) for one in decision["ruled_out"]),
            overridden=tuple(self._overridden(one) for one in decision["overridden"]),
            stopped=tuple(one["number"] for one in decision["stopped"]),
            assumed=tuple(
                (self._linked(name, known), one.get("because") or "")
                for name, one in facts.items()
                if one["source"] == "assumed"
            ),
            sent=tuple(self._linked(name, known) for name, one in facts.items() if one["source"] == "given"),
            references=tuple(
                {_publication(one): one for part in decision["recommendations"] for one in part["citations"]}.values()
            ),
            timeline=self._timeline if self._timed & {source for source, _ in numbers} else None,
            day=long_date(day),
            overdue=f"This guideline was due for review on {long_date(due)}; newer evidence may exist."
            if day > due
            else "",
            graders=", ".join(graders),
        )

    def _unknown(self, name: str, one: Part) -> bool:
        """Was the fact sent as not known?"""
        fact = self.guideline.vocabulary[name]
        state = one["state"]
        return one["source"] == "given" and isinstance(state, str) and state in {fact.unknown_as, *fact.open_values}

    def _linked(self, name: str, known: Known) -> Linked:
        label = known.label(name)
        words = known.state(name).removeprefix(f"{label}: ")
        return Linked(name, label, words, self.guideline.vocabulary[name].given)

    def _advice(self, part: Part, known: Known, numbers: dict[tuple[str, str], int]) -> Advice:
        sources = [numbers.setdefault(_publication(one), len(numbers) + 1) for one in part["citations"]]
        plots, shares = self._drawn(part["rule"])
        drawn = {one for plot in plots for one in plot.findings} | {one.finding for one in shares}
        return Advice(
            part=part,
            kind=KINDS[part["kind"]],
            grade=grade(part["kind"], part["strength"], part["certainty"]),
            provisional=part["status"] == "provisional",
            confirm=tuple(Linked(name, known.label(name)) for name in part["confirm"]),
            because=tuple(text for one in part["because"] if (text := known.because([one]))),
            regimens=tuple(regimen_shown(one) for one in part["regimen"]),
            said=tuple(
                said(one, number)
                for one, number in zip(part["citations"], sources, strict=True)
                if (one["source"], one["finding"]) not in drawn
            ),
            sources=tuple(sorted(set(sources))),
            plots=plots,
            shares=shares,
        )

    def _drawn(self, name: str) -> tuple[tuple[ev.Plot, ...], tuple[ev.Share, ...]]:
        """The pictures of a rule, drawn once."""
        found = self._pictures.get(name)
        if found is None:
            rule = self.rules[name]
            cited = [
                (self.guideline.evidence[one.source], one.finding, self.guideline.finding(one))
                for one in rule.citations
            ]
            key = f"p-{rule.id}".replace(".", "-")
            found = self._pictures[name] = (tuple(ev.plots(cited, key)), tuple(ev.shares(cited, key)))
        return found

    def _next(self, need: Part) -> Next:
        rules = [self.rules[name] for name in need["decides"]]
        named = tuple((rule.number, rule.title) for rule in rules[:3])
        return Next(Linked(need["fact"], need["label"]), need["ask_next"], named, len(rules) - len(named))

    def _messages(self, decision: Part, messages: Sequence[Part], known: Known) -> tuple[Message, ...]:
        return tuple(
            Message(
                one["text"],
                tuple(
                    self._linked(name, known)
                    for name in dict.fromkeys(sent for fact in one["facts"] for sent in sent_behind(decision, fact))
                ),
            )
            for one in messages
        )

    def _ruled_out(self, part: Part, known: Known) -> Withdrawn:
        reasons = tuple(
            (f"{'Harm: ' if one['harm'] else ''}{one['reason']}", known.because(one["facts"]))
            for one in part["because"]
        )
        return Withdrawn(part["number"], part["title"], reasons)

    def _overridden(self, part: Part) -> Withdrawn:
        by = " and ".join(self.rules[name].number for name in part["by"])
        return Withdrawn(
            part["number"],
            part["title"],
            ((f"Withdrawn by {by}. {' '.join(part['reasons'])}".strip(), ""),),
            part["fallback"],
        )


def _publication(cited: Part) -> tuple[str, str]:
    return cited["source"], cited["reference"]


def said(cited: Part, number: int) -> Said:
    """A cited finding as one sentence, with its figure where it was checked."""
    text, value = cited["text"].rstrip("."), cited.get("value") or ""
    if cited["checked"] and A_FIGURE.search(value):
        text = f"{text}: {value}"
    return Said(number, text, cited["checked"])


def regimen_shown(regimen: Part) -> Part:
    """A regimen as its table shows it: doses only when they were checked."""
    parts, phase = [], None
    for one in regimen["parts"]:
        cells = [one["dose"] or "", one["schedule"] or "", cycle_words(one["cycles"] or "")]
        if not regimen["checked"]:
            cells = ["not checked: not shown", *("" if figures(cell) else cell for cell in cells[1:])]
        parts.append({"phase": one["phase"] if one["phase"] != phase else "", "drug": one["drug"], "cells": cells})
        phase = one["phase"]
    return {**regimen, "parts": parts}
