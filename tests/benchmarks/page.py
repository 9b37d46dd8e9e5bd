"""The page: its weight, the server's time for an update of the form, and how soon a first answer is there in a browser (where Chromium is)."""

import datetime
import os
import shutil
import socket
import statistics
import threading
import time
from urllib.parse import urlencode

import uvicorn
import yaml

from api.app import create_app
from api.settings import Settings
from api.web.fields import text_of
from engine import Guideline
from tests.api.client import Client
from tests.web.document import read

FORM = "application/x-www-form-urlencoded"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ROUNDS = 9


def lines() -> list[str]:
    """The table."""
    app = create_app(Settings())
    app.state.service.today = lambda: datetime.date(2026, 11, 22)
    client = Client(app)
    return ["Page", *_weight(client), *_updates(client, app.state.service.loaded.guideline), *_browser(app)]


def _weight(client: Client) -> list[str]:
    page = read(client.get("/").body)
    loaded = [
        "/",
        *(one.attributes["href"] for one in page.all("link")),
        *(one.attributes["src"] for one in page.all("script")),
    ]
    raw = sum(len(client.get(one).body) for one in loaded)
    packed = sum(len(client.get(one, {"accept-encoding": "gzip"}).body) for one in loaded)
    return [
        f"  first load, {len(loaded)} files: {raw / 1000:.1f} kB as they are (under 150), {packed / 1000:.1f} kB as sent to a browser"
    ]


def _updates(client: Client, guideline: Guideline) -> list[str]:
    """Every named patient of the features, entered fact by fact."""
    from tests.benchmarks.__main__ import ROOT

    vocabulary, times, sizes = guideline.vocabulary, list[float](), list[int]()
    for path in sorted((ROOT / "features" / "patients").glob("*.yaml")):
        for facts in list(yaml.safe_load(path.read_text(encoding="utf-8")).values())[::3]:
            entries: dict[str, str] = {}
            for name, value in facts.items():
                entries[name] = text_of(vocabulary[name], value)
                body = urlencode(entries)
                began = time.perf_counter()
                answer = client.post("/fragment", body, FORM, accept_encoding="gzip")
                times.append((time.perf_counter() - began) * 1000)
                assert answer.status == 200
                sizes.append(len(answer.body))
    warm = sorted(times[len(times) // 5 :])
    return [
        f"  update of the form, {len(warm)} of them, decided, drawn and packed: p50 {statistics.median(warm):.2f} ms (under 10), "
        f"p99 {warm[int(len(warm) * 0.99)]:.2f} ms; {statistics.median(sizes) / 1000:.1f} kB sent"
    ]


def _browser(app: object) -> list[str]:
    if CHROMIUM is None:
        return ["  in a browser: not measured, there is no Chromium"]
    from playwright.sync_api import sync_playwright

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none"))  # type: ignore[arg-type]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    ready: list[float] = []
    answered: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for _ in range(ROUNDS + 1):
            context = browser.new_context()  # nothing is remembered from the round before
            page = context.new_page()
            began = time.perf_counter()
            page.goto(f"http://127.0.0.1:{listener.getsockname()[1]}/", wait_until="load")
            ready.append((time.perf_counter() - began) * 1000)
            page.check("#f-treatment_phase-1")
            page.wait_for_selector("#answer .head")
            answered.append((time.perf_counter() - began) * 1000)
            context.close()
        browser.close()
    server.should_exit = True
    thread.join(timeout=10)
    usable, first = statistics.median(ready[1:]), statistics.median(answered[1:])
    return [
        f"  headless Chromium on loopback: form loaded after {usable:.0f} ms, first answer shown after {first:.0f} ms (under 1,000)"
    ]
