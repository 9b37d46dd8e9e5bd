"""Requests a second over HTTP: the service as it runs, the same endpoint without the engine, and an ordinary framework route that echoes.

Each server is a process of its own; the load comes from this one over kept-alive connections. Beside requests a second stands the server's
own CPU time, which another program on the machine disturbs less.
"""

import json
import os
import selectors
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.__main__ import named_patients, varied

ROOT = Path(__file__).resolve().parents[2]
CONNECTIONS, SECONDS = 16, 3.0

COMMON = """
import datetime, logging, sys, socket, uvicorn
from api import logs
from api.app import create_app
from api.settings import Settings
from engine.inference.decide import Decider
logs.configure("warning")
app = create_app(Settings())
engine = app.state.service.loaded.engine
answer = engine.decide({"age_years": 50}, datetime.date(2026, 11, 22))
"""
SERVERS = {
    "decision, cross-checked": COMMON,
    "the same endpoint without the engine": COMMON + "Decider.decide = lambda *_: answer",
    "an ordinary FastAPI route": COMMON
    + """
from typing import Any
from fastapi import FastAPI, Response
from pydantic import BaseModel
class Body(BaseModel):
    facts: dict[str, Any]
    as_of: datetime.date | None = None
app = FastAPI()
@app.post("/v1/decisions")
async def echo(body: Body) -> Response:
    return Response(answer, media_type="application/json")
""",
}
RUN = """
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
config = uvicorn.Config(app, loop="uvloop", http="httptools", log_config=None, access_log=False, lifespan="off", ws="none")
uvicorn.Server(config).run(sockets=[listener])
"""


def lines() -> list[str]:
    """The table."""
    requests = [_request(facts) for facts in varied(named_patients(), 400)]
    found = [f"HTTP ({CONNECTIONS} connections, one server process; logging off)"]
    found.append(f"  {'':<44} {'requests/s':>10} {'CPU us':>8} {'p50 us':>8} {'p99 us':>8}")
    rates: dict[str, tuple[float, float]] = {}
    for name, code in SERVERS.items():
        rate, cpu, p50, p99 = _measure(code, requests)
        rates[name] = rate, cpu
        found.append(f"  {name:<44} {rate:>10.0f} {cpu:>8.0f} {p50:>8.0f} {p99:>8.0f}")
    (whole, cpu), (without, bare), _ = rates.values()
    found.append(
        f"  ratio to the same endpoint without the engine: {whole / without:.2f} by requests/s, {bare / cpu:.2f} by CPU   (at least 0.4)"
    )
    return found


def _request(facts: dict[str, object]) -> bytes:
    body = json.dumps({"facts": facts}, default=str).encode()
    head = "POST /v1/decisions HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _measure(code: str, requests: list[bytes]) -> tuple[float, float, float, float]:
    command = [sys.executable, "-c", code + RUN]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT)
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        _load(port, requests, 1, 0.5)
        times = sorted(_load(port, requests, 1, 1.0))
        used, begun = _cpu(server.pid), time.perf_counter()
        answered = len(_load(port, requests, CONNECTIONS, SECONDS))
        rate = answered / (time.perf_counter() - begun)
        cpu = (_cpu(server.pid) - used) / answered * 1e6
        return rate, cpu, times[len(times) // 2] * 1e6, times[int(len(times) * 0.99)] * 1e6
    finally:
        server.terminate()
        server.wait(20)


def _load(port: int, requests: list[bytes], connections: int, seconds: float) -> list[float]:
    """Ask over so many connections for so long; the seconds each answer took."""
    waiting: dict[socket.socket, tuple[float, int]] = {}
    times: list[float] = []
    turn = 0
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            wire = socket.create_connection(("127.0.0.1", port))
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(wire, selectors.EVENT_READ)
            wire.sendall(requests[turn % len(requests)])
            waiting[wire], turn = (time.perf_counter(), 0), turn + 1
        until = time.perf_counter() + seconds
        while waiting:
            for key, _ in selector.select():
                wire = key.fileobj
                assert isinstance(wire, socket.socket)
                begun, left = waiting[wire]
                part = wire.recv(1 << 18)
                if not left:  # the head comes in one piece
                    assert part.startswith(b"HTTP/1.1 200"), part[:200]
                    end = part.index(b"\r\n\r\n") + 4
                    start = part.lower().index(b"content-length: ", 0, end) + 16
                    left = end + int(part[start : part.index(b"\r", start)])
                left -= len(part)
                if left:
                    waiting[wire] = begun, left
                    continue
                now = time.perf_counter()
                times.append(now - begun)
                if now >= until:
                    selector.unregister(wire)
                    wire.close()
                    del waiting[wire]
                    continue
                wire.sendall(requests[turn % len(requests)])
                waiting[wire], turn = (time.perf_counter(), 0), turn + 1
    return times


def _cpu(process: int) -> float:
    """Seconds of CPU a process has used."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    print("\n".join(lines()))
