"""Traces by OpenTelemetry, for those who follow a request through several services. Off unless TNBC_TRACES names a collector and the extra
`tracing` is installed.

A span is made when its request has ended, from what the log line holds: route, method, status, guideline, decision. Of a caller's headers
only the ids of `traceparent` are read.
"""

import contextlib
import re
import time
from collections.abc import AsyncIterator
from typing import Any

from api.settings import Settings, SettingsError
from engine.inference.decide import ENGINE_VERSION

PARENT = re.compile(rb"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


class Tracing:
    """Spans of requests, sent in batches beside them."""

    def __init__(self, collector: str) -> None:
        """`collector`: its address, such as http://127.0.0.1:4318; raises SettingsError where the extra is not installed."""
        try:
            from opentelemetry import trace
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ModuleNotFoundError:
            raise SettingsError(["TNBC_TRACES: needs the extra `tracing`: pip install 'tnbc-cds[tracing]'"]) from None
        self._api = trace
        # Not Resource.create, which adds the command line and whatever else the environment asks for.
        self._provider = TracerProvider(
            resource=Resource({"service.name": "tnbc-cds", "service.version": ENGINE_VERSION}), shutdown_on_exit=False
        )
        exporter = OTLPSpanExporter(endpoint=f"{collector.rstrip('/')}/v1/traces", timeout=5)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("tnbc-cds", ENGINE_VERSION)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While the service runs; what is left is sent at the end."""
        try:
            yield
        finally:
            self._provider.shutdown()

    def request(
        self,
        headers: list[tuple[bytes, bytes]],
        route: str,
        method: str,
        status: int,
        seconds: float,
        guideline: str | None,
        decision_id: str | None,
    ) -> None:
        """The span of one request that has ended."""
        end = time.time_ns()
        more = {"tnbc.guideline": guideline, "tnbc.decision_id": decision_id}
        span = self._tracer.start_span(
            f"{method} {route}",
            context=self._parent(headers),
            kind=self._api.SpanKind.SERVER,
            attributes={
                "http.route": route,
                "http.request.method": method,
                "http.response.status_code": status,
                **{name: value for name, value in more.items() if value},
            },
            start_time=end - int(seconds * 1e9),
        )
        if status >= 500:
            span.set_status(self._api.StatusCode.ERROR)
        span.end(end)

    def _parent(self, headers: list[tuple[bytes, bytes]]) -> Any:
        """The span of the caller this one belongs to, if it names one rightly."""
        for name, value in headers:
            if name == b"traceparent" and (match := PARENT.fullmatch(value)):
                trace_id, span_id, flags = (int(part, 16) for part in match.groups())
                if trace_id and span_id:
                    context = self._api.SpanContext(trace_id, span_id, True, self._api.TraceFlags(flags & 1))
                    return self._api.set_span_in_context(self._api.NonRecordingSpan(context))
        return None


def tracing_of(settings: Settings) -> Tracing | None:
    """None where no traces are wanted; raises SettingsError."""
    return Tracing(settings.traces) if settings.traces else None
