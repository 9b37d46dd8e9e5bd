"""Reads how a fact is derived: one file of rules/derived, and what its tables may not ask."""

from collections.abc import Collection, Mapping

from engine.language.conditions import clauses
from engine.language.csvtable import CsvTable
from engine.language.forms import DerivedForm
from engine.language.problems import Place, did_you_mean
from engine.language.tables import Derivation, Table, TableReader
from engine.language.vocabulary import Vocabulary
from engine.language.yamlfile import YamlFile

LATE = "`{}` is known only after everything is derived, so it cannot be asked here"


def read_derivation(
    file: YamlFile, form: DerivedForm, vocabulary: Vocabulary, csv_files: Mapping[str, tuple[str, str | None]]
) -> Derivation | None:
    """The tables of one rules/derived file. `csv_files`: for each name the path to print and the text, None if it cannot be read."""
    fact = vocabulary.get(form.fact)
    if fact is None:
        return None
    place = file.value_place(("fact",))
    if fact.numeric:
        hint = "derive a code or a true-or-false fact from it"
        file.report("table-shape", f"`{fact.name}` is a number, and numbers are never derived", place, hint)
        return None
    ways = [
        key for key in ("when", "rows", "table", "sent", "contradictions") if getattr(form, key) not in (None, False)
    ]
    for key in ways[1:]:
        message = f"`{ways[0]}` already defines `{fact.name}`"
        file.report("table-shape", message, file.key_place((key,)), f"keep `{ways[0]}` or `{key}`")
    if form.contradictions or form.sent is not None:
        for key in ("also", "assume"):
            if getattr(form, key):
                file.report(
                    "table-shape", f"`{key}` cannot stand beside `{ways[0]}`", file.key_place((key,)), "remove it"
                )
        if fact.type != "boolean":
            message = f"`{ways[0]}` defines true-or-false facts, and `{fact.name}` is a {fact.type}"
            file.report("table-shape", message, file.key_place((ways[0],)), "set `type: boolean`")
            return None
        if form.contradictions:
            return Derivation(fact.name, from_contradictions=True, place=place)
        return _sent(file, form, vocabulary, place)
    reader = TableReader(file, vocabulary, fact)
    rows: Table | None = None
    if form.when is not None:
        rows = reader.boolean(form.when, ("when",))
    elif form.rows is not None:
        rows = reader.table(form.rows, ("rows",), partial=False)
    elif form.table is not None:
        if form.table not in csv_files:
            hint = did_you_mean(form.table, csv_files) or "put the CSV file beside this one"
            file.report("unknown-file", f"there is no file `{form.table}`", file.value_place(("table",)), hint)
            rows = Table(())  # reported; not also complained of as missing
        else:
            path, text = csv_files[form.table]
            rows = CsvTable(file, vocabulary, fact, path, text).read() if text is not None else Table(())
    also = tuple(reader.table(items, ("also", index), partial=True) for index, items in enumerate(form.also))
    assume = reader.table(form.assume, ("assume",), partial=True) if form.assume is not None else None
    if rows is None and not also and assume is None:
        hint = "add `when`, `rows`, `table`, `also` or `assume`"
        file.report("table-shape", f"nothing says how `{fact.name}` is derived", place, hint)
    return Derivation(fact.name, rows, also, assume, place=place)


def _sent(file: YamlFile, form: DerivedForm, vocabulary: Vocabulary, place: Place) -> Derivation | None:
    assert form.sent is not None
    if len(form.sent) != 1:
        hint = "write `sent: {fact: open value}`"
        file.report("table-shape", "`sent` names one fact and one open value", file.value_place(("sent",)), hint)
        return None
    name, value = next(iter(form.sent.items()))
    if name not in vocabulary:
        hint = did_you_mean(name, vocabulary)
        file.report("unknown-fact", f"unknown fact `{name}`", file.key_place(("sent", name)), hint)
        return None
    if value not in vocabulary[name].open_values:
        hint = did_you_mean(value, vocabulary[name].open_values) or f"`{name}` has no open values"
        message = f"`{value}` is not an open value of `{name}`"
        file.report("unknown-value", message, file.value_place(("sent", name)), hint)
        return None
    return Derivation(form.fact, sent=(name, value), place=place)


def check_order(file: YamlFile, derivation: Derivation, late: Collection[str], vocabulary: Vocabulary) -> None:
    """A table sees no fact that is known only after it: contradictions (`late`) are looked for when everything is derived."""
    own = () if vocabulary[derivation.fact].given else (derivation.fact,)
    for row in (row for table in derivation.tables() for row in table.rows):
        asked = [
            (clause.fact, file.key_place(clause.route) if clause.route else row.place) for clause in clauses(row.when)
        ]
        for name, place in [*asked, *([(row.same_as, row.place)] if row.same_as else [])]:
            if name in late:
                file.report("read-too-early", LATE.format(name), place, "ask it in the `when` of a reminder instead")
            elif name in own:
                hint = "ask the facts it is derived from"
                file.report("read-too-early", f"`{name}` asks itself, and no caller sends it", place, hint)


def check_known(file: YamlFile, derivation: Derivation) -> None:
    """`known` is asked only where the answer is shown as assumed."""
    hint = "move the row to `assume`, so that its answer is shown as assumed"
    for table in (derivation.rows, *derivation.also):
        for row in table.rows if table else ():
            for clause in clauses(row.when):
                if clause.known is not None:
                    place = file.key_place((*clause.route, "known"))
                    file.report("known-in-table", "`known` may be asked only under `assume`", place, hint)
