"""What must hold of every guideline and every patient (docs/design.md, Invariants), on generated guidelines and on the one installed.

1. The definition (reference), the index and the network say the same of every rule, every fact and every contradiction.
2. What is settled stays settled when more becomes known. Excused, and named one by one in narrowing.py: whoever looks at knowledge itself
   (`known`, facts that say what was sent, assumptions that are undone) or at disagreement (contradictions, sources left aside).
3. A fact that is not named in `needs` cannot change an outcome. Excused: the same, and assumptions that an answer sets off.
"""

import random
from collections import Counter
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from engine.inference.decide import Decider
from engine.language.vocabulary import Given
from tests.inference.agreement import differences
from tests.inference.completions import Completions
from tests.inference.narrowing import Account, examined
from tests.inference.patients import likely_patient
from tests.strategies import AS_OF, Files, examples, guidelines, loaded, patient, rounds, vaguer

SEEDS = st.integers(0, 2**32 - 1)
Record = Callable[[str, object], None]


# ---- 1: the evaluators agree --------------------------------------------------------------------------------------------
@examples(ci=120, thorough=3000)
@given(guidelines(), SEEDS)
def test_reference_index_and_network_agree_on_every_generated_guideline(files: Files, seed: int) -> None:
    rng = random.Random(seed)
    rules = loaded(files).as_of(AS_OF)
    decider = Decider(rules)

    for _ in range(20):
        facts = patient(rules, rng, decider.resolver.cells)
        assert differences(decider, rules.vocabulary.read(facts)) == [], facts


def test_reference_index_and_network_agree_on_random_patients_of_the_guideline(
    decider: Decider, record_property: Record
) -> None:
    rng = random.Random(1)
    outcomes: Counter[str] = Counter()
    for _ in range(rounds(ci=3_000, thorough=200_000)):
        facts = likely_patient(decider.guideline, rng, decider.resolver.cells)
        sent = decider.guideline.vocabulary.read(facts)
        outcomes.update(decider.outcome_of(decider.index.match(decider.resolver.resolve(sent).states)).values())
        assert differences(decider, sent) == [], facts

    table = "\n".join(f"{count:>12,}  {outcome.replace('_', ' ')}" for outcome, count in outcomes.most_common())
    record_property("table: outcomes on which reference, index and network agreed", table)
    assert len(outcomes) == 5


def test_nothing_and_only_nulls_are_patients_too(decider: Decider) -> None:
    names = [name for name, fact in decider.guideline.vocabulary.items() if fact.given]

    assert differences(decider, {}) == []
    assert differences(decider, decider.guideline.vocabulary.read(dict.fromkeys(names))) == []


def test_every_single_answer_is_agreed_on(decider: Decider) -> None:
    vocabulary = decider.guideline.vocabulary
    for name, fact in vocabulary.items():
        for state in decider.resolver.cells[name].samples() if fact.given else ():
            sent = {name: Given(state)}
            assert differences(decider, sent) == [], sent


# ---- 2: knowledge only settles ------------------------------------------------------------------------------------------
def _less_known(facts: dict[str, object], completions: Completions | Decider, rng: random.Random) -> dict[str, object]:
    """The same patient with less known: facts left out or said vaguely."""
    resolver = completions.resolver
    vocabulary, share = resolver.guideline.vocabulary, rng.choice((0.05, 0.2, 0.5))
    less = dict(facts)
    for name in facts:
        if rng.random() < share:
            del less[name]
        elif rng.random() < share:
            raw = vaguer(vocabulary[name], facts[name], resolver.cells[name], rng)
            if raw is None:
                del less[name]
            else:
                less[name] = raw
    return less


@examples(ci=100, thorough=3000)
@given(guidelines(), SEEDS)
def test_more_facts_only_settle_what_was_open_in_every_generated_guideline(files: Files, seed: int) -> None:
    rng = random.Random(seed)
    rules = loaded(files).as_of(AS_OF)
    decider = Decider(rules, "off")
    account = Account(decider)

    for _ in range(25):
        facts = patient(rules, rng, decider.resolver.cells, silence=rng.choice((0.0, 0.2)))
        less = _less_known(facts, decider, rng)
        wider, narrower = (examined(decider, rules.vocabulary.read(one)) for one in (less, facts))
        flipped, _ = account.flipped(wider, narrower, account.widened(wider, narrower))

        assert [decider.resolver.names[place] for place in account.without_excuse(wider, narrower)] == [], (less, facts)
        assert flipped == [], (less, facts)


def test_more_facts_only_settle_what_was_open_in_the_guideline(
    completions: Completions, record_property: Record
) -> None:
    rng = random.Random(2)
    decider, account = completions.decider, completions.account
    rules, held, compared = decider.guideline, 0, 0
    for _ in range(rounds(ci=6_000, thorough=200_000)):
        facts = likely_patient(rules, rng, decider.resolver.cells)
        less = _less_known(facts, completions, rng)
        wider, narrower = (examined(decider, rules.vocabulary.read(one)) for one in (less, facts))
        flipped, count = account.flipped(wider, narrower, account.widened(wider, narrower))
        held, compared = held + count, compared + len(rules.rules)

        assert [decider.resolver.names[place] for place in account.without_excuse(wider, narrower)] == [], (less, facts)
        assert flipped == [], (less, facts)

    record_property(
        "table: outcomes compared when more became known",
        f"{compared:>12,}  of which {held / compared:.0%} without excuse",
    )
    assert held / compared > 0.7


# ---- 3: what is not asked for cannot matter -----------------------------------------------------------------------------
def _unnamed_facts_change_nothing(completions: Completions, facts: dict[str, object], rng: random.Random) -> int:
    sent = completions.vocabulary.read(facts)
    judgement = completions.decider.judge(sent)
    unnamed = completions.unnamed(judgement)
    for name in unnamed:
        for state in completions.values(sent, name):
            completed = completions.with_answer(sent, name, state)
            assert completions.changed(judgement, completed) == [], (name, state, facts)
    rng.shuffle(unnamed)
    together = completions.joined(sent, unnamed, rng)
    assert completions.changed(judgement, together) == [], (facts, together)
    return len(unnamed)


@examples(ci=60, thorough=2000)
@given(guidelines(), SEEDS)
def test_a_fact_not_named_in_needs_changes_no_outcome_of_a_generated_guideline(files: Files, seed: int) -> None:
    rng = random.Random(seed)
    rules = loaded(files).as_of(AS_OF)
    completions = Completions(Decider(rules, "off"))

    for _ in range(10):
        facts = patient(rules, rng, completions.resolver.cells, silence=rng.choice((0.3, 0.6, 0.9)))
        _unnamed_facts_change_nothing(completions, facts, rng)


def test_a_fact_not_named_in_needs_changes_no_outcome_of_the_guideline(completions: Completions) -> None:
    rng = random.Random(3)
    unnamed = sum(
        _unnamed_facts_change_nothing(
            completions, likely_patient(completions.decider.guideline, rng, completions.resolver.cells), rng
        )
        for _ in range(rounds(ci=100, thorough=5_000))
    )

    assert unnamed > 1000


def test_most_facts_named_in_needs_can_change_an_outcome(completions: Completions, record_property: Record) -> None:
    """The converse, which holds only nearly: needs are read off the rules, not searched. The share that no completion changes is printed."""
    rng = random.Random(4)
    decider, walks = completions.decider, rounds(ci=12, thorough=60)
    named: Counter[str] = Counter()
    idle: Counter[str] = Counter()
    for _ in range(rounds(ci=80, thorough=1_500)):
        judgement = decider.judge(
            completions.vocabulary.read(likely_patient(decider.guideline, rng, completions.resolver.cells))
        )
        if judgement.resolved.stops:
            continue
        for need in judgement.needs:
            name = completions.resolver.names[need.fact]
            named[name] += 1
            idle[name] += completions.witness(judgement, need, rng, walks) is None

    share = idle.total() / named.total()
    worst = "\n".join(
        f"{count:>12,}  {name} (named {named[name]:,} times)" for name, count in idle.most_common(8) if count
    )
    record_property(
        "table: needs that no completion was found to matter for", f"{share:>12.1%}  of {named.total():,}\n{worst}"
    )
    assert share <= 0.12
