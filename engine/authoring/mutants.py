"""Mutants: a rule with one small mistake in it, of the kinds authors make.

A clause negated or left out; a bound one step too low or too high, or open instead of closed; a code too many, too few, or another one; `all`
instead of `any`; an exception left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.language.conditions import ALWAYS, All, Any_, Clause, Condition, Not, clause_words, words
from engine.language.rules import Rule
from engine.language.states import Interval, Test, union
from engine.language.vocabulary import Fact, Vocabulary
from engine.language.yamlfile import Route

Change = tuple[str, Route, Condition]  # what was done, where, and what the condition is then


@dataclass(frozen=True)
class Mutant:
    """A rule with other conditions; `what` says what was done to it, `route` where."""

    rule: Rule
    what: str
    route: Route
    when: Condition
    exception: Condition | None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Its conditions."""
        return (self.when,) if self.exception is None else (self.when, self.exception)


def mutants(rule: Rule, vocabulary: Vocabulary) -> Iterator[Mutant]:
    """Every mutant of a rule, each once."""
    seen = {(rule.when, rule.exception)}
    for one in _all(rule, vocabulary):
        if (one.when, one.exception) not in seen:
            seen.add((one.when, one.exception))
            yield one


def _all(rule: Rule, vocabulary: Vocabulary) -> Iterator[Mutant]:
    for what, route, when in _changes(rule.when, vocabulary, ("when",)):
        yield Mutant(rule, what, route, when, rule.exception)
    if rule.when != ALWAYS and not isinstance(rule.when, All):
        yield Mutant(rule, f"leave out `{words(rule.when)}`", ("when",), ALWAYS, rule.exception)
    parts = [one.when for one in rule.unless]
    for index, part in enumerate(parts):
        route = ("unless", index, "when")
        rest = [*parts[:index], *parts[index + 1 :]]
        yield Mutant(rule, f"leave out the exception `{words(part)}`", route, rule.when, _any(rest))
        for what, inner, changed in _changes(part, vocabulary, route):
            exception = _any([*parts[:index], changed, *parts[index + 1 :]])
            yield Mutant(rule, f"in an exception {what}", inner, rule.when, exception)


def _any(parts: list[Condition]) -> Condition | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Any_(tuple(parts))


def _changes(condition: Condition, vocabulary: Vocabulary, route: Route) -> Iterator[Change]:
    """Every way to change one thing of a condition."""
    match condition:
        case Clause():
            yield from _clause(condition, vocabulary[condition.fact])
        case Not(part):
            yield f"leave out `not` before `{words(part)}`", route, part
            for what, where, changed in _changes(part, vocabulary, route):
                yield what, where, Not(changed)
        case All(parts) | Any_(parts):
            kind = type(condition)
            if len(parts) > 1:
                other = Any_ if kind is All else All
                yield (
                    f"`{'any' if other is Any_ else 'all'}` instead of `{'all' if other is Any_ else 'any'}`",
                    route,
                    other(parts),
                )
            for index, part in enumerate(parts):
                rest = (*parts[:index], *parts[index + 1 :])
                if rest:
                    shorter = rest[0] if len(rest) == 1 else kind(rest)
                    yield f"leave out `{words(part)}`", _route(part, route), shorter
                for what, where, changed in _changes(part, vocabulary, route):
                    yield what, where, kind((*parts[:index], changed, *parts[index + 1 :]))


def _route(condition: Condition, otherwise: Route) -> Route:
    return condition.route if isinstance(condition, Clause) else otherwise


def _clause(clause: Clause, fact: Fact) -> Iterator[Change]:
    yield f"not `{clause.words}`", clause.route, Not(clause)
    if clause.known is not None:
        return
    tests = _codes(fact, clause.test) if isinstance(clause.test, frozenset) else _bounds(fact, clause.test)
    for test in tests:
        shown = clause_words(fact, test)
        yield (
            f"`{shown}` instead of `{clause.words}`",
            clause.route,
            Clause(clause.fact, test, words=shown, route=clause.route),
        )


def _codes(fact: Fact, test: frozenset[str | bool]) -> Iterator[Test]:
    """One code too many, one too few, one instead of another."""
    inside = [value for value in fact.values if value in test]
    outside = [value for value in fact.values if value not in test]
    if fact.type == "boolean":
        return  # the other value is the clause negated
    for value in inside:
        if len(inside) > 1:
            yield test - {value}
    for value in outside:
        if len(outside) > 1:
            yield test | {value}
    if len(inside) == 1:
        for value in outside:
            yield frozenset({value})


def _bounds(fact: Fact, test: Test) -> Iterator[Test]:
    """Each bound a step lower, a step higher, and open instead of closed."""
    integers = fact.type == "integer"
    low, high = fact.range
    spans = [span for span in test if isinstance(span, Interval)]
    for index, span in enumerate(spans):
        found: list[Interval] = []
        if span.low > low:
            step = step_of(span.low, integers)
            found += [
                Interval(_plus(span.low, sign * step), span.high, span.low_open, span.high_open) for sign in (-1, 1)
            ]
            if not integers:
                found.append(Interval(span.low, span.high, not span.low_open, span.high_open))
        if span.high < high:
            step = step_of(span.high, integers)
            found += [
                Interval(span.low, _plus(span.high, sign * step), span.low_open, span.high_open) for sign in (-1, 1)
            ]
            if not integers:
                found.append(Interval(span.low, span.high, span.low_open, not span.high_open))
        for changed in found:
            inside = changed.intersection(Interval(low, high))
            if not inside.empty:
                yield union([*spans[:index], inside, *spans[index + 1 :]], integers=integers)


def step_of(bound: float, integers: bool) -> float:
    """One in the last digit of the number: 1 for 20, 0.1 for 1.5."""
    digits = Decimal(str(bound)).normalize().as_tuple().exponent
    return 1 if integers or not isinstance(digits, int) or digits >= 0 else float(Decimal(1).scaleb(digits))


def _plus(number: float, step: float) -> float:
    total = float(Decimal(str(number)) + Decimal(str(step)))
    return int(total) if total.is_integer() else total


__all__ = ["Mutant", "mutants", "step_of"]
