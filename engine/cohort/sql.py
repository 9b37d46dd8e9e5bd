"""A guideline as one SELECT, for warehouses where the data already lives: `statement(guideline, as_of, "duckdb", "facts", "patient_id")`.

In: a table with a row for each patient and a nullable column for each fact that may be sent. Out: a row for each patient with the status, the
standing recommendations, the derived facts and the outcome of every rule, equal to what the engine says of the same facts.
"""

import datetime
import textwrap
from collections.abc import Iterator, Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from engine.cohort.sql_facts import FactColumns
from engine.cohort.sql_steps import (
    FALSE,
    NULL,
    TRUE,
    Expr,
    SqlError,
    Steps,
    all_of,
    any_of,
    balanced,
    case,
    certainly,
    is_unknown,
    negate,
    stored,
    text,
)
from engine.inference.space import cells_of
from engine.language.forms import ADVICE
from engine.language.guideline import Guideline
from engine.language.rules import Rule
from engine.language.states import number_text
from engine.language.vocabulary import Fact

DIALECTS = ("duckdb", "postgres", "spark", "bigquery", "snowflake")
EXEMPT_KINDS = ("request_data", "out_of_scope")  # that a stop leaves in place
ANSWER = ("status", "standing_firm", "standing_provisional", "contradictions", "problems")
Column = tuple[str, Expr, str]  # name, expression, comment


def statement(guideline: Guideline, as_of: datetime.date, dialect: str, table: str, key: str) -> str:
    """The SELECT with a header that says what it reads and gives; raises SqlError.

    `table` and `key` (the column that names the patient) are written as in the dialect, quotes and all.
    """
    rules = guideline.as_of(as_of)
    source, identifier = _table(table, dialect), _identifier(key, dialect)
    given = [fact for fact in rules.vocabulary.values() if fact.given]
    if identifier.name.lower() in {fact.name for fact in given}:
        raise SqlError(f"`{identifier.name}` names a fact, so it cannot name the patients; choose another column")
    if identifier.name.lower() in {*ANSWER, *fact_columns(rules).values()}:
        raise SqlError(
            f"`{identifier.name}` is a column of the answer, so it cannot name the patients; choose another column"
        )
    steps = Steps(
        source, identifier, {fact.name: exp.to_identifier(stored(fact.name, dialect), quoted=True) for fact in given}
    )
    facts = FactColumns(rules, cells_of(rules), steps)
    columns = list(_Answer(rules, facts, steps).columns())
    written = steps.write(columns, dialect, fence=dialect == "postgres", nested=dialect == "spark")
    return f"{_header(rules, as_of, dialect, source.sql(dialect=dialect), identifier.sql(dialect=dialect), columns)}\n{written}\n"


def _table(table: str, dialect: str) -> exp.Table:
    found = _parsed(f"SELECT * FROM {table}", dialect)
    named = found.find(exp.Table) if found is not None else None
    if (
        named is None
        or named.alias
        or not isinstance(named.this, exp.Identifier)
        or found != exp.select("*").from_(named.copy())
    ):
        raise SqlError(f"`{table}` is not the name of a table; write it as in {dialect}")
    return named


def _identifier(name: str, dialect: str) -> exp.Identifier:
    found = _parsed(f"SELECT {name}", dialect)
    column = found.expressions[0] if isinstance(found, exp.Select) and len(found.expressions) == 1 else None
    plain = isinstance(column, exp.Column) and not column.table and found == exp.select(column.copy())
    if column is None or not plain or not isinstance(column.this, exp.Identifier):
        raise SqlError(f"`{name}` is not the name of a column; write it as in {dialect}")
    return column.this


def _parsed(text: str, dialect: str) -> Expr | None:
    try:
        return sqlglot.parse_one(text, dialect=dialect)
    except SqlglotError:
        return None


class _Answer:
    """The columns of the answer."""

    def __init__(self, guideline: Guideline, facts: FactColumns, steps: Steps) -> None:
        self.guideline, self.facts, self.steps = guideline, facts, steps
        self.names = rule_columns(guideline)
        self.when: dict[str, Expr] = {}
        self.exception: dict[str, Expr] = {}
        self.outcome: dict[str, Expr] = {}
        for rule in guideline.rules:
            self._rule(rule)
        stopping = [self._is(rule, "firm") for rule in guideline.rules if rule.stop]
        self.stopping = steps.shared("s", any_of(stopping), "a rule stops")
        self.stands = self._standing()

    def _rule(self, rule: Rule) -> None:
        when = self.steps.shared("w", self.facts.truth(rule.when), f"{rule.number} when")
        exception = self.facts.truth(rule.exception) if rule.exception is not None else FALSE
        exception = self.steps.shared("x", exception, f"{rule.number} unless")
        pairs: list[tuple[Expr, Expr]] = [(all_of([when, exception]), text("ruled_out"))]
        if not rule.reminder:
            pairs.append((all_of([when, is_unknown(exception)]), text("provisional")))
        pairs += [
            (when, text("firm")),
            (all_of([is_unknown(when), negate(certainly(exception))]), text("undetermined")),
        ]
        outcome = case(pairs, text("not_applicable"))
        self.when[rule.id], self.exception[rule.id] = when, exception
        self.outcome[rule.id] = self.steps.define(self.names[rule.id], outcome, f"{rule.number} {rule.id}")

    def _is(self, rule: Rule, *words: str) -> Expr:
        outcome = self.outcome[rule.id]
        if len(words) == 1:
            return exp.EQ(this=outcome.copy(), expression=text(words[0]))
        return exp.In(this=outcome.copy(), expressions=[text(word) for word in words])

    def _counted(self, rule: Rule) -> Expr:
        exempt = rule.stop or rule.survives_stop or rule.kind in EXEMPT_KINDS
        return TRUE if exempt else negate(self.stopping)

    def _standing(self) -> dict[str, Expr]:
        """Whether each rule stands: shown, not stopped, and overridden by none that stands."""
        by: dict[str, list[str]] = {}
        for rule in self.guideline.rules:
            for one in rule.overrides:
                by.setdefault(one.rule, []).append(rule.id)
        found: dict[str, Expr] = {}

        def stands(rule: Rule) -> Expr:
            if rule.id not in found:
                above = [stands(self.guideline.rule(other)) for other in by.get(rule.id, ())]
                shown = all_of([self._is(rule, "firm", "provisional"), self._counted(rule)])
                found[rule.id] = self.steps.shared("s", all_of([shown, negate(any_of(above))]), f"{rule.number} stands")
            return found[rule.id]

        for rule in self.guideline.rules:
            stands(rule)
        return found

    # ---- the answer -------------------------------------------------------------------------------------------------
    def columns(self) -> Iterator[Column]:
        """Every column but the patient's."""
        rules = self.guideline.rules
        yield "status", self._status(), ""
        for word in ("firm", "provisional"):
            listed = [(all_of([self.stands[rule.id], self._is(rule, word)]), rule.number) for rule in rules]
            yield f"standing_{word}", _listed(listed), f"numbers of the rules that stand and are {word}"
        yield "contradictions", self._contradictions(), "codes"
        problems = [(found, name) for name, found in self.facts.problems.items()]
        yield "problems", _listed(problems), "columns whose cell cannot be read; the fact counts as sent and unknown"
        for fact, name in fact_columns(self.guideline).items():
            yield name, self.facts.written(fact), self.guideline.vocabulary[fact].label
        for rule in rules:
            yield self.names[rule.id], self.outcome[rule.id], rule.title

    def _contradictions(self) -> Expr:
        codes = [(found, code) for code, found in self.facts.contradictions.items()]
        quiet = negate(self.facts.found_stop)
        codes += [(all_of([clash, quiet]), f"no-row-{name}") for name, clash in self.facts.clashes.items()]
        return _listed(codes)

    def _status(self) -> Expr:
        rules, about = self.guideline.rules, self.guideline.about
        outside = [self._is(rule, "firm") for rule in rules if rule.kind == "out_of_scope"]
        if about.scope:
            cells = self.facts.cells[about.scope.fact]
            no = cells.state(frozenset({False}))
            outside.append(exp.EQ(this=self.facts.now[about.scope.fact].copy(), expression=exp.Literal.number(no)))
        needs = self.steps.shared(
            "b", any_of([self._needs(rule) for rule in rules]), "an open fact may change the answer"
        )
        advice = any_of([self.stands[rule.id] for rule in rules if rule.kind in ADVICE])
        return case(
            [
                (self.facts.stops, text("contradiction")),
                (any_of(outside), text("out_of_scope")),
                (negate(needs), text("complete")),
                (advice, text("provisional")),
            ],
            text("needs_facts"),
        )

    def _needs(self, rule: Rule) -> Expr:
        """Does an open fact bear on the rule? (engine/inference/needs.py)"""
        when, exception = self.when[rule.id], self.exception[rule.id]
        in_exception = self.facts.open_facts(rule.exception, exception) if rule.exception is not None else FALSE
        undetermined = all_of(
            [self._is(rule, "undetermined"), any_of([self.facts.open_facts(rule.when, when), in_exception])]
        )
        excepted_open = all_of([certainly(when), in_exception])
        return self.steps.shared("b", all_of([self._counted(rule), any_of([undetermined, excepted_open])]))


def rule_columns(guideline: Guideline) -> dict[str, str]:
    """The name of each rule's column, by rule id: `rule_adj_01` for ADJ-01."""
    return {rule.id: f"rule_{rule.number.lower().replace('-', '_')}" for rule in guideline.rules}


def fact_columns(guideline: Guideline) -> dict[str, str]:
    """The name of each derived fact's column: that of the fact, with `_fact` where another column has it."""
    taken = {*ANSWER, *rule_columns(guideline).values()}
    return {one.fact: f"{one.fact}_fact" if one.fact in taken else one.fact for one in guideline.derivations}


def _listed(items: Sequence[tuple[Expr, str]]) -> Expr:
    """The words of what holds, with a space between; NULL where nothing does."""
    pieces = [case([(found, text(f" {word}"))], text("")) for found, word in items]
    if not pieces:
        return exp.cast(NULL, "text")
    return exp.Nullif(this=exp.Trim(this=exp.Paren(this=balanced(exp.DPipe, pieces))), expression=text(""))


# ---- the header -----------------------------------------------------------------------------------------------------
def _header(
    guideline: Guideline, as_of: datetime.date, dialect: str, table: str, key: str, columns: Sequence[Column]
) -> str:
    given = [fact for fact in guideline.vocabulary.values() if fact.given]
    lines = [
        f"Guideline {guideline.id} {guideline.version}, rules in force on {as_of.isoformat()}, for {dialect}.",
        f"Content (SHA-256): {guideline.sha256}",
        "",
        f"Reads one row for each patient from {table}: {key}, and a column for each fact below. The table must have them all;",
        "NULL and empty text say that a fact was not sent. Columns of codes are text: a code, a group of codes, an open value,",
        "several of them with | between (T1|T2), or `unknown`. Columns of yes and no are booleans, or text (true, false, unknown,",
        "or an open value). Columns of numbers are numbers; a range cannot be sent here. A cell that cannot be read is named in",
        "`problems` and its fact counts as unknown.",
        "",
        *(_described(fact) for fact in given),
        "",
        f"Gives {key}, {', '.join(name for name, _, _ in columns[:5])}, the derived facts, and a column for each rule:",
        "firm, provisional, ruled_out, undetermined or not_applicable, before stops and overrides.",
    ]
    wrapped = [part for line in lines for part in (textwrap.wrap(line, 130, subsequent_indent="    ") or [""])]
    return "\n".join(f"-- {line}".rstrip() for line in wrapped)


def _described(fact: Fact) -> str:
    if fact.numeric:
        low, high = (number_text(bound) for bound in fact.range)
        return f"  {fact.name}  {'whole number' if fact.type == 'integer' else 'number'} from {low} to {high}{f' {fact.unit}' if fact.unit else ''}"
    if fact.type == "boolean":
        return f"  {fact.name}  yes or no" + (f", or {', '.join(fact.open_values)}" if fact.open_values else "")
    return f"  {fact.name}  {', '.join([*map(str, fact.values), *fact.groups, *fact.open_values])}"


__all__ = ["DIALECTS", "SqlError", "statement"]
