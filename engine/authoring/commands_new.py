"""The command `new`: a commented file to fill in."""

import datetime
import sys
from pathlib import Path

from engine.authoring.scaffold import FILL, CannotMake, Draft, new_evidence, new_fact, new_rule

OK, USAGE = 0, 2


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
        draft = Draft.open(folder)
        if what == "rule":
            path = new_rule(draft, name, day, question, prefix)
        elif what == "evidence":
            path = new_evidence(draft, name)
        else:
            path = new_fact(draft, name, section, kind)
    except CannotMake as error:
        print(f"error: {error}", file=sys.stderr)
        return USAGE
    print(f"wrote {path}: fill in every {FILL}, then run `check`")
    return OK


__all__ = ["new"]
