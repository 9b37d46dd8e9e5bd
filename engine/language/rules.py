"""Rules: when they apply, when not, what they say, how sure they are, and what they rest on."""

import datetime
from collections.abc import Container
from dataclasses import dataclass, field
from typing import Any

from engine.language.conditions import All, Clause, Condition, ConditionReader, clauses, facts_of
from engine.language.forms import ADVICE, REMINDERS, OverrideForm, RuleForm, read
from engine.language.problems import Place, did_you_mean
from engine.language.rowcount import MOST_ROWS, read_condition, row_count
from engine.language.vocabulary import Vocabulary
from engine.language.yamlfile import Route, YamlFile


@dataclass(frozen=True)
class Unless:
    """An exception: a condition that rules the rule out, and the reason."""

    when: Condition
    because: str
    harm: bool = False


@dataclass(frozen=True)
class Citation:
    """`source#finding`."""

    source: str
    finding: str

    def __str__(self) -> str:
        return f"{self.source}#{self.finding}"


@dataclass(frozen=True)
class Override:
    """A rule that this one withdraws when it stands, with the reason."""

    rule: str
    because: str = ""


@dataclass(frozen=True)
class Rule:
    """One rule of the guideline."""

    id: str
    number: str
    title: str
    question: str
    kind: str
    effective_from: datetime.date
    effective_to: datetime.date | None
    when: Condition
    unless: tuple[Unless, ...]
    text: str
    strength: str
    certainty: str | None
    graded_by: str | None = None
    rationale: str = ""
    caveats: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    regimens: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    stop: bool = False
    survives_stop: bool = False
    basis: str | None = None
    judgement: str | None = None
    waive: dict[str, str] = field(default_factory=dict)
    place: Place = Place("")

    @property
    def reminder(self) -> bool:
        """Work-up, alerts, data requests and scope notes: shown although an exception is still open."""
        return self.kind in REMINDERS

    @property
    def exception(self) -> Condition | None:
        """The exceptions as one condition, or None."""
        from engine.language.conditions import Any_

        if not self.unless:
            return None
        return self.unless[0].when if len(self.unless) == 1 else Any_(tuple(one.when for one in self.unless))

    def facts(self) -> frozenset[str]:
        """Every fact the rule asks about."""
        return facts_of(self.when).union(*(facts_of(one.when) for one in self.unless))

    def in_force(self, day: datetime.date) -> bool:
        """Does the rule answer on this day?"""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """The top conjuncts of a condition."""
    return condition.parts if isinstance(condition, All) else (condition,)


def read_rule(file: YamlFile, vocabulary: Vocabulary, asks_knowledge: Container[str]) -> Rule | None:
    """The rule in a file, with every mistake that can be seen in the file alone reported.

    `asks_knowledge`: facts that say what was sent or contradicts; like `known` they may only stand in the `when` of reminders.
    """
    form = read(RuleForm, file)
    reader = ConditionReader(file, vocabulary)
    if form is None:
        _read_words_anyway(reader, file.data)
        return None
    when = read_condition(reader, form.when, ("when",))
    unless = tuple(
        Unless(read_condition(reader, one.when, ("unless", index, "when")), one.because, one.harm)
        for index, one in enumerate(form.unless)
    )
    count = sum(row_count(one.when) for one in unless)
    if count > MOST_ROWS and all(row_count(one.when) <= MOST_ROWS for one in unless):
        message = f"the exceptions stand for {count} combinations, and {MOST_ROWS} are the most"
        hint = "give a part of them a name as a derived fact"
        file.report("too-many-rows", message, file.key_place(("unless",)), hint)
    rule = Rule(
        form.id,
        form.number,
        form.title,
        form.question,
        form.kind,
        form.effective.from_,
        form.effective.to,
        when,
        unless,
        form.text.strip(),
        form.strength,
        form.certainty,
        form.graded_by,
        form.rationale.strip(),
        tuple(form.caveats),
        _citations(file, form.citations),
        tuple([form.regimen] if isinstance(form.regimen, str) else form.regimen or ()),
        tuple(
            Override(one.rule, one.because) if isinstance(one, OverrideForm) else Override(one)
            for one in form.overrides
        ),
        form.stop,
        form.survives_stop,
        form.basis,
        form.judgement,
        form.waive,
        file.value_place(()),
    )
    _check(file, form, rule)
    _check_knowledge(file, rule, asks_knowledge)
    return rule


def _read_words_anyway(reader: ConditionReader, data: Any) -> None:
    """The conditions of a rule whose shape is broken: their mistakes are told at once, not after the shape is mended."""
    if not isinstance(data, dict):
        return
    if isinstance(data.get("when"), dict):
        reader.read(data["when"], ("when",))
    exceptions = data.get("unless")
    for index, one in enumerate(exceptions if isinstance(exceptions, list) else ()):
        if isinstance(one, dict) and isinstance(one.get("when"), dict):
            reader.read(one["when"], ("unless", index, "when"))


def read_citation(file: YamlFile, text: str, route: Route) -> Citation | None:
    """`source#finding`, or None when it has not this form."""
    source, mark, finding = text.partition("#")
    if mark and source and finding:
        return Citation(source, finding)
    message, hint = f"`{text}` does not name a finding", "write it as `source#finding`"
    file.report("unknown-citation", message, file.value_place(route), hint)
    return None


def _citations(file: YamlFile, raw: list[str]) -> tuple[Citation, ...]:
    found: list[Citation] = []
    for index, text in enumerate(raw):
        citation = read_citation(file, text, ("citations", index))
        if citation is None:
            continue
        if citation in found:
            place = file.value_place(("citations", index))
            file.report("repeated-value", f"`{text}` is cited twice", place, "remove one")
        found.append(citation)
    return tuple(found)


def _check(file: YamlFile, form: RuleForm, rule: Rule) -> None:
    if rule.effective_to and rule.effective_to < rule.effective_from:
        place, begin = file.value_place(("effective", "to")), file.value_place(("effective", "from"))
        hint = f"it begins on {rule.effective_from}; `to` is its last day"
        file.report("dates-order", "the rule ends before it begins", place, hint, (begin,))
    if not form.citations and rule.basis != "definition":
        file.report(
            "uncited-rule",
            "the rule cites nothing",
            file.key_place(("citations",)),
            "cite a finding as `source#finding`, or say `basis: definition` for a pure definition",
        )
    if rule.kind in ADVICE and rule.certainty is None:
        file.report(
            "missing-grader",
            f"a rule of kind `{rule.kind}` needs `certainty`",
            file.value_place(("kind",)),
            "add `certainty:` with high, moderate, low or very_low",
        )
    if rule.certainty is not None and not rule.graded_by:
        file.report(
            "missing-grader",
            "strength and certainty are given, but not who graded them",
            file.key_place(("strength",)),
            "add `graded_by:` with the guideline body, or `project`",
        )


def _check_knowledge(file: YamlFile, rule: Rule, asks_knowledge: Container[str]) -> None:
    def wrong(clause: Clause) -> bool:
        return clause.known is not None or clause.fact in asks_knowledge

    def place(clause: Clause) -> Place:
        return file.key_place((*clause.route, "known") if clause.known is not None else clause.route)

    def what(clause: Clause) -> str:
        return "known" if clause.known is not None else clause.fact

    hint = "ask the fact itself; what may be taken for granted belongs under `assume` of the fact, and is shown to the user"
    for clause in clauses(rule.when):
        if wrong(clause) and not rule.reminder:
            message = f"`{what(clause)}` asks what was sent, which a rule of kind `{rule.kind}` may not"
            file.report("known-in-advice", message, place(clause), hint)
    for one in rule.unless:
        for clause in clauses(one.when):
            if wrong(clause):
                message = f"`{what(clause)}` asks what was sent, which an exception may not"
                file.report("known-in-advice", message, place(clause), hint)


def check_overrides(files: dict[str, YamlFile], rules: dict[str, Rule], broken: Container[str] = ()) -> None:
    """Overrides name rules that exist, not the rule itself, and run in no circle. `broken`: rules whose files could not be read."""
    for rule in rules.values():
        file = files[rule.id]
        seen: set[str] = set()
        for index, one in enumerate(rule.overrides):
            route = ("overrides", index, "rule") if one.because else ("overrides", index)
            if one.rule in broken and one.rule not in rules:
                continue
            if one.rule not in rules:
                file.report(
                    "unknown-rule", f"unknown rule `{one.rule}`", file.value_place(route), did_you_mean(one.rule, rules)
                )
            elif one.rule == rule.id:
                file.report("cyclic-override", "the rule overrides itself", file.value_place(route), "remove it")
            elif one.rule in seen:
                file.report(
                    "repeated-value", f"`{one.rule}` is overridden twice", file.value_place(route), "remove one"
                )
            seen.add(one.rule)
    graph = {
        rule.id: [one.rule for one in rule.overrides if one.rule in rules and one.rule != rule.id]
        for rule in rules.values()
    }
    for circle in circles(graph):
        file = files[circle[0]]
        path = " -> ".join(f"`{name}`" for name in (*circle, circle[0]))
        related = tuple(files[name].key_place(("overrides",)) for name in circle[1:])
        file.report(
            "cyclic-override",
            f"rules override each other in a circle: {path}",
            file.key_place(("overrides",)),
            "decide which of them withdraws the other",
            related,
        )


def circles(graph: dict[str, list[str]]) -> list[list[str]]:
    """The circles of a graph, each once, starting at its first name in the alphabet."""
    found: dict[frozenset[str], list[str]] = {}
    state: dict[str, int] = {}

    def visit(name: str, path: list[str]) -> None:
        state[name] = 1
        for following in graph.get(name, ()):
            if state.get(following) == 1:
                circle = [*path[path.index(following) :]] if following in path else [following]
                start = circle.index(min(circle))
                found.setdefault(frozenset(circle), circle[start:] + circle[:start])
            elif following not in state:
                visit(following, [*path, following])
        state[name] = 2

    for name in sorted(graph):
        if name not in state:
            visit(name, [name])
    return list(found.values())
