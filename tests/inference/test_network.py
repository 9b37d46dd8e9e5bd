"""The second channel: it answers as the index does, proves that it finished, and recovers when it could not."""

import itertools
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from engine import Engine, EvaluatorsDisagree
from engine.inference import network
from engine.inference.decide import SAMPLE_EVERY, Decider
from engine.inference.index import Outcomes
from engine.inference.network import MOST_PATHS, NetworkFault
from engine.language.states import Interval, State
from engine.language.vocabulary import Given
from tests.guideline_maker import Maker, Word
from tests.inference.agreement import differences
from tests.inference.patients import likely_patient
from tests.strategies import AS_OF, loaded, patient, rounds, some_guideline, written

LAMP = Word("lamp", "boolean")
COLOUR = Word("colour", "code", ("red", "green", "blue"), {"warm": ["red", "green"]})
LEVEL = Word("level", "integer", low=0, high=3, cuts=(0, 1, 2, 3))
FACTS = {
    "section": "works",
    "title": "The works",
    "facts": {
        "lamp": {"label": "Lamp", "type": "boolean"},
        "colour": {
            "label": "Colour",
            "type": "code",
            "values": {"red": "red", "green": "green", "blue": "blue"},
            "groups": COLOUR.groups,
        },
        "level": {"label": "Level", "type": "integer", "range": [0, 3]},
    },
}


def works(seed: int, rules: int = 80, **more: Any) -> Decider:
    """Three facts and many rules about them, all in force; or just the rules that are named, each with its `when`."""
    maker = Maker(seed, 4, 0, 1, 0)
    maker.words = [LAMP, COLOUR, LEVEL]
    maker.files = {"facts/works.yaml": FACTS}
    maker._evidence()
    maker._about()
    if more:
        for place, (name, when) in enumerate(more.items()):
            maker.files[f"recommendations/{name}.yaml"] = {
                "id": name, "number": f"R-{place:02}", "title": name, "question": "first", "kind": "safety_alert", "when": when,
                "effective": {"from": "2020-01-01"}, "text": name, "strength": "strong", "basis": "definition",
            }  # fmt: skip
    else:
        maker._rules(rules)
        for name, form in maker.files.items():
            if name.startswith("recommendations/"):
                form["effective"] = {"from": "2020-01-01"}
    return Decider(loaded(maker.files).as_of(AS_OF))


def every_state() -> Iterator[dict[str, Given]]:
    """Everything that can be known of the three facts, nothing and all of it included."""
    lamps: list[State] = [frozenset({True}), frozenset({False}), frozenset({True, False})]
    colours: list[State] = [
        frozenset(some) for size in (1, 2, 3) for some in itertools.combinations(COLOUR.values, size)
    ]
    levels: list[State] = [Interval(low, high) for low in range(4) for high in range(low, 4)]
    for lamp, colour, level in itertools.product(lamps, colours, levels):
        yield {"lamp": Given(lamp), "colour": Given(colour), "level": Given(level)}


@pytest.mark.parametrize("seed", range(rounds(ci=3, thorough=60)))
def test_all_three_evaluators_agree_on_everything_that_can_be_known_of_three_facts(seed: int) -> None:
    decider = works(seed)
    assert decider.network is not None
    assert len(decider.network._shards) > 1

    assert [found for state in every_state() if (found := differences(decider, state))] == []


def test_a_row_may_ask_the_fact_that_guards_a_shard_more_than_once() -> None:
    """Each of two clauses may be true although no value passes both: unknown, not false."""
    decider = works(
        0,
        both={"colour": ["red", "blue"], "all": [{"colour": ["green", "red"]}]},
        never={"lamp": True, "not": {"lamp": True}},
    )

    assert [found for state in every_state() if (found := differences(decider, state))] == []


def test_no_shard_holds_more_paths_than_the_core_can_take(decider: Decider) -> None:
    assert decider.network is not None
    assert all(shard.definition.count('"all"') <= MOST_PATHS + 1 for shard, _ in decider.network._shards)


# ---- threads ------------------------------------------------------------------------------------------------------------
def _states(decider: Decider, count: int, seed: int) -> list[Sequence[int]]:
    rng = random.Random(seed)
    vocabulary = decider.guideline.vocabulary
    draw = likely_patient if "treatment_phase" in vocabulary else patient
    return [
        decider.resolver.resolve(vocabulary.read(draw(decider.guideline, rng, decider.resolver.cells))).states
        for _ in range(count)
    ]


def test_eight_threads_get_the_answers_of_one(decider: Decider) -> None:
    matcher = decider.network
    assert matcher is not None
    states = _states(decider, 150, 21)
    expected = [decider.index.match(one) for one in states]
    wrong: list[int] = []

    def work(offset: int) -> None:
        for step in range(2 * len(states)):
            place = (offset * 17 + step) % len(states)
            if matcher.match(states[place]) != expected[place]:
                wrong.append(place)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert wrong == []


# ---- faults -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def small() -> Decider:
    return works(7)


def _unknown(decider: Decider) -> Sequence[int]:
    """The patient of whom nothing is known: no shard is left out."""
    return decider.resolver.resolve({}).states


def _right_again(decider: Decider) -> None:
    assert [found for state in every_state() if (found := differences(decider, state))] == []


def _ends_early(times: int) -> Callable[[int, Any], Any]:
    """The core's drain, which the given number of times says too soon that nothing is left."""
    real, calls = network.core.complete_and_start_action, itertools.count()
    return lambda handle, state: None if next(calls) < times else real(handle, state)


def test_a_drain_that_ends_early_is_a_fault_and_not_an_answer(small: Decider, monkeypatch: pytest.MonkeyPatch) -> None:
    assert small.network is not None
    expected = small.network.match(_unknown(small))
    monkeypatch.setattr(network.core, "complete_and_start_action", _ends_early(1))

    with pytest.raises(NetworkFault):
        small.network.match(_unknown(small))
    assert small.network.match(_unknown(small)) == expected
    _right_again(small)


def test_a_shard_is_built_again_at_the_next_patient_when_building_failed_too(
    small: Decider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert small.network is not None
    expected = small.network.match(_unknown(small))
    with monkeypatch.context() as patch:
        patch.setattr(network.core, "assert_fact", lambda handle, message: (3, 0))
        for _ in range(3):
            with pytest.raises(NetworkFault):
                small.network.match(_unknown(small))

    assert small.network.match(_unknown(small)) == expected
    _right_again(small)


def test_an_error_of_the_core_is_a_fault_without_the_core_s_words(
    small: Decider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert small.network is not None
    real, calls = network.core.assert_fact, itertools.count()

    def fails_once(handle: int, message: str) -> Any:
        if next(calls) == 0:
            raise RuntimeError(f"could not take {message}")
        return real(handle, message)

    with monkeypatch.context() as patch:
        patch.setattr(network.core, "assert_fact", fails_once)
        with pytest.raises(NetworkFault, match=r"^RuntimeError$") as caught:
            small.network.match(_unknown(small))

    assert caught.value.__cause__ is None
    _right_again(small)


def test_a_lease_that_was_leaked_is_noticed_and_recovered_from(small: Decider) -> None:
    assert small.network is not None
    shard, _ = small.network._shards[0]
    _, state = network.core.assert_fact(shard._handle, '{"_p":1,"id":"p"}')
    network.core.start_action_for_state(shard._handle, state)  # and never completed

    with pytest.raises(NetworkFault):
        small.network.match(_unknown(small))
    _right_again(small)


def test_a_fact_left_behind_is_noticed_and_recovered_from(small: Decider) -> None:
    assert small.network is not None
    shard, _ = small.network._shards[0]
    network.core.assert_fact(shard._handle, '{"_p":1,"id":"p","c0":2,"c1":2,"c2":2}')

    with pytest.raises(NetworkFault):
        small.network.match(_unknown(small))
    _right_again(small)


# ---- two channels -------------------------------------------------------------------------------------------------------
class Sabotaged:
    """A channel that gets one rule wrong."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel

    def match(self, states: Sequence[int]) -> Outcomes:
        found: Outcomes = self._channel.match(states)
        return found._replace(firm=found.firm ^ 1)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)


@pytest.mark.parametrize("channel", ["network", "index"])
def test_no_answer_is_given_when_the_channels_disagree(
    channel: str, small: Decider, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(small.guideline)
    monkeypatch.setattr(engine.decider(AS_OF), channel, Sabotaged(getattr(engine.decider(AS_OF), channel)))

    with pytest.raises(EvaluatorsDisagree) as caught:
        engine.decide({"lamp": True, "level": 2, "colour": "green"}, AS_OF)

    assert list(caught.value.rules) == [small.guideline.rules[0].number]
    assert str(caught.value) == f"evaluators disagree on {small.guideline.rules[0].number}"


@pytest.mark.parametrize(("cross_check", "refused"), [("always", SAMPLE_EVERY * 2), ("sample", 2), ("off", 0)])
def test_how_often_the_channels_are_compared_is_a_setting(
    cross_check: Any, refused: int, small: Decider, monkeypatch: pytest.MonkeyPatch
) -> None:
    decider = Decider(small.guideline, cross_check)
    monkeypatch.setattr(decider, "index", Sabotaged(decider.index))
    caught = 0
    for _ in range(SAMPLE_EVERY * 2):
        try:
            decider.judge({})
        except EvaluatorsDisagree:
            caught += 1

    assert caught == refused


# ---- memory -------------------------------------------------------------------------------------------------------------
def _resident() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads Linux's account of memory")
def test_memory_stays_flat(decider: Decider) -> None:
    matcher = decider.network
    assert matcher is not None
    states = _states(decider, 200, 22)
    for one in states:
        matcher.match(one)
    before = _resident()
    for step in range(rounds(ci=15_000, thorough=100_000)):
        matcher.match(states[step % len(states)])

    assert _resident() - before < 3_000_000


PERTURBED = """
import datetime, random, sys
sys.path.insert(0, "")
from engine import load
from engine.inference.decide import Decider
from tests.inference.agreement import differences
from tests.strategies import patient
decider = Decider(load(sys.argv[1]).as_of(datetime.date(2026, 11, 22)))
rng = random.Random(23)
for _ in range(int(sys.argv[2])):
    given = decider.guideline.vocabulary.read(patient(decider.guideline, rng, decider.resolver.cells))
    assert differences(decider, given) == []
print("agreed")
"""


def test_no_memory_is_read_before_it_is_written(tmp_path: Path) -> None:
    """glibc fills what it gives out and takes back with a pattern: an uninitialised read would change the answers or end the process."""
    folder = written(some_guideline(random.Random(24)), tmp_path / "rules")
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", PERTURBED, str(folder), str(rounds(ci=300, thorough=10_000))],
        capture_output=True, text=True, cwd=root, env={**os.environ, "MALLOC_PERTURB_": "165", "MALLOC_CHECK_": "3"}, timeout=300, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout.strip()) == (0, "agreed"), done.stderr
