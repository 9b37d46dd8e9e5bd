"""The `facts` of a Decision: the state of each fact that was sent, assumed or derived, and what it comes from."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from engine.inference.facts import Resolved, Resolver
from engine.inference.fragments import Fragments
from engine.inference.patient import PatientStates, number_key
from engine.language.conditions import truth
from engine.language.guideline import Guideline
from engine.language.vocabulary import Given

MOST_ORDERS = 2_000  # sets of facts whose order is remembered
MOST_SENT = 10_000  # facts as sent whose words are remembered


class _Order(NamedTuple):
    """How the facts of one request are written, whatever their values."""

    asked: tuple[
        tuple[int, str, bool], ...
    ]  # position, name, and whether it is a number; in the order of the vocabulary
    numbers: tuple[tuple[int, str], ...]  # derived numbers that were sent all the same
    derived: tuple[str, ...]  # derived facts that were sent all the same


class FactWriter:
    """Writes the facts of one guideline."""

    def __init__(self, guideline: Guideline, resolver: Resolver) -> None:
        self._guideline, self._resolver = guideline, resolver
        self._facts, self._names = resolver.facts, resolver.names
        self._derived = [
            (one.position, [place for place in one.reads if place != one.position]) for one in resolver.derivations
        ]
        derived = {place for place, _ in self._derived}
        self._askable = [fact.given and place not in derived for place, fact in enumerate(resolver.facts)]
        self._flags = [
            (resolver.position[one.fact], [resolver.position[one.sent[0]]] if one.sent else [])
            for one in guideline.derivations
            if one.sent or one.from_contradictions
        ]
        self._orders: dict[tuple[str, ...], _Order] = {}
        self._sent: dict[tuple[int, int], tuple[Given, bytes]] = {}  # by id; what is kept keeps its id
        self._fragments = Fragments()

    def write(
        self, given: Mapping[str, Given], resolved: Resolved, states: PatientStates, keys: list[Any]
    ) -> list[bytes]:
        """Facts that were sent, then those assumed, in the order of the vocabulary; then the derived ones in the order of derivation.

        `keys` come as the bits of every state; numbers, of which bits do not tell all, are replaced by what does.
        """
        parts: list[bytes] = []
        sent, fragments, facts = self._sent, self._fragments, self._facts
        assumed = {place for place, _, _ in resolved.assumed}
        names = tuple(given)
        order = self._orders.get(names) or self._order(names)
        for place, name, numeric in order.asked:
            if place in assumed:
                continue
            one = given[name]
            known = sent.get((place, id(one)))
            part = known[1] if known is not None else self._sent_fact(place, one, states)
            parts.append(part)
            if numeric:
                keys[place] = part
        for place, name in order.numbers:
            keys[place] = number_key(given[name].state)
        for place, _, assumption in resolved.assumed:
            which = (place, id(assumption))  # the guideline keeps it
            found = fragments.get(which)
            if found is None:
                found = fragments.keep(which, self._written(place, "assumed", None, (), states, assumption.because))
            if self._askable[place]:
                parts.append(found)
            if facts[place].numeric:
                keys[place] = found
        derived = [answer.written for answer in resolved.answers]
        if not all(derived) or any(given[name].open_value is not None for name in order.derived):
            derived = [
                self._derived_fact(place, reads, number, given, resolved, states)
                for number, (place, reads) in enumerate(self._derived)
            ]
        parts += derived  # type: ignore[arg-type]
        for place, reads in self._flags:
            flag = (place, resolved.states[place], *map(states.known, reads))
            parts.append(
                fragments.get(flag) or fragments.keep(flag, self._written(place, "derived", None, reads, states))
            )
        return parts

    def _order(self, names: tuple[str, ...]) -> _Order:
        if len(self._orders) >= MOST_ORDERS:
            self._orders.clear()
        placed = sorted(
            (self._resolver.position[name], name, self._facts[self._resolver.position[name]].numeric) for name in names
        )
        asked = tuple(one for one in placed if self._askable[one[0]])
        others = [one for one in placed if not self._askable[one[0]]]
        numbers = tuple((place, name) for place, name, numeric in others if numeric)
        found = self._orders[names] = _Order(asked, numbers, tuple(name for _, name, _ in others))
        return found

    def _sent_fact(self, place: int, one: Given, states: PatientStates) -> bytes:
        if len(self._sent) >= MOST_SENT:
            self._sent.clear()
        part = self._written(place, "given", one, (), states)
        self._sent[place, id(one)] = (one, part)
        return part

    def _derived_fact(
        self,
        place: int,
        reads: Sequence[int],
        number: int,
        given: Mapping[str, Given],
        resolved: Resolved,
        states: PatientStates,
    ) -> bytes:
        answer, said = resolved.answers[number], given.get(self._names[place])
        if said is not None and said.open_value is not None:  # written as sent, and no part of the answer's key
            return self._written(place, answer.source or "derived", said, reads, states)
        if answer.written is None:
            answer.written = self._written(place, answer.source or "derived", said, reads, states)
        return answer.written

    def _written(
        self,
        place: int,
        source: str,
        one: Given | None,
        reads: Sequence[int],
        states: PatientStates,
        because: str | None = None,
    ) -> bytes:
        fact, name = self._facts[place], self._names[place]
        state = fact.write(states[name])
        if one is not None and one.open_value and state == fact.unknown_as:
            state = one.open_value
        inputs = [self._names[read] for read in reads if states.known(read)] if source != "given" else []
        body = {"state": state, "source": source, "from": inputs}
        if source == "assumed":
            body["because"] = self._why_assumed(place, states) if because is None else because
        return orjson.dumps(name) + b":" + orjson.dumps(body)

    def _why_assumed(self, place: int, states: PatientStates) -> str:
        """The reason of the row of a table that was taken for granted."""
        name, vocabulary = self._names[place], self._guideline.vocabulary
        for derivation in self._guideline.derivations:
            if derivation.fact == name and derivation.assume:
                for row in derivation.assume.rows:
                    if truth(row.when, states, vocabulary) is True:
                        return row.because
        return ""
