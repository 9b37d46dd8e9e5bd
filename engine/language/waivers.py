"""Waivers: what a file says of a finding that does not matter, and why.

    waive: {code: reason}       at the top of a rule, a source, a regimen or a derived fact, and in a question of guideline.yaml

Only what is allowed and yet probably not meant can be waived; an error never.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.language.problems import Place, Problem
from engine.language.yamlfile import Route, YamlFile

FOLDERS = ("recommendations", "evidence", "regimens", "derived")


@dataclass(frozen=True)
class Waiver:
    """One code that a file waives, and the part of the file it is waived in: all of it, or one question."""

    path: str
    within: Route
    code: str
    reason: str

    @property
    def key(self) -> tuple[str, Route, str]:
        """What a finding looks for."""
        return self.path, self.within, self.code

    def place(self, files: Mapping[str, YamlFile]) -> Place:
        """Where the code stands."""
        return files[self.path].key_place((*self.within, "waive", self.code))


def waivers(files: Mapping[str, YamlFile]) -> tuple[Waiver, ...]:
    """Every waiver of a guideline, in the order of the files."""
    return tuple(
        Waiver(path, within, str(code), str(reason))
        for path, file in files.items()
        for within, raw in _maps(path, file.data)
        for code, reason in (raw.items() if isinstance(raw, dict) else ())
    )


def waived(problems: Iterable[Problem], files: Mapping[str, YamlFile]) -> tuple[list[Problem], frozenset[Waiver]]:
    """The problems that no file waives, and the waivers that were of use for the others."""
    known = {one.key: one for one in waivers(files)}
    left: list[Problem] = []
    used: set[Waiver] = set()
    for problem in problems:
        waiver = known.get((problem.place.path, (), problem.code))
        if waiver is None or problem.severity == "error":
            left.append(problem)
        else:
            used.add(waiver)
    return left, frozenset(used)


def _maps(path: str, data: Any) -> Iterator[tuple[Route, Any]]:
    if not isinstance(data, dict):
        return
    if path.split("/")[1] in FOLDERS:
        yield (), data.get("waive")
    elif path.endswith("/guideline.yaml"):
        questions = data.get("questions")
        for name, form in questions.items() if isinstance(questions, dict) else ():
            yield ("questions", name), form.get("waive") if isinstance(form, dict) else None
