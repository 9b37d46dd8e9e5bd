"""What was acknowledged is on record, whatever happens to the service, its disk or its database; and it goes on without a hand.

Killing a process shows what the program does, not what the disk does: the page cache outlives the process. That a commit waits for the disk is shown
by counting what the kernel is asked (`test_every_answer_waits_for_the_disk`).
TNBC_TEST_PROFILE=thorough: 100 kills on each database, 30 seconds without one, the real guideline.
"""

import asyncio
import itertools
import os
import random
import resource
import shutil
import signal
import sqlite3
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.records.database import Database
from api.records.migrate import migrate
from api.records.store import Store
from api.records.verify import verify
from engine import default_rules
from tests.postgresql import Server, Unavailable
from tests.reliability.service import Load, Service, load_on, request_of
from tests.strategies import THOROUGH

LENDING = Path(__file__).parents[1] / "guidelines" / "lending"
RULES = default_rules() if THOROUGH else LENDING
FACTS: list[dict[str, Any]] = (
    [{"age_years": age, "pt": "T2", "er_percent": 0} for age in range(30, 80)]
    if THOROUGH
    else [{"age_years": age, "tool": "drill"} for age in range(18, 68)]
)
BODIES = [request_of(facts) for facts in FACTS]
KILLS = 100 if THOROUGH else 3
AWAY = 30.0 if THOROUGH else 2.0
_numbers = itertools.count()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    try:
        found = Server()
    except Unavailable as reason:
        pytest.skip(str(reason))
    yield found
    found.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.sqlite'}"
    found: str = request.getfixturevalue("server").url(f"reliable{next(_numbers)}")
    migrate(found)
    return found


@pytest.fixture
def service() -> Iterator[Callable[..., Service]]:
    """Makes services that are killed at the end, whatever happens."""
    made: list[Service] = []

    def make(address: str, **settings: str) -> Service:
        made.append(Service(address, TNBC_RULES=str(RULES), **settings))
        return made[-1]

    yield make
    for one in made:
        if one.process is not None and one.process.poll() is None:
            one.kill()


def on_record(address: str) -> set[str]:
    store = Store(Database(address))
    report = verify(store)
    assert report.problems == []
    return {kept.record.id for kept in store.walk()}


# ---- the process ----------------------------------------------------------------------------------------------------
def test_killed_under_load_nothing_that_was_acknowledged_is_lost(
    address: str, service: Callable[..., Service], record_property: Callable[[str, object], None]
) -> None:
    one, load, seconds = service(address), Load(), list[float]()
    chance = random.Random(7)

    async def go() -> None:
        one.start()
        async with load_on(one.port, load, BODIES):
            for _ in range(KILLS):
                before = len(load.acknowledged)
                while len(load.acknowledged) < before + 20:
                    await asyncio.sleep(0.01)
                await asyncio.sleep(chance.random() * 0.3)
                one.kill()
                seconds.append(await asyncio.to_thread(one.start))

    asyncio.run(go())
    one.kill()
    found = on_record(address)
    lost = load.acknowledged - found

    database = address.partition(":")[0]
    record_property(
        f"table: kill -9 under load, {database}",
        f"  {KILLS} kills, {len(load.acknowledged)} decisions acknowledged, {len(lost)} lost, 0 chain breaks, {len(found)} on record; "
        f"start to first recorded decision {statistics.median(seconds):.2f} s (median), {max(seconds):.2f} s (most)",
    )
    assert lost == set()
    assert set(load.statuses) <= {0, 200}


# ---- the disk -------------------------------------------------------------------------------------------------------
@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits of another process are set on Linux only")
def test_a_full_disk_is_503_and_nothing_acknowledged_is_lost_and_it_goes_on_by_itself(
    tmp_path: Path, service: Callable[..., Service], record_property: Callable[[str, object], None]
) -> None:
    address, load = f"sqlite:///{tmp_path / 'records.sqlite'}", Load()
    one = service(address)
    recovered: list[float] = []

    async def go() -> None:
        one.start()
        assert one.process is not None
        async with load_on(one.port, load, BODIES):
            for _ in range(3):
                before, full = len(load.acknowledged), load.statuses[503]
                while len(load.acknowledged) < before + 50:
                    await asyncio.sleep(0.01)
                largest = max(path.stat().st_size for path in tmp_path.iterdir())
                resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
                while load.statuses[503] < full + 50:
                    await asyncio.sleep(0.01)
                infinite = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
                resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, infinite)
                recovered.append(await asyncio.to_thread(one.ask_until, 200))

    asyncio.run(go())
    one.kill()
    lost = load.acknowledged - on_record(address)

    record_property(
        "table: file that cannot grow (as on a full disk), SQLite",
        f"  3 times; {load.statuses[200]} answers, {load.statuses[503]} times 503, {len(lost)} lost; "
        f"answers again within {max(recovered):.2f} s",
    )
    assert lost == set()
    assert set(load.statuses) == {200, 503}


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("mount") is None, reason="making a small disk needs root and mount"
)
def test_a_disk_that_is_really_full_is_503_and_it_goes_on_when_there_is_room(
    tmp_path: Path, service: Callable[..., Service]
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], capture_output=True, check=False
    ).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        address, load = f"sqlite:///{disk / 'records.sqlite'}", Load()
        one = service(address)
        filler = disk / "filler"

        async def go() -> None:
            one.start()
            async with load_on(one.port, load, BODIES):
                with filler.open("wb") as file:
                    try:
                        while True:
                            file.write(bytes(65536))
                            file.flush()
                    except OSError:
                        pass
                while load.statuses[503] < 20:
                    await asyncio.sleep(0.01)
                filler.unlink()
                await asyncio.to_thread(one.ask_until, 200)

        asyncio.run(go())
        one.kill()
        assert load.acknowledged <= on_record(address)
        assert set(load.statuses) == {200, 503}
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_locked_file_is_503_until_it_is_free(tmp_path: Path, service: Callable[..., Service]) -> None:
    address = f"sqlite:///{tmp_path / 'records.sqlite'}"
    one = service(address, TNBC_RECORDS_SECONDS="0.3")
    one.start()
    other = sqlite3.connect(tmp_path / "records.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    assert [one.ask(), one.ask()] == [503, 503]
    other.execute("ROLLBACK")
    one.ask_until(200)
    one.kill()
    assert verify(Store(Database(address))).good


def test_a_file_that_is_moved_away_is_503_and_another_in_its_place_is_used(
    tmp_path: Path, service: Callable[..., Service]
) -> None:
    path = tmp_path / "records.sqlite"
    one = service(f"sqlite:///{path}")
    one.start()
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("records.sqlite", "records.sqlite-wal", "records.sqlite-shm"):
        os.rename(tmp_path / name, moved / name)

    assert [one.ask(), one.ask()] == [503, 503]
    assert not path.exists()
    migrate(f"sqlite:///{path}")
    one.ask_until(200)
    one.kill()
    assert len(on_record(f"sqlite:///{path}")) == 1
    assert len(on_record(f"sqlite:///{moved / 'records.sqlite'}")) == 1


@pytest.mark.skipif(shutil.which("strace") is None, reason="there is no strace")
def test_every_answer_waits_for_the_disk(tmp_path: Path, service: Callable[..., Service]) -> None:
    """One after another, so that nobody shares: as many waits for the disk as decisions."""
    log, asked = tmp_path / "calls", 20
    one = service(f"sqlite:///{tmp_path / 'records.sqlite'}")
    one.start()
    assert one.process is not None
    command = ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", str(log), "-p", str(one.process.pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as tracer:
        begun = time.monotonic()
        while b"TracerPid:\t0" in Path(f"/proc/{one.process.pid}/status").read_bytes():
            if tracer.poll() is not None or time.monotonic() - begun > 10:
                pytest.skip("processes may not be traced here")
            time.sleep(0.01)
        assert [one.ask() for _ in range(asked)] == [200] * asked
        tracer.send_signal(signal.SIGINT)
    one.kill()

    calls = log.read_text().count("sync(")
    assert calls >= asked


# ---- the database ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_without_its_database_it_is_503_and_it_goes_on_when_that_is_back(
    server: Server, service: Callable[..., Service], how: int, record_property: Callable[[str, object], None]
) -> None:
    address, load = server.url(f"reliable{next(_numbers)}"), Load()
    migrate(address)
    one = service(address)

    async def go() -> float:
        one.start()
        async with load_on(one.port, load, BODIES):
            while len(load.acknowledged) < 50:
                await asyncio.sleep(0.01)
            await asyncio.to_thread(server.stop, how)
            await asyncio.sleep(AWAY)
            assert load.statuses[503] > 10
            await asyncio.to_thread(server.start)
            seconds = await asyncio.to_thread(one.ask_until, 200)
            before = len(load.acknowledged)
            while len(load.acknowledged) < before + 50:
                await asyncio.sleep(0.01)
            return seconds

    back = asyncio.run(go())
    one.kill()
    lost = load.acknowledged - on_record(address)

    record_property(
        f"table: PostgreSQL {'stopped' if how == signal.SIGINT else 'crashed'} for {AWAY:.0f} s under load",
        f"  {load.statuses[200]} answers, {load.statuses[503]} times 503, {len(lost)} lost; answers again {back:.2f} s after it is back",
    )
    assert lost == set()
    assert set(load.statuses) == {200, 503}


def test_a_service_that_starts_without_its_database_waits_for_it(
    server: Server, service: Callable[..., Service]
) -> None:
    address = server.url(f"reliable{next(_numbers)}")
    migrate(address)
    server.stop()
    one = service(address)
    try:
        one.launch()
        one.ask_until(503)
    finally:
        server.start()
    one.ask_until(200)


# ---- several workers ------------------------------------------------------------------------------------------------
def test_several_services_on_one_store_make_one_chain_and_any_may_be_killed(
    address: str, service: Callable[..., Service]
) -> None:
    several, load = [service(address), service(address)], Load()

    async def go() -> None:
        for one in several:
            one.start()
        async with load_on(several[0].port, load, BODIES), load_on(several[1].port, load, BODIES):
            while len(load.acknowledged) < 150:
                await asyncio.sleep(0.01)
            several[0].kill()
            before = len(load.acknowledged)
            while len(load.acknowledged) < before + 50:
                await asyncio.sleep(0.01)

    asyncio.run(go())
    several[1].kill()
    assert load.acknowledged <= on_record(address)
    assert set(load.statuses) <= {0, 200}
