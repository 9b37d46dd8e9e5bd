"""JSON that drops nothing: parsed fast, refused where it is broken, too deep, or says a name twice."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from api.problems import MALFORMED_JSON, NESTED_TOO_DEEPLY, Refused
from engine.intake.jsontext import loads

DEEPEST = 24
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A JSON value, and the places of names that stand twice in one object (the value keeps only the last of them)."""

    value: Any
    repeated: tuple[tuple[str | int, ...], ...] = ()


def parse(raw: bytes, line: int = 1, *, names_count: bool = True) -> Parsed:
    """The JSON value in `raw`; raises Refused with the position. `line` is the line of the body that `raw` begins on.

    `names_count=False`: for a large record, of which single known places are read: neither its depth is limited nor names that stand twice are
    looked for (the last one counts).
    """
    try:
        value = loads(raw)
    except orjson.JSONDecodeError as error:
        raise _broken(raw, error, line) from None
    if not names_count:
        return Parsed(value)
    names = _names(value)
    # One colon stands behind each name. As many colons as names kept: no name was dropped, and nothing more is to be done.
    if raw.count(b":") == names:
        return Parsed(value)
    pairs = json.loads(raw.decode(), object_pairs_hook=_Pairs, parse_int=_skip, parse_float=_skip)
    return Parsed(value, tuple(_repeated(pairs, ())))


def _names(value: Any) -> int:
    """How many names all objects of the value have; raises Refused when it is too deep."""
    names, depth = 0, 0
    level: list[Any] = [value] if value.__class__ in (dict, list) else []
    while level:
        depth += 1
        if depth > DEEPEST:
            raise Refused(NESTED_TOO_DEEPLY, f"objects and lists may be nested {DEEPEST} deep")
        below: list[Any] = []
        for one in level:
            inside = one
            if one.__class__ is dict:
                names += len(one)
                inside = one.values()
            below += [inner for inner in inside if inner.__class__ is dict or inner.__class__ is list]
        level = below
    return names


class _Pairs(list[tuple[str, Any]]):
    """An object with all its names, as often as they were written."""


def _skip(_: str) -> None:
    return None


def _repeated(value: Any, route: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, _Pairs):
        seen: set[str] = set()
        for name, inner in value:
            if name in seen:
                yield (*route, name)
            seen.add(name)
            yield from _repeated(inner, (*route, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _repeated(inner, (*route, index))


def _broken(raw: bytes, error: orjson.JSONDecodeError, line: int) -> Refused:
    if error.msg == "depth limit exceeded":
        return Refused(NESTED_TOO_DEEPLY, f"objects and lists may be nested {DEEPEST} deep")
    if not raw.strip():
        return Refused(MALFORMED_JSON, "the body is empty")
    if raw.startswith(BYTE_ORDER_MARK):
        return Refused(MALFORMED_JSON, "the body begins with a byte order mark: send UTF-8 without one")
    try:
        raw.decode()
    except UnicodeDecodeError as broken:
        before = raw[: broken.start].decode()
        place = f"line {line + before.count(chr(10))}, column {len(before) - before.rfind(chr(10))}"
        return Refused(MALFORMED_JSON, f"{place}: not UTF-8")
    place = f"line {line + error.lineno - 1}, column {error.colno}"
    if error.doc[error.pos :].lstrip("-").startswith(("NaN", "Inf")) or "infinity" in error.msg:
        return Refused(MALFORMED_JSON, f"{place}: not a number JSON knows; send null for an unknown fact")
    return Refused(MALFORMED_JSON, f"{place}: {_REASONS.get(error.msg, 'not JSON')}")


_REASONS = {
    "unexpected end of data": "the text ends too early",
    "trailing comma is not allowed": "a comma with nothing behind it",
    "unexpected content after document": "something stands behind the value",
}
