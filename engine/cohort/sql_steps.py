"""Named columns that are computed from each other, laid out as the steps of one SELECT: each step adds what can be computed by then.

Nothing here knows guidelines. Expressions are sqlglot's, so that the same statement is written for every warehouse.
"""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlglot import exp

from engine.language.states import number_text

MOST_BITS = 62  # a mask is a signed integer of 64 bits in every warehouse
LONGEST_NAME = 63  # PostgreSQL cuts longer names off
KEY = "patient_key"  # the patient, between the steps
Expr = exp.Expr


class SqlError(ValueError):
    """The guideline cannot be written as SQL: which fact or rule, and what to do instead."""


def number(value: float) -> Expr:
    """A number; negative ones in brackets."""
    literal = exp.Literal.number(number_text(abs(value)))
    return exp.Paren(this=exp.Neg(this=literal)) if value < 0 else literal


def text(value: str) -> Expr:
    """A text in quotes."""
    return exp.Literal.string(value)


TRUE, FALSE, NULL = exp.true(), exp.false(), exp.null()


def bits_and(left: Expr, right: Expr) -> Expr:
    """The bits that both have."""
    return exp.Paren(this=exp.BitwiseAnd(this=left.copy(), expression=right.copy()))


def bits_or(parts: Sequence[Expr]) -> Expr:
    """The bits that any has; 0 of none."""
    if len(parts) < 2:
        return parts[0].copy() if parts else number(0)
    return exp.Paren(this=balanced(exp.BitwiseOr, parts))


def balanced(kind: type[exp.Binary], parts: Sequence[Expr]) -> Expr:
    """Parts joined by an operator whose order does not matter, as a tree that is not deep however many they are."""
    if len(parts) == 1:
        return parts[0].copy()
    middle = (len(parts) + 1) // 2
    return kind(this=balanced(kind, parts[:middle]), expression=balanced(kind, parts[middle:]))


def has_bits(mask: Expr, bits: int) -> Expr:
    """Has the mask any of the bits?"""
    return exp.NEQ(this=bits_and(mask, number(bits)), expression=number(0))


def all_of(parts: Sequence[Expr]) -> Expr:
    """SQL's AND of three values, which is Kleene's; true of none."""
    kept = [part for part in parts if part != TRUE]
    if FALSE in kept:
        return FALSE
    return _joined(exp.And, kept) or TRUE


def any_of(parts: Sequence[Expr]) -> Expr:
    """SQL's OR of three values, which is Kleene's; false of none."""
    kept = [part for part in parts if part != FALSE]
    if TRUE in kept:
        return TRUE
    return _joined(exp.Or, kept) or FALSE


def _joined(kind: type[exp.Connector], parts: Sequence[Expr]) -> Expr | None:
    if len(parts) < 2:
        return parts[0].copy() if parts else None
    return exp.Paren(this=balanced(kind, parts))


def negate(part: Expr) -> Expr:
    """NOT of three values."""
    if part in (TRUE, FALSE):
        return FALSE if part == TRUE else TRUE
    return exp.Not(this=part.copy())


def is_unknown(part: Expr) -> Expr:
    """Is a truth unknown?"""
    return FALSE if part in (TRUE, FALSE) else exp.Is(this=part.copy(), expression=NULL)


def certainly(part: Expr) -> Expr:
    """Is a truth true, and not unknown?"""
    return part if part in (TRUE, FALSE) else exp.Coalesce(this=part.copy(), expressions=[FALSE])


def possibly(part: Expr) -> Expr:
    """Is a truth true or unknown?"""
    return part if part in (TRUE, FALSE) else exp.Coalesce(this=part.copy(), expressions=[TRUE])


def case(pairs: Sequence[tuple[Expr, Expr]], otherwise: Expr | None = None, this: Expr | None = None) -> Expr:
    """CASE; the first pair that holds, as a table is read."""
    kept: list[tuple[Expr, Expr]] = []
    for when, then in pairs:
        if this is None and when == FALSE:
            continue
        if this is None and when == TRUE:
            otherwise = then
            break
        kept.append((when, then))
    if not kept:
        return otherwise.copy() if otherwise is not None else NULL
    return exp.Case(
        this=this.copy() if this is not None else None,
        ifs=[exp.If(this=when.copy(), true=then.copy()) for when, then in kept],
        default=otherwise.copy() if otherwise is not None else None,
    )


@dataclass(frozen=True)
class _Defined:
    expression: Expr
    comment: str
    after: frozenset[str]  # the columns it is computed from


class Steps:
    """Collects columns; `select` writes them."""

    def __init__(self, source: exp.Table, key: exp.Identifier, inputs: Mapping[str, exp.Identifier]) -> None:
        """`inputs`: a name for each column of the table that may be read, and how the column is written."""
        self._source, self._key = source, key
        self._inputs = dict(inputs)
        self._defined: dict[str, _Defined] = {}
        self._same: dict[str, str] = {}  # a short expression that stands under a name already
        self._names: set[str] = {KEY, key.name.lower(), *self._inputs}
        self._counts: dict[str, int] = {}

    def name(self, wanted: str) -> str:
        """A name that no other column has."""
        found, count = wanted[:LONGEST_NAME], 1
        while found.lower() in self._names:
            count += 1
            found = f"{wanted[: LONGEST_NAME - 6]}_{count}"
        self._names.add(found.lower())
        return found

    def numbered(self, letter: str) -> str:
        """A name such as `t17`."""
        self._counts[letter] = self._counts.get(letter, 0) + 1
        return self.name(f"{letter}{self._counts[letter]}")

    def input(self, name: str) -> Expr:
        """A column of the table."""
        return exp.column(name, quoted=True)

    def define(self, name: str, expression: Expr, comment: str = "") -> Expr:
        """A new column; what it is computed from must be defined already."""
        after = frozenset(column.name for column in expression.find_all(exp.Column))
        assert all(one in self._defined or one in self._inputs for one in after), (name, after)
        self._defined[name] = _Defined(expression, comment, after)
        return exp.column(name, quoted=True)

    def shared(self, letter: str, expression: Expr, comment: str = "") -> Expr:
        """A column for an expression, the same one each time it is asked for; constants and columns stay as they are."""
        if isinstance(expression, exp.Column | exp.Boolean | exp.Literal | exp.Null):
            return expression
        written = expression.sql(copy=False)
        if written not in self._same:
            name = self._same[written] = self.numbered(letter)
            self.define(name, expression, comment)
        return exp.column(self._same[written], quoted=True)

    # ---- writing ----------------------------------------------------------------------------------------------------
    def write(self, wanted: Sequence[tuple[str, Expr, str]], dialect: str, *, fence: bool, nested: bool) -> str:
        """The statement. `wanted`: the columns of the answer in order, as (name, expression, comment).

        `fence`: keep the steps apart where the planner would write them into each other, each as often as it is used. `nested`: write
        the steps inside each other, where the planner cannot cope with many names.
        """
        depth = self._depths()
        last = max(depth.values(), default=0)
        needed: set[str] = {column.name for _, one, _ in wanted for column in one.find_all(exp.Column)}
        steps: list[tuple[str, list[str], list[str]]] = []  # name, columns carried on, columns added
        for level in range(last, 0, -1):
            here = [name for name in self._defined if depth[name] == level and name in needed]
            carried = sorted(name for name in needed if depth[name] < level)
            if here:
                lines = [
                    _line(self._defined[name].expression, name, self._defined[name].comment, dialect) for name in here
                ]
                steps.append((f"step_{level}", [_quoted(name, dialect) for name in (KEY, *carried)], lines))
            needed = {*carried, *(one for name in here for one in self._defined[name].after)}
        inputs = [
            _line(exp.Column(this=self._inputs[name]), name, "", dialect) for name in self._inputs if name in needed
        ]
        steps.append(("source", [], [_line(exp.Column(this=self._key), KEY, "", dialect), *inputs]))
        key = f"{_quoted(KEY, dialect)} AS {self._key.sql(dialect=dialect)}"
        answer = _selected(
            [key], [_line(one, stored(name, dialect), comment, dialect) for name, one, comment in wanted]
        )
        above = self._source.sql(dialect=dialect)
        selects = [(name, _selected(columns, lines)) for name, columns, lines in reversed(steps)]
        if nested:
            for name, select in selects:
                above = f"(\n{select}\nFROM {above}\n) AS {name}"
            return f"{answer}\nFROM {above}"
        parts = []
        for name, select in selects:
            parts.append(f"{name} AS {'MATERIALIZED ' if fence else ''}(\n{select}\nFROM {above}\n)")
            above = name
        return f"WITH {', '.join(parts)}\n{answer}\nFROM {above}"

    def _depths(self) -> dict[str, int]:
        depth = dict.fromkeys(self._inputs, 0)
        for name, one in self._defined.items():
            depth[name] = 1 + max((depth[other] for other in one.after), default=0)
        return depth


@cache
def _quoted(name: str, dialect: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect=dialect)


def stored(name: str, dialect: str) -> str:
    """A name that is written without quotes as the warehouse stores it, so that it may also be written with them."""
    return name.upper() if dialect == "snowflake" else name


def _line(expression: Expr, name: str, comment: str, dialect: str) -> str:
    same = isinstance(expression, exp.Column) and expression == exp.column(name, quoted=True)
    found = expression.copy() if same else exp.alias_(expression, name, quoted=True, copy=False)
    if comment:
        found.add_comments([comment])
    return found.sql(dialect=dialect, copy=False)


def _selected(columns: Sequence[str], lines: Sequence[str]) -> str:
    """SELECT with the columns that are carried on packed together, and each new one on its own line."""
    packed = textwrap.wrap(", ".join(columns), 140, break_long_words=False, break_on_hyphens=False)
    rows = [line.removesuffix(",") + "," for line in packed] + [f"{line}," for line in lines]
    rows[-1] = rows[-1].removesuffix(",")
    return "SELECT\n" + "\n".join(f"  {row}" for row in rows)
