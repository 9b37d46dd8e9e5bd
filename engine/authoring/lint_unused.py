"""What a guideline holds and nothing uses: sources, regimens, groups and values of derived facts."""

import re
from collections.abc import Iterator

from engine.authoring.lint_places import file_warning
from engine.language.guideline import Guideline
from engine.language.problems import Problem
from engine.language.vocabulary import Fact


def unused_source(guideline: Guideline) -> Iterator[Problem]:
    """A source of which no rule and no regimen cites a finding, and which no picture shows."""
    cited = {one.source for rule in guideline.rules for one in rule.citations}
    cited |= {one.partition("#")[0] for regimen in guideline.regimens.values() for one in regimen.citations}
    timeline = guideline.about.form.timeline
    shown = {timing for column in timeline.columns for timing in column.timings} if timeline else set()
    for source in guideline.evidence.values():
        if source.id not in cited and source.timing not in shown:
            file = guideline.files[f"{guideline.root.name}/evidence/{source.id}.yaml"]
            hint = "cite one of its findings, or say with `waive` why it is kept"
            yield file_warning("unused-source", f"nothing cites `{source.id}`", file, file.value_place(("id",)), hint)


def unused_regimen(guideline: Guideline) -> Iterator[Problem]:
    """A regimen that no rule offers."""
    offered = {name for rule in guideline.rules for name in rule.regimens}
    for regimen in guideline.regimens.values():
        if regimen.id not in offered:
            file = guideline.files[f"{guideline.root.name}/regimens/{regimen.id}.yaml"]
            hint = "name it under `regimen` of a rule, or say with `waive` why it is kept"
            yield file_warning(
                "unused-regimen", f"no rule offers `{regimen.id}`", file, file.value_place(("id",)), hint
            )


def unused_value(guideline: Guideline) -> Iterator[Problem]:
    """A value of a derived fact that no row gives and no caller can send."""
    for fact, file in _derived_codes(guideline):
        given: set[object] = set()
        for derivation in guideline.derivations:
            for row in (row for table in derivation.tables() if derivation.fact == fact.name for row in table.rows):
                given |= set(guideline.vocabulary[row.same_as].values) if row.same_as else set()
                given |= set(row.values) if row.values is not None else set()
                given |= set(fact.values) if row.values is None and not row.same_as else set()
        for value in fact.values:
            if value not in given:
                message, hint = f"no row gives `{value}` of `{fact.name}`", "write the row that gives it, or remove it"
                place = guideline.files[file].key_place(("values", value))
                yield file_warning("unused-value", message, guideline.files[file], place, hint)


def unused_group(guideline: Guideline) -> Iterator[Problem]:
    """A group of a derived fact that no file names; groups of other facts are there for callers too."""
    for fact, path in _derived_codes(guideline):
        for group in fact.groups:
            word = re.compile(rf"(?<![\w-]){re.escape(group)}(?![\w-])")
            named = any(
                fact.name in text and word.search(text)
                for other, file in guideline.files.items()
                if other != path
                for text in ("\n".join(file.lines),)
            )
            if not named:
                file = guideline.files[path]
                place = file.key_place(("groups", group))
                message, hint = f"nothing asks for the group `{group}` of `{fact.name}`", "use it, or remove it"
                yield file_warning("unused-group", message, file, place, hint)


def _derived_codes(guideline: Guideline) -> Iterator[tuple[Fact, str]]:
    """Coded facts that are only derived, each with the path of its file."""
    for derivation in guideline.derivations:
        fact = guideline.vocabulary[derivation.fact]
        if fact.type == "code" and not fact.given:
            yield fact, f"{guideline.root.name}/derived/{fact.name}.yaml"
