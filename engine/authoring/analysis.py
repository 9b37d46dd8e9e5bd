"""`analyse`: what can be proved of a whole guideline, for every patient state, known in full or in part.

    analyse(guideline, day)      -> every finding, those waived in the files marked
    run(folder, day, form)       -> the same as a command; the exit code

The day is always said, never read from a clock here. The rules in force on it are analysed, and again as they will be on each later day on
which a rule begins or ends.
"""

import datetime
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.authoring import questions, reach, redundancy
from engine.authoring.findings import CODES, Finding, remaining, with_waivers
from engine.authoring.formula import NoSolver
from engine.authoring.progress import Bar
from engine.authoring.study import AnalyserDisagrees, Study
from engine.language.guideline import Guideline, load
from engine.language.problems import GuidelineError

OK, PROBLEMS, INTERNAL = 0, 1, 70
Finder = Callable[[Study], Iterator[Finding]]
Progress = Callable[[float, str], None]

FINDERS: dict[str, Finder] = {
    "conflicts": questions.conflicts,
    "gaps": questions.gaps,
    "rules": reach.unreachable_rules,
    "exceptions": reach.exceptions,
    "overrides": reach.overrides,
    "tables": reach.rows,
    "missing rows": reach.missing_rows,
    "clauses": redundancy.clauses,
    "further exceptions": redundancy.exceptions,
    "equal rules": redundancy.equivalent_rules,
}


def analyse(guideline: Guideline, day: datetime.date, progress: Progress | None = None) -> list[Finding]:
    """Every finding, in the order of the codes and then of the files; raises AnalyserDisagrees rather than report what the engine denies."""
    days = days_of(guideline, day)
    found: list[Finding] = []
    for number, one in enumerate(days):
        study = Study(guideline, one)
        for step, (what, finder) in enumerate(FINDERS.items()):
            if progress:
                progress((number + step / len(FINDERS)) / len(days), what)
            found += finder(study)
        study.formula.close()
    return with_waivers(found, guideline, days)


def days_of(guideline: Guideline, day: datetime.date) -> list[datetime.date]:
    """The day, and each later one on which other rules are in force."""
    later = {day}
    for rule in guideline.rules:
        if rule.effective_from > day:
            later.add(rule.effective_from)
        if rule.effective_to is not None and rule.effective_to >= day:
            later.add(rule.effective_to + datetime.timedelta(days=1))
    return sorted(later)


# ---- the command --------------------------------------------------------------------------------------------------------
def run(folder: str | Path, day: datetime.date, form: str = "text", *, waived: bool = False) -> int:
    """Analyse the guideline in a folder and print what is found, as `text` or `json`; 1 when something is found that no file waives. What is waived
    is counted, and printed with `waived` (as JSON always)."""
    begun = time.perf_counter()
    try:
        guideline = load(folder)
    except GuidelineError as error:
        print(error, file=sys.stderr)
        print("error: the guideline has problems and cannot be analysed; see `check`", file=sys.stderr)
        return PROBLEMS
    bar = Bar(sys.stderr)
    try:
        findings = analyse(guideline, day, bar.show)
    except NoSolver as error:
        print(f"error: {error}", file=sys.stderr)
        return INTERNAL
    except AnalyserDisagrees as error:
        print(f"error: {error}: this is a fault of the program, please report it", file=sys.stderr)
        return INTERNAL
    finally:
        bar.clear()
    seconds = time.perf_counter() - begun
    left = remaining(findings)
    if form == "json":
        body = {
            "guideline": {"id": guideline.id, "version": guideline.version, "sha256": guideline.sha256},
            "seconds": round(seconds, 2),
            "findings": [one.data() for one in findings],
        }
        print(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        for one in findings if waived else left:
            print(f"{one.text(guideline)}\n")
        print(summary(guideline, findings, seconds))
    return PROBLEMS if left else OK


def summary(guideline: Guideline, findings: list[Finding], seconds: float) -> str:
    """`3 findings (1 gap, 2 conflict), 5 waived: 113 rules in 2.1 s`."""
    left = remaining(findings)
    counts = [f"{number} {code}" for code in CODES if (number := sum(one.code == code for one in left))]
    text = f"{len(left)} finding{'' if len(left) == 1 else 's'}" if left else "no findings"
    text += f" ({', '.join(counts)})" if counts else ""
    hidden = len(findings) - len(left)
    text += f", {hidden} waived" if hidden else ""
    return f"{text}: {len(guideline.rules)} rules in {seconds:.1f} s"


__all__ = ["analyse", "days_of", "run", "summary"]
