"""Reads the conditions of guideline.yaml and checks what it names and dates."""

from types import MappingProxyType

from engine.language.conditions import Condition, ConditionReader
from engine.language.forms import GuidelineForm, ModifierForm
from engine.language.guideline import FirstFacts, Modifier
from engine.language.problems import did_you_mean
from engine.language.rowcount import read_condition
from engine.language.vocabulary import Vocabulary
from engine.language.yamlfile import Route, YamlFile


def read_about(
    file: YamlFile, about: GuidelineForm | None, vocabulary: Vocabulary
) -> tuple[tuple[Modifier, ...], MappingProxyType[str, Condition]]:
    """The certainty modifiers and what each question promises to answer; scope, kept facts and dates are checked."""
    if about is None:
        return (), MappingProxyType({})
    reader = ConditionReader(file, vocabulary)
    modifiers = tuple(
        Modifier(
            read_condition(reader, one.when, ("certainty_modifiers", index, "when")),
            frozenset(one.kinds),
            one.lower_certainty_by,
            one.strong_becomes_conditional,
            one.reason,
        )
        for index, one in enumerate(about.certainty_modifiers)
    )
    for index, modifier in enumerate(about.certainty_modifiers):
        first = next(
            (at for at, other in enumerate(about.certainty_modifiers[:index]) if _twice(other, modifier)), None
        )
        if first is not None:
            place = file.value_place(("certainty_modifiers", index, "when"))
            related = (file.value_place(("certainty_modifiers", first, "when")),)
            message = "the same patients have their certainty lowered twice for the same kinds of rules"
            file.report("repeated-value", message, place, "join the two into one, with both reasons", related)
    answered = {
        name: read_condition(reader, question.answered_when, ("questions", name, "answered_when"))
        for name, question in about.questions.items()
        if question.answered_when is not None
    }
    scope = about.scope.fact if about.scope is not None else None
    if scope is not None and scope not in vocabulary:
        hint = did_you_mean(scope, vocabulary)
        file.report("unknown-fact", f"unknown fact `{scope}`", file.value_place(("scope", "fact")), hint)
    elif scope is not None and vocabulary[scope].type != "boolean":
        message = f"the scope must be a true-or-false fact, and `{scope}` is a {vocabulary[scope].type}"
        file.report(
            "wrong-type", message, file.value_place(("scope", "fact")), "name a true-or-false fact, or derive one"
        )
    for name in about.unused_facts:
        if name not in vocabulary:
            hint = did_you_mean(name, vocabulary)
            file.report("unknown-fact", f"unknown fact `{name}`", file.key_place(("unused_facts", name)), hint)
    for early, late, message in (
        ("released", "revised", "the guideline was revised before it was released"),
        ("revised", "review_due", "the review is due before the last revision"),
    ):
        if getattr(about, late) < getattr(about, early):
            related = (file.value_place((early,)),)
            file.report("dates-order", message, file.value_place((late,)), "check both dates", related)
    return modifiers, MappingProxyType(answered)


def _twice(first: ModifierForm, second: ModifierForm) -> bool:
    return bool(first.when == second.when) and not set(first.kinds).isdisjoint(second.kinds)


def first_facts(file: YamlFile, about: GuidelineForm | None, vocabulary: Vocabulary) -> tuple[FirstFacts, ...]:
    """What a form asks first; each fact stands there once and is one that can be sent."""
    reader, seen, found = ConditionReader(file, vocabulary), set[str](), []
    for index, one in enumerate(about.form.first if about is not None else ()):
        route: Route = ("form", "first", index)
        for position, name in enumerate(one.facts):
            place = file.value_place((*route, "facts", position))
            sent = [fact.name for fact in vocabulary.values() if fact.given]
            if name not in sent:
                message = f"`{name}` is derived and cannot be asked" if name in vocabulary else f"unknown fact `{name}`"
                file.report("unknown-fact", message, place, did_you_mean(name, sent))
            elif name in seen:
                file.report("repeated-value", f"`{name}` is asked first twice", place, "remove one")
            seen.add(name)
        when = read_condition(reader, one.when, (*route, "when")) if one.when is not None else None
        found.append(FirstFacts(one.title, tuple(one.facts), when))
    return tuple(found)
