"""Why a rule has the outcome it has: each clause with its truth and the patient's state, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.language.conditions import All, Any_, Clause, Condition, Not, truth
from engine.language.logic import Truth
from engine.language.states import State
from engine.language.vocabulary import Vocabulary


@dataclass(frozen=True)
class Reason:
    """One clause that counts: the fact, what was asked, and what is known."""

    fact: str
    test: str
    state: str


def reasons(
    condition: Condition, states: Mapping[str, State], vocabulary: Vocabulary, wanted: bool = True
) -> Iterator[Reason]:
    """The clauses that make the condition true (or, with `wanted` false, not true); only branches that count."""
    match condition:
        case Clause():
            if truth(condition, states, vocabulary) is wanted:
                test = condition.words if wanted else f"not ({condition.words})"
                yield Reason(condition.fact, test, vocabulary[condition.fact].words(states[condition.fact]))
        case Not(part):
            yield from reasons(part, states, vocabulary, not wanted)
        case All(parts) | Any_(parts):
            for part in parts:
                if truth(part, states, vocabulary) is wanted:
                    yield from reasons(part, states, vocabulary, wanted)


@dataclass(frozen=True)
class Line:
    """One line of an explanation: depth, truth, words, and what is known (for clauses)."""

    depth: int
    truth: Truth
    text: str
    state: str = ""

    def __str__(self) -> str:
        mark = {True: "yes", False: "no ", None: "?  "}[self.truth]
        known = f"   [{self.state}]" if self.state else ""
        return f"{mark} {'  ' * self.depth}{self.text}{known}"


def tree(condition: Condition, states: Mapping[str, State], vocabulary: Vocabulary, depth: int = 0) -> Iterator[Line]:
    """The condition clause by clause with the truth of every part."""
    known = truth(condition, states, vocabulary)
    match condition:
        case Clause():
            yield Line(depth, known, condition.words, vocabulary[condition.fact].words(states[condition.fact]))
        case Not(part):
            yield Line(depth, known, "not")
            yield from tree(part, states, vocabulary, depth + 1)
        case All(parts) | Any_(parts):
            yield Line(depth, known, "all of" if isinstance(condition, All) else "any of")
            for part in parts:
                yield from tree(part, states, vocabulary, depth + 1)
