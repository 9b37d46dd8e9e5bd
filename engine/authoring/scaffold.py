"""`new`: a commented file for a rule, a source or a fact, in its folder. Every place to fill in says FILL; `check` reports those that are left."""

import datetime
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from engine.language.guideline import Guideline

FILL = "FILL"
KINDS = "recommend | consider | recommend_against | required_workup | safety_alert | request_data | out_of_scope"


IDENTIFIER, FACT_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*"), re.compile(r"[a-z][a-z0-9_]{0,63}")


class CannotMake(Exception):
    """Nothing was written; the text says why."""


def new_rule(
    guideline: Guideline, name: str, day: datetime.date, question: str | None = None, prefix: str | None = None
) -> Path:
    """A new rule in the folder of its question, with the next free number; raises CannotMake."""
    _checked(name, IDENTIFIER, "small letters, digits, `-` and `.`")
    if any(rule.id == name for rule in guideline.rules):
        raise CannotMake(f"there is a rule `{name}` already")
    if question is not None and question not in guideline.questions:
        raise CannotMake(f"there is no question `{question}`; use one of {', '.join(guideline.questions)}")
    alike = [rule for rule in guideline.rules if question in (None, rule.question)]
    if prefix is not None:
        alike = [rule for rule in guideline.rules if _prefix(rule.number) == prefix] or alike
    prefix = prefix or _usual(_prefix(rule.number) for rule in alike)
    folder = (
        _usual(Path(rule.place.path).parent.name for rule in alike if _prefix(rule.number) == prefix) or prefix.lower()
    )
    path = guideline.root / "recommendations" / ("" if folder == "recommendations" else folder) / f"{name}.yaml"
    scope = f"  {guideline.about.scope.fact}: true\n" if guideline.about.scope else ""
    up = "../" * (len(path.relative_to(guideline.root).parts) - 1)
    questions = question or f"{FILL}   # one of: {', '.join(guideline.questions)}"
    return _write(
        path,
        f"""\
# yaml-language-server: $schema={up}rule.schema.json
id: {name}
number: {next_number(guideline, prefix)}   # never used again, also after the rule is retired
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


def new_evidence(guideline: Guideline, name: str) -> Path:
    """A new source with one finding; raises CannotMake."""
    _checked(name, IDENTIFIER, "small letters, digits, `-` and `.`")
    return _write(
        guideline.root / "evidence" / f"{name}.yaml",
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


def new_fact(guideline: Guideline, name: str, section: str | None = None, kind: str = "boolean") -> Path:
    """A new fact at the end of the file of its section; raises CannotMake."""
    _checked(name, FACT_NAME, "a small letter first, then small letters, digits and `_`")
    if name in guideline.vocabulary:
        raise CannotMake(f"there is a fact `{name}` already")
    files = sorted((guideline.root / "facts").glob("*.yaml"))
    names = [path.stem for path in files]
    if section not in names:
        what = "name the section" if section is None else f"there is no section `{section}`"
        raise CannotMake(f"{what}: one of {', '.join(names)}")
    path = guideline.root / "facts" / f"{section}.yaml"
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


def next_number(guideline: Guideline, prefix: str) -> str:
    """The number after the highest that was ever given with this prefix, as wide as the others."""
    numbers = [rule.number.rpartition("-")[2] for rule in guideline.rules if _prefix(rule.number) == prefix]
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


__all__ = ["FILL", "CannotMake", "new_evidence", "new_fact", "new_rule", "next_number"]
