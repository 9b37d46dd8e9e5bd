"""How each fact is asked in a form: as radio buttons, a list or a text field; and how what was entered becomes the value the API takes.

Values and texts go both ways: what `value_of` reads, `text_of` writes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from engine.language.states import number_text
from engine.language.vocabulary import Fact, either

Control = Literal["radios", "select", "text"]
MOST_RADIOS, MOST_LETTERS = 6, 210
EITHER = "|"  # between the values of a fact of which one of several is still possible
UNKNOWN = "unknown"  # asked, and not known; an empty text says that nobody answered
_NUMBER = r"[-+]?[0-9]+(?:\.[0-9]+)?"
_PLAIN = re.compile(_NUMBER)
_BOUNDS = re.compile(rf"(<=|>=|<|>)\s*({_NUMBER})")
_BETWEEN = re.compile(rf"({_NUMBER})\s*(?:\.\.|to|–|-)\s*({_NUMBER})")
_COMMA = re.compile(r"\d,\d")
_WORD = re.compile(r"[a-z][a-z0-9_-]*")  # a code that is a word of the files, not of the trade
_KEYS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_SIGNS = {key: sign for sign, key in _KEYS.items()}


class NotRead(ValueError):
    """What was entered cannot be read: what is wrong, and what is allowed. Holds nothing that was entered."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.message, self.hint = message, hint
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be chosen."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One fact as it is asked."""

    fact: Fact
    control: Control
    choices: tuple[Choice, ...]
    allowed: str  # what may be entered in a text field

    @classmethod
    def of(cls, fact: Fact) -> "Field":
        """The field of a fact."""
        choices = tuple(_choices(fact))
        if fact.numeric and not choices:
            low, high = (number_text(bound) for bound in fact.range)
            unit = f" {fact.unit.partition(' (')[0]}" if fact.unit else ""
            whole = "Whole number, " if fact.type == "integer" else ""
            return cls(fact, "text", (), f"{whole}{low} to {high}{unit}, or a range such as <{high}")
        few = len(choices) <= MOST_RADIOS and sum(len(one.label) for one in choices) <= MOST_LETTERS
        return cls(fact, "radios" if few else "select", choices, "")

    @property
    def several(self) -> bool:
        """Can all that are possible be ticked?"""
        return ticked(self.fact)

    @property
    def ticks(self) -> tuple[Choice, ...]:
        """The single answers of which several may be ticked."""
        values = {str(one) for one in self.fact.values}
        return tuple(one for one in self.choices if one.text in values)

    def ticked(self, text: str) -> frozenset[str]:
        """The single answers that this entry leaves possible: none of them where it is empty, unknown or cannot be read."""
        try:
            state = self.fact.read(value_of(self.fact, text)).state if text else self.fact.everything
        except ValueError:
            return frozenset()
        return frozenset() if state == self.fact.everything else frozenset(str(one) for one in state)  # type: ignore[union-attr]

    def choices_for(self, text: str) -> tuple[Choice, ...]:
        """The answers, with the one that was given although it is none of the usual ones."""
        if text in ("", UNKNOWN) or self.control == "text" or any(one.text == text for one in self.choices):
            return self.choices
        try:
            words = self.fact.words(self.fact.read(value_of(self.fact, text)).state)
        except ValueError:
            return self.choices
        return (*self.choices, Choice(text, _capital(words)))


def ticked(fact: Fact) -> bool:
    """Can several values of the fact be ticked?"""
    return fact.type == "code" and len(fact.values) > 2


def _choices(fact: Fact) -> Iterator[Choice]:
    if fact.numeric:
        low, high = fact.range
        if fact.type == "integer" and high - low <= 4:
            for number in range(int(low), int(high) + 1):
                yield Choice(str(number), str(number))
        return
    if fact.type == "boolean":
        yield Choice("true", "Yes")
        yield Choice("false", "No")
        return
    groups = dict(fact.groups)
    for value, label in fact.values.items():
        for name in [name for name, members in groups.items() if value in members]:
            members = groups.pop(name)
            yield Choice(name, f"{name}: {either([str(one) for one in fact.values if one in members])}")
        yield Choice(str(value), _labelled(str(value), label))
    for value, label in fact.open_values.items():
        yield Choice(value, _capital(label))


def _labelled(code: str, label: str) -> str:
    if _WORD.fullmatch(code):
        return _capital(label)
    return _capital(label) if code in label.replace(",", " ").split() else f"{code}: {label}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def value_of(fact: Fact, text: str) -> Any:
    """The JSON value of what was entered, None for nothing; raises NotRead. Whether the fact may have the value, the vocabulary says."""
    text = " ".join(text.split())
    if text.lower() in ("", "?", UNKNOWN):
        return None
    if fact.numeric:
        return _number(text, fact)
    if EITHER in text:
        return {"one_of": [_single(fact, part) for part in text.split(EITHER)]}
    return _single(fact, text)


def _single(fact: Fact, text: str) -> Any:
    return {"true": True, "false": False}.get(text, text) if fact.type == "boolean" else text


def _number(text: str, fact: Fact) -> Any:
    if text.endswith(f"{EITHER}{UNKNOWN}"):
        raise NotRead("is a number, and unknown is ticked as well", "untick unknown, or empty the entry")
    plain = text.replace("≤", "<=").replace("≥", ">=").replace("−", "-")
    if _COMMA.search(plain):
        raise NotRead("has a comma", "write a decimal point: 2.5, not 2,5; and no mark between thousands")
    if _PLAIN.fullmatch(plain):
        return _as_number(plain)
    if match := _BETWEEN.fullmatch(plain):
        return {"ge": _as_number(match[1]), "le": _as_number(match[2])}
    bounds = _BOUNDS.findall(plain)
    keys = [_KEYS[sign] for sign, _ in bounds]
    if bounds and not _BOUNDS.sub("", plain).strip() and len(set(keys)) == len(keys) <= 2:
        return {key: _as_number(number) for key, (_, number) in zip(keys, bounds, strict=True)}
    unit = f"; the unit is {fact.unit}" if fact.unit else ""
    raise NotRead("is not a number", f"write the number alone, such as 20, <1 or 1..10{unit}")


def _as_number(text: str) -> float:
    number = float(text)
    return int(number) if number.is_integer() else number


def text_of(fact: Fact, value: Any) -> str:
    """What one would enter to send this JSON value."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = {"one_of": value}
    if isinstance(value, dict):
        if "one_of" in value:
            return EITHER.join(text_of(fact, one) for one in value["one_of"])
        if value.keys() == {"ge", "le"}:
            return f"{number_text(value['ge'])}..{number_text(value['le'])}"
        return " ".join(f"{_SIGNS[key]}{number_text(bound)}" for key, bound in value.items())
    return number_text(value) if isinstance(value, int | float) else str(value)
