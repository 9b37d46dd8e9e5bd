"""A warning of `check` at its place: in the file of a rule, or in any other."""

from engine.language.guideline import Guideline
from engine.language.problems import Place, Problem
from engine.language.rules import Rule
from engine.language.yamlfile import Route, YamlFile


def rule_warning(
    code: str,
    message: str,
    guideline: Guideline,
    rule: Rule,
    route: Route,
    hint: str,
    related: tuple[Place, ...] = (),
) -> Problem:
    """At the value of `route` in the file of a rule."""
    file = guideline.files[rule.place.path]
    return file_warning(code, message, file, file.value_place(route), hint, related)


def file_warning(
    code: str, message: str, file: YamlFile, place: Place, hint: str, related: tuple[Place, ...] = ()
) -> Problem:
    """At a place of a file."""
    return file.problem(code, message, place, hint, related, severity="warning")
