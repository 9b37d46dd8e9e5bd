"""Nothing that a caller can send makes the service fail: mutated bodies and tokens get an answer or a refusal, never 500.

TNBC_TEST_PROFILE=thorough sends 10,000.
"""

import json
import random
import string
from collections import Counter
from typing import Any

from fastapi import FastAPI

from engine import Guideline
from tests.access.conftest import for_one_request, signed
from tests.api.client import JSON, Client
from tests.cds_hooks.conftest import address
from tests.cds_hooks.records import SURGERY_FIRST, call
from tests.strategies import rounds

ODD: tuple[Any, ...] = (
    None, True, -1, 1e308, 10**30, "", "\x00", "\ud800", "ü" * 300, [], {}, [[]], {"": {}}, "2026-02-30", "<1", "NaN", {"one_of": []}, {"lt": "x"},
    {"conflict": [{}]}, {"resourceType": "Bundle"}, {"reference": "#x"},
)  # fmt: skip


def mutated(value: Any, chance: random.Random) -> Any:
    """The JSON value with one place changed, removed, doubled or replaced by something odd."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        name = chance.choice(list(value))
        changed = dict(value)
        if chance.random() < 0.15:
            changed[chance.choice(["", name.upper(), name + "x", "fhir", "facts"])] = changed.pop(name)
        else:
            changed[name] = mutated(value[name], chance)
        return changed
    if isinstance(value, list) and value and chance.random() < 0.85:
        place = chance.randrange(len(value))
        how = chance.random()
        if how < 0.15:
            return value[:place] + value[place + 1 :]
        if how < 0.3:
            return [*value, value[place]]
        return [*value[:place], mutated(value[place], chance), *value[place + 1 :]]
    return chance.choice(ODD)


def torn(text: str, chance: random.Random) -> str:
    """A text with a few characters changed."""
    letters = list(text)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(letters))
        letters[place] = chance.choice(string.printable)
    return "".join(letters)


def body(value: Any, chance: random.Random) -> bytes:
    for _ in range(chance.choice((0, 1, 1, 2, 5))):
        value = mutated(value, chance)
    raw = json.dumps(value).encode("utf-8", "surrogatepass")
    if chance.random() < 0.15:
        place = chance.randrange(len(raw) + 1)
        raw = raw[:place] + chance.randbytes(chance.randint(0, 4)) + raw[place + chance.randint(0, 3) :]
    return raw


def test_no_body_and_no_token_makes_the_service_fail(app: FastAPI, guideline: Guideline, keys: dict[str, str]) -> None:
    chance = random.Random(20261122)
    client = Client(app, server=("192.0.2.7", 443))
    facts = {"age_years": 52, "er_percent": 0, "pt": "T2", "pn": "N1", "treatment_phase": "adjuvant", "her2_ihc": "1+"}
    hook = call("order-sign", SURGERY_FIRST)
    valid: list[tuple[str, Any]] = [
        ("/v1/decisions", {"facts": facts, "as_of": "2026-11-22"}),
        ("/v1/decisions", {"fhir": hook["prefetch"]}),
        ("/v1/decisions/batch", [{"key": "a", "facts": facts}, {"facts": {}}]),
        ("/v1/facts/from-fhir", {"fhir": hook["prefetch"]}),
        (address("order-sign"), hook),
        (address("order-sign") + "/feedback", {"feedback": [{"card": "x", "outcome": "accepted"}]}),
    ]
    statuses: Counter[int] = Counter()
    failed = []
    for _ in range(rounds(ci=400, thorough=10_000)):
        path, value = chance.choice(valid)
        token = chance.choice((keys["ehr"], keys["all"], signed(), for_one_request(path)))
        if chance.random() < 0.25:
            token = torn(token, chance)
        sent = body(value, chance)
        answer = client.post(path, sent, JSON, authorization=f"Bearer {token}")
        statuses[answer.status] += 1
        if answer.status >= 500:
            failed.append((answer.status, path, sent[:300]))

    assert failed == []
    assert statuses[200] > 20 and statuses[422] > 20 and statuses[401] > 20
