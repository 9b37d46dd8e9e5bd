"""The service as a process of its own, under load: started, killed, asked, and what it acknowledged remembered."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
START = "import sys; from api.serve import main; sys.exit(main())"
CONNECTIONS = 16
PATIENCE = 60.0  # seconds; far more than anything here takes


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Service:
    """One service on one port, recording at one address; it may be killed and started as often as one likes."""

    def __init__(self, address: str, **settings: str) -> None:
        self.port = free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TNBC_")}
        given = {"TNBC_DATABASE_URL": address, "TNBC_PORT": str(self.port), "TNBC_LOG_LEVEL": "error", **settings}
        self.environment = {**kept, **given, "PYTHONPATH": str(ROOT)}
        self.process: subprocess.Popen[bytes] | None = None

    def launch(self) -> subprocess.Popen[bytes]:
        """Start it, without waiting for anything."""
        command = [sys.executable, "-c", START]
        self.process = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        return self.process

    def start(self) -> float:
        """Start it; how many seconds it took until it gave a decision that is on record."""
        begun, process = time.monotonic(), self.launch()
        while time.monotonic() - begun < PATIENCE:
            if self.ask() == 200:
                return time.monotonic() - begun
            if process.poll() is not None:
                raise AssertionError(process.stderr and process.stderr.read().decode())
            time.sleep(0.01)
        raise AssertionError("the service does not answer")

    def kill(self) -> None:
        """As when somebody pulls it out: nothing is finished, nothing is closed."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()

    def ask(self) -> int:
        """The status of one decision; 0 where nobody answers."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/v1/decisions", b'{"facts": {}}', {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def ask_until(self, status: int, seconds: float = PATIENCE) -> float:
        """Ask until it answers so; how many seconds it took."""
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            if self.ask() == status:
                return time.monotonic() - begun
            time.sleep(0.02)
        raise AssertionError(f"no {status} within {seconds} s")


@dataclass
class Load:
    """What clients got."""

    acknowledged: set[str] = field(default_factory=set)  # ids of decisions that arrived whole
    statuses: "Counter[int]" = field(default_factory=Counter)  # 0: the connection broke


@asynccontextmanager
async def load_on(port: int, load: Load, bodies: list[bytes]) -> AsyncIterator[None]:
    """Clients that ask all the time while the body runs, whatever becomes of the service."""
    going = True

    async def client(number: int) -> None:
        turn = number
        while going:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
            except OSError:
                await asyncio.sleep(0.01)
                continue
            try:
                while going:
                    writer.write(bodies[turn % len(bodies)])
                    turn += CONNECTIONS
                    head = await reader.readuntil(b"\r\n\r\n")
                    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                    body = await reader.readexactly(length)
                    status = int(head[9:12])
                    load.statuses[status] += 1
                    if status == 200:
                        load.acknowledged.add(json.loads(body)["id"])
                    else:
                        await asyncio.sleep(0.005)
            except (OSError, asyncio.IncompleteReadError):
                load.statuses[0] += 1
            finally:
                writer.close()

    clients = [asyncio.create_task(client(number)) for number in range(CONNECTIONS)]
    try:
        yield
    finally:
        going = False
        done, late = await asyncio.wait(clients, timeout=PATIENCE)
        for one in late:
            one.cancel()
        for one in done:
            one.result()
        assert not late


def request_of(facts: dict[str, Any]) -> bytes:
    """A whole request for a decision."""
    body = json.dumps({"facts": facts}).encode()
    head = f"POST /v1/decisions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
