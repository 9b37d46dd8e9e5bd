"""The gate: what it lets in, what it adds to every answer, and what it keeps in."""

import asyncio
import logging
import re

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.security import POLICY
from api.settings import Settings
from engine import EvaluatorsDisagree, Guideline
from engine.inference.decide import Decider
from tests.api.client import JSON, Answer, Client, exchange, scope_of

ONE = "/v1/decisions"
EVERYTHING = ["/", "/api", "/docs", "/problems", "/style.css", "/openapi.json", "/healthz", "/readyz", "/v1/guideline", "/v1/facts", "/v1/rules", "/v1/rules/ADJ-01", "/v1/evidence", "/nowhere"]  # fmt: skip


def is_guarded(answer: Answer) -> None:
    headers = answer.headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ") and "frame-ancestors 'none'" in policy
    assert not re.search(r"unsafe|http|data:|\*", policy)
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
    assert headers["referrer-policy"] == "no-referrer"
    assert "cache-control" in headers
    assert re.fullmatch("[0-9a-f-]{36}", headers["x-request-id"])
    assert "server" not in headers and "access-control-allow-origin" not in headers


@pytest.mark.parametrize("address", EVERYTHING)
def test_every_page_and_document_is_guarded(client: Client, address: str) -> None:
    is_guarded(client.get(address))


def test_every_decision_and_problem_is_guarded(client: Client) -> None:
    is_guarded(client.post(ONE, {"facts": {}}))
    is_guarded(client.post(ONE, b"{"))
    is_guarded(client.post(ONE, b"x" * 100_000))
    is_guarded(client.post("/v1/decisions/batch", [{"facts": {}}]))
    is_guarded(client.get(ONE, method="DELETE"))


@pytest.mark.parametrize("rule", ["script-src", "unsafe", "http", "*"])
def test_the_policy_allows_no_script_and_nothing_from_elsewhere(rule: str) -> None:
    assert rule not in POLICY
    assert POLICY.startswith("default-src 'none'")


@pytest.mark.parametrize("address", ["/api", "/docs", "/problems"])
def test_pages_load_nothing_from_elsewhere(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.headers["content-security-policy"] == POLICY
    html = answer.body.decode()

    loaded = re.findall(r'(?:src|href|action|srcset)="([^"]*)"', html)
    assert loaded and all(one.startswith("/") and not one.startswith("//") for one in loaded)
    assert not re.search(r"<script|<iframe|<img|\son\w+=|style=|@import|url\(", html)


def test_the_host_a_caller_names_is_not_repeated(client: Client) -> None:
    answer = client.get("/api", {"host": "evil.example"})

    assert b"evil.example" not in answer.body
    assert b"http://127.0.0.1:8000/v1/decisions" in answer.body


# ---- only this machine ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "localhost", "testserver"])
def test_loopback_is_served(app: FastAPI, host: str) -> None:
    assert Client(app, (host, 8000)).get("/healthz").status == 200


@pytest.mark.parametrize("host", ["192.0.2.7", "10.0.0.1", "0.0.0.0", "2001:db8::1", "::ffff:192.0.2.7"])
def test_another_address_is_refused_however_the_server_was_started(app: FastAPI, host: str) -> None:
    for _ in range(2):
        answer = Client(app, (host, 8000)).post(ONE, {"facts": {}})
        assert (answer.status, answer.kind) == (403, "not-allowed-here")


def test_a_socket_without_address_is_served(app: FastAPI) -> None:
    assert Client(app, None).get("/healthz").status == 200


# ---- bodies ---------------------------------------------------------------------------------------------------------
def test_a_body_that_does_not_arrive_is_given_up(guideline: Guideline) -> None:
    app = create_app(Settings(body_seconds=0.05, cross_check="off"), guideline)
    sent = []

    async def receive() -> dict[str, object]:
        if not sent:
            sent.append(1)
            return {"type": "http.request", "body": b"{", "more_body": True}
        await asyncio.sleep(60)
        raise AssertionError

    answers: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        answers.append(message)

    asyncio.run(app(scope_of("POST", ONE, {"content-type": JSON}), receive, send))  # type: ignore[arg-type]

    assert answers[0]["status"] == 408


def test_a_caller_who_leaves_is_not_answered(app: FastAPI) -> None:
    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    answers: list[object] = []

    async def send(message: object) -> None:
        answers.append(message)

    asyncio.run(app(scope_of("POST", ONE, {"content-type": JSON}), receive, send))  # type: ignore[arg-type]

    assert answers == []


# ---- failures -------------------------------------------------------------------------------------------------------
def test_evaluators_that_disagree_give_no_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def differ(self: object, given: object) -> None:
        raise EvaluatorsDisagree({"ADJ-01": ("firm", "undetermined"), "NEO-01": ("not_applicable", "firm")})

    monkeypatch.setattr(Decider, "judge", differ)
    answer = client.post(ONE, {"facts": {"er_percent": 37.25}})

    assert (answer.status, answer.kind) == (500, "evaluators-disagree")
    assert b"ADJ-01" not in answer.body
    request_id = answer.headers["x-request-id"]
    line = next(record.getMessage() for record in caplog.records if "disagree" in record.getMessage())
    assert request_id in line
    assert (
        '"ADJ-01":{"index":"firm","network":"undetermined"},"NEO-01":{"index":"not_applicable","network":"firm"}'
        in line
    )
    assert "37.25" not in caplog.text and "er_percent" not in caplog.text


def test_an_unexpected_exception_is_a_problem_without_its_text(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: object, given: object) -> None:
        raise KeyError("zebra")

    monkeypatch.setattr(Decider, "judge", fail)
    answer = client.post(ONE, {"facts": {"er_percent": 37.25}})

    assert (answer.status, answer.kind) == (500, "internal-error")
    is_guarded(answer)
    assert b"zebra" not in answer.body and b"KeyError" not in answer.body
    failure = next(record for record in caplog.records if record.name == "api.failures")
    assert re.search(r"route=/v1/decisions failed=builtins\.KeyError at=api\.decisions:\d+$", failure.getMessage())
    assert failure.exc_info is None
    assert "zebra" not in caplog.text and "37.25" not in caplog.text


def test_an_item_that_fails_spoils_no_other(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    judge = Decider.judge

    def sometimes(self: Decider, given: object) -> object:
        if given:
            raise KeyError("zebra")
        return judge(self, given)  # type: ignore[arg-type]

    monkeypatch.setattr(Decider, "judge", sometimes)
    answers = client.post("/v1/decisions/batch", [{"facts": {}}, {"facts": {"sex": "male"}}, {"facts": {}}]).json()

    assert ["decision" in one for one in answers] == [True, False, True]
    assert answers[1]["problem"]["type"] == "/problems#internal-error"
    assert "zebra" not in caplog.text


def test_an_answer_that_fails_half_way_is_broken_off(app: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    from api.security import Gate

    async def half(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        raise KeyError("zebra")

    gate = Gate(half, app.state.service, (), lambda loaded: {})
    with pytest.raises(Exception) as raised:  # noqa: PT011 (its class is private)
        asyncio.run(exchange(gate, scope_of("GET", "/healthz", {}), [b""]))

    assert "zebra" not in repr(raised.value) + caplog.text
    assert raised.value.__suppress_context__


# ---- the log --------------------------------------------------------------------------------------------------------
def test_the_log_names_the_route_and_nothing_a_caller_wrote(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "api")

    client.get("/v1/rules/zebra")
    client.get("/v1/rules?number=zebra")
    client.get("/zebra/zebra")
    client.get("/healthz", {"user-agent": "zebra", "x-request-id": "zebra", "authorization": "zebra"}, method="HEAD")
    client.post(ONE, b"z" * 100_000)

    lines = [record.getMessage() for record in caplog.records if record.name == "api.access"]
    assert [re.sub(r"^request request_id=\S+ | bytes=.*", "", line) for line in lines] == [
        "method=GET route=/v1/rules/{id} status=404",
        "method=GET route=/v1/rules status=200",
        "method=GET route=- status=404",
        "method=HEAD route=/healthz status=200",
        "method=POST route=/v1/decisions status=413",
    ]
    assert "zebra" not in caplog.text


def test_nothing_is_traced_or_exported_whatever_the_environment_asks_for(
    guideline: Guideline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")

    app = create_app(Settings(cross_check="off"), guideline)

    assert not app._native_telemetry.enabled()
