"""Reads the vocabulary: rules/facts/*.yaml and the facts named in rules/derived/*.yaml."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from engine.language.conditions import Condition, ConditionReader, clauses
from engine.language.forms import AssumeForm, DerivedForm, FactForm, FactsForm, read
from engine.language.problems import Place, did_you_mean, written
from engine.language.rowcount import read_condition
from engine.language.states import Interval, State, Value
from engine.language.vocabulary import UNKNOWN_WORDS, Fact, Vocabulary
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
    place: Place = Place("")


class VocabularyReader:
    """Collects facts from all files, so that conditions can be read afterwards."""

    def __init__(self) -> None:
        self._facts: dict[str, Fact] = {}
        self._places: dict[str, Place] = {}
        self.refused: set[str] = set()  # names that cannot be used
        self.hollow: set[str] = set()  # codes without any value
        self.broken: set[str] = set()  # facts with mistakes of their own: what is asked of them cannot be judged
        self._assumptions: list[tuple[YamlFile, str, Route, AssumeForm]] = []

    def add_facts(self, file: YamlFile) -> bool:
        """The facts of one rules/facts file; false when its shape is broken, so that none of them is known."""
        form = read(FactsForm, file)
        if form is None:
            return False
        for name, one in form.facts.items():
            route = ("facts", name)
            if not self._is_new(file, name, route):
                continue
            before = len(file.problems)
            self._facts[name] = self._fact(file, name, one, form.section, route)
            if len(file.problems) > before:
                self.broken.add(name)
            for index, assume in enumerate(one.assume):
                self._assumptions.append((file, name, (*route, "assume", index), assume))
        return True

    def add_derived(self, file: YamlFile, form: DerivedForm) -> bool:
        """The fact that one rules/derived file defines; false when it cannot become a word of the vocabulary."""
        name = form.fact
        given = self._facts.get(name)
        if given is not None and given.given and not given.derived:
            for key in ("type", "values", "groups"):
                if getattr(form, key):
                    message = f"`{name}` is a fact that is sent, and has its `{key}` there"
                    file.report("fact-shape", message, file.key_place((key,)), "remove it here", (self._places[name],))
            self._facts[name] = replace(given, derived=True, unknown_as=form.unknown_as)
            return True
        if not self._is_new(file, name, ("fact",)):
            return False
        if form.type is None:
            near = did_you_mean(name, [one.name for one in self._facts.values() if one.given])
            hint = "add `type: code` or `type: boolean`" + (f"; {near}" if near.startswith("did you mean") else "")
            file.report(
                "missing-key", f"`type` is missing: no caller sends `{name}`", file.value_place(("fact",)), hint
            )
            return False
        values, before = _values(form.type, form.values), len(file.problems)
        self._check_values(file, name, form.type, form.values, ())
        if form.unknown_as in values or form.unknown_as in form.groups:
            message = f"`{form.unknown_as}` is a value, so it cannot also say that `{name}` is unknown"
            file.report("duplicate-value", message, file.value_place(("unknown_as",)), "choose another word")
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
        if len(file.problems) > before:
            self.broken.add(name)
        return True

    @property
    def places(self) -> Mapping[str, Place]:
        """Where each fact is defined."""
        return MappingProxyType(self._places)

    def vocabulary(self) -> Vocabulary:
        """All facts read so far."""
        return Vocabulary(self._facts.values())

    def assumptions(
        self, vocabulary: Vocabulary, derived: Collection[str] = ()
    ) -> Mapping[str, tuple[Assumption, ...]]:
        """For each fact, what may be assumed of it, in order. `derived`: facts with tables, which assume in their tables."""
        found: dict[str, list[Assumption]] = {}
        for file, name, route, form in self._assumptions:
            if name in derived:
                message = f"`{name}` is derived, and a derived fact is assumed only where its tables leave it open"
                hint = f"move it to `assume` in the derived file of `{name}`"
                file.report("read-too-early", message, file.key_place(route), hint)
                continue
            reader = ConditionReader(file, vocabulary)
            when = read_condition(reader, form.when, (*route, "when")) if form.when is not None else None
            unless = read_condition(reader, form.unless, (*route, "unless")) if form.unless is not None else None
            for clause in (each for one in (when, unless) if one is not None for each in clauses(one)):
                if not vocabulary[clause.fact].given:
                    message = f"`{clause.fact}` is derived, and assumptions are made before anything is derived"
                    hint = "ask facts that are sent, or move the assumption to a table"
                    file.report("read-too-early", message, file.key_place(clause.route), hint)
            state = self._assumed(file, vocabulary[name], form.is_, (*route, "is"))
            if state is not None:
                found.setdefault(name, []).append(
                    Assumption(
                        name, state, when, unless, form.because, form.even_when_sent_unknown, file.value_place(route)
                    )
                )
        return MappingProxyType({name: tuple(items) for name, items in found.items()})

    @staticmethod
    def _assumed(file: YamlFile, fact: Fact, raw: Any, route: Route) -> State | None:
        place = file.value_place(route)
        try:
            state = fact.read(raw).state
        except ValueError as error:
            code = "out-of-range" if "possible range" in error.args[0] else "unknown-value"
            file.report(code, f"`{written(raw)}` {error.args[0]}", place, error.args[1].removesuffix(", or null"))
            return None
        if state == fact.everything:
            hint = "write the value that is assumed"
            file.report("unknown-value", f"`{written(raw)}` says nothing of `{fact.name}`", place, hint)
            return None
        return state

    def _is_new(self, file: YamlFile, name: str, route: Route) -> bool:
        place = file.value_place(route) if route == ("fact",) else file.key_place(route)
        if name in RESERVED:
            self.refused.add(name)
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
        self._check_values(file, name, form.type, form.values, route)
        for key in ("groups",) if form.type != "code" else ():
            if getattr(form, key):
                file.report("fact-shape", f"a {form.type} has no `{key}`", file.key_place((*route, key)), "remove it")
        for key in ("range", "usual_range", "unit") if not numeric else ():
            if getattr(form, key):
                file.report("fact-shape", f"a {form.type} has no `{key}`", file.key_place((*route, key)), "remove it")
        if numeric and form.range is None:
            hint = "add the range outside which a number is impossible: `range: [0, 100]`"
            file.report("missing-key", f"a {form.type} needs `range`", file.key_place(route), hint)
        low, high = self._range(file, form.range, (*route, "range"), whole=form.type == "integer")
        if form.usual_range is not None and not (low <= form.usual_range[0] < form.usual_range[1] <= high):
            place, hint = file.value_place((*route, "usual_range")), f"it lies between {low:g} and {high:g}"
            file.report("out-of-range", "the usual range is not inside the range", place, hint if numeric else "")
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
            place = file.key_place((*route, "open_values", code))
            if code in values or code in form.groups:
                what = "value" if code in values else "group"
                file.report("duplicate-value", f"`{code}` is a {what} and an open value", place, "keep one of them")
            self._check_word(file, code, place)
        return replace(
            fact, groups=self._groups(file, fact, form.groups if form.type == "code" else {}, (*route, "groups"))
        )

    def _check_values(self, file: YamlFile, name: str, fact_type: str, values: Mapping[str, str], route: Route) -> None:
        place = file.key_place((*route, "values"))
        if fact_type == "code" and not values:
            self.hollow.add(name)
            file.report("missing-key", "a code needs `values`", place, "add `values: {code: label}`")
        if fact_type != "code" and values:
            file.report("fact-shape", f"a {fact_type} has no `values`", place, "remove them")
        for code in values:
            self._check_word(file, code, file.key_place((*route, "values", code)))

    @staticmethod
    def _check_word(file: YamlFile, code: str, place: Place) -> None:
        if code.strip().lower() in UNKNOWN_WORDS:
            message = f"`{code}` always means that nothing is known, so it cannot be a value"
            file.report("reserved-name", message, place, "remove it: an unknown fact needs no value")
        elif not code.strip() or code != code.strip() or "|" in code or code == "*":
            message = f"the code `{code}` cannot be written in a table"
            file.report(
                "name-shape", message, place, "codes have no `|`, are not `*`, and neither begin nor end with a space"
            )

    @staticmethod
    def _range(file: YamlFile, bounds: tuple[float, float] | None, route: Route, *, whole: bool) -> tuple[float, float]:
        if bounds is None:
            return (-1e15, 1e15)  # reported, or not a number
        if not bounds[0] < bounds[1]:
            hint = "the first number is the lowest that is possible, the second the highest"
            file.report("out-of-range", "the range is empty", file.value_place(route), hint)
            bounds = (min(bounds), max(bounds))  # as it was meant, so that nothing else is blamed for it
        for index, bound in enumerate(bounds):
            if whole and not float(bound).is_integer():
                place = file.value_place((*route, index))
                message = f"the range of an integer ends at whole numbers, not {bound:g}"
                file.report("out-of-range", message, place, "write a whole number")
        return bounds

    def _groups(
        self, file: YamlFile, fact: Fact, groups: Mapping[str, Sequence[str]], route: Route
    ) -> Mapping[str, frozenset[str]]:
        found = {}
        for name, members in groups.items():
            place = file.key_place((*route, name))
            if name in fact.values:
                file.report("duplicate-value", f"`{name}` is a value and a group", place, "give the group another name")
            if not members:
                file.report("empty-value", f"the group `{name}` has no members", place, "name its values, or remove it")
            self._check_word(file, name, place)
            for index, member in enumerate(members):
                place = file.value_place((*route, name, index))
                if member not in fact.values:
                    hint = did_you_mean(member, fact.values)
                    file.report("unknown-value", f"unknown value `{member}` of `{fact.name}`", place, hint)
                elif member in members[:index]:
                    file.report("repeated-value", f"`{member}` is already in this group", place, "remove it")
            found[name] = frozenset(member for member in members if member in fact.values)
        found = {name: members for name, members in found.items() if members}
        return found


def _values(fact_type: str, codes: Mapping[Any, str]) -> dict[Value, str]:
    if fact_type == "boolean":
        return {True: "yes", False: "no"}
    return {**codes}


__all__ = ["Assumption", "Interval", "VocabularyReader"]
