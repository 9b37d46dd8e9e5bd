"""The command `diff`: two versions of a guideline in, what changed and for whom out."""

import datetime
import sys
from pathlib import Path

from engine.authoring.difference import difference, report
from engine.authoring.formula import NoSolver
from engine.authoring.progress import Bar
from engine.authoring.revisions import RevisionError, guideline_of
from engine.authoring.study import AnalyserDisagrees
from engine.language.guideline import Guideline
from engine.language.problems import GuidelineError
from engine.language.scenarios import FeatureError, NoGherkin, Scenario, read_scenarios

OK, PROBLEMS, FILES, INTERNAL = 0, 1, 5, 70


def diff(old: str, new: str, folder: Path, day: datetime.date, *, form: str = "text") -> int:
    """What changed from `old` to `new`, each a folder or a git revision of `folder`, for the rules in force on a day."""
    bar = Bar(sys.stderr)
    try:
        before, after = guideline_of(old, folder), guideline_of(new, folder)
        found = difference(before, after, day, _scenarios(after, folder), bar)
    except GuidelineError as error:
        print(f"{error}\nerror: this version cannot be used, so it cannot be compared", file=sys.stderr)
        return PROBLEMS
    except RevisionError as error:
        print(f"error: {error}", file=sys.stderr)
        return FILES
    except (NoSolver, AnalyserDisagrees) as error:
        print(f"error: {error}", file=sys.stderr)
        return INTERNAL
    finally:
        bar.clear()
    print(report(found, form))
    return OK


def _scenarios(guideline: Guideline, folder: Path) -> list[Scenario]:
    """The scenarios beside the guideline, if they can be read: where the solver cannot compare, the search begins with their patients."""
    where = folder.resolve().parent / "features"
    try:
        return read_scenarios(where, guideline.vocabulary) if where.is_dir() else []
    except (FeatureError, NoGherkin):
        return []


__all__ = ["diff"]
