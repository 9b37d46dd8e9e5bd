"""Requests per second over HTTP: the decision endpoint, and the same endpoint with the engine taken out (a ready answer of the same size)."""

import asyncio
import datetime
import multiprocessing
import os
import socket
import statistics
import time
from contextlib import closing
from dataclasses import dataclass

import orjson

from api import serve
from engine import Engine, default_rules, load
from engine.inference.decide import Decider

FACTS = {
    "treatment_phase": "adjuvant", "pathway": "surgery_first", "sex": "female", "age_years": 52, "er_percent": 0, "pr_percent": 0,
    "her2_ihc": "1+", "pt": "T2", "pn": "N1", "m_category": "M0", "histology": "nst", "ecog": 0, "lvef_percent": 63, "gbrca": "negative",
}  # fmt: skip
AS_OF = datetime.date(2026, 11, 22)
ROUNDS, SECONDS, CONNECTIONS = 3, 2.0, 8


@dataclass(frozen=True)
class Kind:
    """One service that is measured."""

    name: str
    cross_check: str = "always"
    workers: int = 1
    engine: bool = True


KINDS = (
    Kind("no engine", engine=False),
    Kind("cross-check always"),
    Kind("cross-check sample", "sample"),
    Kind("cross-check off", "off"),
    Kind("cross-check always, 2 workers", workers=2),
)


def _serve(kind: Kind, port: int) -> None:
    """The service as it is in use, with its log thrown away."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    if not kind.engine:
        _take_the_engine_out()
    serve.main(port=port, cross_check=kind.cross_check, workers=kind.workers, records="off", log_format="json")


def _take_the_engine_out() -> None:
    """Every decision is a ready one of the same size."""
    engine = Engine(load(default_rules()))
    decider = engine.decider(AS_OF)
    ready = decider.judge(engine.read(FACTS))
    answer = decider.write(ready, AS_OF, "01900000-0000-7000-8000-000000000000")
    Decider.judge = lambda self, given: ready  # type: ignore[method-assign]
    Decider.write = lambda self, one, as_of, decision_id: answer  # type: ignore[method-assign]


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


async def _load(port: int) -> tuple[float, float, float]:
    """Requests a second, and the milliseconds that half and 99 of 100 of them stayed below."""
    times: list[float] = []
    until = time.perf_counter() + SECONDS
    await asyncio.gather(*(_client(port, until, times) for _ in range(CONNECTIONS)))
    ordered = sorted(times)
    return len(times) / SECONDS, ordered[len(times) // 2] * 1000, ordered[len(times) * 99 // 100] * 1000


def lines() -> list[str]:
    """The table of requests per second, interleaved rounds, medians."""
    ports = {kind: _free_port() for kind in KINDS}
    workers = [multiprocessing.Process(target=_serve, args=(kind, port)) for kind, port in ports.items()]
    for worker in workers:
        worker.start()
    try:
        for port in ports.values():
            _wait(port)
        found: dict[Kind, list[tuple[float, float, float]]] = {kind: [] for kind in KINDS}
        for kind in KINDS:
            asyncio.run(_load(ports[kind]))  # warm up
        for _ in range(ROUNDS):
            for kind in KINDS:
                found[kind].append(asyncio.run(_load(ports[kind])))
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join()
    size = len(Engine(load(default_rules())).decide(FACTS, AS_OF))
    floor = statistics.median(rate for rate, _, _ in found[KINDS[0]])
    table = [
        f"HTTP, {CONNECTIONS} connections, answer of {size / 1000:.0f} kB, nothing recorded, the load on the same cores",
        f"  {'':<30} {'requests/s':>11} {'p50 ms':>8} {'p99 ms':>8} {'ratio':>7}",
    ]
    for kind in KINDS:
        rate, p50, p99 = (statistics.median(each) for each in zip(*found[kind], strict=True))
        table.append(f"  {kind.name:<30} {rate:>11,.0f} {p50:>8.2f} {p99:>8.2f} {rate / floor:>6.2f}x")
    return table


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            with closing(socket.create_connection(("127.0.0.1", port), timeout=1)):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")
