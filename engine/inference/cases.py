"""What stands in each case of facts that a patient's record leaves open.

Three-valued logic calls a rule undetermined as soon as one of its facts is open, even where rules speak whatever that fact turns out to be.
A guideline may name facts whose values are then tried one by one. A rule that stands in every case stands; one that stands in some stands under
a condition.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.inference.decide import Decider, Judgement
from engine.language.forms import SupposeForm
from engine.language.guideline import Guideline
from engine.language.states import Value
from engine.language.vocabulary import Given


@dataclass(frozen=True, slots=True)
class Case:
    """One case: in words, one text for each open fact; and what is concluded then."""

    words: tuple[str, ...]
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class _Value:
    words: str
    given: Mapping[str, Given]  # the fact, and what else is so then


class Cases:
    """The facts that are tried, in the words of one guideline."""

    def __init__(self, guideline: Guideline, forms: Sequence[SupposeForm]) -> None:
        self._vocabulary = guideline.vocabulary
        self._facts = {
            form.fact: tuple(
                _Value(
                    case.words,
                    {
                        name: guideline.vocabulary[name].read(raw)
                        for name, raw in {form.fact: value, **case.also}.items()
                    },
                )
                for value, case in form.cases.items()
            )
            for form in forms
        }
        self.names = frozenset(name for each in self._facts.values() for one in each for name in one.given)

    def of(self, decider: Decider, given: Mapping[str, Given]) -> list[Case]:
        """Every case that what is known leaves possible; none when nothing is open, or when what is known contradicts itself."""
        if decider.resolver.resolve(given).stops:
            return []
        open_ = [values for fact, values in self._facts.items() if self._open(fact, given)]
        found = []
        for values in itertools.product(*open_) if open_ else ():
            supposed = self._supposed(given, values)
            if supposed is not None:
                judgement = decider.judge(supposed)
                if (
                    judgement.resolved.stops
                ):  # the record may err (a prefix that was forgotten): the case stays possible
                    judgement = decider.unstopped(judgement)
                found.append(Case(tuple(one.words for one in values), judgement))
        return found

    def _open(self, fact: str, given: Mapping[str, Given]) -> bool:
        known = given.get(fact)
        return known is None or (known.dispute is None and len(list(_values(known))) != 1)

    def _supposed(self, given: Mapping[str, Given], values: Sequence[_Value]) -> dict[str, Given] | None:
        """The facts with those of the case; None where they exclude each other."""
        found = dict(given)
        for value in values:
            for name, said in value.given.items():
                known = found.get(name)
                if known is None:
                    found[name] = said
                    continue
                left = frozenset(_values(known)) & frozenset(_values(said))
                if not left:
                    return None
                found[name] = replace(known, state=left, open_value=None)
        return found


def _values(given: Given) -> Iterator[Value]:
    assert isinstance(given.state, frozenset)
    return iter(given.state)
