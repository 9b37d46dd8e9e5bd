"""Asks an ASGI app in process, with full control over what goes over the wire: the length that is declared, the pieces of a body, the address."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message

JSON = "application/json"
NDJSON = "application/x-ndjson"
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    pieces: int

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "")

    @property
    def kind(self) -> str:
        """The code of a problem, or an empty text."""
        return self.json()["type"].removeprefix("/problems#") if self.media_type == PROBLEM else ""

    @property
    def places(self) -> list[str]:
        return [one["at"] for one in self.json()["errors"]]


class Client:
    """One app, asked one request after another."""

    def __init__(self, app: ASGIApp, server: tuple[str, int] | None = ("127.0.0.1", 8000)) -> None:
        self.app, self.server = app, server

    def get(self, address: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> Answer:
        return self.ask(method, address, [], headers or {})

    def post(self, address: str, body: Any, media_type: str | None = JSON, **headers: str) -> Answer:
        """`body`: bytes, text, pieces of bytes, or anything JSON can hold."""
        if isinstance(body, str):
            body = body.encode()
        pieces = (
            [body] if isinstance(body, bytes) else body if isinstance(body, Pieces) else [json.dumps(body).encode()]
        )
        sent = {"content-type": media_type} if media_type else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if not isinstance(body, Pieces):
            sent.setdefault("content-length", str(len(pieces[0])))
        return self.ask("POST", address, pieces, sent)

    def ask(self, method: str, address: str, pieces: Iterable[bytes], headers: Mapping[str, str]) -> Answer:
        scope = scope_of(method, address, headers, self.server)
        return asyncio.run(exchange(self.app, scope, list(pieces) or [b""]))


class Pieces(list[bytes]):
    """A body that arrives in pieces, of which no length is declared."""


def scope_of(
    method: str, address: str, headers: Mapping[str, str], server: tuple[str, int] | None = ("127.0.0.1", 8000)
) -> dict[str, Any]:
    """A request as an ASGI server hands it on."""
    path, _, query = address.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        "client": ("127.0.0.1", 50000),
        "server": server,
        "state": {},
    }


async def exchange(app: ASGIApp, scope: dict[str, Any], pieces: list[bytes]) -> Answer:
    waiting: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": index < len(pieces) - 1}
        for index, piece in enumerate(pieces)
    ]
    sent: list[Message] = []
    done = asyncio.Event()

    async def receive() -> Message:
        if waiting:
            return waiting.pop(0)
        await done.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    try:
        await app(scope, receive, send)
    finally:
        done.set()
    start = next(one for one in sent if one["type"] == "http.response.start")
    parts = [one.get("body", b"") for one in sent if one["type"] == "http.response.body"]
    headers = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], headers, b"".join(parts), sum(bool(part) for part in parts))
