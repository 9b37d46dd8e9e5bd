"""Requests per second over HTTP: the decision endpoint, and the same endpoint with the engine taken out (a ready answer of the same size)."""

import asyncio
import datetime
import multiprocessing
import socket
import statistics
import time
from contextlib import closing

import orjson
import uvicorn

from api.app import create_app
from api.settings import Settings
from engine import Engine, default_rules, load

FACTS = {
    "treatment_phase": "adjuvant", "pathway": "surgery_first", "sex": "female", "age_years": 52, "er_percent": 0, "pr_percent": 0,
    "her2_ihc": "1+", "pt": "T2", "pn": "N1", "m_category": "M0", "histology": "nst", "ecog": 0, "lvef_percent": 63, "gbrca": "negative",
}  # fmt: skip
AS_OF = datetime.date(2026, 11, 22)
ROUNDS, SECONDS, CONNECTIONS = 3, 2.0, 8


class _Ready(Engine):
    """An engine that has one answer ready."""

    answer = b""

    def decide(self, facts: object, as_of: datetime.date, decision_id: str | None = None) -> bytes:
        return self.answer


def _serve(kind: str, port: int) -> None:
    settings = Settings(port=port, cross_check="off" if kind == "index only" else "always")
    app = create_app(settings)
    if kind == "no engine":
        loaded = app.state.service.loaded
        _Ready.answer = loaded.engine.decide(FACTS, AS_OF)
        loaded.engine.__class__ = _Ready
    uvicorn.run(app, port=port, log_level="critical", access_log=False)


def _free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def _client(port: int, until: float, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    age = 30
    while time.perf_counter() < until:
        age = 30 + (age + 1) % 50
        body = orjson.dumps({"facts": {**FACTS, "age_years": age}, "as_of": "2026-11-22"})
        start = time.perf_counter()
        writer.write(
            b"POST /v1/decisions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
            + str(len(body)).encode() + b"\r\n\r\n" + body
        )  # fmt: skip
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head[:200]
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        times.append(time.perf_counter() - start)
    writer.close()


async def _load(port: int) -> tuple[float, float]:
    times: list[float] = []
    until = time.perf_counter() + SECONDS
    await asyncio.gather(*(_client(port, until, times) for _ in range(CONNECTIONS)))
    return len(times) / SECONDS, statistics.median(times) * 1000


def lines() -> list[str]:
    """The table of requests per second, interleaved rounds, medians."""
    kinds = ("no engine", "cross-checked", "index only")
    ports = {kind: _free_port() for kind in kinds}
    workers = [multiprocessing.Process(target=_serve, args=(kind, port), daemon=True) for kind, port in ports.items()]
    for worker in workers:
        worker.start()
    try:
        for port in ports.values():
            _wait(port)
        found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
        for kind in kinds:
            asyncio.run(_load(ports[kind]))  # warm up
        for _ in range(ROUNDS):
            for kind in kinds:
                found[kind].append(asyncio.run(_load(ports[kind])))
    finally:
        for worker in workers:
            worker.terminate()
    size = len(Engine(load(default_rules())).decide(FACTS, AS_OF))
    floor = statistics.median(rate for rate, _ in found["no engine"])
    table = [
        f"HTTP, one worker, {CONNECTIONS} connections, answer of {size / 1000:.0f} kB",
        f"  {'':<28} {'requests/s':>11} {'p50 ms':>8} {'ratio':>7}",
    ]
    goals = {"no engine": "", "cross-checked": "(at least 0.4)", "index only": ""}
    for kind in kinds:
        rate, middle = (statistics.median(each) for each in zip(*found[kind], strict=True))
        table.append(f"  {kind:<28} {rate:>11,.0f} {middle:>8.2f} {rate / floor:>6.2f}x  {goals[kind]}")
    return table


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            with closing(socket.create_connection(("127.0.0.1", port), timeout=1)):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")
