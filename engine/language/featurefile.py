"""One .feature file: what the parser of Gherkin makes of it, where everything in it stands, and what is wrong with its shape.

    file = FeatureFile(path, shown)      .pickles: the scenarios, outlines written out; .problems; .place(...) of a step or of a cell

A mistake in a step of an outline stands in the row that writes the wrong word, if the word comes from the row, else in the step.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.language.problems import Place, Problem, did_you_mean, shortened
from engine.language.yamlfile import read_text

_COLUMN = re.compile(r"<([^<>]+)>")
_HEADINGS = ("Background:", "Rule:", "Scenario:", "Scenario Outline:", "Examples:")
_WORDS = ("Given", "When", "Then", "And", "But")
_KEYWORDS = ("Feature:", *_HEADINGS, *_WORDS)
_MOST = 20  # mistakes of one file that keep it from being parsed


class NoGherkin(RuntimeError):
    """gherkin-official is not installed."""


class FeatureFile:
    """One file, parsed. With a mistake of its shape it has no scenarios, and `problems` says why."""

    def __init__(self, path: Path, shown: str) -> None:
        """Read the file at `path`, which is named `shown` in messages; raises NoGherkin."""
        try:
            from gherkin.errors import CompositeParserException, ParserError
            from gherkin.parser import Parser
            from gherkin.pickles.compiler import Compiler
        except ImportError as error:
            raise NoGherkin("gherkin-official is missing: install the extra `authoring`") from error
        self.shown = shown
        self.problems: list[Problem] = []
        self.pickles: list[Any] = []
        self.nodes: dict[str, Any] = {}
        self._incomplete: set[str] = set()  # outlines whose steps name a column that is not there
        self._cells: dict[str, list[tuple[str, Any]]] = {}  # of each row: heading and cell
        text, problem = read_text(path, shown)
        self.lines = text.splitlines()
        if problem is not None:
            self.problems = [problem]
            return
        try:
            document: Any = Parser().parse(text)
        except CompositeParserException as error:
            self.problems = [self._unreadable(one) for one in error.errors[:_MOST]]
            if "Feature:" in self.problems[0].hint:  # without its heading nothing below can be read
                self.problems = self.problems[:1]
            return
        except ParserError as error:
            self.problems = [self._unreadable(error)]
            return
        document["uri"] = shown
        self._remember(document)
        self._described(document.get("feature") or {}, _HEADINGS)
        for scenario in self._scenarios(document):
            self._described(scenario, (*_WORDS, *_HEADINGS))
            self._shape(scenario)
        if not any(self._scenarios(document)):
            self.report("scenario-shape", "the file holds no scenario", Place(shown), "write one, or delete the file")
        self.pickles = [one for one in Compiler().compile(document) if one["astNodeIds"][0] not in self._incomplete]

    # ---- places -------------------------------------------------------------------------------------------------
    def report(self, code: str, message: str, place: Place, hint: str = "", related: tuple[Place, ...] = ()) -> None:
        """Add a problem at `place`, with its line."""
        self.problems.append(self.problem(code, message, place, hint, related))

    def problem(
        self, code: str, message: str, place: Place, hint: str = "", related: tuple[Place, ...] = ()
    ) -> Problem:
        """A problem at `place` with its line."""
        line = self.lines[place.line - 1] if 0 < place.line <= len(self.lines) else ""
        return Problem(code, message, place, hint, line, related)

    def place(self, step: Mapping[str, Any], word: str = "") -> Place:
        """Where a step of a scenario stands, or the `word` in it; in the row of the outline if it comes from there."""
        node, *row = step["astNodeIds"]
        written = self.nodes[node]
        used = _COLUMN.findall(written["text"]) if row else []
        for heading, cell in self._cells.get(row[0], ()) if used else ():
            if heading in used and cell["value"] and (not word or cell["value"] in word or word in cell["value"]):
                return Place(self.shown, cell["location"]["line"], cell["location"]["column"], len(cell["value"]))
        begin = written["location"]["column"] + len(written["keyword"])
        at = max(0, written["text"].find(word)) if word else 0
        length = len(word) if word and word in written["text"] else len(written["text"])
        return Place(self.shown, written["location"]["line"], begin + at, length)

    def place_of(self, pickle: Mapping[str, Any]) -> Place:
        """Where a scenario stands: its first line, or its row in an outline."""
        return self._at(self.nodes[pickle["astNodeIds"][-1]])

    def scenario_place(self, pickle: Mapping[str, Any]) -> Place:
        """Where the scenario begins that an outline's row belongs to."""
        return self._at(self.nodes[pickle["astNodeIds"][0]])

    def tags(self, pickle: Mapping[str, Any]) -> Iterator[tuple[str, Place]]:
        """The tags of a scenario with their places."""
        for tag in pickle["tags"]:
            place = self._at(self.nodes[tag["astNodeId"]])
            yield tag["name"], Place(self.shown, place.line, place.column, len(tag["name"]))

    def _at(self, node: Mapping[str, Any]) -> Place:
        line, column = node["location"]["line"], node["location"]["column"]
        return Place(self.shown, line, column, max(1, len(self.lines[line - 1].rstrip()) - column + 1))

    def _remember(self, node: Any) -> None:
        """Everything that has an id, and the cells of rows under their headings."""
        if isinstance(node, dict):
            if "id" in node and "location" in node:
                self.nodes[node["id"]] = node
            for row in node.get("tableBody", ()):
                headings = [one["value"] for one in node["tableHeader"]["cells"]]
                self._cells[row["id"]] = list(zip(headings, row["cells"], strict=False))
            for part in node.values():
                self._remember(part)
        elif isinstance(node, list):
            for part in node:
                self._remember(part)

    # ---- shape --------------------------------------------------------------------------------------------------
    def _scenarios(self, document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        waiting = list((document.get("feature") or {}).get("children", ()))
        while waiting:
            child = waiting.pop(0)
            waiting += child["rule"]["children"] if "rule" in child else []
            if "scenario" in child:
                yield child["scenario"]

    def _described(self, node: Mapping[str, Any], words: tuple[str, ...]) -> None:
        """What stands under a heading before its first step is a remark; a line that begins nearly as a step does was meant as one."""
        if not node.get("description"):
            return
        first = node["location"]["line"]
        for number, line in enumerate(self.lines[first : first + len(node["description"].splitlines()) + 1], first + 1):
            begin, colon, _ = line.strip().partition(":")
            word = f"{begin}:" if colon and len(begin.split()) < 3 else (line.split() or [""])[0]
            near = difflib.get_close_matches(word, words, n=1, cutoff=0.75)
            if near and word not in words:
                place = Place(self.shown, number, len(line) - len(line.lstrip()) + 1, len(word))
                hint = f"did you mean `{near[0]}`? (a remark begins with `#`)"
                self.report("feature", f"`{word}` begins no step, so this line would be passed over", place, hint)

    def _shape(self, scenario: Mapping[str, Any]) -> None:
        """An outline has rows, and a column for every `<word>`; a column that nothing uses was misspelt somewhere."""
        place = self._at(scenario)
        tables = scenario["examples"]
        asked = {word: step for step in reversed(scenario["steps"]) for word in _COLUMN.findall(step["text"])}
        if asked and not tables:
            hint = "add `Examples:` with a column for each, or write the word itself"
            names = ", ".join(f"`<{one}>`" for one in asked)
            self.report("scenario-shape", f"{names} stands for a column, and there are no examples", place, hint)
        elif not asked and not scenario["steps"]:
            self.report("scenario-shape", "the scenario has no steps", place, "write its steps, or remove it")
        for table in tables:
            if not table.get("tableBody"):
                hint = "write a heading and at least one row, or remove it"
                self.report("scenario-shape", "the examples have no rows, so nothing is tested", self._at(table), hint)
                continue
            cells = table["tableHeader"]["cells"]
            headings = [one["value"] for one in cells]
            for word, step in asked.items():
                if word not in headings:
                    self._incomplete.add(scenario["id"])
                    begin = step["location"]["column"] + len(step["keyword"]) + step["text"].index(f"<{word}>")
                    place = Place(self.shown, step["location"]["line"], begin, len(word) + 2)
                    related = (self._at(table["tableHeader"]),)
                    self.report(
                        "unknown-column",
                        f"the examples have no column `{word}`",
                        place,
                        did_you_mean(word, headings),
                        related,
                    )
            used = {*asked, *_COLUMN.findall(scenario["name"])}
            missing = [one for one in asked if one not in headings]
            for number, cell in enumerate(cells):
                at = Place(self.shown, cell["location"]["line"], cell["location"]["column"], max(1, len(cell["value"])))
                if cell["value"] in headings[:number]:
                    self.report("unknown-column", f"two columns are called `{cell['value']}`", at, "rename one of them")
                elif cell["value"] not in used and not difflib.get_close_matches(cell["value"], missing, n=1):
                    hint = f"write `<{cell['value']}>` where it is meant, or remove the column"
                    self.report("unknown-column", f"no step uses the column `{cell['value']}`", at, hint)

    def _unreadable(self, error: Any) -> Problem:
        """What the parser could not read, in an author's words."""
        said, location = str(error).partition(": ")[2] or str(error), getattr(error, "location", None) or {}
        line, column = location.get("line", 1), location.get("column") or 1
        got = said.rpartition(", got '")[2].removesuffix("'") if ", got '" in said else ""
        if "inconsistent cell count" in said:
            message, hint = (
                "this row has not as many cells as its heading",
                "put `|` before, between and after all cells",
            )
        elif "unexpected end of file" in said or got == "EOF" or got == "#EOF":
            message, hint = "the file ends too early", 'write the steps, or close the text in `"""`'
        elif got:
            word = next((one for one in _KEYWORDS if got.startswith(one)), got.split()[0] if got.split() else got)
            near = difflib.get_close_matches(word.rstrip(":"), [one.rstrip(":") for one in _KEYWORDS], n=1)
            colon = next((":" for one in _KEYWORDS if near and one == f"{near[0]}:"), "")
            hint = "a line begins with Given, When, Then, And, `|` or a heading such as `Scenario:`"
            if word in _KEYWORDS:
                hint = f"`{word}` cannot stand here: look at the lines above"
            elif near:
                hint = f"did you mean `{near[0]}{colon}`?"
            message = f"`{shortened(got)}` is not readable as a feature here"
        else:
            message, hint = "not readable as a feature", "a feature begins with `Feature:`"
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        column = max(column, len(text) - len(text.lstrip()) + 1)
        return Problem("feature", message, Place(self.shown, line, column, max(1, len(text) - column + 1)), hint, text)


__all__ = ["FeatureFile", "NoGherkin"]
