"""What an author would want to know of the texts of rules: figures without source, titles too long for a card."""

import re
from collections.abc import Iterator
from dataclasses import replace

from engine.authoring.lint_places import file_warning, rule_warning
from engine.language.conditions import Condition, clauses
from engine.language.guideline import Guideline
from engine.language.problems import Place, Problem
from engine.language.rules import Rule
from engine.language.states import Interval
from engine.language.vocabulary import Fact
from engine.language.yamlfile import Route, YamlFile

LONGEST_TITLE = 120  # of a rule: the summary of a card has less than 140 characters, and a prefix
NUMBER = re.compile(r"(?<![\w.,/#-])\d+(?:[.,]\d+)*(?![\w#])")
Text = tuple[Route, str]


def uncited_number(guideline: Guideline) -> Iterator[Problem]:
    """A figure in a text of a rule that neither its conditions, nor a checked finding it cites, nor its regimens hold."""
    labels = _labels(guideline)
    for rule in guideline.rules:
        allowed = _numbers_of(rule, guideline)
        for route, text in texts(rule):
            for match in NUMBER.finditer(text):
                number = match[0].replace(",", "")
                if number in allowed or _is_label(text, match, number, labels):
                    continue
                message = f"the figure {match[0]} in `{route[0]}` is in no checked finding that the rule cites"
                hint = "cite the finding that holds it, or take it out of the text"
                file = guideline.files[rule.place.path]
                yield file_warning("uncited-number", message, file, place_of(file, route, match[0]), hint)


def place_of(file: YamlFile, route: Route, figure: str) -> Place:
    """Where a figure or word stands in a text that may run over several lines."""
    whole, alone = file.value_place(route), re.compile(rf"(?<![\w.,/#-]){re.escape(figure)}(?![\w#])")
    for line in range(whole.line, len(file.lines) + 1):
        match = alone.search(file.lines[line - 1], whole.column - 1 if line == whole.line else 0)
        if match:
            return replace(whole, line=line, column=match.start() + 1, length=len(figure))
    return whole


def long_summary(guideline: Guideline) -> Iterator[Problem]:
    """A title that is too long for the summary of a card."""
    for rule in guideline.rules:
        if len(rule.title) > LONGEST_TITLE:
            message = f"the title has {len(rule.title)} characters, and a card shows {LONGEST_TITLE} at most"
            yield rule_warning(
                "long-summary", message, guideline, rule, ("title",), "say what is advised in fewer words"
            )


# ---- what a rule may say ------------------------------------------------------------------------------------------------
def texts(rule: Rule) -> Iterator[Text]:
    """Every text of a rule that a user reads."""
    yield ("title",), rule.title
    yield ("text",), rule.text
    yield ("rationale",), rule.rationale
    yield from ((("caveats", index), text) for index, text in enumerate(rule.caveats))
    yield from ((("unless", index, "because"), one.because) for index, one in enumerate(rule.unless))
    yield from ((("overrides", index, "because"), one.because) for index, one in enumerate(rule.overrides))


def _numbers_of(rule: Rule, guideline: Guideline) -> frozenset[str]:
    """The figures of a rule's conditions and of what these are derived from, of its checked findings, and of its regimens."""
    found: set[str] = set()
    tables = {one.fact: one for one in guideline.derivations}
    waiting, seen = list(rule.facts()), set[str]()
    conditions: list[Condition] = [rule.when, *(one.when for one in rule.unless)]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in tables:
            waiting += tables[name].facts()
            conditions += [row.when for table in tables[name].tables() for row in table.rows]
    for condition in conditions:
        for clause in clauses(condition):
            for span in clause.test:
                if isinstance(span, Interval):
                    found |= {f"{bound:g}" for bound in _bounds(span, guideline.vocabulary[clause.fact])}
                elif str(span).isdigit():
                    found.add(str(span))
    for citation in rule.citations:
        source, finding = guideline.evidence[citation.source], guideline.finding(citation)
        found |= _figures(source.title, source.cite.title, str(source.cite.published))
        if finding.checked:
            found |= _figures(finding.text, finding.value or "", finding.quote or "")
            found |= _figures(str(finding.effect or ""), str(finding.rates or ""), str(finding.follow_up_months or ""))
    for name in rule.regimens:
        regimen = guideline.regimens[name]
        found |= _figures(regimen.title, *regimen.notes, regimen.growth_factor or "")
        for part in regimen.parts:
            found |= _figures(*(str(value) for value in part.model_dump().values() if value is not None))
    return frozenset(found)


def _bounds(span: Interval, fact: Fact) -> set[float]:
    """The numbers an author may have written for an interval: of integers also the next ones outside, as `<5` is kept as `<=4`."""
    step = 1 if fact.type == "integer" else 0
    low = set() if span.low <= fact.range[0] else {span.low, span.low - step}
    return low | (set() if span.high >= fact.range[1] else {span.high, span.high + step})


def _figures(*texts: str) -> set[str]:
    return {one.replace(",", "") for text in texts for one in re.findall(r"\d+(?:[.,]\d+)*", text)}


def _labels(guideline: Guideline) -> dict[str, list[tuple[float, float] | frozenset[str]]]:
    """For each word of the labels of facts, which numbers may follow it: `grade 3`, `level 2`."""
    found: dict[str, list[tuple[float, float] | frozenset[str]]] = {}
    for fact in guideline.vocabulary.values():
        whole = fact.type == "integer" and fact.range[1] <= 10
        digits = frozenset(str(value) for value in fact.values if str(value).isdigit())
        for word in re.findall(r"[a-z]{3,}", fact.label.lower()):
            if whole:
                found.setdefault(word, []).append(fact.range)
            elif digits:
                found.setdefault(word, []).append(digits)
    return found


def _is_label(
    text: str, match: re.Match[str], number: str, labels: dict[str, list[tuple[float, float] | frozenset[str]]]
) -> bool:
    """Does the number name a step of a scale whose name stands before it?"""
    before = re.sub(r"[\d\s,-]+$|\b(?:to|and|or)\s*$", "", text[: match.start()])
    while (shorter := re.sub(r"(?:[\d\s,-]+|\b(?:to|and|or))$", "", before)) != before:
        before = shorter
    word = re.search(r"([A-Za-z]+)$", before)
    if word is None or not number.isdigit():
        return False
    name = word[1].lower()
    scales = [*labels.get(name, ()), *labels.get(name.removesuffix("s"), ())]
    return any(number in one if isinstance(one, frozenset) else one[0] <= int(number) <= one[1] for one in scales)
