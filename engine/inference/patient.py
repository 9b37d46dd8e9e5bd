"""The states of one patient's facts as values again, for words and JSON; each made only when asked for."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.inference.facts import Resolved, Resolver
from engine.language.states import Interval, State
from engine.language.vocabulary import Given


class PatientStates(Mapping[str, State]):
    """The states of facts as values again, made when asked for."""

    def __init__(self, resolver: Resolver, given: Mapping[str, Given], resolved: Resolved) -> None:
        self._resolver, self._given, self._resolved = resolver, given, resolved

    def known(self, place: int) -> bool:
        """Is anything known of the fact at this place?"""
        return self._resolved.states[place] != self._resolver.nothing[place]

    def __getitem__(self, name: str) -> State:
        place = self._resolver.position[name]
        fact = self._resolver.facts[place]
        if fact.numeric:
            if name in self._given and self._given[name].state != fact.everything:
                return self._given[name].state
            assumed = (one.state for position, _, one in self._resolved.assumed if position == place)
            return next(assumed, fact.everything)
        return self._resolver.cells[name].back(self._resolved.states[place])

    def __iter__(self) -> Iterator[str]:
        return iter(self._resolver.names)

    def __len__(self) -> int:
        return len(self._resolver.names)


def number_key(state: State) -> Any:
    """A number's state as a key; never a bare number, which could be taken for the bits of another state."""
    assert isinstance(state, Interval)
    return state.low, state.high, state.low_open, state.high_open
