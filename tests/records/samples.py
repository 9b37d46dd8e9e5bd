"""Entries to append, and stores to look into."""

from collections.abc import Iterable
from typing import Any

import orjson

from api.records.chain import DECISION, FEEDBACK, Entry, now, seal
from api.records.store import Kept, Store
from engine import Engine, new_id
from engine.inference.decide import ENGINE_VERSION
from tests.records.conftest import TODAY


def decision(engine: Engine, facts: dict[str, Any], **changed: Any) -> Entry:
    name = new_id()
    given: dict[str, Any] = {
        "id": name,
        "kind": DECISION,
        "channel": "json",
        "caller": "tests",
        "engine_version": ENGINE_VERSION,
        "time": now(),
        "as_of": TODAY.isoformat(),
        "guideline": engine.guideline.sha256,
        "facts": orjson.dumps(facts),
        "outcome": engine.decide(facts, TODAY, name),
    }
    return Entry(**(given | changed))


def feedback(subject: str) -> Entry:
    return Entry(new_id(), FEEDBACK, "hooks", "tests", ENGINE_VERSION, now(), subject=subject, outcome=b'{"card":"1"}')


def everything(store: Store) -> list[Kept]:
    return list(store.walk())


def append(store: Store, entries: Iterable[Entry]) -> list[bool]:
    return store.append([*map(seal, entries)])
