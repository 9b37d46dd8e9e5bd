"""Compares the three evaluators on one patient: the definition (reference), the index and the network."""

from collections.abc import Mapping

from engine.inference.decide import Decider
from engine.inference.index import Outcomes
from engine.inference.patient import PatientStates
from engine.inference.reference import outcome, resolve
from engine.language.vocabulary import Given


def differences(decider: Decider, given: Mapping[str, Given]) -> list[str]:
    """Where the fast evaluators say anything else than the definition: states, sources, contradictions, outcomes."""
    guideline, resolver = decider.guideline, decider.resolver
    defined, fast = resolve(guideline, given), resolver.resolve(given)
    printed = PatientStates(resolver, given, fast)
    found = []
    for name, place in resolver.position.items():
        state = defined.states[name]
        if fast.states[place] != resolver.cells[name].state(state):
            found.append(f"state of {name}: {state} by definition, bits {fast.states[place]:b}")
        if printed[name] != state:
            found.append(f"{name}: {state} by definition, {printed[name]} as printed")
        source = fast.sources.get(
            place, "given" if name in given and given[name].state != guideline.vocabulary[name].everything else None
        )
        if source != defined.sources.get(name):
            found.append(f"source of {name}: {defined.sources.get(name)} by definition, {source}")
    if fast.codes != defined.contradictions:
        found.append(f"contradictions: {defined.contradictions} by definition, {fast.codes}")
    expected = {rule.id: outcome(rule, defined.states, guideline) for rule in guideline.rules}
    channels: dict[str, Outcomes] = {"index": decider.index.match(fast.states)}
    if decider.network is not None:
        channels["network"] = decider.network.match(fast.states)
    for channel, answer in channels.items():
        said = decider.outcome_of(answer)
        found += [
            f"{channel} on {rule}: {expected[rule]} by definition, {said[rule]}"
            for rule in expected
            if said[rule] != expected[rule]
        ]
    if len(set(channels.values())) > 1:
        found.append("index and network differ in their masks")
    return found
