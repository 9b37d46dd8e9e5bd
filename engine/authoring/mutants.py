"""Mutants: a rule with one small mistake in it, of the kinds authors make.

A clause negated or left out; a bound one step too low or too high, or open instead of closed; a code too many, too few, or another one; `all`
instead of `any`; an exception left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.authoring.changes import changes
from engine.language.conditions import ALWAYS, All, Any_, Condition, words
from engine.language.problems import Place
from engine.language.rules import Rule
from engine.language.vocabulary import Vocabulary
from engine.language.yamlfile import Route


@dataclass(frozen=True)
class Mutant:
    """A rule with other conditions; `what` says what was done to it, `route` where."""

    rule: Rule
    what: str
    route: Route
    when: Condition
    exception: Condition | None

    @property
    def part(self) -> str:
        """The number of the rule."""
        return self.rule.number

    @property
    def near(self) -> Place:
        """Where the rule begins; `route` leads on from there."""
        return self.rule.place

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
    for what, route, when in changes(rule.when, vocabulary, ("when",)):
        yield Mutant(rule, what, route, when, rule.exception)
    if rule.when != ALWAYS and not isinstance(rule.when, All):
        yield Mutant(rule, f"leave out `{words(rule.when)}`", ("when",), ALWAYS, rule.exception)
    parts = [one.when for one in rule.unless]
    for index, part in enumerate(parts):
        route = ("unless", index, "when")
        rest = [*parts[:index], *parts[index + 1 :]]
        yield Mutant(rule, f"leave out the exception `{words(part)}`", route, rule.when, _any(rest))
        for what, inner, changed in changes(part, vocabulary, route):
            exception = _any([*parts[:index], changed, *parts[index + 1 :]])
            yield Mutant(rule, f"in an exception {what}", inner, rule.when, exception)


def _any(parts: list[Condition]) -> Condition | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Any_(tuple(parts))


__all__ = ["Mutant", "mutants"]
