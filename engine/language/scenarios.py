"""The scenarios of features/: who the patient is and what is expected of which rule, as data.

    read_scenarios(folder, vocabulary)   -> every scenario, outlines written out; raises FeatureError with what cannot be read
    value_of(fact, text)                 -> a value as written in a step, as a caller would send it

The steps that set up a patient have their meaning here and nowhere else; features/conftest.py runs the same functions under pytest.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from engine.language.problems import did_you_mean
from engine.language.vocabulary import Fact, Vocabulary

RULE = r"[A-Z][A-Z0-9]*-[0-9]+"
_TWO_BOUNDS = re.compile(r"(>=?)(-?[0-9.]+) (<=?)(-?[0-9.]+)$")
_KEYS = {">": "gt", ">=": "ge", "<": "lt", "<=": "le"}
SENT_AS_UNKNOWN = "sent as unknown"
OUTCOMES = ("firm", "provisional", "ruled out", "undetermined", "not applicable")
_DAY = re.compile(r"the guideline as of (\S+)$")
_NAMED = re.compile(r'the patient "(.+)"$')
_FACT = re.compile(r"the patient's ([a-z0-9_]+) is (.+)$")
_RULE = re.compile(rf"({RULE}) (.+)$")
_OF_PART = re.compile(r"the fact (\S+) is |contradiction (\S+) is ")


class FeatureError(Exception):
    """Features that cannot be read; `problems` says which line and why."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class NoGherkin(RuntimeError):
    """gherkin-official is not installed."""


@dataclass(frozen=True)
class Expectation:
    """What a step says of a rule: `is firm`, `is shown`, `needs <fact>`; or, without a rule, of the decision: `the fact <fact> is <value>`."""

    rule: str  # its number
    what: str

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

    @property
    def where(self) -> str:
        """`features/x.feature:12`."""
        return f"{self.path}:{self.line}"

    def speaks_of(self, number: str) -> bool:
        """Is something expected of this rule?"""
        return any(one.rule == number for one in self.expected)


# ---- patients -----------------------------------------------------------------------------------------------------------
def named_patients(folder: Path) -> dict[str, dict[str, Any]]:
    """Every patient of patients/*.yaml by name; raises FeatureError when a name is used twice."""
    found: dict[str, dict[str, Any]] = {}
    problems = []
    for path in sorted((folder / "patients").glob("*.yaml")):
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            problems.append(f"{folder.name}/patients/{path.name}: cannot be read: {str(error).splitlines()[0]}")
            continue
        for name, facts in data.items():
            if name in found:
                problems.append(f"{folder.name}/patients/{path.name}: the patient `{name}` is defined twice")
            found[name] = facts
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
    try:
        from gherkin.errors import CompositeParserException, ParserException
        from gherkin.parser import Parser
        from gherkin.pickles.compiler import Compiler
    except ImportError as error:
        raise NoGherkin("gherkin-official is missing: install the extra `authoring`") from error
    patients = named_patients(folder)
    found: list[Scenario] = []
    problems: list[str] = []
    for path in sorted(folder.rglob("*.feature")):
        shown = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        try:
            document: Any = Parser().parse(path.read_text(encoding="utf-8-sig"))
        except CompositeParserException as error:
            problems += [_placed(shown, str(one)) for one in error.errors]
            continue
        except (ParserException, UnicodeDecodeError) as error:
            problems.append(_placed(shown, str(error)))
            continue
        document["uri"] = shown
        lines = dict(_lines(document))
        for pickle in Compiler().compile(document):
            line = lines.get(pickle["astNodeIds"][-1], 1)
            try:
                found.append(_scenario(pickle, shown, line, patients, vocabulary))
            except ValueError as error:
                problems.append(f"{shown}:{line}: {error}")
    if problems:
        raise FeatureError(problems)
    return found


def _placed(path: str, said: str) -> str:
    """`features/x.feature:3: not readable: ...`, from what the parser says: `(3:1): ...`."""
    place, _, what = said.partition(": ")
    line = place.strip("()").partition(":")[0]
    if not line.isdecimal():
        return f"{path}:1: not readable: {said}"
    got = what.rpartition(", got ")[2] if ", got " in what else what
    return f"{path}:{line}: not readable as a feature: {got}"


def _lines(node: Any) -> Iterator[tuple[str, int]]:
    """The line of everything in a parsed feature that has an id."""
    if isinstance(node, dict):
        if "id" in node and "location" in node:
            yield node["id"], node["location"]["line"]
        for part in node.values():
            yield from _lines(part)
    elif isinstance(node, list):
        for part in node:
            yield from _lines(part)


def _scenario(
    pickle: Mapping[str, Any], path: str, line: int, patients: Mapping[str, dict[str, Any]], vocabulary: Vocabulary
) -> Scenario:
    day: datetime.date | None = None
    facts: dict[str, Any] = {}
    changed: dict[str, str] = {}
    name = ""
    expected: list[Expectation] = []
    for step in pickle["steps"]:
        text = step["text"]
        if match := _DAY.match(text):
            day = datetime.date.fromisoformat(match[1])
        elif match := _NAMED.match(text):
            name = match[1]
            if name not in patients:
                raise ValueError(f"no patient is called `{name}`")
            facts, changed = dict(patients[name]), {}
        elif text == "a patient":
            name, facts, changed = "", {}, {}
        elif match := _FACT.match(text):
            set_fact(facts, vocabulary, match[1], match[2])
            changed[match[1]] = match[2]
        elif step["type"] == "Outcome":
            match = _RULE.match(text)
            expected.append(Expectation(match[1], match[2].strip()) if match else Expectation("", text.strip()))
        elif text != "the rules are evaluated":
            raise ValueError(f"`{text}` is no step; the steps are listed in docs/authoring.md")
    if day is None:
        raise ValueError("the day is missing: write `Given the guideline as of 2026-01-31`")
    return Scenario(pickle["name"], path, line, day, facts, tuple(expected), name, changed)


__all__ = [
    "OUTCOMES", "RULE", "SENT_AS_UNKNOWN", "Expectation", "FeatureError", "NoGherkin", "Scenario",
    "fact_is", "named_patients", "read_scenarios", "set_fact", "text_of", "value_of",
]  # fmt: skip
