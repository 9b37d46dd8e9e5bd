"""The columns say of every patient what the definition says: states, outcomes, contradictions, what stands, what is needed and what to confirm."""

import pickle
import random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import default_rules, load
from engine.cohort import Compiled, evaluate
from engine.cohort.combinations import Combinations
from engine.inference.decide import Decider
from tests.cohort.one_by_one import batch_of, differences
from tests.inference.patients import likely_patient
from tests.strategies import AS_OF, Files, examples, guidelines, loaded, patient, rounds

SEEDS = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    guideline = load(default_rules())
    coded = [name for name, fact in guideline.vocabulary.items() if fact.type == "code"]
    return Compiled(guideline, AS_OF, coded)


@pytest.fixture(scope="module")
def decider(compiled: Compiled) -> Decider:
    return Decider(compiled.guideline, "off")


@examples(ci=100, thorough=3000)
@given(guidelines(), SEEDS)
def test_a_batch_says_what_the_definition_says_in_every_generated_guideline(files: Files, seed: int) -> None:
    rng = random.Random(seed)
    guideline = loaded(files)
    coded = [name for name, fact in guideline.vocabulary.items() if not fact.numeric]
    compiled = Compiled(guideline, AS_OF, coded)
    decider = Decider(compiled.guideline, "off")

    for _ in range(2):
        patients = [patient(compiled.guideline, rng, decider.resolver.cells) for _ in range(15)]
        batch = batch_of(compiled.guideline, patients, rng)
        assert differences(decider, batch, compiled.evaluate(batch)) == []


def test_a_batch_says_what_the_definition_says_of_the_guideline(compiled: Compiled, decider: Decider) -> None:
    rng = random.Random(5)
    for _ in range(rounds(ci=3, thorough=100)):
        patients = [likely_patient(compiled.guideline, rng, decider.resolver.cells) for _ in range(400)]
        batch = batch_of(compiled.guideline, patients, rng)
        assert differences(decider, batch, compiled.evaluate(batch)) == []


def test_it_does_not_matter_how_much_fits_a_table_or_a_block(
    compiled: Compiled, decider: Decider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Combinations, "DENSE_BITS", 4)
    monkeypatch.setattr(evaluate, "BLOCK", 7)
    monkeypatch.setattr(evaluate, "MOST_WEIGHT", 50)
    rng, small = random.Random(6), Compiled(compiled.guideline, AS_OF)
    for _ in range(2):
        patients = [likely_patient(compiled.guideline, rng, decider.resolver.cells) for _ in range(40)]
        batch = batch_of(compiled.guideline, patients, rng)
        assert differences(decider, batch, small.evaluate(batch)) == []


def test_what_is_compiled_can_be_sent_to_another_process(compiled: Compiled, decider: Decider) -> None:
    rng = random.Random(7)
    patients = [likely_patient(compiled.guideline, rng, decider.resolver.cells) for _ in range(20)]
    batch = batch_of(compiled.guideline, patients, rng)

    sent = pickle.loads(pickle.dumps(compiled))

    assert differences(decider, batch, sent.evaluate(batch)) == []
    assert sent.guideline.sha256 == compiled.guideline.sha256


@pytest.mark.parametrize("count", [0, 1])
def test_a_batch_may_be_empty_and_may_say_nothing(compiled: Compiled, decider: Decider, count: int) -> None:
    batch = pa.record_batch({"unheard_of": pa.nulls(count)})

    outcomes = compiled.evaluate(batch)

    assert differences(decider, batch, outcomes) == []
    patients, recommendations = outcomes.to_batches(pa.array(["someone"] * count, pa.string()))
    assert patients.num_rows == count
    assert recommendations.num_rows == sum(map(len, [outcomes.stands.pairs()[0]]))
