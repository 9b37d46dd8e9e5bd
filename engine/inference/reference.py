"""The definition: what is derived from a patient's facts, and the outcome of every rule. Every other evaluator is compared with this one.

Read engine/language/logic.py and conditions.py first. Nothing here is fast, and nothing here should become so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.language.conditions import truth
from engine.language.facts import Assumption
from engine.language.guideline import Contradiction, Guideline
from engine.language.rules import Rule
from engine.language.states import Interval, State
from engine.language.tables import Derivation, outputs
from engine.language.vocabulary import Given

GivenFacts = Mapping[str, Given]


class Outcome(StrEnum):
    """What a rule says of a patient, before stops and overrides."""

    FIRM = "firm"
    PROVISIONAL = "provisional"
    RULED_OUT = "ruled_out"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Resolution:
    """Every fact's state after assumptions and derivation, where it came from, and the contradictions found."""

    states: Mapping[str, State]
    sources: Mapping[str, str]  # given | assumed | derived; absent where nothing is known
    contradictions: tuple[str, ...]  # codes, those of the guideline first


def resolve(guideline: Guideline, given: GivenFacts) -> Resolution:
    """What is known of every fact once assumptions and decision tables have been used."""
    vocabulary = guideline.vocabulary
    sent: dict[str, State] = {
        name: given[name].state if name in given else fact.everything for name, fact in vocabulary.items()
    }
    states = dict(sent)
    sources = {name: "given" for name, fact in vocabulary.items() if sent[name] != fact.everything}
    for name, assumptions in guideline.assumptions.items():
        for one in assumptions if name not in sources else ():
            if _may_assume(guideline, one, name in given, sent):
                states[name], sources[name] = one.state, "assumed"
                break
    clashes = []
    for derivation in guideline.derivations:
        if not derivation.from_contradictions:
            clashes += _derive(guideline, derivation, given, sent, states, sources)
    seen_as_sent = {**states, **{name: state for name, state in sent.items() if vocabulary[name].given}}
    found = [one for one in guideline.contradictions if contradicts(one, guideline, seen_as_sent)]
    codes = [one.code for one in found]
    if not any(one.stop for one in found):
        codes += clashes
    stops = bool(clashes) or any(one.stop for one in found)
    disputed = {name: given[name].dispute for name in vocabulary if name in given and given[name].dispute}
    codes += [f"sources-differ-{name}" for name in disputed]
    stops = stops or any(not one.settled for one in disputed.values() if one is not None)
    for derivation in guideline.derivations:
        if derivation.from_contradictions:
            states[derivation.fact], sources[derivation.fact] = frozenset({stops}), "derived"
    return Resolution(states, sources, tuple(codes))


def _may_assume(guideline: Guideline, one: Assumption, sent_unknown: bool, sent: Mapping[str, State]) -> bool:
    if sent_unknown and not one.even_when_sent_unknown:
        return False
    if one.when is not None and truth(one.when, sent, guideline.vocabulary) is not True:
        return False
    return one.unless is None or truth(one.unless, sent, guideline.vocabulary) is not True


def _derive(
    guideline: Guideline,
    derivation: Derivation,
    given: GivenFacts,
    sent: Mapping[str, State],
    states: dict[str, State],
    sources: dict[str, str],
) -> list[str]:
    """Set the state of one derived fact; returns a contradiction when no row can hold or what was sent disagrees with the rows."""
    name, vocabulary = derivation.fact, guideline.vocabulary
    fact = vocabulary[name]
    if derivation.sent:
        other, open_value = derivation.sent
        states[name], sources[name] = frozenset({other in given and given[other].open_value == open_value}), "derived"
        return []
    everything = fact.everything
    assert isinstance(everything, frozenset)
    clashes = []
    state = outputs(derivation.rows, fact, states, vocabulary) if derivation.rows else everything
    if not state:
        clashes, state = [f"no-row-{name}"], everything
    if sent[name] != everything:
        said = sent[name]
        assert isinstance(said, frozenset)
        if not state & said:
            clashes = [f"no-row-{name}"]
        state = state & said or said
    for table in derivation.also:
        state = state & outputs(table, fact, states, vocabulary) or state
    source = "given" if state == sent[name] else "derived"
    if derivation.assume and len(state) > 1:
        assumed = state & outputs(derivation.assume, fact, states, vocabulary)
        if assumed and assumed != state:
            state, source = assumed, "assumed"
    states[name] = state
    if state != everything:
        sources[name] = source
    return clashes


def contradicts(one: Contradiction, guideline: Guideline, seen: Mapping[str, State]) -> bool:
    """Is everything the contradiction names certainly so? Facts that callers send are seen as sent, without assumptions."""
    if one.when is not None and truth(one.when, seen, guideline.vocabulary) is not True:
        return False
    if one.greater is not None:
        first, second = seen[one.greater[0]], seen[one.greater[1]]
        assert isinstance(first, Interval) and isinstance(second, Interval)
        if not (first.low > second.high or (first.low == second.high and (first.low_open or second.high_open))):
            return False
    if one.disjoint is not None:
        left, right = seen[one.disjoint[0]], seen[one.disjoint[1]]
        assert isinstance(left, frozenset) and isinstance(right, frozenset)
        if left & right:
            return False
    return True


def outcome(rule: Rule, states: Mapping[str, State], guideline: Guideline) -> Outcome:
    """The outcome of one rule."""
    applies = truth(rule.when, states, guideline.vocabulary)
    excepted = truth(rule.exception, states, guideline.vocabulary) if rule.exception else False
    if applies is True:
        if excepted is True:
            return Outcome.RULED_OUT
        return Outcome.PROVISIONAL if excepted is None and not rule.reminder else Outcome.FIRM
    if applies is None and excepted is not True:
        return Outcome.UNDETERMINED
    return Outcome.NOT_APPLICABLE


def outcomes(guideline: Guideline, given: GivenFacts) -> dict[str, Outcome]:
    """The outcome of every rule, by rule id."""
    states = resolve(guideline, given).states
    return {rule.id: outcome(rule, states, guideline) for rule in guideline.rules}
