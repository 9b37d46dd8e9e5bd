"""Conditions: what a rule, a table row or a contradiction asks of the facts.

    fact: value                  the fact is the value (a code, a group of codes, true, false or a number)
    fact: [a, b]                 any of these
    fact: {not_in: [a, b]}       none of these
    fact: {gt: 5, le: 10}        lt, le, gt, ge: numbers
    fact: {known: false}         nothing has been said of the fact; `known: true`: something has (its state is narrower than all its values)
    several facts in one map     all of them;  `all:` a list of maps;  `any:` a list of maps;  `not:` one map

Everything said about one fact inside one entry is **one clause**. A clause is true when every value the fact may still have passes,
false when none does, else unknown; conditions join clauses by strong Kleene logic (engine/language/logic.py).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.language.logic import Truth, all_of, any_of, negate
from engine.language.problems import did_you_mean, written
from engine.language.states import Interval, State, Test, Value, complement, passes, point, union
from engine.language.vocabulary import Fact, Vocabulary, either
from engine.language.yamlfile import Route, YamlFile

COMPARISONS = ("lt", "le", "gt", "ge")
OPERATORS = (*COMPARISONS, "not_in", "known")
COMBINATORS = ("all", "any", "not")
IMPOSSIBLE = "mend the clause, or remove what can never hold"


@dataclass(frozen=True)
class Clause:
    """One fact and the values that pass; with `known` set it asks about knowledge itself instead."""

    fact: str
    test: Test
    known: bool | None = None
    words: str = ""  # for a reader: "Size: small or large"
    route: Route = ()  # where it stands in its file


@dataclass(frozen=True)
class All:
    """Every part holds; true of no parts."""

    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True)
class Any_:
    """At least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: "Condition"


Condition = Clause | All | Any_ | Not
ALWAYS = All()


def truth(condition: Condition, states: Mapping[str, State], vocabulary: Vocabulary) -> Truth:
    """Whether the condition holds for the given states of facts: the definition every evaluator is compared with."""
    match condition:
        case Clause(fact, test, known):
            state = states[fact]
            if known is not None:
                return (state != vocabulary[fact].everything) == known
            return passes(state, test)
        case All(parts):
            return all_of([truth(part, states, vocabulary) for part in parts])
        case Any_(parts):
            return any_of([truth(part, states, vocabulary) for part in parts])
        case Not(part):
            return negate(truth(part, states, vocabulary))


def clauses(condition: Condition) -> Iterator[Clause]:
    """Every clause of the condition, in reading order."""
    match condition:
        case Clause():
            yield condition
        case All(parts) | Any_(parts):
            for part in parts:
                yield from clauses(part)
        case Not(part):
            yield from clauses(part)


def facts_of(condition: Condition) -> frozenset[str]:
    """The names of the facts the condition asks about."""
    return frozenset(clause.fact for clause in clauses(condition))


def words(condition: Condition) -> str:
    """The condition in one line for a reader; never read back."""
    match condition:
        case Clause():
            return condition.words
        case All(parts):
            return "always" if not parts else " and ".join(_inner(part) for part in parts)
        case Any_(parts):
            return " or ".join(_inner(part) for part in parts)
        case Not(part):
            return f"not ({words(part)})"


def _inner(part: Condition) -> str:
    text = words(part)
    return f"({text})" if isinstance(part, All | Any_) and len(part.parts) > 1 else text


class ConditionReader:
    """Reads the conditions of one file, reporting every mistake at its place."""

    def __init__(self, file: YamlFile, vocabulary: Vocabulary) -> None:
        self.file = file
        self.vocabulary = vocabulary

    def read(self, raw: Any, route: Route) -> Condition:
        """The condition written at `route`; a broken part reads as always true, with its problems reported."""
        if not isinstance(raw, dict) or not raw:
            self._report(
                "condition-shape",
                "a condition is a map of facts, `any`, `all` or `not`",
                route,
                "write for example `fact: [value, value]`",
            )
            return ALWAYS
        parts = [self._entry(key, value, (*route, key)) for key, value in raw.items()]
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _entry(self, key: str, value: Any, route: Route) -> Condition:
        if key in ("any", "all"):
            if not isinstance(value, list) or not value:
                self._report("condition-shape", f"`{key}` takes a list of conditions", route, "start each with `- `")
                return ALWAYS
            parts = tuple(self.read(item, (*route, index)) for index, item in enumerate(value))
            return Any_(parts) if key == "any" else All(parts)
        if key == "not":
            return Not(self.read(value, route))
        fact = self.vocabulary.get(key)
        if fact is None:
            hint = did_you_mean(key, [*self.vocabulary, *COMBINATORS])
            self._report_key("unknown-fact", f"unknown fact `{key}`", route, hint)
            return ALWAYS
        return self._clause(fact, value, route)

    def _clause(self, fact: Fact, raw: Any, route: Route) -> Condition:
        if isinstance(raw, dict):
            unknown = [key for key in raw if key not in OPERATORS]
            for key in unknown:
                self._report_key(
                    "unknown-operator", f"unknown operator `{key}`", (*route, key), did_you_mean(key, OPERATORS)
                )
            if unknown or not raw:
                if not raw:
                    hint = "write a value, a list, or an operator such as `{known: true}`"
                    self._report("condition-shape", f"nothing is asked of `{fact.name}`", route, hint)
                return ALWAYS
            if "known" in raw:
                return self._known(fact, raw, route)
        test = self._number_test(fact, raw, route) if fact.numeric else self._value_test(fact, raw, route)
        if test is None:
            return ALWAYS
        return Clause(fact.name, test, words=clause_words(fact, test), route=route)

    def _known(self, fact: Fact, raw: dict[str, Any], route: Route) -> Condition:
        if len(raw) > 1 or not isinstance(raw["known"], bool):
            hint = "write `{known: true}` or `{known: false}`, and ask more in an entry of its own under `all`"
            self._report("condition-shape", "`known` takes true or false and stands alone", (*route, "known"), hint)
            return ALWAYS
        known = raw["known"]
        everything: Test = (fact.everything,) if isinstance(fact.everything, Interval) else fact.everything
        return Clause(fact.name, everything, known, f"{fact.label}: {'known' if known else 'unknown'}", route)

    # ---- codes and booleans -------------------------------------------------------------------------------------
    def _value_test(self, fact: Fact, raw: Any, route: Route) -> Test | None:
        if isinstance(raw, dict):
            for key in raw:
                if key != "not_in":
                    self._report_key(
                        "wrong-operator",
                        f"`{key}` compares numbers, and `{fact.name}` is a {fact.type}",
                        (*route, key),
                        "use a value, a list or `not_in`",
                    )
                    return None
            excluded = self._values(fact, raw["not_in"], (*route, "not_in"))
            if excluded is None:
                return None
            test = frozenset(fact.values) - excluded
        else:
            included = self._values(fact, raw, route)
            if included is None:
                return None
            test = included
        if not test:
            self._report("impossible-condition", f"no value of `{fact.name}` can pass", route, IMPOSSIBLE)
            return None
        if test == fact.everything:
            self._warn_constant(fact, route)
        return test

    def _values(self, fact: Fact, raw: Any, route: Route) -> frozenset[Value] | None:
        items = raw if isinstance(raw, list) else [raw]
        if not items:
            self._report("condition-shape", "the list is empty", route, "name at least one value")
            return None
        found: set[Value] = set()
        good = True
        for index, item in enumerate(items):
            place = (*route, index) if isinstance(raw, list) else route
            members = self._members(fact, item, place)
            if members is None:
                good = False
                continue
            if members <= found:
                self._report("repeated-value", f"`{written(item)}` is already in this list", place, "remove it")
            found |= members
        return frozenset(found) if good else None

    def _members(self, fact: Fact, item: Any, route: Route) -> frozenset[Value] | None:
        if fact.type == "boolean":
            if isinstance(item, bool):
                return frozenset({item})
            self._report(
                "unknown-value", f"`{fact.name}` is true or false, not `{written(item)}`", route, "write true or false"
            )
            return None
        if isinstance(item, str):
            if item in fact.groups:
                return frozenset(fact.groups[item])
            if item in fact.values:
                return frozenset({item})
            if item in fact.open_values:
                self._report(
                    "unknown-value",
                    f"`{item}` means that `{fact.name}` is unknown",
                    route,
                    "ask `{known: false}` instead",
                )
                return None
        elif str(item) in fact.values:
            self._report("unquoted-value", f"the code `{item}` must be in quotes", route, f'write "{item}"')
            return None
        self._report(
            "unknown-value",
            f"unknown value `{written(item)}` of `{fact.name}`",
            route,
            did_you_mean(item, [*fact.values, *fact.groups]),
        )
        return None

    # ---- numbers ------------------------------------------------------------------------------------------------
    def _number_test(self, fact: Fact, raw: Any, route: Route) -> Test | None:
        whole, integers = Interval(*fact.range), fact.type == "integer"
        if isinstance(raw, dict) and "not_in" in raw:
            if len(raw) > 1:
                hint = "write bounds and `not_in` as two entries under `all`"
                self._report("condition-shape", "`not_in` stands alone", route, hint)
                return None
            excluded = self._points(fact, raw["not_in"], (*route, "not_in"))
            spans = None if excluded is None else complement(excluded, whole, integers=integers)
        elif isinstance(raw, dict):
            span = self._comparison(fact, raw, route)
            spans = None if span is None else union([span], integers=integers)
        else:
            spans = self._points(fact, raw, route)
        if spans is None:
            return None
        if not spans:
            self._report("impossible-condition", f"no value of `{fact.name}` can pass", route, IMPOSSIBLE)
            return None
        if spans == (whole,):
            self._warn_constant(fact, route)
        return spans

    def _points(self, fact: Fact, raw: Any, route: Route) -> tuple[Interval, ...] | None:
        items = raw if isinstance(raw, list) else [raw]
        spans, good = [], bool(items)
        if not items:
            self._report("condition-shape", "the list is empty", route, "name at least one value")
        for index, item in enumerate(items):
            number = self._bound(fact, item, (*route, index) if isinstance(raw, list) else route)
            good = good and number is not None
            if number is not None:
                spans.append(point(number))
        return union(spans, integers=fact.type == "integer") if good else None

    def _comparison(self, fact: Fact, raw: dict[str, Any], route: Route) -> Interval | None:
        bounds = {key: self._bound(fact, value, (*route, key)) for key, value in raw.items()}
        if None in bounds.values():
            return None
        if {"lt", "le"} <= bounds.keys() or {"gt", "ge"} <= bounds.keys():
            self._report("condition-shape", "two bounds on the same side", route, "keep lt or le, and gt or ge")
            return None
        low = bounds.get("ge", bounds.get("gt", -math.inf))
        high = bounds.get("le", bounds.get("lt", math.inf))
        assert low is not None and high is not None
        span = Interval(low, high, "gt" in bounds, "lt" in bounds).intersection(Interval(*fact.range))
        return span.closed_to_integers() if fact.type == "integer" and not span.empty else span

    def _bound(self, fact: Fact, raw: Any, route: Route) -> float | None:
        low, high = fact.range
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            self._report(
                "unknown-value",
                f"`{fact.name}` is a number, not {'the text ' if isinstance(raw, str) else ''}`{written(raw)}`",
                route,
                "write the number without quotes and without a unit",
            )
            return None
        if not low <= raw <= high:
            self._report(
                "out-of-range",
                f"{raw:g} is outside the range of `{fact.name}` ({low:g} to {high:g})",
                route,
                f"check the unit: {fact.unit}" if fact.unit else "check the number",
            )
            return None
        if fact.type == "integer" and not float(raw).is_integer():
            hint = "write a whole number"
            self._report("out-of-range", f"`{fact.name}` is a whole number, not {raw:g}", route, hint)
            return None
        return raw

    def _warn_constant(self, fact: Fact, route: Route) -> None:
        hint = "remove the clause or mend it"
        if fact.numeric:
            hint = f"the fact reaches from {fact.range[0]:g} to {fact.range[1]:g}; {hint}"
        message = f"every possible value of `{fact.name}` passes"
        place = self.file.value_place(route)
        self.file.problems.append(self.file.problem("constant-condition", message, place, hint, severity="warning"))

    def _report(self, code: str, message: str, route: Route, hint: str = "") -> None:
        self.file.report(code, message, self.file.value_place(route), hint)

    def _report_key(self, code: str, message: str, route: Route, hint: str = "") -> None:
        self.file.report(code, message, self.file.key_place(route), hint)


def clause_words(fact: Fact, test: Test) -> str:
    """`Size: small or large`, `Width: above 20 mm`, `Member: no`."""
    if isinstance(test, tuple):
        passing = either([fact.words(span) for span in test]) if test != (fact.everything,) else "any value"
        return f"{fact.label}: {passing}"
    if test == fact.everything:
        return f"{fact.label}: {'yes or no' if fact.type == 'boolean' else 'any value'}"
    rest = frozenset(fact.values) - test
    if len(rest) <= 2 and len(test) > 2 * len(rest) + 1:
        return f"{fact.label}: any except {fact.words(rest)}"
    return f"{fact.label}: {fact.words(test)}"
