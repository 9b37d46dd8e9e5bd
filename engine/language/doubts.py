"""What is allowed in a guideline and yet probably not meant. Warnings never keep a guideline from being used."""

import datetime
from collections.abc import Iterable, Iterator, Mapping

from engine.language.conditions import Condition, facts_of
from engine.language.evidence import Source, earliest
from engine.language.guideline import Guideline
from engine.language.problems import Place, Problem
from engine.language.yamlfile import YamlFile


def warnings_of(guideline: Guideline, places: Mapping[str, Place]) -> Iterator[Problem]:
    """Everything to warn of that only the whole guideline shows. `places`: where each fact is defined."""
    about = next(file for path, file in guideline.files.items() if path.endswith("/guideline.yaml"))
    yield from _unused_facts(guideline, places, about)
    yield from _unused_questions(guideline, about)
    yield from _dates_before_sources(guideline)


def used_facts(guideline: Guideline) -> frozenset[str]:
    """Facts that a rule, a contradiction, a modifier or a question asks, and those they are derived or assumed from."""
    conditions: list[Condition] = [part for rule in guideline.rules for part in (rule.when, rule.exception) if part]
    conditions += [one.when for one in guideline.modifiers]
    conditions += guideline.answered_when.values()
    waiting = {name for condition in conditions for name in facts_of(condition)}
    waiting |= {name for one in guideline.contradictions for name in one.facts()}
    if guideline.about.scope is not None:
        waiting.add(guideline.about.scope.fact)
    derived = {one.fact: one for one in guideline.derivations}
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        used.add(name)
        read: set[str] = set()
        if name in derived:
            one = derived[name]
            read |= one.facts() | ({one.sent[0]} if one.sent else set())
        for assumption in guideline.assumptions.get(name, ()):
            read |= {fact for part in (assumption.when, assumption.unless) if part for fact in facts_of(part)}
        waiting |= read - used
    return frozenset(used)


def _unused_facts(guideline: Guideline, places: Mapping[str, Place], about: YamlFile) -> Iterator[Problem]:
    used, excused = used_facts(guideline), guideline.about.unused_facts
    for name in guideline.vocabulary:
        if name not in used and name not in excused:
            hint = "use it, remove it, or give the reason why it stays under `unused_facts` of guideline.yaml"
            yield _warning(guideline, "unused-fact", f"nothing asks `{name}`", places[name], hint)
        elif name in used and name in excused:
            place = about.key_place(("unused_facts", name))
            yield _warning(guideline, "unused-fact", f"`{name}` is used after all", place, "remove it here")


def _unused_questions(guideline: Guideline, about: YamlFile) -> Iterator[Problem]:
    answered = {rule.question for rule in guideline.rules}
    for name in guideline.questions:
        if name not in answered:
            place = about.key_place(("questions", name))
            yield _warning(
                guideline, "unused-question", f"no rule answers `{name}`", place, "write a rule, or remove it"
            )


def _dates_before_sources(guideline: Guideline) -> Iterator[Problem]:
    for rule in guideline.rules:
        sources = {citation.source for citation in rule.citations}
        dated = [(day, name) for name in sources if (day := _first_day(guideline.evidence[name])) is not None]
        newest = max(dated, default=None)
        if newest is not None and rule.effective_from < newest[0]:
            file = guideline.files[rule.place.path]
            message = f"the rule is in force before its source `{newest[1]}` was published"
            hint = f"begin it on {newest[0]} or later"
            yield _warning(guideline, "date-before-source", message, file.value_place(("effective", "from")), hint)


def _first_day(source: Source) -> datetime.date | None:
    """The first day on which anything of the source can have been published."""
    days: Iterable[datetime.date | None] = (earliest(cite) for cite in (source.cite, *source.further))
    return min((day for day in days if day is not None), default=None)


def _warning(guideline: Guideline, code: str, message: str, place: Place, hint: str) -> Problem:
    return guideline.files[place.path].problem(code, message, place, hint, severity="warning")
