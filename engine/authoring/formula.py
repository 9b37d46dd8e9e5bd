"""Propositional logic for a SAT solver: `all_of` and `any_of` give a literal that is **equivalent** to what it stands for.

A literal is a whole number and its negative is the opposite, as solvers have it. Equal parts share one variable. One incremental solver
answers every question: what is asked goes in as assumptions, so that nothing is built twice.
"""

from collections.abc import Iterable, Sequence
from typing import Any

TRUE = 1
FALSE = -1
SOLVER = "cadical195"  # incremental, takes assumptions and phases, and names the assumptions that fail


class NoSolver(RuntimeError):
    """python-sat is not installed."""


class Formula:
    """A growing set of definitions, and what can be true at once."""

    def __init__(self) -> None:
        try:
            from pysat.solvers import Solver
        except ImportError as error:
            raise NoSolver("python-sat is missing: install the extra `authoring`") from error
        self._solver: Any = Solver(name=SOLVER)
        self._names = 1
        self._all: dict[tuple[int, ...], int] = {}
        self._model: Sequence[int] = ()
        self.questions = 0
        self.add(TRUE)

    def new(self, *, prefer: bool | None = None) -> int:
        """A new variable; the solver tries `prefer` first."""
        self._names += 1
        if prefer is not None:
            self._solver.set_phases([self._names if prefer else -self._names])
        return self._names

    def add(self, *literals: int) -> None:
        """Demand that one of the literals is true."""
        self._solver.add_clause(list(literals))

    def all_of(self, literals: Iterable[int]) -> int:
        """The literal that is true exactly when all of these are; true of none."""
        parts = {literal for literal in literals if literal != TRUE}
        if FALSE in parts or any(-literal in parts for literal in parts):
            return FALSE
        if not parts:
            return TRUE
        if len(parts) == 1:
            return parts.pop()
        key = tuple(sorted(parts))
        found = self._all.get(key)
        if found is None:
            found = self._all[key] = self.new()
            for literal in key:
                self._solver.add_clause([-found, literal])
            self._solver.add_clause([found, *(-literal for literal in key)])
        return found

    def any_of(self, literals: Iterable[int]) -> int:
        """The literal that is true exactly when one of these is; false of none."""
        return -self.all_of([-literal for literal in literals])

    def differ(self, left: int, right: int) -> int:
        """The literal that is true exactly when one of the two is."""
        if left == right:
            return FALSE
        return self.any_of([self.all_of([left, -right]), self.all_of([-left, right])])

    def possible(self, assumptions: Iterable[int]) -> bool:
        """Can all of these be true at once?"""
        self.questions += 1
        return bool(self._solver.solve(assumptions=list(assumptions)))

    def example(self, assumptions: Iterable[int]) -> bool:
        """The same; if they can, `holds` tells of one way until the next example."""
        found = self.possible(assumptions)
        if found:
            self._model = self._solver.get_model()
        return found

    def holds(self, literal: int) -> bool:
        """Is the literal true in the last example?"""
        index = abs(literal) - 1
        value = index < len(self._model) and self._model[index] > 0
        return value if literal > 0 else not value

    def clashing(self, assumptions: Sequence[int]) -> list[int]:
        """Of assumptions that cannot all be true, a smallest set that cannot either; those at the front are dropped first."""
        kept = list(dict.fromkeys(assumptions))
        assert not self.possible(kept)
        for literal in list(kept):
            rest = [other for other in kept if other != literal]
            if not self.possible(rest):
                kept = rest
        return kept

    def close(self) -> None:
        """Free the solver."""
        self._solver.delete()
