"""Conflicts and gaps: whether each clinical question gives every patient one answer, or asks for what is missing."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from engine.authoring.findings import Finding
from engine.authoring.study import Study
from engine.authoring.witness import Witness
from engine.inference.decide import Judgement
from engine.language.forms import ADVICE
from engine.language.guideline import Guideline
from engine.language.rules import Rule

_WORD = r"[a-z]{3,}(?:-[a-z]+)*"
_INSTEAD = re.compile(
    r"\b(?:instead of|in place of|rather than|without|unless|beside)\b"
)  # what follows is not advised against
AGAINST = "recommend_against"
MOST_GAPS = 8  # kinds of gap that are shown of one question


def conflicts(study: Study) -> Iterator[Finding]:
    """Two rules that recommend or offer something can both stand in a question declared `single`; or one that advises for a thing beside one that
    advises against it."""
    encoding = study.encoding
    things = Things(study.guideline)
    for question, form in study.guideline.questions.items():
        if not form.single:
            continue
        rules = [rule for rule in study.guideline.rules if rule.question == question and rule.kind in ADVICE]
        for one, other in combinations(rules, 2):
            against = [rule for rule in (one, other) if rule.kind == AGAINST]
            if len(against) == 2 or (against and not things.shared(one, other)):
                continue
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
                f"`{one.id}` and `{other.id}` can both stand in `{question}`"
                + (f", and one advises against {_listed(things.shared(one, other))}" if against else ""),
                study.place(one, ("when",)),
                "add `overrides` with a reason to one of them, or an `unless` with a reason",
                (one.number, other.number),
                (study.place(other, ("when",)),),
                witness,
            )


def _listed(things: frozenset[str]) -> str:
    return ", ".join(f"`{one}`" for one in sorted(things))


class Things:
    """What advice is about, as far as the words of the guideline tell: its regimens, and the drugs and groups that these or its title name."""

    def __init__(self, guideline: Guideline) -> None:
        self.guideline = guideline
        self._groups = {name: frozenset(drug.groups) for name, drug in guideline.terminology.drugs.items()}
        self._words = {
            word.lower(): name for name, drug in guideline.terminology.drugs.items() for word in (name, *drug.names)
        }
        self._words |= {group: group for groups in self._groups.values() for group in groups}
        for regimen in guideline.regimens.values():
            for word in (word for part in regimen.parts for word in re.findall(_WORD, part.drug.lower())):
                self._words.setdefault(word, word)
        self._of: dict[str, frozenset[str]] = {}

    def shared(self, one: Rule, other: Rule) -> frozenset[str]:
        """What both rules are about: advice against a group of drugs is also against each of them, but not the other way round."""
        if other.kind == AGAINST:
            one, other = other, one
        return self.of(one) & (
            self.of(other) | {group for drug in self.of(other) for group in self._groups.get(drug, ())}
        )

    def of(self, rule: Rule) -> frozenset[str]:
        """What one rule is about."""
        if rule.id not in self._of:
            found = set(rule.regimens)
            title = re.split(_INSTEAD, rule.title)[0] if rule.kind == AGAINST else rule.title
            texts = [title, *(part.drug for name in rule.regimens for part in self.guideline.regimens[name].parts)]
            for text in texts:
                found |= {self._words[word] for word in re.findall(_WORD, text.lower()) if word in self._words}
            self._of[rule.id] = frozenset(found)
        return self._of[rule.id]


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
