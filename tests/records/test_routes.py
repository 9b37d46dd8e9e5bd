"""GET /v1/decisions/{id} and POST /v1/decisions/{id}/replay."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from api.app import create_app
from api.records.chain import Entry
from api.records.database import StoreError
from api.records.documents import RecordDocument, ReplayDocument
from api.settings import Settings
from engine import Guideline, load, new_id
from tests.api.client import Client
from tests.records.samples import append, decision
from tests.records.test_recording import FACTS, ONE, recorder_of


@pytest.fixture
def client(app: FastAPI) -> Client:
    return Client(app)


def test_a_decision_can_be_read_as_it_was_answered(client: Client) -> None:
    answered = client.post(ONE, {"facts": FACTS, "as_of": "2026-03-01"})
    found = client.get(f"{ONE}/{answered.json()['id']}")

    RecordDocument.model_validate(found.json())
    assert found.status == 200
    assert found.json()["facts"] == FACTS
    assert found.body.endswith(b',"decision":' + answered.body + b"}")
    assert found.headers["cache-control"] == "no-store"


def test_every_borrower_is_decided_the_same_again(client: Client, borrowers: list[dict[str, Any]]) -> None:
    for facts in borrowers:
        name = client.post(ONE, {"facts": facts}).json()["id"]
        found = client.ask("POST", f"{ONE}/{name}/replay", [b""], {"content-length": "0"})

        ReplayDocument.model_validate(found.json())
        assert (found.status, found.json()["verdict"], found.json()["differences"]) == (200, "same", [])


@pytest.mark.parametrize("path", ["", "/replay"])
def test_what_is_not_there_and_what_is_no_longer_there_are_told_apart(client: Client, app: FastAPI, path: str) -> None:
    def ask(name: str) -> tuple[int, str]:
        answer = client.ask("POST" if path else "GET", f"{ONE}/{name}{path}", [b""], {"content-length": "0"})
        return answer.status, answer.kind

    name = client.post(ONE, {"facts": FACTS}).json()["id"]
    assert ask(new_id()) == (404, "no-record")
    assert ask(name.upper()) == (404, "no-record")
    assert ask("x' OR 1=1") == (404, "no-record")
    recorder_of(app).store.erase(name, "x", "command")
    assert ask(name) == (410, "erased")


def test_a_service_without_records_says_so(lending: Guideline) -> None:
    answer = Client(create_app(Settings(), lending)).get(f"{ONE}/{new_id()}")

    assert (answer.status, answer.kind) == (404, "no-record")
    assert "TNBC_RECORDS" in answer.json()["detail"]


def test_a_store_that_cannot_be_read_is_503(client: Client, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    name = client.post(ONE, {"facts": FACTS}).json()["id"]

    def fail(*_: object) -> None:
        raise StoreError("the database cannot be reached")

    monkeypatch.setattr(recorder_of(app).store, "find", fail)
    answer = client.get(f"{ONE}/{name}")
    assert (answer.status, answer.kind) == (503, "records-unavailable")


def test_the_guideline_of_the_record_decides_again_not_the_one_in_force(
    address: str, app_at: Callable[..., FastAPI], lending: Guideline, tmp_path: Path
) -> None:
    changed = tmp_path / "lending"
    shutil.copytree(lending.root, changed)
    rule = next((changed / "recommendations" / "deposit").glob("take-the-full*"))
    rule.write_text(rule.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    name = Client(app_at(address)).post(ONE, {"facts": FACTS}).json()["id"]
    newer = Client(app_at(address, load(changed)))

    assert newer.post(ONE, {"facts": FACTS}).json()["guideline"]["sha256"] != lending.sha256
    found = newer.ask("POST", f"{ONE}/{name}/replay", [b""], {"content-length": "0"}).json()
    assert (found["verdict"], found["guideline"]["sha256"]) == ("same", lending.sha256)


def test_what_differs_is_named_with_its_place(client: Client, app: FastAPI) -> None:
    engine = app.state.service.loaded.engine
    one = decision(engine, FACTS)
    body = json.loads(one.outcome)
    body["needs"] = body["needs"][1:]
    body["notice"] = "Trust me."
    forged = Entry(**{name: getattr(one, name) for name in one.__slots__} | {"outcome": json.dumps(body).encode()})
    append(recorder_of(app).store, [forged])
    found = client.ask("POST", f"{ONE}/{one.id}/replay", [b""], {"content-length": "0"}).json()

    assert found["verdict"] == "different"
    first = json.loads(one.outcome)["needs"][0]["fact"]
    assert {place["at"] for place in found["differences"]} == {f"/needs/{first}", "/notice"}
    assert {"at": "/notice", "recorded": "Trust me."}.items() <= found["differences"][-1].items()


def test_another_version_of_the_program_that_decides_the_same_is_told_apart(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = client.post(ONE, {"facts": FACTS}).json()["id"]
    monkeypatch.setattr("engine.inference.decide.ENGINE_VERSION", "99.0.0")
    monkeypatch.setattr("api.records.replay.ENGINE_VERSION", "99.0.0")
    found = client.ask("POST", f"{ONE}/{name}/replay", [b""], {"content-length": "0"}).json()

    assert found["verdict"] == "same-but-version"
    assert [place["at"] for place in found["differences"]] == ["/engine_version"]


def test_a_guideline_this_version_cannot_read_is_not_replayed(client: Client, app: FastAPI) -> None:
    name = client.post(ONE, {"facts": FACTS}).json()["id"]
    with recorder_of(app).store.database.engine.begin() as connection:
        connection.execute(text("UPDATE guidelines SET archive = :bad"), {"bad": b"no archive"})
    found = client.ask("POST", f"{ONE}/{name}/replay", [b""], {"content-length": "0"}).json()

    assert found["verdict"] == "not-replayable"
    assert "cannot read its guideline" in found["reason"]
