"""The service as processes, and clients that load it over real connections."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from prometheus_client.parser import text_string_to_metric_families

ROOT = Path(__file__).resolve().parents[2]
START = "import sys; from api.serve import main; sys.exit(main(port=0))"


@dataclass
class Running:
    """A service that was started."""

    process: "subprocess.Popen[str]"
    host: str
    port: int
    log: Path

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What it has logged so far."""
        found = []
        for line in self.log.read_text(encoding="utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                found.append({"event": line})
        return found

    def events(self, name: str) -> list[dict[str, Any]]:
        return [one for one in self.lines if one.get("event") == name]

    @property
    def pids(self) -> list[int]:
        """The processes that answer or retire."""
        ended = {one["pid"] for name in ("worker ended", "worker died") for one in self.events(name)}
        return [one["pid"] for one in self.events("worker answers") if one["pid"] not in ended]

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


@contextmanager
def running(log: Path, start: str = START, **settings: str) -> Iterator[Running]:
    """The service with these settings (without TNBC_), on a free port. `start`: what the process runs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TNBC_")}
    own = {f"TNBC_{name}".upper(): value for name, value in settings.items()}
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", start],
            env={**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "TNBC_LOG_FORMAT": "json", **own},
            stdout=subprocess.PIPE, stderr=errors, text=True, cwd=log.parent,
        )  # fmt: skip
    try:
        assert process.stdout is not None
        host, port = "", 0
        for line in process.stdout:
            if line.startswith("Open "):
                host, _, end = line.split()[1].removeprefix("http://").partition(":")
                port = int(end.strip("/"))
            if "Ctrl-C" in line:
                break
        assert port, log.read_text()
        yield Running(process, host, port, log)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


class Cut(Exception):
    """The connection ended where an answer was due."""


@dataclass
class Connection:
    """One connection that is kept as long as the service keeps it."""

    host: str
    port: int
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, address: str, body: bytes = b"") -> tuple[int, bytes]:
        """Status and body; raises Cut or OSError."""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        assert self.reader is not None
        head = f"{method} {address} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.writer.write(head.encode() + body)
        try:
            raw = await self.reader.readuntil(b"\r\n\r\n")
            headers = raw.lower()
            length = int(headers.split(b"content-length:")[1].split(b"\r\n")[0])
            answer = await self.reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise Cut from error
        if b"\r\nconnection: close" in headers:
            await self.close()
        return int(raw[9:12]), answer

    async def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
            self.reader = self.writer = None


@dataclass
class Load:
    """What clients sent and got."""

    answered: int = 0
    failed: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    connections: int = 0


@asynccontextmanager
async def loaded(
    service: Running,
    bodies: Callable[[int], bytes],
    check: Callable[[int, int, bytes], str],
    clients: int = 16,
    pause: float = 0.0,
) -> AsyncIterator[Load]:
    """Clients that ask for decisions while the body runs. `bodies(n)` is what is sent; `check(n, status, answer)` says what is wrong with the answer;
    `pause`: seconds a client waits between two requests."""
    load, going, number = Load(), True, 0

    async def client() -> None:
        nonlocal number
        connection = Connection(service.host, service.port)
        while going:
            number += 1
            mine = number
            try:
                begun = time.perf_counter()
                load.connections += connection.writer is None
                status, answer = await connection.ask("POST", "/v1/decisions", bodies(mine))
                load.seconds.append(time.perf_counter() - begun)
                load.answered += 1
                if wrong := check(mine, status, answer):
                    load.failed.append(wrong)
                await asyncio.sleep(pause)
            except (Cut, OSError) as error:
                load.failed.append(type(error).__name__)
                await connection.close()
                await asyncio.sleep(0.01)
        await connection.close()

    jobs = [asyncio.create_task(client()) for _ in range(clients)]
    try:
        yield load
    finally:
        going = False
        await asyncio.gather(*jobs)


async def get(service: Running, address: str) -> tuple[int, bytes]:
    connection = Connection(service.host, service.port)
    try:
        return await connection.ask("GET", address)
    finally:
        await connection.close()


async def figures(service: Running) -> dict[tuple[str, ...], float]:
    """What /metrics says: name and labels, value."""
    _, text = await get(service, "/metrics")
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


async def until(true: Callable[[], Any], seconds: float = 60) -> None:
    """Wait for something to become true; the test fails where it does not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = true()
        if await found if asyncio.iscoroutine(found) else found:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it did not happen")


def asked(facts: dict[str, Any]) -> bytes:
    return orjson.dumps({"facts": facts})
