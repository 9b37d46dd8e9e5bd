"""Every way to change one thing of a condition: a clause negated or left out, another code, another bound, `any` instead of `all`."""

from collections.abc import Iterator
from decimal import Decimal

from engine.language.conditions import All, Any_, Clause, Condition, Not, clause_words, words
from engine.language.states import Interval, Test, union
from engine.language.vocabulary import Fact, Vocabulary
from engine.language.yamlfile import Route

Change = tuple[str, Route, Condition]  # what was done, where, and what the condition is then


def changes(condition: Condition, vocabulary: Vocabulary, route: Route) -> Iterator[Change]:
    """Every way to change one thing of a condition."""
    match condition:
        case Clause():
            yield from _clause(condition, vocabulary[condition.fact])
        case Not(part):
            yield f"leave out `not` before `{words(part)}`", route, part
            for what, where, changed in changes(part, vocabulary, route):
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
                for what, where, changed in changes(part, vocabulary, route):
                    yield what, where, kind((*parts[:index], changed, *parts[index + 1 :]))


def _route(condition: Condition, otherwise: Route) -> Route:
    return condition.route if isinstance(condition, Clause) else otherwise


def _clause(clause: Clause, fact: Fact) -> Iterator[Change]:
    yield f"not `{clause.words}`", clause.route, Not(clause)
    if clause.known is not None:
        return
    for test in other_tests(fact, clause.test):
        shown = clause_words(fact, test)
        yield (
            f"`{shown}` instead of `{clause.words}`",
            clause.route,
            Clause(clause.fact, test, words=shown, route=clause.route),
        )


def other_tests(fact: Fact, test: Test) -> Iterator[Test]:
    """Tests an author could have written instead: a code too many, too few or another; a bound beside it."""
    yield from _codes(fact, test) if isinstance(test, frozenset) else _bounds(fact, test)


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


__all__ = ["Change", "changes", "other_tests", "step_of"]
