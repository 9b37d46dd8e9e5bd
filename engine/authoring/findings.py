"""What the analyser finds: a code, a sentence, the places in the files, and a patient who shows it.

Every code has a page docs/lint/<code>.md. A rule, a question and a derived fact may waive a finding of their own: `waive: {code: reason}`.
"""

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.authoring.witness import Witness
from engine.language.guideline import Guideline
from engine.language.problems import Place, Problem
from engine.language.waivers import Waiver, waivers
from engine.language.yamlfile import Route

CODES = {
    "conflict": "two rules can both stand in a question that allows one",
    "gap": "a question leaves a patient without answer and without a request",
    "unreachable-rule": "no patient can ever get this rule",
    "impossible-condition": "a condition can never be met",
    "redundant-clause": "a part of a condition makes no difference",
    "unmet-exception": "an exception can never be met while the rule applies",
    "redundant-exception": "an exception makes no difference beside the others",
    "idle-override": "the overridden rule never applies while this one stands",
    "equivalent-rules": "two rules of one question and kind always apply together",
    "unreachable-row": "a row of a decision table never decides",
    "missing-row": "a patient fits no row of a decision table",
    "stale-waiver": "a waived finding is no longer found",
}


@dataclass(frozen=True)
class Finding:
    """One finding; `rules` are the numbers of the rules it is about, `waived` the reason why it does not matter."""

    code: str
    message: str
    place: Place
    hint: str = ""
    rules: tuple[str, ...] = ()
    related: tuple[Place, ...] = ()
    witness: Witness | None = None
    waived: str | None = None
    where: tuple[
        tuple[str, Route], ...
    ] = ()  # beside the rules: the files, or the questions in them, that may waive it

    @property
    def order(self) -> tuple[int, Place, str]:
        """By code as listed, then by place; findings of equal order are the same."""
        return list(CODES).index(self.code), self.place, self.message

    def problem(self, guideline: Guideline) -> Problem:
        """The finding as a problem of a file, with its source line."""
        file = guideline.files.get(self.place.path)
        lines = file.lines if file else _table_lines(guideline.root.parent / self.place.path)
        source = lines[self.place.line - 1] if 0 < self.place.line <= len(lines) else ""
        return Problem(self.code, self.message, self.place, self.hint, source, self.related, "error")

    def text(self, guideline: Guideline) -> str:
        """The finding for a terminal."""
        problem = self.problem(guideline)
        lines = str(replace(problem, hint="")).splitlines()
        if self.witness is not None:
            lines.append("  patient:")
            lines += [f"    {one}" for one in self.witness.words or ("of whom nothing is known",)]
            lines.append(f"  as facts: {json.dumps(dict(self.witness.facts), ensure_ascii=False)}")
        if self.waived is not None:
            lines.append(f"  waived: {self.waived}")
        elif self.hint:
            lines.append(f"  {self.hint}")
        return "\n".join(lines)

    def data(self) -> dict[str, Any]:
        """The finding as JSON."""
        return {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "rules": list(self.rules),
            "path": self.place.path,
            "line": self.place.line,
            "column": self.place.column,
            "related": [str(place) for place in self.related],
            "facts": dict(self.witness.facts) if self.witness else None,
            "patient": list(self.witness.words) if self.witness else None,
            "waived": self.waived,
        }


def _table_lines(path: Path) -> list[str]:
    """The lines of a CSV table, which a guideline keeps no text of."""
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def with_waivers(findings: Iterable[Finding], guideline: Guideline, days: Sequence[datetime.date]) -> list[Finding]:
    """The findings in order, each with the reason that waives it, and one for each waiver that waives nothing. (Waivers of rules that are in
    force on none of the days are left alone.)"""
    by_number = {rule.number: rule for rule in guideline.rules}
    known = {one.key: one for one in waivers(guideline.files) if one.code in CODES}
    used: set[Waiver] = set()
    marked = []
    for one in {finding.order: finding for finding in reversed(list(findings))}.values():
        places = [(by_number[number].place.path, ()) for number in one.rules if number in by_number]
        mine = [waiver for place in (*places, *one.where) if (waiver := known.get((*place, one.code)))]
        used.update(mine)
        marked.append(replace(one, waived=mine[0].reason) if mine else one)
    asleep = {rule.place.path for rule in guideline.rules if not any(map(rule.in_force, days))}
    for waiver in known.values():
        if waiver not in used and waiver.path not in asleep and waiver.code != "stale-waiver":
            message = f"`{waiver.code}` is waived here, but it is not found any more"
            rules = tuple(rule.number for rule in guideline.rules if rule.place.path == waiver.path)
            marked.append(Finding("stale-waiver", message, waiver.place(guideline.files), "remove the waiver", rules))
    return sorted(marked, key=lambda one: one.order)


def remaining(findings: Sequence[Finding]) -> list[Finding]:
    """The findings that no file waives."""
    return [one for one in findings if one.waived is None]
