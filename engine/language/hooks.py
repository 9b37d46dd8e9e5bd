"""Checks the `hooks` of a guideline: every drug, rule, fact and code system that they name must exist."""

import re
from collections.abc import Collection, Sequence

from engine.language.check_digits import CHECKS
from engine.language.forms import HooksForm, SupposeForm
from engine.language.problems import did_you_mean
from engine.language.terminology import Terminology
from engine.language.vocabulary import Vocabulary
from engine.language.yamlfile import Route, YamlFile


def check_hooks(
    file: YamlFile, hooks: HooksForm, vocabulary: Vocabulary, terminology: Terminology, rules: Collection[str]
) -> None:
    """Report every name in the `hooks` of guideline.yaml that leads nowhere."""

    def known(names: Sequence[str], route: Route, code: str, what: str, among: Collection[str]) -> None:
        for index, name in enumerate(names):
            if name not in among:
                file.report(
                    code, f"unknown {what} `{name}`", file.value_place((*route, index)), did_you_mean(name, among)
                )

    sent = [fact.name for fact in vocabulary.values() if fact.given]
    known(hooks.concerns, ("hooks", "concerns"), "unknown-fact", "fact", sent)
    for place, watch in enumerate(hooks.watch):
        route: Route = ("hooks", "watch", place)
        known(watch.drugs, (*route, "drugs"), "unknown-value", "drug", terminology.drugs)
        known(watch.rules, (*route, "rules"), "unknown-rule", "rule", rules)
        known(watch.critical, (*route, "critical"), "unknown-rule", "rule of this list", watch.rules)
    for place, form in enumerate(hooks.suppose):
        route = ("hooks", "suppose", place)
        _supposed(file, form, route, vocabulary)
    for place, test in enumerate(hooks.tests):
        route = ("hooks", "tests", place)
        known(test.rules, (*route, "rules"), "unknown-rule", "rule", rules)
        known(test.facts, (*route, "facts"), "unknown-fact", "fact", vocabulary)
        for system, codes in test.codes.items():
            where = (*route, "codes", system)
            if system not in terminology.systems:
                hint = did_you_mean(system, terminology.systems)
                file.report("unknown-name", f"unknown code system `{system}`", file.key_place(where), hint)
                continue
            check = terminology.systems[system].check
            shape = terminology.systems[system].form
            for code in codes:
                if shape is not None and not re.fullmatch(shape, code):
                    message, hint = f"`{code}` is not written as codes of `{system}` are", "look it up at its source"
                    file.report("code-shape", message, file.key_place((*where, code)), hint)
                if check is not None and not CHECKS[check](code):
                    message = f"the code `{code}` fails its check digit"
                    file.report("check-digit", message, file.key_place((*where, code)), "look it up at its source")


def _supposed(file: YamlFile, form: SupposeForm, route: Route, vocabulary: Vocabulary) -> None:
    """The cases are every value of the fact, else a rule that stands in all of them might not stand."""
    coded = [fact.name for fact in vocabulary.values() if fact.given and not fact.numeric]
    tried = [name for name in coded if vocabulary[name].type == "code"]
    fact = vocabulary.get(form.fact)
    if fact is None or form.fact not in tried:
        hint = did_you_mean(form.fact, tried)
        file.report("unknown-fact", f"unknown fact `{form.fact}`", file.value_place((*route, "fact")), hint)
        return
    for value in fact.values:
        if value not in form.cases:
            file.report("mapping-shape", f"the case `{value}` is missing", file.value_place(route), "name every value")
    for value, case in form.cases.items():
        here = (*route, "cases", value)
        if value not in fact.values:
            hint = did_you_mean(value, [str(one) for one in fact.values])
            file.report("unknown-value", f"`{form.fact}` has no value `{value}`", file.key_place(here), hint)
        for name, raw in case.also.items():
            place = (*here, "also", name)
            if name not in coded:
                hint = did_you_mean(name, coded)
                file.report("unknown-fact", f"unknown fact `{name}`", file.key_place(place), hint)
                continue
            try:
                vocabulary[name].read(raw)
            except ValueError as error:
                message, hint = (*error.args, "")[:2]
                hint = str(hint) or "write a value of this fact"
                file.report("unknown-value", f"`{name}`: `{raw}` {message}", file.value_place(place), hint)
