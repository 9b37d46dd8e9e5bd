"""A guideline's facts as columns of masks: what the table says of each, what is assumed, what is derived, what contradicts itself.

A mask is the state of a fact (engine/inference/space.py): bit n is set while cell n is still possible, so that partly known facts stay exact.
A test of a fact is then FALSE where the mask has no bit that passes, TRUE where it has no other, and NULL between; and SQL's AND, OR and NOT
over those are the engine's own logic.
"""

from collections.abc import Mapping

from sqlglot import exp

from engine.cohort.sql_steps import (
    FALSE,
    MOST_BITS,
    NULL,
    TRUE,
    Expr,
    SqlError,
    Steps,
    all_of,
    any_of,
    balanced,
    bits_and,
    bits_or,
    case,
    certainly,
    has_bits,
    is_unknown,
    negate,
    number,
    possibly,
    text,
)
from engine.inference.rows import Literal, rows
from engine.inference.space import Cells
from engine.language.conditions import All, Any_, Clause, Condition, Not, facts_of
from engine.language.guideline import Contradiction, Guideline
from engine.language.states import Test
from engine.language.tables import Derivation, Table
from engine.language.vocabulary import UNKNOWN_WORDS, Fact

UNKNOWN = sorted(UNKNOWN_WORDS)


class FactColumns:
    """The masks of every fact of one guideline, defined among the steps as they are asked for."""

    def __init__(self, guideline: Guideline, cells: Mapping[str, Cells], steps: Steps) -> None:
        self.guideline, self.cells, self.steps = guideline, cells, steps
        for name, one in cells.items():
            if one.width + bool(one.said) > MOST_BITS:
                raise SqlError(
                    f"`{name}` has {one.width} values and bounds, and a mask holds {MOST_BITS}; use the command `cohort`"
                )
        self.problems: dict[str, Expr] = {}  # a fact whose cell cannot be read
        self.sent: dict[str, Expr] = {}
        self.now: dict[str, Expr] = {}  # the state as far as it is worked out
        self.clashes: dict[str, Expr] = {}
        self.behind: dict[str, Expr] = {}  # of derived facts: may an answer of a caller narrow it?
        self._words: dict[str, Expr] = {}
        self._tests: dict[tuple[str, str, Test, bool | None], Expr] = {}
        for fact in guideline.vocabulary.values():
            self.sent[fact.name] = self._sent(fact) if fact.given else number(cells[fact.name].everything)
        self.now = dict(self.sent)
        self._assume()
        for derivation in guideline.derivations:
            if not derivation.from_contradictions:
                self._derive(derivation)
        self.contradictions = {one.code: self._contradiction(one) for one in guideline.contradictions}
        stops = [self.contradictions[one.code] for one in guideline.contradictions if one.stop]
        self.found_stop = steps.shared("c", any_of(stops), "a contradiction of the guideline stops")
        self.stops = steps.shared("c", any_of([self.found_stop, *self.clashes.values()]), "a contradiction stops")
        for derivation in guideline.derivations:
            if derivation.from_contradictions:
                self._finish(derivation.fact, self._flag(derivation.fact, self.stops))

    # ---- what was sent ----------------------------------------------------------------------------------------------
    def _sent(self, fact: Fact) -> Expr:
        cell, column = self.cells[fact.name], self.steps.input(fact.name)
        read = self._number(fact, column) if fact.numeric else self._coded(fact)
        name = self.steps.name(f"{fact.name}_read")
        mask = self.steps.define(name, read, f"{fact.label}: what the cell says, 0 where it cannot be read")
        self.problems[fact.name] = exp.EQ(this=mask, expression=number(0))
        everything = case([(self.problems[fact.name], number(cell.everything))], mask)
        return self.steps.define(self.steps.name(f"{fact.name}_sent"), everything)

    def _number(self, fact: Fact, column: Expr) -> Expr:
        cells = self.cells[fact.name]
        pairs: list[tuple[Expr, Expr]] = [
            (is_unknown(column), number(cells.everything)),
            (exp.LT(this=column, expression=number(fact.range[0])), number(0)),
            (exp.GT(this=column, expression=number(fact.range[1])), number(0)),
        ]
        if fact.type == "integer":
            pairs.append((exp.NEQ(this=column, expression=exp.Floor(this=column)), number(0)))
        for index, cell in enumerate(cells.intervals):
            bits = number(1 << index | cells.said)
            if cell.single:
                pairs.append((exp.EQ(this=column, expression=number(cell.low)), bits))
            else:  # what is below was told apart above
                below = exp.LT if cell.high_open else exp.LTE
                pairs.append((below(this=column, expression=number(cell.high)), bits))
        return case(pairs, number(0))

    def _text(self, fact: Fact) -> Expr:
        """The cell without spaces around it; NULL where it says nothing."""
        if fact.name not in self._words:
            column: Expr = exp.cast(self.steps.input(fact.name), "text")
            trimmed = exp.Nullif(this=exp.Trim(this=column), expression=text(""))
            self._words[fact.name] = self.steps.define(self.steps.name(f"{fact.name}_text"), trimmed)
        return self._words[fact.name]

    def _coded(self, fact: Fact) -> Expr:
        cells, words = self.cells[fact.name], self._text(fact)
        meanings = {
            **{
                str(value).lower() if fact.type == "boolean" else str(value): cells.state(frozenset({value}))
                for value in fact.values
            },
            **{name: cells.state(frozenset(members)) for name, members in fact.groups.items()},
            **dict.fromkeys(fact.open_values, cells.everything),
        }
        if fact.type == "boolean":
            words = (
                exp.case()
                .when(exp.Lower(this=words).isin(text("true"), text("false")), exp.Lower(this=words))
                .else_(words)
            )
        lowered = exp.In(this=exp.Lower(this=self._text(fact)), expressions=[text(one) for one in UNKNOWN])
        rest: Expr = case(
            [(lowered, number(cells.everything))], self._listed(fact, meanings) if fact.type == "code" else number(0)
        )
        known = case([(text(word), number(bits)) for word, bits in meanings.items()], rest, this=words)
        return case([(is_unknown(self._text(fact)), number(cells.everything))], known)

    def _listed(self, fact: Fact, meanings: Mapping[str, int]) -> Expr:
        """Several codes with `|` between; 0 unless every one of them is known."""
        everything = self.cells[fact.name].everything
        tidy: Expr = self._text(fact)
        for spaced in (" |", "| "):
            tidy = exp.Replace(this=tidy, expression=text(spaced), replacement=text("|"))
        fenced = exp.DPipe(this=exp.DPipe(this=text("|"), expression=tidy), expression=text("|"))
        items = {**meanings, **dict.fromkeys(UNKNOWN, everything)}
        found = {
            word: exp.GT(this=exp.StrPosition(this=fenced.copy(), substr=text(f"|{word}|")), expression=number(0))
            for word in items
        }
        mask = bits_or([case([(found[word], number(bits))], number(0)) for word, bits in items.items()])
        count = balanced(exp.Add, [case([(one, number(1))], number(0)) for one in found.values()])
        bars = exp.Sub(
            this=exp.Length(this=fenced.copy()),
            expression=exp.Length(this=exp.Replace(this=fenced.copy(), expression=text("|"), replacement=text(""))),
        )
        asked = exp.GT(this=exp.StrPosition(this=self._text(fact), substr=text("|")), expression=number(0))
        every = exp.EQ(this=exp.Paren(this=count), expression=exp.Sub(this=exp.Paren(this=bars), expression=number(1)))
        return case([(exp.and_(asked, every), mask)], number(0))

    # ---- truths -----------------------------------------------------------------------------------------------------
    def truth(self, condition: Condition, seen: Mapping[str, Expr] | None = None) -> Expr:
        """The condition as a nullable boolean; `seen`: other states than those worked out so far."""
        states = self.now if seen is None else seen
        match condition:
            case Clause(fact, test, known, words):
                return self._test(fact, test, known, states[fact], words)
            case All(parts):
                return all_of([self.truth(part, states) for part in parts])
            case Any_(parts):
                return any_of([self.truth(part, states) for part in parts])
            case Not(part):
                return negate(self.truth(part, states))

    def _test(self, fact: str, test: Test, known: bool | None, state: Expr, words: str = "") -> Expr:
        key = (fact, state.name, test, known)
        if key not in self._tests:
            self._tests[key] = self._new_test(fact, test, known, state, words)
        return self._tests[key]

    def _new_test(self, fact: str, test: Test, known: bool | None, state: Expr, words: str) -> Expr:
        cells = self.cells[fact]
        if known is not None:
            if self.guideline.vocabulary[fact].numeric:
                is_known: Expr = has_bits(state, cells.said)
            else:
                is_known = exp.NEQ(this=state.copy(), expression=number(cells.everything))
            found = is_known if known else exp.Not(this=exp.Paren(this=is_known))
            return self.steps.shared("t", found, words)
        passing = cells.test(test)
        failing = cells.everything & ~passing
        if not failing or not passing:
            return FALSE if failing else TRUE
        refuted, proven = (
            exp.EQ(this=bits_and(state, number(bits)), expression=number(0)) for bits in (passing, failing)
        )
        return self.steps.shared("t", case([(refuted, FALSE), (proven, TRUE)]), words)

    # ---- assumptions ------------------------------------------------------------------------------------------------
    def _assume(self) -> None:
        found: dict[str, Expr] = {}
        for name, assumptions in self.guideline.assumptions.items():
            cells, sent = self.cells[name], self.sent[name]
            nothing = exp.EQ(this=sent.copy(), expression=number(cells.everything))
            pairs = []
            for one in assumptions:
                conditions: list[Expr] = [nothing]
                if not one.even_when_sent_unknown:
                    silent = (
                        self.steps.input(name)
                        if self.guideline.vocabulary[name].numeric
                        else self._text(self.guideline.vocabulary[name])
                    )
                    conditions.append(is_unknown(silent))
                if one.when is not None:
                    conditions.append(certainly(self.truth(one.when, self.sent)))
                if one.unless is not None:
                    conditions.append(negate(certainly(self.truth(one.unless, self.sent))))
                pairs.append((all_of(conditions), number(cells.state(one.state))))
            found[name] = self.steps.define(
                self.steps.name(f"{name}_assumed"), case(pairs, sent), "what is taken for granted unless it was sent"
            )
        self.now |= found

    # ---- derived facts ----------------------------------------------------------------------------------------------
    def _finish(self, name: str, mask: Expr) -> None:
        fact = self.guideline.vocabulary[name]
        self.now[name] = self.steps.define(self.steps.name(f"{name}_mask"), mask, fact.label)

    def _flag(self, name: str, truth: Expr) -> Expr:
        cells = self.cells[name]
        return case([(truth, number(cells.state(frozenset({True}))))], number(cells.state(frozenset({False}))))

    def _derive(self, derivation: Derivation) -> None:
        name, steps = derivation.fact, self.steps
        cells, fact = self.cells[name], self.guideline.vocabulary[name]
        if derivation.sent:
            other, value = derivation.sent
            said = exp.EQ(this=self._text(self.guideline.vocabulary[other]), expression=text(value))
            self.behind[name] = FALSE
            self._finish(name, self._flag(name, exp.Coalesce(this=said, expressions=[FALSE])))
            return
        open_behind: list[Expr] = []
        state: Expr = number(cells.everything)
        clashes: list[Expr] = []
        if derivation.rows:
            given_by_rows = self._outputs(derivation.rows, fact, open_behind)
            if not _always_answers(derivation.rows):
                none: Expr = exp.EQ(this=given_by_rows.copy(), expression=number(0))
                clashes.append(none)
                state = steps.shared("n", case([(none, number(cells.everything))], given_by_rows))
            else:
                state = steps.shared("n", given_by_rows)
        if fact.given:
            told: Expr = self.sent[name]
            both = steps.shared("n", bits_and(state, self.sent[name]))
            spoken: Expr = exp.NEQ(this=told.copy(), expression=number(cells.everything))
            disjoint: Expr = exp.EQ(this=both.copy(), expression=number(0))
            clashes.append(all_of([spoken, disjoint]))
            state = steps.shared("n", case([(exp.Not(this=exp.Paren(this=spoken)), state), (disjoint, told)], both))
        for table in derivation.also:
            state = self._narrowed(state, self._outputs(table, fact, open_behind))
        if derivation.assume:
            assumed = self._outputs(derivation.assume, fact, open_behind)
            several = has_several(state)
            narrowed = self._narrowed(state, assumed)
            state = case([(several, narrowed)], state)
        if clashes:
            self.clashes[name] = steps.shared("c", any_of(clashes), f"nothing is left of {fact.label}")
        self._finish(name, state)
        if fact.given or self._is_open_only_by_facts(derivation):
            self.behind[name] = TRUE
        else:
            self.behind[name] = steps.shared("b", any_of(open_behind), f"an answer may narrow {fact.label}")

    def _narrowed(self, state: Expr, other: Expr) -> Expr:
        """What both allow, or the state alone where they allow nothing in common."""
        both = self.steps.shared("n", bits_and(state, other))
        return self.steps.shared("n", case([(exp.EQ(this=both.copy(), expression=number(0)), state)], both))

    def _outputs(self, table: Table, fact: Fact, open_behind: list[Expr]) -> Expr:
        """What the rows that may be the first to hold can give; adds to `open_behind` where an answer may settle which."""
        own, count = self.cells[fact.name], len(table.rows)
        truths = [self.steps.shared("r", self.truth(row.when)) for row in table.rows]
        first = case([(truth, number(index)) for index, truth in enumerate(truths)], number(count))
        first = self.steps.shared("f", first, f"{fact.label}: the first row that certainly holds")
        parts: list[Expr] = []
        for index, (row, truth) in enumerate(zip(table.rows, truths, strict=True)):
            reached = exp.GTE(this=first.copy(), expression=number(index)) if index else TRUE
            may = all_of([reached, possibly(truth)])
            if row.same_as:
                output = self._copied(row.same_as, own)
                source = self.now[row.same_as]
                open_behind.append(all_of([may, has_several(source), self.behind.get(row.same_as, TRUE)]))
            else:
                output = number(own.everything if row.values is None else own.state(row.values))
            parts.append(case([(may, output)], number(0)))
            open_behind.append(all_of([reached, self.open_facts(row.when, truth)]))
        if table.partial and not _always_answers(table):
            parts.append(
                case([(exp.EQ(this=first.copy(), expression=number(count)), number(own.everything))], number(0))
            )
        return self.steps.shared("o", bits_or(parts))

    def _copied(self, name: str, own: Cells) -> Expr:
        """The state of another fact in the bits of this one; everything where nothing is known or shared."""
        other, state = self.cells[name], self.now[name]
        shared = [
            (1 << n, own.state(frozenset({value}))) for n, value in enumerate(other.values) if value in own.values
        ]
        moved = self.steps.shared(
            "m", bits_or([case([(has_bits(state, here), number(there))], number(0)) for here, there in shared])
        )
        nothing = exp.EQ(this=state.copy(), expression=number(other.everything))
        empty = exp.EQ(this=moved.copy(), expression=number(0))
        return case([(any_of([nothing, empty]), number(own.everything))], moved)

    # ---- what is still open -----------------------------------------------------------------------------------------
    def open_facts(self, condition: Condition, truth: Expr) -> Expr:
        """Where the condition is unknown: is there an open clause, in a row that may hold, on which an answer of a caller bears?"""
        unknown = is_unknown(truth)
        if all(self.behind.get(name, TRUE) == TRUE for name in facts_of(condition)):
            return unknown
        found = []
        for row in rows(condition, self.guideline.vocabulary):
            literals = [(one, self._literal(one)) for one in sorted(row, key=lambda one: (one.fact, str(one.known)))]
            bearing = [all_of([is_unknown(one), self.behind.get(literal.fact, TRUE)]) for literal, one in literals]
            found.append(all_of([*(possibly(one) for _, one in literals), any_of(bearing)]))
        return all_of([unknown, any_of(found)])

    def _literal(self, literal: Literal) -> Expr:
        return self._test(literal.fact, literal.test, literal.known, self.now[literal.fact])

    def _is_open_only_by_facts(self, derivation: Derivation) -> bool:
        """Is the fact, whenever it is open, open because of facts that answers bear on? (Then nothing need be worked out.)"""
        table = derivation.rows
        return (
            table is not None
            and _always_answers(table)
            and all(row.values is not None and len(row.values) == 1 for row in table.rows)
            and all(self.behind.get(name, TRUE) == TRUE for row in table.rows for name in facts_of(row.when))
        )

    # ---- contradictions ---------------------------------------------------------------------------------------------
    def _contradiction(self, one: Contradiction) -> Expr:
        vocabulary = self.guideline.vocabulary
        seen = {**self.now, **{name: mask for name, mask in self.sent.items() if vocabulary[name].given}}
        parts: list[Expr] = []
        if one.when is not None:
            parts.append(certainly(self.truth(one.when, seen)))
        if one.greater is not None:
            parts.append(
                exp.GT(this=self._bound(one.greater[0], low=True), expression=self._bound(one.greater[1], low=False))
            )
        if one.disjoint is not None:
            left, right = one.disjoint
            shared = [value for value in vocabulary[left].values if value in vocabulary[right].values]
            common = [
                all_of([has_bits(seen[name], self.cells[name].state(frozenset({value}))) for name in one.disjoint])
                for value in shared
            ]
            parts.append(negate(any_of(common)))
        return self.steps.shared("c", all_of(parts), one.code)

    def _bound(self, name: str, *, low: bool) -> Expr:
        """The number that was sent, or the end of its range."""
        fact = self.guideline.vocabulary[name]
        end = number(fact.range[0 if low else 1])
        if not fact.given:
            return end
        silent = any_of([is_unknown(self.steps.input(name)), self.problems[name]])
        return case([(silent, end)], self.steps.input(name))

    # ---- words ------------------------------------------------------------------------------------------------------
    def written(self, name: str) -> Expr:
        """The state of a coded fact as text: a code, a group, several codes with `|` between; NULL where nothing is known."""
        fact, cells, mask = self.guideline.vocabulary[name], self.cells[name], self.now[name]
        words: dict[int, Expr] = {cells.everything: NULL}
        for value in fact.values:
            words.setdefault(
                cells.state(frozenset({value})), text(str(value).lower() if fact.type == "boolean" else str(value))
            )
        for group, members in fact.groups.items():
            words.setdefault(cells.state(frozenset(members)), text(group))
        rest: Expr | None = None
        if len(fact.values) > 2:
            pieces = [
                case([(has_bits(mask, cells.state(frozenset({value}))), text(f"|{value}"))], text(""))
                for value in fact.values
            ]
            joined = balanced(exp.DPipe, pieces)
            rest = exp.Substring(this=exp.Paren(this=joined), start=number(2))
        return case([(number(bits), word) for bits, word in words.items()], rest, this=mask)


def has_several(mask: Expr) -> Expr:
    """Is more than one bit set?"""
    less = exp.Paren(this=exp.Sub(this=mask.copy(), expression=number(1)))
    return exp.NEQ(this=bits_and(mask, less), expression=number(0))


def _always_answers(table: Table) -> bool:
    return any(row.when == All() for row in table.rows)
