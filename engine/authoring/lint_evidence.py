"""What an author would want to know of evidence: certainty that nobody checked, figures that are written in two ways."""

import re
from collections.abc import Iterator

from engine.authoring.lint_places import file_warning, rule_warning
from engine.language.evidence import Finding
from engine.language.guideline import Guideline
from engine.language.problems import Problem
from engine.language.yamlfile import Route

FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


def unchecked_evidence(guideline: Guideline) -> Iterator[Problem]:
    """A rule of high or moderate certainty that cites no finding whose figures were read at the source."""
    for rule in guideline.rules:
        sure = rule.certainty in ("high", "moderate") and rule.citations
        if sure and not any(guideline.finding(one).checked for one in rule.citations):
            message = f"the certainty is {rule.certainty}, and no finding it cites was checked"
            hint = "read a source and set `checked: true`, or lower the certainty"
            yield rule_warning("unchecked-evidence", message, guideline, rule, ("certainty",), hint)


def effect_mismatch(guideline: Guideline) -> Iterator[Problem]:
    """A figure of `effect` or `rates` that the printed `value` of the finding does not hold: one of the two is mistyped."""
    for source in guideline.evidence.values():
        file = guideline.files[f"{guideline.root.name}/evidence/{source.id}.yaml"]
        for key, finding in source.findings.items():
            printed = {float(one.replace(",", "")) for one in FIGURE.findall(finding.value or "")}
            for route, figure in _figures(finding) if printed else ():
                if abs(figure) not in printed:
                    message = f"the figure {figure:g} is not in `value` of `{key}`, which is what is printed"
                    place = file.value_place(("findings", key, *route))
                    yield file_warning("effect-mismatch", message, file, place, "check both against the source")


def _figures(finding: Finding) -> Iterator[tuple[Route, float]]:
    if finding.effect is not None:
        yield ("effect", "value"), finding.effect.value
        yield from ((("effect", "interval", place), one) for place, one in enumerate(finding.effect.interval or ()))
    elif finding.rates is not None:  # beside an effect, `value` need not repeat them
        yield ("rates", "intervention"), finding.rates.intervention
        yield ("rates", "control"), finding.rates.control
