"""`new`: a commented file for a rule, a source or a fact, in its folder. Every place to fill in says FILL; `check` reports those that are left."""

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.language.unfinished import MARK as FILL
from engine.language.yamlfile import YamlFile, yaml_files

KINDS = "recommend | consider | recommend_against | required_workup | safety_alert | request_data | out_of_scope"


IDENTIFIER, FACT_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*"), re.compile(r"[a-z][a-z0-9_]{0,63}")


class CannotMake(Exception):
    """Nothing was written; the text says why."""


@dataclass(frozen=True)
class Draft:
    """A guideline folder as far as it can be read: something new may be begun while something else is unfinished."""

    root: Path

    @classmethod
    def open(cls, root: Path) -> "Draft":
        """The folder; raises CannotMake when it holds no guideline."""
        if not (root / "guideline.yaml").is_file():
            raise CannotMake(f"there is no guideline in `{root}`: name the folder that holds guideline.yaml")
        return cls(root)

    @cached_property
    def about(self) -> Mapping[str, Any]:
        """What guideline.yaml says."""
        return _map(YamlFile.load(self.root, self.root / "guideline.yaml").data)

    @property
    def questions(self) -> list[str]:
        """The ids of the questions."""
        return list(_map(self.about.get("questions")))

    @cached_property
    def rules(self) -> list[tuple[str, str, str, str]]:
        """Of each rule the id, the number, the question and the folder."""
        return [
            (str(data.get("id")), str(data.get("number")), str(data.get("question")), path.parent.name)
            for path, data in self._files("recommendations")
        ]

    @property
    def facts(self) -> list[str]:
        """The names of the facts, given and derived."""
        given = [name for _, data in self._files("facts") for name in _map(data.get("facts"))]
        return given + [str(data.get("fact")) for _, data in self._files("derived")]

    def _files(self, folder: str) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        for path in yaml_files(self.root, folder):
            yield path, _map(YamlFile.load(self.root, path).data)


def _map(data: Any) -> Mapping[str, Any]:
    return data if isinstance(data, dict) else {}


def new_rule(
    draft: Draft, name: str, day: datetime.date, question: str | None = None, prefix: str | None = None
) -> Path:
    """A new rule in the folder of its question, with the next free number; raises CannotMake."""
    _checked(name, IDENTIFIER, "small letters, digits, `-` and `.`")
    if any(rule == name for rule, *_ in draft.rules):
        raise CannotMake(f"there is a rule `{name}` already")
    if question is not None and question not in draft.questions:
        raise CannotMake(f"there is no question `{question}`; use one of {', '.join(draft.questions)}")
    if question is None and prefix is None:  # its number would be taken from the rules of another question
        raise CannotMake(f"say with --question what the rule answers: one of {', '.join(draft.questions)}")
    alike = [(number, folder) for _, number, asked, folder in draft.rules if question in (None, asked)]
    if prefix is not None:
        alike = [(number, folder) for _, number, _, folder in draft.rules if _prefix(number) == prefix] or alike
    prefix = prefix or _usual(_prefix(number) for number, _ in alike)
    if not prefix:
        raise CannotMake(f"no rule answers `{question}` yet: say with --prefix which letters its number begins with")
    folder = _usual(folder for number, folder in alike if _prefix(number) == prefix) or prefix.lower()
    path = draft.root / "recommendations" / ("" if folder == "recommendations" else folder) / f"{name}.yaml"
    inside = _map(draft.about.get("scope")).get("fact")
    scope = f"  {inside}: true\n" if inside else ""
    up = "../" * (len(path.relative_to(draft.root).parts) - 1)
    questions = question or f"{FILL}   # one of: {', '.join(draft.questions)}"
    return _write(
        path,
        f"""\
# yaml-language-server: $schema={up}rule.schema.json
id: {name}
number: {next_number(draft, prefix)}   # never used again, also after the rule is retired
title: {FILL}   # what is advised, in a few words
question: {questions}
kind: recommend   # {KINDS}
effective: {{from: {day.isoformat()}}}   # not before its sources were published

when:   # everything here must hold; a list means any of these
{scope}  {FILL}: {FILL}   # a fact of facts/ or derived/: true, a value, [value, value], or {{ge: 1}}
# unless:
#   - when: {{a_fact: true}}
#     because: The reason why the rule does not hold then.
#     harm: true   # a contraindication

text: >-   # what to do; figures belong into the evidence file
  {FILL}
strength: conditional   # strong | conditional
certainty: low   # high | moderate | low | very_low; for recommend, consider and recommend_against
graded_by: project   # the guideline body that graded it, or project
rationale: >-   # why
  {FILL}
citations:
  - {FILL}#{FILL}   # source#finding, see evidence/
# caveats: [What the reader must know beside.]
# regimen: a-regimen   # see regimens/
# overrides:
#   - {{rule: another-rule, because: Why this one withdraws it.}}
""",
    )


def new_evidence(draft: Draft, name: str) -> Path:
    """A new source with one finding; raises CannotMake."""
    _checked(name, IDENTIFIER, "small letters, digits, `-` and `.`")
    return _write(
        draft.root / "evidence" / f"{name}.yaml",
        f"""\
# yaml-language-server: $schema=../evidence.schema.json
id: {name}
title: {FILL}   # the name by which it is known
kind: trial   # trial | guideline | meta_analysis | cohort | label | technology_appraisal | review | registry_record | news
# population: {{n: 100, text: Who was studied.}}
cite:
  authors: {FILL}
  title: {FILL}
  journal: {FILL}
  published: {FILL}   # 2025, 2025-01 or 2025-01-30
  doi: {FILL}   # or pmid; if it has neither, say why in no_identifier
  checked: false   # true once the identifiers were read at their source
findings:
  {FILL.lower()}:   # the key: rules cite {name}#key
    text: {FILL}   # one result in a sentence, without figures
    # value: the figures, as the source prints them
    # effect: {{measure: hazard_ratio, value: 0.7, interval: [0.5, 0.9]}}
    checked: false   # true once the figures were read in the source; only then are they shown
    mark: from-memory   # seen | article | from-memory | partly-seen
""",
    )


def new_fact(draft: Draft, name: str, section: str | None = None, kind: str = "boolean") -> Path:
    """A new fact at the end of the file of its section; raises CannotMake."""
    _checked(name, FACT_NAME, "a small letter first, then small letters, digits and `_`")
    if name in draft.facts:
        raise CannotMake(f"there is a fact `{name}` already")
    files = sorted((draft.root / "facts").glob("*.yaml"))
    names = [path.stem for path in files]
    if section not in names:
        what = "name the section" if section is None else f"there is no section `{section}`"
        raise CannotMake(f"{what}: one of {', '.join(names)}")
    path = draft.root / "facts" / f"{section}.yaml"
    lines = {
        "boolean": "",
        "code": f"    values:\n      {FILL.lower()}: {FILL}   # code: label\n",
        "number": f"    unit: {FILL}\n    range: [0, {FILL}]   # numbers outside are refused\n",
        "integer": f"    unit: {FILL}\n    range: [0, {FILL}]   # numbers outside are refused\n",
    }[kind]
    text = path.read_text(encoding="utf-8")
    path.write_text(
        f"{text.rstrip()}\n\n  {name}:\n    label: {FILL}   # a few words for forms and sentences\n"
        f"    help: {FILL}   # a sentence for who fills the form\n    type: {kind}\n{lines}",
        encoding="utf-8",
    )
    return path


def next_number(draft: Draft, prefix: str) -> str:
    """The number after the highest that was ever given with this prefix, as wide as the others."""
    numbers = [number.rpartition("-")[2] for _, number, *_ in draft.rules if _prefix(number) == prefix]
    numbers = [number for number in numbers if number.isdecimal()]
    width = max((len(one) for one in numbers), default=2)
    return f"{prefix}-{max((int(one) for one in numbers), default=0) + 1:0{width}}"


def _checked(name: str, shape: re.Pattern[str], words: str) -> None:
    if not shape.fullmatch(name):
        raise CannotMake(f"`{name}` cannot be an id: write {words}")


def _prefix(number: str) -> str:
    return number.rpartition("-")[0]


def _usual(names: Iterable[str]) -> str:
    """The most frequent, or nothing."""
    found = Counter(names).most_common(1)
    return found[0][0] if found else ""


def _write(path: Path, text: str) -> Path:
    if path.exists():
        raise CannotMake(f"`{path}` is there already")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


__all__ = ["FILL", "CannotMake", "Draft", "new_evidence", "new_fact", "new_rule", "next_number"]
