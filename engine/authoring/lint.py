"""`lint`: what is allowed in a guideline and yet probably not meant. `check` finds what is wrong; this finds what an author would want to know.

Each code is one function from a guideline to its problems, and one page docs/lint/<code>.md. A rule waives a code with `waive: {code: reason}`.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from engine.inference.space import Cells
from engine.language.conditions import All, Any_, Clause, Condition, Not, clauses
from engine.language.guideline import Guideline, load
from engine.language.problems import GuidelineError, Problem
from engine.language.rules import Rule
from engine.language.states import Interval
from engine.language.vocabulary import Fact
from engine.language.yamlfile import Route

MARK = "FILL"  # what scaffolds leave for the author
LONGEST_TITLE = 120  # of a rule: the summary of a card has less than 140 characters, and a prefix
NUMBER = re.compile(r"(?<![\w.,/#-])\d+(?:[.,]\d+)*(?![\w#])")
Lint = Callable[[Guideline], Iterator[Problem]]
Text = tuple[Route, str]


# ---- texts --------------------------------------------------------------------------------------------------------------
def uncited_number(guideline: Guideline) -> Iterator[Problem]:
    """A figure in a text of a rule that neither its conditions, nor a checked finding it cites, nor its regimens hold."""
    labels = _labels(guideline)
    for rule in guideline.rules:
        allowed = _numbers_of(rule, guideline)
        for route, text in _texts(rule):
            for match in NUMBER.finditer(text):
                number = match[0].replace(",", "")
                if number in allowed or _is_label(text, match, number, labels):
                    continue
                message = f"the figure {match[0]} in `{route[0]}` is in no checked finding that the rule cites"
                hint = "cite the finding that holds it, or take it out of the text"
                yield _problem("uncited-number", message, guideline, rule, route, hint)


def unfinished(guideline: Guideline) -> Iterator[Problem]:
    """A place that a scaffold left to be filled in."""
    for path, file in guideline.files.items():
        for line, text in enumerate(file.lines, 1):
            if re.search(rf"\b{MARK}\b", re.sub(r"(?:^|\s)#.*", "", text)):
                yield _problem_at("unfinished", f"`{MARK}` is still to be filled in", guideline, path, line)


def long_summary(guideline: Guideline) -> Iterator[Problem]:
    """A title that is too long for the summary of a card."""
    for rule in guideline.rules:
        if len(rule.title) > LONGEST_TITLE:
            message = f"the title has {len(rule.title)} characters, and a card shows {LONGEST_TITLE} at most"
            yield _problem("long-summary", message, guideline, rule, ("title",), "say what is advised in fewer words")


# ---- conditions ---------------------------------------------------------------------------------------------------------
def tautology_on_unknown(guideline: Guideline) -> Iterator[Problem]:
    """Alternatives that together let every value of a fact pass: always true, but open while the fact is unknown."""
    for rule in guideline.rules:
        for condition in (rule.when, *(one.when for one in rule.unless)):
            for fact, first in _covering(condition, guideline):
                message = f"together these alternatives let every value of `{fact}` pass, and yet they wait for it"
                hint = "leave the fact out, or name the values that are meant"
                yield _problem("tautology-on-unknown", message, guideline, rule, first.route, hint)


def _covering(condition: Condition, guideline: Guideline) -> Iterator[tuple[str, Clause]]:
    """Facts all of whose values pass one of the plain alternatives of an `any`."""
    match condition:
        case Any_(parts):
            plain = [part for part in parts if isinstance(part, Clause) and part.known is None]
            for fact in dict.fromkeys(part.fact for part in plain):
                mine = [part for part in plain if part.fact == fact]
                cells = Cells(guideline.vocabulary[fact], [part.test for part in mine])
                passing = 0
                for part in mine:
                    passing |= cells.test(part.test)
                if len(mine) > 1 and passing == cells.everything:
                    yield fact, mine[0]
            for one in parts:
                yield from _covering(one, guideline)
        case All(parts):
            for one in parts:
                yield from _covering(one, guideline)
        case Not(inner):
            yield from _covering(inner, guideline)


# ---- evidence -----------------------------------------------------------------------------------------------------------
def unchecked_evidence(guideline: Guideline) -> Iterator[Problem]:
    """A rule of high or moderate certainty that cites no finding whose figures were read at the source."""
    for rule in guideline.rules:
        sure = rule.certainty in ("high", "moderate") and rule.citations
        if sure and not any(guideline.finding(one).checked for one in rule.citations):
            message = f"the certainty is {rule.certainty}, and no finding it cites was checked"
            hint = "read a source and set `checked: true`, or lower the certainty"
            yield _problem("unchecked-evidence", message, guideline, rule, ("certainty",), hint)


LINTS: dict[str, Lint] = {
    "uncited-number": uncited_number,
    "unfinished": unfinished,
    "long-summary": long_summary,
    "tautology-on-unknown": tautology_on_unknown,
    "unchecked-evidence": unchecked_evidence,
}


def lint(guideline: Guideline, codes: Iterable[str] = LINTS) -> list[Problem]:
    """Everything found that no rule waives, sorted by place."""
    return sorted({problem for code in codes for problem in LINTS[code](guideline)}, key=lambda one: one.order)


# ---- what a rule may say ------------------------------------------------------------------------------------------------
def _texts(rule: Rule) -> Iterator[Text]:
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


# ---- problems -----------------------------------------------------------------------------------------------------------
def _problem(code: str, message: str, guideline: Guideline, rule: Rule, route: Route, hint: str) -> Problem:
    file = guideline.files[rule.place.path]
    return file.problem(code, message, file.value_place(route), hint, severity="warning")


def _problem_at(code: str, message: str, guideline: Guideline, path: str, line: int) -> Problem:
    file = guideline.files[path]
    column = file.lines[line - 1].index(MARK) + 1
    place = replace(file.value_place(()), line=line, column=column, length=len(MARK))
    return file.problem(code, message, place, "write what belongs here", severity="warning")


def waived(problem: Problem, guideline: Guideline) -> bool:
    """Does the rule in whose file the problem stands waive its code?"""
    return any(problem.code in rule.waive for rule in guideline.rules if rule.place.path == problem.place.path)


# ---- the command --------------------------------------------------------------------------------------------------------
def run(folder: Path, features: Path | None = None, *, form: str = "text") -> int:
    """Lint the guideline in a folder; 1 when something is found that no rule waives."""
    try:
        guideline = load(folder)
    except GuidelineError as error:
        print(f"{error}\nerror: the guideline has problems; see `check`", file=sys.stderr)
        return 1
    every = lint(guideline)
    left = [one for one in every if not waived(one, guideline)]
    if form == "json":
        listed = [{"code": one.code, "message": one.message, "hint": one.hint, "path": one.place.path,
                   "line": one.place.line, "column": one.place.column} for one in left]  # fmt: skip
        print(json.dumps({"problems": listed, "waived": len(every) - len(left)}, indent=2, ensure_ascii=False))
    else:
        for one in left:
            print(f"{one}\n")
        hidden = f", {len(every) - len(left)} waived" if len(every) > len(left) else ""
        print(f"{len(left)} found{hidden}: {len(LINTS)} codes, {len(guideline.rules)} rules")
    return 1 if left else 0


__all__ = ["LINTS", "lint", "run", "waived"]
