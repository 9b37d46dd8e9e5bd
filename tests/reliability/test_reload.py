"""A guideline is replaced under load: no request fails, no answer mixes two guidelines, and a broken one never comes into force."""

import asyncio
import gc
import os
import re
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.reload import Reloader
from api.settings import Settings
from engine.language.guideline import content_hash
from tests.api.client import JSON, Answer, exchange, scope_of
from tests.strategies import THOROUGH

LENDING = Path(__file__).parents[1] / "guidelines" / "lending"
RELOADS = 200 if THOROUGH else 4
CLIENTS = 16
FACTS = {"visit": "collection", "member": True, "tool": "chain_saw", "age_years": 40, "last_test_months": 30}
SAYS = re.compile(r"edition ([0-9]+)")
HASH = re.compile(r"[0-9a-f]{64}")


@dataclass
class Editions:
    """A folder that authors write again and again: every text of every edition names it, every second edition is broken."""

    folder: Path
    hashes: dict[str, str] = field(default_factory=dict)  # of each good edition: hash -> number

    def write(self, number: int, *, broken: bool = False) -> None:
        """Put another edition in the place of the one before: the folder is gone for a moment, never half one and half the other."""
        new, old = self.folder.with_name("new"), self.folder.with_name("old")
        shutil.rmtree(old, ignore_errors=True)
        shutil.copytree(LENDING, new)
        for path in (new / "recommendations").rglob("*.yaml"):
            path.write_text(re.sub(r"^text: (.*)$", rf"text: \1 Edition {number}.", path.read_text(), flags=re.M))
        about = new / "guideline.yaml"
        about.write_text(
            about.read_text()
            .replace("version: 2.1.0", f"version: 2.1.{number}")
            .replace(
                "The volunteer at the counter decides.", f"The volunteer at the counter decides. Edition {number}."
            )
        )
        if broken:
            rule = new / "recommendations" / "care" / "say-goggles.yaml"
            rule.write_text(rule.read_text().replace("tool: cutting", "tool: cuting"))
        else:
            self.hashes[content_hash(new)] = str(number)
        if self.folder.exists():
            os.rename(self.folder, old)
        os.rename(new, self.folder)


@pytest.fixture(autouse=True)
def _nothing_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What thousands of tests before left in this process is no part of a service: it is kept out of the collections, which else take most of the time."""
    gc.freeze()
    monkeypatch.setattr("api.reload._forget_the_old", gc.collect)
    yield
    gc.unfreeze()


@pytest.fixture
def editions(tmp_path: Path) -> Editions:
    found = Editions(tmp_path / "rules")
    found.write(0)
    return found


def app_of(editions: Editions, **settings: Any) -> FastAPI:
    return create_app(Settings(rules=editions.folder, **settings))


async def ask(app: FastAPI, method: str, address: str, body: Any = None) -> Answer:
    raw = b"" if body is None else orjson.dumps(body)
    headers = {"content-type": JSON, "content-length": str(len(raw))} if raw else {}
    return await exchange(app, scope_of(method, address, headers), [raw])


def mixed(answer: Answer, editions: Editions) -> list[str]:
    """What of an answer does not belong together: the hashes it names are of one edition, and so is every text."""
    text = answer.body.decode()
    numbers = {editions.hashes.get(one, f"unknown {one}") for one in HASH.findall(text)}
    numbers |= set(SAYS.findall(text.lower()))
    return sorted(numbers) if len(numbers) != 1 else []


BATCH = [{"key": str(place), "facts": FACTS if place % 2 else {}} for place in range(60)]
ASKED = (
    ("POST", "/v1/decisions", {"facts": FACTS}),
    ("POST", "/v1/decisions/batch", BATCH),
    ("GET", "/v1/rules/SAF-01", None),
    ("GET", "/v1/guideline", None),
    ("GET", "/", None),
    ("GET", "/rules/SAF-01", None),
    ("GET", "/openapi.json", None),
    ("GET", "/api", None),
    ("GET", "/readyz", None),
)


@asynccontextmanager
async def asked_all_the_time(app: FastAPI, editions: Editions) -> AsyncIterator[list[tuple[str, int, list[str]]]]:
    """Clients that ask for everything while the body runs; what they got: address, status, what does not belong together."""
    got: list[tuple[str, int, list[str]]] = []
    going = True

    async def client(number: int) -> None:
        turn = number
        while going:
            turn += 1
            method, address, body = ASKED[turn % len(ASKED)]
            answer = await ask(app, method, address, body)
            got.append((address, answer.status, mixed(answer, editions)))
            await asyncio.sleep(0)

    clients = [asyncio.create_task(client(number)) for number in range(CLIENTS)]
    try:
        yield got
    finally:
        going = False
        await asyncio.gather(*clients)


@pytest.mark.slow
def test_under_load_no_request_fails_and_no_answer_is_mixed(
    editions: Editions, record_property: Callable[[str, object], None]
) -> None:
    app = app_of(editions)
    reloader = Reloader(app.state.service)

    async def run() -> list[tuple[str, int, list[str]]]:
        async with asked_all_the_time(app, editions) as got:
            for number in range(1, RELOADS + 1):
                editions.write(number, broken=number % 2 == 0)
                assert await reloader.reload() is (number % 2 == 1)
        return got

    begun = time.perf_counter()
    got = asyncio.run(run())
    seconds = time.perf_counter() - begun

    assert [one for one in got if one[1] != 200] == []
    assert [one for one in got if one[2]] == []
    assert (reloader.reloads.succeeded, reloader.reloads.failed) == (RELOADS // 2, RELOADS // 2)
    assert {address for address, _, _ in got} == {address for _, address, _ in ASKED}
    record_property(
        "table: reload under load",
        f"{RELOADS} reloads, half of them broken, {CLIENTS} clients, {len(got):,} answers in {seconds:.0f} s: 0 failed, 0 mixed",
    )


def test_the_answers_come_from_what_was_taken_up_last(editions: Editions) -> None:
    app = app_of(editions)
    reloader = Reloader(app.state.service)

    async def run() -> list[str]:
        for number in (1, 2, 3):
            editions.write(number, broken=number == 3)
            await reloader.reload()
        return [(await ask(app, method, address, body)).body.decode() for method, address, body in ASKED]

    assert [set(SAYS.findall(text.lower())) for text in asyncio.run(run())][:3] == [{"2"}] * 3


# ---- what is kept, and what is said ---------------------------------------------------------------------------------
def ready(app: FastAPI) -> dict[str, Any]:
    found: dict[str, Any] = asyncio.run(ask(app, "GET", "/readyz")).json()
    return found


def attempt(app: FastAPI, reloader: Reloader) -> bool:
    return asyncio.run(reloader.reload())


def reloader_of(app: FastAPI) -> Reloader:
    """The one whose attempts /readyz of the app tells."""
    found: Reloader = app.state.reloader
    return found


def test_a_broken_guideline_is_told_by_place_and_code_without_its_words(editions: Editions) -> None:
    app = app_of(editions)
    before = ready(app)["guideline"]
    editions.write(1, broken=True)

    assert attempt(app, reloader_of(app)) is False
    found = ready(app)

    assert (found["ready"], found["guideline"]) == (True, before)
    assert found["reload"]["folder_refused"] is True
    refused = found["reload"]["last_failure"]
    assert refused["count"] == 1
    assert refused["problems"] == [
        {"code": "unknown-value", "place": "rules/recommendations/care/say-goggles.yaml:7:37"}
    ]
    assert "cuting" not in orjson.dumps(found).decode()


def test_a_mended_guideline_is_taken_up_and_the_failure_stays_told(editions: Editions) -> None:
    app = app_of(editions)
    editions.write(1, broken=True)
    attempt(app, reloader_of(app))
    editions.write(2)

    assert attempt(app, reloader_of(app)) is True
    found = ready(app)

    assert (found["guideline"]["version"], found["reload"]["folder_refused"]) == ("2.1.2", False)
    assert (found["reload"]["succeeded"], found["reload"]["failed"]) == (1, 1)
    assert found["reload"]["last_failure"]["time"] < found["guideline"]["loaded_at"]


def test_a_folder_that_did_not_change_is_not_loaded_again(editions: Editions) -> None:
    app = app_of(editions)
    before = app.state.service.live

    assert attempt(app, reloader_of(app)) is True
    assert app.state.service.live is before
    assert ready(app)["reload"]["succeeded"] == 0


def test_a_folder_that_is_gone_leaves_the_guideline_in_force(editions: Editions) -> None:
    app = app_of(editions)
    shutil.rmtree(editions.folder)

    assert attempt(app, reloader_of(app)) is False
    assert ready(app)["reload"]["last_failure"]["problems"] == [
        {"code": "no-guideline", "place": "rules/guideline.yaml:1:1"}
    ]


def test_a_guideline_on_which_the_evaluators_differ_is_refused(
    editions: Editions, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.inference.network import Network

    app = app_of(editions, cross_check="off")
    editions.write(1)
    monkeypatch.setattr(Network, "match", lambda self, states: None)

    assert attempt(app, reloader_of(app)) is False
    assert ready(app)["reload"]["last_failure"]["problems"] == [{"code": "self-test", "place": None}]


def test_a_failure_nobody_expected_keeps_the_old_guideline(editions: Editions, monkeypatch: pytest.MonkeyPatch) -> None:
    app = app_of(editions)
    editions.write(1)
    monkeypatch.setattr("api.reload.load", lambda root: 1 / 0)

    assert attempt(app, reloader_of(app)) is False
    assert ready(app)["reload"]["last_failure"]["problems"] == [{"code": "internal-error", "place": None}]


def test_a_folder_that_changes_while_it_is_read_is_read_again(
    editions: Editions, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine import load

    app = app_of(editions)
    editions.write(1)
    left = iter([2, 3])

    def interrupted(root: Path) -> Any:
        found = load(root)
        if number := next(left, None):
            editions.write(number)
        return found

    monkeypatch.setattr("api.reload.load", interrupted)

    assert attempt(app, reloader_of(app)) is True
    assert ready(app)["guideline"]["version"] == "2.1.3"


# ---- watching -------------------------------------------------------------------------------------------------------
async def until(true: Callable[[], Awaitable[bool] | bool]) -> None:
    """Wait for something to become true; the test fails where it does not."""
    for _ in range(400):
        found = true()
        if await found if isinstance(found, Awaitable) else found:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen")


def test_a_change_of_a_file_or_of_the_whole_folder_is_noticed(editions: Editions) -> None:
    app = app_of(editions, reload_rules=True)
    service = app.state.service

    def version() -> str:
        return str(service.live.guideline.version)

    async def run() -> None:
        async with app.router.lifespan_context(app):
            await asyncio.sleep(0.3)
            about = editions.folder / "guideline.yaml"
            about.write_text(about.read_text().replace("2.1.0", "2.1.7"))
            await until(lambda: version() == "2.1.7")
            editions.write(8)
            await until(lambda: version() == "2.1.8")
            editions.write(9, broken=True)
            await until(lambda: reloader_of(app).reloads.refused)
            editions.write(10)
            await until(lambda: version() == "2.1.10")

    asyncio.run(run())


def test_without_the_setting_nothing_is_watched(editions: Editions) -> None:
    app = app_of(editions)

    async def run() -> None:
        async with app.router.lifespan_context(app):
            editions.write(1)
            await asyncio.sleep(1)

    asyncio.run(run())
    assert app.state.service.live.guideline.version == "2.1.0"
