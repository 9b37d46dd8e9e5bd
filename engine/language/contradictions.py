"""Reads contradictions.yaml: what cannot be true together."""

from collections.abc import Iterable, Sequence

from engine.language.conditions import ConditionReader, clauses
from engine.language.derivations import LATE
from engine.language.forms import ContradictionsForm, read
from engine.language.guideline import Contradiction
from engine.language.problems import did_you_mean
from engine.language.rowcount import read_condition
from engine.language.tables import Derivation
from engine.language.vocabulary import Vocabulary
from engine.language.yamlfile import Route, YamlFile


def read_contradictions(
    file: YamlFile, vocabulary: Vocabulary, derivations: Iterable[Derivation]
) -> tuple[Contradiction, ...]:
    """The contradictions of the file, in its order."""
    form = read(ContradictionsForm, file)
    if form is None:
        _read_anyway(file, vocabulary)
        return ()
    late = {one.fact for one in derivations if one.from_contradictions}
    found: dict[str, Contradiction] = {}
    for index, one in enumerate(form.contradictions):
        route = ("contradictions", index)
        place = file.value_place((*route, "code"))
        if one.code in found:
            hint = "give each contradiction a code of its own"
            file.report("duplicate-id", f"the code `{one.code}` is used twice", place, hint, (found[one.code].place,))
        if one.when is None and one.greater is None and one.disjoint is None:
            hint = "add `when`, `greater` or `disjoint`"
            file.report("table-shape", f"`{one.code}` compares nothing", file.value_place(route), hint)
        for key, pair in (("greater", one.greater), ("disjoint", one.disjoint)):
            _compared(file, (*route, key), pair or (), vocabulary)
        reader = ConditionReader(file, vocabulary)
        when = read_condition(reader, one.when, (*route, "when")) if one.when is not None else None
        for clause in clauses(when) if when is not None else ():
            if clause.fact in late:
                hint = "ask the facts themselves"
                file.report("read-too-early", LATE.format(clause.fact), file.key_place(clause.route), hint)
        found[one.code] = Contradiction(
            one.code, one.text, one.action == "stop", when, one.greater, one.disjoint, place
        )
    return tuple(found.values())


def _read_anyway(file: YamlFile, vocabulary: Vocabulary) -> None:
    """The conditions of a file whose shape is broken: their mistakes are told at once."""
    entries = file.data.get("contradictions") if isinstance(file.data, dict) else None
    for index, one in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(one, dict) and isinstance(one.get("when"), dict):
            ConditionReader(file, vocabulary).read(one["when"], ("contradictions", index, "when"))


def _compared(file: YamlFile, route: Route, pair: Sequence[str], vocabulary: Vocabulary) -> None:
    """`greater` compares two numbers, `disjoint` two facts that share a value."""
    key, good = route[-1], True
    if len(pair) == 2 and pair[0] == pair[1]:
        hint = "name the two facts that are compared"
        file.report("wrong-operator", f"`{pair[0]}` is compared with itself", file.value_place(route), hint)
    for position, name in enumerate(pair):
        place = file.value_place((*route, position))
        if name not in vocabulary:
            good = False
            file.report("unknown-fact", f"unknown fact `{name}`", place, did_you_mean(name, vocabulary))
        elif vocabulary[name].numeric is not (key == "greater"):
            good = False
            what = "a number" if vocabulary[name].numeric else f"a {vocabulary[name].type}"
            hint = "`greater` compares numbers, `disjoint` compares codes"
            file.report("wrong-operator", f"`{key}` cannot compare `{name}`, which is {what}", place, hint)
    if key == "disjoint" and pair and good and not set(vocabulary[pair[0]].values) & set(vocabulary[pair[1]].values):
        message = f"`{pair[0]}` and `{pair[1]}` have no value in common, so they always contradict each other"
        file.report("wrong-operator", message, file.value_place(route), "compare facts with the same codes")
