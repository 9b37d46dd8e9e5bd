"""/healthz says the process answers, /readyz that it answers rightly."""

import datetime

import pytest

from api.app import create_app
from api.service import Service
from api.settings import Settings
from engine import EvaluatorsDisagree, Guideline
from engine.inference.index import Index
from engine.inference.network import Network
from tests.api.client import JSON, PROBLEM, Client


def test_the_process_answers(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status, answer.json(), answer.headers["cache-control"]) == (200, {"status": "ok"}, "no-store")


def test_readiness_names_the_guideline_and_both_evaluators(client: Client, guideline: Guideline) -> None:
    answer = client.get("/readyz")

    body = answer.json()
    assert (answer.status, answer.media_type, body["ready"]) == (200, JSON, True)
    loaded_at = datetime.datetime.fromisoformat(body["guideline"].pop("loaded_at"))
    assert datetime.timedelta() < datetime.datetime.now(datetime.UTC) - loaded_at < datetime.timedelta(hours=1)
    assert body["guideline"] == {"id": guideline.id, "version": guideline.version, "sha256": guideline.sha256}
    assert body["reload"] == {
        "watching": False, "succeeded": 0, "failed": 0, "folder_refused": False, "last_failure": None,
    }  # fmt: skip
    assert body["rules"] == len(guideline.rules)
    assert body["cross_check"] == {"mode": "always", "disagreements": 0, "last_disagreement": None}
    assert body["self_test"] == {"ok": True, "evaluators": ["index", "network"]}
    assert body["records"] == {"kept": False, "ok": True, "problem": None}


@pytest.mark.parametrize(("mode", "evaluators"), [("sample", ["index", "network"]), ("off", ["index"])])
def test_readiness_says_which_evaluators_there_are(guideline: Guideline, mode: str, evaluators: list[str]) -> None:
    client = Client(create_app(Settings(cross_check=mode), guideline))  # type: ignore[arg-type]

    assert client.get("/readyz").json()["self_test"] == {"ok": True, "evaluators": evaluators}


@pytest.mark.parametrize("evaluator", [Index, Network])
def test_a_failing_evaluator_makes_the_service_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch, evaluator: type
) -> None:
    def fail(self: object, states: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(evaluator, "match", fail)
    answer = client.get("/readyz")

    assert (answer.status, answer.media_type, answer.kind) == (503, PROBLEM, "not-ready")
    assert (answer.json()["ready"], answer.json()["self_test"]["ok"]) == (False, False)
    assert client.get("/healthz").status == 200


def test_evaluators_that_differ_on_nothing_known_make_the_service_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Network, "match", lambda self, states: None)

    answer = client.get("/readyz")

    assert (answer.status, answer.json()["self_test"]) == (503, {"ok": False, "evaluators": ["index", "network"]})


def test_disagreements_are_counted(client: Client, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.inference.decide import Decider

    def differ(self: object, given: object) -> None:
        raise EvaluatorsDisagree({"X-01": ("firm", "undetermined")})

    with monkeypatch.context() as patch:
        patch.setattr(Decider, "judge", differ)
        client.post("/v1/decisions", {"facts": {}})
        client.post("/v1/decisions/batch", [{"facts": {}}])
    found = client.get("/readyz").json()["cross_check"]

    assert (found["mode"], found["disagreements"]) == ("always", 2)
    assert found["last_disagreement"].endswith("Z")
