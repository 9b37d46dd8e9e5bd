"""YAML files read once, with the place of every key and value.

Only what a guideline needs: maps with text keys, lists, text, numbers, dates, `true`, `false` and null. `yes`, `no`, `on` and `off`
are text, as in YAML 1.2, so that a file means here what it means in an editor. Duplicate keys and aliases are problems.
"""

import datetime
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from engine.language.problems import Place, Problem

Route = tuple[str | int, ...]  # the way from the top of a file to a value: ("when", "any", 0, "stage")


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
        self.data: Any = None
        try:
            node = yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = Place(path, mark.line + 1, mark.column + 1) if mark else Place(path)
            message = ": ".join(part for part in (error.context, error.problem) if part)
            self.report(
                "yaml", f"not readable as YAML: {message}", place, "check the indentation, colons and quotes here"
            )
            return
        except (yaml.YAMLError, RecursionError) as error:
            self.report("yaml", f"not readable as YAML: {str(error).splitlines()[0]}", Place(path))
            return
        if node is None:
            self.report("yaml", "the file is empty", Place(path))
            return
        self.data = self._read(node, ())

    @classmethod
    def load(cls, root: Path, path: Path) -> "YamlFile":
        """The file at `path`, named relative to the folder that holds `root`."""
        name = f"{root.name}/{path.relative_to(root).as_posix()}"
        try:
            return cls(name, path.read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            broken = cls(name, "broken: true")
            broken.data = None
            broken.lines = []
            broken.report("yaml", f"not UTF-8 text (byte {error.start})", Place(name), "save the file as UTF-8")
            return broken

    # ---- places -------------------------------------------------------------------------------------------------
    def key_place(self, route: Route) -> Place:
        """Where the key of `route` stands; the nearest known place above it when it has none."""
        return self._keys.get(route) or self.value_place(route)

    def value_place(self, route: Route) -> Place:
        """Where the value of `route` stands; the nearest known place above it when it has none."""
        for length in range(len(route), -1, -1):
            place = self._values.get(route[:length])
            if place is not None:
                return place
        return Place(self.path)

    def report(self, code: str, message: str, place: Place, hint: str = "", related: tuple[Place, ...] = ()) -> None:
        """Add a problem at `place`, with its source line."""
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
        start, end = node.start_mark, node.end_mark
        length = end.column - start.column if end.line == start.line else len(self._line(start.line)) - start.column
        place = Place(self.path, start.line + 1, start.column + 1, max(1, length))
        self._values[route] = place
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, place)
        if id(node) in self._seen:
            self.report("alias", "aliases (`*name`) are not allowed", place, "write the value out")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self._read(item, (*route, index)) for index, item in enumerate(node.value)]
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key is None:
                continue
            inner = (*route, key)
            mark = key_node.start_mark
            key_place = Place(self.path, mark.line + 1, mark.column + 1, len(key))
            if key in data:
                first = self._keys[inner]
                message = f"`{key}` is written twice here (first on line {first.line})"
                self.report("duplicate-key", message, key_place, "keep one of them", (first,))
                continue
            self._keys[inner] = key_place
            data[key] = self._read(value_node, inner)
        return data

    def _key(self, node: yaml.Node) -> str | None:
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        mark = node.start_mark
        self.report("yaml", "a key must be plain text", Place(self.path, mark.line + 1, mark.column + 1))
        return None

    def _scalar(self, node: yaml.ScalarNode, place: Place) -> Any:
        tag, text = node.tag.rpartition(":")[2], str(node.value)
        match tag:
            case "null":
                return None
            case "bool":
                return text == "true"
            case "int":
                return int(text)
            case "float":
                value = float(text) if text[-1] in "0123456789." else math.nan
                if math.isfinite(value):
                    return value
                self.report("yaml", f"`{text}` is not a number that can be used", place)
                return None
            case "timestamp":
                try:
                    return datetime.date.fromisoformat(text)
                except ValueError:
                    self.report("invalid-date", f"`{text}` is not a date of the form 2025-01-30", place)
                    return None
            case "str":
                return text
        self.report("yaml", f"the tag `{node.tag}` is not allowed", place)
        return text

    def _line(self, index: int) -> str:
        return self.lines[index] if index < len(self.lines) else ""


def yaml_files(root: Path, folder: str) -> Iterator[Path]:
    """Every .yaml file below `root/folder`, in order of path."""
    yield from sorted((root / folder).rglob("*.yaml"))
