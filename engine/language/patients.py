"""The named patients of features/patients/*.yaml, each fact of whom is a word of the vocabulary with a value it can have.

    read_patients(folder, vocabulary)    -> the patients by name, and every problem of the files

Without a vocabulary only the names and the shape are looked at.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.language.problems import Place, Problem, did_you_mean, shortened, written
from engine.language.vocabulary import Fact
from engine.language.yamlfile import YamlFile

Patients = dict[str, dict[str, Any]]
_SHAPE = "write `name: {fact: value, ...}`"


def read_patients(folder: Path, vocabulary: Mapping[str, Fact] | None = None) -> tuple[Patients, list[Problem]]:
    """Every patient of `folder`/patients by name, with what is wrong in the files at its place. Of two of one name the first is kept."""
    found: Patients = {}
    problems: list[Problem] = []
    places: dict[str, Place] = {}
    for path in sorted((folder / "patients").glob("*.yaml")):
        file = YamlFile.load(folder if folder.name else folder.resolve(), path)
        if file.data is not None and not isinstance(file.data, dict):
            file.report("wrong-type", "the file must be a map of patients", file.value_place(()), _SHAPE)
        for name, facts in file.data.items() if isinstance(file.data, dict) else ():
            place = file.key_place((name,))
            if name in found:
                hint = "give each patient a name of its own"
                file.report("duplicate-id", f"the patient `{name}` is defined twice", place, hint, (places[name],))
                continue
            found[name], places[name] = facts if isinstance(facts, dict) else {}, place
            if not isinstance(facts, dict):
                file.report("wrong-type", f"the patient `{name}` must be a map of facts", place, _SHAPE)
            elif vocabulary is not None:
                _check(file, name, facts, vocabulary)
        problems += file.problems
    return found, problems


def _check(file: YamlFile, name: str, facts: Mapping[str, Any], vocabulary: Mapping[str, Fact]) -> None:
    for fact, value in facts.items():
        if fact not in vocabulary:
            hint = did_you_mean(fact, vocabulary)
            file.report("unknown-fact", f"unknown fact `{fact}`", file.key_place((name, fact)), hint)
        elif not vocabulary[fact].given:
            message, hint = f"`{fact}` is derived and cannot be sent", "set the facts it is derived from"
            file.report("unknown-fact", message, file.key_place((name, fact)), hint)
        elif (wrong := refused(vocabulary[fact], value)) is not None:
            file.report("unknown-value", wrong[0], file.value_place((name, fact)), wrong[1])


def refused(fact: Fact, value: Any) -> tuple[str, str] | None:
    """Why a fact cannot have this value, and what to do; None when it can. (For authors: their made-up patients may be quoted.)"""
    try:
        fact.read(value)
    except ValueError as error:
        why, hint = (*map(str, error.args), "")[:2]
        known = [*fact.values, *fact.groups, *fact.open_values]
        if fact.type == "code" and isinstance(value, str):
            return f"unknown value `{shortened(value)}` of `{fact.name}`", did_you_mean(value, known)
        if fact.type == "boolean":
            hint = "write true or false, or leave the fact out"
        shown = f"{value:g}" if isinstance(value, float) else written(value)
        return f"`{shown}` of `{fact.name}` {why}", hint or "see how the fact is defined"
    return None
