"""The gate: every request enters and every answer leaves through it.

In: only loopback while no tokens are checked, else only callers who are known, before their body is read; no compressed bodies; no body above
the limit of its address, counted as it arrives.
Out: headers that forbid scripts, frames, sniffing and storing (a route may say otherwise for its own answer); a request id; one line in the log.
Nothing raised below reaches the server: a refusal becomes a problem document, anything else `internal-error` without its text.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection, Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import logs
from api.access.access import Access
from api.problems import (
    BODY_TOO_LARGE,
    INTERNAL_ERROR,
    NOT_ALLOWED_HERE,
    REQUEST_TIMEOUT,
    UNSUPPORTED_MEDIA_TYPE,
    Refused,
)
from api.service import Loaded, Service
from api.settings import loopback
from api.tracing import Tracing
from engine import new_id

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cache-control", b"no-store"),
)  # each unless the answer has it already


DRAINED = 64 * 1024 * 1024  # bytes of a body that is refused which are taken and dropped
SILENCE = 1.0  # seconds after which a caller who sends nothing is taken to wait for the answer
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"})


class _Gone(Exception):
    """The caller left before the body was complete."""


class Gate:
    """The outermost layer of the service."""

    def __init__(
        self,
        app: ASGIApp,
        service: Service,
        addresses: Collection[str],
        limits: Callable[[Loaded], Mapping[str, int]],
        access: Access | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        """`addresses`: may stand in the log as they are; `limits`: bytes a body may have, for a guideline (others share `facts_bytes`);
        `access`: who may ask, None while only loopback is served."""
        self.app, self.service, self.addresses, self.limits, self.access = app, service, addresses, limits, access
        self.settings, self.tracing = service.settings, tracing
        service.prepares(limits)
        self._local: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request in and its answer out."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = time.perf_counter()
        request_id, held = new_id(), None
        head = scope["method"] == "HEAD"  # answered like GET, without the body
        status = size = 0

        async def answer(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                own = {name for name, _ in message["headers"]}
                headers = [*message["headers"], *(one for one in HEADERS if one[0] not in own)]
                message = {**message, "headers": [*headers, (b"x-request-id", request_id.encode())]}
            else:
                size += len(message.get("body", b""))
                if head:
                    message = {**message, "body": b""}
            await send(message)

        inner = {**scope, "method": "GET"} if head else scope
        inner["request_id"] = request_id
        try:
            with self.service.holding() as held:
                self._only_loopback(scope)
                if self.access is not None:
                    await self.access.admit(inner)
                body = await self._body(scope, receive)
                inner["body"] = body
                await self.app(inner, _replay(body, receive), answer)
        except Refused as refused:
            self.service.metrics.refusal(refused.kind.code)
            await refused.response(request_id)(scope, receive, answer)
        except _Gone:
            status = 499
        except Exception as error:
            logs.unexpected(request_id, self._route(inner), error)
            if status:  # the answer has begun and cannot be taken back: break it off, so that nobody takes it for whole
                raise _BrokenOff from None
            await Refused(INTERNAL_ERROR).response(request_id)(scope, receive, answer)
        finally:
            seconds, route, status = time.perf_counter() - started, self._route(inner), status or 499
            method = scope["method"] if scope["method"] in METHODS else "-"
            self.service.metrics.request(route, method, status, seconds)
            guideline, decision_id = (held.loaded.guideline.sha256, held.decision_id) if held else (None, None)
            logs.request(request_id, method, route, status, size, seconds, guideline, decision_id)
            if self.tracing is not None:
                self.tracing.request(scope["headers"], route, method, status, seconds, guideline, decision_id)

    def _only_loopback(self, scope: Scope) -> None:
        """Without tokens, answer only where this machine alone can ask, however the server was started."""
        server = scope.get("server")
        host = str(server[0]) if server else None
        if host is None or host in self._local or self.settings.auth != "off":
            return
        if _is_address(host) and not loopback(host):
            raise Refused(NOT_ALLOWED_HERE)
        self._local.add(host)

    def _route(self, scope: Scope) -> str:
        """The pattern of the address, never an address that is not known, which may hold anything."""
        route: str | None = getattr(scope.get("route"), "path", None)
        return route or (scope["path"] if scope["path"] in self.addresses else "-")

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        """The whole body, counted as it arrives: the length a caller declares may be absent or false."""
        limit = self.service.loaded.part(self.limits).get(scope["path"], self.settings.facts_bytes)
        announced = False
        for name, value in scope["headers"]:
            if name == b"content-length":
                announced = value != b"0"
                if value.isdigit() and len(value) < 20 and int(value) > limit:
                    await self._drain(scope, receive)
                    raise _too_large(limit)
            elif name == b"transfer-encoding":
                announced = True
            elif name == b"content-encoding" and value.strip().lower() not in (b"", b"identity"):
                raise Refused(UNSUPPORTED_MEDIA_TYPE, "compressed bodies are not read")
        if not announced and scope["method"] in ("GET", "HEAD"):
            return b""
        try:
            async with asyncio.timeout(self.settings.body_seconds):
                message = await receive()
                if message["type"] == "http.request" and not message.get("more_body"):
                    body = message.get("body", b"")
                    if len(body) > limit:
                        raise _too_large(limit)
                    return bytes(body)
                parts = bytearray()
                while True:
                    if message["type"] == "http.disconnect":
                        raise _Gone
                    parts += message.get("body", b"")
                    if len(parts) > limit:
                        if message.get("more_body"):
                            await self._drain(scope, receive)
                        raise _too_large(limit)
                    if not message.get("more_body"):
                        return bytes(parts)
                    message = await receive()
        except TimeoutError:
            raise Refused(REQUEST_TIMEOUT, headers={"connection": "close"}) from None

    async def _drain(self, scope: Scope, receive: Receive) -> None:
        """Take what is still on its way of a body that is refused: a connection closed over it would be reset before the answer is read.

        Not where the caller waits to be told to go on, and not without end.
        """
        if any(name == b"expect" for name, _ in scope["headers"]):
            return
        left = DRAINED
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.settings.body_seconds):
                while left > 0:
                    async with asyncio.timeout(SILENCE):
                        message = await receive()
                    left -= len(message.get("body", b""))
                    if message["type"] == "http.disconnect" or not message.get("more_body"):
                        return


class _BrokenOff(Exception):
    """An answer that failed after it had begun."""


def _too_large(limit: int) -> Refused:
    text = f"this address takes bodies of at most {limit} bytes"
    return Refused(BODY_TOO_LARGE, text, headers={"connection": "close"})


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body that was read, then what follows."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
