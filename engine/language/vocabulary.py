"""The vocabulary: every fact a rule may use, its type, values, groups and range; and how a caller's value becomes a state."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from engine.language.problems import did_you_mean
from engine.language.states import Interval, State, Value, number_text, point

FactType = Literal["boolean", "code", "number", "integer"]
UNKNOWN_WORDS = frozenset({"unknown", "not done"})
_SIMPLE = frozenset({str, int, float, bool, type(None)})
_RANGE_KEYS = ("lt", "le", "gt", "ge")
_CODED_WORD = re.compile(r"^[a-z][a-z0-9_-]*$")  # a code that a reader would not read as a word of the trade
_LONGEST_LABEL = 40
_MOST_SIDES, _MOST_SOURCES, _LONGEST_SOURCE = 20, 50, 500
_CONFLICT = 'write {"conflict": [{"says": value, "sources": ["where, when"]}, ...]} with at least two sides, and perhaps "use": value'
_COMPARATOR = re.compile(r"^\s*(<=|>=|<|>)\s*([-+]?\d+(?:\.\d+)?)\s*$")
_BETWEEN = re.compile(r"^\s*([-+]?\d+(?:\.\d+)?)\s*\.\.\s*([-+]?\d+(?:\.\d+)?)\s*$")


@dataclass(frozen=True)
class FactProblem:
    """What is wrong with one fact of a patient: the fact, what is allowed, never the value in a log."""

    fact: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.fact}: {self.message}" + (f" ({self.hint})" if self.hint else "")


class FactsError(ValueError):
    """A patient's facts cannot be read; `problems` names each fact and says what is allowed.

    The text of the exception holds no value a caller sent.
    """

    def __init__(self, problems: Iterable[FactProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(self.problems)} fact(s) could not be read")


@dataclass(frozen=True, slots=True)
class Side:
    """What some sources say of a fact of which others say something else."""

    says: Any
    words: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dispute:
    """Sources that cannot all be right. Settled: it was said what to go on with; else nothing is advised."""

    sides: tuple[Side, ...]
    settled: bool


@dataclass(frozen=True, slots=True)
class Given:
    """One fact as a caller sent it: its state, the open value it was sent as (such as `pending`), a warning, and what its sources differ in."""

    state: State
    open_value: str | None = None
    unusual: bool = False
    dispute: Dispute | None = None


@dataclass(frozen=True)
class Fact:
    """One word of the vocabulary."""

    name: str
    label: str
    type: FactType
    help: str = ""
    section: str = ""
    values: Mapping[Value, str] = field(default_factory=dict)
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    open_values: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    range: tuple[float, float] = (-math.inf, math.inf)
    usual_range: tuple[float, float] | None = None
    supplied_by: str = ""
    given: bool = True  # may be sent by a caller
    derived: bool = False  # has a decision table
    unknown_as: str = "unknown"  # how an unknown state is written

    @property
    def numeric(self) -> bool:
        """Is the fact a number?"""
        return self.type in ("number", "integer")

    @property
    def everything(self) -> State:
        """The state of a fact of which nothing is known."""
        if self.numeric:
            return Interval(*self.range)
        return frozenset(self.values)

    # ---- reading a caller's value -------------------------------------------------------------------------------
    def read(self, raw: Any) -> Given:
        """The state a caller's JSON value stands for; raises ValueError (message, hint) that never quotes the value."""
        if raw is None or (isinstance(raw, str) and raw.strip().lower() in UNKNOWN_WORDS):
            return Given(self.everything)
        if isinstance(raw, str) and raw in self.open_values:
            return Given(self.everything, open_value=raw)
        if isinstance(raw, dict) and "one_of" in raw:
            return self._one_of(raw)
        if isinstance(raw, dict) and "conflict" in raw:
            return self._conflict(raw)
        if self.numeric:
            return self._number(raw)
        if self.type == "boolean":
            if isinstance(raw, bool):
                return Given(frozenset({raw}))
            raise ValueError("must be true, false or null", "")
        if isinstance(raw, list):
            return self._one_of({"one_of": raw})
        return Given(self._code(raw))

    def _code(self, raw: Any) -> frozenset[Value]:
        if isinstance(raw, str):
            if raw in self.groups:
                return frozenset(self.groups[raw])
            if raw in self.values:
                return frozenset({raw})
        allowed = [str(value) for value in (*self.values, *self.groups, *self.open_values)]
        listed = f"use one of {', '.join(allowed)}, or null"
        if isinstance(raw, int | float) and str(raw) in allowed:
            raise ValueError("is a code and must be in quotes", listed)
        raise ValueError("is not a value of this fact", listed)

    def _one_of(self, raw: dict[str, Any]) -> Given:
        items = raw["one_of"]
        flat = isinstance(items, list) and items and not any(isinstance(item, list | dict) for item in items)
        if len(raw) > 1 or not flat or self.numeric:
            raise ValueError("`one_of` must be a list of values of a coded fact, alone", "")
        states = [self.read(item).state for item in items]
        return Given(frozenset().union(*(state for state in states if isinstance(state, frozenset))))

    def _conflict(self, raw: dict[str, Any]) -> Given:
        """Sources that differ: `{"conflict": [{"says": value, "sources": [text]}, ...], "use": value}`; without `use` it stops all advice."""
        sides = raw["conflict"]
        if raw.keys() - {"conflict", "use"} or not isinstance(sides, list) or not 2 <= len(sides) <= _MOST_SIDES:
            raise ValueError("is not a conflict", _CONFLICT)
        found = []
        for one in sides:
            if not isinstance(one, dict) or one.keys() != {"says", "sources"} or not _texts(one["sources"]):
                raise ValueError("has a side that is not one", _CONFLICT)
            found.append(Side(one["says"], self._side_words(one["says"]), tuple(one["sources"])))
        use = self._undisputed(raw.get("use"))
        return Given(use.state, use.open_value, use.unusual, Dispute(tuple(found), "use" in raw))

    def _side_words(self, says: Any) -> str:
        said = self._undisputed(says)
        return self.open_values[said.open_value] if said.open_value else self.words(said.state)

    def _undisputed(self, raw: Any) -> Given:
        if isinstance(raw, dict) and "conflict" in raw:
            raise ValueError("has a conflict inside a conflict", _CONFLICT)
        return self.read(raw)

    def _number(self, raw: Any) -> Given:
        unit = f" {self.unit}" if self.unit else ""
        low, high = self.range
        allowed = f"a number from {number_text(low)} to {number_text(high)}{unit}"
        if isinstance(raw, str):
            raw = _range_of_text(raw, allowed)
        if isinstance(raw, bool) or not isinstance(raw, int | float | dict):
            raise ValueError("must be a number", f'{allowed}, a range such as {{"lt": 1}}, or null')
        if isinstance(raw, dict):
            state = self._range(raw, allowed)
        else:
            if not _finite(raw):
                raise ValueError("must be a finite number", allowed)
            if self.type == "integer" and not float(raw).is_integer():
                raise ValueError("must be a whole number", allowed)
            state = point(int(raw) if float(raw).is_integer() else raw)
        if state.intersection(Interval(low, high)).empty or (state.single and not low <= state.low <= high):
            raise ValueError("is outside the possible range", allowed)
        state = state.intersection(Interval(low, high))
        if self.type == "integer":
            state = state.closed_to_integers()
        if state.empty:
            raise ValueError("is an impossible range", allowed)
        usual = Interval(*(self.usual_range or self.range))
        return Given(state, unusual=state.intersection(usual).empty)

    def _range(self, raw: dict[str, Any], allowed: str) -> Interval:
        wrong = [key for key in raw if key not in _RANGE_KEYS]
        if wrong or not raw:
            raise ValueError("is not a range", "a range has the keys lt, le, gt, ge")
        for bound in raw.values():
            if isinstance(bound, bool) or not isinstance(bound, int | float) or not _finite(bound):
                raise ValueError("has a bound that is not a number", allowed)
        if {"lt", "le"} <= raw.keys() or {"gt", "ge"} <= raw.keys():
            raise ValueError("has two bounds on one side", "use lt or le, and gt or ge")
        low = raw.get("ge", raw.get("gt", -math.inf))
        high = raw.get("le", raw.get("lt", math.inf))
        state = Interval(low, high, "gt" in raw, "lt" in raw)
        if state.empty:
            raise ValueError("is an impossible range", "the lower bound must be below the upper one")
        return state

    # ---- writing a state ----------------------------------------------------------------------------------------
    def write(self, state: State) -> Any:
        """The state as JSON: a value, `{"one_of": [...]}`, a range, or `unknown_as`. Reading it back gives the same state."""
        if state == self.everything:
            return self.unknown_as
        if isinstance(state, Interval):
            if state.single:
                return _plain(state.low)
            low, high = self.range
            bounds: dict[str, float] = {}
            if (state.low, state.low_open) != (low, False):
                bounds["gt" if state.low_open else "ge"] = _plain(state.low)
            if (state.high, state.high_open) != (high, False):
                bounds["lt" if state.high_open else "le"] = _plain(state.high)
            return bounds
        if len(state) == 1:
            return next(iter(state))
        for name, members in self.groups.items():
            if members == state:
                return name
        return {"one_of": [value for value in self.values if value in state]}

    def words(self, state: State) -> str:
        """The state for a reader: codes or their labels, a number with its unit, `yes`, `no`, `unknown`."""
        if state == self.everything:
            return "unknown"
        if isinstance(state, Interval):
            return self._number_words(state)
        if self.type == "boolean":
            return "yes" if True in state else "no"
        return either(self._items(state))

    def value_words(self, value: Value) -> str:
        """One value for a reader: a code that speaks for itself (`B2`, `3+`), else its label, without what stands in brackets, if short."""
        code, label = str(value), str(self.values.get(value, value))
        if not _CODED_WORD.match(code):
            return code
        brief = label.partition(" (")[0]
        if sum(str(other).partition(" (")[0] == brief for other in self.values.values()) > 1:
            brief = label
        return brief if 0 < len(brief) <= _LONGEST_LABEL else code.replace("_", " ")

    def _items(self, state: frozenset[Value]) -> list[str]:
        """The values of a state in words, whole groups by their names, in the order of the vocabulary."""
        left, items = state, dict[Value, str]()
        for name, members in sorted(self.groups.items(), key=lambda one: -len(one[1])):
            if len(members) > 1 and members <= left:
                items[next(value for value in self.values if value in members)] = name
                left = left - members
        items |= {value: self.value_words(value) for value in left}
        return [items[value] for value in self.values if value in items]

    def _number_words(self, span: Interval) -> str:
        unit = f" {self.unit.partition(' (')[0]}" if self.unit else ""
        written = number_text(span.low) if span.single else self.write(span)
        if isinstance(written, dict) and written.keys() == {"ge", "le"}:
            written = f"{number_text(span.low)} to {number_text(span.high)}"
        if isinstance(written, dict):
            signs = {"lt": "below", "le": "at most", "gt": "above", "ge": "at least"}
            written = " and ".join(f"{signs[key]} {number_text(bound)}" for key, bound in written.items())
        return f"{written}{unit}"


def either(items: Sequence[str]) -> str:
    """`a, b or c`; `a; b; or c` where an item has a comma or an `or` of its own."""
    if len(items) > 1 and any("," in item or " or " in item for item in items):
        return f"{'; '.join(items[:-1])}; or {items[-1]}"
    return " or ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def _texts(sources: Any) -> bool:
    """Are these the names of sources?"""
    return (
        isinstance(sources, list)
        and 1 <= len(sources) <= _MOST_SOURCES
        and all(isinstance(one, str) and 0 < len(one) <= _LONGEST_SOURCE for one in sources)
    )


def _finite(number: float) -> bool:
    """Can it be a number of a fact? (A whole number may be too long for that.)"""
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


def _plain(number: float) -> float:
    return int(number) if float(number).is_integer() else number


def _range_of_text(text: str, allowed: str) -> Any:
    """`<1`, `>=20`, `1..10` as a range; anything else is refused (a number in quotes may be a unit mistake)."""
    if match := _COMPARATOR.match(text):
        key = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}[match[1]]
        return {key: float(match[2])}
    if match := _BETWEEN.match(text):
        return {"ge": float(match[1]), "le": float(match[2])}
    raise ValueError("must be a number, not text", f'{allowed}, a range such as "<1" or "1..10", or null')


class Vocabulary(Mapping[str, Fact]):
    """All facts by name, in the order of the files."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._facts: Mapping[str, Fact] = MappingProxyType({fact.name: fact for fact in facts})
        self._read_before: dict[tuple[str, type, Any], Given] = {}

    def __getitem__(self, name: str) -> Fact:
        return self._facts[name]

    def __iter__(self) -> Any:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def read(self, raw: Any) -> dict[str, Given]:
        """Every fact a caller sent (unknown ones included), or FactsError with all that is wrong."""
        if not isinstance(raw, dict):
            raise FactsError([FactProblem("facts", "must be an object of fact names and values")])
        given: dict[str, Given] = {}
        problems: list[FactProblem] = []
        remembered = self._read_before
        for name, value in raw.items():
            simple = value.__class__ in _SIMPLE
            if simple and (before := remembered.get((name, value.__class__, value))) is not None:
                given[name] = before
                continue
            fact = self._facts.get(name)
            if fact is None or not fact.given:
                known = [one.name for one in self._facts.values() if one.given]
                message = "is derived and cannot be sent" if fact else "is not a fact of this guideline"
                problems.append(
                    FactProblem(str(name)[:80], message, did_you_mean(name, known) if len(problems) < 20 else "")
                )
                continue
            try:
                given[name] = fact.read(value)
                if simple:
                    if len(remembered) >= 20_000:
                        remembered.clear()
                    remembered[name, value.__class__, value] = given[name]
            except ValueError as error:
                message, hint = (*error.args, "")[:2]
                problems.append(FactProblem(name, message, hint))
            except RecursionError:
                problems.append(FactProblem(name, "is nested too deeply"))
        if problems:
            raise FactsError(problems[:100])
        return given
