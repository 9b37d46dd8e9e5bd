"""A guideline as logic: every derived state, contradiction, outcome and standing rule is a literal that is true for a patient state exactly
when engine/inference says so. resolution.py has the facts; here are the rules, what stands of them, and what is asked.
"""

from collections.abc import Iterable, Sequence

from engine.authoring.cells import Bits, Patients
from engine.authoring.formula import FALSE, TRUE
from engine.authoring.resolution import Resolution
from engine.inference.rows import rows
from engine.language.conditions import Clause, Condition
from engine.language.forms import ADVICE
from engine.language.guideline import Guideline
from engine.language.rules import Rule
from engine.language.tables import Table


class Encoding(Resolution):
    """One guideline over the states of its patients. All mappings give literals, by the id of the rule."""

    def __init__(self, guideline: Guideline, patients: Patients) -> None:
        super().__init__(guideline, patients)
        self._outcomes()
        self._stand()
        self._leafy: dict[str, int] = {}
        self.asks = {rule.id: self._asks(rule) for rule in guideline.rules}

    # ---- rules --------------------------------------------------------------------------------------------------
    def _outcomes(self) -> None:
        self.applies: dict[str, int] = {}  # `when` is true
        self.excepted: dict[str, int] = {}  # an exception is true
        self.firm: dict[str, int] = {}
        self.provisional: dict[str, int] = {}
        self.undetermined: dict[str, int] = {}
        self.ruled_out: dict[str, int] = {}
        for rule in self.guideline.rules:
            one = self.outcome(rule.when, rule.exception, reminder=rule.reminder)
            self.applies[rule.id] = self.true(rule.when)
            self.excepted[rule.id] = self.true(rule.exception) if rule.exception else FALSE
            self.firm[rule.id], self.provisional[rule.id], self.undetermined[rule.id], self.ruled_out[rule.id] = one

    def _stand(self) -> None:
        """Stops, then overrides, as engine/inference/standing.py has them."""
        formula, rules = self.formula, self.guideline.rules
        self.stopping = {rule.id: self.firm[rule.id] for rule in rules if rule.stop}
        stopped = formula.any_of(self.stopping.values())
        self.counted = {rule.id: TRUE if exempt(rule) else -stopped for rule in rules}
        self.shown = {
            rule.id: formula.all_of(
                [formula.any_of([self.firm[rule.id], self.provisional[rule.id]]), self.counted[rule.id]]
            )
            for rule in rules
        }
        self.overriders: dict[str, list[str]] = {rule.id: [] for rule in rules}
        for rule in rules:
            for one in rule.overrides:
                self.overriders[one.rule].append(rule.id)
        self.stands: dict[str, int] = {}
        for rule in rules:
            self._stands(rule.id)

    def _stands(self, rule: str) -> int:
        found = self.stands.get(rule)
        if found is None:
            withdrawn = [-self._stands(other) for other in self.overriders[rule]]
            found = self.stands[rule] = self.formula.all_of([self.shown[rule], *withdrawn])
        return found

    # ---- needs --------------------------------------------------------------------------------------------------
    def _asks(self, rule: Rule) -> int:
        """The rule is undetermined, and some open fact that can be asked is named for it."""
        conditions = [rule.when] if rule.exception is None else [rule.when, rule.exception]
        named = self.formula.any_of([self._undecided(one) for one in conditions])
        return self.formula.all_of([self.undetermined[rule.id], self.counted[rule.id], named])

    def _undecided(self, condition: Condition, inside: Sequence[str] = ()) -> int:
        """A row of the condition that may hold has an undecided clause on a fact that can be asked, or that facts behind can settle."""
        formula, found = self.formula, []
        for row in rows(condition, self.guideline.vocabulary):
            clauses = [Clause(literal.fact, literal.test, literal.known) for literal in row]
            may = [-self.false(clause) for clause in clauses]
            asked = [formula.all_of([self.unknown(one), self._leads(one.fact, inside)]) for one in clauses]
            found.append(formula.all_of([*may, formula.any_of(asked)]))
        return formula.any_of(found)

    def _leads(self, fact: str, inside: Sequence[str]) -> int:
        """The fact can be asked, or an open fact of its tables can."""
        if self.guideline.vocabulary[fact].given:
            return TRUE
        if fact in inside:
            return FALSE
        found = self._leafy.get(fact)
        if found is None:
            tables = [table for one in self.guideline.derivations if one.fact == fact for table in one.tables()]
            found = self._leafy[fact] = self.formula.any_of([self._open_in(table, (*inside, fact)) for table in tables])
        return found

    def _open_in(self, table: Table, inside: Sequence[str]) -> int:
        formula = self.formula
        above: list[int] = []
        found: list[int] = []
        for row in table.rows:
            holds, may = self.true(row.when), -self.false(row.when)
            parts = [formula.all_of([-holds, may, self._undecided(row.when, inside)])]
            if row.same_as:
                several = -formula.any_of(self._exactly_one(self.states[row.same_as]))
                parts.append(formula.all_of([may, several, self._leads(row.same_as, inside)]))
            found.append(formula.all_of([formula.any_of(parts), *above]))
            above.append(-holds)
        return formula.any_of(found)

    def _exactly_one(self, bits: Bits) -> Iterable[int]:
        for chosen in range(len(bits)):
            yield self.formula.all_of([bit if place == chosen else -bit for place, bit in enumerate(bits)])

    # ---- questions ----------------------------------------------------------------------------------------------
    def answers(self, question: str) -> list[int]:
        """The literals of advice that stands in a question."""
        return [
            self.stands[rule.id] for rule in self.guideline.rules if rule.question == question and rule.kind in ADVICE
        ]

    def named(self, question: str) -> list[int]:
        """The literals of advice in a question that waits for a fact which is asked."""
        return [
            self.asks[rule.id] for rule in self.guideline.rules if rule.question == question and rule.kind in ADVICE
        ]


def exempt(rule: Rule) -> bool:
    """Does the rule stand although another one stops?"""
    return rule.stop or rule.survives_stop or rule.kind in ("request_data", "out_of_scope")
