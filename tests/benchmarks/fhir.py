"""Records in FHIR to facts, and a whole call of a hook: a small record, one of a thousand resources made here, and a public one where it is at hand."""

import datetime
import gc
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from api.app import create_app
from api.settings import Settings
from engine import Guideline, default_rules, load
from engine.intake import extract
from tests.api.client import Client
from tests.cds_hooks.records import LOINC, SURGERY_FIRST, coded, observation

TODAY = datetime.date(2026, 11, 22)
PUBLIC = Path(__file__).resolve().parents[3] / "shared" / "data" / "fhir" / "triple_negative.json"
ROUNDS = 40


def small() -> list[dict[str, Any]]:
    """What a chart of one patient with a result of each kind holds."""
    found: list[dict[str, Any]] = []
    for value in SURGERY_FIRST.values():
        if value:
            found += [one["resource"] for one in value["entry"]] if value["resourceType"] == "Bundle" else [value]
    return found


def thousand() -> list[dict[str, Any]]:
    """The same among resources of which four in five say nothing here."""
    chance = random.Random(1)
    others = [
        observation(f"o{number}", coded(LOINC, "8302-2", "Body height"), "2026-01-05", valueQuantity={"value": 160 + number % 40, "unit": "cm", "code": "cm"})
        for number in range(500)
    ]  # fmt: skip
    visits = [
        {"resourceType": "Encounter", "id": f"e{number}", "status": "finished", "subject": {"reference": "Patient/p1"}, "type": [{"text": "visit"}]}
        for number in range(300)
    ]  # fmt: skip
    blood = [
        observation(f"b{number}", coded(LOINC, "751-8"), f"2026-0{1 + number % 9}-1{number % 9}", valueQuantity={"value": 3 + number % 3, "code": "10*9/L"})
        for number in range(190)
    ]  # fmt: skip
    found = [*small(), *others, *visits, *blood]
    chance.shuffle(found)
    return found


def median(work: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[ROUNDS // 5 :])


def records() -> dict[str, list[dict[str, Any]]]:
    """Name and resources."""
    found = {"small record": small(), "1,000 resources, 80 % of them irrelevant": thousand()}
    if PUBLIC.is_file():
        found["public record of 985 resources"] = [
            one["resource"] for one in orjson.loads(PUBLIC.read_bytes())["entry"]
        ]
    return found


def _extracting(guideline: Guideline, resources: list[dict[str, Any]]) -> tuple[float, float]:
    text = orjson.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
    )
    spent = median(lambda: extract(text, guideline, TODAY))
    return spent, spent / (len(text) / 1e6)


def lines() -> list[str]:
    """The table."""
    guideline = load(default_rules())
    app = create_app(Settings(card_key="a key"), guideline)
    app.state.service.today = lambda: TODAY
    client = Client(app)
    gc.collect()
    gc.freeze()  # as the service does when it starts
    table = ["Records in FHIR", f"  {'':<44} {'ms':>8} {'ms/MB':>8} {'hook call ms':>13}"]
    for name, resources in records().items():
        spent, rate = _extracting(guideline, resources)
        patient = next((one["id"] for one in resources if one["resourceType"] == "Patient"), "p1")
        body = {
            "hook": "patient-view",
            "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
            "context": {"userId": "Practitioner/1", "patientId": patient},
            "prefetch": {"record": {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}},
        }
        sent = orjson.dumps(body)
        answer = client.post("/cds-services/early-tnbc-patient-view", sent)
        assert answer.status == 200, answer.body[:200]
        call = median(lambda sent=sent: client.post("/cds-services/early-tnbc-patient-view", sent))
        table.append(f"  {name:<44} {spent:>8.2f} {rate:>8.1f} {call:>13.2f}")
    table.append(
        "  goals: 10 ms a megabyte at 1,000 resources; a whole call with full prefetch under 25 ms, 200 calls/s on one worker"
    )
    return table


if __name__ == "__main__":
    print("\n".join(lines()))
