"""`check`: every problem of a guideline folder at once: what is wrong with it, and what is probably not meant.

check(folder)           -> Checked: the problems, and the guideline where it can be used
run(folder, form)       the same as a command; the exit code
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from engine.authoring.lint import beside_errors, unwaived
from engine.authoring.reports import as_github, as_json, as_sarif
from engine.language.guideline import Guideline
from engine.language.loader import Loader
from engine.language.problems import GuidelineError, Problem

OK, PROBLEMS, WARNINGS = 0, 1, 6
FORMS = ("text", "json", "sarif", "github")


@dataclass(frozen=True)
class Checked:
    """What was found, sorted by place. A guideline with an error cannot be used: then there is none."""

    problems: tuple[Problem, ...]
    guideline: Guideline | None = None
    waived: int = 0

    @property
    def errors(self) -> int:
        """How many of the problems are errors."""
        return sum(one.severity == "error" for one in self.problems)

    @property
    def code(self) -> int:
        """The exit code: an error, warnings alone, or neither."""
        return PROBLEMS if self.errors else WARNINGS if self.problems else OK

    @property
    def counts(self) -> dict[str, int]:
        """How much of everything the guideline holds."""
        one = self.guideline
        return {"rules": len(one.rules), "facts": len(one.vocabulary), "sources": len(one.evidence)} if one else {}

    @property
    def summary(self) -> str:
        """`1 error, 2 warnings, 3 waived: 113 rules, 106 facts, 107 sources`."""
        if self.problems:
            text = f"{_count(self.errors, 'error')}, {_count(len(self.problems) - self.errors, 'warning')}"
        else:
            text = "no problems"
        text += f", {self.waived} waived" if self.waived else ""
        sizes = ", ".join(f"{number} {name}" for name, number in self.counts.items())
        return f"{text}: {sizes}" if sizes else text


def check(folder: Path) -> Checked:
    """Load and lint the guideline in a folder."""
    loader = Loader(folder)
    try:
        guideline = loader.load()
    except GuidelineError as error:
        warnings = [problem for problem in loader.problems if problem.severity == "warning"]
        if loader.partial is not None:
            warnings += beside_errors(loader.partial, {one.place.path for one in error.problems} | loader.refused)
        return Checked(tuple(sorted({*error.problems, *warnings}, key=lambda one: one.order)))
    problems, waived = unwaived(guideline)
    return Checked(tuple(problems), guideline, waived)


def run(folder: Path, form: str = "text", pages: str | None = None) -> int:
    """Print every problem, as `text`, `json`, `sarif` or `github`; 0 nothing found, 1 an error, 6 warnings alone."""
    found = check(folder)
    match form:
        case "json":
            text = as_json(found.problems, found.counts)
        case "sarif":
            text = as_sarif(found.problems, folder, pages)
        case "github":
            text = as_github(found.problems, folder) + f"{found.summary}\n"
        case _:
            text = "".join(f"{one}\n\n" for one in found.problems) + f"{found.summary}\n"
    sys.stdout.write(text)
    return found.code


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


__all__ = ["Checked", "check", "run"]
