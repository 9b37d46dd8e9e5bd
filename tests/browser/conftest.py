"""A real browser on a real service. Needs Chromium (and axe for some tests): `make browser` says how, fetches axe and runs these tests alone."""

import datetime
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from api.app import create_app
from api.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
AXE = ROOT / ".venv" / "axe.min.js"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 15.0  # seconds


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def address() -> Iterator[str]:
    """The address of a service over the installed guideline, on a fixed day."""
    app = create_app(Settings())
    app.state.service.today = lambda: datetime.date(2026, 11, 22)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """Chromium; closed when the last test of this folder is done, because its event loop would disturb others."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="no Playwright: run `make install`")
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium, or name it in CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Opens a page of the service; fails at the end on an error in the page or a request to anywhere else."""
    contexts, wrong = [], []

    def open_(path: str = "/", **context: Any) -> Any:
        contexts.append(browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context}))
        page = contexts[-1].new_page()
        page.set_default_timeout(1000 * PATIENCE)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(address) else wrong.append(request.url))
        page.goto(address + path)
        return page

    yield open_
    for one in contexts:
        one.close()
    assert wrong == []


@pytest.fixture
def axe() -> str:
    """The source of axe."""
    if not AXE.is_file():
        pytest.skip("no axe: run `make browser`")
    return AXE.read_text(encoding="utf-8")


def example(page: Any, name: str) -> None:
    """Show an example patient."""
    page.click(f'button[name="_example"][value="{name}"]')
    page.wait_for_selector("#answer .head")
    page.wait_for_load_state()  # a whole page may have come, and its style after its words


def settled(page: Any) -> None:
    """Wait until the answer belongs to what was entered."""
    page.wait_for_selector("#answer:not([aria-busy])")


def until(page: Any, expression: str) -> None:
    """Wait until the expression is true in the page (Playwright's own way needs `eval`, which the policy of the page forbids)."""
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(20)
