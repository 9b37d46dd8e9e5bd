"""Mapping files, rules/tables/<name>.yaml: what the columns of a known table say of facts. Rows are read in engine/intake/table.py.

    separator    tab | comma | semicolon | bar
    encoding     of the text: utf-8 (what is taken where the line is missing), latin-1, windows-1252
    decimal      the sign in numbers: point (where the line is missing), comma
    missing      cell texts that say nothing: the fact stays unknown
    identifier   the column that names a row
    constants    fact: value, the same for every row
    columns      column: a map, or a list of maps for several facts
      fact       the fact that the cell speaks of, and exactly one of
      values     cell text: value
      number     true: the cell is a number and is the value; `round: down` cuts it to a whole one first
      ranges     bounds (lt, le, gt, ge) with `is`: the cell is a number, and this is what a number inside means
      open       cell text: why it settles nothing (beside any of the three)
    unused       column: why no fact is taken from it
    by           coded facts by which a report on the table counts
    compare      columns that say what was done, and the rules that advise it (engine/cohort/report.py)

A **value** is what a caller could send of the fact. What several columns say of one fact must all hold.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from engine.language.forms import FactName, Form, Identifier, Text, read
from engine.language.problems import did_you_mean, written
from engine.language.states import Interval, number_text
from engine.language.vocabulary import UNKNOWN_WORDS, Fact, Given, Vocabulary
from engine.language.yamlfile import Route, YamlFile

Column = Annotated[str, StringConstraints(min_length=1)]  # not trimmed: it has to be what the table says
DELIMITERS = {"tab": "\t", "comma": ",", "semicolon": ";", "bar": "|"}
KINDS = ("values", "number", "ranges")


# ---- the shape of the file ------------------------------------------------------------------------------------------
class SpanForm(Form):
    """Numbers between bounds, and what they mean."""

    lt: float | None = None
    le: float | None = None
    gt: float | None = None
    ge: float | None = None
    is_: Any = Field(alias="is", description="the value that a number inside means")


class CellForm(Form):
    """What the cell of one column says of one fact."""

    fact: FactName
    values: Annotated[dict[str, Any], Field(min_length=1)] | None = Field(None, description="cell text: value")
    number: Literal[True] | None = Field(None, description="the cell is a number and is the value")
    ranges: Annotated[list[SpanForm], Field(min_length=1)] | None = None
    open: dict[str, Text] = Field(default_factory=dict, description="cell text: why it settles nothing")
    round: Literal["down"] | None = Field(None, description="cut the number to a whole one first")
    note: str = ""


class CompareForm(Form):
    """What was done in fact, to be set beside what the rules say."""

    column: Column
    title: Text = Field(description="what was done or not done, in a few words")
    done: Annotated[list[str], Field(min_length=1)] = Field(description="cell texts: it was done")
    left_undone: Annotated[list[str], Field(min_length=1)] = Field(description="cell texts: it was not")
    rules: Annotated[list[Identifier], Field(min_length=1)] = Field(
        description="the rules that speak for it or against it"
    )
    note: Text | None = Field(None, description="what the comparison cannot show; printed beside it")


class TableForm(Form):
    """rules/tables/<name>.yaml: how a row of a known table becomes facts."""

    id: Identifier
    title: Text
    source: str = ""
    separator: Literal["tab", "comma", "semicolon", "bar"]
    encoding: Literal["utf-8", "latin-1", "windows-1252"] = Field("utf-8", description="how the text is encoded")
    decimal: Literal["point", "comma"] = Field("point", description="the sign before the decimals of a number")
    missing: list[str] = Field(default_factory=list, description="cells that say nothing")
    identifier: Column = Field(description="the column that names a row")
    constants: dict[FactName, Any] = Field(default_factory=dict, description="facts that are the same for every row")
    columns: dict[Column, CellForm | Annotated[list[CellForm], Field(min_length=1)]]
    unused: dict[Column, Text] = Field(default_factory=dict, description="column: why no fact is taken from it")
    by: list[FactName] = Field(default_factory=list, description="coded facts by which a report counts")
    compare: list[CompareForm] = Field(default_factory=list, description="what was done, beside what the rules say")
    caution: Text | None = Field(None, description="what a report on the table has to say first")
    notes: list[Text] = Field(default_factory=list)


# ---- what is made of it ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Span:
    """Some numbers and what they mean."""

    numbers: Interval
    meaning: Given


@dataclass(frozen=True, slots=True)
class CellMap:
    """What the cell of one column says of one fact."""

    column: str
    fact: str
    texts: Mapping[str, Given]
    spans: tuple[Span, ...]
    number: bool
    round_down: bool
    open: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Compared:
    """A column that says whether something was done, and the rules that speak for it or against it."""

    column: str
    title: str
    done: frozenset[str]
    left_undone: frozenset[str]
    rules: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class TableMap:
    """A known table: its columns and what they say."""

    id: str
    title: str
    delimiter: str
    missing: frozenset[str]
    identifier: str
    constants: Mapping[str, Given]
    cells: tuple[CellMap, ...]  # in the order of the file
    unused: Mapping[str, str]
    by: tuple[str, ...] = ()
    compare: tuple[Compared, ...] = ()
    source: str = ""
    caution: str = ""
    notes: tuple[str, ...] = ()
    encoding: str = "utf-8"
    decimal: str = "."

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the table has to have, and no other."""
        return tuple(dict.fromkeys((self.identifier, *(cell.column for cell in self.cells), *self.unused)))


def bounds_of(one: SpanForm) -> dict[str, float]:
    """The bounds that are written, lower ones first."""
    return {name: bound for name in ("gt", "ge", "lt", "le") if (bound := getattr(one, name)) is not None}


def read_table_map(file: YamlFile, vocabulary: Vocabulary) -> TableMap | None:
    """The table a file of rules/tables describes, with every mistake reported at its place; None when there is any."""
    form = read(TableForm, file)
    if form is None:
        return None
    before = len(file.problems)
    table = _Reader(file, vocabulary, form).table()
    return table if len(file.problems) == before else None


class _Reader:
    """Looks up the words of one file."""

    def __init__(self, file: YamlFile, vocabulary: Vocabulary, form: TableForm) -> None:
        self.file, self.vocabulary, self.form = file, vocabulary, form

    def table(self) -> TableMap:
        """The table; what is broken is reported and left out."""
        form = self.form
        stem = self.file.path.rsplit("/", 1)[-1].removesuffix(".yaml")
        if stem != form.id:
            message = f"`{form.id}` stands in a file called `{stem}.yaml`"
            self._report("file-name", message, ("id",), f"rename the file to `{form.id}.yaml`")
        self._columns()
        constants = {}
        for name, raw in form.constants.items():
            fact = self._fact(name, ("constants", name), key=True)
            value = self._value(fact, raw, ("constants", name), "remove the line") if fact else None
            if value is not None:
                constants[name] = value
        return TableMap(
            form.id,
            form.title,
            DELIMITERS[form.separator],
            frozenset(form.missing),
            form.identifier,
            constants,
            tuple(self._cells()),
            form.unused,
            tuple(self._by()),
            tuple(self._compared()),
            form.source,
            form.caution or "",
            tuple(form.notes),
            form.encoding,
            "," if form.decimal == "comma" else ".",
        )

    def _by(self) -> Iterator[str]:
        for index, name in enumerate(self.form.by):
            fact = self.vocabulary.get(name)
            if fact is None:
                hint = did_you_mean(name, [one.name for one in self.vocabulary.values() if not one.numeric])
                self._report("unknown-fact", f"unknown fact `{name}`", ("by", index), hint)
            elif fact.numeric:
                message = f"`{name}` is a {fact.type}, and a report counts by codes"
                self._report("wrong-operator", message, ("by", index), "name a code, or a fact derived from it")
            elif name in self.form.by[:index]:
                self._report("repeated-value", f"`{name}` is already in this list", ("by", index), "remove it")
            else:
                yield name

    def _compared(self) -> Iterator[Compared]:
        for index, one in enumerate(self.form.compare):
            route: Route = ("compare", index)
            columns = [self.form.identifier, *self.form.columns, *self.form.unused]
            if one.column not in columns:
                hint = did_you_mean(one.column, columns) or "name it under `columns` or `unused` as well"
                self._report("unknown-column", f"unknown column `{one.column}`", (*route, "column"), hint)
            if one.column in [each.column for each in self.form.compare[:index]]:
                message = f"the column `{one.column}` is already compared"
                self._report("repeated-value", message, (*route, "column"), "join the two")
            for place, text in enumerate(one.left_undone):
                if text in one.done:
                    message = f"`{text}` means done and not done"
                    self._report("duplicate-value", message, (*route, "left_undone", place), "keep one of them")
            yield Compared(
                one.column, one.title, frozenset(one.done), frozenset(one.left_undone), tuple(one.rules), one.note or ""
            )

    def _columns(self) -> None:
        """Each column has one place in the file, and each text one meaning."""
        form = self.form
        for index, text in enumerate(form.missing):
            if text in form.missing[:index]:
                self._report("repeated-value", f"`{text}` is already in this list", ("missing", index), "remove it")
        for name in form.unused:
            if name in form.columns:
                self._twice(name, ("unused", name), ("columns", name))
        for part in ("columns", "unused"):
            if form.identifier in getattr(form, part):
                self._twice(form.identifier, (part, form.identifier), ("identifier",))

    def _twice(self, column: str, route: Route, first: Route) -> None:
        where = (self.file.key_place(first),)
        message = f"the column `{column}` is already named under `{first[0]}`"
        self.file.report("duplicate-column", message, self.file.key_place(route), "keep one of them", where)

    # ---- cells ------------------------------------------------------------------------------------------------------
    def _cells(self) -> Iterator[CellMap]:
        for column, forms in self.form.columns.items():
            many = isinstance(forms, list)
            seen: dict[str, Route] = {}
            for index, form in enumerate(forms if isinstance(forms, list) else [forms]):
                route: Route = ("columns", column, index) if many else ("columns", column)
                fact = self._fact(form.fact, (*route, "fact"))
                if form.fact in seen:
                    place = self.file.value_place((*route, "fact"))
                    first = (self.file.value_place(seen[form.fact]),)
                    message = f"the column `{column}` already speaks of `{form.fact}`"
                    self.file.report("duplicate-fact", message, place, "join the two maps", first)
                seen.setdefault(form.fact, (*route, "fact"))
                cell = self._cell(column, form, fact, route)
                if cell is not None:
                    yield cell

    def _cell(self, column: str, form: CellForm, fact: Fact | None, route: Route) -> CellMap | None:
        self._texts(form, route)
        named = [kind for kind in KINDS if getattr(form, kind) is not None]
        if len(named) != 1:
            said = "says nothing" if not named else f"has {' and '.join(f'`{kind}`' for kind in named)}"
            self._report("mapping-shape", f"this map {said}", route, "give it one of `values`, `number` and `ranges`")
        if form.round is not None and form.number is None:
            self._report_key("mapping-shape", "`round` stands only beside `number`", (*route, "round"), "remove it")
        spans = self._spans(form, fact, route)
        if fact is None:
            return None
        if form.number is not None and not fact.numeric:
            message = f"`{fact.name}` is a {fact.type}, not a number"
            self._report_key("mapping-shape", message, (*route, "number"), "use `values` or `ranges`")
        texts = {}
        for text, raw in (form.values or {}).items():
            value = self._value(fact, raw, (*route, "values", text), "move it to `open`, with the reason")
            if value is not None:
                texts[text] = value
        return CellMap(column, fact.name, texts, spans, form.number is not None, form.round is not None, form.open)

    def _texts(self, form: CellForm, route: Route) -> None:
        for text in form.open:
            if text in (form.values or {}):
                message = f"`{text}` has a value and is open"
                self._report_key("duplicate-value", message, (*route, "open", text), "keep one of them")
        for part, texts in (("values", form.values or {}), ("open", form.open)):
            for text in texts:
                if text in self.form.missing:
                    message = f"`{text}` is `missing` in this table, so it is never looked up"
                    self._report_key("duplicate-value", message, (*route, part, text), "keep one of them")

    def _spans(self, form: CellForm, fact: Fact | None, route: Route) -> tuple[Span, ...]:
        spans: list[Span] = []
        seen: list[tuple[Interval, str, Route]] = []
        for index, one in enumerate(form.ranges or ()):
            here = (*route, "ranges", index)
            numbers = self._bounds(one, here)
            if numbers is not None:
                words = ", ".join(f"{name} {number_text(bound)}" for name, bound in bounds_of(one).items())
                for other, other_words, there in seen:
                    if not numbers.intersection(other).empty:
                        place, related = self.file.value_place(here), (self.file.value_place(there),)
                        message = f"the range `{words}` overlaps `{other_words}`"
                        self.file.report("overlapping-ranges", message, place, "a number may be in one only", related)
                seen.append((numbers, words, here))
            value = self._value(fact, one.is_, (*here, "is"), "say what is known") if fact else None
            if numbers is not None and value is not None:
                spans.append(Span(numbers, value))
        return tuple(spans)

    def _bounds(self, one: SpanForm, route: Route) -> Interval | None:
        bounds = bounds_of(one)
        if not bounds:
            self._report("mapping-shape", "a range without bounds", route, "add lt, le, gt or ge")
            return None
        if {"lt", "le"} <= bounds.keys() or {"gt", "ge"} <= bounds.keys():
            self._report("mapping-shape", "two bounds on the same side", route, "keep lt or le, and gt or ge")
            return None
        low = bounds.get("ge", bounds.get("gt", -math.inf))
        high = bounds.get("le", bounds.get("lt", math.inf))
        numbers = Interval(low, high, "gt" in bounds, "lt" in bounds)
        if numbers.empty:
            self._report(
                "mapping-shape", "no number is in this range", route, "the lower bound must be below the upper"
            )
            return None
        return numbers

    # ---- words ------------------------------------------------------------------------------------------------------
    def _fact(self, name: str, route: Route, *, key: bool = False) -> Fact | None:
        fact = self.vocabulary.get(name)
        if fact is not None and fact.given:
            return fact
        message = f"`{name}` is derived and cannot be sent" if fact else f"unknown fact `{name}`"
        hint = did_you_mean(name, [one.name for one in self.vocabulary.values() if one.given])
        (self._report_key if key else self._report)("unknown-fact", message, route, hint)
        return None

    def _value(self, fact: Fact, raw: Any, route: Route, instead: str) -> Given | None:
        """What the value means, or None with its problems reported; `instead` says how to write that it means nothing."""
        if raw is None or (isinstance(raw, str) and raw.strip().lower() in UNKNOWN_WORDS):
            self._report("unknown-value", f"`{written(raw)}` says nothing of `{fact.name}`", route, instead)
            return None
        if not fact.numeric and isinstance(raw, dict) and isinstance(raw.get("one_of"), list) and len(raw) == 1:
            items = [((*route, "one_of", index), item) for index, item in enumerate(raw["one_of"])]
        else:
            items = [((*route, index), item) for index, item in enumerate(raw)] if isinstance(raw, list) else []
        misspelt = [place for place, item in items or [(route, raw)] if self._misspelt(fact, item, place)]
        if misspelt:
            return None
        try:
            found = fact.read(raw)
        except ValueError as error:
            message, hint = (*error.args, "")[:2]
            self._report("unknown-value", f"`{fact.name}`: `{written(raw)}` {message}", route, hint)
            return None
        if found.state == fact.everything and found.open_value is None:
            self._report("unknown-value", f"every value of `{fact.name}` is left, so nothing is said", route, instead)
            return None
        return found

    def _misspelt(self, fact: Fact, raw: Any, route: Route) -> bool:
        """Reports a code that the fact does not have."""
        if fact.type != "code" or isinstance(raw, dict | list):
            return False
        words = [str(word) for word in (*fact.values, *fact.groups, *fact.open_values)]
        if raw in words:
            return False
        if str(raw) in words:
            self._report("unquoted-value", f"the code `{raw}` must be in quotes", route, f'write "{raw}"')
        else:
            message = f"unknown value `{written(raw)}` of `{fact.name}`"
            self._report("unknown-value", message, route, did_you_mean(raw, words))
        return True

    def _report(self, code: str, message: str, route: Route, hint: str = "") -> None:
        self.file.report(code, message, self.file.value_place(route), hint)

    def _report_key(self, code: str, message: str, route: Route, hint: str = "") -> None:
        self.file.report(code, message, self.file.key_place(route), hint)


def check_compared(file: YamlFile, table: TableMap, rules: Collection[str]) -> None:
    """The rules that a table names exist."""
    for index, one in enumerate(table.compare):
        for place, name in enumerate(one.rules):
            if name not in rules:
                where = file.value_place(("compare", index, "rules", place))
                file.report("unknown-rule", f"unknown rule `{name}`", where, did_you_mean(name, rules))
