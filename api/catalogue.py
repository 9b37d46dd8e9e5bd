"""The guideline as documents (documents.py), prepared once, so that reading them costs nothing."""

from collections.abc import Iterable

from pydantic import BaseModel

from api import documents as d
from engine import Guideline
from engine.inference.decide import ENGINE_VERSION
from engine.inference.decision import GuidelineIdentity, RegimenGiven
from engine.inference.printed import cited, regimen
from engine.language.conditions import All, Any_, Clause, Condition, Not, words
from engine.language.evidence import Source, link, reference
from engine.language.forms import CiteForm
from engine.language.rules import Citation, Rule
from engine.language.states import Interval
from engine.language.tables import Table
from engine.language.vocabulary import Fact


class Catalogue:
    """The documents of one guideline as JSON bytes, by id."""

    def __init__(self, guideline: Guideline) -> None:
        self.etag = f'"{guideline.sha256}"'
        self.identity = GuidelineIdentity(id=guideline.id, version=guideline.version, sha256=guideline.sha256)
        self._guideline = guideline
        self._citing: dict[str, list[str]] = {}
        for rule in guideline.rules:
            for name in dict.fromkeys([*(one.source for one in rule.citations), *(str(one) for one in rule.citations)]):
                self._citing.setdefault(name, []).append(rule.number)
        self.guideline = written(guideline_document(guideline))
        self.facts = written(facts_document(guideline, self.identity))
        self.summaries = [summary_of(rule) for rule in guideline.rules]
        self.all_rules = self.rules(self.summaries)
        self.rule = {rule.id: written(rule_document(rule, guideline, self.identity)) for rule in guideline.rules}
        self.rule |= {rule.number: self.rule[rule.id] for rule in guideline.rules}
        sources = [self._summary(source) for source in guideline.evidence.values()]
        self.evidence = written(d.EvidenceDocument(guideline=self.identity, count=len(sources), sources=sources))
        self.source = {name: written(self._source(source)) for name, source in guideline.evidence.items()}

    def rules(self, summaries: list[d.RuleSummary]) -> bytes:
        """The list of these rules."""
        return written(d.RulesDocument(guideline=self.identity, count=len(summaries), rules=summaries))

    # ---- evidence -----------------------------------------------------------------------------------------------
    def _summary(self, source: Source) -> d.SourceSummary:
        return d.SourceSummary(
            id=source.id,
            title=source.title,
            kind=source.kind,
            status=source.status,
            reference=reference(source),
            link=link(source),
            findings=len(source.findings),
            checked_findings=sum(one.checked for one in source.findings.values()),
            cited_by=self._citing.get(source.id, []),
            url=f"/v1/evidence/{source.id}",
        )

    def _source(self, source: Source) -> d.SourceDocument:
        """All of a source but what carries no mark of having been checked: the number of patients and the notes of authors."""
        return d.SourceDocument(
            guideline=self.identity,
            id=source.id,
            title=source.title,
            kind=source.kind,
            status=source.status,
            timing=source.timing,
            registry=source.registry,
            registry_checked=source.registry_checked,
            phase=source.phase,
            setting=source.setting,
            design=source.design,
            population=source.population.text if source.population else "",
            arms=source.arms,
            primary_endpoint=source.primary_endpoint,
            reference=reference(source),
            link=link(source),
            publications=[publication(cite) for cite in (source.cite, *source.further)],
            findings=[self._finding(source, key) for key in source.findings],
            cited_by=self._citing.get(source.id, []),
        )

    def _finding(self, source: Source, key: str) -> d.FindingDocument:
        finding = source.findings[key]
        shown = finding.checked
        return d.FindingDocument(
            key=key,
            text=finding.text,
            checked=finding.checked,
            mark=finding.mark,
            value=finding.value if shown else None,
            effect=finding.effect if shown else None,
            rates=finding.rates if shown else None,
            follow_up_months=finding.follow_up_months if shown else None,
            read_at=finding.read_at,
            quote=finding.quote if shown else None,
            cited_by=self._citing.get(f"{source.id}#{key}", []),
        )


def written(document: BaseModel) -> bytes:
    """The document as JSON bytes."""
    return document.model_dump_json(by_alias=True).encode()


def publication(cite: CiteForm) -> d.PublicationDocument:
    """Where a source was published."""
    fields = cite.model_dump(exclude={"note", "published"})
    return d.PublicationDocument(**fields, published=str(cite.published or ""))


# ---- conditions -----------------------------------------------------------------------------------------------------
def condition_document(condition: Condition) -> d.ConditionDocument:
    """The condition in words and as a tree."""
    return d.ConditionDocument(words=words(condition), tree=node(condition))


def node(condition: Condition) -> d.Node:
    """The condition as nested data."""
    match condition:
        case Clause(fact, _, known) if known is not None:
            return d.KnownNode(fact=fact, known=known, words=condition.words)
        case Clause(fact, test) if isinstance(test, frozenset):
            return d.IsNode(fact=fact, values=sorted(test, key=str), words=condition.words)
        case Clause(fact, test):
            spans = [span for span in test if isinstance(span, Interval)]
            return d.IsNode(fact=fact, ranges=[bounds(span) for span in spans], words=condition.words)
        case All(parts):
            return d.AllNode(parts=[node(part) for part in parts])
        case Any_(parts):
            return d.AnyNode(parts=[node(part) for part in parts])
        case Not(part):
            return d.NotNode(part=node(part))


def bounds(span: Interval) -> d.Range:
    """An interval as `gt` or `ge`, and `lt` or `le`."""
    return d.Range(**{"gt" if span.low_open else "ge": span.low, "lt" if span.high_open else "le": span.high})


# ---- the vocabulary -------------------------------------------------------------------------------------------------
def facts_document(guideline: Guideline, identity: GuidelineIdentity) -> d.FactsDocument:
    """The whole vocabulary."""
    sections: dict[str, str] = {}
    for path, file in guideline.files.items():
        if "/facts/" in path and isinstance(file.data, dict):
            sections[file.data["section"]] = file.data["title"]
    contradictions = [
        d.ContradictionDocument(
            code=one.code,
            text=one.text,
            stop=one.stop,
            facts=sorted(one.facts()),
            when=condition_document(one.when) if one.when is not None else None,
        )
        for one in guideline.contradictions
    ]
    return d.FactsDocument(
        guideline=identity,
        sections=[d.SectionDocument(id=name, title=title) for name, title in sections.items()],
        facts=[fact_document(fact, guideline) for fact in guideline.vocabulary.values()],
        contradictions=contradictions,
    )


def fact_document(fact: Fact, guideline: Guideline) -> d.FactDocument:
    """One word of the vocabulary."""
    assumptions = [
        d.AssumptionDocument(
            is_=fact.write(one.state),
            when=condition_document(one.when) if one.when is not None else None,
            unless=condition_document(one.unless) if one.unless is not None else None,
            because=one.because,
            even_when_sent_unknown=one.even_when_sent_unknown,
        )
        for one in guideline.assumptions.get(fact.name, ())
    ]
    usual = fact.usual_range
    return d.FactDocument(
        name=fact.name,
        label=fact.label,
        help=fact.help,
        type=fact.type,
        section=fact.section,
        unit=fact.unit,
        values=[d.ValueDocument(value=value, label=label) for value, label in fact.values.items()],
        groups=[
            d.GroupDocument(name=name, values=[str(one) for one in fact.values if one in members])
            for name, members in fact.groups.items()
        ],
        open_values=[d.ValueDocument(value=value, label=label) for value, label in fact.open_values.items()],
        range=d.Bounds(low=fact.range[0], high=fact.range[1]) if fact.numeric else None,
        usual_range=d.Bounds(low=usual[0], high=usual[1]) if usual else None,
        supplied_by=fact.supplied_by,
        given=fact.given,
        derived=fact.derived,
        unknown_as=fact.unknown_as,
        assume=assumptions,
        definition=definition(fact, guideline),
    )


def definition(fact: Fact, guideline: Guideline) -> d.DefinitionDocument | None:
    """How a fact is derived; None when it is not."""
    for one in guideline.derivations:
        if one.fact == fact.name:
            return d.DefinitionDocument(
                rows=rows(one.rows, fact) if one.rows else None,
                also=[rows(table, fact) for table in one.also],
                assume=rows(one.assume, fact) if one.assume else None,
                sent=d.SentDocument(fact=one.sent[0], as_=one.sent[1]) if one.sent else None,
                from_contradictions=one.from_contradictions,
            )
    return None


def rows(table: Table, fact: Fact) -> list[d.RowDocument]:
    """The rows of a table, values in the order of the vocabulary."""
    return [
        d.RowDocument(
            when=condition_document(row.when),
            is_=None if row.values is None or row.same_as else [one for one in fact.values if one in row.values],
            same_as=row.same_as,
            because=row.because,
        )
        for row in table.rows
    ]


# ---- the guideline and its rules ------------------------------------------------------------------------------------
def guideline_document(guideline: Guideline) -> d.GuidelineDocument:
    """What the guideline is."""
    questions = [
        d.QuestionDocument(
            id=name,
            title=question.title,
            single=question.single,
            answered_when=(
                condition_document(guideline.answered_when[name]) if name in guideline.answered_when else None
            ),
            rules=[rule.number for rule in guideline.rules if rule.question == name],
        )
        for name, question in guideline.questions.items()
    ]
    modifiers = [
        d.ModifierDocument(
            when=condition_document(one.when),
            kinds=sorted(one.kinds),
            lower_certainty_by=one.lower_by,
            strong_becomes_conditional=one.strong_becomes_conditional,
            reason=one.reason,
        )
        for one in guideline.modifiers
    ]
    # Only what the document shows: a guideline may say more about itself than callers of this address need.
    own = {"id", "version", "questions", "certainty_modifiers", "rules", "facts", "sources"}
    about = guideline.about.model_dump(include=d.GuidelineDocument.model_fields.keys() - own)
    return d.GuidelineDocument(
        id=guideline.id,
        version=guideline.version,
        sha256=guideline.sha256,
        engine_version=ENGINE_VERSION,
        **about,
        questions=questions,
        certainty_modifiers=modifiers,
        rules=len(guideline.rules),
        facts=len(guideline.vocabulary),
        sources=len(guideline.evidence),
    )


def summary_of(rule: Rule) -> d.RuleSummary:
    """One line of the list of rules."""
    return d.RuleSummary.model_validate(_summary_fields(rule))


def _summary_fields(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "number": rule.number,
        "title": rule.title,
        "question": rule.question,
        "kind": rule.kind,
        "strength": rule.strength,
        "certainty": rule.certainty,
        "effective_from": rule.effective_from,
        "effective_to": rule.effective_to,
        "url": f"/v1/rules/{rule.id}",
    }


def rule_document(rule: Rule, guideline: Guideline, identity: GuidelineIdentity) -> d.RuleDocument:
    """Everything one rule says, with what it cites and withdraws."""
    by_id = {one.id: one for one in guideline.rules}
    overriding = ((other, one.because) for other in guideline.rules for one in other.overrides if one.rule == rule.id)
    return d.RuleDocument.model_validate(
        _summary_fields(rule)
        | {
            "guideline": identity,
            "facts": [name for name in guideline.vocabulary if name in rule.facts()],
            "when": condition_document(rule.when),
            "unless": [
                d.UnlessDocument(when=condition_document(one.when), because=one.because, harm=one.harm)
                for one in rule.unless
            ],
            "text": rule.text,
            "graded_by": rule.graded_by,
            "rationale": rule.rationale,
            "caveats": rule.caveats,
            "citations": [citation(guideline, one) for one in rule.citations],
            "regimens": [RegimenGiven.model_validate(regimen(guideline, name)) for name in rule.regimens],
            "overrides": _overrides((by_id[one.rule], one.because) for one in rule.overrides),
            "overridden_by": _overrides(overriding),
            "stop": rule.stop,
            "survives_stop": rule.survives_stop,
            "basis": rule.basis,
            "judgement": rule.judgement,
        }
    )


def _overrides(pairs: Iterable[tuple[Rule, str]]) -> list[d.OverrideDocument]:
    return [
        d.OverrideDocument(rule=rule.id, number=rule.number, title=rule.title, because=because)
        for rule, because in pairs
    ]


def citation(guideline: Guideline, one: Citation) -> d.CitationDocument:
    """A citation with its source and its figures, the figures only when they were checked."""
    finding = guideline.finding(one)
    figures: dict[str, object] = {"effect": None, "rates": None, "follow_up_months": None}
    if finding.checked:
        figures = {name: getattr(finding, name) for name in figures}
    return d.CitationDocument.model_validate(
        cited(guideline, one) | figures | {"source_url": f"/v1/evidence/{one.source}"}
    )
