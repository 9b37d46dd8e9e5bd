"""Reads rules/terminology/*.yaml into one Terminology and checks every code, name, pattern and value in it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from engine.language.check_digits import CHECKS
from engine.language.forms import read
from engine.language.problems import Place, did_you_mean, written
from engine.language.shape import Form
from engine.language.terminology import AnswerForm, Codes, OrderForm, ReadingForm, Terminology, TerminologyForm
from engine.language.vocabulary import Fact, Vocabulary
from engine.language.yamlfile import Route, YamlFile

NAMED = (
    "statuses",
    "systems",
    "comparators",
    "units",
    "sets",
    "notations",
    "readings",
    "panels",
    "drugs",
    "facts",
    "unread",
)
LISTED = ("nothing_known", "current", "counts", "timeline", "days_since", "doubts", "ignored", "sounds", "fillers")


def read_terminology(files: Iterable[YamlFile], vocabulary: Vocabulary) -> Terminology:
    """The code maps of all files as one; every mistake is reported in its file."""
    reader = _Reader(vocabulary)
    for file in files:
        form = read(TerminologyForm, file)
        if form is None:
            reader.broken = True
        else:
            reader.add(file, form)
    return reader.terminology()


def stem(code: str) -> str:
    """A code without the mark of a family: `C50` of `C50.*`, `E28.3` of `E28.3*`."""
    return code.removesuffix("*").removesuffix(".") if code.endswith("*") else code


class _Reader:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.forms: list[tuple[YamlFile, TerminologyForm]] = []
        self.broken = False  # a file could not be read, so any name may be missing
        self.parts: dict[str, dict[str, Any]] = {part: {} for part in NAMED}
        self.places: dict[tuple[str, ...], Place] = {}
        self.ids: dict[str, Place] = {}

    def add(self, file: YamlFile, form: TerminologyForm) -> None:
        """Take the names of one file."""
        stem = file.path.rsplit("/", 1)[-1].removesuffix(".yaml")
        place = file.value_place(("id",))
        if stem != form.id:
            message, hint = f"`{form.id}` stands in a file called `{stem}.yaml`", f"rename the file to `{form.id}.yaml`"
            file.report("file-name", message, place, hint)
        elif form.id in self.ids:
            hint = "give each file an id of its own"
            file.report("duplicate-id", f"`{form.id}` is used twice", place, hint, (self.ids[form.id],))
        self.ids.setdefault(form.id, place)
        self.forms.append((file, form))
        for part in NAMED:
            for name, one in getattr(form, part).items():
                here = file.key_place((part, name))
                if name in self.parts[part]:
                    first = (self.places[part, name],)
                    file.report(
                        "duplicate-id", f"`{name}` stands twice under `{part}`", here, "keep one of them", first
                    )
                    continue
                self.parts[part][name], self.places[part, name] = one, here

    def terminology(self) -> Terminology:
        """The whole, after all checks."""
        self.events = {name for _, form in self.forms for name in _events(form)}
        self.groups = {group for drug in self.parts["drugs"].values() for group in drug.groups}
        self.events |= {f"{how}-{group}" for group in self.groups for how in ("given", "ordered", "drafted")}
        for file, form in self.forms:
            _FileCheck(self, file, form).check()
        self._twice()
        self._drugs_alike()
        merged: dict[str, Any] = {part: MappingProxyType(self.parts[part]) for part in NAMED}
        merged |= {part: tuple(one for _, form in self.forms for one in getattr(form, part)) for part in LISTED}
        for part in ("episode", "sites", "treatments", "order_days"):
            files = [file for file, form in self.forms if getattr(form, part) is not None]
            for file in files[1:]:
                first, place = files[0].key_place((part,)), file.key_place((part,))
                file.report("duplicate-id", f"`{part}` stands in two files", place, "keep one of them", (first,))
            merged[part] = next((one for _, form in self.forms if (one := getattr(form, part)) is not None), None)
        rejected: dict[str, dict[str, str]] = {}
        for _, form in self.forms:
            for system, codes in form.rejected.items():
                rejected.setdefault(system, {}).update(codes)
        return Terminology(**merged, rejected=MappingProxyType(rejected))

    def _drugs_alike(self) -> None:
        """A code or a name belongs to one drug."""
        seen: dict[tuple[str, str], tuple[str, Place]] = {}
        for file, form in self.forms:
            for drug, one in form.drugs.items():
                route: Route = ("drugs", drug)
                said: list[tuple[str, str, Place]] = [
                    (system, code, file.key_place((*route, part, system, code)))
                    for part, codes in (("codes", one.codes), ("unverified", one.unverified))
                    for system, known in codes.items()
                    for code in known
                ]
                said += [("", name, file.value_place((*route, "names", index))) for index, name in enumerate(one.names)]
                for system, word, place in said:
                    before, first = seen.setdefault((system, word.lower()), (drug, place))
                    if before != drug:
                        message = f"`{word}` belongs to `{before}` already"
                        file.report("duplicate-value", message, place, "keep it with one of the drugs", (first,))

    def _twice(self) -> None:
        """A code is read, unverified or ignored, never two of these."""
        seen: dict[tuple[str, str, str], tuple[str, Place]] = {}
        for file, form in self.forms:
            for how, types, codes, route in _uses(form):
                for system, known in codes.items():
                    for code in known:
                        place = file.key_place((*route, system, code))
                        for name in types:
                            before, first = seen.setdefault((name, system, code), (how, place))
                            if before != how:
                                message = f"`{code}` is `{how}` here and `{before}` elsewhere"
                                file.report("duplicate-value", message, place, "keep one of them", (first,))
                                break


class _FileCheck:
    """Everything that one file says."""

    def __init__(self, reader: _Reader, file: YamlFile, form: TerminologyForm) -> None:
        self.reader, self.file, self.form = reader, file, form

    def check(self) -> None:
        """Report what is wrong."""
        for route, codes in _all_codes(self.form, ()):
            self._codes(codes, route, wanted=route[0] != "rejected")
        forms = (
            (("systems", name, "form"), one.form) for name, one in self.form.systems.items() if one.form is not None
        )
        for route, pattern in (*_patterns(self.form), *_searched(self.form), *forms):
            self._pattern(pattern, route)
        for index, name in enumerate(self.form.nothing_known):
            self._name("sets", name, ("nothing_known", index))
        for name, set_form in self.form.sets.items():
            if not (set_form.codes or set_form.texts or set_form.patterns):
                self._report("mapping-shape", f"the set `{name}` is empty", ("sets", name), "add codes or texts")
        for name, notation in self.form.notations.items():
            for index, system in enumerate(notation.systems):
                self._name("systems", system, ("notations", name, "systems", index))
        for name, reading in self.form.readings.items():
            self._reading(reading, ("readings", name))
        for name, panel in self.form.panels.items():
            for index, row in enumerate(panel.rows):
                route = ("panels", name, "rows", index)
                for part, sets in row.when.items():
                    self._panel_part(part, panel.parts, (*route, "when", part))
                    for set_name in [sets] if isinstance(sets, str) else sets:
                        if part != "status":
                            self._name("sets", set_name, (*route, "when", part))
                for position, part in enumerate(row.without):
                    self._panel_part(part, panel.parts, (*route, "without", position))
                self._says(self._fact(row.fact, (*route, "fact")), row.is_, row.open, route)
        self._history()
        for name in self.form.facts:
            self._fact(name, ("facts", name), key=True)
        for side, form in (self.form.sites.sides if self.form.sites else {}).items():
            for index, name in enumerate(form.codes_of):
                self._name("readings", name, ("sites", "sides", side, "codes_of", index))

    def _history(self) -> None:
        for index, current in enumerate(self.form.current):
            self._group(current.group, ("current", index, "group"))
            self._value(self._fact(current.fact, ("current", index, "fact")), current.is_, ("current", index, "is"))
        for index, count in enumerate(self.form.counts):
            self._group(count.group, ("counts", index, "group"))
            self._number_fact(count.fact, ("counts", index, "fact"))
            if (count.before is None) == (count.after is None):
                self._report(
                    "mapping-shape", "a count is `before` or `after` an event", ("counts", index), "name one of them"
                )
            self._event(count.before, ("counts", index, "before"))
            self._event(count.after, ("counts", index, "after"))
            if count.doses is not None:
                self._name("units", count.doses.units, ("counts", index, "doses", "units"))
        for index, days in enumerate(self.form.days_since):
            self._number_fact(days.fact, ("days_since", index, "fact"))
            self._event(days.event, ("days_since", index, "event"))
        if self.form.episode is not None:
            self._event(self.form.episode.begins, ("episode", "begins"))
        if self.form.treatments is not None:
            self._group(self.form.treatments.group, ("treatments", "group"))
            for index, name in enumerate(self.form.treatments.reports):
                self._event(name, ("treatments", "reports", index))
            for part in ("other_systems", "classed_systems"):
                for index, name in enumerate(getattr(self.form.treatments, part)):
                    self._name("systems", name, ("treatments", part, index))
        for index, row in enumerate(self.form.timeline):
            route: Route = ("timeline", index)
            self._value(self._fact(row.fact, (*route, "fact")), row.is_, (*route, "is"))
            when, inside = row.when, (*route, "when")
            for position, name in enumerate(when.happened):
                self._event(name, (*inside, "happened", position))
            for key, order in (("before", when.before), ("after", when.after), ("only_after", when.only_after)):
                self._order(order, key, inside)
            for key, together in (("together", when.together), ("lately", when.lately)):
                for position, name in enumerate(together.events if together else ()):
                    self._event(name, (*inside, key, "events", position))
            for position, name in enumerate(when.known):
                self._fact(name, (*inside, "known", position))
            for name, raw in when.facts.items():
                self._value(self._fact(name, (*inside, "facts", name), key=True), raw, (*inside, "facts", name))
            for position, one in enumerate(row.unless):
                inside = (*route, "unless", position)
                self._order(one.not_after, "not_after", inside)
                if one.begins is not None:
                    self._event(one.begins.event, (*inside, "begins", "event"))
                    self._event(one.begins.without, (*inside, "begins", "without"))
                if one.ahead is not None:
                    self._event(one.ahead.event, (*inside, "ahead", "event"))
                    for index, name in enumerate(one.ahead.facts):
                        self._fact(name, (*inside, "ahead", "facts", index))
                if not (one.not_after or one.begins or one.ahead or one.unseen):
                    message = "this exception names nothing"
                    self._report("mapping-shape", message, inside, "add `not_after`, `begins`, `ahead` or `unseen`")

    def _order(self, order: OrderForm | None, key: str, inside: Route) -> None:
        if order is None:
            return
        wanted = "first" if key == "before" else "last"
        other = order.first if key == "before" else order.last
        for name in [order.event] if isinstance(order.event, str) else order.event:
            self._event(name, (*inside, key, "event"))
        self._event(other, (*inside, key))
        if other is None or (order.first and order.last):
            message = f"`{key}` needs `event` and `{wanted}`"
            self._report("mapping-shape", message, (*inside, key), f"write `{wanted}: ...`")

    # ---- readings ---------------------------------------------------------------------------------------------------
    def _reading(self, one: ReadingForm, route: Route) -> None:
        speaks = one.fact is not None or one.event is not None or one.marks or any(a.event for a in one.answers)
        if not speaks and not (one.number and one.number.fact):
            self._report("mapping-shape", "this reading speaks of no fact", route, "add `fact`")
        fact = self._fact(one.fact, (*route, "fact")) if one.fact is not None else None
        for key, raw in (("is", one.is_), ("is_inactive", one.is_inactive)):
            if raw is not None:
                self._value(fact, raw, (*route, key))
        if one.codes_of is not None:
            self._name("readings", one.codes_of, (*route, "codes_of"))
        for index, name in enumerate(one.methods_in):
            self._name("readings", name, (*route, "methods_in", index))
        for name in one.not_after, *(one.between or ()):
            self._event(name, route)
        for index, answer in enumerate(one.answers):
            self._answer(answer, fact, (*route, "answers", index))
        if one.number is not None:
            here = (*route, "number")
            self._name("units", one.number.units, (*here, "units"))
            target = self._fact(one.number.fact, (*here, "fact")) if one.number.fact is not None else fact
            for index, band in enumerate(one.number.bands):
                self._says(target, band.is_, band.open, (*here, "bands", index))
            if target is not None and not one.number.bands and not target.numeric:
                self._report("mapping-shape", f"`{target.name}` is a {target.type}, not a number", here, "add `bands`")
        if one.notation is not None:
            self._name("notations", one.notation, (*route, "notation"))
            for mark, name in one.marks.items():
                self._fact(name, (*route, "marks", mark))
            if not one.marks:
                self._report("mapping-shape", "a notation needs `marks`", route, 'add `marks: {"": fact}`')
            self._notation_values(one, route)
        elif one.marks or one.recode or one.other_marks:
            self._report(
                "mapping-shape", "`marks` stand only beside `notation`", route, "name the notation, or remove them"
            )

    def _notation_values(self, one: ReadingForm, route: Route) -> None:
        notation = self.reader.parts["notations"].get(one.notation or "")
        for value in dict.fromkeys(notation.values.values() if notation else ()):
            for name in dict.fromkeys(one.marks.values()):
                fact = self.reader.vocabulary.get(name)
                if fact is None or _wrong(fact, value) is None:
                    continue
                said = one.recode.get(value, value)
                if said is not None and _wrong(fact, said) is not None:
                    message = f"`{name}` has no value `{said}`, which the notation may give"
                    hint = f"add `recode: {{{value}: ...}}`, or null for a value that cannot be said"
                    self._report("unknown-value", message, (*route, "marks"), hint)

    def _answer(self, one: AnswerForm, fact: Fact | None, route: Route) -> None:
        if one.set is None and not (one.codes or one.texts or one.patterns or one.otherwise):
            self._report("mapping-shape", "this answer has no set, codes or texts", route, "say which values it is for")
        for name in [one.set] if isinstance(one.set, str) else one.set or ():
            self._name("sets", name, (*route, "set"))
        if one.fact is not None:
            fact = self._fact(one.fact, (*route, "fact"))
        if one.event is None or one.is_ is not None or one.open is not None:
            self._says(fact, one.is_, one.open, route)

    def _says(self, fact: Fact | None, raw: Any, reason: str | None, route: Route) -> None:
        if (raw is None) == (reason is None):
            self._report("mapping-shape", "say either `is` or `open`", route, "`open` holds the reason")
        elif raw is not None:
            self._value(fact, raw, (*route, "is"))

    # ---- words ------------------------------------------------------------------------------------------------------
    def _codes(self, codes: Codes, route: Route, wanted: bool) -> None:
        for system, known in codes.items():
            form = self.reader.parts["systems"].get(system)
            if form is None:
                self._name("systems", system, (*route, system), key=True)
                continue
            check = CHECKS.get(form.check or "")
            if form.form is not None and self._readable(form.form):
                for code in known:
                    if wanted and not re.fullmatch(form.form, stem(code)):
                        message, hint = (
                            f"`{code}` is not written as codes of `{system}` are",
                            "a letter for a digit? look the code up",
                        )
                        self._report_key("code-shape", message, (*route, system, code), hint)
            for code in known:
                if check is None or check(stem(code)) is wanted:
                    continue
                place = (*route, system, code)
                if wanted:
                    self._report_key("check-digit", f"the last digit of `{code}` is wrong", place, "look the code up")
                else:
                    self._report_key("check-digit", f"`{code}` passes its check digit", place, "it may be a real code")

    def _readable(self, pattern: str) -> bool:
        """Can the form of a system be used? (Otherwise it is told where it stands.)"""
        try:
            re.compile(pattern)
        except re.error:
            return False
        return True

    def _pattern(self, pattern: str, route: Route) -> None:
        try:
            names = re.compile(pattern).groupindex
        except re.error as error:
            self._report("pattern", f"not a regular expression: {error.msg}", route, "see the Python module re")
            return
        if route[0] == "notations" and "value" not in names:
            self._report("pattern", "the pattern has no group `value`", route, "write `(?P<value>...)`")

    def _fact(self, name: str, route: Route, *, key: bool = False) -> Fact | None:
        fact = self.reader.vocabulary.get(name)
        if fact is not None and fact.given:
            return fact
        message = f"`{name}` is derived and cannot be sent" if fact else f"unknown fact `{name}`"
        hint = did_you_mean(name, [one.name for one in self.reader.vocabulary.values() if one.given])
        (self._report_key if key else self._report)("unknown-fact", message, route, hint)
        return None

    def _number_fact(self, name: str, route: Route) -> None:
        fact = self._fact(name, route)
        if fact is not None and not fact.numeric:
            self._report(
                "mapping-shape", f"`{name}` is a {fact.type}, not a number", route, "name a fact that is a number"
            )

    def _value(self, fact: Fact | None, raw: Any, route: Route) -> None:
        problem = _wrong(fact, raw) if fact is not None else None
        if fact is not None and problem is not None:
            self._report("unknown-value", f"`{fact.name}`: `{written(raw)}` {problem[0]}", route, problem[1])

    def _name(self, part: str, name: str, route: Route, *, key: bool = False) -> None:
        known = self.reader.parts[part]
        if name not in known and not self.reader.broken:
            hint = did_you_mean(name, known) or f"add it under `{part}`"
            (self._report_key if key else self._report)(
                "unknown-name", f"there is no `{name}` under `{part}`", route, hint
            )

    def _panel_part(self, part: str, parts: Mapping[str, Any], route: Route) -> None:
        if part not in parts and part not in ("value", "status"):
            known = [*parts, "value", "status"]
            self._report_key("unknown-name", f"there is no part `{part}`", route, did_you_mean(part, known))

    def _event(self, name: str | None, route: Route) -> None:
        if name is not None and name not in self.reader.events and not self.reader.broken:
            hint = did_you_mean(name, self.reader.events) or "add `event` to a reading"
            self._report("unknown-name", f"no reading reports the event `{name}`", route, hint)

    def _group(self, name: str, route: Route) -> None:
        if name not in self.reader.groups and not self.reader.broken:
            self._report(
                "unknown-name", f"no drug is in the group `{name}`", route, did_you_mean(name, self.reader.groups)
            )

    def _report(self, code: str, message: str, route: Route, hint: str = "") -> None:
        self.file.report(code, message, self.file.value_place(route), hint)

    def _report_key(self, code: str, message: str, route: Route, hint: str = "") -> None:
        self.file.report(code, message, self.file.key_place(route), hint)


def _wrong(fact: Fact, raw: Any) -> tuple[str, str] | None:
    """What is wrong with a value of a fact, and what to do; None when it says something."""
    try:
        given = fact.read(raw)
    except ValueError as error:
        message, hint = (*error.args, "")[:2]
        return str(message), str(hint) or "write a value of this fact"
    if given.state == fact.everything and given.open_value is None:
        return "says nothing, since every value is left", "use `open` with the reason"
    return None


def _events(form: TerminologyForm) -> Iterator[str]:
    for reading in form.readings.values():
        yield from (name for name in (reading.event, *(answer.event for answer in reading.answers)) if name)
    if form.treatments is not None:
        yield form.treatments.event
        if form.treatments.operations is not None:
            yield form.treatments.operations.event


def _all_codes(form: Any, route: Route) -> Iterator[tuple[Route, Codes]]:
    """Every map of codes inside a form, wherever it stands."""
    if isinstance(form, Form):
        for name, info in type(form).model_fields.items():
            value, here = getattr(form, name), (*route, info.alias or name)
            if name in ("codes", "unverified", "rejected"):
                yield here, value
            elif name == "parts":
                yield from (((*here, part), codes) for part, codes in value.items())
            else:
                yield from _all_codes(value, here)
    elif isinstance(form, dict | list):
        for step, one in form.items() if isinstance(form, dict) else enumerate(form):
            if isinstance(one, Form):
                yield from _all_codes(one, (*route, step))


def _patterns(form: TerminologyForm) -> Iterator[tuple[Route, str]]:
    for part in ("sets", "notations"):
        for name, one in getattr(form, part).items():
            yield from (((part, name, "patterns", index), text) for index, text in enumerate(one.patterns))
    for name, reading in form.readings.items():
        for place, answer in enumerate(reading.answers):
            for part in ("patterns", "otherwise"):
                route = ("readings", name, "answers", place, part)
                yield from (((*route, index), text) for index, text in enumerate(getattr(answer, part)))


def _searched(form: TerminologyForm) -> Iterator[tuple[Route, str]]:
    """Patterns that are searched in labels and texts."""
    for part in ("sounds", "fillers"):
        yield from (((part, index), text) for index, text in enumerate(getattr(form, part)))
    for place, doubt in enumerate(form.doubts):
        yield from ((("doubts", place, "patterns", index), text) for index, text in enumerate(doubt.patterns))
    for name, reading in form.readings.items():
        for part, patterns in (("labels", reading.labels), ("methods", reading.methods)):
            yield from ((("readings", name, part, index), text) for index, text in enumerate(patterns))
    if form.treatments is not None:
        for part in ("sounds", "tests"):
            patterns = getattr(form.treatments, part)
            yield from ((("treatments", part, index), text) for index, text in enumerate(patterns))
        operations = form.treatments.operations
        for part in ("sounds", "others") if operations is not None else ():
            patterns = getattr(operations, part)
            yield from ((("treatments", "operations", part, index), text) for index, text in enumerate(patterns))
    if form.sites is not None:
        for part, one in (("own", form.sites.own), ("elsewhere", form.sites.elsewhere)):
            yield from ((("sites", part, "patterns", index), text) for index, text in enumerate(one.patterns))
        for name, one in form.sites.samples.items():
            route = ("sites", "samples", name, "patterns")
            yield from (((*route, index), text) for index, text in enumerate(one.patterns))
        for side, one in form.sites.sides.items():
            route = ("sites", "sides", side, "patterns")
            yield from (((*route, index), text) for index, text in enumerate(one.patterns))


def _uses(form: TerminologyForm) -> Iterator[tuple[str, tuple[str, ...], Codes, Route]]:
    """How the codes of resources are used: how, by which resource types, the codes, where."""
    for part in ("readings", "panels"):
        for name, one in getattr(form, part).items():
            yield "read", tuple(one.from_), one.codes, (part, name, "codes")
            if part == "readings":
                yield "unverified", tuple(one.from_), one.unverified, (part, name, "unverified")
    for index, ignored in enumerate(form.ignored):
        yield "ignored", tuple(ignored.from_), ignored.codes, ("ignored", index, "codes")


__all__ = ["read_terminology"]
