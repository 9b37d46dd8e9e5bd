"""Problems: what is wrong in a guideline folder, where, and what to do about it.

    GuidelineError          a folder that cannot be used; carries every Problem found
    FactsError              patient facts that cannot be read; carries every FactProblem found (see vocabulary)

A problem prints as `path:line:column: message [code]`, the source line, a caret and a hint.
Wording: lower case, no full stop, what the author wrote in backticks. Each code has a page docs/lint/<code>.md.
"""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

WIDEST = 160  # characters of a source line that are shown around the mistake


@dataclass(frozen=True, order=True)
class Place:
    """A position in a file of the guideline; line and column count from 1, length in characters."""

    path: str
    line: int = 1
    column: int = 1
    length: int = field(default=1, compare=False)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Problem:
    """One mistake of an author: where, what, how to mend it, and other places that matter."""

    code: str
    message: str
    place: Place
    hint: str = ""
    source_line: str = ""
    related: tuple[Place, ...] = ()
    severity: str = "error"  # error | warning

    def __str__(self) -> str:
        kind = "" if self.severity == "error" else f"{self.severity}: "
        lines = [f"{self.place}: {kind}{self.message} [{self.code}]"]
        if self.source_line.strip():
            number, begin = str(self.place.line), max(0, self.place.column - WIDEST // 2)
            shown = self.source_line[begin : begin + WIDEST] if len(self.source_line) > WIDEST else self.source_line
            column = self.place.column - (begin if shown != self.source_line else 0)
            carets = "^" * max(1, min(self.place.length, len(shown) - column + 1))
            lines.append(f"  {number} | {shown}")
            lines.append(f"  {' ' * len(number)} | {' ' * (column - 1)}{carets}")
        lines += [f"  see {place}" for place in self.related]
        if self.hint:
            lines.append(f"  {self.hint}")
        return "\n".join(lines)

    @property
    def order(self) -> tuple[Place, str, str]:
        """By place, then code, then message."""
        return (self.place, self.code, self.message)


class GuidelineError(Exception):
    """A guideline folder has problems and cannot be used; `problems` holds all of them, sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems), key=lambda problem: problem.order))
        super().__init__(f"{len(self.problems)} problem(s)")

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def did_you_mean(word: object, known: Iterable[object], *, where: str = "") -> str:
    """A hint that offers the nearest known word, and the whole list when it is short."""
    words = sorted({str(item).lower() if isinstance(item, bool) else str(item) for item in known})
    near = difflib.get_close_matches(str(word), words, n=1, cutoff=0.6)
    hints = []
    if near:
        hints.append(f"did you mean `{near[0]}`?")
    if words and words != near and (len(words) <= 12 or not near):
        hints.append(f"use one of {shorten(words)}")
    text = " ".join(hints)
    return f"{text} ({where})" if text and where else text


def shortened(text: str, most: int = 40) -> str:
    """The text on one line, cut when it is long."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 3]}..."


def written(value: object) -> str:
    """A value as its author wrote it: `true`, `3`, `high`; never as Python prints it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{...}" if value else "{}"
    if isinstance(value, list):
        return shortened(f"[{', '.join(written(item) for item in value)}]")
    return shortened(str(value))


def shorten(words: Sequence[str], most: int = 16) -> str:
    """The words joined by commas, cut after `most` of them."""
    shown = ", ".join(words[:most])
    return shown if len(words) <= most else f"{shown} ... ({len(words)} in all)"
