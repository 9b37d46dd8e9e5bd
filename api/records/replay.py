"""Decides once more what is on record, with the guideline of the record as the store holds it, and compares byte for byte."""

import datetime
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from api.problems import pointer
from api.records.packing import ChangedMeanwhile, loaded
from api.records.store import Kept, Store
from engine import Engine, FactsError, GuidelineError
from engine.inference.decide import ENGINE_VERSION

Verdict = Literal["same", "same-but-version", "different", "not-replayable"]
MOST = 50  # differences that are listed
GUIDELINES = 4  # that are kept ready


@dataclass(frozen=True, slots=True)
class Difference:
    """One place of the Decision."""

    at: str
    recorded: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it. `same-but-version`: another version of the program decides the same in every other byte."""

    id: str
    verdict: Verdict
    recorded_version: str
    version: str = ENGINE_VERSION
    differences: tuple[Difference, ...] = ()
    reason: str = ""  # why it cannot be replayed

    @property
    def good(self) -> bool:
        """Would the same be said today?"""
        return self.verdict in ("same", "same-but-version")


class Replayer:
    """Replays the records of one store; for any thread, one after the other."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._turn = threading.Lock()

    def replay(self, kept: Kept) -> Replayed:
        """Decide again. The record must be a decision that is not erased. Raises StoreError."""
        record, content = kept.record, kept.content
        assert content is not None and record.guideline is not None and record.as_of is not None
        with self._turn:
            try:
                engine = self._engine(record.guideline.hex())
                facts, day = orjson.loads(content.facts), datetime.date.fromisoformat(record.as_of)
                now = engine.decide(facts, day, record.id)
            except (GuidelineError, FactsError, ChangedMeanwhile, ValueError) as error:
                reason = f"this version cannot read its guideline or its facts ({type(error).__name__})"
                return Replayed(record.id, "not-replayable", record.engine_version, reason=reason)
        verdict: Verdict = "same"
        differences: tuple[Difference, ...] = ()
        if now != content.outcome:
            with_version = now.replace(_version(ENGINE_VERSION), _version(record.engine_version), 1)
            verdict = "same-but-version" if with_version == content.outcome else "different"
            differences = tuple(_first(_differences(_parsed(content.outcome), _parsed(now), ())))
        return Replayed(record.id, verdict, record.engine_version, differences=differences)

    def _engine(self, sha256: str) -> Engine:
        engine = self._engines.get(sha256)
        if engine is None:
            rules = self.store.rules(sha256)
            if rules is None:
                raise ValueError("not stored")
            # One evaluator is enough: both had agreed on what is on record.
            engine = self._engines[sha256] = Engine(loaded(rules.archive, sha256), "off")
            if len(self._engines) > GUIDELINES:
                self._engines.popitem(last=False)
        self._engines.move_to_end(sha256)
        return engine


def _version(text: str) -> bytes:
    return b',"engine_version":' + orjson.dumps(text)


def _parsed(outcome: bytes) -> Any:
    try:
        return orjson.loads(outcome)
    except orjson.JSONDecodeError:
        return None


def _first(found: Iterator[Difference]) -> Iterator[Difference]:
    for _, one in zip(range(MOST), found, strict=False):
        yield one


def _differences(recorded: Any, now: Any, place: tuple[str | int, ...]) -> Iterator[Difference]:
    """Where two JSON values differ. Items that name a rule or a fact are compared with the item of the same name."""
    left, right = _named(recorded), _named(now)
    if left is None or right is None:
        if recorded != now:
            yield Difference(pointer(*place), recorded, now)
        return
    before = len(place)
    for name in [*left, *(one for one in right if one not in left)]:
        if name not in left or name not in right:
            yield Difference(pointer(*place, name), left.get(name), right.get(name))
        else:
            yield from _differences(left[name], right[name], (*place[:before], name))
    if list(left) != list(right) and left.keys() == right.keys():
        yield Difference(pointer(*place), [*left], [*right])


def _named(value: Any) -> dict[str | int, Any] | None:
    if isinstance(value, dict):
        return value
    if not isinstance(value, list):
        return None
    names: list[str | int] = [
        one.get("rule") or one.get("fact") or index if isinstance(one, dict) else index
        for index, one in enumerate(value)
    ]
    return dict(zip(names if len({*names}) == len(names) else range(len(value)), value, strict=True))
