"""The pages to read: the guideline by question, one rule with its logic in words, one source with its findings, the vocabulary."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.web import evidence as ev
from api.web.result import regimen_shown
from api.web.words import KINDS, Grade, Kind, capital, grade, plain
from engine.inference.printed import regimen
from engine.language.conditions import All, Any_, Clause, Condition, Not, words
from engine.language.evidence import Finding, Source
from engine.language.guideline import Guideline
from engine.language.rules import Rule
from engine.language.states import number_text
from engine.language.vocabulary import Fact


@dataclass(frozen=True)
class Logic:
    """A condition as lines of words: a clause, or a heading with what stands under it."""

    text: str
    fact: str = ""
    parts: tuple["Logic", ...] = ()


@dataclass(frozen=True)
class RuleLine:
    """One rule in a list."""

    rule: Rule
    kind: Kind
    grade: Grade | None


@dataclass(frozen=True)
class QuestionList:
    """One question with its rules."""

    id: str
    title: str
    single: bool
    rules: tuple[RuleLine, ...]


@dataclass(frozen=True)
class FindingShown:
    """One finding; `figure` is empty where it was not checked."""

    key: str
    finding: Finding
    figure: str
    cited_by: tuple[str, ...]


@dataclass(frozen=True)
class RulePage:
    """One rule with everything it says and rests on."""

    line: RuleLine
    question: str
    when: Logic
    unless: tuple[tuple[Logic, str, bool], ...]
    cited: tuple[tuple[Source, str, Finding, str], ...]
    plots: tuple[ev.Plot, ...]
    shares: tuple[ev.Share, ...]
    regimens: tuple[Mapping[str, Any], ...]
    overrides: tuple[tuple[Rule, str], ...]
    overridden_by: tuple[tuple[Rule, str], ...]
    before: tuple[Rule, ...]  # answered the same question and ended before it began
    after: tuple[Rule, ...]  # answer the same question and begin after it ends
    newest: tuple[str, Source] | None  # the day or year of the newest source it cites


@dataclass(frozen=True)
class FactLine:
    """One word of the vocabulary."""

    fact: Fact
    kind: str
    groups: tuple[tuple[str, str], ...]
    assumed: tuple[tuple[str, str, str], ...]  # value, when, because
    reads: tuple[str, ...]


@dataclass
class Reading:
    """The pages to read of one guideline, each made when it is first asked for."""

    guideline: Guideline
    _citing: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rules = {rule.id: rule for rule in self.guideline.rules}
        for rule in self.guideline.rules:
            for one in rule.citations:
                self._citing.setdefault(str(one), []).append(rule.number)
                if rule.number not in (named := self._citing.setdefault(one.source, [])):
                    named.append(rule.number)

    def questions(self, asked: Mapping[str, str]) -> list[QuestionList]:
        """Every question with the rules that pass the filters, in the order of the guideline."""
        found = []
        for name, question in self.guideline.questions.items():
            if asked.get("question", name) != name:
                continue
            rules = tuple(
                _line(rule) for rule in self.guideline.rules if rule.question == name and _passes(rule, asked)
            )
            if rules or not asked:
                found.append(QuestionList(name, question.title, question.single, rules))
        return found

    def rule(self, name: str) -> RulePage:
        """One rule by id or number; KeyError when there is none."""
        guideline = self.guideline
        rule = guideline.rule(name)
        cited = [(guideline.evidence[one.source], one.finding, guideline.finding(one)) for one in rule.citations]
        key = f"p-{rule.id}".replace(".", "-")
        return RulePage(
            _line(rule),
            guideline.questions[rule.question].title,
            logic(rule.when),
            tuple((logic(one.when), one.because, one.harm) for one in rule.unless),
            tuple((source, name, finding, _figure(finding)) for source, name, finding in cited),
            tuple(ev.plots(cited, key)),
            tuple(ev.shares(cited, key, most=6)),
            tuple(regimen_shown(regimen(guideline, one)) for one in rule.regimens),
            tuple((self.rules[one.rule], one.because) for one in rule.overrides),
            tuple((other, one.because) for other in guideline.rules for one in other.overrides if one.rule == rule.id),
            tuple(one for one in guideline.rules if one.question == rule.question and _follows(rule, one)),
            tuple(one for one in guideline.rules if one.question == rule.question and _follows(one, rule)),
            max(
                ((str(one.cite.published), one) for one, _, _ in cited if one.cite.published), key=_first, default=None
            ),
        )

    def cited_by(self, source: str) -> Sequence[str]:
        """The numbers of the rules that cite a source."""
        return self._citing.get(source, [])

    def findings(self, source: Source) -> list[FindingShown]:
        """The findings of a source."""
        return [
            FindingShown(key, one, _figure(one), tuple(self._citing.get(f"{source.id}#{key}", ())))
            for key, one in source.findings.items()
        ]

    def drawn(self, source: Source) -> tuple[list[ev.Plot], list[ev.Share]]:
        """The pictures of one source."""
        cited = [(source, key, one) for key, one in source.findings.items()]
        key = f"p-{source.id}".replace(".", "-")
        return ev.plots(cited, key), ev.shares(cited, key, most=6)

    def vocabulary(self, titles: Mapping[str, str]) -> Iterator[tuple[str, str, list[FactLine]]]:
        """Every section with its facts; derived facts last."""
        facts = list(self.guideline.vocabulary.values())
        for section, title in titles.items():
            yield section, title, [self._fact(one) for one in facts if one.given and one.section == section]
        yield "derived", "Derived facts", [self._fact(one) for one in facts if not one.given]

    def _fact(self, fact: Fact) -> FactLine:
        if fact.numeric:
            low, high = (number_text(bound) for bound in fact.range)
            kind = f"{'whole number' if fact.type == 'integer' else 'number'} from {low} to {high} {fact.unit}".strip()
        else:
            kind = "yes or no" if fact.type == "boolean" else "one of"
        groups = tuple(
            (name, ", ".join(str(one) for one in fact.values if one in members))
            for name, members in fact.groups.items()
        )
        assumed = tuple(
            (fact.words(one.state), words(one.when) if one.when is not None else "", one.because)
            for one in self.guideline.assumptions.get(fact.name, ())
        )
        reads = next(
            (tuple(sorted(one.facts() - {one.fact})) for one in self.guideline.derivations if one.fact == fact.name), ()
        )
        return FactLine(fact, kind, groups, assumed, reads)


def logic(condition: Condition) -> Logic:
    """The condition in words, part by part."""
    match condition:
        case Clause(fact):
            return Logic(condition.words, fact)
        case Not(part):
            return Logic("Not:", parts=(logic(part),))
        case All(parts) if not parts:
            return Logic("Always")
        case All(parts):
            return Logic("All of:", parts=tuple(logic(part) for part in parts))
        case Any_(parts):
            return Logic("Any of:", parts=tuple(logic(part) for part in parts))


def _follows(rule: Rule, other: Rule) -> bool:
    """Did the other end before this one began?"""
    return other.effective_to is not None and other.effective_to < rule.effective_from


def _first(pair: tuple[str, Source]) -> str:
    return pair[0]


def _line(rule: Rule) -> RuleLine:
    return RuleLine(rule, KINDS[rule.kind], grade(rule.kind, rule.strength, rule.certainty))


def _passes(rule: Rule, asked: Mapping[str, str]) -> bool:
    if asked.get("kind", rule.kind) != rule.kind or asked.get("strength", rule.strength) != rule.strength:
        return False
    text = f"{rule.number} {rule.title} {rule.text}".lower()
    return all(word in text for word in asked.get("words", "").lower().split())


def _figure(finding: Finding) -> str:
    return finding.value or "" if finding.checked else ""


def kinds_in(guideline: Guideline) -> list[tuple[str, str]]:
    """The kinds of rule the guideline has, with their words."""
    have = {rule.kind for rule in guideline.rules}
    return [(kind, one.words) for kind, one in KINDS.items() if kind in have]


__all__ = ["Reading", "capital", "kinds_in", "logic", "plain"]
