"""The command `new`: a commented file to fill in."""

import datetime
import sys
from pathlib import Path

from engine.authoring.scaffold import FILL, CannotMake, new_evidence, new_fact, new_rule
from engine.language.guideline import load
from engine.language.problems import GuidelineError

OK, PROBLEMS, USAGE = 0, 1, 2


def new(
    what: str,
    name: str,
    folder: Path,
    day: datetime.date,
    *,
    question: str | None = None,
    prefix: str | None = None,
    section: str | None = None,
    kind: str = "boolean",
) -> int:
    """Write a rule, a source (`evidence`) or a fact called `name`, and say where. A rule begins on the day."""
    try:
        guideline = load(folder)
        if what == "rule":
            path = new_rule(guideline, name, day, question, prefix)
        elif what == "evidence":
            path = new_evidence(guideline, name)
        else:
            path = new_fact(guideline, name, section, kind)
    except GuidelineError as error:
        print(f"{error}\nerror: the guideline has problems; mend them first", file=sys.stderr)
        return PROBLEMS
    except CannotMake as error:
        print(f"error: {error}", file=sys.stderr)
        return USAGE
    print(f"wrote {path}: fill in every {FILL}, then run `check`")
    return OK


__all__ = ["new"]
