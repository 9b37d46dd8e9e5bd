"""Requests per second over HTTP with and without records, in SQLite and in PostgreSQL, with one worker and two; and what a decision takes on the disk."""

import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from api.records.database import Database
from api.records.migrate import migrate
from api.records.store import Store
from tests.benchmarks.__main__ import named_patients, varied
from tests.postgresql import Server, Unavailable

ROOT = Path(__file__).resolve().parents[2]
ROUNDS, SECONDS, CONNECTIONS = 3, 3.0, 16
START = "import sys; from api.serve import main; sys.exit(main(port=0))"


@dataclass(frozen=True)
class Measured:
    """One round of load."""

    rate: float
    p50: float
    p99: float


@contextlib.contextmanager
def serving(address: str, workers: int = 1) -> Iterator[int]:
    """The service with so many workers, as `tnbc-cds serve` runs it, recording in the store (none where the address is empty); its port."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TNBC_")}
    given = {"TNBC_DATABASE_URL": address} if address else {"TNBC_RECORDS": "off"}
    environment = {**kept, **given, "TNBC_WORKERS": str(workers), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", START], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = ""
            while "Open  http://" not in line:
                line = process.stdout.readline()
                assert line, "the service did not start"
            yield int(line.split("://")[1].split("/")[0].split(":")[1])
        finally:
            process.terminate()


def requests(count: int = 400) -> list[bytes]:
    """Whole requests, for varied patients."""
    found = []
    for facts in varied(named_patients(), count, seed=7):
        body = orjson.dumps({"facts": facts, "as_of": "2026-11-22"})
        head = f"POST /v1/decisions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        found.append(head.encode() + body)
    return found


async def one_connection(port: int, asked: list[bytes], first: int, until: float, times: list[float]) -> None:
    """Ask one after another until it is time to stop."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    turn = first
    while time.perf_counter() < until:
        start = time.perf_counter()
        writer.write(asked[turn % len(asked)])
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head[:200]
        await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
        times.append(time.perf_counter() - start)
        turn += CONNECTIONS
    writer.close()


async def load(port: int, asked: list[bytes], seconds: float) -> Measured:
    """One round on all connections."""
    times: list[float] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(*(one_connection(port, asked, first, until, times) for first in range(CONNECTIONS)))
    times.sort()
    return Measured(len(times) / seconds, statistics.median(times) * 1000, times[int(len(times) * 0.99)] * 1000)


def lines() -> list[str]:
    """The table; rounds of all kinds take turns, medians are printed."""
    asked, rounds = requests(), dict[str, list[Measured]]()
    notes = []
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sqlite = f"sqlite:///{folder / 'records.sqlite'}"
        kinds = {"no records": ("", 1), "SQLite": (sqlite, 1)}
        more = {"no records, 2 workers": ("", 2), "SQLite, 2 workers": (f"sqlite:///{folder / 'two.sqlite'}", 2)}
        try:
            server = Server()
            stack.callback(server.remove)
            kinds["PostgreSQL"] = server.url("bench"), 1
            more["PostgreSQL, 2 workers"] = server.url("bench2"), 2
            for address, _ in (kinds["PostgreSQL"], more["PostgreSQL, 2 workers"]):
                migrate(address)
        except Unavailable as reason:
            notes.append(f"  {reason}")
        kinds |= more
        ports = {kind: stack.enter_context(serving(*given)) for kind, given in kinds.items()}
        for port in ports.values():
            asyncio.run(load(port, asked, 1.0))
        for _ in range(ROUNDS):
            for kind, port in ports.items():
                rounds.setdefault(kind, []).append(asyncio.run(load(port, asked, SECONDS)))
        written = Store(Database(sqlite)).head().position
        size = (folder / "records.sqlite").stat().st_size
    table = [
        f"Records over HTTP, {CONNECTIONS} connections, cross-checked, client on the same machine; beside no records with as many workers",
        f"  {'':<28} {'requests/s':>11} {'p50 ms':>8} {'p99 ms':>8} {'ratio':>7}",
    ]
    for kind, found in rounds.items():
        rate, p50, p99 = (statistics.median(getattr(one, name) for one in found) for name in ("rate", "p50", "p99"))
        alone = "no records, 2 workers" if kind.endswith("workers") else "no records"
        base = statistics.median(one.rate for one in rounds[alone])
        goal = "" if kind == alone else "  (at least 0.5)"
        table.append(f"  {kind:<28} {rate:>11,.0f} {p50:>8.2f} {p99:>8.2f} {rate / base:>6.2f}x{goal}")
    table.append(
        f"  {size / max(1, written):,.0f} bytes a decision in SQLite, indexes and the guideline included ({written:,} decisions)"
    )
    return table + notes
