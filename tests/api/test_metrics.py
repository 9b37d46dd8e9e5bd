"""/metrics: what was counted, over all workers, in the form Prometheus reads; nothing of a patient in it."""

import asyncio
from pathlib import Path

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from api.exposition import Seen
from api.metrics import BOUNDS, Counts, Metrics
from api.service import Service
from api.settings import Settings
from engine import EvaluatorsDisagree, Guideline
from engine.inference.decide import Decider
from tests.api.client import Client

ONE, BATCH = "/v1/decisions", "/v1/decisions/batch"
SURGERY_FIRST = {
    "treatment_phase": "adjuvant", "pathway": "surgery_first", "sex": "female", "age_years": 52, "er_percent": 0, "pr_percent": 0,
    "her2_ihc": "1+", "pt": "T2", "pn": "N1", "m_category": "M0", "histology": "nst", "ecog": 0, "lvef_percent": 63,
}  # fmt: skip


def figures(client: Client) -> dict[tuple[str, ...], float]:
    """Every sample: its name and the values of its labels, in the order of their names."""
    answer = client.get("/metrics")
    assert answer.status == 200 and answer.media_type.startswith("text/plain; version=1.0.0")
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }


@pytest.fixture
def client(guideline: Guideline) -> Client:
    return Client(create_app(Settings(), guideline))


def test_requests_decisions_and_what_every_rule_said_are_counted(client: Client, guideline: Guideline) -> None:
    decision = client.post(ONE, {"facts": SURGERY_FIRST}).json()
    client.post(ONE, {"facts": {}})
    client.post(BATCH, [{"facts": {}}, {"facts": {}}])

    found = figures(client)

    assert found["tnbc_http_requests_total", "POST", ONE, "200"] == 2
    assert found["tnbc_http_requests_total", "POST", BATCH, "200"] == 1
    assert found["tnbc_decisions_total", decision["status"]] == 1
    assert found["tnbc_decisions_total", "needs_facts"] == 3
    for one in decision["recommendations"]:
        assert found["tnbc_rule_outcomes_total", one["status"], one["number"]] >= 1
    numbers = {name[2] for name in found if name[0] == "tnbc_rule_outcomes_total"}
    assert numbers <= {rule.number for rule in guideline.rules}
    assert found["tnbc_guideline_info", guideline.id, guideline.sha256, guideline.version] == 1
    assert (found["tnbc_workers",], found["tnbc_guideline_refused",]) == (1, 0)


def test_every_request_falls_into_a_bucket_of_its_route(client: Client) -> None:
    for _ in range(3):
        client.post(ONE, {"facts": {}})

    found = figures(client)

    buckets = [found["tnbc_http_request_seconds_bucket", str(bound), ONE] for bound in (*BOUNDS, "+Inf")]
    assert buckets == sorted(buckets) and buckets[-1] == 3
    assert found["tnbc_http_request_seconds_count", ONE] == 3
    assert 0 < found["tnbc_http_request_seconds_sum", ONE] < 3 * 30


def test_refusals_are_counted_by_problem(client: Client) -> None:
    client.post(ONE, b"x" * 100_000)
    client.post(ONE, b"{")
    client.post(BATCH, [{"facts": {"nothing": 1}}, {"facts": {}}])
    client.get("/nowhere")
    client.get("/rules/nowhere", {"accept": "text/html"})
    client.post("/cds-services/nowhere", {})

    found = figures(client)

    refused = {name[1]: number for name, number in found.items() if name[0] == "tnbc_refusals_total"}
    assert refused == {"body-too-large": 1, "malformed-json": 1, "invalid-request": 1, "not-found": 3}
    assert found["tnbc_http_requests_total", "GET", "-", "404"] == 1


def test_disagreements_are_counted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def differ(self: object, given: object) -> None:
        raise EvaluatorsDisagree({"X-01": ("firm", "undetermined")})

    with monkeypatch.context() as patch:
        patch.setattr(Decider, "judge", differ)
        client.post(ONE, {"facts": {}})

    found = figures(client)

    assert found["tnbc_cross_check_disagreements_total",] == 1
    assert found["tnbc_refusals_total", "evaluators-disagree"] == 1


def test_methods_and_addresses_that_callers_invent_become_no_labels(client: Client) -> None:
    client.get("/zebra/zebra", method="ZEBRA")
    client.get("/v1/rules/zebra?zebra=1")

    assert b"zebra" not in client.get("/metrics").body.lower()


# ---- counts ---------------------------------------------------------------------------------------------------------
def test_what_rules_said_is_counted_before_it_would_take_too_much_memory(
    guideline: Guideline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.metrics.MOST_MASKS", 3)
    metrics, client = Metrics(), Client(create_app(Settings(cross_check="off"), guideline))
    client.app.state.service.metrics = metrics  # type: ignore[attr-defined]
    for age in range(20, 30):
        client.post(ONE, {"facts": {**SURGERY_FIRST, "age_years": age, "ecog": age % 5, "pt": f"T{age % 3 + 1}"}})

    assert all(len(masks) <= 4 for _, masks in metrics._masks.values())
    before = {**metrics.counts().outcomes}
    assert before and metrics.counts().outcomes == before


def test_counts_come_back_from_their_plain_form() -> None:
    one = Counts(seconds={"/x": [1.0, 2.0]})
    one.requests["/x", "GET", "200"] = 3
    one.events["reload_ok",] = 1

    assert Counts.of(one.plain()) == one


# ---- several workers ------------------------------------------------------------------------------------------------
@pytest.fixture
def two(guideline: Guideline, tmp_path: Path) -> tuple[FastAPI, FastAPI]:
    first, second = (create_app(Settings(cross_check="off"), guideline, (tmp_path, name)) for name in ("1", "2"))
    return first, second


async def _left(app: FastAPI) -> None:
    """The worker runs and stops: it leaves what it counted."""
    async with app.router.lifespan_context(app):
        pass


def test_whichever_worker_is_asked_answers_for_all(two: tuple[FastAPI, FastAPI]) -> None:
    first, second = two
    for app, times in ((first, 2), (second, 3)):
        for _ in range(times):
            Client(app).post(ONE, {"facts": {}})
    asyncio.run(_left(second))

    found = figures(Client(first))

    assert found["tnbc_http_requests_total", "POST", ONE, "200"] == 5
    assert found["tnbc_decisions_total", "needs_facts"] == 5
    assert found["tnbc_workers",] == 2


def test_a_worker_that_died_stays_counted_and_is_no_longer_there(
    two: tuple[FastAPI, FastAPI], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two
    Client(second).post(ONE, {"facts": {}})
    with monkeypatch.context() as patch:
        patch.setattr("api.exposition.time.time", lambda: 1_000_000.0)
        asyncio.run(_left(second))

    found = figures(Client(first))

    assert found["tnbc_decisions_total", "needs_facts"] == 1
    assert found["tnbc_workers",] == 1


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"[]", b'{"worker": "3"}'])
def test_a_file_that_is_not_whole_disturbs_nothing(
    two: tuple[FastAPI, FastAPI], tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "3-1.json").write_bytes(content)

    assert figures(Client(two[0]))["tnbc_workers",] == 1


def test_a_full_disk_costs_no_answer(two: tuple[FastAPI, FastAPI], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)

    assert figures(Client(two[0]))["tnbc_workers",] == 1
    assert Client(two[0]).post(ONE, {"facts": {}}).status == 200


def test_a_worker_is_told_from_another_by_what_it_left(service: Service) -> None:
    seen = Seen("1", 2.0, 1.0, 100, ("a", "b", "c"), False, Counts())

    assert Seen.of(seen.plain()) == seen
