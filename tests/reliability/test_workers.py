"""Several workers: one that dies is replaced, all are renewed without losing a request, a new guideline reaches all, and they end together."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from engine.language.guideline import content_hash
from tests.reliability.running import ROOT, START, Running, asked, figures, get, loaded, running, until

LENDING = Path(__file__).parents[1] / "guidelines" / "lending"
FACTS = {"visit": "collection", "member": True, "tool": "chain_saw", "age_years": 40, "last_test_months": 30}
BROKEN = ("tool: cutting", "tool: cuting")
CLIENTS = 4


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LENDING, tmp_path / "rules"))


@pytest.fixture
def service(tmp_path: Path, folder: Path) -> Iterator[Running]:
    with running(tmp_path / "log", rules=str(folder), workers="2", records="off") as found:
        yield found


def bodies(number: int) -> bytes:
    return asked({**FACTS, "age_years": 18 + number % 60})


def sound(number: int, status: int, answer: bytes) -> str:
    """Nothing, or what is wrong."""
    if status != 200:
        return f"status {status}"
    return "" if orjson.loads(answer)["facts"]["age_years"]["state"] == 18 + number % 60 else "another patient"


async def decisions(service: Running) -> float:
    found = await figures(service)
    return sum(number for name, number in found.items() if name[0] == "tnbc_decisions_total")


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().split(") ")[1].startswith("Z")


@pytest.mark.slow
def test_workers_are_renewed_reloaded_and_replaced_without_losing_a_request(service: Running, folder: Path) -> None:
    """One service for all of it, since starting one takes a while: each step under load."""

    async def run() -> None:
        first = set(service.pids)
        async with loaded(service, bodies, sound, CLIENTS, 0.02) as load:
            await until(lambda: load.answered > 50)

            # renewed: two others take over, the old ones end when they have answered
            service.signal(signal.SIGUSR2)
            await until(lambda: len(set(service.pids) - first) == 2 and not set(service.pids) & first)
            assert len(service.events("worker ended")) == 2
            assert {one["code"] for one in service.events("worker ended")} == {0}
            assert all(gone(pid) for pid in first)
            second = set(service.pids)
            before = load.answered
            await until(lambda: load.answered > before + 50)
            assert load.failed == []
            assert load.connections >= 2 * CLIENTS  # each was told to come again, once

            # a guideline that is broken: neither reloaded nor renewed
            edit(folder / "recommendations/care/say-goggles.yaml", *BROKEN)
            service.signal(signal.SIGHUP)
            await until(lambda: len(service.events("guideline refused")) == 2)
            service.signal(signal.SIGUSR2)
            await until(lambda: service.events("workers not renewed"))
            assert set(service.pids) == second

            # mended and changed: it reaches both
            edit(folder / "recommendations/care/say-goggles.yaml", *reversed(BROKEN))
            edit(folder / "guideline.yaml", "version: 2.1.0", "version: 2.1.1")
            service.signal(signal.SIGHUP)
            new = ("tnbc_guideline_info", "tool-lending", content_hash(folder), "2.1.1")

            async def reached() -> bool:
                return (await figures(service)).get(new) == 2

            await until(reached)
            assert load.failed == []

        # one is killed: it is replaced, and what it had counted stays
        await asyncio.sleep(2)
        counted = await decisions(service)
        victim = service.pids[0]
        os.kill(victim, signal.SIGKILL)
        await until(lambda: service.events("worker died") and len(service.pids) == 2)
        assert victim not in service.pids
        assert await decisions(service) == counted  # it had left all of it before

        # they end together: what runs is answered, then nobody listens
        pids = service.pids
        batch = b"[" + b",".join([bodies(1)] * 400) + b"]"
        reader, writer = await asyncio.open_connection(service.host, service.port)
        writer.write(b"POST /v1/decisions/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
        writer.write(b"Content-Length: %d\r\n\r\n" % len(batch) + batch)
        begun = await reader.read(1000)
        service.signal(signal.SIGTERM)
        whole = begun + await reader.read()
        assert whole.count(b'{"index":') == 400 and whole.endswith(b"0\r\n\r\n")
        await until(lambda: service.process.poll() is not None)
        assert service.process.returncode == 0
        assert all(gone(pid) for pid in pids)
        with pytest.raises(ConnectionRefusedError):
            await get(service, "/healthz")

    asyncio.run(run())
    assert not any("Traceback" in str(one["event"]) for one in service.lines)


@pytest.mark.slow
def test_workers_do_not_outlive_their_supervisor(service: Running) -> None:
    pids = service.pids
    service.process.kill()

    asyncio.run(until(lambda: all(gone(pid) for pid in pids)))


def test_a_worker_that_hangs_is_replaced(tmp_path: Path, folder: Path) -> None:
    impatient = f"import api.supervisor; api.supervisor.SILENT = 3.0; {START}"
    with running(tmp_path / "log", impatient, rules=str(folder), workers="2", records="off") as found:
        victim = found.pids[0]
        os.kill(victim, signal.SIGSTOP)

        asyncio.run(until(lambda: found.events("worker hangs") and len(found.pids) == 2 and victim not in found.pids))

        assert [one["pid"] for one in found.events("worker hangs")] == [victim]
        assert gone(victim)
        assert asyncio.run(get(found, "/readyz"))[0] == 200


def test_what_keeps_the_workers_from_starting_is_said_once(tmp_path: Path, folder: Path) -> None:
    edit(folder / "recommendations/care/say-goggles.yaml", *BROKEN)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TNBC_")}
    own = {"PYTHONPATH": str(ROOT), "TNBC_RULES": str(folder), "TNBC_WORKERS": "3", "TNBC_RECORDS": "off"}

    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-P", "-c", START],
        env={**kept, **own},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 1
    assert done.stderr.count("say-goggles.yaml:7:37") == 1
    assert done.stderr.endswith("worker 1 does not start: 1 problem(s) in the guideline\n")
    assert done.stdout == "" and "Traceback" not in done.stderr
    assert time.monotonic() > begun


def test_a_folder_called_api_where_it_is_started_is_not_taken_for_the_service(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "__init__.py").write_text("raise SystemExit(99)")
    (tmp_path / "api" / "worker.py").write_text("raise SystemExit(98)")

    with running(tmp_path / "log", rules=str(folder), workers="2", records="off") as found:
        assert len(found.pids) == 2
