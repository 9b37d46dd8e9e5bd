"""`diff`: what changed between two versions of a guideline, in words and for whom.

In words: rules added, removed and retired; texts, strengths, certainties, citations and dates; facts, tables, sources. For whom: the rules as
the engine applies them, compared for every patient state, so that a condition rewritten with the same meaning is no change; each change is
shown with one patient who meets it and of whom no fact can be left out. A change is **known** when both versions are certain of that patient,
and **unknown-aware** when one of them waits for a fact; of a rule with known changes only those are shown, for the others follow from them.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.authoring.progress import Bar
from engine.authoring.revisions import meaning
from engine.authoring.search import Change, Unsolvable, changes_by_search, changes_by_solver
from engine.language.conditions import words
from engine.language.guideline import Guideline
from engine.language.rules import Rule, parts_of
from engine.language.scenarios import Scenario

PLAIN = ("number", "title", "question", "kind", "text", "strength", "certainty", "graded_by", "rationale", "judgement",
         "basis", "stop", "survives_stop", "effective_from", "effective_to")  # fmt: skip
LISTS = ("caveats", "citations", "regimens", "overrides")
WRITTEN_OTHERWISE = "written otherwise"
LONG, AROUND = 20, 5  # words: a text of so many is shown where it changed only, with so many on either side


@dataclass(frozen=True)
class Edit:
    """Something written otherwise: what, how it was (empty: it is new), how it is (empty: it is gone)."""

    what: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class RuleChange:
    """One rule that changed: how (`added`, `removed`, `retired`, `changed`), what its file says otherwise, and for whom it acts otherwise."""

    rule: Rule
    how: str
    edits: tuple[Edit, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Difference:
    """Everything that differs between two guidelines on one day."""

    old: Guideline
    new: Guideline
    day: datetime.date
    rules: tuple[RuleChange, ...]
    edits: tuple[Edit, ...]  # outside the rules
    refused: tuple[Change, ...]  # patients whose facts contradict each other in one version only
    proved: bool  # no further change exists; else changes were searched for and others may exist

    @property
    def empty(self) -> bool:
        """Nothing differs."""
        return not (self.rules or self.edits or self.refused)


def difference(
    old: Guideline,
    new: Guideline,
    day: datetime.date,
    scenarios: Sequence[Scenario] = (),
    bar: Bar | None = None,
) -> Difference:
    """What differs. Proved by the solver where both guidelines ask the same kind of facts, else searched for from the scenarios' patients."""
    before, after = old.as_of(day), new.as_of(day)
    try:
        found, proved = list(changes_by_solver(before, after, bar)), True
    except Unsolvable:
        found, proved = list(changes_by_search(before, after, scenarios, bar)), False
    by_rule: dict[str, list[Change]] = {}
    for change in found:
        by_rule.setdefault(change.rule, []).append(change)
    rules = tuple(_rules(old, new, day, by_rule))
    return Difference(old, new, day, rules, tuple(_others(old, new)), tuple(by_rule.get("", ())), proved)


def _rules(
    old: Guideline, new: Guideline, day: datetime.date, changes: Mapping[str, list[Change]]
) -> Iterator[RuleChange]:
    before, after = {rule.id: rule for rule in old.rules}, {rule.id: rule for rule in new.rules}
    for name in sorted({*before, *after}, key=lambda one: (after.get(one) or before[one]).number):
        found = tuple(changes.get(name, ()))
        if name not in before:
            yield RuleChange(after[name], "added", (), found)
        elif name not in after:
            yield RuleChange(before[name], "removed", (), found)
        else:
            edits = tuple(_edits(before[name], after[name]))
            retired = before[name].effective_to is None and after[name].effective_to is not None
            if edits or found:
                yield RuleChange(after[name], "retired" if retired else "changed", edits, found)


def _edits(old: Rule, new: Rule) -> Iterator[Edit]:
    for name in PLAIN:
        left, right = getattr(old, name), getattr(new, name)
        if left != right:
            yield Edit(name.replace("_", " "), _text(left), _text(right))
    if meaning(old.when) != meaning(new.when):
        before, after = ([words(part) for part in parts_of(rule.when)] for rule in (old, new))
        yield from _listed("when", before, after)
    before, after = ([f"{words(one.when)}: {one.because}" for one in rule.unless] for rule in (old, new))
    yield from _listed("unless", before, after)
    for name in LISTS:
        left, right = ([_text(one) for one in getattr(rule, name)] for rule in (old, new))
        yield from _listed(name.removesuffix("s"), left, right)


def _listed(what: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Edit]:
    gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
    for index in range(max(len(gone), len(come))):
        yield Edit(what, gone[index] if index < len(gone) else "", come[index] if index < len(come) else "")
    if not gone and not come and list(old) != list(new):
        yield Edit(f"order of {what}", "; ".join(old), "; ".join(new))


def _text(thing: Any) -> str:
    if thing is None:
        return ""
    if isinstance(thing, bool):
        return "yes" if thing else "no"
    because = getattr(thing, "because", None)
    if because is not None:
        return f"{thing.rule}: {because}" if because else str(thing.rule)
    return " ".join(str(thing).split())


def _others(old: Guideline, new: Guideline) -> Iterator[Edit]:
    """What differs outside the rules: the guideline's own words, facts, tables, contradictions, evidence, regimens."""
    for name in type(old.about).model_fields:
        left, right = getattr(old.about, name), getattr(new.about, name)
        if left != right:
            simple = isinstance(left, str | datetime.date)
            yield Edit(
                f"guideline: {name.rstrip('_')}",
                _text(left) if simple else "",
                _text(right) if simple else WRITTEN_OTHERWISE,
            )
    yield from _mapped("fact", old.vocabulary, new.vocabulary)
    yield from _mapped(
        "table of", {one.fact: one for one in old.derivations}, {one.fact: one for one in new.derivations}
    )
    yield from _mapped("assumption about", old.assumptions, new.assumptions)
    yield from _mapped(
        "contradiction", {one.code: one for one in old.contradictions}, {one.code: one for one in new.contradictions}
    )
    yield from _mapped("regimen", old.regimens, new.regimens)
    for name in sorted({*old.evidence, *new.evidence}):
        left, right = old.evidence.get(name), new.evidence.get(name)
        if left is None or right is None:
            yield Edit(f"source {name}", "" if left is None else left.title, "" if right is None else right.title)
            continue
        if left.model_copy(update={"findings": {}}) != right.model_copy(update={"findings": {}}):
            yield Edit(f"source {name}", "", WRITTEN_OTHERWISE)
        for key in sorted({*left.findings, *right.findings}):
            one, other = left.findings.get(key), right.findings.get(key)
            if one != other:
                yield Edit(f"finding {name}#{key}", _finding(one), _finding(other) or "")


def _finding(one: Any) -> str:
    if one is None:
        return ""
    return _text(f"{one.text} {one.value or ''} {'' if one.checked else '(not checked)'}")


def _mapped(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Edit]:
    for name in sorted({*old, *new}):
        if name not in old:
            yield Edit(f"{what} {name}", "", "added")
        elif name not in new:
            yield Edit(f"{what} {name}", "removed", "")
        elif meaning(old[name]) != meaning(new[name]):
            yield Edit(f"{what} {name}", "", WRITTEN_OTHERWISE)


# ---- output -------------------------------------------------------------------------------------------------------------
def report(found: Difference, form: str = "text") -> str:
    """The difference for a terminal (`text`) or for a pull request (`markdown`)."""
    if found.empty:
        return "no differences"
    lines = [_headline(found, form), ""]
    for one in found.rules:
        lines += [*_rule_lines(one, form), ""]
    if found.refused:
        lines += [_heading("facts that are refused as contradictory", form)]
        lines += [line for change in found.refused for line in _change_lines(change, form)] + [""]
    if found.edits:
        lines += [_heading("outside the rules", form), *(_edit_line(edit, form) for edit in found.edits), ""]
    lines.append(_summary(found))
    return "\n".join(lines)


def _headline(found: Difference, form: str) -> str:
    text = f"{found.new.id} {found.old.version} -> {found.new.version}, rules in force on {found.day}"
    return f"## {text}" if form == "markdown" else text


def _heading(text: str, form: str) -> str:
    return f"### {text[:1].upper()}{text[1:]}" if form == "markdown" else text


def _rule_lines(one: RuleChange, form: str) -> Iterator[str]:
    title = f"{one.rule.number} {one.rule.title}"
    yield f"### {title} ({one.how})" if form == "markdown" else f"{title} [{one.how}]"
    for edit in one.edits:
        yield _edit_line(edit, form)
    for change in one.changes:
        yield from _change_lines(change, form)
    if not one.changes and any(edit.what in ("when", "unless") for edit in one.edits):
        yield "- the same patients get it as before" if form == "markdown" else "  the same patients get it as before"


def _edit_line(edit: Edit, form: str) -> str:
    if edit.old and edit.new:
        edit = _around_the_change(edit)
        body = f"{edit.old} -> {edit.new}"
    else:
        body = f"+ {edit.new}" if edit.new else f"- {edit.old}"
    if edit.new == WRITTEN_OTHERWISE:
        body = edit.new
    if form != "markdown":
        return f"  {edit.what}: {body}"
    if edit.old and edit.new:
        return f"- **{edit.what}**: ~~{edit.old}~~ {edit.new}"
    return f"- **{edit.what}**: {edit.new or f'~~{edit.old}~~'}"


def _around_the_change(edit: Edit) -> Edit:
    """Of a long text what changed, with a few words on either side."""
    old, new = edit.old.split(), edit.new.split()
    if max(len(old), len(new)) < LONG:
        return edit
    shared = min(len(old), len(new))
    start = next((place for place in range(shared) if old[place] != new[place]), shared)
    most = shared - start
    end = next((place for place in range(most) if old[-1 - place] != new[-1 - place]), most)
    start, end = max(start - AROUND, 0), max(end - AROUND, 0)

    def cut(words: list[str]) -> str:
        part = " ".join(words[start : len(words) - end])
        return f"{'... ' if start else ''}{part}{' ...' if end else ''}"

    return Edit(edit.what, cut(old), cut(new))


def _change_lines(change: Change, form: str) -> Iterator[str]:
    aware = "" if change.known else " (unknown-aware)"
    text = f"{change.what}{aware}: was {change.was}, is {change.now}"
    patient = list(change.witness.words) or ["any patient, whatever is known"]
    if form == "markdown":
        yield f"- **{change.what}**{aware}: was {change.was}, is {change.now}, for example for"
        yield from (f"  - {one}" for one in patient)
        yield f"\n  `{change.witness.json}`"
    else:
        yield f"  {text}"
        yield from (f"    {one}" for one in patient)
        yield f"    as facts: {change.witness.json}"


def _summary(found: Difference) -> str:
    counts = [(how, sum(one.how == how for one in found.rules)) for how in ("added", "removed", "retired", "changed")]
    parts = [f"{number} {how}" for how, number in counts if number]
    acting = sum(bool(one.changes) for one in found.rules)
    certain = "proved for every patient" if found.proved else "by search, other changes may exist"
    return f"rules: {', '.join(parts) or 'none written otherwise'}; {acting} for other patients ({certain})"


__all__ = ["Difference", "Edit", "RuleChange", "difference", "report"]
