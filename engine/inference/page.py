"""Plain text laid out for reading: wrapped lines, hanging labels, two columns, and colour where a terminal shows it."""

import re
import textwrap
from collections.abc import Iterable

WIDTH = 96
STYLES = {"bold": "1", "dim": "2", "red": "1;31", "green": "1;32", "yellow": "1;33", "blue": "1;34"}
_PERCENT = re.compile(r"(\d) %")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Page:
    """Lines of text, collected from the top."""

    def __init__(self, width: int = WIDTH, colour: bool = False) -> None:
        self.width, self.colour = width, colour
        self._lines: list[str] = []

    def __str__(self) -> str:
        return "\n".join(line.rstrip() for line in self._lines).strip("\n") + "\n"

    def style(self, text: str, name: str) -> str:
        """The text in a style, or plain where colour is off."""
        return f"\033[{STYLES[name]}m{text}\033[0m" if self.colour and text else text

    def gap(self) -> None:
        """One empty line, never two."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def heading(self, text: str, rule: str = "=") -> None:
        """A heading with a line under it."""
        self.gap()
        lines = self._wrapped(text, self.width)
        self._lines += [self.style(line, "bold") for line in lines]
        self._lines.append(rule * max(len(line) for line in lines))

    def text(self, text: str, indent: int = 0, first: str = "", style: str = "") -> None:
        """A paragraph; `first` stands before its first line and the rest hangs under it."""
        hang = " " * (indent + len(first))
        lines = self._wrapped(text, self.width - len(hang))
        for index, line in enumerate(lines):
            before = " " * indent + self.style(first, "dim") if index == 0 else hang
            self._lines.append(before + (self.style(line, style) if style else line))

    def labelled(self, label: str, items: Iterable[str | tuple[str, str]], indent: int, column: int) -> None:
        """Paragraphs under one label; an item that is a pair hangs under its first part."""
        for index, item in enumerate(items):
            mark, text = item if isinstance(item, tuple) else ("", item)
            self.text(text, indent, (label if index == 0 else "").ljust(column) + mark)

    def row(self, left: str, middle: str, right: str, columns: tuple[int, int], style: str = "") -> None:
        """Three columns; the middle one wraps."""
        space = self.width - 2 - sum(columns)
        for index, line in enumerate(self._wrapped(middle, space - 2)):
            if index == 0:
                self._lines.append(f"  {left.ljust(columns[0])}{line.ljust(space)}{self.style(right, style)}")
            else:
                self._lines.append(f"  {' ' * columns[0]}{line}")

    def _wrapped(self, text: str, width: int) -> list[str]:
        clean = _CONTROL.sub("?", " ".join(text.split()))
        joined = _PERCENT.sub("\\1\u00a0%", clean)  # a number and its sign stay on one line
        lines = textwrap.wrap(joined, max(20, width), break_long_words=False, break_on_hyphens=False)
        return [line.replace("\u00a0", " ") for line in lines] or [""]
