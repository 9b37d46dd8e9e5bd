"""What an author would want to know of the `hooks` of guideline.yaml: parts of them that can never do anything."""

from collections.abc import Iterable, Iterator

from engine.authoring.lint_places import file_warning
from engine.language.guideline import Guideline
from engine.language.problems import Problem
from engine.language.terminology import Terminology


def idle_hook(guideline: Guideline) -> Iterator[Problem]:
    """A concern that no record speaks of, a test of a fact that none of its rules asks."""
    hooks = guideline.about.hooks
    if hooks is None:
        return
    file = guideline.files[f"{guideline.root.name}/guideline.yaml"]
    read = _read(guideline.terminology)
    for place, name in enumerate(hooks.concerns):
        if name not in read:
            message = f"no record speaks of `{name}`: nothing in terminology/ reads it"
            at = file.value_place(("hooks", "concerns", place))
            yield file_warning("idle-hook", message, file, at, "name a fact that is read, or add its reading")
    asked = {rule.id: _behind(guideline, rule.facts()) for rule in guideline.rules}
    for place, test in enumerate(hooks.tests):
        facts = set[str]().union(*(asked[rule] for rule in test.rules))
        for index, name in enumerate(test.facts):
            if name not in facts:
                message = f"none of the rules of this test asks `{name}`"
                at = file.value_place(("hooks", "tests", place, "facts", index))
                yield file_warning("idle-hook", message, file, at, "name the fact that the test settles")


def _read(terminology: Terminology) -> set[str]:
    """Every fact that something in a record may speak of."""
    found: set[str | None] = set()
    for reading in terminology.readings.values():
        found |= {reading.fact, *reading.marks.values(), *(one.fact for one in reading.answers)}
        found |= {reading.number.fact} if reading.number else set()
    found |= {row.fact for panel in terminology.panels.values() for row in panel.rows}
    others = (terminology.current, terminology.counts, terminology.timeline, terminology.days_since)
    found |= {one.fact for forms in others for one in forms}
    return {name for name in found if name is not None}


def _behind(guideline: Guideline, facts: Iterable[str]) -> set[str]:
    """The facts, and all that they are derived from."""
    reads = {one.fact: one.facts() for one in guideline.derivations}
    found, waiting = set[str](), set(facts)
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= reads.get(name, frozenset()) - found
    return found
