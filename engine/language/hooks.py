"""Checks the `hooks` of a guideline: every drug, rule, fact and code system that they name must exist."""

from collections.abc import Collection, Sequence

from engine.language.check_digits import CHECKS
from engine.language.forms import HooksForm
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
            for code in codes:
                if check is not None and not CHECKS[check](code):
                    message = f"the code `{code}` fails its check digit"
                    file.report("check-digit", message, file.key_place((*where, code)), "look it up at its source")
