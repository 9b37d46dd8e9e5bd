"""From what was sent to the state of every fact, as logic: the twin of `resolve` in engine/inference/reference.py. Read that first.

Dual rail: a condition has two literals, *definitely true* and *definitely false*; neither is unknown (strong Kleene logic).
"""

from collections.abc import Mapping

from engine.authoring.cells import Bits, Patients
from engine.authoring.formula import FALSE, TRUE
from engine.language.conditions import All, Any_, Clause, Condition, Not
from engine.language.facts import Assumption
from engine.language.guideline import Contradiction, Guideline
from engine.language.states import Test
from engine.language.tables import Derivation, Table

Rails = Mapping[str, Bits]


class Resolution:
    """What is known of every fact, and which contradictions are found. All mappings give literals; contradictions by code."""

    def __init__(self, guideline: Guideline, patients: Patients) -> None:
        self.guideline, self.patients, self.formula = guideline, patients, patients.formula
        self._tests: dict[tuple[str, Test], tuple[bool, ...]] = {}
        self.sent: Rails = {name: patients.bits(name) for name in guideline.vocabulary}
        self.assumed: dict[str, list[int]] = {}
        self.reached: dict[tuple[str, int, int], int] = {}  # fact, table, row: may the row be the first that holds?
        self.clashes: dict[str, int] = {}
        self.granted = self._assume()  # what was sent or is assumed, before anything is derived
        self.states: dict[str, Bits] = dict(self.granted)
        for derivation in guideline.derivations:
            if not derivation.from_contradictions:
                self.states[derivation.fact] = self._derive(derivation)
        self.contradictions = self._contradict()
        stopping = [self.contradictions[one.code] for one in guideline.contradictions if one.stop]
        self.consistent = -self.formula.any_of([*stopping, *self.clashes.values()])
        for derivation in guideline.derivations:
            if derivation.from_contradictions:
                self.states[derivation.fact] = self._truth_bits(derivation.fact, -self.consistent)

    # ---- conditions ---------------------------------------------------------------------------------------------
    def true(self, condition: Condition, states: Rails | None = None) -> int:
        """Definitely true."""
        return self._rail(condition, self.states if states is None else states, True)

    def false(self, condition: Condition, states: Rails | None = None) -> int:
        """Definitely false."""
        return self._rail(condition, self.states if states is None else states, False)

    def unknown(self, condition: Condition, states: Rails | None = None) -> int:
        """Neither."""
        return self.formula.all_of([-self.true(condition, states), -self.false(condition, states)])

    def _rail(self, condition: Condition, states: Rails, wanted: bool) -> int:
        match condition:
            case Clause(fact, test, known):
                if known is not None:
                    return self.known(fact, states) if known == wanted else -self.known(fact, states)
                return self._only(fact, test, states, wanted)
            case Not(part):
                return self._rail(part, states, not wanted)
            case All(parts) | Any_(parts):
                literals = [self._rail(part, states, wanted) for part in parts]
                together = isinstance(condition, All) == wanted
                return self.formula.all_of(literals) if together else self.formula.any_of(literals)

    def known(self, fact: str, states: Rails | None = None) -> int:
        """Has anything been said of the fact? (Its lowest and its highest number are cells, so a number's state that touches every cell
        is everything.)"""
        return -self.formula.all_of((self.states if states is None else states)[fact])

    def _only(self, fact: str, test: Test, states: Rails, wanted: bool) -> int:
        """Every possible value passes (`wanted`) or none does."""
        passing = self._tests.get((fact, test))
        if passing is None:
            cells = self.patients.cells[fact]
            bits = cells.test(test)
            passing = self._tests[fact, test] = tuple(bool(bits >> place & 1) for place in range(cells.width))
        literals = states[fact]
        return self.formula.all_of([-bit for bit, good in zip(literals, passing, strict=True) if good is not wanted])

    def outcome(self, when: Condition, exception: Condition | None, *, reminder: bool) -> tuple[int, int, int, int]:
        """Firm, provisional, undetermined and ruled out, for a rule with these conditions."""
        formula = self.formula
        applies, never = self.true(when), self.false(when)
        excepted = self.true(exception) if exception else FALSE
        clear = self.false(exception) if exception else TRUE
        open_ = formula.all_of([-excepted, -clear])
        firm = formula.all_of([applies, -excepted if reminder else clear])
        provisional = FALSE if reminder else formula.all_of([applies, open_])
        undetermined = formula.all_of([-applies, -never, -excepted])
        return firm, provisional, undetermined, formula.all_of([applies, excepted])

    # ---- facts --------------------------------------------------------------------------------------------------
    def _assume(self) -> dict[str, Bits]:
        """What was sent, with the vocabulary's assumptions where nothing was said."""
        formula = self.formula
        states = dict(self.sent)
        for name, assumptions in self.guideline.assumptions.items():
            asked, cells = self.patients.asked.get(name), self.patients.cells[name]
            unknown = asked.unknown if asked else TRUE
            sent = asked.sent if asked else FALSE
            earlier: list[int] = []
            self.assumed[name] = []
            bits = list(self.sent[name])
            for one in assumptions:
                may = self._may_assume(one, sent)
                used = formula.all_of([unknown, may, *(-other for other in earlier)])
                earlier.append(may)
                self.assumed[name].append(used)
                state = cells.state(one.state)
                bits = [bit if state >> place & 1 else formula.all_of([bit, -used]) for place, bit in enumerate(bits)]
            states[name] = tuple(bits)
        return states

    def _may_assume(self, one: Assumption, sent: int) -> int:
        parts = [] if one.even_when_sent_unknown else [-sent]
        if one.when is not None:
            parts.append(self.true(one.when, self.sent))
        if one.unless is not None:
            parts.append(-self.true(one.unless, self.sent))
        return self.formula.all_of(parts)

    def _derive(self, derivation: Derivation) -> Bits:
        formula, name = self.formula, derivation.fact
        if derivation.sent:
            fact, value = derivation.sent
            asked = self.patients.asked.get(fact)
            return self._truth_bits(name, asked.opened[value] if asked else FALSE)
        width = self.patients.cells[name].width
        state: Bits = (TRUE,) * width
        clash = FALSE
        number = 0
        if derivation.rows:
            state = self._outputs(derivation, derivation.rows, number)
            number += 1
            none = formula.all_of([-bit for bit in state])
            clash = none
            state = tuple(formula.any_of([bit, none]) for bit in state)
        said = self.sent[name]
        if any(bit != TRUE for bit in said):
            common = self._both(state, said)
            agrees = formula.any_of(common)
            clash = formula.any_of([clash, formula.all_of([self.known(name, self.sent), -agrees])])
            state = self._narrow(said, common, agrees)
        self.clashes[name] = clash
        for table in derivation.also:
            common = self._both(state, self._outputs(derivation, table, number))
            number += 1
            state = self._narrow(state, common, formula.any_of(common))
        if derivation.assume:
            common = self._both(state, self._outputs(derivation, derivation.assume, number))
            state = self._narrow(state, common, formula.any_of(common))
        return state

    def _both(self, left: Bits, right: Bits) -> Bits:
        return tuple(self.formula.all_of(pair) for pair in zip(left, right, strict=True))

    def _narrow(self, state: Bits, common: Bits, agrees: int) -> Bits:
        """What both have in common, or the state itself where that is nothing."""
        formula = self.formula
        return tuple(
            formula.any_of([both, formula.all_of([bit, -agrees])]) for bit, both in zip(state, common, strict=True)
        )

    def _outputs(self, derivation: Derivation, table: Table, number: int) -> Bits:
        """The values the rows that may hold can give."""
        formula, width = self.formula, self.patients.cells[derivation.fact].width
        given: list[list[int]] = [[] for _ in range(width)]
        above: list[int] = []  # rows above that hold
        for place, row in enumerate(table.rows):
            reached = formula.all_of([-self.false(row.when), *(-literal for literal in above)])
            self.reached[derivation.fact, number, place] = reached
            if row.same_as:
                values = self._copied(row.same_as, derivation.fact)
            else:
                bits = -1 if row.values is None else self.patients.cells[derivation.fact].state(row.values)
                values = [TRUE if bits >> one & 1 else FALSE for one in range(width)]
            for one, literal in enumerate(values):
                given[one].append(formula.all_of([reached, literal]))
            above.append(self.true(row.when))
        left = formula.all_of([-literal for literal in above]) if table.partial else FALSE
        return tuple(formula.any_of([*literals, left]) for literals in given)

    def _copied(self, source: str, fact: str) -> list[int]:
        """The state of another fact, as values of this one; everything where nothing is known or nothing is shared."""
        formula = self.formula
        mine, others = self.patients.cells[fact].values, self.patients.cells[source].values
        state = dict(zip(others, self.states[source], strict=True))
        shared = formula.any_of([state[value] for value in mine if value in state])
        everything = formula.any_of([-self.known(source), -shared])
        return [formula.any_of([everything, state.get(value, FALSE)]) for value in mine]

    def _truth_bits(self, fact: str, literal: int) -> Bits:
        return tuple(literal if value is True else -literal for value in self.patients.cells[fact].values)

    # ---- contradictions -----------------------------------------------------------------------------------------
    def _contradict(self) -> dict[str, int]:
        vocabulary = self.guideline.vocabulary
        seen = {name: self.sent[name] if fact.given else self.states[name] for name, fact in vocabulary.items()}
        return {one.code: self._contradicts(one, seen) for one in self.guideline.contradictions}

    def _contradicts(self, one: Contradiction, seen: Rails) -> int:
        parts = []
        if one.when is not None:
            parts.append(self.true(one.when, seen))
        if one.greater is not None:
            parts.append(self.patients.greater(*one.greater))
        if one.disjoint is not None:
            left, right = (
                dict(zip(self.patients.cells[name].values, seen[name], strict=True)) for name in one.disjoint
            )
            parts += [-self.formula.all_of([left[value], right[value]]) for value in left if value in right]
        return self.formula.all_of(parts)
