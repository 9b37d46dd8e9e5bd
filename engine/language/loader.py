"""Reads a guideline folder: every file, then what the files say of each other."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from engine.language.about import first_facts, read_about
from engine.language.contradictions import read_contradictions
from engine.language.derivations import check_known, check_order, read_derivation
from engine.language.doubts import warnings_of
from engine.language.evidence import Regimen, Source, read_regimen, read_source
from engine.language.facts import Assumption, VocabularyReader
from engine.language.folder import csv_tables, strays
from engine.language.forms import DerivedForm, GuidelineForm, RuleForm, read
from engine.language.guideline import Contradiction, Guideline, content_hash
from engine.language.hooks import check_hooks
from engine.language.problems import GuidelineError, Place, Problem, did_you_mean
from engine.language.rules import Citation, Rule, check_overrides, circles, read_citation, read_rule
from engine.language.shape import meant
from engine.language.tablemaps import TableMap, check_compared, read_table_map
from engine.language.tables import Derivation, order_of_derivation
from engine.language.terminology_reader import read_terminology
from engine.language.unfinished import unfinished
from engine.language.vocabulary import Vocabulary
from engine.language.waivers import waived
from engine.language.yamlfile import Route, YamlFile, yaml_files

NOT_A_NAME = re.compile(r"[^a-z0-9_]")

Named = TypeVar("Named", Source, Regimen, TableMap)


class Loader:
    """One reading of one folder; collects problems until the end."""

    def __init__(self, root: Path) -> None:
        self.root = root if root.name else root.resolve()
        self.files: dict[str, YamlFile] = {}
        self.problems: list[Problem] = []
        self.broken: dict[str, set[str]] = {}  # names defined in files that could not be read, by folder
        self.odd: dict[str, str] = {}  # facts that are defined with mistakes, and the file that defines them
        self.hollow: set[str] = set()  # codes without any value
        self.halves: list[tuple[YamlFile, RuleForm]] = []  # rules that were refused, as they were probably meant
        self.partial: Guideline | None = (
            None  # what could be read of a guideline with errors: only to look for its further mistakes
        )
        self.blind = False  # a file of facts could not be read at all, so any fact may be missing

    def load(self) -> Guideline:
        """The guideline, or GuidelineError with everything that is wrong."""
        if not (self.root / "guideline.yaml").is_file():
            place = Place(f"{self.root.name}/guideline.yaml")
            hint = "name the folder that holds guideline.yaml"
            raise GuidelineError([Problem("no-guideline", f"there is no guideline in `{self.root}`", place, hint)])
        self.problems += strays(self.root)
        about_file = self._open(self.root / "guideline.yaml")
        about = read(GuidelineForm, about_file)
        vocabulary, assumptions, derivations, places = self._vocabulary()
        contradictions = self._contradictions(vocabulary, derivations)
        evidence = self._named("evidence", read_source)
        regimens = self._named("regimens", read_regimen)
        self._regimen_citations(evidence, regimens)
        tables = self._named("tables", lambda file: read_table_map(file, vocabulary))
        terminology = read_terminology(self._folder("terminology"), vocabulary)
        rules, rule_files = self._rules(vocabulary, derivations)
        self._cross_references(rules, rule_files, about, evidence, regimens)
        if not self.broken.get("recommendations"):
            for table in tables.values():
                name = f"{self.root.name}/tables/{table.id}.yaml"
                if name in self.files:
                    check_compared(self.files[name], table, {rule.id for rule in rules})
        modifiers, answered = read_about(about_file, about, vocabulary)
        asked_first = first_facts(about_file, about, vocabulary)
        if about is not None and about.hooks is not None:
            named = {rule.id for rule in rules} | self.broken.get("recommendations", set())
            check_hooks(about_file, about.hooks, vocabulary, terminology, named)
        self.problems += [problem for file in self.files.values() for problem in file.problems]
        self._unfinished()
        errors = [problem for problem in self.problems if problem.severity == "error"]
        guideline = (
            None
            if about is None
            else Guideline(
                self.root,
                about,
                content_hash(self.root),
                vocabulary,
                assumptions,
                derivations,
                contradictions,
                tuple(sorted(rules, key=lambda rule: rule.number)),
                evidence,
                regimens,
                MappingProxyType(dict(about.questions)),
                answered,
                modifiers,
                files=MappingProxyType(self.files),
                tables=tables,
                terminology=terminology,
                first_facts=asked_first,
            )
        )
        if errors or guideline is None:
            self.partial = None if guideline is None else self._readable(guideline)
            raise GuidelineError([problem for problem in errors if not self._follows(problem)] or errors)
        warnings = sorted({*self.problems, *warnings_of(guideline, places)}, key=lambda one: one.order)
        left, used = waived(warnings, self.files)
        return replace(guideline, warnings=tuple(left), waived=used)

    def _readable(self, guideline: Guideline) -> Guideline:
        """The guideline without what stands in a file of another name, so that each part is found in its file."""

        def named(folder: str, parts: Mapping[str, Any]) -> MappingProxyType[str, Any]:
            return MappingProxyType(
                {one: part for one, part in parts.items() if f"{self.root.name}/{folder}/{one}.yaml" in self.files}
            )

        evidence, regimens = named("evidence", guideline.evidence), named("regimens", guideline.regimens)
        return replace(guideline, evidence=evidence, regimens=regimens, tables=named("tables", guideline.tables))

    @property
    def refused(self) -> set[str]:
        """The files in which something is wrong, by path."""
        return {one.place.path for one in self.problems if one.severity == "error"}

    # ---- files --------------------------------------------------------------------------------------------------
    def _open(self, path: Path) -> YamlFile:
        file = YamlFile.load(self.root, path)
        self.files[file.path] = file
        return file

    def _folder(self, name: str) -> Iterator[YamlFile]:
        for path in yaml_files(self.root, name):
            yield self._open(path)

    def _is_broken(self, folder: str, file: YamlFile) -> None:
        """Remember what a broken file would have defined, so that nothing else is blamed for using it."""
        names = self.broken.setdefault(folder, set())
        data = file.data if isinstance(file.data, dict) else {}
        if folder == "facts":
            facts = data.get("facts")
            self.blind = self.blind or not isinstance(facts, dict) or any(map(NOT_A_NAME.search, facts))
            names.update(facts if isinstance(facts, dict) else ())
        else:
            names.add(str(data.get("fact" if folder == "derived" else "id", "")))
            names.add(file.path.rsplit("/", 1)[-1].removesuffix(".yaml"))

    def _is_named(self, file: YamlFile, name: str, folder: str, route: Route) -> None:
        """Check the name of a file; what others call by the wrong one is not blamed on them."""
        stem = file.path.rsplit("/", 1)[-1].removesuffix(".yaml")
        if stem != name:
            message = f"`{name}` stands in a file called `{stem}.yaml`"
            file.report("file-name", message, file.value_place(route), f"rename the file to `{name}.yaml`")
            self.broken.setdefault(folder, set()).add(stem)

    def _unfinished(self) -> None:
        """What is still to be filled in is told once, and not also complained of as unknown."""
        found = list(unfinished(self.files.values()))
        lines = {(one.place.path, one.place.line) for one in found}
        self.problems = [one for one in self.problems if (one.place.path, one.place.line) not in lines] + found

    def _follows(self, problem: Problem) -> bool:
        """Does a problem only follow from mistakes in the definition of a fact?"""
        if problem.code == "unknown-fact":
            names = self.broken.get("facts", set()) | self.broken.get("derived", set())
            return self.blind or any(f"`{name}`" in problem.message for name in names)
        if problem.code in ("unknown-value", "out-of-range", "impossible-condition", "wrong-operator"):
            odd = {name for name, path in self.odd.items() if problem.place.path != path}
            return any(f"`{name}`" in problem.message for name in odd | self.hollow)
        return False

    # ---- words --------------------------------------------------------------------------------------------------
    def _vocabulary(
        self,
    ) -> tuple[Vocabulary, Mapping[str, tuple[Assumption, ...]], tuple[Derivation, ...], Mapping[str, Place]]:
        reader = VocabularyReader()
        for file in self._folder("facts"):
            if not reader.add_facts(file):
                self._is_broken("facts", file)
        forms: list[tuple[YamlFile, DerivedForm]] = []
        for file in self._folder("derived"):
            form = read(DerivedForm, file)
            if form is not None and reader.add_derived(file, form):
                forms.append((file, form))
            else:
                self._is_broken("derived", file)
        self.broken.setdefault("facts", set()).update(reader.refused)
        self.hollow = reader.hollow
        self.odd = {name: reader.places[name].path for name in reader.broken}
        vocabulary = reader.vocabulary()
        csv_files, unreadable = csv_tables(self.root)
        self.problems += unreadable
        found: dict[str, Derivation] = {}
        by_fact: dict[str, YamlFile] = {}
        for file, form in forms:
            self._is_named(file, form.fact, "derived", ("fact",))
            derivation = read_derivation(file, form, vocabulary, csv_files)
            if derivation is not None:
                found[derivation.fact], by_fact[derivation.fact] = derivation, file
        used = {form.table for _, form in forms if form.table is not None}
        for name, (path, _) in csv_files.items():
            if name not in used and used <= csv_files.keys() and not self.broken.get("derived"):
                hint = "name it under `table:` of a derived fact, or remove it"
                self.problems.append(Problem("unknown-file", f"no derived fact uses `{name}`", Place(path), hint))
        ordered, waiting = order_of_derivation(found.values())
        for circle in circles(waiting):
            file = by_fact[circle[0]]
            path = " -> ".join(f"`{name}`" for name in (*circle, circle[0]))
            related = tuple(found[name].place for name in circle[1:])
            message = f"facts are derived from each other in a circle: {path}"
            hint = "let one of them ask only facts that are sent"
            file.report("cyclic-derivation", message, file.value_place(("fact",)), hint, related)
        late = {one.fact for one in found.values() if one.from_contradictions}
        for name, derivation in found.items():
            check_known(by_fact[name], derivation)
            check_order(by_fact[name], derivation, late, vocabulary)
        return vocabulary, reader.assumptions(vocabulary, found), tuple(ordered), reader.places

    def _contradictions(self, vocabulary: Vocabulary, derivations: Iterable[Derivation]) -> tuple[Contradiction, ...]:
        path = self.root / "contradictions.yaml"
        if not path.is_file():
            return ()
        return read_contradictions(self._open(path), vocabulary, derivations)

    # ---- evidence and rules -------------------------------------------------------------------------------------
    def _named(self, folder: str, reader: Callable[[YamlFile], Named | None]) -> MappingProxyType[str, Named]:
        found: dict[str, Named] = {}
        places: dict[str, Place] = {}
        for file in self._folder(folder):
            form = reader(file)
            if form is None:
                self._is_broken(folder, file)
                continue
            self._is_named(file, form.id, folder, ("id",))
            if form.id in found:
                place, hint = file.value_place(("id",)), "give each file an id of its own"
                file.report("duplicate-id", f"`{form.id}` is used twice", place, hint, (places[form.id],))
            found[form.id], places[form.id] = form, file.value_place(("id",))
        return MappingProxyType(found)

    def _rules(
        self, vocabulary: Vocabulary, derivations: Iterable[Derivation]
    ) -> tuple[list[Rule], dict[str, YamlFile]]:
        asks_knowledge = {one.fact for one in derivations if one.sent or one.from_contradictions}
        rules: dict[str, Rule] = {}
        numbers: dict[str, Place] = {}
        files: dict[str, YamlFile] = {}
        for file in self._folder("recommendations"):
            rule = read_rule(file, vocabulary, asks_knowledge)
            if rule is None:
                self._is_broken("recommendations", file)
                if (probably := meant(RuleForm, file)) is not None:
                    self.halves.append((file, probably))
                continue
            self._is_named(file, rule.id, "recommendations", ("id",))
            if rule.id in rules:
                place, hint = file.value_place(("id",)), "give each rule an id of its own"
                first = files[rule.id].value_place(("id",))
                file.report("duplicate-id", f"the rule id `{rule.id}` is used twice", place, hint, (first,))
                continue
            if rule.number in numbers:
                file.report(
                    "duplicate-number",
                    f"the number `{rule.number}` is used twice",
                    file.value_place(("number",)),
                    "take the next free number; the number of a retired rule is not used again",
                    (numbers[rule.number],),
                )
            numbers.setdefault(rule.number, file.value_place(("number",)))
            rules[rule.id], files[rule.id] = rule, file
        check_overrides(files, rules, self.broken.get("recommendations", set()))
        return list(rules.values()), files

    def _cross_references(
        self,
        rules: list[Rule],
        files: dict[str, YamlFile],
        about: GuidelineForm | None,
        evidence: MappingProxyType[str, Source],
        regimens: MappingProxyType[str, Regimen],
    ) -> None:
        for rule in rules:
            self._words(files[rule.id], rule.question, rule.citations, rule.regimens, about, evidence, regimens)
        for file, form in self.halves:
            cited = [read_citation(file, text, ("citations", index)) for index, text in enumerate(form.citations)]
            offered = [form.regimen] if isinstance(form.regimen, str) else form.regimen or []
            self._words(file, form.question, cited, offered, about, evidence, regimens)

    def _words(
        self,
        file: YamlFile,
        question: str,
        citations: Iterable[Citation | None],
        offered: Iterable[str],
        about: GuidelineForm | None,
        evidence: MappingProxyType[str, Source],
        regimens: MappingProxyType[str, Regimen],
    ) -> None:
        """The names that one rule uses."""
        if about is not None and question not in about.questions:
            hint = did_you_mean(question, about.questions, where=f"{self.root.name}/guideline.yaml")
            file.report("unknown-question", f"unknown question `{question}`", file.value_place(("question",)), hint)
        for index, citation in enumerate(citations):
            if citation is not None:
                self._citation(file, citation, ("citations", index), evidence)
        for index, regimen in enumerate(offered):
            if regimen not in regimens and regimen not in self.broken.get("regimens", ()):
                message, hint = f"unknown regimen `{regimen}`", did_you_mean(regimen, regimens)
                file.report("unknown-regimen", message, file.value_place(("regimen", index)), hint)

    def _regimen_citations(
        self, evidence: MappingProxyType[str, Source], regimens: MappingProxyType[str, Regimen]
    ) -> None:
        for regimen in regimens.values():
            file = self.files.get(f"{self.root.name}/regimens/{regimen.id}.yaml")
            if file is None:  # misnamed: reported by read_regimen
                continue
            for index, text in enumerate(regimen.citations):
                citation = read_citation(file, text, ("citations", index))
                if citation is not None:
                    self._citation(file, citation, ("citations", index), evidence)

    def _citation(
        self, file: YamlFile, citation: Citation, route: tuple[str, int], evidence: MappingProxyType[str, Source]
    ) -> None:
        source = evidence.get(citation.source)
        place = file.value_place(route)
        if source is None and citation.source in self.broken.get("evidence", ()):
            return
        if source is None:
            file.report(
                "unknown-citation",
                f"unknown source `{citation.source}`",
                place,
                did_you_mean(citation.source, evidence),
            )
        elif citation.finding not in source.findings:
            where = f"{self.root.name}/evidence/{citation.source}.yaml"
            file.report(
                "unknown-citation",
                f"`{citation.source}` has no finding `{citation.finding}`",
                place,
                did_you_mean(citation.finding, source.findings, where=where),
            )
