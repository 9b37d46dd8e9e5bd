"""Log, figures, traces and problem documents hold nothing of a patient; every line of the log is one JSON object that says what happened."""

import asyncio
import io
import json
import logging
import random
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from api import logs, settings
from api.app import create_app
from api.log_lines import Foreign
from api.settings import Settings, SettingsError
from engine import Engine, Guideline
from engine.inference.decide import Decider
from engine.inference.space import cells_of
from tests.api.client import Client
from tests.inference.patients import likely_patient
from tests.strategies import THOROUGH

ONE, BATCH = "/v1/decisions", "/v1/decisions/batch"
PATIENTS = 400 if THOROUGH else 25
MARK = "zebra-7f3a"


@pytest.fixture
def log() -> Iterator[io.BytesIO]:
    """Everything that is logged, as JSON."""
    own, root = logs._logs, logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.BytesIO()
    logs.configure("debug", "json", stream, worker=1)
    yield stream
    logs._logs = own
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(log: io.BytesIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


# ---- what a line says -----------------------------------------------------------------------------------------------
def test_a_line_names_request_decision_route_status_time_and_guideline(log: io.BytesIO, guideline: Guideline) -> None:
    client = Client(create_app(Settings(), guideline))
    answer = client.post(ONE, {"facts": {}})

    (line,) = lines(log)
    assert line.pop("ms") > 0 and re.fullmatch(r"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line == {
        "level": "info", "event": "request", "worker": 1, "request_id": answer.headers["x-request-id"], "method": "POST", "route": ONE,
        "status": 200, "bytes": len(answer.body), "guideline": guideline.sha256, "decision_id": answer.json()["id"], "logger": "api.access",
    }  # fmt: skip


def test_for_people_a_line_is_short(guideline: Guideline) -> None:
    own, root = logs._logs, logging.getLogger().handlers[:]
    stream = io.BytesIO()
    logs.configure("info", "text", stream)
    Client(create_app(Settings(), guideline)).get("/healthz")
    logs._logs = own
    logging.getLogger().handlers[:] = root

    assert re.match(
        rb"\d\d:\d\d:\d\d\.\d{3} info    request  request_id=\S+  method=GET  route=/healthz  status=200 ",
        stream.getvalue(),
    )


def test_what_a_library_logs_comes_without_its_arguments_and_the_text_of_an_exception(log: io.BytesIO) -> None:
    try:
        raise ValueError(MARK)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application %s", MARK)
        logging.getLogger("asyncio").error(f"Task exception was never retrieved {MARK}")
    logging.getLogger("sqlalchemy.engine").warning(MARK)

    assert MARK not in log.getvalue().decode()
    assert [(one["logger"], one["event"]) for one in lines(log)] == [
        ("uvicorn.error", "Exception in ASGI application %s"), ("asyncio", "from a library"), ("sqlalchemy.engine", "from a library"),
    ]  # fmt: skip
    assert lines(log)[0]["failed"] == "builtins.ValueError"
    assert any(isinstance(one, Foreign) for one in logging.getLogger().handlers)


# ---- nothing of a patient -------------------------------------------------------------------------------------------
class Collector:
    """An OpenTelemetry collector that keeps what it gets."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        got = self.got

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                got.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def spans(self) -> list[Any]:
        """Every span."""
        import gzip

        found = []
        for raw in self.got:
            text = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
            for resource in ExportTraceServiceRequest.FromString(text).resource_spans:
                found += [span for scope in resource.scope_spans for span in scope.spans]
        return found


@pytest.fixture
def collector() -> Iterator[Collector]:
    found = Collector()
    yield found
    found.close()


async def _stopped(app: Any) -> None:
    async with app.router.lifespan_context(app):
        pass


def odd(value: Any) -> bool:
    """Can the value be told from numbers and words that stand in any log?"""
    return isinstance(value, float) and not value.is_integer()


def test_facts_of_random_patients_reach_no_log_no_figure_and_no_trace(
    log: io.BytesIO, guideline: Guideline, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every number of a patient gets a fraction that stands nowhere else; names and codes of facts are searched for as they are."""
    app = create_app(Settings(traces=collector.address), guideline)
    client, chance, cells = Client(app), random.Random(11), cells_of(guideline)
    secrets: set[str] = set()
    judge = Decider.judge
    refused = []
    for turn in range(PATIENTS):
        facts = likely_patient(guideline, chance, cells)
        for name, fact in guideline.vocabulary.items():
            if fact.type == "number" and name in facts and chance.random() < 0.7:
                low, high = fact.range
                facts[name] = round(low + (high - low) * chance.random(), 7)
                secrets.add(repr(facts[name]))
        secrets |= {name for name in facts if "_" in name}
        secrets |= {value for value in facts.values() if isinstance(value, str) and "_" in value}
        wrong = {**facts, f"{MARK}_{turn}": MARK, "sex": MARK}
        with monkeypatch.context() as patch:
            if turn % 5 == 0:
                patch.setattr(Decider, "judge", lambda self, given: judge(self, None))
            client.post(ONE, {"facts": facts})
            client.post(BATCH, [{"key": f"{MARK}", "facts": facts}])
        refused.append(client.post(ONE, {"facts": wrong}, traceparent=MARK, tracestate=f"a={MARK}"))
        client.get(f"/v1/rules/{MARK}?{MARK}={MARK}")
    figures = client.get("/metrics").body.decode()
    asyncio.run(_stopped(app))

    assert len(secrets) > 30 and any("." in one for one in secrets)
    traced = b"".join(span.SerializeToString() for span in collector.spans).decode("utf-8", "replace")
    logged = log.getvalue().decode()
    assert logged.count('"event":"request"') == 4 * PATIENTS + 1
    assert len(collector.spans) == 4 * PATIENTS + 1
    for secret in {*secrets, MARK}:
        for where, text in (("log", logged), ("figures", figures), ("traces", traced)):
            assert secret not in text, (secret, where)
    values = {one for one in secrets if "." in one} | {MARK}
    for answer in refused:
        assert answer.status == 422
        said = re.sub(
            rf"/facts/{MARK}_\d+", "", answer.body.decode()
        )  # the place of the mistake goes back to the caller
        assert not [one for one in values if one in said]


# ---- traces ---------------------------------------------------------------------------------------------------------
def test_a_span_says_route_status_guideline_and_decision_and_no_more(
    guideline: Guideline, collector: Collector
) -> None:
    app = create_app(Settings(traces=collector.address), guideline)
    client = Client(app)
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    decision = client.post(ONE, {"facts": {}}, traceparent=parent).json()
    client.get("/nowhere/zebra")
    asyncio.run(_stopped(app))

    spans = {one.name: one for one in collector.spans}
    assert spans.keys() == {f"POST {ONE}", "GET -"}
    first = spans[f"POST {ONE}"]
    assert (first.trace_id.hex(), first.parent_span_id.hex()) == (parent[3:35], parent[36:52])
    assert {one.key: one.value.string_value or one.value.int_value for one in first.attributes} == {
        "http.route": ONE, "http.request.method": "POST", "http.response.status_code": 200, "tnbc.guideline": guideline.sha256,
        "tnbc.decision_id": decision["id"],
    }  # fmt: skip
    assert 0 < first.end_time_unix_nano - first.start_time_unix_nano < 60e9


def test_without_the_setting_nothing_is_traced(guideline: Guideline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.tracing.Tracing.__init__", lambda *_: 1 / 0)

    assert Client(create_app(Settings(), guideline)).get("/healthz").status == 200


def test_without_the_extra_the_setting_is_refused(guideline: Guideline, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)

    with pytest.raises(SettingsError, match=r"pip install 'tnbc-cds\[tracing\]'"):
        create_app(Settings(traces="http://127.0.0.1:4318"), guideline)


def test_the_collector_is_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TNBC_TRACES", "otlp")

    with pytest.raises(SettingsError, match=r"^TNBC_TRACES: "):
        settings.read()


def test_a_collector_that_is_away_disturbs_nothing(guideline: Guideline, log: io.BytesIO) -> None:
    app = create_app(Settings(traces="http://127.0.0.1:9"), guideline)

    assert Client(app).post(ONE, {"facts": {}}).status == 200
    assert Engine(guideline).guideline is guideline
