"""A patient who shows that something is possible: the smallest the solver can be asked down to, in facts that a caller could send.

The patient is found greedily in the order of the vocabulary: each fact in turn is left out if that is possible, then each that stays gets the
first value that is possible. So the same guideline gives the same patient with any solver, and no fact of it can be left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.authoring.cells import Asked, Patients
from engine.inference.space import Cells
from engine.language.states import Interval, State, point
from engine.language.vocabulary import Vocabulary


@dataclass(frozen=True)
class Witness:
    """A patient: the facts as JSON, as a caller sends them, and each in the vocabulary's words."""

    facts: Mapping[str, Any]
    words: tuple[str, ...]

    def __str__(self) -> str:
        return "; ".join(self.words) if self.words else "any patient"


def smallest(patients: Patients, assumptions: Sequence[int], vocabulary: Vocabulary) -> Witness | None:
    """The smallest patient for whom all assumptions are true, or None when there is no such patient.

    Patients whose facts are each exact or unknown are preferred; if none will do, facts may be known in part.
    """
    for condition in ([*assumptions, *patients.simple()], list(assumptions)):
        if patients.formula.example(condition):
            return _read(patients, _Search(patients, condition).run(), vocabulary)
    return None


class _Search:
    """The greedy search. `settled` grows by literals that stay possible together."""

    def __init__(self, patients: Patients, condition: Sequence[int]) -> None:
        self.patients, self.formula = patients, patients.formula
        self.settled = list(condition)

    def run(self) -> dict[str, tuple[list[int], str | None, bool]]:
        """For each fact that has to be sent: its cells, its open value, and whether it is sent as null."""
        kept = []
        for name, one in self.patients.asked.items():
            if not self._settle(*one.absent):
                if self._settle(one.unknown):
                    self.settled.append(one.sent)
                else:
                    self.settled.append(-one.unknown)
                kept.append(name)
        return {name: self._value(self.patients.asked[name]) for name in kept}

    def _settle(self, *literals: int) -> bool:
        """Add the literals if they are possible with what is settled."""
        formula = self.formula
        if all(formula.holds(literal) for literal in literals) or formula.example([*self.settled, *literals]):
            self.settled += literals
            return True
        return False

    def _value(self, one: Asked) -> tuple[list[int], str | None, bool]:
        if self.formula.holds(one.unknown) or one.unknown in self.settled:
            if self._settle(*(-literal for literal in one.opened.values())):
                return [], None, True
            return [], next(value for value, literal in one.opened.items() if self._settle(literal)), False
        for place in _usual_first(one.cells):
            literal = one.possible[place]
            if self._settle(literal, *(-other for other in one.possible if other != literal)):
                return [place], None, False
        cells = []
        for place, literal in enumerate(one.possible):
            if self._settle(literal):
                cells.append(place)
            else:
                self.settled.append(-literal)
        return cells, None, False


def _read(
    patients: Patients, found: Mapping[str, tuple[list[int], str | None, bool]], vocabulary: Vocabulary
) -> Witness:
    facts: dict[str, Any] = {}
    words: list[str] = []
    states = {name: state_of(patients.cells[name], cells) for name, (cells, _, null) in found.items() if cells}
    _set_apart(patients, states)
    for name, (_, opened, null) in found.items():
        fact = vocabulary[name]
        if opened is not None:
            facts[name] = opened
            words.append(f"{fact.label}: {fact.open_values[opened]}")
        elif null:
            facts[name] = None
            words.append(f"{fact.label}: sent as unknown")
        else:
            facts[name] = fact.write(states[name])
            words.append(f"{fact.label}: {fact.words(states[name])}")
    return Witness(facts, tuple(words))


def state_of(cells: Cells, places: Sequence[int]) -> State:
    """A state that touches exactly these cells; of a number the plainest one."""
    if not cells.fact.numeric:
        return frozenset(cells.values[place] for place in places)
    first, last = cells.intervals[places[0]], cells.intervals[places[-1]]
    if len(places) == 1:
        return point(plain_number(cells, first))
    span = Interval(first.low, last.high, first.low_open, last.high_open)
    return span.closed_to_integers() if cells.fact.type == "integer" else span


def _usual_first(cells: Cells) -> list[int]:
    usual = cells.fact.usual_range
    if usual is None or not cells.fact.numeric:
        return list(range(cells.width))
    return sorted(range(cells.width), key=lambda place: cells.intervals[place].intersection(Interval(*usual)).empty)


def plain_number(cells: Cells, cell: Interval) -> float:
    """A number inside the cell, inside the usual range if possible, with few digits, near the end that is known."""
    usual = cell.intersection(Interval(*(cells.fact.usual_range or cells.fact.range)))
    inside = cell if usual.empty else usual
    if inside.single:
        return inside.low
    for number in _candidates(inside):
        if not point(number).intersection(inside).empty:
            return int(number) if float(number).is_integer() else number
    return (inside.low + inside.high) / 2


def _candidates(inside: Interval) -> Iterator[float]:
    if not inside.low_open:
        yield inside.low
    for step in (10, 5, 1, 0.5, 0.1, 0.01):
        yield round((int(inside.low / step) + 1) * step, 6)


def _set_apart(patients: Patients, states: dict[str, State]) -> None:
    """Pick numbers of one cell so that what the solver chose of *greater* comes true: apart if so, else equal."""
    for (first, second), literal in patients.compared():
        left, right = states.get(first), states.get(second)
        if not isinstance(left, Interval) or not isinstance(right, Interval):
            continue
        greater = patients.formula.holds(literal)
        if greater != (left.low > right.high or (left.low == right.high and (left.low_open or right.high_open))):
            low = _cell_at(patients.cells[first], left, last=False)
            high = _cell_at(patients.cells[second], right, last=True)
            inside = low.intersection(high)
            whole = patients.cells[first].fact.type == "integer"
            bottom, top = _two_inside(inside, whole=whole)
            if not greater:
                bottom = top = bottom
            states[first] = Interval(top, left.high, False, left.high_open) if not left.single else point(top)
            states[second] = Interval(right.low, bottom, right.low_open, False) if not right.single else point(bottom)


def _cell_at(cells: Cells, state: Interval, *, last: bool) -> Interval:
    touched = [cell for cell in cells.intervals if not cell.intersection(state).empty]
    return touched[-1 if last else 0]


def _two_inside(inside: Interval, *, whole: bool) -> tuple[float, float]:
    """Two numbers inside, the first below the second."""
    if whole:
        span = inside.closed_to_integers()
        return span.low, span.high
    third = (inside.high - inside.low) / 3
    return inside.low + third, inside.low + 2 * third


def sent_as(patients: Patients, state: Mapping[str, Any]) -> list[int]:
    """The literals that fix the patient who is sent as these facts (JSON), everything else being absent."""
    vocabulary = Vocabulary(cells.fact for cells in patients.cells.values())
    given = vocabulary.read(dict(state))
    literals: list[int] = []
    for name, one in patients.asked.items():
        sent = given.get(name)
        bits = one.cells.state(sent.state) if sent else one.cells.everything
        literals += [literal if bits >> place & 1 else -literal for place, literal in enumerate(one.possible)]
        if sent is not None:
            literals.append(one.sent)
            literals += [literal if sent.open_value == value else -literal for value, literal in one.opened.items()]
        else:
            literals.append(-one.sent)
    for (first, second), literal in patients.compared():
        left = given[first].state if first in given else vocabulary[first].everything
        right = given[second].state if second in given else vocabulary[second].everything
        assert isinstance(left, Interval) and isinstance(right, Interval)
        greater = left.low > right.high or (left.low == right.high and (left.low_open or right.high_open))
        literals.append(literal if greater else -literal)
    return literals


__all__ = ["Witness", "sent_as", "smallest", "state_of"]
