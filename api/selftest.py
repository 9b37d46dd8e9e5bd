"""Does a guideline answer rightly? Asked by /readyz of the one in force, and of a new one before it comes into force."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from api.asked import read
from api.examples import Example
from api.problems import Refused
from api.service import Loaded
from api.strict_json import parse
from engine import Engine
from engine.inference.decide import Decider
from engine.language.vocabulary import Given

Facts = Mapping[str, Given]


def agree(decider: Decider, patients: Iterable[Facts]) -> tuple[bool, list[str]]:
    """Do the evaluators there are agree on every patient, whatever the cross-check mode compares? And which they are."""
    same, evaluators = True, ["index"] + (["network"] if decider.network is not None else [])
    for given in patients:
        states = decider.resolver.resolve(given).states
        outcomes = decider.index.match(states)
        if decider.network is not None:
            same = same and decider.network.match(states) == outcomes
    return same, evaluators


def passes(loaded: Loaded, day: datetime.date) -> bool:
    """Decides nothing known and every example of the guideline by both evaluators, also where the mode is `off`; and writes one Decision."""
    engine = loaded.engine if loaded.engine.cross_check != "off" else Engine(loaded.guideline, "always")
    same, _ = agree(engine.decider(day), [{}, *_given(loaded, day)])
    return same and writes(loaded, day)


def writes(loaded: Loaded, day: datetime.date) -> bool:
    """Does the Decision on nothing known carry the hash of the guideline?"""
    written: dict[str, Any] = orjson.loads(loaded.engine.decide({}, day))
    return bool(written["guideline"]["sha256"] == loaded.guideline.sha256)


def _given(loaded: Loaded, day: datetime.date) -> Iterable[Facts]:
    for example in (*loaded.examples, *loaded.patients):
        found = _facts(example, loaded, day)
        if found is not None:
            yield found


def _facts(example: Example, loaded: Loaded, day: datetime.date) -> Facts | None:
    """The facts of an example; None for one that shows a mistake."""
    try:
        return read(parse(orjson.dumps(example.request)), loaded.guideline.vocabulary, day).given
    except Refused:
        return None
