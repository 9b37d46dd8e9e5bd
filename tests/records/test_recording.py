"""The service records before it answers, on every way in; what cannot be recorded is not shown."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import event, text
from starlette.types import ASGIApp, Receive, Scope, Send

from api.records.database import StoreError
from api.records.recorder import Recorder
from api.records.store import Kept, Store
from api.records.verify import verify
from api.settings import Settings
from engine import Guideline, default_rules, load
from tests.api.client import NDJSON, Answer, Client, exchange, scope_of
from tests.cds_hooks.records import SURGERY_FIRST, call
from tests.records.samples import decision, everything

ONE, BATCH = "/v1/decisions", "/v1/decisions/batch"
FORM = "application/x-www-form-urlencoded"
FACTS = {"tool": "drill", "member": True, "age_years": 34}


def recorder_of(app: FastAPI) -> Recorder:
    found: Recorder = app.state.service.recorder
    return found


def on_record(app: FastAPI) -> list[Kept]:
    return everything(recorder_of(app).store)


def contents(app: FastAPI) -> list[tuple[str, Any, bytes]]:
    return [
        (one.record.channel, json.loads(one.content.facts), one.content.outcome)
        for one in on_record(app)
        if one.content
    ]


class Broken:
    """A store that fails until it is mended."""

    def __init__(self, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, error: Exception | None = None) -> None:
        self.error: Exception | None = error or StoreError("the disk is full")
        append = recorder.store.append

        def fail(entries: Any) -> Any:
            if self.error is not None:
                raise self.error
            return append(entries)

        monkeypatch.setattr(recorder.store, "append", fail)

    def mend(self) -> None:
        self.error = None


# ---- every way in ---------------------------------------------------------------------------------------------------
def test_an_answer_is_on_record_to_the_byte(app: FastAPI) -> None:
    answer = Client(app).post(ONE, {"facts": FACTS, "as_of": "2026-03-01"})

    assert contents(app) == [("json", FACTS, answer.body)]
    record = on_record(app)[0].record
    assert record.id == answer.json()["id"]
    assert (record.as_of, record.caller, record.kind) == ("2026-03-01", "local", "decision")
    assert record.guideline == bytes.fromhex(answer.json()["guideline"]["sha256"])


@pytest.mark.parametrize("kind", ["application/json", NDJSON])
def test_every_item_of_a_batch_that_is_answered_is_on_record(app: FastAPI, kind: str) -> None:
    items = [{"facts": {**FACTS, "age_years": 20 + number}} for number in range(40)]
    items[7] = {"facts": {"no such fact": 1}}
    body = items if kind != NDJSON else "\n".join(map(json.dumps, items))
    answer = Client(app).post(BATCH, body, kind)

    text = answer.body.decode()
    found = json.loads(text) if kind != NDJSON else [json.loads(line) for line in text.splitlines()]
    assert [one["index"] for one in found] == [*range(40)]
    decided = [one["decision"]["id"] for one in found if "decision" in one]
    assert [one.record.id for one in on_record(app)] == decided
    assert len(decided) == 39
    assert {one.record.channel for one in on_record(app)} == {"batch"}


@pytest.mark.parametrize("path", ["/", "/fragment", "/decision.json"])
def test_what_the_form_answers_is_on_record(app: FastAPI, path: str) -> None:
    answer = Client(app).post(path, "tool=drill&age_years=34", FORM)

    assert answer.status == 200
    assert [(channel, facts) for channel, facts, _ in contents(app)] == [("form", {"tool": "drill", "age_years": 34})]
    if path == "/decision.json":
        assert contents(app)[0][2] == answer.body


@pytest.fixture(scope="module")
def real() -> Guideline:
    return load(default_rules())


def test_hooks_and_records_in_fhir_are_on_record(
    tmp_path: Path, real: Guideline, app_at: Callable[..., FastAPI]
) -> None:
    app = app_at(f"sqlite:///{tmp_path / 'r.sqlite'}", real)
    asked = call("patient-view", SURGERY_FIRST)
    cards = Client(app).post("/cds-services/early-tnbc-patient-view", asked).json()["cards"]
    Client(app).post(ONE, {"fhir": asked["prefetch"]})
    sent = {"card": cards[0]["uuid"], "outcome": "overridden", "outcomeTimestamp": "2026-11-22T09:30:00Z"}
    Client(app).post("/cds-services/early-tnbc-patient-view/feedback", {"feedback": [sent, sent]})

    hook, fhir, feedback = on_record(app)
    named = [one["extension"] for one in cards]
    assert hook.record.id in json.dumps(named)
    assert (hook.record.channel, fhir.record.channel) == ("hooks", "fhir")
    assert hook.content and fhir.content and hook.content.facts == fhir.content.facts
    assert feedback.record.kind == "feedback" and feedback.content
    assert json.loads(feedback.content.outcome)["card"] == cards[0]["uuid"]
    assert verify(recorder_of(app).store).good


def test_what_is_refused_or_only_read_is_not_on_record(app: FastAPI) -> None:
    client = Client(app)
    for address in ("/", "/readyz", "/openapi.json", "/v1/rules", "/problems"):
        assert client.get(address).status == 200
    for body in ({"facts": {"zebra": 1}}, "{", {"facts": {}, "as_of": "yesterday"}):
        assert client.post(ONE, body).status in (400, 422)
    client.post("/", "age_years=zebra", FORM)

    assert on_record(app) == []


def test_who_asked_is_on_record(app: FastAPI) -> None:
    class Named:
        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await self.app({**scope, "caller": "ward 7"}, receive, send)

    Client(Named(app)).post(ONE, {"facts": {}})
    Client(Named(app)).post(BATCH, [{"facts": {}}])
    Client(Named(app)).post("/", "tool=drill", FORM)

    assert [one.record.caller for one in on_record(app)] == ["ward 7"] * 3


# ---- group commit ---------------------------------------------------------------------------------------------------
def together(app: FastAPI, count: int) -> list[Answer]:
    """So many requests at the same time."""

    async def ask(number: int) -> Answer:
        body = json.dumps({"facts": {**FACTS, "age_years": 20 + number % 60}}).encode()
        headers = {"content-type": "application/json", "content-length": str(len(body))}
        return await exchange(app, scope_of("POST", ONE, headers), [body])

    async def all_of_them() -> list[Answer]:
        return await asyncio.gather(*map(ask, range(count)))

    return asyncio.run(all_of_them())


def test_requests_that_wait_together_share_a_transaction(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder, append = recorder_of(app), recorder_of(app).store.append

    def slowly(entries: Any) -> list[bool]:
        time.sleep(0.05)
        return append(entries)

    monkeypatch.setattr(recorder.store, "append", slowly)
    answers = together(app, 60)

    assert {answer.status for answer in answers} == {200}
    assert {one.record.id for one in on_record(app)} == {answer.json()["id"] for answer in answers}
    assert recorder.written == 60
    assert recorder.groups < 20
    assert verify(recorder.store).good


def test_no_answer_leaves_before_its_record_is_written(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder, append = recorder_of(app), recorder_of(app).store.append
    hold, seen = threading.Event(), []

    def held(entries: Any) -> list[bool]:
        hold.wait(5)
        seen.extend(one.entry.id for one in entries)
        return append(entries)

    async def ask() -> tuple[bool, Answer]:
        body = b'{"facts": {}}'
        headers = {"content-type": "application/json", "content-length": str(len(body))}
        task = asyncio.create_task(exchange(app, scope_of("POST", ONE, headers), [body]))
        await asyncio.sleep(0.2)
        early = task.done()
        hold.set()
        return early, await task

    monkeypatch.setattr(recorder.store, "append", held)
    early, answer = asyncio.run(ask())

    assert not early
    assert seen == [answer.json()["id"]]


def test_a_loop_that_ended_while_its_record_was_written_holds_up_nobody(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder, append = recorder_of(app), recorder_of(app).store.append
    engine, entered, hold = app.state.service.loaded.engine, threading.Event(), threading.Event()

    def held(entries: Any) -> list[bool]:
        entered.set()
        hold.wait(5)
        return append(entries)

    async def leave() -> None:
        task = asyncio.create_task(recorder.keep([decision(engine, FACTS)]))
        await asyncio.to_thread(entered.wait, 5)
        task.cancel()

    monkeypatch.setattr(recorder.store, "append", held)
    asyncio.run(leave())
    hold.set()
    asyncio.run(recorder.keep([decision(engine, FACTS)]))

    assert len(on_record(app)) == 2


# ---- what cannot be recorded ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("error", [StoreError("the disk is full"), OSError(28, "zebra"), RuntimeError("zebra")])
def test_without_a_record_there_is_no_answer_and_it_goes_on_by_itself(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    broken, client = Broken(recorder_of(app), monkeypatch, error), Client(app)
    one = client.post(ONE, {"facts": FACTS})
    batch = client.post(BATCH, [{"facts": FACTS}, {"facts": {"zebra": 1}}, {"facts": {}}]).json()
    page = client.post("/", "tool=drill", FORM)
    saved = client.post("/decision.json", "tool=drill", FORM)

    assert (one.status, one.kind, one.headers["retry-after"]) == (503, "not-recorded", "1")
    assert [item["problem"]["status"] for item in batch] == [503, 422, 503]
    assert (page.status, saved.status, saved.kind) == (503, 503, "not-recorded")
    assert b"LND-0" not in one.body + page.body + saved.body
    assert on_record(app) == []
    assert "zebra" not in caplog.text and "drill" not in caplog.text
    assert caplog.text.count("not recorded") == 1  # said once, not for every request

    broken.mend()
    assert client.post(ONE, {"facts": FACTS}).status == 200
    assert len(on_record(app)) == 1
    assert "recorded again" in caplog.text


def test_a_full_queue_is_refused_at_once(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.records.recorder.MOST_WAITING", 5)
    recorder, append, hold = recorder_of(app), recorder_of(app).store.append, threading.Event()
    monkeypatch.setattr(recorder.store, "append", lambda entries: (hold.wait(0.3) and None) or append(entries))
    statuses = sorted(answer.status for answer in together(app, 30))

    assert statuses.count(200) >= 5 and statuses.count(503) >= 10
    assert set(statuses) == {200, 503}
    assert len(on_record(app)) == statuses.count(200)


def test_a_store_that_hangs_holds_nobody_for_long(
    address: str, app_at: Callable[..., FastAPI], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_at(address, records_seconds=0.2)
    hold = threading.Event()
    monkeypatch.setattr(recorder_of(app).store, "append", lambda _: hold.wait(3) and [])
    answer = Client(app).post(ONE, {"facts": {}})
    hold.set()

    assert (answer.status, answer.kind) == (503, "not-recorded")
    assert "it took too long" in answer.json()["detail"]


# ---- readiness ------------------------------------------------------------------------------------------------------
def test_readiness_tries_the_store_and_leaves_no_record(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("api.records.recorder.FRESH", 0.0)
    client, store = Client(app), recorder_of(app).store

    assert client.get("/readyz").json()["records"] == {"kept": True, "ok": True, "problem": None}
    with store.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE head RENAME TO elsewhere"))
    answer = client.get("/readyz")
    assert (answer.status, answer.kind, answer.json()["ready"]) == (503, "not-ready", False)
    assert answer.json()["records"]["problem"].startswith("the database refused: ")
    assert client.get("/readyz").status == 503
    assert caplog.text.count("not recorded") == 1

    with store.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO head"))
    assert client.get("/readyz").json()["ready"] is True
    assert client.post(ONE, {"facts": FACTS}).status == 200
    assert len(on_record(app)) == 1 and verify(store).good


def test_a_file_that_may_no_longer_be_written_is_503_and_readiness_says_why(
    tmp_path: Path, app_at: Callable[..., FastAPI], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.records.recorder.FRESH", 0.0)
    app = app_at(f"sqlite:///{tmp_path / 'r.sqlite'}")
    client, engine = Client(app), recorder_of(app).store.database.engine

    def read_only(connection: Any, *_: Any) -> None:
        connection.execute("PRAGMA query_only=on")

    event.listen(engine, "checkout", read_only)
    answer = client.post(ONE, {"facts": FACTS})

    assert (answer.status, answer.kind) == (503, "not-recorded")
    assert answer.json()["detail"].startswith("the file cannot be written")
    ready = client.get("/readyz")
    assert (ready.status, ready.json()["records"]["problem"]) == (503, "the file cannot be written")


def test_a_place_where_no_file_can_be_made_keeps_the_service_from_starting(
    tmp_path: Path, app_at: Callable[..., FastAPI]
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "other").write_text("this is no database")

    with pytest.raises(StoreError, match="the file cannot be made"):
        app_at(f"sqlite:///{tmp_path / 'file' / 'r.sqlite'}")
    with pytest.raises(StoreError, match="the file is not a database"):
        app_at(f"sqlite:///{tmp_path / 'other'}")


def test_readiness_believes_what_was_just_written(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    client, tried = Client(app), list[int]()
    monkeypatch.setattr("api.records.recorder.FRESH", 60.0)
    monkeypatch.setattr(recorder_of(app).store, "probe", lambda: tried.append(1))
    client.post(ONE, {"facts": FACTS})

    assert [client.get("/readyz").status for _ in range(3)] == [200] * 3
    assert tried == []


# ---- what is recorded at all ----------------------------------------------------------------------------------------
def test_nothing_is_recorded_while_trying_out_and_everything_where_a_place_is_named(tmp_path: Path) -> None:
    file = tmp_path / "r.sqlite"

    assert not Settings().recording
    assert not Settings(records_file=file, records="off").recording
    assert Settings(records="on").recording and Settings(records="on").store.endswith("tnbc-cds/records.sqlite")
    assert Settings(records_file=file).recording and Settings(records_file=file).store == f"sqlite:///{file}"
    assert Settings(database_url="postgresql://u:secret@h/d").recording
    assert "secret" not in repr(Settings(database_url="postgresql://u:secret@h/d"))


def test_contents_that_are_too_old_are_erased_by_the_service(
    address: str, app_at: Callable[..., FastAPI], monkeypatch: pytest.MonkeyPatch
) -> None:
    Client(app_at(address)).post(ONE, {"facts": FACTS})
    monkeypatch.setattr("api.records.recorder.days_ago", lambda days: "9999")
    app = app_at(address, records_days=30)
    Client(app).post(ONE, {"facts": {}})
    app.state.service.close()

    store = Store(recorder_of(app).store.database)
    kept = everything(store)
    assert kept[0].content is None and kept[-1].record.kind == "expiry"
    assert verify(store).good
