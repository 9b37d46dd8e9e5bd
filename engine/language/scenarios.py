"""The scenarios of features/: who the patient is and what is expected of which rule, as data.

    read_scenarios(folder, vocabulary)   -> every scenario, outlines written out; raises FeatureError with what cannot be read
    read_features(folder, vocabulary)    -> those that can be read, and the problems
    value_of(fact, text)                 -> a value as written in a step, as a caller would send it

The steps that set up a patient have their meaning here and nowhere else; features/conftest.py runs the same functions under pytest.
"""

import datetime
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.language.featurefile import FeatureFile
from engine.language.featurefile import NoGherkin as NoGherkin
from engine.language.patients import Patients, read_patients, refused
from engine.language.problems import Place, Problem, did_you_mean, shortened
from engine.language.vocabulary import Fact, Vocabulary
from engine.language.yamlfile import UNREADABLE

RULE = r"[A-Z][A-Z0-9]*-[0-9]+"
_TWO_BOUNDS = re.compile(r"(>=?)(-?[0-9.]+) (<=?)(-?[0-9.]+)$")
_KEYS = {">": "gt", ">=": "ge", "<": "lt", "<=": "le"}
SENT_AS_UNKNOWN = "sent as unknown"
OUTCOMES = ("firm", "provisional", "ruled out", "undetermined", "not applicable")
EVALUATED, NOBODY = "the rules are evaluated", "a patient"
SETTING = ("the guideline as of 2026-01-31", NOBODY, 'the patient "name"', "the patient's fact is value", EVALUATED)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}$")
_DAY = re.compile(r"the guideline as of (.+)$")
_NAMED = re.compile(r'the patient "(.+)"$')
_FACT = re.compile(r"the patient's ([a-z0-9_]+) is (.+)$")
_RULE = re.compile(rf"({RULE}) (.+)$")
_OF_PART = re.compile(r"the fact (\S+) is |contradiction (\S+) is ")


class FeatureError(Exception):
    """Features that cannot be read; `problems` says which line and why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda one: one.order))
        super().__init__("\n\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Expectation:
    """What a step says of a rule: `is firm`, `is shown`, `needs <fact>`; or, without a rule, of the decision: `the fact <fact> is <value>`."""

    rule: str  # its number
    what: str
    place: Place = field(default=Place(""), compare=False)  # the step, or the word in the row it comes from

    @property
    def of(self) -> str:
        """What it speaks of: the number of a rule, a fact, the code of a contradiction; empty for the whole decision."""
        match = _OF_PART.match(self.what) if not self.rule else None
        return self.rule or ((match[1] or match[2]) if match else "")


@dataclass(frozen=True)
class Scenario:
    """One patient on one day, and what is expected."""

    name: str
    path: str
    line: int  # of the scenario, or of the row of an outline
    day: datetime.date
    facts: Mapping[str, Any]
    expected: tuple[Expectation, ...] = ()
    patient: str = ""  # the named patient it starts from
    changed: Mapping[str, str] = field(default_factory=dict)  # facts its steps set, as written
    tags: tuple[tuple[str, Place], ...] = ()  # and where they stand

    @property
    def where(self) -> str:
        """`features/x.feature:12`."""
        return f"{self.path}:{self.line}"

    def speaks_of(self, number: str) -> bool:
        """Is something expected of this rule?"""
        return any(one.rule == number for one in self.expected)


# ---- patients -----------------------------------------------------------------------------------------------------------
def named_patients(folder: Path) -> Patients:
    """Every patient of patients/*.yaml by name; raises FeatureError when a file cannot be read or a name is used twice."""
    found, problems = read_patients(folder)
    if problems:
        raise FeatureError(problems)
    return found


def value_of(fact: Fact, text: str) -> Any:
    """A value as written in a step (a code, true, false, a number, a range, `a or b`, `unknown`), as a caller would send it."""
    text = text.strip().strip('"')
    if text == "unknown":
        return None
    if " or " in text:
        return {"one_of": [value_of(fact, one) for one in text.split(" or ")]}
    if fact.type == "boolean":
        words = {"true": True, "false": False, "yes": True, "no": False}
        if text not in words:
            raise ValueError(f"`{fact.name}` is true or false, not `{text}`")
        return words[text]
    if fact.numeric and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return float(text)
    if fact.numeric and (match := _TWO_BOUNDS.match(text)):
        return {_KEYS[match[1]]: float(match[2]), _KEYS[match[3]]: float(match[4])}
    return text


def text_of(fact: Fact, value: Any) -> str:
    """The value as a step writes it: the opposite of value_of."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict) and "one_of" in value:
        return " or ".join(text_of(fact, one) for one in value["one_of"])
    if isinstance(value, dict):
        signs = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
        if value.keys() == {"ge", "le"}:
            return f"{value['ge']:g}..{value['le']:g}"
        return " ".join(f"{signs[key]}{bound:g}" for key, bound in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def fact_is(fact: Fact, state: Any, text: str) -> bool:
    """Does `the fact <fact> is <text>` hold of a state as it is written in a decision? A fact with a word of its own for unknown has that
    word while more than one value is possible."""
    if text.strip() in ("unknown", fact.unknown_as):
        return bool(state == fact.unknown_as or (fact.unknown_as != "unknown" and isinstance(state, dict)))
    return bool(state == fact.write(fact.read(value_of(fact, text)).state))


def set_fact(facts: dict[str, Any], vocabulary: Mapping[str, Fact], name: str, text: str) -> None:
    """Set one fact of a patient as a step says; `unknown` takes it away, `sent as unknown` sends it as null. Raises ValueError for a word that is
    not in the vocabulary."""
    if name not in vocabulary:
        raise ValueError(f"unknown fact `{name}`; {did_you_mean(name, vocabulary)}")
    facts.pop(name, None)
    if text.strip() == SENT_AS_UNKNOWN:
        facts[name] = None
        return
    found = value_of(vocabulary[name], text)
    if found is not None:
        facts[name] = found


# ---- features -----------------------------------------------------------------------------------------------------------
def read_scenarios(folder: Path, vocabulary: Vocabulary) -> list[Scenario]:
    """Every scenario of every feature below the folder, in the order of the files; raises FeatureError or NoGherkin."""
    found, problems = read_features(folder, vocabulary)
    if problems:
        raise FeatureError(problems)
    return found


def read_features(folder: Path, vocabulary: Vocabulary) -> tuple[list[Scenario], list[Problem]]:
    """The scenarios that can be read, and everything that is wrong with patients and features, sorted by place; raises NoGherkin."""
    patients, problems = read_patients(folder, vocabulary)
    blind = any(
        one.code in UNREADABLE for one in problems
    )  # then any patient may stand in the file that cannot be read
    found: list[Scenario] = []
    for path in sorted(folder.rglob("*.feature")):
        file = FeatureFile(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
        for pickle in file.pickles:
            before = len(file.problems)
            scenario = _Reader(file, pickle, patients, vocabulary, blind).read()
            if scenario is not None and len(file.problems) == before:
                found.append(scenario)
        problems += file.problems
    return found, sorted(set(problems), key=lambda one: one.order)


class _Reader:
    """Reads one scenario, step by step, reporting every mistake at its place."""

    def __init__(
        self, file: FeatureFile, pickle: Mapping[str, Any], patients: Patients, vocabulary: Vocabulary, blind: bool
    ) -> None:
        self.file, self.pickle, self.patients, self.vocabulary, self.blind = file, pickle, patients, vocabulary, blind
        self.day: datetime.date | None = None
        self.dated = self.evaluated = False
        self.name = ""
        self.facts: dict[str, Any] = {}
        self.changed: dict[str, str] = {}
        self.expected: list[Expectation] = []

    def read(self) -> Scenario | None:
        """The scenario, or None when something is missing that every scenario needs."""
        steps = self.pickle["steps"]
        evaluates = any(step["text"] == EVALUATED for step in steps)
        early = False  # something is expected too early: then `And` below `When` is told no more
        for step in steps:
            text = step["text"].strip()
            if text == EVALUATED:
                self.evaluated = True
            elif _sets(text):
                self._set(step, text)
            elif step["type"] == "Outcome":
                if evaluates and not self.evaluated:
                    early = True
                    hint = f"move it below `When {EVALUATED}`"
                    self._report("scenario-shape", "this is expected before the rules are evaluated", step, text, hint)
                match = _RULE.match(text)
                place = self.file.place(step)
                one = Expectation(match[1], match[2].strip(), place) if match else Expectation("", text, place)
                self.expected.append(one)
            elif not early:
                self._unknown(step, text)
                if step["type"] == "Action":  # it was meant to
                    self.evaluated = evaluates = True
        if steps:
            self._complete(evaluates)
        if self.day is None:
            return None
        tags = tuple(self.file.tags(self.pickle))
        place = self.file.place_of(self.pickle)
        return Scenario(
            self.pickle["name"],
            self.file.shown,
            place.line,
            self.day,
            self.facts,
            tuple(self.expected),
            self.name,
            self.changed,
            tags,
        )

    def _set(self, step: Mapping[str, Any], text: str) -> None:
        """A step that says who the patient is, or which day it is."""
        if self.evaluated:
            hint = f"move it above `When {EVALUATED}`, or begin another scenario"
            self._report("scenario-shape", "the patient is changed after the rules were evaluated", step, text, hint)
        if match := _DAY.match(text):
            self.dated = True
            try:
                self.day = datetime.date.fromisoformat(match[1]) if _ISO.match(match[1]) else None
            except ValueError:
                self.day = None
            if self.day is None:
                self._report("invalid-date", f"`{match[1]}` is no day", step, match[1], "write it as 2026-01-31")
        elif match := _NAMED.match(text):
            self.name = match[1]
            if self.name not in self.patients and not self.blind:
                hint = did_you_mean(self.name, self.patients, where=f"{self.file.shown.split('/')[0]}/patients")
                self._report("unknown-patient", f"no patient is called `{self.name}`", step, self.name,
                             hint or "write one into the folder `patients`")  # fmt: skip
            self.facts, self.changed = dict(self.patients.get(self.name, {})), {}
        elif match := _FACT.match(text):
            name, value = match[1], match[2]
            if name not in self.vocabulary:
                self._report("unknown-fact", f"unknown fact `{name}`", step, name, did_you_mean(name, self.vocabulary))
                return
            if not self.vocabulary[name].given:
                hint = "set the facts it is derived from"
                self._report("unknown-fact", f"`{name}` is derived and cannot be set", step, name, hint)
                return
            try:
                set_fact(self.facts, self.vocabulary, name, value)
            except ValueError as error:
                self._report("unknown-value", str(error), step, value, "write true, false or unknown")
                return
            self.changed[name] = value
            if name in self.facts and (wrong := refused(self.vocabulary[name], self.facts[name])):
                self._report("unknown-value", wrong[0], step, value, wrong[1])
        else:
            self.name, self.facts, self.changed = "", {}, {}

    def _complete(self, evaluates: bool) -> None:
        """What every scenario needs."""
        place = self.file.scenario_place(self.pickle)
        if not self.dated:
            hint = "write `Given the guideline as of 2026-01-31`"
            self.file.report("scenario-shape", "the day is missing", place, hint)
        if not evaluates:
            message = f"the step `When {EVALUATED}` is missing"
            self.file.report("scenario-shape", message, place, "write it between the patient and what is expected")
        if not self.expected:
            message = "the scenario expects nothing, so it cannot fail"
            self.file.report("scenario-shape", message, place, "write what is expected after `Then`")

    def _unknown(self, step: Mapping[str, Any], text: str) -> None:
        near = nearest_step(text, SETTING)
        hint = near or (
            "what is expected stands after `Then`" if _RULE.match(text) else "the steps are listed in docs/authoring.md"
        )
        self._report("unknown-step", f"`{shortened(text, 80)}` is no step", step, "", hint)

    def _report(self, code: str, message: str, step: Mapping[str, Any], word: str, hint: str) -> None:
        self.file.report(code, message, self.file.place(step, word), hint)


def _sets(text: str) -> bool:
    return text == NOBODY or any(pattern.match(text) for pattern in (_DAY, _NAMED, _FACT))


def nearest_step(text: str, forms: Iterable[str]) -> str:
    """`did you mean ...?` for a misspelt step: the nearest of the forms, in which names in capitals stand for what the step itself says."""
    rules = re.findall(RULE, text)
    plain = re.sub(RULE, "RULE", text)
    near = difflib.get_close_matches(plain, [re.sub(RULE, "RULE", one) for one in forms], n=1, cutoff=0.7)
    if not near:
        return ""
    found = near[0]
    for number in rules:
        found = found.replace("RULE", number, 1)
    return f"did you mean `{found}`?"


__all__ = [
    "EVALUATED", "OUTCOMES", "RULE", "SENT_AS_UNKNOWN", "Expectation", "FeatureError", "NoGherkin", "Scenario",
    "fact_is", "named_patients", "nearest_step", "read_features", "read_scenarios", "set_fact", "text_of", "value_of",
]  # fmt: skip
