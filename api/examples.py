"""Examples of a guideline: requests its authors chose, in `examples/*.json` of its folder. Shown in the documentation, run by tests.

They are words of the guideline's own subject and so belong to its folder; a folder without any is described with an empty request.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from engine import GuidelineError, Problem
from engine.language.problems import Place


class Example(BaseModel):
    """One request with a title and what to expect of its answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    expect: str
    request: dict[str, Any]

    @property
    def facts_only(self) -> str:
        """The request as one line of JSON, without the day, so that it is answered as of today."""
        return json.dumps({"facts": self.request.get("facts", {})}, ensure_ascii=False)


EMPTY = Example(
    name="nothing-known",
    title="Nothing is known",
    expect="`needs` lists what to ask, best first.",
    request={"facts": {}},
)


def read(rules: Path) -> tuple[Example, ...]:
    """The examples of the guideline in a folder, in the order of their file names, at least one; raises GuidelineError."""
    return _in(rules, "examples") or (EMPTY,)


def patients(rules: Path) -> tuple[Example, ...]:
    """Further examples, for people to look at: `examples/patients/*.json`, possibly none; raises GuidelineError."""
    return _in(rules, "examples/patients")


def _in(rules: Path, folder: str) -> tuple[Example, ...]:
    found: list[Example] = []
    problems: list[Problem] = []
    for path in sorted((rules / folder).glob("*.json")):
        place = Place(path.relative_to(rules.parent).as_posix())
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            found.append(Example(name=path.stem.lstrip("0123456789-"), **data))
        except json.JSONDecodeError as error:
            place = Place(place.path, error.lineno, error.colno)
            problems.append(Problem("example-shape", "the file is not JSON", place))
        except (TypeError, ValidationError, UnicodeDecodeError):
            hint = "an example is an object with `title`, `expect` and `request`"
            problems.append(Problem("example-shape", "the file is not an example", place, hint))
    if problems:
        raise GuidelineError(problems)
    return tuple(found)
