"""Reads a guideline folder: every file, then what the files say of each other."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from engine.language.conditions import Condition, ConditionReader, clauses
from engine.language.evidence import Regimen, Source, read_regimen, read_source
from engine.language.facts import Assumption, VocabularyReader, read_derivation
from engine.language.forms import ContradictionsForm, DerivedForm, GuidelineForm, read
from engine.language.guideline import Contradiction, Guideline, Modifier, content_hash
from engine.language.problems import GuidelineError, Place, Problem, did_you_mean
from engine.language.rules import Citation, Rule, check_overrides, read_rule
from engine.language.tables import Derivation, Table, order_of_derivation
from engine.language.vocabulary import Vocabulary
from engine.language.yamlfile import YamlFile, yaml_files

FOLDERS = {
    "facts": "the vocabulary",
    "derived": "decision tables",
    "evidence": "sources and their findings",
    "regimens": "drugs and doses",
    "recommendations": "one rule a file",
    "terminology": "codes",
    "tables": "columns of registries",
}
FILES = ("guideline.yaml", "contradictions.yaml")

Named = TypeVar("Named", Source, Regimen)


class Loader:
    """One reading of one folder; collects problems until the end."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: dict[str, YamlFile] = {}
        self.problems: list[Problem] = []

    def load(self) -> Guideline:
        """The guideline, or GuidelineError with everything that is wrong."""
        if not (self.root / "guideline.yaml").is_file():
            place = Place(f"{self.root.name}/guideline.yaml")
            hint = "name the folder that holds guideline.yaml"
            raise GuidelineError([Problem("no-guideline", f"there is no guideline in `{self.root}`", place, hint)])
        self._strays()
        about_file = self._open(self.root / "guideline.yaml")
        about = read(GuidelineForm, about_file)
        vocabulary, assumptions, derivations = self._vocabulary()
        contradictions = self._contradictions(vocabulary)
        evidence = self._named("evidence", read_source)
        regimens = self._named("regimens", read_regimen)
        self._regimen_citations(evidence, regimens)
        rules, rule_files = self._rules(vocabulary, derivations)
        self._cross_references(rules, rule_files, about, evidence, regimens)
        modifiers, answered = self._about(about_file, about, vocabulary)
        self.problems += [problem for file in self.files.values() for problem in file.problems]
        errors = [problem for problem in self.problems if problem.severity == "error"]
        if errors or about is None:
            raise GuidelineError(errors)
        return Guideline(
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
            tuple(sorted(set(self.problems), key=lambda one: one.order)),
            MappingProxyType(self.files),
        )

    # ---- files --------------------------------------------------------------------------------------------------
    def _open(self, path: Path) -> YamlFile:
        file = YamlFile.load(self.root, path)
        self.files[file.path] = file
        return file

    def _folder(self, name: str) -> Iterator[YamlFile]:
        for path in yaml_files(self.root, name):
            yield self._open(path)

    def _strays(self) -> None:
        """Files that no part of the guideline would read: a mistyped folder must not lose a rule in silence."""
        for path in sorted(self.root.rglob("*")):
            if not path.is_file() or path.name.startswith("."):
                continue
            inside = path.relative_to(self.root)
            place = Place(f"{self.root.name}/{inside.as_posix()}")
            if path.suffix == ".yml":
                self.problems.append(Problem("file-name", f"`{path.name}` is not read", place, "name it .yaml"))
            elif path.suffix == ".yaml" and len(inside.parts) == 1 and path.name not in FILES:
                self.problems.append(
                    Problem("file-name", f"`{path.name}` is not read", place, did_you_mean(path.name, FILES))
                )
            elif path.suffix == ".yaml" and len(inside.parts) > 1 and inside.parts[0] not in FOLDERS:
                hint = did_you_mean(inside.parts[0], FOLDERS)
                self.problems.append(Problem("file-name", f"the folder `{inside.parts[0]}` is not read", place, hint))

    # ---- words --------------------------------------------------------------------------------------------------
    def _vocabulary(self) -> tuple[Vocabulary, MappingProxyType[str, tuple[Assumption, ...]], tuple[Derivation, ...]]:
        reader = VocabularyReader()
        for file in self._folder("facts"):
            reader.add_facts(file)
        forms: list[tuple[YamlFile, DerivedForm]] = []
        for file in self._folder("derived"):
            form = read(DerivedForm, file)
            if form is not None:
                reader.add_derived(file, form)
                forms.append((file, form))
        vocabulary = reader.vocabulary()
        csv_files = {
            path.name: path.read_text(encoding="utf-8") for path in sorted((self.root / "derived").glob("*.csv"))
        }
        found: dict[str, Derivation] = {}
        by_fact: dict[str, YamlFile] = {}
        for file, form in forms:
            derivation = read_derivation(file, form, vocabulary, csv_files)
            if derivation is None:
                continue
            if derivation.fact in found:
                file.report(
                    "duplicate-fact",
                    f"`{derivation.fact}` is derived twice",
                    file.value_place(("fact",)),
                    "keep one of them",
                    (found[derivation.fact].place,),
                )
                continue
            found[derivation.fact], by_fact[derivation.fact] = derivation, file
            self._check_known(file, derivation)
        ordered, circles = order_of_derivation(found.values())
        for circle in circles:
            file = by_fact[circle[0]]
            path = " -> ".join(f"`{name}`" for name in (*circle, circle[0]))
            related = tuple(found[name].place for name in circle[1:])
            file.report(
                "cyclic-derivation",
                f"facts are derived from each other in a circle: {path}",
                file.value_place(("fact",)),
                "",
                related,
            )
        assumptions = reader.assumptions(vocabulary)
        return vocabulary, MappingProxyType(dict(assumptions)), tuple(ordered)

    def _check_known(self, file: YamlFile, derivation: Derivation) -> None:
        def asked(table: Table) -> Iterable[tuple[str | int, ...]]:
            return (clause.route for row in table.rows for clause in clauses(row.when) if clause.known is not None)

        for table in (derivation.rows, *derivation.also):
            for route in asked(table) if table else ():
                file.report(
                    "known-in-table",
                    "`known` may be asked only under `assume`",
                    file.value_place(route),
                    "move the row to `assume`, so that its answer is shown as assumed",
                )

    def _contradictions(self, vocabulary: Vocabulary) -> tuple[Contradiction, ...]:
        path = self.root / "contradictions.yaml"
        if not path.is_file():
            return ()
        file = self._open(path)
        form = read(ContradictionsForm, file)
        found: dict[str, Contradiction] = {}
        for index, one in enumerate(form.contradictions if form else ()):
            route = ("contradictions", index)
            if one.code in found:
                file.report(
                    "duplicate-id",
                    f"the code `{one.code}` is used twice",
                    file.value_place((*route, "code")),
                    "",
                    (found[one.code].place,),
                )
            if one.when is None and one.greater is None and one.disjoint is None:
                file.report(
                    "table-shape",
                    f"`{one.code}` compares nothing",
                    file.value_place(route),
                    "add `when`, `greater` or `disjoint`",
                )
            for key, pair, numeric in (("greater", one.greater, True), ("disjoint", one.disjoint, False)):
                for position, name in enumerate(pair or ()):
                    place = file.value_place((*route, key, position))
                    if name not in vocabulary:
                        file.report("unknown-fact", f"unknown fact `{name}`", place, did_you_mean(name, vocabulary))
                    elif vocabulary[name].numeric is not numeric:
                        file.report("wrong-operator", f"`{key}` cannot compare `{name}`", place)
            when = ConditionReader(file, vocabulary).read(one.when, (*route, "when")) if one.when is not None else None
            place = file.value_place((*route, "code"))
            found[one.code] = Contradiction(
                one.code, one.text, one.action == "stop", when, one.greater, one.disjoint, place
            )
        return tuple(found.values())

    # ---- evidence and rules -------------------------------------------------------------------------------------
    def _named(self, folder: str, reader: Callable[[YamlFile], Named | None]) -> MappingProxyType[str, Named]:
        found: dict[str, Named] = {}
        places: dict[str, Place] = {}
        for file in self._folder(folder):
            form = reader(file)
            if form is None:
                continue
            if form.id in found:
                file.report(
                    "duplicate-id", f"`{form.id}` is used twice", file.value_place(("id",)), "", (places[form.id],)
                )
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
                continue
            if rule.id in rules:
                file.report(
                    "duplicate-id",
                    f"the rule id `{rule.id}` is used twice",
                    file.value_place(("id",)),
                    "",
                    (rules[rule.id].place,),
                )
                continue
            if rule.number in numbers:
                file.report(
                    "duplicate-number",
                    f"the number `{rule.number}` is used twice",
                    file.value_place(("number",)),
                    "numbers are never reused",
                    (numbers[rule.number],),
                )
            numbers.setdefault(rule.number, file.value_place(("number",)))
            rules[rule.id], files[rule.id] = rule, file
        check_overrides(files, rules)
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
            file = files[rule.id]
            if about is not None and rule.question not in about.questions:
                hint = did_you_mean(rule.question, about.questions, where=f"{self.root.name}/guideline.yaml")
                file.report(
                    "unknown-question", f"unknown question `{rule.question}`", file.value_place(("question",)), hint
                )
            for index, citation in enumerate(rule.citations):
                self._citation(file, citation, ("citations", index), evidence)
            for index, regimen in enumerate(rule.regimens):
                if regimen not in regimens:
                    file.report(
                        "unknown-regimen",
                        f"unknown regimen `{regimen}`",
                        file.value_place(("regimen", index)),
                        did_you_mean(regimen, regimens),
                    )

    def _regimen_citations(
        self, evidence: MappingProxyType[str, Source], regimens: MappingProxyType[str, Regimen]
    ) -> None:
        for regimen in regimens.values():
            file = self.files.get(f"{self.root.name}/regimens/{regimen.id}.yaml")
            if file is None:  # misnamed: reported by read_regimen
                continue
            for index, text in enumerate(regimen.citations):
                source, _, finding = text.partition("#")
                self._citation(file, Citation(source, finding), ("citations", index), evidence)

    def _citation(
        self, file: YamlFile, citation: Citation, route: tuple[str, int], evidence: MappingProxyType[str, Source]
    ) -> None:
        source = evidence.get(citation.source)
        place = file.value_place(route)
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

    def _about(
        self, file: YamlFile, about: GuidelineForm | None, vocabulary: Vocabulary
    ) -> tuple[tuple[Modifier, ...], MappingProxyType[str, Condition]]:
        if about is None:
            return (), MappingProxyType({})
        reader = ConditionReader(file, vocabulary)
        modifiers = tuple(
            Modifier(
                reader.read(one.when, ("certainty_modifiers", index, "when")),
                frozenset(one.kinds),
                one.lower_certainty_by,
                one.strong_becomes_conditional,
                one.reason,
            )
            for index, one in enumerate(about.certainty_modifiers)
        )
        answered = {
            name: reader.read(question.answered_when, ("questions", name, "answered_when"))
            for name, question in about.questions.items()
            if question.answered_when is not None
        }
        if about.scope is not None and (
            about.scope.fact not in vocabulary or vocabulary[about.scope.fact].type != "boolean"
        ):
            file.report(
                "unknown-fact",
                f"`{about.scope.fact}` is not a true-or-false fact",
                file.value_place(("scope", "fact")),
                did_you_mean(about.scope.fact, vocabulary),
            )
        if about.revised < about.released:
            file.report(
                "dates-order", "the guideline was revised before it was released", file.value_place(("revised",))
            )
        if about.review_due <= about.revised:
            file.report("dates-order", "the review is due before the revision", file.value_place(("review_due",)))
        return modifiers, MappingProxyType(answered)
