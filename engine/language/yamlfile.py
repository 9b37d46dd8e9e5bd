"""YAML files read once, with the place of every key and value.

Only what a guideline needs: maps with text keys, lists, text, numbers, dates, `true`, `false` and null. `yes`, `no`, `on` and `off`
are text, as in YAML 1.2, so that a file means here what it means in an editor. Duplicate keys, aliases and tags are problems.
"""

import datetime
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from engine.language.problems import Place, Problem, shortened

Route = tuple[str | int, ...]  # the way from the top of a file to a value: ("when", "any", 0, "size_mm")
DEEPEST = 40  # maps and lists inside each other
_TOO_DEEP = f"more than {DEEPEST} maps and lists inside each other"
_MANY_BRACKETS = 400  # below this no file can be nested so deeply that composing it is unsafe
_SPECIAL = re.compile(r"(?:^|[\s\[\]{},:-])[&*!]\S", re.MULTILINE)

# What the YAML library says, what an author can make of it, and what to do. The first fragment found in its message is used.
_IN_PLAIN_WORDS = (
    (_TOO_DEEP, _TOO_DEEP, "write it flatter"),
    ("that violates indentation", "a tab stands here", "indent with spaces, never with tabs"),
    ("found undefined alias", "a value cannot begin with `*`", "put the text in quotes"),
    ("scanning an alias", "a value cannot begin with `*`", "put the text in quotes"),
    ("scanning an anchor", "a value cannot begin with `&`", "put the text in quotes"),
    ("scanning a tag", "a value cannot begin with `!`", "put the text in quotes"),
    ("scanning a directive", "a line cannot begin with `%`", "put the text in quotes"),
    ("cannot start any token", "a value cannot begin with `{character}`", "put the text in quotes"),
    ("mapping values are not allowed", "this colon is one too many, or the line is indented wrongly",
     "put text that holds a colon in quotes, and line up the keys of one map"),
    ("could not find expected ':'", "a line without a colon",
     "write `key: value`; text over several lines is indented deeper than its key"),
    ("did not find expected key", "this does not line up with the lines above, or a quote was closed too early",
     "line up the keys of one map and the `-` of one list; inside '...' a single quote is written twice"),
    ("did not find expected '-' indicator", "this does not line up with the list above",
     "line up the `-` of all items of one list"),
    ("scanning a quoted scalar", "the quote that begins here is never closed", "add the closing quote"),
    ("did not find expected ',' or ']'", "a list lacks a comma or its closing `]`", "put a comma between all items and `]` at the end"),
    ("did not find expected ',' or '}'", "a map lacks a comma or its closing `}`", "put a comma between all entries and `}` at the end"),
    ("did not find expected node content", "a value is missing here, or a bracket is not closed", "write the value"),
    ("while scanning a block scalar", "`>` and `|` stand alone and begin text on the lines below",
     "a comparison is written `{gt: 5}` or `{ge: 5}`, text over several lines begins with `>-`"),
    ("block sequence entries", "a list cannot begin here", "start the list on a line of its own"),
    ("single document", "a second document begins here", "keep one document a file: remove this line"),
    ("document start", "something follows the end of the document", "remove the line `...`"),
    ("unknown escape character", "a backslash in \"...\" begins a special character, and this one is not known",
     "write the text in '...' instead"),
)  # fmt: skip


_ZERO = re.compile(r"^[-+]?0[0-9]")  # 02, 010: of base eight in some programs
_CURLY = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u00ab\u00bb"
UNREADABLE = ("yaml", "merge-conflict")  # codes of what keeps a whole file from being read
_MERGE = re.compile(r"(?:<{7}|>{7})(?: |$)")  # what git leaves in a file where two versions clash
_CUT = re.compile(r"\s+#\w")  # what was meant as text, such as `grade #1`
_SPACED = re.compile(r"[ -]*\u00a0")  # a no-break space among those a line begins with


class _Loader(yaml.CSafeLoader):
    """The C loader with YAML 1.2 booleans and numbers, and without the merge key."""


_DROPPED = {f"tag:yaml.org,2002:{name}" for name in ("bool", "int", "float", "merge", "value")}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag not in _DROPPED]
    for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(
        r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]+)?$|^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$"
    ),
    list("-+0123456789."),
)


class YamlFile:
    """One file: its data as plain Python values, and where each key and value stands."""

    def __init__(self, path: str, text: str) -> None:
        """Read `text`; `problems` then holds what is wrong with it as YAML (a broken file has data None)."""
        self.path = path
        self.lines = text.splitlines()
        self.problems: list[Problem] = []
        self._keys: dict[Route, Place] = {}
        self._values: dict[Route, Place] = {}
        self._seen: set[int] = set()
        self._aliases: list[Place] = []
        self._unreadable: frozenset[Place] = frozenset()
        self.data: Any = None
        try:
            if sum(text.count(bracket) for bracket in ("[", "{", "- ", "? ")) > _MANY_BRACKETS:
                self._refuse_depth(text)
            node = yaml.compose(text, Loader=_Loader)
            if _SPECIAL.search(text):
                self._refuse_special(text)
        except yaml.MarkedYAMLError as error:
            self._not_yaml(error)
            return
        except yaml.reader.ReaderError as error:
            before = text.encode()[: error.position].decode(errors="ignore")
            place = Place(path, before.count("\n") + 1, len(before) - before.rfind("\n"))
            self.report("yaml", "not readable as YAML: an invisible control character stands here", place, "delete it")
            return
        if node is None or node.tag == "tag:yaml.org,2002:null":
            self.report("yaml", "the file is empty", Place(path), "write its content, or delete the file")
            return
        self._unreadable = frozenset(problem.place for problem in self.problems)
        self.data = self._read(node, ())
        self._unreadable = frozenset(problem.place for problem in self.problems)

    @classmethod
    def load(cls, root: Path, path: Path) -> "YamlFile":
        """The file at `path`, named relative to the folder that holds `root`."""
        name = f"{root.name}/{path.relative_to(root).as_posix()}"
        text, problem = read_text(path, name)
        file = cls(name, "unread: true" if problem else text)
        if problem:
            file.data, file.lines, file.problems = None, [], [problem]
        return file

    # ---- places -------------------------------------------------------------------------------------------------
    def key_place(self, route: Route) -> Place:
        """Where the key of `route` stands; when there is none, the nearest key or list item above it."""
        for length in range(len(route), 0, -1):
            place = self._keys.get(route[:length]) or self._values.get(route[:length])
            if place is not None:
                return place
        return self.value_place(())

    def value_place(self, route: Route) -> Place:
        """Where the value of `route` stands; the nearest known place above it when it has none."""
        for length in range(len(route), -1, -1):
            place = self._values.get(route[:length])
            if place is not None:
                return place
        return Place(self.path)

    def unreadable(self, place: Place) -> bool:
        """Was the value here refused already while the file was read as YAML?"""
        return place in self._unreadable

    def report(self, code: str, message: str, place: Place, hint: str = "", related: tuple[Place, ...] = ()) -> None:
        """Add a problem at `place`, with its source line; a value that could not be read is not complained of twice."""
        if not self.unreadable(place):
            self.problems.append(self.problem(code, message, place, hint, related))

    def problem(
        self,
        code: str,
        message: str,
        place: Place,
        hint: str = "",
        related: tuple[Place, ...] = (),
        severity: str = "error",
    ) -> Problem:
        """A problem at `place` with the source line filled in."""
        line = self.lines[place.line - 1] if 0 < place.line <= len(self.lines) else ""
        return Problem(code, message, place, hint, line, related, severity)

    # ---- reading ------------------------------------------------------------------------------------------------
    def _read(self, node: yaml.Node, route: Route) -> Any:
        if id(node) in self._seen:  # an alias: reported by _refuse_special at its own place
            self._values[route] = self._aliases.pop(0) if self._aliases else Place(self.path)
            return None
        self._seen.add(id(node))
        place = self._values[route] = self._place(node)
        if len(route) > DEEPEST:
            self.report("yaml", _TOO_DEEP, place, "write it flatter")
            return None
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self._read(item, (*route, index)) for index, item in enumerate(node.value)]
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key is None:
                continue
            inner = (*route, key)
            key_place = self._place(key_node)
            if key in data:
                first = self._keys[inner]
                message = f"`{key}` is written twice here (first on line {first.line})"
                self.report("duplicate-key", message, key_place, "keep one of them", (first,))
                continue
            self._keys[inner] = key_place
            data[key] = self._read(value_node, inner)
        return data

    def _key(self, node: yaml.Node) -> str | None:
        place = self._place(node)
        if not isinstance(node, yaml.ScalarNode):
            hint = "write `key: value`; put a text that begins with a bracket in quotes"
            self.report("yaml", "a key must be plain text, not a list or a map", place, hint)
            return None
        text = str(node.value)
        if not node.style and text and text[0] in _CURLY:
            hint = "write the key without quotes; curly quotes often come from a word processor"
            self.report("yaml", f"`{text[0]}` is no quote of YAML, and becomes a part of the key", place, hint)
        if "\u00a0" in text:
            hint = "replace it by an ordinary space; it often comes from a word processor"
            self.report("yaml", "a no-break space stands in this key or before it", place, hint)
        return text

    def _scalar(self, node: yaml.ScalarNode, place: Place) -> Any:
        tag, text = node.tag.rpartition(":")[2], str(node.value)
        match tag:
            case "null":
                return None
            case "bool":
                return text == "true"
            case "int" | "float" if _ZERO.match(text):
                hint = f"write {text.lstrip('+-').lstrip('0') or 0}; a code stands in quotes"
                self.report("yaml", f"`{shortened(text)}` is a number that begins with a zero", place, hint)
                return None
            case "int" | "float":
                try:
                    number = int(text) if tag == "int" else float(text)
                    if math.isfinite(number):
                        return number
                except (ValueError, OverflowError):
                    pass  # `.inf`, or a number too long to be one
                self.report(
                    "yaml", f"`{shortened(text)}` is not a number that can be used", place, "write a finite number"
                )
                return None
            case "timestamp":
                try:
                    return datetime.date.fromisoformat(text)
                except ValueError:
                    hint = "write it as 2025-01-30; put it in quotes if it is no date"
                    self.report("invalid-date", f"`{text}` is not a date", place, hint)
                    return None
        if not node.style and " " in text:
            end = node.end_mark
            rest = self.lines[end.line][end.column :] if end.line < len(self.lines) else ""
            if _CUT.match(rest):
                message = f"the text ends here: `{shortened(rest.strip())}` is read as a comment"
                hint = "put the text in quotes; a comment has a space behind its `#`"
                at = Place(self.path, end.line + 1, end.column + 1 + len(rest) - len(rest.lstrip()))
                self.problems.append(self.problem("cut-text", message, at, hint, severity="warning"))
        if not node.style and text and text[0] in _CURLY:
            hint = "write '...' or \"...\"; curly quotes often come from a word processor"
            self.report("yaml", f"`{text[0]}` is no quote of YAML, and becomes a part of the text", place, hint)
        return text

    def _place(self, node: yaml.Node) -> Place:
        start, end = node.start_mark, node.end_mark
        line = self.lines[start.line] if start.line < len(self.lines) else ""
        length = (end.column if end.line == start.line else len(line)) - start.column
        return Place(self.path, start.line + 1, start.column + 1, max(1, length))

    # ---- what is not YAML, or more of it than a guideline needs ------------------------------------------------------
    def _not_yaml(self, error: yaml.MarkedYAMLError) -> None:
        said = ": ".join(part for part in (error.context, error.problem) if part)
        mark, begin = error.problem_mark or error.context_mark, error.context_mark
        if begin and (("quoted scalar" in said and "escape" not in said) or "simple key" in said or "an alias" in said):
            mark = begin
        around = range(mark.line, max(-1, mark.line - 2), -1) if mark else ()
        spaced = next((row for row in around if _SPACED.match("".join(self.lines[row : row + 1]))), None)
        if spaced is not None:
            place = Place(self.path, spaced + 1, self.lines[spaced].index("\u00a0") + 1)
            hint = "replace it by an ordinary space; it often comes from a word processor"
            self.report("yaml", "not readable as YAML: a no-break space stands here", place, hint)
            return
        line = self.lines[mark.line] if mark and mark.line < len(self.lines) else ""
        character = line[mark.column : mark.column + 1] if mark else ""
        if character == "\t":
            said = "that violates indentation"
        message, hint = said, "check the indentation, colons and quotes here"
        for fragment, plain, what_to_do in _IN_PLAIN_WORDS:
            if fragment in said:
                message, hint = (
                    plain.replace("`{character}`", f"`{character}`" if character != "`" else "a backtick"),
                    what_to_do,
                )
                break
        place = Place(self.path, mark.line + 1, mark.column + 1) if mark else Place(self.path)
        related: tuple[Place, ...] = ()
        if begin and "flow" in said and begin.line != place.line - 1:
            place, related = Place(self.path, begin.line + 1, begin.column + 1), (place,)
        self.report("yaml", f"not readable as YAML: {message}", place, hint, related)

    def _refuse_depth(self, text: str) -> None:
        """Composing is recursive in C: a file nested without end would end the process, so its events are counted first."""
        depth = 0
        for event in yaml.parse(text, Loader=_Loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST * 2:
                mark: Any = event.start_mark
                raise yaml.MarkedYAMLError(problem=_TOO_DEEP, problem_mark=mark)

    def _refuse_special(self, text: str) -> None:
        """Aliases and tags: they would change a value behind the reader's back."""
        for event in yaml.parse(text, Loader=_Loader):
            mark: Any = event.start_mark
            if isinstance(event, yaml.AliasEvent):
                name = str(event.anchor)
                place = Place(self.path, mark.line + 1, mark.column + 1, len(name) + 1)
                self.report("alias", f"the alias `*{name}` is not allowed", place, "write the value out")
                self._aliases.append(place)
            elif tag := getattr(event, "tag", None):
                place = Place(self.path, mark.line + 1, mark.column + 1)
                hint = "put text that begins with `!` in quotes"
                self.report("yaml", f"the tag `{tag.replace('tag:yaml.org,2002:', '!!')}` is not allowed", place, hint)


def read_text(path: Path, name: str) -> tuple[str, Problem | None]:
    """The text of a file, or the problem that keeps it from being read. A byte order mark is left out."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8", "ignore")
        row, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        whole = error.object.decode("cp1252", "replace").splitlines()
        source = whole[row - 1] if row <= len(whole) and b"\0" not in error.object else ""
        message, hint = "not UTF-8 text: a character here cannot be read", "save the file as UTF-8"
        return "", Problem("yaml", message, Place(name, row, column), hint, source)
    except OSError as error:
        message = f"cannot be read: {(error.strerror or 'unknown reason').lower()}"
        return "", Problem("yaml", message, Place(name), "check that it is a file you may read")
    if "<<<<<<<" in text or ">>>>>>>" in text:
        for number, line in enumerate(text.splitlines(), 1):
            if _MERGE.match(line):
                message = f"a merge was not finished: `{shortened(line)}` stands here"
                hint = "keep one of the two versions, and remove the lines of `<<<<<<<`, `=======` and `>>>>>>>`"
                return "", Problem("merge-conflict", message, Place(name, number, 1, len(line)), hint, line)
    return text, None


def yaml_files(root: Path, folder: str) -> Iterator[Path]:
    """Every .yaml file below `root/folder`, in order of path; hidden ones are left out."""
    for path in sorted((root / folder).rglob("*.yaml")):
        if not any(part.startswith(".") for part in path.relative_to(root).parts):
            yield path
