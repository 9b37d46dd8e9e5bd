"""Reads a patient's facts from a file or from standard input, as JSON or YAML, for the command line.

A file holds the facts themselves, or `{"facts": {...}, "as_of": "2025-01-30"}` as the service takes them.
"""

import datetime
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.language.yamlfile import YamlFile

REQUEST_KEYS = ("facts", "as_of")


class UnreadableError(Exception):
    """The file cannot be opened, or is no text."""


class FormatError(Exception):
    """The file is text, but holds no facts: what is wrong, and where. The text quotes no value of the file."""


@dataclass(frozen=True)
class Request:
    """Facts as a file holds them, and the day it asks for."""

    facts: Any
    as_of: datetime.date | None = None


def read_request(name: str) -> Request:
    """The facts in the file, or on standard input where the name is `-`; raises UnreadableError or FormatError."""
    data = _data(_text(name), name)
    if not isinstance(data, dict):
        raise FormatError("expected a map of fact names and values")
    if isinstance(data.get("resourceType"), str):
        raise FormatError("it is a record in FHIR; read it with `evaluate --fhir`")
    if "facts" not in data:
        return Request(data)
    strays = [key for key in data if key not in REQUEST_KEYS]
    if strays:
        raise FormatError(f"unknown key `{strays[0][:80]}` beside `facts`; only `as_of` may stand there")
    return Request(data["facts"], _day(data.get("as_of")))


def read_text(name: str) -> str:
    """The text of the file, or of standard input where the name is `-`; raises UnreadableError."""
    return _text(name)


def day_of(text: str) -> datetime.date:
    """The date written as 2025-01-30; ValueError where it is none."""
    if len(text) != 10:
        raise ValueError("not a date")
    return datetime.date.fromisoformat(text)


def _day(raw: Any) -> datetime.date | None:
    if raw is None or isinstance(raw, datetime.date):
        return raw
    try:
        return day_of(str(raw))
    except ValueError:
        raise FormatError("`as_of` is not a date; write it as 2025-01-30") from None


def _text(name: str) -> str:
    if name == "-" and sys.stdin is None:  # closed by who started the command
        raise UnreadableError("standard input is closed")
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return raw.decode("utf-8-sig")
    except FileNotFoundError:
        raise UnreadableError(f"there is no file `{name}`") from None
    except IsADirectoryError:
        raise UnreadableError(f"`{name}` is a folder; name a file of facts") from None
    except UnicodeDecodeError as error:
        raise UnreadableError(f"`{name}` is not UTF-8 text (at byte {error.start})") from None
    except (OSError, ValueError) as error:
        raise UnreadableError(f"cannot read `{name}`: {_why(error)}") from None


def _why(error: Exception) -> str:
    return (getattr(error, "strerror", None) or "not a file name").lower()


def _data(text: str, name: str) -> Any:
    if not text.strip():
        raise FormatError("the file is empty")
    if Path(name).suffix.lower() == ".json":
        return _json(text)
    if Path(name).suffix.lower() in (".yaml", ".yml") or text.lstrip()[0] not in "{[":
        return _yaml(text)
    try:
        return _json(text)
    except FormatError as broken:
        try:
            return _yaml(text)
        except FormatError:
            raise broken from None


def _json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise FormatError(f"broken JSON at {place}: {error.msg[:1].lower()}{error.msg[1:]}") from None
    except RecursionError:
        raise FormatError("the JSON is nested too deeply") from None
    except ValueError:  # a number of thousands of digits
        raise FormatError("the JSON holds a number that cannot be used") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise FormatError(f"`{key[:80]}` is written twice; keep one of them")
        found[key] = value
    return found


def _no_constant(_: str) -> None:
    raise FormatError("NaN and Infinity are not numbers that can be used")


def _yaml(text: str) -> Any:
    try:
        file = YamlFile("facts", text)
    except RecursionError:
        raise FormatError("the YAML is nested too deeply") from None
    if file.problems:
        first = file.problems[0]
        raise FormatError(f"line {first.place.line}, column {first.place.column}: {first.message}")
    return file.data
