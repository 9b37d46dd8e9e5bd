"""What can never happen: rules no patient gets, exceptions nobody meets, overrides and rows that never matter; and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.authoring.encoding import exempt
from engine.authoring.findings import Finding
from engine.authoring.formula import TRUE
from engine.authoring.study import Study, route_of
from engine.inference.reference import resolve
from engine.language.conditions import Condition, words
from engine.language.problems import Place
from engine.language.rules import Rule, parts_of


@dataclass(frozen=True)
class Cause:
    """Something that would have to be true, and what it means that it is not."""

    literal: int
    kind: str  # clause | contradiction | exception | stop | override
    text: str
    place: Place


def unreachable_rules(study: Study) -> Iterator[Finding]:
    """Rules that can never be firm or provisional and stand."""
    for rule in study.guideline.rules:
        if study.possible(study.encoding.stands[rule.id], study.allowed(rule)):
            continue
        causes = _why(study, [*_overriders(study, rule), *_exceptions(study, rule), *_stoppers(study, rule)], rule)
        yield Finding(
            "unreachable-rule",
            f"no patient can ever get `{rule.id}`: {_sentence(causes)}",
            study.place(rule, ("when",)),
            "mend the condition, or end the rule with `effective.to`",
            (rule.number,),
            tuple(dict.fromkeys(cause.place for cause in causes if cause.kind != "clause")),
        )


def exceptions(study: Study) -> Iterator[Finding]:
    """Exceptions that are never met while the rule applies."""
    encoding = study.encoding
    for rule in study.guideline.rules:
        if not study.possible(encoding.applies[rule.id], study.allowed(rule)):
            continue
        for index, one in enumerate(rule.unless):
            met = encoding.true(one.when)
            if study.possible(encoding.applies[rule.id], met, study.allowed(rule)):
                continue
            place = study.place(rule, ("unless", index, "when"))
            causes = _why(study, [Cause(met, "clause", words(one.when), place)], rule)
            yield Finding(
                "unmet-exception",
                f"this exception of `{rule.id}` is never met while the rule applies: {_sentence(causes)}",
                place,
                "remove it or mend it",
                (rule.number,),
                tuple(dict.fromkeys(cause.place for cause in causes if cause.kind != "clause")),
            )


def overrides(study: Study) -> Iterator[Finding]:
    """Overrides of rules that never apply while the overriding rule stands."""
    encoding = study.encoding
    for rule in study.guideline.rules:
        for index, one in enumerate(rule.overrides):
            if study.possible(encoding.stands[rule.id], encoding.shown[one.rule], study.allowed(rule)):
                continue
            other = study.guideline.rule(one.rule)
            yield Finding(
                "idle-override",
                f"`{one.rule}` never applies while `{rule.id}` stands, so there is nothing to override",
                study.place(rule, ("overrides", index)),
                "remove it, or mend one of the two conditions",
                (rule.number,),
                (study.place(other, ("when",)),),
            )


def rows(study: Study) -> Iterator[Finding]:
    """Rows of decision tables that are never the first to hold; contradictions and modifiers that nobody meets."""
    encoding, formula = study.encoding, study.formula
    for derivation in study.guideline.derivations:
        for table in derivation.tables():
            above: list[int] = []
            for row in table.rows:
                if not study.possible(encoding.true(row.when), *above, encoding.consistent):
                    label = study.guideline.vocabulary[derivation.fact].name
                    message = f"this row of `{label}` never decides: {words(row.when)}"
                    hint = "a row above it always holds first, or its condition is never met"
                    yield Finding("unreachable-row", message, row.place, hint, where=((derivation.place.path, ()),))
                above.append(-encoding.true(row.when))
    for one in study.guideline.contradictions:
        if not study.possible(encoding.contradictions[one.code]):
            message = f"the contradiction `{one.code}` can never be found"
            yield Finding("impossible-condition", message, one.place, "mend it or remove it")
    for index, modifier in enumerate(study.guideline.modifiers):
        if not formula.possible([encoding.true(modifier.when), encoding.consistent]):
            place = study.about(("certainty_modifiers", index, "when"))
            yield Finding("impossible-condition", "no patient ever meets this condition", place, "mend it or remove it")


def missing_rows(study: Study) -> Iterator[Finding]:
    """Decision tables without a row for a patient whose facts are free of contradiction, if it were not for that."""
    encoding = study.encoding
    for derivation in study.guideline.derivations:
        if derivation.rows is None:
            continue
        possible = [-encoding.contradictions[one.code] for one in study.guideline.contradictions if one.stop]
        possible += [-clash for fact, clash in encoding.clashes.items() if fact != derivation.fact]
        witness = study.patient(*possible, *(encoding.false(row.when) for row in derivation.rows.rows))
        if witness is None:
            continue
        code = f"no-row-{derivation.fact}"
        given = study.guideline.vocabulary.read(dict(witness.facts))
        study.confirmed(
            code in resolve(study.guideline, given).contradictions, f"that no row of {derivation.fact} holds"
        )
        yield Finding(
            "missing-row",
            f"no row of `{derivation.fact}` holds for this patient, whose facts are then called contradictory",
            derivation.rows.rows[-1].place,
            "add a row; or name the contradiction in contradictions.yaml, so that the reader is told what it is",
            witness=witness,
            where=((derivation.place.path, ()),),
        )


# ---- causes -------------------------------------------------------------------------------------------------------------
def _why(study: Study, first: list[Cause], rule: Rule) -> list[Cause]:
    """A smallest set of things that cannot all be true. Those at the front are blamed last."""
    causes = [*first, *_contradictions(study, rule), *_clauses(study, rule, rule.when)]
    by_literal = {cause.literal: cause for cause in causes if cause.literal != TRUE}
    return [by_literal[literal] for literal in study.formula.clashing(list(by_literal))]


def _clauses(study: Study, rule: Rule, condition: Condition) -> list[Cause]:
    return [
        Cause(study.encoding.true(part), "clause", words(part), study.place(rule, route_of(part)))
        for part in parts_of(condition)
    ]


def _contradictions(study: Study, rule: Rule) -> list[Cause]:
    if study.allowed(rule) == TRUE:
        return []
    encoding = study.encoding
    found = [
        Cause(-encoding.contradictions[one.code], "contradiction", f"`{one.code}`", one.place)
        for one in study.guideline.contradictions
        if one.stop
    ]
    for one in study.guideline.derivations:
        if one.fact in encoding.clashes:
            found.append(Cause(-encoding.clashes[one.fact], "contradiction", f"`no-row-{one.fact}`", one.place))
    return found


def _exceptions(study: Study, rule: Rule) -> list[Cause]:
    return [
        Cause(-study.encoding.true(one.when), "exception", one.because, study.place(rule, ("unless", index, "when")))
        for index, one in enumerate(rule.unless)
    ]


def _stoppers(study: Study, rule: Rule) -> list[Cause]:
    if exempt(rule):
        return []
    rules = study.guideline.rules
    return [
        Cause(-study.encoding.firm[one.id], "stop", f"`{one.id}`", study.place(one, ("when",)))
        for one in rules
        if one.stop
    ]


def _overriders(study: Study, rule: Rule) -> list[Cause]:
    found = []
    for name in study.encoding.overriders[rule.id]:
        one = study.guideline.rule(name)
        found.append(Cause(-study.encoding.stands[name], "override", f"`{name}`", study.place(one, ("overrides",))))
    return found


SENTENCES = {
    "clause": "these cannot be true together: {}",
    "contradiction": "such facts are refused as contradictory ({})",
    "exception": "an exception always holds ({})",
    "stop": "a rule that stops always holds ({})",
    "override": "it is always overridden by {}",
}


def _sentence(causes: list[Cause]) -> str:
    found = []
    for kind, sentence in SENTENCES.items():
        texts = list(dict.fromkeys(cause.text for cause in causes if cause.kind == kind))
        if kind == "clause" and len(texts) == 1:
            sentence = "{} is never true" if len(causes) == 1 else "{}"
        if texts:
            found.append(sentence.format("; ".join(texts)))
    return "; ".join(found)
