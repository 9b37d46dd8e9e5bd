"""Conflicts and gaps: whether each clinical question gives every patient one answer, or asks for what is missing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from engine.authoring.findings import Finding
from engine.authoring.study import Study
from engine.authoring.witness import Witness
from engine.inference.decide import Judgement
from engine.language.forms import ADVICE
from engine.language.rules import Rule

MOST_GAPS = 8  # kinds of gap that are shown of one question


def conflicts(study: Study) -> Iterator[Finding]:
    """Two rules that recommend or offer something can both stand in a question declared `single`."""
    encoding = study.encoding
    for question, form in study.guideline.questions.items():
        if not form.single:
            continue
        rules = [
            rule
            for rule in study.guideline.rules
            if rule.question == question and rule.kind in ("recommend", "consider")
        ]
        for one, other in combinations(rules, 2):
            both = [encoding.stands[one.id], encoding.stands[other.id], encoding.consistent]
            if not study.possible(*both):
                continue
            firm = [encoding.firm[one.id], encoding.firm[other.id]]
            witness = study.patient(*both, *firm) or study.patient(*both)
            assert witness is not None
            standing = study.standing(witness)
            study.confirmed({one.id, other.id} <= standing, f"that {one.number} and {other.number} stand together")
            yield Finding(
                "conflict",
                f"`{one.id}` and `{other.id}` can both stand in `{question}`",
                study.place(one, ("when",)),
                "add `overrides` with a reason to one of them, or an `unless` with a reason",
                (one.number, other.number),
                (study.place(other, ("when",)),),
                witness,
            )


def gaps(study: Study) -> Iterator[Finding]:
    """A patient of whom a question says `answered_when` gets no advice in it and is asked for nothing."""
    for question, condition in study.guideline.answered_when.items():
        place = study.about(("questions", question, "answered_when"))
        met = study.encoding.true(condition)
        if not study.possible(met, study.encoding.consistent):
            message = f"no patient ever meets `answered_when` of `{question}`"
            yield Finding("impossible-condition", message, place, "mend it or remove it")
            continue
        for witness, ruled_out in silences(study, [question], met):
            names = ", ".join(rule.number for rule in ruled_out)
            yield Finding(
                "gap",
                f"`{question}` has no answer for this patient and asks for nothing"
                + (f" (considered and ruled out: {names})" if names else ""),
                place,
                "add a rule, also one that says why there is no advice; or narrow `answered_when`",
                (),
                tuple(study.place(rule, ("unless",)) for rule in ruled_out),
                witness,
                where=((place.path, ("questions", question)),),
            )


def silences(study: Study, questions: Sequence[str], met: int) -> Iterator[tuple[Witness, list[Rule]]]:
    """Patients without advice or need in any of the questions, one of each kind: a kind is which advice was ruled out."""
    rules = advice_of(study, questions)
    literals = [met, *silent(study, questions)]
    for _ in range(MOST_GAPS):
        witness = study.patient(*literals)
        if witness is None:
            return
        judgement = study.judged(witness)
        study.confirmed(is_silent(study, questions, judgement), f"that {', '.join(questions)} is silent")
        places = {rule.id: place for place, rule in enumerate(study.guideline.rules)}
        ruled_out = [rule for rule in rules if judgement.outcomes.ruled_out >> places[rule.id] & 1]
        yield witness, ruled_out
        same = [
            study.encoding.ruled_out[rule.id] if rule in ruled_out else -study.encoding.ruled_out[rule.id]
            for rule in rules
        ]
        literals.append(-study.formula.all_of(same))


def advice_of(study: Study, questions: Iterable[str]) -> list[Rule]:
    """The rules that give advice in the questions."""
    asked = set(questions)
    return [rule for rule in study.guideline.rules if rule.question in asked and rule.kind in ADVICE]


def silent(study: Study, questions: Iterable[str]) -> list[int]:
    """The literals of a consistent patient to whom the questions say nothing, and who is asked for nothing: no advice stands, none that is
    undetermined has a named need, and no request for data stands."""
    encoding = study.encoding
    literals = [encoding.consistent]
    for rule in advice_of(study, questions):
        literals += [-encoding.stands[rule.id], -encoding.asks[rule.id]]
    literals += [-encoding.stands[rule.id] for rule in study.guideline.rules if rule.kind == "request_data"]
    return literals


def is_silent(study: Study, questions: Iterable[str], judgement: Judgement) -> bool:
    """Does the engine, too, say nothing and ask for nothing?"""
    rules = study.guideline.rules
    advice = {rule.id for rule in advice_of(study, questions)}
    needed = {rules[place].id for need in judgement.needs for place in need.decides}
    stands = {rule.id: rule for place, rule in enumerate(rules) if judgement.standing.stands >> place & 1}
    requests = any(rule.kind == "request_data" for rule in stands.values())
    undetermined = {rule.id for place, rule in enumerate(rules) if judgement.outcomes.undetermined >> place & 1}
    return not (advice & stands.keys() or advice & needed & undetermined or requests or judgement.resolved.stops)


def never_stands(
    study: Study, rules: Iterable[str], *, unless: Mapping[str, Any], firm: bool = False
) -> Witness | None:
    """A patient for whom one of the rules stands although the condition `unless` is not definitely true; None proves that there is none."""
    chosen = [study.rule(name) for name in rules]
    encoding, formula = study.encoding, study.formula
    standing = [
        formula.all_of([encoding.stands[name], encoding.firm[name]]) if firm else encoding.stands[name]
        for name in chosen
    ]
    witness = study.patient(formula.any_of(standing), -study.when(unless))
    if witness is not None:
        study.confirmed(bool(study.standing(witness) & set(chosen)), "that one of the rules stands")
    return witness
