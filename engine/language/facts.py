"""Reads the vocabulary: rules/facts/*.yaml and the facts named in rules/derived/*.yaml."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from engine.language.conditions import Condition, ConditionReader
from engine.language.forms import AssumeForm, DerivedForm, FactForm, FactsForm, read
from engine.language.problems import Place, did_you_mean
from engine.language.states import Interval, State, Value
from engine.language.tables import Derivation, Table, TableReader
from engine.language.vocabulary import Fact, Vocabulary
from engine.language.yamlfile import Route, YamlFile

RESERVED = frozenset({"any", "all", "not", "known", "is", "note"})


@dataclass(frozen=True)
class Assumption:
    """What is taken for granted of a fact that was not sent."""

    fact: str
    state: State
    when: Condition | None
    unless: Condition | None
    because: str
    even_when_sent_unknown: bool


class VocabularyReader:
    """Collects facts from all files, so that conditions can be read afterwards."""

    def __init__(self) -> None:
        self._facts: dict[str, Fact] = {}
        self._places: dict[str, Place] = {}
        self._assumptions: list[tuple[YamlFile, str, Route, AssumeForm]] = []

    def add_facts(self, file: YamlFile) -> None:
        """The facts of one rules/facts file."""
        form = read(FactsForm, file)
        if form is None:
            return
        for name, one in form.facts.items():
            route = ("facts", name)
            if not self._is_new(file, name, route):
                continue
            self._facts[name] = self._fact(file, name, one, form.section, route)
            for index, assume in enumerate(one.assume):
                self._assumptions.append((file, name, (*route, "assume", index), assume))

    def add_derived(self, file: YamlFile, form: DerivedForm) -> None:
        """The fact that one rules/derived file defines."""
        name = form.fact
        given = self._facts.get(name)
        if given is not None and given.given and not given.derived:
            if form.type is not None or form.values:
                file.report(
                    "table-shape",
                    f"`{name}` is already a fact; its type and values stand there",
                    file.key_place(("fact",)),
                    "remove `type` and `values` here",
                )
            self._facts[name] = replace(given, derived=True, unknown_as=form.unknown_as)
            return
        if not self._is_new(file, name, ("fact",)):
            return
        if form.type is None:
            file.report(
                "missing-key",
                f"`type` is missing: no caller sends `{name}`",
                file.value_place(()),
                "add `type: code` or `type: boolean`",
            )
            return
        values = _values(form.type, form.values)
        if form.type == "code" and not form.values:
            file.report("missing-key", "a code needs `values`", file.value_place(()), "add `values: {code: label}`")
        fact = Fact(
            name,
            form.label,
            form.type,
            form.help,
            "derived",
            values,
            given=False,
            derived=True,
            unknown_as=form.unknown_as,
        )
        self._facts[name] = replace(fact, groups=self._groups(file, fact, form.groups, ("groups",)))

    def vocabulary(self) -> Vocabulary:
        """All facts read so far."""
        return Vocabulary(self._facts.values())

    def assumptions(self, vocabulary: Vocabulary) -> Mapping[str, tuple[Assumption, ...]]:
        """For each fact, what may be assumed of it, in order."""
        found: dict[str, list[Assumption]] = {}
        for file, name, route, form in self._assumptions:
            reader = ConditionReader(file, vocabulary)
            when = reader.read(form.when, (*route, "when")) if form.when is not None else None
            unless = reader.read(form.unless, (*route, "unless")) if form.unless is not None else None
            try:
                state = vocabulary[name].read(form.is_).state
            except ValueError as error:
                file.report(
                    "unknown-value", f"`{form.is_}` {error.args[0]}", file.value_place((*route, "is")), error.args[1]
                )
                continue
            found.setdefault(name, []).append(
                Assumption(name, state, when, unless, form.because, form.even_when_sent_unknown)
            )
        return MappingProxyType({name: tuple(items) for name, items in found.items()})

    def _is_new(self, file: YamlFile, name: str, route: Route) -> bool:
        place = file.key_place(route)
        if name in RESERVED:
            file.report("reserved-name", f"`{name}` is a word of the rule language", place, "choose another name")
            return False
        if name in self._places:
            file.report(
                "duplicate-fact",
                f"the fact `{name}` is defined twice",
                place,
                "keep one of them",
                (self._places[name],),
            )
            return False
        self._places[name] = place
        return True

    def _fact(self, file: YamlFile, name: str, form: FactForm, section: str, route: Route) -> Fact:
        values = _values(form.type, form.values)
        numeric = form.type in ("number", "integer")
        if (numeric and form.values) or (form.type == "boolean" and form.values):
            file.report(
                "table-shape", f"a {form.type} has no `values`", file.key_place((*route, "values")), "remove them"
            )
        if form.type == "code" and not form.values:
            file.report("missing-key", "a code needs `values`", file.key_place(route), "add `values: {code: label}`")
        if numeric and form.range is None:
            file.report(
                "missing-key",
                "a number needs `range`",
                file.key_place(route),
                "add the range outside which a number is impossible",
            )
        if not numeric and (form.range or form.unit):
            file.report("table-shape", f"a {form.type} has no range or unit", file.key_place(route))
        low, high = self._range(file, form.range, (*route, "range"))
        if form.usual_range is not None and not (low <= form.usual_range[0] < form.usual_range[1] <= high):
            file.report(
                "out-of-range", "the usual range is not inside the range", file.value_place((*route, "usual_range"))
            )
        fact = Fact(
            name,
            form.label,
            form.type,
            form.help,
            section,
            values,
            {},
            dict(form.open_values),
            form.unit,
            (low, high),
            form.usual_range,
            form.supplied_by,
        )
        for code in form.open_values:
            if code in values or code in form.groups:
                file.report(
                    "duplicate-value",
                    f"`{code}` is a value and an open value",
                    file.key_place((*route, "open_values", code)),
                )
        return replace(fact, groups=self._groups(file, fact, form.groups, (*route, "groups")))

    def _range(self, file: YamlFile, bounds: tuple[float, float] | None, route: Route) -> tuple[float, float]:
        if bounds is None:
            return (-math.inf, math.inf)
        if not bounds[0] < bounds[1]:
            file.report(
                "out-of-range", "the range is empty: its first number must be below its second", file.value_place(route)
            )
        return bounds

    def _groups(
        self, file: YamlFile, fact: Fact, groups: Mapping[str, Iterable[str]], route: Route
    ) -> Mapping[str, frozenset[str]]:
        found = {}
        for name, members in groups.items():
            if name in fact.values:
                file.report("duplicate-value", f"`{name}` is a value and a group", file.key_place((*route, name)))
            for index, member in enumerate(members):
                if member not in fact.values:
                    file.report(
                        "unknown-value",
                        f"unknown value `{member}` of `{fact.name}`",
                        file.value_place((*route, name, index)),
                        did_you_mean(member, fact.values),
                    )
            found[name] = frozenset(member for member in members if member in fact.values)
        return found


def _values(fact_type: str, codes: Mapping[str, str]) -> dict[Value, str]:
    if fact_type == "boolean":
        return {True: "yes", False: "no"}
    return {**codes}


def read_derivation(
    file: YamlFile, form: DerivedForm, vocabulary: Vocabulary, csv_files: Mapping[str, str]
) -> Derivation | None:
    """The tables of one rules/derived file."""
    fact = vocabulary.get(form.fact)
    if fact is None:
        return None
    place = file.value_place(())
    if fact.numeric:
        file.report("table-shape", f"`{fact.name}` is a number; only codes and booleans can be derived", place)
        return None
    if form.contradictions:
        return Derivation(fact.name, from_contradictions=True, place=place)
    if form.sent is not None:
        return _sent(file, form, vocabulary, place)
    reader = TableReader(file, vocabulary, fact)
    rows: Table | None = None
    if sum(part is not None for part in (form.when, form.rows, form.table)) > 1:
        file.report("table-shape", "only one of `when`, `rows` and `table` may define a fact", place)
    if form.when is not None:
        rows = reader.boolean(form.when, ("when",))
    elif form.rows is not None:
        rows = reader.table(form.rows, ("rows",), partial=False)
    elif form.table is not None:
        if form.table not in csv_files:
            file.report(
                "unknown-file",
                f"there is no file `{form.table}`",
                file.value_place(("table",)),
                did_you_mean(form.table, csv_files),
            )
        else:
            rows = reader.csv(f"{file.path.rsplit('/', 1)[0]}/{form.table}", csv_files[form.table])
    also = tuple(reader.table(items, ("also", index), partial=True) for index, items in enumerate(form.also))
    assume = reader.table(form.assume, ("assume",), partial=True) if form.assume is not None else None
    if rows is None and not also and assume is None:
        file.report(
            "table-shape", f"`{fact.name}` is not defined", place, "add `when`, `rows`, `table`, `also` or `assume`"
        )
    return Derivation(fact.name, rows, also, assume, place=place)


def _sent(file: YamlFile, form: DerivedForm, vocabulary: Vocabulary, place: Place) -> Derivation | None:
    assert form.sent is not None
    if len(form.sent) != 1:
        file.report("table-shape", "`sent` names one fact and one open value", file.value_place(("sent",)))
        return None
    name, value = next(iter(form.sent.items()))
    if name not in vocabulary or value not in vocabulary[name].open_values:
        hint = (
            did_you_mean(name, vocabulary)
            if name not in vocabulary
            else did_you_mean(value, vocabulary[name].open_values)
        )
        file.report(
            "unknown-value", f"`{value}` is not an open value of `{name}`", file.value_place(("sent", name)), hint
        )
        return None
    return Derivation(form.fact, sent=(name, value), place=place)


__all__ = ["Assumption", "Interval", "VocabularyReader", "read_derivation"]
