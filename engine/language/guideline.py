"""A guideline: one folder, read whole, checked whole, and never changed afterwards.

load(folder)            -> Guideline, or GuidelineError with every problem of every file
guideline.as_of(day)    -> the same guideline with the rules in force on that day
"""

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from engine.language.conditions import Condition
from engine.language.evidence import Finding, Regimen, Source
from engine.language.facts import Assumption
from engine.language.forms import GuidelineForm, QuestionForm
from engine.language.problems import GuidelineError, Place, Problem
from engine.language.rules import Citation, Rule
from engine.language.tablemaps import TableMap
from engine.language.tables import Derivation
from engine.language.terminology import Terminology
from engine.language.vocabulary import Vocabulary
from engine.language.waivers import Waiver
from engine.language.yamlfile import YamlFile


@dataclass(frozen=True)
class Contradiction:
    """What cannot be true together: a condition, `greater` for two numbers or `disjoint` for two codes (all that are given must hold)."""

    code: str
    text: str
    stop: bool
    when: Condition | None = None
    greater: tuple[str, str] | None = None
    disjoint: tuple[str, str] | None = None
    place: Place = Place("")

    def facts(self) -> frozenset[str]:
        """Every fact it compares."""
        from engine.language.conditions import facts_of

        named = facts_of(self.when) if self.when else frozenset()
        return named.union(self.greater or (), self.disjoint or ())


@dataclass(frozen=True)
class Modifier:
    """A population for which certainty is lowered, with the reason that is shown."""

    when: Condition
    kinds: frozenset[str]
    lower_by: int
    strong_becomes_conditional: bool
    reason: str


@dataclass(frozen=True)
class FirstFacts:
    """Facts that a form asks before any other, when the condition (None: always) is true of what is known."""

    title: str
    facts: tuple[str, ...]
    when: Condition | None = None


@dataclass(frozen=True)
class Guideline:
    """All words, tables, rules and evidence of one folder at one content hash."""

    root: Path
    about: GuidelineForm
    sha256: str
    vocabulary: Vocabulary
    assumptions: Mapping[str, tuple[Assumption, ...]]
    derivations: tuple[Derivation, ...]  # each after those it reads
    contradictions: tuple[Contradiction, ...]
    rules: tuple[Rule, ...]  # by number
    evidence: Mapping[str, Source]
    regimens: Mapping[str, Regimen]
    questions: Mapping[str, QuestionForm]
    answered_when: Mapping[str, Condition]
    modifiers: tuple[Modifier, ...]
    warnings: tuple[Problem, ...] = ()
    waived: frozenset[Waiver] = frozenset()  # those that kept a warning away
    files: Mapping[str, YamlFile] = field(default_factory=dict, repr=False)
    day: datetime.date | None = None  # set by as_of
    tables: Mapping[str, TableMap] = field(default_factory=dict, repr=False)
    first_facts: tuple[FirstFacts, ...] = ()
    terminology: Terminology = field(default_factory=Terminology, repr=False)

    @property
    def id(self) -> str:
        """The guideline's identifier."""
        return self.about.id

    @property
    def version(self) -> str:
        """The guideline's version."""
        return self.about.version

    def rule(self, name: str) -> Rule:
        """The rule with this id or number; KeyError when there is none."""
        for rule in self.rules:
            if name in (rule.id, rule.number):
                return rule
        raise KeyError(name)

    def finding(self, citation: Citation) -> Finding:
        """The finding a citation names."""
        return self.evidence[citation.source].findings[citation.finding]

    def as_of(self, day: datetime.date) -> "Guideline":
        """The guideline with the rules that are in force on the day; overrides of rules that are not are left out."""
        rules = [rule for rule in self.rules if rule.in_force(day)]
        names = {rule.id for rule in rules}
        kept = tuple(
            replace(rule, overrides=tuple(one for one in rule.overrides if one.rule in names)) for rule in rules
        )
        return replace(self, rules=kept, day=day)


def covered(root: Path) -> dict[str, bytes]:
    """Every YAML and CSV file below the folder by its name, with line ends as on Unix: what the hash is made over."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes().replace(b"\r\n", b"\n")
        for path in root.rglob("*")
        if path.suffix in (".yaml", ".csv") and path.is_file()
    }


def hash_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the names and contents of the files."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0")
        digest.update(files[name] + b"\0")
    return digest.hexdigest()


def content_hash(root: Path) -> str:
    """SHA-256 over the names and contents of every YAML and CSV file below the folder, independent of line ends."""
    return hash_of(covered(root))


def load(folder: str | Path) -> Guideline:
    """The guideline in a folder; raises GuidelineError with all problems, sorted by place."""
    from engine.language.loader import Loader

    return Loader(Path(folder)).load()


__all__ = ["Contradiction", "Guideline", "GuidelineError", "MappingProxyType", "Modifier", "content_hash", "load"]
